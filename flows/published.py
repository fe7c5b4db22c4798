"""The tables of a published version, read back as typed rows: for what looks at results without a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet

from flows.errors import UsageError
from schemas.row import Row
from schemas.tables import TABLES


def read_tables(folder: Path, names: Iterable[str] = TABLES) -> dict[str, list[Row]]:
    """The rows of tables in a folder of Parquet files, by name.

    Raises:
        UsageError: when a table is not there.
    """
    return {name: read_table(folder, TABLES[name]) for name in names}


def read_table(folder: Path, table: type[Row]) -> list[Row]:
    """The rows of one table, without checking again what was checked when it was published."""
    path = folder / f"{table.table}.parquet"
    if not path.is_file():
        raise UsageError(f"Il manque à « {folder} » la table {path.name} : lancez d'abord passerelle run.")
    names = table.column_names()
    records = pyarrow.parquet.read_table(path, columns=names).to_pylist()
    return [table.model_construct(**record) for record in records]
