"""The report as files: what is written, from what, with which bytes; nothing of a document can act in it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from lxml import html

from flows.report.content import page_ranges, to_core
from flows.report.pictures import wanted_pages
from flows.report.reading import opened
from flows.report.texts import french, rule_label, texts
from flows.report.writing import FOLDER, as_script, chart_library, write_report
from flows.storage import report_cache
from schemas.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000


def value_of(report: Path, name: str) -> object:
    """The value that a data file gives."""
    script = (report / "data" / f"{name}.js").read_text(encoding="utf-8")
    head = f'store.give("{name}",'
    assert script.startswith(head)
    return json.loads(script[len(head) : -len(");\n")])


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_version_gives_the_same_bytes(published: Path, tmp_path: Path) -> None:
    version = (published / "current").resolve()
    cache = tmp_path / "cache"
    library = chart_library(report_cache(published))
    (cache / "pictures").mkdir(parents=True)
    (cache / library.name).hardlink_to(library)  # made anew below
    write_report(version, published.parent / "raw", cache, into=tmp_path / "again")
    assert files_of(tmp_path / "again") == files_of(published / FOLDER)
    assert chart_library(tmp_path / "other").read_bytes() == library.read_bytes()


def test_a_rerun_draws_no_page_again(published: Path, tmp_path: Path) -> None:
    cache = report_cache(published)
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*.png")}
    assert before
    write_report((published / "current").resolve(), published.parent / "raw", cache, into=tmp_path / "again")
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.png")} == before


def test_every_row_is_in_the_data(published: Path) -> None:
    report = published / FOLDER
    with opened(published) as reading:
        for name in ("recommendations", "institutions"):
            rows = value_of(report, name)
            assert isinstance(rows, list)
            assert len(rows) == reading.count(name) > 0
        corridors = value_of(report, "corridors")
        assert isinstance(corridors, list)
        assert sum(row["count"] for row in corridors) == reading.count("corridor_mentions")
        mentions = [
            row[0]
            for path in (report / "data").glob("document-*.js")
            for row in value_of(report, path.stem)["rows"]  # type: ignore[index]
        ]
        for name in ("country_mentions", "institution_mentions", "corridor_mentions", "recommendations"):
            assert mentions.count(name) == reading.count(name)


def test_pages_with_a_recommendation_are_drawn_and_the_pdf_is_beside(published: Path) -> None:
    report = published / FOLDER
    with opened(published) as reading:
        wanted = {
            (key[:16], page)
            for key, pages in wanted_pages(reading, "recommendations").items()
            for page in pages
        }
    drawn = {tuple(path.stem.rsplit("-", 1)) for path in (report / "pages").glob("*.png")}
    assert {(name, str(page)) for name, page in wanted} == drawn
    core = value_of(report, "core")
    kept = core["kept"]  # type: ignore[index]
    assert kept
    assert all((report / path).read_bytes().startswith(b"%PDF") for path in kept.values())
    assert not list(report.rglob("*.htm*"))[1:]  # no page of the web, only the report's own


def test_a_report_takes_the_place_of_an_earlier_one(published: Path, tmp_path: Path) -> None:
    """Of another version: its pages, documents and data go; a note that somebody put there stays."""
    version, out, cache = (published / "current").resolve(), tmp_path / "out", report_cache(published)
    write_report(version, published.parent / "raw", cache, into=out, pages="rows")
    before = files_of(out)
    earlier = (
        "data/document-0123456789abcdef.js",
        "documents/0123456789abcdef.pdf",
        "pages/0123456789abcdef-3.png",
    )
    mine = ("documents/à lire.pdf", "pages/0123.png", "LISEZMOI.txt")
    for name in (*earlier, *mine):
        (out / name).write_bytes(b"x")
    write_report(version, published.parent / "raw", cache, into=out, pages="recommendations")
    after = files_of(out)
    assert set(mine) == after.keys() - before.keys()
    assert after.keys() - set(mine) == files_of(published / FOLDER).keys()
    assert len([name for name in before if name.startswith("pages/")]) > len(
        [name for name in after if name.endswith("png")]
    )


def test_without_its_sources_the_report_still_opens(published: Path, tmp_path: Path) -> None:
    version = (published / "current").resolve()
    page = write_report(version, tmp_path / "nothing", report_cache(published), into=tmp_path / "report")
    assert page.exists()
    assert value_of(tmp_path / "report", "core")["kept"] == {}  # type: ignore[index]


def test_no_address_is_in_what_the_page_loads(published: Path) -> None:
    report = published / FOLDER
    page = html.fromstring((report / "index.html").read_bytes())
    loaded = page.xpath("//script/@src | //link/@href | //img/@src")
    assert loaded
    assert all((report / name).is_file() for name in loaded if name != "data:,")
    assert not page.xpath("//script[not(@src)]")
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; script-src 'self';")
    for path in (
        *(report / "assets").glob("*.css"),
        *(p for p in (report / "assets").glob("*.js") if p.stem != "vega"),
    ):
        content = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in content.replace("https?", ""), path.name


@pytest.mark.parametrize(
    "name", ["base", "overview", "map", "recommendations", "institutions", "studies", "quality"]
)
def test_scripts_make_elements_never_html(name: str) -> None:
    script = (ROOT / "flows" / "report" / "static" / f"{name}.js").read_text(encoding="utf-8")
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
    ):
        assert forbidden not in script


def test_a_data_file_cannot_end_its_script() -> None:
    value = "</script><!-- \u2028 & \U0001f600 ]]>"
    script = as_script("x", [value]).decode()
    assert not set("<>&\u2028") & set(script)
    assert json.loads(script[len('store.give("x",') : -3]) == [value]


def test_every_text_has_both_languages_and_every_key_in_the_scripts_has_a_text() -> None:
    known = texts()
    assert known["fr"].keys() == known["en"].keys()
    assert all(text for language in known.values() for text in language.values())
    scripts = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "flows/report/static").glob("*.js")
    )
    used = {
        part.split('"')[0]
        for opening in (' t("', '(t("', '[t("', '{t("', 'words.many("')
        for part in scripts.split(opening)[1:]
    }
    assert len(used) > 100
    assert sorted(used - known["fr"].keys()) == []


def test_every_rule_of_recommendations_has_words() -> None:
    rules = (ROOT / "extractors/vocabularies/recommendation_rules.csv").read_text(encoding="utf-8")
    codes = [line.split(",")[0] for line in rules.splitlines()[1:] if line]
    assert [code for code in codes if rule_label(code) == code or rule_label(code, "en") == code] == []


CODED = [
    ("recommendations", "modality", "modality"),
    ("country_mentions", "role", "role"),
    ("studies", "level", "level"),
    ("studies", "status", "status"),
    ("corridors", "direction", "direction"),
    ("rejects", "code", "reject"),
    ("runs", "outcome", "outcome"),
    ("institution_names", "kind", "name"),
    ("correction_outcomes", "outcome", "correction"),
    ("quality", "measure", "measure"),
]


@pytest.mark.parametrize(("table", "column", "prefix"), CODED)
def test_every_code_of_the_tables_has_words(table: str, column: str, prefix: str) -> None:
    schema = TABLES[table].model_json_schema()["properties"][column]
    parts = [schema, *schema.get("anyOf", [])]
    codes = [code for part in parts for code in part.get("enum", [])]
    assert codes
    assert [code for code in codes if f"{prefix}.{code}" not in texts()["fr"]] == []


def test_remedies_are_for_codes_of_rejects() -> None:
    codes = set(TABLES["rejects"].model_json_schema()["properties"]["code"]["enum"])
    remedies = {key.removeprefix("remedy.") for key in texts()["en"] if key.startswith("remedy.")}
    assert remedies
    assert remedies <= codes


def test_french_typography() -> None:
    assert french("« l'eau » : 12 % ; oui ?") == "«\u202fl’eau\u202f»\u00a0: 12\u202f%\u202f; oui\u202f?"


def test_losses_are_told_by_file_and_reason(published: Path) -> None:
    with opened(published) as reading:
        assert to_core(reading)["losses"] == []
    assert page_ranges([3, 1, 2, 7]) == "1-3, 7"


def test_map_shows_the_islands() -> None:
    shapes = json.loads((ROOT / "flows/report/static/map.json").read_text(encoding="utf-8"))
    codes = {shape.get("id") for shape in shapes["objects"]["countries"]["geometries"]}
    assert {"CPV", "STP", "COM", "MUS", "SYC", "ESH", "SSD"} <= codes
    assert {"CPV", "STP", "USA", "CAN", "CHN"} <= set(shapes["centres"])


def test_small_enough(published: Path) -> None:
    report = published / FOLDER
    own = [
        path
        for path in report.rglob("*")
        if path.is_file() and path.parent.name not in ("pages", "documents")
    ]
    assert sum(path.stat().st_size for path in own) < 4 * MEGABYTE
