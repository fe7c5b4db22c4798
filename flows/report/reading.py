"""What the report and ``passerelle show`` read: the published database of a version folder, read-only.

Only the standard library: ``show`` answers in less than a second, so nothing here imports pandas or a model.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flows.errors import UsageError

DATABASE_NAME = "passerelle.sqlite"

Record = dict[str, Any]
"""A row as a query gives it: column → text, number or None."""


def version_folder(processed: Path) -> Path:
    """The folder of the published version, resolved once so that all its files are of one version."""
    current = processed / "current"
    return current.resolve() if current.exists() else processed


@contextmanager
def opened(folder: Path) -> Iterator[Reading]:
    """The database of a version folder, which cannot be written through it.

    Raises:
        UsageError: when the folder has none, or the file is no database.
    """
    path = folder / DATABASE_NAME
    if not path.is_file():
        raise UsageError(
            f"Aucune base « {path} » : lancez d'abord passerelle run, ou donnez le dossier publié "
            "avec --processed."
        )
    address = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            yield Reading(connection)
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"« {path} » ne se lit pas comme une base publiée par Passerelle : {error}"
            ) from error


class Reading:
    """Queries on a published database. A table that an older version did not have is empty."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tables = {
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }

    def rows(self, query: str, *values: object) -> list[Record]:
        """The rows of a query with its values."""
        return [dict(row) for row in self._connection.execute(query, values)]

    def table(self, name: str, order: str) -> list[Record]:
        """All rows of a table of the contract, in a given order."""
        return self.rows(f'SELECT * FROM "{name}" ORDER BY {order}') if name in self._tables else []

    def one(self, name: str, key: str, value: object) -> Record | None:
        """The row of a table with a key, if there is one."""
        found = self.rows(f'SELECT * FROM "{name}" WHERE "{key}" = ?', value) if name in self._tables else []
        return found[0] if found else None

    def has(self, name: str) -> bool:
        """Whether the database has a table."""
        return name in self._tables

    def table_where(self, name: str, column: str, value: object) -> list[Record]:
        """The rows of a table with a value in a column, in the order of their keys."""
        return self.rows(f'SELECT * FROM "{name}" WHERE "{column}" = ? ORDER BY 1, 2', value)

    def count(self, name: str) -> int:
        """How many rows a table has."""
        return int(self.rows(f'SELECT count(*) AS n FROM "{name}"')[0]["n"]) if name in self._tables else 0
