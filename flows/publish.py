"""Publication: validated frames become Parquet, CSV, SQLite and a Data Package, swapped in as one version.

The bytes of Parquet and CSV depend on the rows alone: rows are sorted by key, columns typed by the contract,
writers given fixed options, and no time or machine enters them. CSV cells are exact, since character offsets
point into them: nothing is put before a cell that a spreadsheet would take for a formula (the Data Package
and the dictionary say so; see docs/decisions/).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from flows import storage
from flows.views import VIEWS
from schemas import export
from schemas.row import Row, check_foreign_keys, to_frame
from schemas.tables import TABLES

DATABASE = "passerelle.sqlite"
PUBLISHED = ("tables", DATABASE, "datapackage.json", "data-dictionary.md", "run.json")
"""What stands in the folder of a version, and under the same names in ``processed/``."""

ROWS_AT_ONCE = 10_000


def to_frames(rows: Mapping[str, Sequence[Row]]) -> dict[str, pd.DataFrame]:
    """A typed, sorted frame for every table of the contract, empty where there are no rows.

    Raises:
        TableError: when keys are doubled or references lead nowhere.
    """
    frames = {name: to_frame(table, rows.get(name, ())) for name, table in TABLES.items()}
    check_foreign_keys(TABLES, frames)
    return frames


def publish(
    processed: Path, frames: Mapping[str, pd.DataFrame], run: Mapping[str, Any], *, version: str
) -> None:
    """Write a whole new version beside the published one and swap it in."""
    with storage.new_version(processed, str(run["run_id"])) as folder:
        tables = {name: to_arrow_table(TABLES[name], frame) for name, frame in frames.items()}
        parquet_files = {name: write_parquet(folder, name, table) for name, table in tables.items()}
        csv_files = {name: write_csv(folder, name, table) for name, table in tables.items()}
        write_sqlite(folder / DATABASE, tables)
        package = export.to_datapackage(TABLES, csv_files, parquet_files, version=version)
        storage.write_json(folder / "datapackage.json", package)
        storage.write_atomically(folder / "data-dictionary.md", export.to_markdown(TABLES).encode())
        storage.write_json(folder / "run.json", run)
        storage.swap_in(processed, folder, PUBLISHED)


def to_arrow_table(table: type[Row], frame: pd.DataFrame) -> pa.Table:
    """The Arrow table of a frame, with the contract's schema and nothing of pandas in it."""
    schema = export.to_arrow(table)
    columns = [pa.array(frame[field.name], type=field.type, from_pandas=True) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def write_parquet(folder: Path, name: str, table: pa.Table) -> export.FileFacts:
    """Write ``tables/<name>.parquet``."""
    path = _table_path(folder, name, "parquet")
    pa.parquet.write_table(table, path, compression="zstd", compression_level=3, version="2.6")
    return _facts(folder, path)


def write_csv(folder: Path, name: str, table: pa.Table) -> export.FileFacts:
    """Write ``tables/<name>.csv``: UTF-8, LF, a header, texts quoted, no value as an empty cell."""
    path = _table_path(folder, name, "csv")
    columns = [_csv_column(table.column(field.name), field.type) for field in table.schema]
    plain = pa.Table.from_arrays(columns, names=table.column_names)
    pa.csv.write_csv(plain, path, pa.csv.WriteOptions(quoting_style="needed"))
    return _facts(folder, path)


def _csv_column(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """A column as CSV shows it: timestamps as ISO 8601 with Z, the rest as they are."""
    if not pa.types.is_timestamp(kind):
        return column
    texts = [None if value is None else _iso(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, type=pa.string())])


def _iso(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _table_path(folder: Path, name: str, suffix: str) -> Path:
    path = folder / "tables" / f"{name}.{suffix}"
    path.parent.mkdir(exist_ok=True)
    return path


def _facts(folder: Path, path: Path) -> export.FileFacts:
    return export.FileFacts(path.relative_to(folder).as_posix(), path.stat().st_size, storage.digest(path))


def write_sqlite(path: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write the database: STRICT tables with their keys, indexes on references, and the views.

    Raises:
        sqlite3.IntegrityError: when a row breaks the contract, which the frames should have shown.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")  # nobody reads it before it is whole
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("BEGIN")
        for name, table in tables.items():
            database.execute(export.to_sql(TABLES[name]))
            marks = ", ".join("?" * table.num_columns)
            database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', _sql_rows(table))  # noqa: S608 - our names
        for name in tables:
            for statement in export.to_sql_indexes(TABLES[name]):
                database.execute(statement)
        for view, (_, statement) in VIEWS.items():
            database.execute(f'CREATE VIEW "{view}" AS {statement}')
        database.execute("COMMIT")
        database.execute("PRAGMA optimize")


def _sql_rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        columns = [[_sql_value(value) for value in column.to_pylist()] for column in batch.columns]
        yield from zip(*columns, strict=True)


def _sql_value(value: Any) -> Any:
    return _iso(value) if isinstance(value, datetime) else value
