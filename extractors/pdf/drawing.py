"""What is drawn on a page beside its text: ruling lines, tinted or framed rectangles, pictures.

Everything comes from PDFium's page objects (a millisecond a page). What cannot be seen is left out: a tint within
a tint of the same colour (word processors paint the lines of a cell once more) rules nothing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extractors.pdf.frame import Frame
from schemas.document import Box

THIN = 3.0
"""A path thinner than this, in points, is drawn as a line."""
SHORTEST = 5.0
MAX_OBJECTS = 8_000
MAX_EDGES = 3_000
"""Pages with more are maps or charts, not tables; going on would only cost time."""
PAGE_SHARE = 0.95
"""A rectangle of this share of the page's width and height is its background."""
MAX_SEGMENTS = 400
SAME = 0.6
"""Edges of rectangles nearer than this, in points, are the same."""
WHITE = 250
"""From this value on in red, green and blue a tint is the white of the paper."""

Edge = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]
UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on a page beside text, in displayed points.

    ``edges`` are straight horizontal and vertical lines (x0, top, x1, bottom); ``panels`` tinted or framed
    rectangles; ``pictures`` the boxes of images, and ``image_share`` the share of the page that they cover.
    """

    edges: tuple[Edge, ...]
    image_share: float
    panels: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()


NO_DRAWING = Drawing((), 0.0)


@dataclass(frozen=True, slots=True)
class Path:
    """A drawn path: its box, its straight edges, and its colour where it is a tint without an outline."""

    box: Box
    edges: tuple[Edge, ...]
    tint: tuple[int, ...] | None
    rectangle: bool


def read_drawing(page: pdfium.PdfPage, frame: Frame) -> Drawing:
    """What is drawn on a page."""
    paths: list[Path] = []
    pictures: list[Box] = []
    count = 0
    for item, kind, box, matrix in drawn_objects(page, frame):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures.append(box)
        elif count < MAX_EDGES:
            path = read_path(item, box, frame, matrix)
            count += len(path.edges)
            paths.append(path)
    visible = list(seen_paths(paths))
    width, height = frame.size
    covered = sum((p.x1 - p.x0) * (p.bottom - p.top) for p in pictures) / max(width * height, 1.0)
    return Drawing(
        tuple(edge for path in visible for edge in path.edges),
        min(covered, 1.0),
        tuple(dict.fromkeys(path.box for path in visible if is_panel(path))),
        tuple(pictures),
    )


def drawn_objects(page: pdfium.PdfPage, frame: Frame) -> Iterator[tuple[Any, int, Box, Matrix]]:
    """The images and paths of a page: object, type, box as displayed, and the matrix of the form it is in."""
    count = min(raw.FPDFPage_CountObjects(page), MAX_OBJECTS)
    yield from drawn_among([raw.FPDFPage_GetObject(page, index) for index in range(count)], UNMOVED, frame)


WRAPPER = 0.8
"""A form of this share of the page's width and height holds the page (some programs wrap it in one)."""


def drawn_among(
    objects: Sequence[Any], matrix: Matrix, frame: Frame
) -> Iterator[tuple[Any, int, Box, Matrix]]:
    """The images and paths among objects; smaller forms are charts and logos, whose lines are no rulings."""
    bounds = [ctypes.c_float() for _ in range(4)]
    references = [ctypes.byref(bound) for bound in bounds]
    for item in objects:
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT or not raw.FPDFPageObj_GetBounds(item, *references):
            continue
        box = moved_box([bound.value for bound in bounds], matrix, frame)
        if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH):
            yield item, kind, box, matrix
        elif kind == raw.FPDF_PAGEOBJ_FORM and matrix is UNMOVED and is_whole_page(box, frame, WRAPPER):
            yield from drawn_among(*objects_within(item), frame)


def objects_within(form: Any) -> tuple[list[Any], Matrix]:
    """The objects that a form holds, and its matrix."""
    own = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(form, own)
    count = min(raw.FPDFFormObj_CountObjects(form), MAX_OBJECTS)
    held = [raw.FPDFFormObj_GetObject(form, index) for index in range(count)]
    return held, (own.a, own.b, own.c, own.d, own.e, own.f)


def moved_box(bounds: Sequence[float], matrix: Matrix, frame: Frame) -> Box:
    """The bounds (left, bottom, right, top) of an object as displayed."""
    left, bottom, right, top = bounds
    if matrix is UNMOVED:
        return frame.display(left, bottom, right, top)
    corners = [moved(x, y, matrix) for x in (left, right) for y in (bottom, top)]
    return frame.display(
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )


def moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    """A point after a matrix."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def is_whole_page(box: Box, frame: Frame, share: float = PAGE_SHARE) -> bool:
    """Whether a box takes this share of the page's width and height."""
    width, height = frame.size
    return box.x1 - box.x0 >= share * width and box.bottom - box.top >= share * height


def read_path(item: Any, box: Box, frame: Frame, matrix: Matrix) -> Path:
    """A path: itself if thin, else its straight segments; the background of the page has no edges."""
    wide, high = box.x1 - box.x0, box.bottom - box.top
    if is_whole_page(box, frame):
        return Path(box, (), None, False)
    if high <= THIN and wide >= SHORTEST:
        middle = (box.top + box.bottom) / 2
        return Path(box, ((box.x0, middle, box.x1, middle),), None, False)
    if wide <= THIN and high >= SHORTEST:
        middle = (box.x0 + box.x1) / 2
        return Path(box, ((middle, box.top, middle, box.bottom),), None, False)
    if wide <= THIN or high <= THIN:
        return Path(box, (), None, False)
    edges = tuple(segments_of_path(item, frame, matrix))
    return Path(box, edges, tint_of(item), is_outline(edges, box))


def tint_of(item: Any) -> tuple[int, ...] | None:
    """The colour of a path that is filled and has no outline, else None."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value or stroke.value:
        return None
    colour = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(item, *colour)
    return tuple(part.value for part in colour)


def is_outline(edges: Sequence[Edge], box: Box) -> bool:
    """Whether edges are the four sides of a box."""
    sides = {side_of(edge, box) for edge in edges}
    return len(edges) <= 5 and {"left", "top", "right", "bottom"} <= sides


def side_of(edge: Edge, box: Box) -> str:
    """The side of a box that an edge runs along, or nothing."""
    x0, top, x1, bottom = edge
    if abs(top - bottom) <= SAME and x1 - x0 >= box.x1 - box.x0 - 2 * SAME:
        return "top" if abs(top - box.top) <= SAME else "bottom" if abs(top - box.bottom) <= SAME else ""
    if abs(x1 - x0) <= SAME and bottom - top >= box.bottom - box.top - 2 * SAME:
        return "left" if abs(x0 - box.x0) <= SAME else "right" if abs(x0 - box.x1) <= SAME else ""
    return ""


def seen_paths(paths: Sequence[Path]) -> Iterator[Path]:
    """The paths without tints that lie on a tint of their own colour: they cannot be seen."""
    below: dict[tuple[int, ...], list[Box]] = {}
    for path in paths:
        if path.tint is not None and path.rectangle:
            tinted = below.setdefault(path.tint, [])
            if any(covers(box, path.box) for box in tinted):
                continue
            tinted.append(path.box)
        yield path


def covers(outer: Box, inner: Box) -> bool:
    """Whether a box lies within another (a box does not cover its equal: the same tint painted twice)."""
    return outer != inner and (
        outer.x0 <= inner.x0 + SAME
        and outer.top <= inner.top + SAME
        and outer.x1 >= inner.x1 - SAME
        and outer.bottom >= inner.bottom - SAME
    )


def is_panel(path: Path) -> bool:
    """Whether a path is a rectangle that can be seen: tinted other than white, or framed."""
    return path.rectangle and (path.tint is None or min(path.tint[:3]) < WHITE)


def segments_of_path(item: Any, frame: Frame, matrix: Matrix) -> Iterator[Edge]:
    """The straight horizontal and vertical segments of a path, as displayed."""
    points = list(points_of_path(item, matrix))
    for (_, a), (drawn, b) in pairwise(points):
        if drawn:
            yield from straight(a, b, frame)


def points_of_path(item: Any, matrix: Matrix) -> Iterator[tuple[bool, tuple[float, float]]]:
    """The points of a path in user space, and whether a straight line is drawn to each from the one before."""
    count = raw.FPDFPath_CountSegments(item)
    if not 2 <= count <= MAX_SEGMENTS:
        return
    own = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, ctypes.byref(own))
    own_matrix = (own.a, own.b, own.c, own.d, own.e, own.f)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = moved(x.value, y.value, own_matrix)
        point = point if matrix is UNMOVED else moved(*point, matrix)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        yield kind == raw.FPDF_SEGMENT_LINETO, point
        if raw.FPDFPathSegment_GetClose(segment):
            yield True, start


def straight(a: tuple[float, float], b: tuple[float, float], frame: Frame) -> Iterator[Edge]:
    """The edge between two points of user space, where it is horizontal or vertical and long enough."""
    box = frame.display(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    wide, high = box.x1 - box.x0, box.bottom - box.top
    if (wide <= 1 < SHORTEST <= high) or (high <= 1 < SHORTEST <= wide):
        yield box.x0, box.top, box.x1, box.bottom
