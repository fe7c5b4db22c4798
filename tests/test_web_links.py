"""Addresses that are one source; links with what stands around them; which study a link or title page means."""

from __future__ import annotations

import pytest

from extractors.addresses import InvalidAddress, file_name_of, join, source_key, tidy
from extractors.links import Link, read_links
from extractors.plain import plain_text, text_digest
from extractors.works import Work, documents_behind, fit, links_of_works, work_of_title_page

ILO = "https://www.ilo.org"
FOLDER = "documents/publication"


@pytest.mark.parametrize(
    "addresses",
    [
        (
            f"{ILO}/wcmsp5/groups/public/---ed_emp/---ifp_skills/{FOLDER}/wcms_746301.pdf",
            f"http://www.ilo.org/wcmsp5/groups/public/@ed_emp/@ifp_skills/{FOLDER}/wcms_746301.pdf",
            f"{ILO}/sites/default/files/wcmsp5/groups/public/%40ed_emp/%40ifp_skills/{FOLDER}/wcms_746301.pdf",
            "http://www.ilo.ch/wcmsp5/groups/public/WCMS_746301.PDF?download=1",
            "https://mirror.example/files/wcms_746301.pdf#page=3",
        ),
        (
            f"{ILO}/skills/projects/skill-up/WCMS_746170/lang--fr/index.htm",
            "http://www.ilo.ch/global/WCMS_746170/lang--fr",
            "https://ilo.org/skills/pubs/WCMS_746170/lang--FR/",
        ),
        (f"{ILO}/skills/WCMS_745860/index.htm", f"{ILO}/skills/WCMS_745860/lang--en/index.htm"),
        (
            "https://a.org/x?b=2&a=1",
            "HTTPS://A.org:443/x?a=1&b=2&utm_source=y&fbclid=z#top",
            "http://a.org./x?b=2&a=1",
        ),
        ("https://a.org/%c3%a9tude%20x", "https://a.org/étude x"),
        ("https://a.org/%7Euser/a%2Fb", "https://a.org/~user/a%2fb"),
    ],
)
def test_forms_of_one_source(addresses: tuple[str, ...]) -> None:
    assert len({source_key(address) for address in addresses}) == 1


def test_languages_and_files_of_a_number_are_not_one_source() -> None:
    keys = {
        source_key(f"{ILO}/skills/WCMS_746170/lang--fr/index.htm"),
        source_key(f"{ILO}/skills/WCMS_746170/lang--en/index.htm"),
        source_key(f"{ILO}/x/wcms_746170.pdf"),
        source_key(f"{ILO}/x/wcms_746171.pdf"),
        source_key("https://a.org/a%2Fb"),
        source_key("https://a.org/a/b"),
    }
    assert len(keys) == 6


@pytest.mark.parametrize(
    ("base", "reference", "found"),
    [
        (f"{ILO}/a/b.htm", "../c.pdf", f"{ILO}/c.pdf"),
        (f"{ILO}/a/", "  //www.ilo.ch/d \n", "https://www.ilo.ch/d"),
        (f"{ILO}/a/", "étude 1.pdf#x", f"{ILO}/a/%C3%A9tude%201.pdf"),
        (f"{ILO}/a/;jsessionid=12?x=[1]", "", f"{ILO}/a/?x=[1]"),
    ],
)
def test_references(base: str, reference: str, found: str) -> None:
    assert join(base, reference) == found
    assert tidy(found) == found


@pytest.mark.parametrize(
    "reference",
    ["mailto:a@b.org", "javascript:void(0)", "data:text/html,x", "http://[x", "http://a:b@c.org/"],
)
def test_references_that_are_never_followed(reference: str) -> None:
    with pytest.raises(InvalidAddress):
        join(ILO, reference)


