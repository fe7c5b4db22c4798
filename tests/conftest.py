"""Fixtures that several tests share: the model, the shared corpus, small PDFs made on the spot."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flows import cli

if TYPE_CHECKING:
    from spacy.language import Language

    from extractors.study import StudyRows
    from flows.summary import RunSummary
    from schemas.row import Row

ROOT = Path(__file__).resolve().parent.parent
A4_HEIGHT, MARGIN, LEADING, SIZE = 842, 72, 16, 11

for _name, _value in cli.QUIET_PREFECT.items():
    os.environ.setdefault(_name, _value)
os.environ.setdefault("PASSERELLE_REPORT", "off")  # seconds a run; test_report.py asks for it
os.environ.setdefault("PASSERELLE_OCR", "none")  # the same tables on every machine; test_ocr.py gives engines


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-expected`` writes what the code gives now into ``tests/expected/`` (``make expected``)."""
    parser.addoption("--update-expected", action="store_true", help="rewrite tests/expected/")


@pytest.fixture
def expect(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """A function that compares a text with the file of that name in ``tests/expected/``, or rewrites it."""

    def compare(name: str, text: str) -> None:
        file = ROOT / "tests" / "expected" / name
        if request.config.getoption("--update-expected"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8"), f"{name}: see the diff after make expected"

    return compare


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The real pipeline, loaded once."""
    import extractors

    return extractors.load()


@pytest.fixture(scope="session")
def extract(nlp: Language) -> Callable[[Path], StudyRows]:
    """A function from a PDF or a web page to the rows of its study, named by the file."""
    from extractors.html import read_html
    from extractors.pdf import read_pdf
    from extractors.study import extract_study

    def rows_of(path: Path) -> StudyRows:
        read = read_html if path.suffix == ".html" else read_pdf
        return extract_study(read(path.read_bytes()), nlp, study_id=path.stem, file_name=path.name)

    return rows_of


@pytest.fixture(scope="session")
def samples(extract: Callable[[Path], StudyRows]) -> list[StudyRows]:
    """The rows of the sample studies and of the web page, extracted once; nothing may change them."""
    examples = ROOT / "examples"
    files = sorted([*(examples / "studies").glob("*.pdf"), *(examples / "web").glob("*.html")])
    return [extract(path) for path in files]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material beside the project; tests that need it are skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("../shared is not here")
    return folder


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder published from two sample studies and a web page, with its report; the sources are in ``../raw``."""
    from flows.pipeline import run
    from flows.settings import Settings

    folder = tmp_path_factory.mktemp("published")
    paths = [
        ROOT / "examples" / name for name in ("studies/mali.pdf", "studies/synthese.pdf", "web/index.html")
    ]
    settings = Settings(
        raw=folder / "raw",
        processed=folder / "processed",
        workers=1,
        report="recommendations",
        source_date_epoch=0,
    )
    run(settings, paths)
    return folder / "processed"


@pytest.fixture(scope="session")
def hostile_strings() -> list[str]:
    """Forty texts that would act on a web page, a spreadsheet, a terminal or a log if they were let."""
    lines = (ROOT / "tests" / "data" / "hostile_strings.json").read_text(encoding="utf-8")
    strings: list[str] = json.loads(lines)
    return strings


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, hostile_strings: list[str]) -> Path:
    """A published folder in which every text of every table is one of the hostile strings, with its report."""
    from flows.assembly import add_runs, add_views, new_database
    from flows.report.writing import write_report
    from flows.results import insert
    from schemas.tables import Run

    folder = tmp_path_factory.mktemp("hostile") / "processed"
    folder.mkdir()
    rows = hostile_rows(hostile_strings)
    runs = [row for row in rows.pop("runs") if isinstance(row, Run)]
    with new_database(folder / "passerelle.sqlite") as database:
        for name, some in rows.items():
            insert(database, name, some)
        add_views(database)
    add_runs(folder / "passerelle.sqlite", runs)
    write_report(folder, folder.parent / "raw", folder / "cache")
    return folder


def hostile_rows(strings: Sequence[str]) -> dict[str, list[Row]]:
    """One study, document, passage, institution, recommendation… for each text."""
    from flows.reference import reference_rows
    from schemas.tables import TABLES

    rows: dict[str, list[Row]] = dict(reference_rows())
    for number, text in enumerate(strings):
        digest = f"{number:064x}"
        facts: dict[str, Any] = {
            "study_id": str(number),
            "document_id": digest,
            "passage_id": f"p{number}",
            "institution_id": f"i{number}",
            "recommendation_id": f"r{number}",
            "corridor_id": f"c{number}",
            "mention_id": f"m{number}",
            "sha256": digest,
            "gold": digest,
            "decision_id": f"d{number}",
            "other_id": "i0",
            "group_id": "group:r0",
            "run_id": f"run{number}",
            "iso3": "MLI",
            "country_iso3": None if number % 2 else "MLI",
            "origin_iso3": "MLI",
            "destination_iso3": "FRA",
            "media_type": "text/html",
            "text_source": "text",
            "year": None,
            "repeats": None,
            "start_char": 0,
            "end_char": max(1, len(text)),
            "page": 1,
            "position": number,
            "row_id": f"m{number}",
            "table_name": "institution_mentions",
            "decided_on": "2026-01-01",
            "finished_at": datetime(2026, 1, 1, tzinfo=UTC),
            "started_at": datetime(2026, 1, 1, tzinfo=UTC),
            "retrieved_at": None,
        }
        for name in HOSTILE_TABLES:
            rows.setdefault(name, []).append(_hostile_row(TABLES[name], facts, text))
    return rows


HOSTILE_TABLES = (
    *("studies", "documents", "pages", "passages", "country_mentions", "corridors", "corridor_mentions"),
    *(
        "institutions",
        "institution_names",
        "institution_mentions",
        "recommendations",
        "recommendation_addressees",
    ),
    *("recommendation_themes", "recommendation_groups", "recommendation_countries", "evidence", "rejects"),
    *("correction_outcomes", "quality", "runs"),
)


def _hostile_row(table: type[Row], facts: dict[str, Any], text: str) -> Row:
    """A row with the known facts, the first code of each list of codes, ones for numbers, the text elsewhere."""
    values = {}
    for column in table.column_names():
        kind = str(table.model_fields[column].annotation)
        codes = re.findall(r"'(\w+)'", kind) if "Literal" in kind else []
        scalar = table.python_type(column)
        numbers = {int: 1, float: 1.0, bool: True}
        values[column] = (
            facts[column] if column in facts else codes[0] if codes else numbers.get(scalar, text)
        )
    return table(**values)


MakePdf = Callable[[Sequence[Sequence[str]]], bytes]


@pytest.fixture(scope="session")
def make_pdf() -> MakePdf:
    """A function from pages, each a list of lines, to the bytes of a PDF in Helvetica.

    A page without lines is a drawn page: a grey picture and no text, as a scanner makes it.
    """
    return pdf_bytes


@pytest.fixture(scope="session")
def publish_rows() -> Callable[[Path, Mapping[str, Sequence[Row]]], Path]:
    """A function that publishes rows at hand as a whole version, as a run does; its folder."""
    return publish_version


def publish_version(processed: Path, rows: Mapping[str, Sequence[Row]]) -> Path:
    """Write the database of some rows, then everything else from it, and put the version in place."""
    from flows import editions, publish
    from flows.assembly import add_indexes, add_views, check_references, new_database
    from flows.results import insert
    from flows.settings import Settings

    with editions.building(processed) as folder:
        with new_database(folder / publish.DATABASE) as database:
            for name, held in rows.items():
                insert(database, name, held)
            add_indexes(database)
            add_views(database)
            check_references(database)
        draft = publish.Draft(folder, None, some_summary(), Settings(processed=processed))
        for write in publish.WRITERS:
            write(draft)
        version = editions.seal(processed, folder, {"rows": {name: len(held) for name, held in rows.items()}})
        editions.put_in_place(processed, version)
    return version


def some_summary() -> RunSummary:
    """What a run could say of itself."""
    from flows.summary import Corrected, Counts, RunSummary, Words

    counts = dict.fromkeys(("files", "documents", "read"), 1)
    counts |= dict.fromkeys(("ignored", "duplicates", "reused", "rejected", "missing"), 0)
    return RunSummary(
        run_id="r1",
        outcome="done",
        code_version="0.1.0",
        model="fr_core_news_md 3.8.0",
        started_at="2026-01-02T03:04:05+00:00",
        finished_at="2026-01-02T03:04:06+00:00",
        documents=Counts.model_validate(counts | {"collected": {}}),
        pages=1,
        words=Words(read=3, in_blocks=3, furniture=0, lost=0),
        tables={},
        published=True,
        paths={},
        rejects=[],
        corrections=Corrected(outcomes={}, waiting=[]),
        details=[],
    )


def pdf_bytes(pages: Sequence[Sequence[str]]) -> bytes:
    """The bytes of a PDF: catalogue, page tree, font, picture, then two objects for each page."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        _stream(
            b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8",
            bytes([40, 200, 200, 40]),
        ),
    ]
    for number, lines in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 {A4_HEIGHT}] /Contents {6 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> /XObject << /Im1 4 0 R >> >> >>".encode()
        )
        objects.append(_stream(b"", _text(lines) if lines else b"q 595 0 0 842 0 0 cm /Im1 Do Q"))
    return _file(objects)


def _stream(dictionary: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def _text(lines: Sequence[str]) -> bytes:
    shown = [b"BT /F1 %d Tf %d TL %d %d Td" % (SIZE, LEADING, MARGIN, A4_HEIGHT - MARGIN)]
    for line in lines:
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        shown.append(b"(%s) Tj T*" % escaped.encode("cp1252"))
    return b"\n".join([*shown, b"ET"])


def _file(objects: Sequence[bytes]) -> bytes:
    content, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(content))
    )
