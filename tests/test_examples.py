"""The sample studies: their sources build, and their gold annotations are on the pages they name."""

import csv
import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdfium2
import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
STUDIES = sorted(path.stem for path in (EXAMPLES / "sources").glob("*.html"))
WEB_PAGES = sorted(path.stem for path in (EXAMPLES / "sources" / "web").glob("*.html"))
MENTION_KEYS = {
    "countries": {"iso3", "surface", "kind"},
    "institutions": {"surface", "name", "acronym", "type", "country"},
    "recommendations": {"text", "addressees", "reported"},
}


def load_maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_samples", EXAMPLES / "make_samples.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_samples"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


MAKER = load_maker()


def gold(slug: str) -> list[dict[str, Any]]:
    lines = (EXAMPLES / "gold" / f"{slug}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def page_texts(slug: str) -> list[str]:
    pdf = pypdfium2.PdfDocument(EXAMPLES / "studies" / f"{slug}.pdf")
    return [page.get_textpage().get_text_bounded() for page in pdf]


def surfaces(page: dict[str, Any]) -> Iterator[str]:
    for kind in ("countries", "institutions"):
        yield from (mention["surface"] for mention in page[kind])
    yield from (recommendation["text"] for recommendation in page["recommendations"])


def test_the_samples_are_four_studies_and_a_page() -> None:
    assert {"cameroun", "mali", "niger", "synthese"} <= set(STUDIES)
    assert "index" in WEB_PAGES


@pytest.mark.parametrize("slug", STUDIES)
def test_every_page_is_annotated(slug: str) -> None:
    pages = gold(slug)
    assert len(pages) >= 10
    assert [page["page"] for page in pages] == list(range(1, len(page_texts(slug)) + 1))
    assert {page["document"] for page in pages} == {f"{slug}.pdf"}


@pytest.mark.parametrize("slug", [*STUDIES, *WEB_PAGES])
def test_gold_is_in_the_format_of_the_guidelines(slug: str) -> None:
    for page in gold(slug):
        assert list(page) == ["document", "page", *MENTION_KEYS]
        for kind, keys in MENTION_KEYS.items():
            assert all(set(mention) == keys for mention in page[kind])
        assert all(mention["iso3"] in MAKER.ISO3 for mention in page["countries"])
        assert all(mention["type"] in MAKER.TYPES for mention in page["institutions"])
        for recommendation in page["recommendations"]:
            assert all(to["actor"] in MAKER.ACTORS for to in recommendation["addressees"])


@pytest.mark.parametrize("slug", STUDIES)
def test_every_annotation_is_on_its_page(slug: str) -> None:
    texts = [MAKER.squeeze(text) for text in page_texts(slug)]
    lost = [
        (page["page"], surface)
        for page in gold(slug)
        for surface in surfaces(page)
        if MAKER.squeeze(surface) not in texts[page["page"] - 1]
    ]
    assert not lost


@pytest.mark.parametrize("slug", STUDIES)
def test_no_institution_goes_by_two_names(slug: str) -> None:
    names: dict[tuple[str, str, str], set[str]] = {}
    for page in gold(slug):
        for mention in page["institutions"]:
            if mention["acronym"]:
                key = (mention["acronym"], mention["country"], mention["type"])
                names.setdefault(key, set()).add(mention["name"])
    assert {key: found for key, found in names.items() if len(found) > 1} == {}


@pytest.mark.parametrize("slug", STUDIES)
def test_every_institution_listed_is_used(slug: str) -> None:
    with (EXAMPLES / "sources" / f"{slug}.institutions.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["name"] for row in csv.DictReader(file)}
    assert listed == {mention["name"] for page in gold(slug) for mention in page["institutions"]}


@pytest.mark.parametrize("slug", STUDIES)
def test_contents_page_has_dot_leaders(slug: str) -> None:
    leaders = [len(re.findall(r"\.{4,}\s*\d+", text)) for text in page_texts(slug)]
    assert max(leaders) >= 10


def test_mali_has_acronyms_two_columns_and_tables() -> None:
    texts = page_texts("mali")
    assert any("Sigles et abréviations" in text and "FAFPA" in text for text in texts[2:4])
    assert sum("Tableau" in text for text in texts) >= 3
    page = next(i for i, text in enumerate(texts) if text.startswith("Paroles"))
    pdf = pypdfium2.PdfDocument(EXAMPLES / "studies" / "mali.pdf")
    textpage = pdf[page].get_textpage()
    middle = pdf[page].get_width() / 2
    boxes = [textpage.get_rect(i) for i in range(textpage.count_rects())]
    body = [box for box in boxes if 100 < box[1] < 700]
    crossing = [box for box in body if box[0] < middle - 5 and box[2] > middle + 5]
    assert len(body) > 60
    assert not crossing


def test_links_of_the_web_page_lead_to_the_studies() -> None:
    page = (EXAMPLES / "web" / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="\.\./studies/([^"]+)"', page)
    assert sorted(links) == ["cameroun.pdf", "mali.pdf", "niger.pdf", "synthese.pdf"]
    assert "</a></td><td><a" in page, "cells must stand next to each other without a blank"
    plain = MAKER.squeeze(re.sub(r"<[^>]*>", " ", page))
    assert all(MAKER.squeeze(surface) in plain for surface in surfaces(gold("index")[0]))


@pytest.mark.parametrize("slug", WEB_PAGES)
def test_web_page_is_what_its_source_gives(slug: str) -> None:
    content, lines = MAKER.build_web(EXAMPLES / "sources" / "web" / f"{slug}.html")
    assert content == (EXAMPLES / "web" / f"{slug}.html").read_bytes()
    assert lines == (EXAMPLES / "gold" / f"{slug}.jsonl").read_text(encoding="utf-8")


def rows(pages: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(kind, row) for kind in MENTION_KEYS for page in pages for row in page[kind]]


@pytest.mark.parametrize("slug", STUDIES)
def test_gold_has_the_annotations_of_the_source(slug: str) -> None:
    path = EXAMPLES / "sources" / f"{slug}.html"
    tree = MAKER.read_source(path)
    MAKER.fill_contents(tree)
    marks = MAKER.annotate(tree, path, MAKER.load_institutions(path.with_suffix(".institutions.csv")))
    annotated = [
        (kind, row) for kind in MENTION_KEYS for mark in marks if mark.kind == kind for row in mark.rows
    ]
    assert sorted(map(repr, rows(gold(slug)))) == sorted(map(repr, annotated)), "run examples/make_samples.py"


def test_a_study_builds_and_builds_the_same_twice() -> None:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        pytest.skip(f"WeasyPrint cannot be used here: {error}")
    content, lines = MAKER.build_study(EXAMPLES / "sources" / "mali.html")
    again, _ = MAKER.build_study(EXAMPLES / "sources" / "mali.html")
    assert content == again
    pages = [json.loads(line) for line in lines.splitlines()]
    assert len(pages) >= 10
    assert len(rows(pages)) == len(rows(gold("mali")))


NOT_COUNTRIES = re.compile(
    r"(?:fleuve|(?:delta|bassin|rives|boucle)(?: intérieur)? (?:du|de)(?: la| fleuve| lac)*|golfe (?:de|du)"
    r"|lac|Office du|empire du|Fédération du|royaume du|Commission du bassin du lac)"
    r" (?:Niger|Sénégal|Gambie|Congo|Tchad|Guinée|Mali|Bénin|Ghana)\b|Soudan français|soudano-|soudanien"
    r"|(?:en |l'|d'|le |langue )(?:français|anglais|espagnol|allemand|portugais)e?\b|Guinée forestière"
)


@pytest.mark.parametrize("slug", STUDIES)
def test_no_country_is_left_without_annotation(slug: str) -> None:
    found = MAKER.audit(EXAMPLES / "sources" / f"{slug}.html")
    assert [line for line in found if ": country: " in line and not NOT_COUNTRIES.search(line)] == []


def written(folder: Path, body: str) -> Path:
    (folder / "x.institutions.csv").write_text(
        "id,name,acronym,type,country\nanpe,Agence,ANPE,employment_service,MLI\n", encoding="utf-8"
    )
    path = folder / "x.html"
    path.write_text(
        '<html><head><meta charset="utf-8"><title>X</title></head>'
        f"<body><section>\n{body}</section></body></html>",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<p><c k="MAL">Mali</c></p>', "unknown country MAL"),
        ('<p><c k="MLI" t="noun">Mali</c></p>', "unknown kind 'noun'"),
        ('<p><c x="MLI">Mali</c></p>', "unknown attribute x"),
        ('<p><i id="anpe-mli">ANPE</i></p>', "unknown institution 'anpe-mli'"),
        ('<p><r to="minister:X">Agir.</r></p>', "'minister:X' is not actor:surface"),
        ('<p><r reported="yes">Agir.</r></p>', "reported='yes'"),
        ("<p><b>Agir.</b></p>", "unknown element <b>"),
        ('<p><c k="MLI"> </c></p>', "empty"),
    ],
)
def test_faulty_source_is_refused_with_its_place(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(MAKER.SourceError, match=re.escape(message)) as caught:
        MAKER.build_web(written(tmp_path, body))
    assert str(caught.value).startswith("x.html, line 2: <")


def test_annotations_give_the_rows_of_the_guidelines(tmp_path: Path) -> None:
    source = written(
        tmp_path,
        '<p><r to="government:État; other:tous">L’<i id="anpe">ANPE</i> doit agir<fn>Au '
        '<c k="NER">Niger</c>.</fn>\n vite.</r> Un <c k="FRA MLI" t="demonym">franco-malien</c>.</p>',
    )
    _, lines = MAKER.build_web(source)
    page = json.loads(lines)
    assert [mention["iso3"] for mention in page["countries"]] == ["NER", "FRA", "MLI"]
    assert page["institutions"][0]["name"] == "Agence"
    assert page["recommendations"] == [
        {
            "text": "L'ANPE doit agir vite.",
            "addressees": [
                {"surface": "État", "actor": "government"},
                {"surface": "tous", "actor": "other"},
            ],
            "reported": False,
        }
    ]
