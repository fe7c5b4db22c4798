"""The tables of the corpus, assembled in SQLite study after study: memory does not grow with the documents.

The result of each document (``flows.results``) is poured into the new version's database inside SQLite. Only a study
that a human decision may concern becomes objects on the way. Then the corpus is joined (``flows.joining``), and what
all formats are written from is this one database, each table by its primary key.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from extractors.corrections import Corrections, complete, correct_study
from flows.ingest import Intake, Source
from flows.joining import STAGED, join
from flows.reference import reference_rows
from flows.results import FACTS, STUDY_TABLES, image_of, insert, listed, read_rows
from schemas import export
from schemas.errors import TableError
from schemas.export import quoted
from schemas.tables import TABLES, CorrectionOutcome, Reject, Run, SourceDocument
from schemas.view import SQLITE, to_sql_view
from schemas.views import ALIASES, VIEWS

ReadResult = Callable[[Source], bytes]

NO_CODE_TYPE = "application/octet-stream"
CACHE_KIBIBYTES = 32_768
"""Pages that SQLite keeps in memory while it assembles: fixed, whatever the size of the corpus."""

MOST_ORPHANS = 5


@dataclass(slots=True)
class Corpus:
    """What is to be known of all studies while they are poured in."""

    corrections: Corrections
    outcomes: list[CorrectionOutcome] = field(default_factory=list)
    study_ids: set[str] = field(default_factory=set)


def assemble(path: Path, intake: Intake, read_result: ReadResult, corrections: Corrections) -> dict[str, int]:
    """Write the database of a new version: all tables but ``runs``, joined, corrected, indexed and checked.

    The same results give the same bytes, in whatever order the documents were read. Returns the rows of each table.

    Raises:
        TableError: when keys are doubled or references lead nowhere.
        DamagedResult: when a result is not what was written.
    """
    with new_database(path) as database:
        corpus = Corpus(corrections)
        for name, rows in reference_rows().items():
            insert(database, name, rows)
        insert(database, "rejects", unique([*unread_rejects(intake), *intake.duplicates, *intake.notes]))
        insert(database, "documents", unusable_documents(intake))
        for source in intake.sources:
            pour(database, source, read_result(source), corpus)
        add_indexes(database)
        outcomes = [*corpus.outcomes, *join(database, corrections)]
        insert(database, "correction_outcomes", list(complete(corrections, outcomes, corpus.study_ids)))
        add_views(database)
        check_references(database)
        return counts(database)


@contextmanager
def new_database(path: Path) -> Iterator[sqlite3.Connection]:
    """A database with the tables of the contract; nobody reads it before it is whole, so it needs no journal.

    Raises:
        TableError: when a row that is put in breaks the contract.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for setting in (
            "locking_mode = EXCLUSIVE",
            "journal_mode = OFF",
            "synchronous = OFF",
            "trusted_schema = OFF",
            f"cache_size = -{CACHE_KIBIBYTES}",
        ):
            database.execute(f"PRAGMA {setting}")
        database.execute("ATTACH '' AS staged")  # a file of its own, which SQLite removes
        database.executescript(STAGED)
        for table in TABLES.values():
            database.execute(export.to_sql(table))
        try:
            yield database
        except sqlite3.IntegrityError as error:
            raise TableError(f"rows that break the contract: {error}") from error
        database.execute("PRAGMA optimize")


def pour(database: sqlite3.Connection, source: Source, result: bytes, corpus: Corpus) -> None:
    """Add the rows of one document, as corrected."""
    database.execute("ATTACH ':memory:' AS study")
    database.deserialize(image_of(result), name="study")
    (about,) = database.execute("SELECT json FROM study.facts").fetchone()
    facts = FACTS.validate_json(about)
    used = facts.status != "rejected"
    database.execute("BEGIN")
    if used:
        corpus.study_ids.add(source.study_id)
        pour_rows(database, source.study_id, result, corpus)
    insert(database, "rejects", unique(facts.rejects))
    insert(database, "documents", [document_row(source, facts.text_source, used=used)])
    database.execute("COMMIT")
    database.execute("DETACH study")  # with all that SQLite remembers of where its tables are


