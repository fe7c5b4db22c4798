"""Published tables as pandas frames, for notebooks: the contract's dtypes, keys and descriptions come with them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from schemas.errors import TableError
from schemas.tables import TABLES


def read_tables(path: str | Path = "processed") -> dict[str, pd.DataFrame]:
    """Every published table by name, as typed frames.

    ``path`` is the folder of what is published, one of its versions, or its ``tables/``. Texts are ``string``,
    whole numbers ``Int64``, numbers ``Float64``, yes and no ``boolean``, times ``datetime64[us, UTC]``: a value that is
    absent is ``pd.NA`` (compare with ``isna()``, not with ``None``). ``frame.attrs`` holds ``primary_key`` and
    ``foreign_keys`` (column → table and column). Rows are in the order of their key; the index means nothing.

    Raises:
        FileNotFoundError: when a table is not there.
        TableError: when a table lacks a column of the contract (a later version may have more).
    """
    root = Path(path)
    folder = root if (root / "studies.parquet").exists() else root / "tables"
    return {name: read_table(folder, name) for name in TABLES}


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """One published table of a folder of Parquet files (see :func:`read_tables`)."""
    table, path = TABLES[name], folder / f"{name}.parquet"
    if not path.exists():
        raise FileNotFoundError(
            f"no table {name}.parquet in {folder}: give the folder that passerelle run wrote"
        )
    frame = pq.read_table(path).to_pandas(integer_object_nulls=True, timestamp_as_object=False)
    missing = [column for column in table.column_names() if column not in frame.columns]
    if missing:
        raise TableError(f"{name}: columns {missing} are not in {path}; publish again with this version")
    typed: pd.DataFrame = frame.astype({column: table.dtype(column) for column in table.column_names()})
    typed.attrs = {
        "table": name,
        "title": table.title_fr,
        "primary_key": list(table.primary_key),
        "foreign_keys": {column: list(target) for column, target in table.foreign_keys.items()},
    }
    return typed
