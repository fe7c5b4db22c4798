"""Publication: a database becomes a whole version (Parquet, CSV, Data Package, …), checked and swapped in at once.

Every format is written from the one database, each table by its primary key, in batches of fixed size, so all agree.
The bytes of Parquet and CSV depend on the rows alone: columns typed by the contract, writers given fixed options,
and no time or machine enters them. CSV cells are exact, since character offsets point into them: nothing is put
before a cell that a spreadsheet would take for a formula (the Data Package and the dictionary say so; see
docs/decisions/).

Three lists are where other parts join in: :data:`CHECKS` look at a version before it is published and may refuse it,
:data:`WRITERS` add to its folder, :data:`AFTERWARDS` hand on what was published. Each gets a :class:`Draft`, reads
the version's own files (``passerelle.sqlite``, ``tables/``) and nothing of the run's memory.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from pydantic import SecretStr

from flows import storage
from flows.bounds import check_bounds
from flows.errors import DatabaseNotUpdated, EnvironmentIncomplete
from flows.results import listed
from flows.settings import Settings
from flows.spreadsheets import write_spreadsheets
from flows.summary import RunSummary
from schemas import export
from schemas.export import quoted
from schemas.row import Row
from schemas.tables import TABLES
from schemas.views import VIEWS

if TYPE_CHECKING:
    from flows.postgres import Publication

DATABASE = "passerelle.sqlite"
ROWS_AT_ONCE = 16_384
"""Rows of a Parquet row group, and of what is held in memory of a table."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that is being written.

    Attributes:
        folder: its folder; ``passerelle.sqlite`` is there, and what the writers before added.
        published: the folder of the version that it is to follow, or None.
        summary: what the run says of itself.
        settings: the settings of the run.
        accept_fall: whether tables may fall.
        force: whether everything is to be done anew, whatever is known to be done.
    """

    folder: Path
    published: Path | None
    summary: RunSummary
    settings: Settings
    accept_fall: bool = False
    force: bool = False

    @property
    def database(self) -> Path:
        """The version's database."""
        return self.folder / DATABASE


Step = Callable[[Draft], None]


def write_tables(draft: Draft) -> None:
    """Write ``tables/<name>.parquet`` and ``tables/<name>.csv`` for every table."""
    (draft.folder / "tables").mkdir()
    with closing(open_readonly(draft.database)) as database:
        for name, table in TABLES.items():
            write_table(draft.folder / "tables" / name, export.to_arrow(table), batches(database, table))


def write_package(draft: Draft) -> None:
    """Write ``datapackage.json`` and the data dictionary."""
    files = {
        suffix: {name: facts(draft.folder, draft.folder / "tables" / f"{name}.{suffix}") for name in TABLES}
        for suffix in ("csv", "parquet")
    }
    with closing(open_readonly(draft.database)) as database:
        works = database.execute("SELECT title, source_url FROM studies ORDER BY study_id").fetchall()
    package = export.to_datapackage(
        TABLES,
        files["csv"],
        files["parquet"],
        version=draft.summary.code_version,
        sources=[export.PackageSource(*work) for work in works],
    )
    storage.write_json(draft.folder / "datapackage.json", package)
    storage.write_atomically(draft.folder / "data-dictionary.md", export.to_markdown(TABLES, VIEWS).encode())


def write_sheets(draft: Draft) -> None:
    """Write the spreadsheets for people."""
    write_spreadsheets(draft.database, draft.folder)


def write_run(draft: Draft) -> None:
    """Write ``run.json``: the summary of the run."""
    storage.write_atomically(
        draft.folder / "run.json", draft.summary.model_dump_json(indent=2).encode() + b"\n"
    )


def write_report(draft: Draft) -> None:
    """Write ``report/``, unless the settings want none: what people open to see what was found."""
    settings = draft.settings
    if settings.report == "off":
        return
    from flows.report import writing

    writing.write_report(
        draft.folder,
        settings.raw,
        storage.report_cache(settings.processed),
        before=draft.published,
        workers=settings.workers,
        pages=settings.report,
    )


def check(draft: Draft) -> None:
    """Compare the rows of the draft with those of the published version.

    Raises:
        PublicationWithheld: when a table fell, and nobody accepted it.
    """
    if draft.published is not None and not draft.accept_fall:
        check_bounds(draft.database, draft.published / DATABASE)


