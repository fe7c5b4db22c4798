"""What one document gave, as bytes: a small SQLite image of its rows, compressed, with its own checksum.

A worker makes it, the parent keeps it as it is, and a version is assembled from many of them inside SQLite, row by
row, without a single row becoming an object. Its *facts* say in a few bytes what a report, the ledger and the next
run need to know of it. An image is opened as what it is, the work of a process that read hostile bytes: its checksum
is compared first, its schema is not trusted, and the tables it is poured into check every value again.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from extractors.study import StudyRows
from flows.losses import UNREAD
from flows.ocr import OCR_ENGINES
from schemas import export
from schemas.export import quoted
from schemas.hygiene import clean
from schemas.row import R, Row
from schemas.tables import TABLES, Reject, StudyStatus

CHECKSUM = 32
FAST = 1
"""Level of compression: an image is written once and read a few times."""

LARGEST_IMAGE = 1 << 30
"""Bytes of an image; no document within the limits comes near."""

FAILURES = frozenset({"internal_error", "crashed", "resource_limit"})
"""Codes of what went wrong with us, not with the document: it is tried again."""

STUDY_TABLES = tuple(part.name for part in fields(StudyRows) if part.name in TABLES)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a document gave: its rows (None when it could not be used) and what is missing from them."""

    rows: StudyRows | None
    rejects: list[Reject]
    text_source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be known of a document's result without opening it."""

    status: StudyStatus | Literal["rejected"]
    text_source: str
    pages: int
    country_mentions: int
    institution_mentions: int
    recommendations: int
    words_read: int
    words_in_blocks: int
    words_furniture: int
    words_lost: int
    needs_engine: bool
    rejects: tuple[Reject, ...]

    @property
    def failure(self) -> Reject | None:
        """What went wrong with us while it was read, if anything did; a page that was lost is not read again."""
        return next((r for r in self.rejects if r.page is None and r.code in FAILURES), None)


FACTS = TypeAdapter(Facts)


class DamagedResult(Exception):  # noqa: N818 - named by what it is about
    """Bytes that are not those that were written."""


def pack(extraction: Extraction) -> bytes:
    """The result of a document as it travels and is kept. The same rows give the same bytes."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("PRAGMA page_size = 1024")  # many tables of small documents are nearly empty
        database.execute("BEGIN")
        database.execute("CREATE TABLE facts (json TEXT NOT NULL, printed TEXT NOT NULL) STRICT")
        printed = extraction.rows.printed if extraction.rows else ""
        database.execute(
            "INSERT INTO facts VALUES (?, ?)", (FACTS.dump_json(facts_of(extraction)).decode(), printed)
        )
        for name, rows in extraction.rows.tables() if extraction.rows else ():
            database.execute(export.to_sql_columns(TABLES[name]))
            insert(database, name, rows)
        database.execute("COMMIT")
        packed = zlib.compress(database.serialize(), FAST)
    return hashlib.sha256(packed).digest() + packed


def facts_of(extraction: Extraction) -> Facts:
    """The facts of a result."""
    rows = extraction.rows or StudyRows()
    return Facts(
        status=rows.studies[0].status if rows.studies else "rejected",
        text_source=extraction.text_source,
        pages=len(rows.pages),
        country_mentions=len(rows.country_mentions),
        institution_mentions=len(rows.institution_mentions),
        recommendations=len(rows.recommendations),
        words_read=sum(page.words_read for page in rows.pages),
        words_in_blocks=sum(page.words_in_blocks for page in rows.pages),
        words_furniture=sum(page.words_furniture for page in rows.pages),
        words_lost=sum(page.words_lost for page in rows.pages),
        needs_engine=any(
            page.text_quality in UNREAD or page.engine.startswith(OCR_ENGINES) for page in rows.pages
        ),
        rejects=tuple(extraction.rejects),
    )


def image_of(result: bytes) -> bytes:
    """The SQLite image in a result.

    Raises:
        DamagedResult: when a byte of it changed.
    """
    packed = result[CHECKSUM:]
    if hashlib.sha256(packed).digest() != result[:CHECKSUM]:
        raise DamagedResult("the checksum of a result is not that of its bytes")
    unpacker = zlib.decompressobj()
    image = unpacker.decompress(packed, LARGEST_IMAGE)
    if not unpacker.eof:
        raise DamagedResult(f"a result of more than {LARGEST_IMAGE} bytes")
    return image


@contextmanager
def opened(result: bytes) -> Iterator[sqlite3.Connection]:
    """A result as a database of its own."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        database.deserialize(image_of(result))
        yield database


def read_facts(result: bytes) -> Facts:
    """The facts of a result."""
    with opened(result) as database:
        return FACTS.validate_json(database.execute("SELECT json FROM facts").fetchone()[0])


def read_rows(result: bytes) -> StudyRows | None:
    """The rows of a result as objects, validated: for what changes them, such as a human correction."""
    with opened(result) as database:
        if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'studies'").fetchone():
            return None
        rows = {name: select(database, TABLES[name]) for name in STUDY_TABLES}
        (printed,) = database.execute("SELECT printed FROM facts").fetchone()
    return StudyRows(**rows, printed=printed)  # type: ignore[arg-type]


# -- Rows in SQLite ----------------------------------------------------------------------------------------


def insert(database: sqlite3.Connection, name: str, rows: Iterable[Row], *, into: str | None = None) -> None:
    """Insert rows into the table of their contract, or into another that has its columns."""
    names = TABLES[name].column_names()
    marks = ", ".join("?" * len(names))
    values = (tuple(to_sql_value(getattr(row, part)) for part in names) for row in rows)
    place = f"{into or quoted(name)} ({listed(name)})"
    database.executemany(f"INSERT INTO {place} VALUES ({marks})", values)  # noqa: S608 - our names


def listed(name: str) -> str:
    """The columns of a table, as SQL lists them."""
    return ", ".join(map(quoted, TABLES[name].column_names()))


def select(database: sqlite3.Connection, table: type[R], where: str = "", *arguments: Any) -> list[R]:
    """Rows of a table as objects, in the order in which they were inserted."""
    kinds = [(name, table.python_type(name)) for name in table.column_names()]
    found = database.execute(
        f"SELECT {listed(table.table)} FROM {quoted(table.table)} {where} ORDER BY rowid",  # noqa: S608 - our names
        arguments,
    )
    return [
        table(
            **{name: from_sql_value(value, kind) for (name, kind), value in zip(kinds, values, strict=True)}
        )
        for values in found
    ]


def to_sql_value(value: Any) -> Any:
    """A value as SQLite, and so every writer, holds it: clean text, timestamps as ISO 8601 with Z."""
    if isinstance(value, str):
        return clean(value)
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else value


def from_sql_value(value: Any, kind: type) -> Any:
    """A value as rows hold it."""
    if value is None or kind not in (bool, datetime):
        return value
    return bool(value) if kind is bool else datetime.fromisoformat(value)
