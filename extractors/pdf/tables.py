"""Ruled tables: the cells that the drawn lines of a page enclose.

The lines come from PDFium's page objects (a millisecond a page); how lines make cells and cells make tables is
pdfplumber's well-tried algorithm (``pdfplumber.table``), called on those lines without parsing the page anew.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pdfplumber.table import (
    cells_to_tables,
    edges_to_intersections,
    intersections_to_cells,
    merge_edges,
)

from extractors.pdf.frame import Frame
from schemas.document import Box

THIN = 3.0
"""A path thinner than this, in points, is drawn as a line."""
EDGE = 1.0
"""How far over the ruling of its cell the middle of a word may stand, in points."""
SHORTEST = 5.0
SNAP = 3.0
"""Edges closer than this are one (pdfplumber's own default)."""
BANDS = 6.0
"""Where no lines enclose cells, coloured bands with so little white between them do."""
MAX_OBJECTS = 8_000
MAX_EDGES = 3_000
"""Pages with more are maps or charts, not tables; going on would only cost time."""
PAGE_SHARE = 0.95
"""A rectangle of this share of the page's width and height is its background."""


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A ruled table: its box, and its rows of cells from top to bottom, each from left to right."""

    box: Box
    rows: tuple[tuple[Box, ...], ...]

    def place(self, box: Box) -> tuple[int, int] | None:
        """The row and the rank in it of the cell that holds the middle of a box, or None."""
        x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
        for number, row in enumerate(self.rows):
            if row[0].top > y + EDGE:
                return None
            for rank, cell in enumerate(row):
                if cell.top - EDGE <= y <= cell.bottom + EDGE and cell.x0 - EDGE <= x <= cell.x1 + EDGE:
                    return number, rank
        return None


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on a page beside text: ruling edges, and the share of the page that images cover."""

    edges: tuple[tuple[float, float, float, float], ...]
    image_share: float


def read_drawing(page: pdfium.PdfPage, frame: Frame) -> Drawing:
    """The straight edges of a page (displayed points) and the share of it that images cover."""
    width, height = frame.size
    edges: list[tuple[float, float, float, float]] = []
    covered = 0.0
    bounds = [ctypes.c_float() for _ in range(4)]
    references = [ctypes.byref(bound) for bound in bounds]
    for index in range(min(raw.FPDFPage_CountObjects(page), MAX_OBJECTS)):
        item = raw.FPDFPage_GetObject(page, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind not in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH):
            continue
        if not raw.FPDFPageObj_GetBounds(item, *references):
            continue
        box = frame.display(*(bound.value for bound in bounds))
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            covered += (box.x1 - box.x0) * (box.bottom - box.top) / max(width * height, 1.0)
        elif len(edges) < MAX_EDGES:
            edges += edges_of_path(item, box, frame)
    return Drawing(tuple(edges), min(covered, 1.0))


def edges_of_path(item: Any, box: Box, frame: Frame) -> Iterator[tuple[float, float, float, float]]:
    """The horizontal and vertical edges of a path: itself if thin, else its straight segments."""
    wide, high = box.x1 - box.x0, box.bottom - box.top
    width, height = frame.size
    if wide >= PAGE_SHARE * width and high >= PAGE_SHARE * height:
        return
    if high <= THIN and wide >= SHORTEST:
        middle = (box.top + box.bottom) / 2
        yield box.x0, middle, box.x1, middle
    elif wide <= THIN and high >= SHORTEST:
        middle = (box.x0 + box.x1) / 2
        yield middle, box.top, middle, box.bottom
    elif wide > THIN and high > THIN:
        yield from segments_of_path(item, frame)


MAX_SEGMENTS = 400


def segments_of_path(item: Any, frame: Frame) -> Iterator[tuple[float, float, float, float]]:
    """The straight horizontal and vertical segments of a path, as displayed."""
    count = raw.FPDFPath_CountSegments(item)
    if not 2 <= count <= MAX_SEGMENTS:
        return
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix))
    x, y = ctypes.c_float(), ctypes.c_float()
    start = previous = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from straight(previous, point, frame)
        if raw.FPDFPathSegment_GetClose(segment):
            yield from straight(point, start, frame)
        previous = point


def straight(
    a: tuple[float, float], b: tuple[float, float], frame: Frame
) -> Iterator[tuple[float, float, float, float]]:
    """The edge between two points of user space, where it is horizontal or vertical and long enough."""
    box = frame.display(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    wide, high = box.x1 - box.x0, box.bottom - box.top
    if (wide <= 1 < SHORTEST <= high) or (high <= 1 < SHORTEST <= wide):
        yield box.x0, box.top, box.x1, box.bottom


def find_tables(drawing: Drawing) -> list[RuledTable]:
    """The ruled tables of a page with at least two rows and two columns, from top to bottom."""
    edges = [as_edge(edge) for edge in drawing.edges]
    if sum(edge["orientation"] == "v" for edge in edges) < 3 or len(edges) < 6 or len(edges) >= MAX_EDGES:
        return []
    return next((tables for snap in (SNAP, BANDS) if (tables := tables_of(edges, snap))), [])


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
