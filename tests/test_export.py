"""What derives from the contract is accepted by those it is for: SQLite, Arrow, Frictionless, readers."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pyarrow.parquet as pq
import pytest

from flows.reference import reference_rows
from schemas import export, labels, tables
from schemas.document import Zone
from schemas.row import Row
from schemas.tables import TABLES, DocumentPage, Institution, Passage, Reject, Run, SourceDocument, Study
from schemas.view_columns import COLUMNS
from schemas.views import ALIASES, VIEWS

PublishRows = Callable[[Path, Mapping[str, Sequence[Row]]], Path]

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = "a" * 64
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
FORMULA = '=HYPERLINK("http://example.org";"cliquez")'

EVERY_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())


def sample_rows() -> dict[str, list[Row]]:
    """A row or two of the tables with every kind of column, and texts that are hard on writers."""
    study = {"region": None, "year": 2020, "language": "fr", "publisher": None, "source_url": None}
    passage = {"study_id": "mali", "document_id": DOCUMENT, "page": 1, "kind": "paragraph", "zone": "body"}
    passage |= {"marker": ""}
    passage |= dict.fromkeys(
        ("level", "note_of", "note_offset", "table_number", "row", "column", "language", "xpath")
    )
    texts = (FORMULA, 'Un "mot", une virgule, l’œuvre\u202f; deux\nlignes', "", "-12", "NA")
    reject = {
        "document_id": DOCUMENT,
        "file_name": "mali.pdf",
        "stage": "read",
        "message": "Page sans texte.",
        "url": None,
    }
    return reference_rows() | {
        "studies": [
            Study(
                study_id="mali",
                file_name="mali.pdf",
                title="Étude",
                level="national",
                country_iso3="MLI",
                page_count=1,
                status="extracted",
                **study,
            )
        ],
        "documents": [
            SourceDocument(
                document_id=DOCUMENT,
                study_id="mali",
                file_name="mali.pdf",
                sha256=DOCUMENT,
                media_type="application/pdf",
                bytes=12,
                url=None,
                retrieved_at=MOMENT,
                text_source="text",
            )
        ],
        "pages": [
            DocumentPage(
                document_id=DOCUMENT,
                page=1,
                width_pt=595.276,
                height_pt=841.89,
                words_read=3,
                words_in_blocks=3,
                words_furniture=0,
                words_lost=0,
                text_quality="ok",
                language="fr",
                engine="pdfium",
                note="",
                defects=0,
            )
        ],
        "passages": [
            Passage.model_validate(
                passage | {"passage_id": f"p{n}", "position": n, "section": "", "lead_in": "", "text": text}
            )
            for n, text in enumerate(texts)
        ],
        "institutions": [
            Institution(
                institution_id="inst:ml:employment_service:anpe",
                name="ANPE",
                acronym=None,
                type="employment_service",
                country_iso3="MLI",
                registry=True,
                study_count=1,
                mention_count=2,
            )
        ],
        "rejects": [
            Reject.model_validate(reject | {"page": page, "code": "image_only"}) for page in (None, 1, 2)
        ],
        "runs": [
            Run(
                run_id="r1",
                started_at=MOMENT,
                finished_at=MOMENT,
                code_version="0.1.0+0",
                model="fr_core_news_md 3.8.0",
                documents=1,
                rows=9,
                outcome="done",
            )
        ],
    }


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, publish_rows: PublishRows) -> Path:
    processed = tmp_path_factory.mktemp("processed")
    publish_rows(processed, sample_rows())
    return processed


@pytest.fixture
def database() -> Any:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        for table in TABLES.values():
            connection.execute(export.to_sql(table))
            for statement in export.to_sql_indexes(table):
                connection.execute(statement)
        yield connection


MALI = ("MLI", "ML", "Mali", "Mali", None, None)


@pytest.mark.parametrize(
    ("table", "good", "position", "bad"),
    [
        ("countries", MALI, 0, "ML"),
        ("countries", MALI, 0, "mli"),
        ("countries", MALI, 2, None),
        ("actors", ("ministry", "Ministère", "Ministry"), 0, None),
        (
            "studies",
            ("s", "s.pdf", "S", "national", None, None, 2020, "fr", None, None, 3, "extracted"),
            3,
            "local",
        ),
        ("studies", ("s", "s.pdf", "S", "other", None, None, 2020, "fr", None, None, 3, "no_text"), 4, "MLI"),
        ("studies", ("s", "s.pdf", "S", "other", None, None, 2020, "fr", None, None, 3, "no_text"), 6, 1492),
        (
            "runs",
            ("r", "2026-01-02T03:04:05.678901Z", "2026-01-02T03:04:06Z", "v", "m", 1, 2, "done"),
            1,
            "hier",
        ),
        ("rejects", (DOCUMENT, "f.pdf", None, "read", "broken", "…", None), 0, "f.pdf"),
        ("rejects", (DOCUMENT, "f.pdf", None, "read", "broken", "…", None), 2, 0),
    ],
)
def test_sqlite_refuses_bad_rows(
    database: sqlite3.Connection, table: str, good: tuple[Any, ...], position: int, bad: Any
) -> None:
    insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(good))})"  # noqa: S608 - names of the contract
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(insert, (*good[:position], bad, *good[position + 1 :]))
    database.execute(insert, good)
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(insert, good)  # the same key again, also where a part of it is empty


def test_sqlite_refuses_wrong_types(database: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        database.execute("INSERT INTO evidence VALUES ('t', 'r', 'first', 'd', 1, 0, 0, 0, 0)")


@EVERY_TABLE
def test_arrow_schema_is_the_contract(table: type[Row]) -> None:
    schema = export.to_arrow(table)
    assert schema.names == table.column_names()
    assert [f.nullable for f in schema] == [table.is_nullable(n) for n in table.column_names()]


def test_frictionless_accepts_the_publication(published: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str((published / "current").resolve() / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]


def test_frictionless_refuses_what_breaks_the_contract(published: Path, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    package = json.loads((published / "datapackage.json").read_text())
    (resource,) = (r for r in package["resources"] if r["name"] == "actors")
    resource = {k: v for k, v in resource.items() if k not in ("hash", "bytes")} | {"path": "actors.csv"}
    (tmp_path / "actors.csv").write_text("code,label_fr,label_en\nministry,a,b\nministry,c,d\n")
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_formats_agree_cell_by_cell(published: Path) -> None:
    expected = sample_rows()
    with closing(sqlite3.connect(published / "passerelle.sqlite")) as connection:
        for name, table in TABLES.items():
            rows = sorted(
                (tuple(row.model_dump().values()) for row in expected.get(name, [])),
                key=lambda row: repr(row),
            )
            parquet = pq.read_table(published / "tables" / f"{name}.parquet").to_pylist()
            assert sorted((tuple(row.values()) for row in parquet), key=lambda row: repr(row)) == rows
            key = ", ".join(table.primary_key)
            stored = connection.execute(f'SELECT * FROM "{name}" ORDER BY {key}').fetchall()  # noqa: S608
            assert [tuple(map(str, r)) for r in stored] == [
                tuple(_as_sql(value) for value in row.values()) for row in parquet
            ]
            with (published / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                header, *lines = csv.reader(file)
            assert header == table.column_names()
            assert [tuple(line) for line in lines] == [
                tuple(_as_csv(value) for value in row.values()) for row in parquet
            ]


def _as_sql(value: Any) -> str:
    if isinstance(value, datetime):
        return _as_csv(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _as_csv(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_csv_is_exact_utf8_with_lf(published: Path) -> None:
    content = (published / "tables" / "passages.csv").read_bytes()
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(published / "tables" / "passages.csv", keep_default_na=False)
    assert frame.text[0] == FORMULA  # not escaped: offsets point into it; the package says how to import it
    package = json.loads((published / "datapackage.json").read_text())
    assert "importez les colonnes comme texte" in package["description"]


def test_package_names_every_file_with_its_hash(published: Path) -> None:
    from flows.storage import digest

    package = json.loads((published / "datapackage.json").read_text())
    assert [r["name"] for r in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        for facts in (resource, resource["parquet"]):
            file = published / facts["path"]
            assert facts["hash"] == f"sha256:{digest(file)}"
            assert facts["bytes"] == file.stat().st_size


def test_views_answer_with_the_columns_that_are_described(published: Path) -> None:
    with closing(sqlite3.connect(published / "passerelle.sqlite")) as connection:
        for view in VIEWS.values():
            assert view.name.startswith("v_")
            key = ", ".join(f'"{part}"' for part in view.key)
            cursor = connection.execute(f'SELECT * FROM "{view.name}" ORDER BY {key}')  # noqa: S608
            assert [column[0] for column in cursor.description] == view.column_names()
            keys = [tuple(row[view.column_names().index(part)] for part in view.key) for row in cursor]
            assert len(keys) == len(set(keys)), view.name
        for old, view_name in ALIASES.items():
            assert connection.execute(f'SELECT count(*) FROM "{old}"').fetchone() is not None, view_name  # noqa: S608
        (row,) = connection.execute("SELECT country_fr, level_en, page_count FROM v_studies").fetchall()
        assert row == ("Mali", "national", 1)
        (fresh,) = connection.execute("SELECT study_title, run_outcome_fr FROM v_freshness").fetchall()
        assert fresh == ("Étude", "terminée")
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_every_described_column_is_in_a_view_and_in_both_languages() -> None:
    used = {column for view in VIEWS.values() for column in view.columns}
    assert used == set(COLUMNS.values())
    for column in used:
        assert column.description_fr
        assert column.description_en


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (labels.LEVEL, tables.Level), (labels.STATUS, tables.StudyStatus), (labels.MENTION_KIND, tables.MentionKind),
        (labels.ROLE, tables.Role), (labels.ZONE, Zone), (labels.DIRECTION, tables.Direction),
        (labels.MODALITY, tables.Modality), (labels.OUTCOME, tables.Outcome), (labels.MEASURE, tables.QualityMeasure),
    ],
)  # fmt: skip
def test_every_code_has_its_words(labels: labels.Labels, codes: object) -> None:
    assert set(labels) == set(get_args(codes))


def test_dictionary_is_fresh() -> None:
    stored = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert stored == export.to_markdown(TABLES, VIEWS), "stale: run make dictionary"


@EVERY_TABLE
def test_dictionary_names_every_column(table: type[Row]) -> None:
    dictionary = export.to_markdown({table.table: table}, {})
    assert all(f"| `{name}` |" in dictionary for name in table.column_names())
