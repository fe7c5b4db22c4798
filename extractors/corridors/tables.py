"""Corridors that tables show: a row or a column of countries under a header that says which end they are.

``Pays de destination | Effectif`` of a study of Senegal gives Senegal → each country; ``Nationalité`` each
country → Senegal. Where the row names the other end too (``Pays | Première destination``), or the caption does
(``Émigrés nés au Mali, par pays de résidence``), that is the other end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.corridors.findings import CorridorFinding
from extractors.countries.movement import speaks_of
from extractors.countries.roles import header_role
from extractors.findings import CountryFinding
from extractors.folding import fold
from schemas.document import Block, Cell
from schemas.tables import Role

COUNTRY_HEADERS = frozenset({"pays", "pays ou territoire", "pays et territoires"})
"""Headers of columns of countries that leave it to the caption to say what they are."""


@dataclass(frozen=True, slots=True)
class TablePassage:
    """A passage with its country mentions: a cell, or the caption of a table."""

    passage_id: str
    block: Block
    mentions: Sequence[CountryFinding]


@dataclass(frozen=True, slots=True)
class Table:
    """The caption of a table and its cells."""

    caption: TablePassage | None
    cells: Sequence[tuple[Cell, TablePassage]]


def find_table_corridors(
    passages: Iterable[TablePassage], home: str | None
) -> Iterator[tuple[str, CorridorFinding]]:
    """The corridors of the tables of a document, each with the key of the passage that shows it.

    ``home`` is the country that goes without saying in the study, or None.
    """
    for table in tables_of(passages):
        for cell, passage in table.cells:
            if cell.is_header or not passage.mentions:
                continue
            role = role_of_column(cell, table)
            if role in ("origin", "destination"):
                others = other_ends(cell, role, table, home)
                for finding in corridors_of(passage, others, role):
                    yield passage.passage_id, finding


def tables_of(passages: Iterable[TablePassage]) -> list[Table]:
    """The tables of a document in order; the caption is the nearest one before (no source), else none."""
    cells: defaultdict[int, list[tuple[Cell, TablePassage]]] = defaultdict(list)
    captions: dict[int, TablePassage | None] = {}
    caption: TablePassage | None = None
    for passage in passages:
        cell = passage.block.cell
        if cell is not None:
            captions.setdefault(cell.table, caption)
            cells[cell.table].append((cell, passage))
            caption = None
        elif passage.block.kind == "caption" and not fold(passage.block.text).startswith("source"):
            caption = passage
    return [Table(captions[number], found) for number, found in cells.items()]


def role_of_column(cell: Cell, table: Table) -> Role | None:
    """The role that the header of a cell's column gives its countries, else the caption of its table.

    Nationalities are origins where people live who came; among those who left, they are no end of a corridor.
    """
    header = fold(cell.column_header)
    caption = fold(table.caption.block.text) if table.caption is not None else ""
    if header in COUNTRY_HEADERS:
        return header_role(caption.partition(" par ")[2])
    role = header_role(header)
    left = speaks_of("departure", caption) and not speaks_of("arrival", caption)
    if header.startswith("nationalite") and left:
        return None
    return role


def other_ends(cell: Cell, role: Role, table: Table, home: str | None) -> list[str]:
    """The other end of the corridors of a cell: as its row says, else the caption, else the study's country."""
    opposite = "origin" if role == "destination" else "destination"
    beside = [
        (c, p) for c, p in table.cells if c.row == cell.row and c.column != cell.column and not c.is_header
    ]
    said = [p for c, p in beside if header_role(c.column_header) == opposite]
    said = said or [p for c, p in beside if fold(c.column_header) in COUNTRY_HEADERS]
    named = countries_of(said)
    if not named and table.caption is not None:
        named = [m.iso3 for m in table.caption.mentions if m.iso3 is not None]
    return list(dict.fromkeys(named)) or ([home] if home is not None else [])


def countries_of(passages: Iterable[TablePassage]) -> list[str]:
    """The countries that passages name."""
    return [m.iso3 for passage in passages for m in passage.mentions if m.iso3 is not None]


def corridors_of(passage: TablePassage, others: Sequence[str], role: Role) -> Iterator[CorridorFinding]:
    """The corridors between the countries of a cell and the other ends."""
    length = len(passage.block.text)
    seen: Mapping[str, None] = dict.fromkeys(countries_of([passage]))
    for iso3 in seen:
        for other in others:
            ends = (other, iso3) if role == "destination" else (iso3, other)
            if iso3 != other:
                yield CorridorFinding(0, length, *ends, "known", "table")
