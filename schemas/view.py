"""What a view is: a query that SQLite and PostgreSQL both answer, and columns described in two languages.

A view is declared once (``schemas.views``); the SQL of both engines, the data dictionary, the comments in
PostgreSQL, the metadata of Datasette and the CSV files for people derive from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """The few words of SQL that differ between the engines."""

    name: str

    def listed(self, value: str, rows: str, order: str | None = None) -> str:
        """A scalar subquery: the values of some rows in one text, ``a ; b``; empty where there are none.

        Without an order each value stands once and they are sorted; with one, as the rows come.
        """
        if order is None:
            rows = f"(SELECT DISTINCT {value} AS value FROM {rows}) AS one"
            value = order = "value"
        if self.name == "postgres":
            return f"(SELECT string_agg({value}, ' ; ' ORDER BY {order}) FROM {rows})"
        return (
            f"(SELECT group_concat(value, ' ; ') FROM (SELECT {value} AS value FROM {rows} ORDER BY {order}))"
        )

    def rounded(self, value: str, digits: int) -> str:
        """A number of floating point, rounded."""
        if self.name == "postgres":
            return f"CAST(round(CAST({value} AS numeric), {digits}) AS double precision)"
        return f"round({value}, {digits})"


SQLITE = Dialect("sqlite")
POSTGRES = Dialect("postgres")


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of a view. ``header_fr`` is how a spreadsheet for people is headed; empty for English columns."""

    name: str
    type: type
    header_fr: str
    description_fr: str
    description_en: str


@dataclass(frozen=True, slots=True)
class View:
    """A view: its name (``v_…``), what a row is in both languages, its columns, its query.

    ``key`` names the columns that order its rows. ``people`` names the spreadsheet that shows it, if one does.
    ``alias`` names the view that an old name stands for.
    """

    name: str
    title_fr: str
    title_en: str
    key: tuple[str, ...]
    columns: tuple[ViewColumn, ...]
    query: Callable[[Dialect], str]
    people: str | None = None
    alias: str | None = None

    def column_names(self) -> list[str]:
        """Column names in published order."""
        return [column.name for column in self.columns]


def to_sql_view(view: View, dialect: Dialect) -> str:
    """The statement that makes a view; names without a schema are found on the search path."""
    names = ", ".join(f'"{column.name}"' for column in view.columns)
    return f'CREATE VIEW "{view.name}" ({names}) AS\n{view.query(dialect).strip()}\n'
