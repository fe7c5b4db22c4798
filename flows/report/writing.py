"""The static report of a version: a page, its scripts, one script file for each part of the data, pictures, PDFs.

It opens from any disk without a network: data stand in script files, since a page opened from a disk may not fetch
others. Texts from documents reach the page only as JSON whose ``<`` is escaped, and the scripts make elements from
them, never HTML; the template escapes the rest. The bytes depend on the version's tables alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows import storage
from flows.report import content
from flows.report.pictures import (
    WhichPages,
    draw_missing,
    picture_name,
    place_pictures,
    wanted_pages,
)
from flows.report.reading import Reading, Record, opened
from flows.report.texts import texts

FOLDER = "report"
VIEWS = ("overview", "map", "recommendations", "recurring", "institutions", "studies", "quality")
SCRIPTS = ("base", "tables", "charts", "evidence", *VIEWS, "start")
FIRST_DATA = ("texts", "core")
"""Read with the page; the rest when a view needs it."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What the page may load: files beside it. Styles that charts set on their elements need 'unsafe-inline'."""


def write_report(
    folder: Path,
    raw: Path,
    cache: Path,
    *,
    into: Path | None = None,
    before: Path | None = None,
    workers: int = 1,
    pages: WhichPages = "recommendations",
) -> Path:
    """Write the report of a version folder from its database and the kept sources; the path of its first page.

    It is written ``into`` a folder, by default ``report`` in that of the version, in the place of an earlier one; it
    says what changed since the version in the folder ``before``. ``cache`` keeps pictures and the chart library from
    one version to the next; it may be deleted at any time.

    Raises:
        UsageError: when the folder has no database.
    """
    report = into or folder / FOLDER
    with opened(folder) as reading:
        wanted = wanted_pages(reading, pages)
        draw_missing(wanted, raw, cache / "pictures", workers)
        core = content.to_core(reading) | {
            "pictures": place_pictures(wanted, cache / "pictures", report),
            "kept": keep_documents(reading, raw, report),
            "changes": changes_since(before, folder),
        }
        written = {report / path for path in core["kept"].values()}
        written |= {
            report / picture_name(name, page) for name, drawn in core["pictures"].items() for page in drawn
        }
        for name, value in data(reading, core):
            path = report / "data" / f"{name}.js"
            storage.write_plain(path, as_script(name, value))
            written.add(path)
    clear_earlier(report, written)
    write_assets(report, cache)
    storage.write_plain(report / "index.html", page_html())
    return report / "index.html"


def clear_earlier(report: Path, written: Collection[Path]) -> None:
    """Remove what an earlier report in the folder showed of documents; what somebody else put there stays."""
    for folder in ("data", "documents", "pages"):
        for path in report.joinpath(folder).glob("*"):
            if path not in written and shows_a_document(path.name):
                path.unlink()


def shows_a_document(name: str) -> bool:
    """Whether a file is named as the data, the PDF or the picture of a page of a document is."""
    stem, _, suffix = name.rpartition(".")
    document = stem.removeprefix("document-").partition("-")[0]
    return (
        suffix in ("js", "pdf", "png")
        and len(document) == content.DOCUMENT_NAME
        and set(document) <= set("0123456789abcdef")
    )


def data(reading: Reading, core: Record) -> Iterator[tuple[str, Any]]:
    """Name and value of each data file."""
    from flows.report.charts import charts, map_data  # Altair takes a second to import

    boxes = content.boxes_of(reading)
    yield "texts", texts()
    yield "core", core
    yield "charts", charts()
    yield "map", map_data()
    yield "recommendations", content.to_recommendations(reading, boxes)
    yield "groups", content.to_groups(reading)
    yield "institutions", content.to_institutions(reading)
    yield "corridors", content.to_corridors(reading)
    for name, document in content.to_documents(reading, boxes).items():
        yield f"document-{name}", document


def as_script(name: str, value: Any) -> bytes:
    """A data file: a call that gives a JSON value, in which no character can end a script."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in ("<", ">", "&", "\u2028", "\u2029"):
        plain = plain.replace(char, f"\\u{ord(char):04x}")
    return f'store.give("{name}",{plain});\n'.encode("utf-8", "backslashreplace")


def keep_documents(reading: Reading, raw: Path, report: Path) -> dict[str, str]:
    """Put the kept PDFs beside the report; name of a document → its file, relative to the report's page.

    Web pages are not put there: opened from a disk, they would run their scripts and fetch addresses.
    """
    kept: dict[str, str] = {}
    for row in reading.table("documents", "document_id"):
        source = storage.source_path(raw, row["document_id"], "application/pdf")
        if row["study_id"] and row["media_type"] == "application/pdf" and source.exists():
            name = row["document_id"][: content.DOCUMENT_NAME]
            kept[name] = f"documents/{name}.pdf"
            storage.share(source, report / kept[name])
    return kept


def changes_since(before: Path | None, folder: Path) -> list[Record]:
    """Table, rows added, removed and changed, and the causes, where something changed."""
    if before is None or not (before / "tables").is_dir():
        return []
    from flows.difference import compare

    counts: dict[str, Record] = {}
    for change in compare(before, folder).changes:
        row = counts.setdefault(change.table, {"table": change.table, "causes": set()})
        row[change.kind] = row.get(change.kind, 0) + 1
        row["causes"] |= set(change.cause.split("+"))
    return [row | {"causes": sorted(row["causes"])} for row in counts.values()]


def write_assets(report: Path, cache: Path) -> None:
    """Write the style sheet, the scripts and the chart library."""
    static = resources.files("flows.report").joinpath("static")
    for name in ("report.css", *(f"{script}.js" for script in SCRIPTS)):
        storage.write_plain(report / "assets" / name, static.joinpath(name).read_bytes())
    storage.share(chart_library(cache), report / "assets" / "vega.js")


def chart_library(cache: Path) -> Path:
    """Vega, Vega-Lite and Vega-Embed as one script, made once for each version of vl-convert."""
    path = cache / f"vega-{version('vl-convert-python')}.js"
    if not path.exists():
        import vl_convert

        bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]
        # its own names stay inside a function: short ones such as ``t`` would take those of our scripts
        storage.write_atomically(path, f"(() => {{\n{bundle}\n}})();\n".encode())
    return path


def page_html() -> bytes:
    """The page itself, in French; its scripts put the other language in place."""
    environment = Environment(
        loader=PackageLoader("flows.report"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    scripts = ["assets/base.js", *(f"data/{name}.js" for name in FIRST_DATA)]
    scripts += [f"assets/{name}.js" for name in SCRIPTS if name != "base"]
    page = environment.get_template("index.html").render(
        texts=texts()["fr"], views=VIEWS, scripts=scripts, policy=POLICY
    )
    return page.encode()
