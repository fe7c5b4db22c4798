"""The published views as spreadsheets for people: French headers, ``;`` between cells, UTF-8 with its mark.

What a French spreadsheet opens with a double click. A text that it would take for a formula is defused: an apostrophe
goes before it (OWASP, CSV injection; ASVS 1.2.10), also where blanks or full-width signs hide it. The exact values are
in ``tables/``.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from schemas.view import View, ViewColumn
from schemas.views import VIEWS

FOLDER = "tableurs"
SHEETS = {
    "etudes": "v_studies",
    "recommandations": "v_recommendations",
    "recommandations-recurrentes": "v_recurring_recommendations",
    "institutions": "v_institutions",
    "couloirs": "v_corridors",
    "pays": "v_country_roles",
}
"""File name → view."""

FORMULA = frozenset("=+-@＝＋－＠|%")
"""Signs with which a formula or a command may begin."""

BLANK = "".join(
    chr(code) for code in (*range(33), 0x85, 0xA0, 0x200B, 0x2028, 0x2029, 0x202F, 0x3000, 0xFEFF)
)
"""What may stand before such a sign and be passed over."""


def write_spreadsheets(database: Path, folder: Path) -> None:
    """Write ``tableurs/<name>.csv`` for each of ``SHEETS``, rows in the order of the view's key."""
    (folder / FOLDER).mkdir()
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        for name, view in SHEETS.items():
            write_sheet(connection, VIEWS[view], folder / FOLDER / f"{name}.csv")


def write_sheet(connection: sqlite3.Connection, view: View, path: Path) -> None:
    """Write one view: the columns that have a French header."""
    shown = [column for column in view.columns if column.header_fr]
    names = ", ".join(f'"{column.name}"' for column in shown)
    key = ", ".join(f'"{part}"' for part in view.key)
    rows = connection.execute(f'SELECT {names} FROM "{view.name}" ORDER BY {key}')  # noqa: S608 - our names
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
        writer.writerow(column.header_fr for column in shown)
        writer.writerows(as_shown(row, shown) for row in rows)


def as_shown(row: Sequence[Any], columns: Sequence[ViewColumn]) -> list[object]:
    """A row as people read it: oui and non, decimal commas, texts defused."""
    return [cell(value, column) for value, column in zip(row, columns, strict=True)]


def cell(value: Any, column: ViewColumn) -> object:
    """One cell of a sheet."""
    if value is None:
        return ""
    if column.type is bool:
        return "oui" if value else "non"
    if column.type is float:
        return f"{value:g}".replace(".", ",")
    return defused(value) if isinstance(value, str) else value


def defused(text: str) -> str:
    """A text with an apostrophe before it if a spreadsheet would run it, control characters as blanks."""
    clean = "".join(char if char.isprintable() or char in "\n\u202f\u00a0" else " " for char in text)
    return f"'{clean}" if clean.lstrip(BLANK)[:1] in FORMULA else clean