def pour_rows(database: sqlite3.Connection, study_id: str, result: bytes, corpus: Corpus) -> None:
    """Add the rows of one study: as they are, or as objects where a decision may concern them."""
    rows = read_rows(result) if corpus.corrections else None
    if rows is None:
        for name in STUDY_TABLES:
            columns = listed(name)
            database.execute(
                f"INSERT INTO {place_of(name)} ({columns}) SELECT {columns} FROM study.{quoted(name)}"  # noqa: S608
            )
    else:
        corrected, outcomes = correct_study(rows, corpus.corrections)
        corpus.outcomes += outcomes
        for name, held in corrected.tables():
            insert(database, name, held, into=place_of(name))
    database.execute("UPDATE staged.institutions SET study_id = ? WHERE study_id IS NULL", (study_id,))


def place_of(table: str) -> str:
    """Where the rows of one study go: what is to be joined is staged first."""
    return f'staged."{table}"' if table in ("institutions", "institution_names") else f'main."{table}"'


def unread_rejects(intake: Intake) -> list[Reject]:
    """The rows of what was never read: studies that are missing, files that are no documents."""
    return [*intake.missing, *(item.reject for item in intake.unusable)]


def unusable_documents(intake: Intake) -> list[SourceDocument]:
    """The rows of ``documents`` for files that are no documents, each once."""
    used = {source.document_id for source in intake.sources}
    rows = {
        item.document_id: SourceDocument(
            document_id=item.document_id,
            study_id=None,
            file_name=item.file_name,
            sha256=item.document_id,
            media_type=NO_CODE_TYPE,
            bytes=item.bytes,
            url=None,
            retrieved_at=None,
            text_source="none",
        )
        for item in reversed(intake.unusable)
        if item.document_id not in used
    }
    return list(rows.values())


def document_row(source: Source, text_source: str, *, used: bool) -> SourceDocument:
    """The row of ``documents`` for a document that was read."""
    return SourceDocument(
        document_id=source.document_id,
        study_id=source.study_id if used else None,
        file_name=source.file_name,
        sha256=source.document_id,
        media_type=source.media_type,
        bytes=source.bytes,
        url=source.url,
        retrieved_at=source.retrieved_at,
        text_source=text_source,
    )


def unique(rejects: Iterable[Reject]) -> list[Reject]:
    """The rows of ``rejects``, each key once."""
    return list({(r.document_id, r.file_name, r.stage, r.page, r.code): r for r in rejects}.values())


def add_indexes(database: sqlite3.Connection) -> None:
    """Index what refers to other tables; once they are full, that is faster."""
    for table in TABLES.values():
        for statement in export.to_sql_indexes(table):
            database.execute(statement)


def add_views(database: sqlite3.Connection) -> None:
    """Add the views for dashboards."""
    for view in VIEWS.values():
        database.execute(to_sql_view(view, SQLITE))
    for old, view_name in ALIASES.items():
        database.execute(f'CREATE VIEW "{old}" AS SELECT * FROM "{view_name}"')  # noqa: S608 - our names


def check_references(database: sqlite3.Connection) -> None:
    """Check that every reference finds its row.

    Raises:
        TableError: naming tables and the first orphans.
    """
    orphans = database.execute("PRAGMA foreign_key_check").fetchmany(MOST_ORPHANS)
    if orphans:
        named = "; ".join(f"{table}, row {row}: not in {target}" for table, row, target, _ in orphans)
        raise TableError(f"references that lead nowhere: {named}")


def counts(database: sqlite3.Connection) -> dict[str, int]:
    """The rows of each table."""
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in TABLES}  # noqa: S608


def add_runs(path: Path, runs: Sequence[Run]) -> None:
    """Fill the table that only the end of a run can fill."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        insert(database, "runs", runs)
