"""Web pages as blocks: nothing glued, nothing lost, furniture set apart, any charset."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from extractors.html import read_html
from schemas.document import Block, Document
from schemas.errors import UnreadableDocument

FILLER = (
    "Les ministères chargés de l'emploi publient chaque année les statistiques des départs et des retours. "
    * 3
)


def page(body: str, head: str = "<meta charset=utf-8>") -> Document:
    return read_html(f"<!doctype html><html lang=fr><head>{head}</head><body>{body}</body></html>".encode())


def content(document: Document) -> list[Block]:
    return [block for block in document.blocks if not block.is_furniture]


def described(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in content(document)]


def test_blocks_of_each_kind() -> None:
    document = page(
        "<main><h1>Étude</h1><p>Un <b>premier</b> texte.</p><h2>Mesures</h2><ul><li>Créer un guichet</li>"
        "<li><p>Publier les chiffres</p></li></ul><figure><figcaption>Figure 1</figcaption></figure></main>"
    )
    assert described(document) == [
        ("heading", "Étude"),
        ("paragraph", "Un premier texte."),
        ("heading", "Mesures"),
        ("list_item", "Créer un guichet"),
        ("list_item", "Publier les chiffres"),
        ("caption", "Figure 1"),
    ]
    assert [block.level for block in content(document)] == [1, None, 2, 1, 1, None]
    assert content(document)[3].section == ("Étude", "Mesures")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<table><tr><td>Gabon</td><td>Mali</td></tr></table>", ["Gabon", "Mali"]),
        ("<p>Gabon</p><p>Mali</p>", ["Gabon", "Mali"]),
        ("<div>Gabon<div>Mali</div></div>", ["Gabon", "Mali"]),
        ("<ul><li>Gabon<li>Mali</ul>", ["Gabon", "Mali"]),
        ("<p>Gabon<br>Mali</p>", ["Gabon Mali"]),
        ("<p>Ga<b>bon</b> et <i>Ma</i>li</p>", ["Gabon et Mali"]),
        ("<p>Gabon<!-- suite -->, Mali</p>", ["Gabon, Mali"]),
        ("<p>Gabon<script>x()</script>, Mali</p>", ["Gabon, Mali"]),
        ("<p>Gabon</p>Mali<p>Niger</p>", ["Gabon", "Mali", "Niger"]),
        ("<dl><dt>Gabon<dd>Mali</dl>", ["Gabon", "Mali"]),
    ],
)
def test_neighbours_are_never_glued(body: str, expected: list[str]) -> None:
    assert [block.text for block in content(page(f"<main>{body}</main>"))] == expected


@pytest.mark.parametrize("body", ["<p><span>Gabon</span><span> Mali</span></p>", "<p>Gabon&nbsp;Mali</p>"])
def test_spaces_between_inline_elements_are_kept(body: str) -> None:
    assert content(page(f"<main>{body}</main>"))[0].text == "Gabon Mali"


def test_items_of_lists_within_lists() -> None:
    document = page(
        "<main><p>Il faut :</p><ul><li>Agir<ul><li>vite</li><li>bien</li></ul>ensemble</li></ul></main>"
    )
    assert [(b.text, b.level) for b in content(document)[1:]] == [
        ("Agir", 1), ("vite", 2), ("bien", 2), ("ensemble", 1)
    ]  # fmt: skip
    assert content(document)[1].lead_in == "Il faut :"


def test_cells_know_their_row_column_and_headers() -> None:
    document = page(
        "<main><table><tr><th>Mesure</th><th>Responsable</th></tr>"
        "<tr><td>Créer un guichet</td><td>Ministère</td></tr></table></main>"
    )
    cell = content(document)[3].cell
    assert cell is not None
    assert (cell.row, cell.column, cell.column_header, cell.row_header) == (
        1, 1, "Responsable", "Créer un guichet"
    )  # fmt: skip
    assert [b.cell.is_header for b in content(document) if b.cell] == [True, True, False, False]


def test_every_block_has_the_xpath_of_its_element() -> None:
    source = (
        "<html><body><main><h1>Étude</h1><ul><li>Un</li><li>Deux</li></ul><p>Fin.</p></main></body></html>"
    )
    tree = lxml_html.document_fromstring(source)
    for block in read_html(source.encode()).blocks:
        assert block.xpath is not None
        (element,) = tree.xpath(block.xpath)
        assert block.text in " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><ul><li><a href=/>Accueil</a></li></ul></nav>",
        "<footer><p>Tous droits réservés</p></footer>",
        "<div class='cookie-banner'><p>Nous utilisons des cookies</p></div>",
        "<div id=menu><a href=/a>Un</a> <a href=/b>Deux</a></div>",
        "<div role=navigation><p>Aller au contenu</p></div>",
        "<aside><p>À lire aussi</p></aside>",
    ],
)
def test_furniture_is_set_apart_and_kept(furniture: str) -> None:
    document = page(f"{furniture}<main><h1>Étude</h1><p>{FILLER}</p></main>")
    assert [block.kind for block in content(document)] == ["heading", "paragraph"]
    assert any(block.kind == "navigation" for block in document.blocks)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", "<meta charset=iso-8859-1>"),
        ("cp1252", "<meta charset=iso-8859-1>"),
        ("cp1252", ""),
        ("cp1252", "<meta charset=utf-8>"),
        ("iso-8859-15", "<meta http-equiv=content-type content='text/html; charset=iso-8859-15'>"),
        ("utf-16", ""),
    ],
)
def test_missing_and_wrong_charsets(encoding: str, declared: str) -> None:
    source = f"<html><head>{declared}</head><body><p>Les échéances de la main-d'œuvre formée à l'été</p></body></html>"
    assert (
        content(read_html(source.encode(encoding)))[0].text
        == "Les échéances de la main-d'œuvre formée à l'été"
    )


@pytest.mark.parametrize("source", [b"<html></html>", b"<html><body><script>x</script></body></html>"])
def test_a_page_without_text_is_refused(source: bytes) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_html(source)
    assert caught.value.code == "broken"


def test_a_login_page_is_refused() -> None:
    with pytest.raises(UnreadableDocument) as caught:
        page("<form><label>Mot de passe</label><input type=password></form>")
    assert caught.value.code == "not_a_document"


def test_the_ledger_counts_list_items_and_cells() -> None:
    document = page("<nav><ul><li>Menu</li></ul></nav><main><ul><li>Un</li></ul><p>" + FILLER + "</p></main>")
    ledger = document.pages[0]
    assert ledger.words_lost == 0
    assert ledger.words_in_blocks + ledger.words_furniture == ledger.words_read
    assert "1 éléments de liste gardés sur 2" in ledger.note


NOTES = {
    "word": (
        '<p>La migration<a href="#_ftn1" name="_ftnref1"><span><sup>[1]</sup></span></a>, en hausse.</p>',
        '<div id=ftn1><p><a href="#_ftnref1" name="_ftn1"><span>[1]</span></a> OIT, 2020.</p></div>',
        "[1]",
    ),
    "encyclopaedia": (
        '<p>La migration<sup id=r1><a href="#cite_note-1">[1]</a></sup>, en hausse.</p>',
        "<ol><li id=cite_note-1><span>OIT, 2020.</span></li></ol>",
        "",
    ),
    "markdown": (
        '<p>La migration<sup id="fnref:1"><a href="#fn:1">1</a></sup>, en hausse.</p>',
        '<ol><li id="fn:1"><p>OIT, 2020.</p></li></ol>',
        "",
    ),
    "address": (
        '<p>La migration<span><a href="https://example.org/etude/#easy-footnote-1"><sup>1</sup></a></span>, '
        "en hausse.</p>",
        '<ol><li><span id="easy-footnote-1"></span>OIT, 2020.</li></ol>',
        "",
    ),
    "in the footer": (
        '<p>La migration<a href="#note1"><sup>1</sup></a>, en hausse.</p>',
        '<footer><p id=note1><a href="#appel1">1</a>OIT, 2020.</p></footer>',
        "1",
    ),
    "no links": ("<p>La migration<sup>1</sup>, en hausse.</p>", "<p><sup>1</sup>OIT, 2020.</p>", "1"),
    "no links, star": ("<p>La migration<sup>*</sup>, en hausse.</p>", "<p><sup>*</sup> OIT, 2020.</p>", "*"),
    "called in an item": (
        '<ul><li>La migration<sup><a href="#n1">1</a></sup>, en hausse.</li></ul>',
        "<p id=n1>1. OIT, 2020.</p>",
        "1.",
    ),
    "called in a cell": (
        '<table><tr><td>La migration<sup><a href="#n1">1</a></sup>, en hausse.</td><td>12</td></tr></table>',
        "<p id=n1>1. OIT, 2020.</p>",
        "1.",
    ),
    "called in an item, no links": (
        "<ul><li>La migration<sup>1</sup>, en hausse.</li></ul>",
        "<ul><li><sup>1</sup> OIT, 2020.</li></ul>",
        "1",
    ),
    "called in a cell, no links": (
        "<table><tr><td>La migration<sup>1</sup>, en hausse.</td><td>12</td></tr></table>",
        "<table><tr><td><sup>1</sup> OIT, 2020.</td></tr></table>",
        "1",
    ),
    "an item around a paragraph": (
        '<p>La migration<sup><a href="#n1">1</a></sup>, en hausse.</p>',
        "<ol><li><p><a id=n1></a>OIT, 2020.</p></li></ol>",
        "",
    ),
    "a cell": (
        '<p>La migration<sup><a href="#n1">1</a></sup>, en hausse.</p>',
        "<table><tr><td id=n1>[1] OIT, 2020.</td></tr></table>",
        "[1]",
    ),
    "a row, its mark in a cell": (
        '<p>La migration<sup><a href="#n1">1</a></sup>, en hausse.</p>',
        "<table><tr id=n1><td>1</td><td>OIT, 2020.</td></tr></table>",
        "1",
    ),
    "a row, the link in the cell of its mark": (
        '<p>La migration<sup><a href="#n1" id=r1>1</a></sup>, en hausse.</p>',
        '<table><tr><td><a id=n1 href="#r1">1</a></td><td>OIT, 2020.</td></tr></table>',
        "1",
    ),
    "a row, no links": (
        "<p>La migration<sup>1</sup>, en hausse.</p>",
        "<table><tr><td><sup>1</sup></td><td>OIT, 2020.</td></tr></table>",
        "1",
    ),
    "a defined term": (
        '<p>La migration<sup><a href="#n1">1</a></sup>, en hausse.</p>',
        "<dl><dt id=n1>1</dt><dd>OIT, 2020.</dd></dl>",
        "1",
    ),
    "notes parted by breaks": (
        '<p>La migration<a href="#n1"><sup>1</sup></a>, en hausse<a href="#n2"><sup>2</sup></a>.</p>',
        "<p><a name=n1></a>1. OIT, 2020.<br><a name=n2></a>2. BIT, 2019.</p>",
        "1.",
    ),
}


@pytest.mark.parametrize("name", NOTES)
def test_notes_are_tied_to_their_calls(name: str) -> None:
    text, note, marker = NOTES[name]
    document = page(f"<main><h1>Étude</h1>{text}<p>{FILLER}</p></main>{note}")
    blocks = document.blocks
    assert blocks[1].text == "La migration, en hausse."
    found = next(block for block in blocks if block.call is not None)
    assert (found.kind, found.zone, found.marker, found.text) == (
        "footnote",
        "footnote",
        marker,
        "OIT, 2020.",
    )
    assert found.call is not None
    assert (found.call.block, blocks[1].text[: found.call.offset]) == (1, "La migration")
    assert document.pages[0].words_lost == 0


def test_the_number_of_an_item_calls_no_note() -> None:
    document = page(
        "<main><p>(1) Créer un guichet ;</p><p>La diaspora<sup>1</sup> envoie des fonds.</p>"
        f"<p>{FILLER}</p><p><sup>1</sup> Les nationaux au dehors.</p></main>"
    )
    assert document.blocks[0].marker == "(1)"
    call = document.blocks[-1].call
    assert call is not None
    assert call.block == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("12 km<sup>2</sup> et 10<sup>3</sup> habitants", "12 km2 et 103 habitants"),
        ("le 1<sup>er</sup> mars", "le 1er mars"),
        ("voir <a href='#p2'>2</a> et la suite", "voir 2 et la suite"),
        ("le CO<sup>2</sup>", "le CO2"),
    ],
)
def test_raised_text_that_calls_no_note_stays(body: str, expected: str) -> None:
    document = page(f"<main><p>{body}</p><p id=p2>{FILLER}</p></main>")
    assert document.blocks[0].text == expected
    assert "footnote" not in [block.kind for block in document.blocks]


INLINE = st.sampled_from(
    ["", "<b>", "</b>", "<br>", "<p>", "</p>", "<div>", "</div>", "<ul><li>", "</ul>", "<td>", "<tr>"]
)


@given(
    st.lists(
        st.tuples(INLINE, st.sampled_from(["Gabon", "Mali", "le pays", "l’Algérie", "12 %"])), min_size=1
    )
)
def test_no_word_of_a_page_is_lost_whatever_its_markup(parts: list[tuple[str, str]]) -> None:
    body = " ".join(f"{tag} {text}" for tag, text in parts)
    document = read_html(f"<html><body><main>{body}</main></body></html>".encode())
    made = " ".join(block.text for block in document.blocks).split()
    assert sorted(made) == sorted(" ".join(text for _, text in parts).replace("’", "'").split())
    for block in document.blocks:
        for word in block.words:
            assert block.text[word.start : word.end] == word.text


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["fr_an_formation_pro_2014", "fr_an_mec_couts_asile", "legrandcontinent_heran_immigration", "sn_pse_der",
     "sn_pse_formations_pro"],
)  # fmt: skip
def test_pages_of_the_corpus_keep_every_word(shared: Path, name: str) -> None:
    source = (shared / "corpus" / "html" / f"{name}.html").read_bytes()
    document = read_html(source)
    assert document.pages[0].words_lost == 0
    assert document.language == "fr"
    assert "\ufffd" not in " ".join(block.text for block in document.blocks)
    assert not any(re.search(r"Ã©|Ã¨|â€™", block.text) for block in document.blocks)
    assert read_html(source) == document


def test_a_short_paragraph_all_in_bold_is_a_heading_and_a_typed_number_makes_an_item() -> None:
    page = """<h1>Recommandations</h1><p>Nous formulons les recommandations suivantes :</p>
    <p><b>À l'endroit du <i>Gouvernement</i></b></p><p>1) Créer un fonds ;</p><p>- Former les conseillers.</p>
    <p><b>Note</b> : deux textes.</p><p>2. Contexte</p><p>2. Publier la liste ;</p>"""
    blocks = read_html(page.encode()).blocks
    assert [(b.kind, b.marker, b.text) for b in blocks[2:]] == [
        ("heading", "", "À l'endroit du Gouvernement"),
        ("list_item", "1)", "Créer un fonds ;"),
        ("list_item", "-", "Former les conseillers."),
        ("paragraph", "", "Note : deux textes."),
        ("paragraph", "", "2. Contexte"),
        ("list_item", "2.", "Publier la liste ;"),
    ]
    assert blocks[3].section == ("Recommandations", "À l'endroit du Gouvernement")
    for block in blocks:
        assert all(w.start == w.end == 0 or block.text[w.start : w.end] for w in block.words)


def test_a_first_row_in_bold_heads_its_columns() -> None:
    page = """<table><tr><td><b>Recommandations</b></td><td><b>Responsable</b></td></tr>
    <tr><td>Créer un fonds</td><td>ANPE</td></tr></table>
    <table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"""
    cells = [block.cell for block in read_html(page.encode()).blocks]
    assert [cell.column_header for cell in cells if cell] == [
        "",
        "",
        "Recommandations",
        "Responsable",
        "",
        "",
        "",
    ]
    assert [cell.is_header for cell in cells if cell] == [True, True, False, False, False, False, False]
