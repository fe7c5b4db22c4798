"""What the data is: documents as read, published rows, export of the contract.

In a notebook::

    import schemas
    tables = schemas.read_tables("processed")
    tables["recommendations"].query("not reported")[["study_id", "page", "text"]]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def read_tables(path: str | Path = "processed") -> dict[str, pd.DataFrame]:
    """Every published table by name, as typed frames (see ``schemas.frames.read_tables``)."""
    from schemas.frames import read_tables as read  # pandas takes a while to import: only when asked for

    return read(path)