def hand_to_database(draft: Draft) -> None:
    """Bring the PostgreSQL database to the version, where the settings name one.

    Raises:
        DatabaseNotUpdated: when it did not take the version in.
    """
    if draft.settings.postgres_url is not None:
        done = to_database(draft.folder, draft.settings.postgres_url, compare_all=draft.force)
        for note in done.notes:
            logging.getLogger(__name__).warning(note)


def to_database(folder: Path, url: SecretStr, *, compare_all: bool = False) -> Publication:
    """Hand a version on to a PostgreSQL database; ``compare_all`` as in :func:`flows.postgres.publish`.

    Raises:
        DatabaseNotUpdated: when it did not take the version in.
        EnvironmentIncomplete: when its client is not installed.
    """
    try:
        from flows import postgres
    except ImportError:
        raise EnvironmentIncomplete(
            "Il manque le client de PostgreSQL : pip install 'passerelle[postgres]'. Ce qui est sur le disque reste "
            "publié."
        ) from None
    return postgres.publish(folder, url.get_secret_value(), compare_all=compare_all)


def hand_on(draft: Draft) -> list[str]:
    """Hand a published version on, each step whatever became of the others; what went wrong and what to do (French)."""
    faults = []
    for step in AFTERWARDS:
        try:
            step(draft)
        except (DatabaseNotUpdated, EnvironmentIncomplete) as error:
            faults.append(str(error))
    return faults


CHECKS: tuple[Step, ...] = (check,)
"""Checks before publication, on the database (contract and references were checked as it was assembled)."""

WRITERS: tuple[Step, ...] = (write_tables, write_package, write_sheets, write_run, write_report)
"""Writers of a version folder, in order: each reads what is there and adds files of its own."""

AFTERWARDS: tuple[Step, ...] = (hand_to_database,)
"""What is done once a version is published (``folder`` is then its place); also when a run found nothing new, so
each must be content to be called twice for one version."""


# -- Tables ------------------------------------------------------------------------------------------------


def open_readonly(path: Path) -> sqlite3.Connection:
    """A database that is only read."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def batches(database: sqlite3.Connection, table: type[Row]) -> Iterator[pa.RecordBatch]:
    """The rows of a table by primary key, some at a time, with the contract's types."""
    schema = export.to_arrow(table)
    key = ", ".join(map(quoted, table.primary_key))
    cursor = database.execute(f"SELECT {listed(table.table)} FROM {quoted(table.table)} ORDER BY {key}")  # noqa: S608
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        columns = zip(*rows, strict=True)
        arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _array(column: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        return pa.array(column, pa.int64()).cast(kind)
    if pa.types.is_timestamp(kind):
        column = tuple(value if value is None else datetime.fromisoformat(value) for value in column)
    return pa.array(column, kind)


def write_table(path: Path, schema: pa.Schema, rows: Iterator[pa.RecordBatch]) -> None:
    """Write a table as Parquet and as CSV: UTF-8, LF, a header, texts quoted, no value as an empty cell."""
    plain = pa.schema([(f.name, pa.string() if pa.types.is_timestamp(f.type) else f.type) for f in schema])
    with ExitStack() as files:
        parquet = files.enter_context(
            pa.parquet.ParquetWriter(
                path.with_suffix(".parquet"),
                schema,
                compression="zstd",
                compression_level=3,
                version="2.6",
            )
        )
        lines = files.enter_context(
            pa.csv.CSVWriter(
                path.with_suffix(".csv"), plain, write_options=pa.csv.WriteOptions(quoting_style="needed")
            )
        )
        for batch in rows:
            parquet.write_batch(batch, row_group_size=ROWS_AT_ONCE)
            columns = [_csv_column(column) for column in batch.columns]
            lines.write_batch(pa.record_batch(columns, schema=plain))


def _csv_column(column: pa.Array) -> pa.Array:
    """A column as CSV shows it: timestamps as ISO 8601 with Z, the rest as they are."""
    if not pa.types.is_timestamp(column.type):
        return column
    texts = [
        None if value is None else value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for value in column.to_pylist()
    ]
    return pa.array(texts, pa.string())


def facts(folder: Path, path: Path) -> export.FileFacts:
    """Path, size and SHA-256 of a file of a version."""
    return export.FileFacts(path.relative_to(folder).as_posix(), path.stat().st_size, storage.digest(path))