def test_names_of_files_are_harmless_text() -> None:
    assert file_name_of(f"{ILO}/x/%2e%2e%2f%2e%2e%2fetc%2fpasswd") == ".. .. etc passwd"
    assert file_name_of(f"{ILO}/x/caf%C3%A9%0A%1b[31m.pdf") == "café [31m.pdf"
    assert file_name_of(f"{ILO}/skills/WCMS_746170/lang--fr/index.htm") == "WCMS_746170-lang--fr"
    assert file_name_of(ILO + "/") == "www.ilo.org"


OLD_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Partenariats</title></head><body>
<div class="menu"><a href="/skills/lang--fr/index.htm">Compétences</a><a href="/africa/mali.pdf">Mali</a></div>
<h1>Partenariats pour les compétences et la migration</h1>
<p>Voir <a href="/skills/about.docx">la note</a> et <a href="mailto:x@ilo.org">écrire</a>.</p>
<p><strong>Etudes sous régionales</strong></p>
<ul><li><a href="/skills/pubs/WCMS_746200/lang--fr/index.htm">Afrique de l'Ouest et Sahel</a></li>
<li><a href="/skills/pubs/WCMS_746201/lang--fr/index.htm">Afrique centrale</a></li></ul>
<h3>Etudes nationales</h3>
<table><tr><th>Pays</th><th>Français</th><th>English</th></tr>
<tr><td>Burkina Faso</td><td><a href="/x/wcms_746301.pdf">Télécharger</a></td>
<td><a href="/x/wcms_746302.pdf">pdf</a></td></tr>
<tr><td>Congo</td><td><a href="/x/wcms_746303.pdf">Télécharger</a></td><td></td></tr>
<tr><td>République démocratique du Congo</td><td><a href="/x/wcms_746304.pdf">Télécharger</a></td><td></td></tr>
<tr><td>Nigéria</td><td></td><td><a href="/x/wcms_746305.pdf">Download</a></td></tr></table>
<p>Aussi <a href="/x/wcms_746306.pdf">Mali</a>, <a href="/x/wcms_746307.pdf">Niger</a></p>
<h3>Gabon</h3><p><a href="/x/wcms_746308.pdf">pdf - 1,2 Mo</a> <a href="#top">haut</a></p>
</body></html>"""

HERE = f"{ILO}/skills/projects/skill-up/WCMS_746170/lang--fr/index.htm"


def work(
    name: str, country: str | None = None, region: str | None = None, language: str | None = None
) -> Work:
    return Work(name, None, country, region, language)


WORKS = [
    *(work(iso3.lower(), iso3) for iso3 in ("BFA", "COG", "COD", "MLI", "NER", "GAB", "TGO")),
    work("nga", "NGA", language="en"),
    work("west", region="Afrique de l'Ouest et Sahel"),
    work("centre", region="Afrique centrale"),
]


def test_links_are_read_one_by_one() -> None:
    links = read_links(OLD_PAGE.encode(), HERE)
    by_name = {link.address.rpartition("/")[2]: link for link in links}
    french = by_name["wcms_746301.pdf"]
    assert french == Link(
        f"{ILO}/x/wcms_746301.pdf",
        "pdf",
        "Télécharger",
        "Télécharger",
        "Burkina Faso",
        "Etudes nationales",
        "fr",
    )
    assert by_name["wcms_746302.pdf"].language == "en"
    assert by_name["wcms_746308.pdf"].heading == "Gabon"
    assert by_name["mali.pdf"].is_furniture
    assert "about.docx" not in by_name
    west = next(link for link in links if "746200" in link.address)
    assert (west.text, west.heading, west.language) == (
        "Afrique de l'Ouest et Sahel",
        "Etudes sous régionales",
        "fr",
    )


def test_each_study_has_its_links() -> None:
    found = links_of_works(read_links(OLD_PAGE.encode(), HERE), WORKS)
    names = {
        work_id: [link.address.partition("CMS_")[2][:6] or link.address[-10:-4] for link in links]
        for work_id, links in found.items()
    }
    assert names == {
        "bfa": ["746301", "746302"],  # its own language first
        "cog": ["746303"],  # « Congo » beside the other one
        "cod": ["746304"],
        "mli": ["746306"],  # the words of the link, though its cell names two countries; not the menu
        "ner": ["746307"],
        "gab": ["746308"],  # by the heading
        "tgo": [],
        "nga": ["746305"],
        "west": ["746200"],
        "centre": ["746201"],
    }


def test_nearest_words_decide() -> None:
    niger, nigeria = work("ner", "NER"), work("nga", "NGA")
    assert fit(("Niger", "Nigéria", "", ""), niger) > fit(("pdf", "", "", "Niger"), niger) > 0
    assert fit(("Nigéria", "", "", "Niger"), niger) == 0
    assert fit(("Mali et Niger", "", "", "Niger"), niger) == 0
    assert fit(("Le fleuve", "", "", ""), nigeria) == 0


NEW_PUBLICATION = """<html lang="fr"><head><title>Étude Sénégal</title>
<link rel="alternate" hreflang="en" href="/publications/senegal"></head><body>
<nav><a href="/fr/publications">Publications</a></nav><main><h1>Étude de pays : Sénégal</h1>
<a href="/media/4242/download">Télécharger le document</a> <a hreflang="en" href="/media/4243/download">English</a>
<a href="/sites/default/files/wcmsp5/groups/public/@ed_emp/documents/publication/wcms_754675.pdf">ancienne adresse</a>
</main><footer><a href="/rules.pdf">Règles</a></footer></body></html>"""


def test_documents_behind_a_publication_page() -> None:
    address = f"{ILO}/fr/publications/etude-senegal"
    links = read_links(NEW_PUBLICATION.encode(), address)
    assert [link.address.rpartition("/")[2] for link in documents_behind(links, address, "fr")] == [
        *("download", "wcms_754675.pdf", "download", "rules.pdf"),
    ]
    old = (
        f"{ILO}/skills/pubs/WCMS_754675/lang--fr/index.htm"  # a page comes before others with its own number
    )
    assert documents_behind(links, old, "fr")[0].address.endswith("wcms_754675.pdf")


def test_the_head_of_a_page_may_name_its_pdf() -> None:
    page = b'<html><head><title>T</title><meta name="citation_pdf_url" content="/a.pdf"></head><body><p>x</body></html>'
    assert read_links(page, ILO)[0] == Link(f"{ILO}/a.pdf", "pdf", "T")


SERIES = "Étude de pays - Potentiel de partenariats pour les compétences et la migration"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{SERIES} au Gabon\nSabrina Foka", "gab"),
        ("ETUDE DE PAYS\nPotentiel de partenariats pour les\ncompétences et la migration\nau Gabon", "gab"),
        (f"{SERIES} en République démocratique du Congo", "cod"),
        (f"{SERIES} au Congo", None),  # which of the two is not plain
        (f"{SERIES} au Bénin et au Gabon", None),
        ("Rapport annuel du Gabon", None),
        ("", None),
    ],
)
def test_title_pages(text: str, found: str | None) -> None:
    works = [
        Work(iso3.lower(), f"{SERIES} {name}", iso3, None, "fr")
        for iso3, name in (
            ("GAB", "au Gabon"),
            ("COD", "en République démocratique du Congo"),
            ("COG", "au Congo"),
        )
    ]
    assert work_of_title_page(text, works) == found


def test_words_decide_whether_a_text_changed() -> None:
    page = b"<html><body><nav>%s</nav><main><p>Le Mali et le Niger sont voisins.</p></main></body></html>"
    changed = page.replace(b"voisins", b"amis")
    digests = [
        text_digest(content, "text/html") for content in (page % b"10:01", page % b"10:02", changed % b"")
    ]
    assert digests[0] == digests[1] != digests[2]
    assert plain_text(page % b"", "text/html") == "Le Mali et le Niger sont voisins."
