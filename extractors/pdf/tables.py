"""Ruled tables: the cells that the drawn lines of a page enclose, or that are tinted one by one.

How lines make cells and cells make tables is pdfplumber's well-tried algorithm (``pdfplumber.table``), called on
the lines that PDFium gives without parsing the page anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from pdfplumber.table import (
    cells_to_tables,
    edges_to_intersections,
    intersections_to_cells,
    merge_edges,
)

from extractors.pdf.drawing import MAX_EDGES, Drawing
from schemas.document import Box

EDGE = 1.0
"""How far over the ruling of its cell the middle of a word may stand, in points."""
SNAP = 3.0
"""Edges closer than this are one (pdfplumber's own default)."""
BANDS = 6.0
"""Where no lines enclose cells, coloured bands with so little white between them do."""


@dataclass(frozen=True)
class RuledTable:
    """A ruled table: its box, and its rows of cells from top to bottom, each from left to right."""

    box: Box
    rows: tuple[tuple[Box, ...], ...]

    @property
    def size(self) -> int:
        """The number of its cells."""
        return sum(len(row) for row in self.rows)

    @cached_property
    def bottoms(self) -> tuple[float, ...]:
        """How far down the cells of each row reach."""
        return tuple(max(cell.bottom for cell in row) for row in self.rows)

    def place(self, box: Box) -> tuple[int, int] | None:
        """The row and the rank in it of the cell that holds the middle of a box, or None."""
        x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
        for number, (row, bottom) in enumerate(zip(self.rows, self.bottoms, strict=True)):
            if row[0].top > y + EDGE:
                return None
            if bottom < y - EDGE:
                continue
            for rank, cell in enumerate(row):
                if cell.top - EDGE <= y <= cell.bottom + EDGE and cell.x0 - EDGE <= x <= cell.x1 + EDGE:
                    return number, rank
        return None


def find_tables(drawing: Drawing) -> list[RuledTable]:
    """The ruled or tinted tables of a page with at least two rows and two columns, from top to bottom."""
    edges = [as_edge(edge) for edge in drawing.edges]
    is_ruled = sum(edge["orientation"] == "v" for edge in edges) >= 3 and 6 <= len(edges) < MAX_EDGES
    ruled = tables_of(edges, SNAP) if is_ruled else []
    tinted = [table for table in tinted_tables(drawing.panels) if not is_in(table, ruled)]
    ruled = [table for table in ruled if not any(overlap(table.box, other.box) for other in tinted)]
    if is_ruled and not ruled and not tinted:
        return tables_of(edges, BANDS)
    return sorted([*ruled, *tinted], key=lambda table: (table.box.top, table.box.x0))


def is_in(tinted: RuledTable, ruled: Sequence[RuledTable]) -> bool:
    """Whether the cells that are tinted are also ruled, at least as many of them."""
    found = [table for table in ruled if overlap(table.box, tinted.box)]
    return bool(found) and sum(table.size for table in found) >= tinted.size


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return min(a.x1, b.x1) - max(a.x0, b.x0) > SNAP and min(a.bottom, b.bottom) - max(a.top, b.top) > SNAP


FEWEST_RULES = 4
NARROWEST_TABLE = 100.0
HIGHEST_ROW = 160.0
"""Rules farther apart than this, in points, part articles and not the rows of a table."""
GUTTER = 6.0
"""The least white between two columns where nothing is drawn between them, in points."""


def rowed_tables(drawing: Drawing, words: Sequence[Box]) -> Iterator[RuledTable]:
    """The tables whose rows alone are ruled: white between the ``words`` (their boxes) tells the columns."""
    edges = [as_edge(edge) for edge in drawing.edges if edge[2] - edge[0] > edge[3] - edge[1]]
    if not FEWEST_RULES <= len(edges) < MAX_EDGES:
        return
    for tops, x0, x1 in ladders(merge_edges(edges, SNAP, SNAP, SNAP, SNAP)):
        held = [box for box in words if x0 - EDGE <= box.x0 and box.x1 <= x1 + EDGE]
        tops = with_top_row(tops, held)
        inside = [box for box in held if tops[0] <= (box.top + box.bottom) / 2 <= tops[-1]]
        cuts = [x0, *gutters(inside), x1]
        if len(cuts) > 2:
            rows = [
                tuple(Box(left, top, right, bottom) for left, right in pairwise(cuts))
                for top, bottom in pairwise(tops)
            ]
            table = RuledTable(Box(x0, tops[0], x1, tops[-1]), tuple(rows))
            places = {table.place(box) for box in inside} - {None}
            full = [row for row, count in Counter(place[0] for place in places if place).items() if count > 1]
            if len(full) >= FEWEST_RULES - 1:
                yield table


def ladders(edges: Iterable[dict[str, Any]]) -> Iterator[tuple[list[float], float, float]]:
    """Horizontal rules of one width under each other: their heights, and their left and right end."""
    groups: list[list[tuple[float, float, float]]] = []
    rules = sorted((edge["top"], edge["x0"], edge["x1"]) for edge in edges)
    for top, x0, x1 in (rule for rule in rules if rule[2] - rule[1] >= NARROWEST_TABLE):
        for group in groups:
            above, left, right = group[-1]
            if abs(left - x0) <= SNAP and abs(right - x1) <= SNAP and SNAP < top - above <= HIGHEST_ROW:
                group.append((top, x0, x1))
                break
        else:
            groups.append([(top, x0, x1)])
    for group in groups:
        if len(group) >= FEWEST_RULES:
            yield [top for top, _, _ in group], group[0][1], group[0][2]


def with_top_row(tops: list[float], words: Sequence[Box]) -> list[float]:
    """The heights of rules, with that of a first row that stands above the first of them: one line, the header."""
    inside = [box for box in words if tops[0] <= (box.top + box.bottom) / 2 <= tops[-1]]
    over = [box for box in words if (box.top + box.bottom) / 2 < tops[0] <= box.bottom + HEADER_WHITE]
    fits = bool(over) and 0 < len(gutters(inside)) == len(gutters([*over, *inside]))
    return [min(box.top for box in over) - EDGE, *tops] if fits else tops


HEADER_WHITE = 8.0
"""The most white between the header of a table and the rule below it, in points."""


def gutters(words: Iterable[Box]) -> list[float]:
    """The middles of the white columns that no word stands in."""
    found: list[float] = []
    reach: float | None = None
    for x0, x1 in sorted((box.x0, box.x1) for box in words):
        if reach is not None and x0 - reach >= GUTTER:
            found.append((reach + x0) / 2)
        reach = x1 if reach is None else max(reach, x1)
    return found


CHANNEL = 20.0
"""The widest white between two tinted cells of a row, in points."""
STEP = 12.0
"""The highest white between two tinted cells of a column, in points."""
SMALLEST_CELL = (15.0, 7.0)
FEWEST_TINTED = 6
FILLED = 0.7
MAX_PANELS = 400


def tinted_tables(panels: Sequence[Box]) -> Iterator[RuledTable]:
    """The tables whose cells are tinted one by one, with white between them."""
    width, height = SMALLEST_CELL
    cells = [box for box in panels if box.x1 - box.x0 >= width and box.bottom - box.top >= height]
    cells = [box for box in cells if not any(other != box and holds(box, other) for other in cells)]
    if not FEWEST_TINTED <= len(cells) <= MAX_PANELS:
        return
    for group in neighbourhoods(cells):
        if len(group) < FEWEST_TINTED:
            continue
        table = ruled_table([(box.x0, box.top, box.x1, box.bottom) for box in group])
        columns = max(len(row) for row in table.rows)
        if len(table.rows) > 2 and columns > 1 and len(group) >= FILLED * columns * len(table.rows):
            yield table


def holds(outer: Box, inner: Box) -> bool:
    """Whether the middle of a box lies within another."""
    x, y = (inner.x0 + inner.x1) / 2, (inner.top + inner.bottom) / 2
    return outer.x0 <= x <= outer.x1 and outer.top <= y <= outer.bottom


def neighbourhoods(cells: Sequence[Box]) -> list[list[Box]]:
    """Cells gathered with those beside, above and below them, step by step."""
    left = sorted(cells, key=lambda box: (box.top, box.x0))
    groups = []
    while left:
        group = [left.pop(0)]
        for box in group:  # grows while its members find neighbours
            near = [other for other in left if are_neighbours(box, other)]
            group += near
            left = [other for other in left if other not in near]
        groups.append(group)
    return groups


def are_neighbours(a: Box, b: Box) -> bool:
    """Whether two tinted cells stand beside each other, equally high, or above each other, equally wide."""
    beside = abs(a.top - b.top) <= SNAP and abs(a.bottom - b.bottom) <= SNAP
    stacked = abs(a.x0 - b.x0) <= SNAP and abs(a.x1 - b.x1) <= SNAP
    channel = max(a.x0, b.x0) - min(a.x1, b.x1)
    step = max(a.top, b.top) - min(a.bottom, b.bottom)
    return (beside and -SNAP <= channel <= CHANNEL) or (stacked and -SNAP <= step <= STEP)


def tables_of(edges: list[dict[str, Any]], snap: float) -> list[RuledTable]:
    """The tables that edges enclose when those closer than ``snap`` points are one."""
    merged = merge_edges(edges, snap, snap, snap, snap)
    cells = intersections_to_cells(edges_to_intersections(merged, snap, snap))
    tables = [ruled_table(cells_of_table) for cells_of_table in cells_to_tables(cells)]
    return sorted(
        (t for t in tables if len(t.rows) > 1 and max(len(row) for row in t.rows) > 1),
        key=lambda table: (table.box.top, table.box.x0),
    )


def as_edge(edge: tuple[float, float, float, float]) -> dict[str, Any]:
    """An edge in the form that pdfplumber's functions take."""
    x0, top, x1, bottom = edge
    return {
        "object_type": "line",
        "orientation": "h" if x1 - x0 >= bottom - top else "v",
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }


def ruled_table(cells: Sequence[tuple[float, float, float, float]]) -> RuledTable:
    """The table of a group of cells: rows by their top edges."""
    rows: dict[float, list[Box]] = {}
    for x0, top, x1, bottom in sorted(cells, key=lambda c: (c[1], c[0])):
        key = next((known for known in rows if abs(known - top) < SNAP), top)
        rows.setdefault(key, []).append(Box(x0, top, x1, bottom))
    ordered = tuple(tuple(sorted(rows[top], key=lambda b: b.x0)) for top in sorted(rows))
    boxes = [box for row in ordered for box in row]
    around = Box(
        min(b.x0 for b in boxes),
        min(b.top for b in boxes),
        max(b.x1 for b in boxes),
        max(b.bottom for b in boxes),
    )
    return RuledTable(around, ordered)
