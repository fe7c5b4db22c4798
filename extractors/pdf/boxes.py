"""Boxed text: what stands in a drawn frame or on a tinted panel beside other text, read as a run of its own.

A box is taken out of the flow while the order of a page is found: what runs round it goes on as if it were not
there. Its lines come back where a paragraph ends in the column that it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from extractors.pdf.drawing import Drawing, Edge
from extractors.pdf.order import GUTTER, Line, make_segments, order_lines, rows_of, same_row
from extractors.pdf.printed import PrintedWord
from schemas.document import Box

SMALLEST = (60.0, 18.0)
"""The least width and height of a box, in points."""
HIGHEST = 0.8
"""The most of the page's height that a box takes; what is higher is the frame of the page, or a column."""
MAX_BOXES = 40
"""A page with more panels is a chart or a map."""
MAX_FRAME_EDGES = 200
FEWEST_WORDS = 8
FEWEST_PER_LINE = 3
"""The lines of running text hold at least so many words, half of them; cells and labels of a chart fewer."""
OVER = 2.0
"""How far a word may stand over the edge of its box, in points."""
SNAP = 3.0


def find_boxes(drawing: Drawing, words: Sequence[PrintedWord], height: float) -> list[Box]:
    """The frames and panels of a page that hold running text beside other text, from top to bottom."""
    wide, high = SMALLEST
    drawn = [
        panel
        for panel in (*drawing.panels, *frames(drawing.edges))
        if panel.x1 - panel.x0 >= wide and high <= panel.bottom - panel.top <= HIGHEST * height
    ]
    if not 0 < len(drawn) <= MAX_BOXES:
        return []
    found: list[Box] = []
    for panel in sorted(drawn, key=lambda box: (box.x0 - box.x1) * (box.bottom - box.top)):
        if not any(shares(panel, box) for box in found) and is_boxed_text(panel, words):
            found.append(panel)
    return sorted(found, key=lambda box: (box.top, box.x0))


def frames(edges: Sequence[Edge]) -> Iterator[Box]:
    """The rectangles that four lines drawn one by one enclose."""
    upright = sorted(
        (
            edge
            for edge in edges
            if edge[2] - edge[0] < edge[3] - edge[1] and edge[3] - edge[1] >= SMALLEST[1]
        ),
        key=lambda edge: edge[1],
    )
    level = [edge for edge in edges if edge[2] - edge[0] > edge[3] - edge[1]]
    if len(edges) > MAX_FRAME_EDGES:
        return
    for rank, left in enumerate(upright):
        for right in upright[rank + 1 :]:
            x0, x1 = sorted((left[0], right[0]))
            top, bottom = left[1], left[3]
            if right[1] - top > SNAP:
                break
            if abs(right[3] - bottom) > SNAP:
                continue
            across = [edge for edge in level if abs(edge[0] - x0) <= SNAP and abs(edge[2] - x1) <= SNAP]
            if all(any(abs(edge[1] - y) <= SNAP for edge in across) for y in (top, bottom)):
                yield Box(x0, top, x1, bottom)


def is_boxed_text(panel: Box, words: Sequence[PrintedWord]) -> bool:
    """Whether a panel holds lines of running text, whole words only, and text stands beside it."""
    within = [word for word in words if word.upright and is_middle_in(word.box, panel)]
    if len(within) < FEWEST_WORDS or any(stands_over(word.box, panel) for word in within):
        return False
    rows = rows_of(make_segments(within))
    if len(rows) < 2 or median(sum(len(s.words) for s in row) for row in rows) < FEWEST_PER_LINE:
        return False
    outside = [word for word in words if word.upright and not is_middle_in(word.box, panel)]
    return runs_into(within, outside) or is_run_round(panel, outside)


def runs_into(within: Sequence[PrintedWord], outside: Sequence[PrintedWord]) -> bool:
    """Whether lines beside a panel stand so near its own, on as many as two heights, that no gutter parts them."""
    touching = sum(
        same_row(word.box.top, word.box.bottom, other.box.top, other.box.bottom)
        and max(word.box.x0 - other.box.x1, other.box.x0 - word.box.x1) < GUTTER
        for word in within
        for other in outside
        if abs(word.box.top - other.box.top) < word.size
    )
    return touching > 1


def is_run_round(panel: Box, words: Sequence[PrintedWord]) -> bool:
    """Whether lines right above or below a panel run past its side, set like those that stand beside it."""
    beside = [
        word.size
        for word in words
        if panel.top <= (word.box.top + word.box.bottom) / 2 <= panel.bottom
        and (word.box.x1 <= panel.x0 + OVER or word.box.x0 >= panel.x1 - OVER)
    ]
    if len(beside) < FEWEST_PER_LINE:
        return False
    size = median(beside)
    near = [
        word
        for word in words
        if abs(word.size - size) <= 0.1 * size
        and min(abs(word.box.bottom - panel.top), abs(word.box.top - panel.bottom)) <= NEAR * size
    ]
    return any(
        min(line.x1, panel.x1) - max(line.x0, panel.x0) >= PAST
        and max(panel.x0 - line.x0, line.x1 - panel.x1) >= PAST
        for line in make_segments(near)
    )


NEAR = 3.0
"""The most white between a box and the lines that run above or below it, in font sizes."""
PAST = 20.0
"""Lines that run round a box stand over and past it by so much, in points."""


def is_middle_in(box: Box, panel: Box) -> bool:
    """Whether the middle of a box lies on a panel."""
    x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    return panel.x0 <= x <= panel.x1 and panel.top <= y <= panel.bottom


def stands_over(box: Box, panel: Box) -> bool:
    """Whether a box stands out at the left or right of its panel."""
    return box.x0 < panel.x0 - OVER or box.x1 > panel.x1 + OVER


def shares(a: Box, b: Box) -> bool:
    """Whether two boxes share more than an edge."""
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    return across > SNAP and min(a.bottom, b.bottom) - max(a.top, b.top) > SNAP


def order_with_boxes(words: Sequence[PrintedWord], runs: Sequence[Sequence[Box]], width: float) -> list[Line]:
    """The lines of a page in reading order, those of each run together after a paragraph of the column around it.

    A run is a box, or the boxes of the columns of an article from left to right.
    """
    left = list(words)
    held: list[list[list[PrintedWord]]] = []
    for run in runs:
        held.append([[word for word in left if is_middle_in(word.box, box)] for box in run])
        left = [word for word in left if not any(is_middle_in(word.box, box) for box in run)]
    whole = [around(run) for run in runs]
    lines = [narrowed(line, whole) for line in order_lines(left, width)]
    for box, run, columns in zip(whole, runs, held, strict=True):
        place = place_of(box, lines)
        for column, members in zip(run, columns, strict=True):
            first = 1 + max((line.column for line in lines), default=0)
            lines[place:place] = [
                replace(line, column=first + line.column)
                for line in order_lines(members, column.x1 - column.x0)
            ]
            place += sum(line.column >= first for line in lines)
    return lines


def around(boxes: Sequence[Box]) -> Box:
    """The box around some boxes."""
    return Box(
        min(box.x0 for box in boxes),
        min(box.top for box in boxes),
        max(box.x1 for box in boxes),
        max(box.bottom for box in boxes),
    )


def narrowed(line: Line, boxes: Sequence[Box]) -> Line:
    """A line whose column ends where a box beside it begins."""
    for box in boxes:
        if min(line.box.bottom, box.bottom) - max(line.box.top, box.top) > 0:
            if line.box.x1 <= box.x0 + OVER and line.right > box.x0:
                line = replace(line, right=max(line.box.x1, box.x0))
            elif line.box.x0 >= box.x1 - OVER and line.left < box.x1:
                line = replace(line, left=min(line.box.x0, box.x1))
    return line


def place_of(box: Box, lines: Sequence[Line]) -> int:
    """The rank before which the lines of a box go: at the end of a paragraph below what stands above it.

    Where nothing of its column stands above, before what stands below it, or beside it at the right.
    """
    above = [rank for rank, line in enumerate(lines) if over(line, box) and line.box.top < box.top]
    if above:
        column = lines[above[-1]].column
        place = above[-1] + 1
        while place < len(lines) and lines[place].column == column and not is_break(lines, place):
            place += 1
        return place
    below = [rank for rank, line in enumerate(lines) if over(line, box)]
    if below:
        return below[0]
    return next(
        (k for k, line in enumerate(lines) if line.box.x0 >= box.x1 - OVER and line.box.bottom > box.top),
        next(
            (k + 1 for k in range(len(lines) - 1, -1, -1) if lines[k].box.top < box.bottom),
            0,
        ),
    )


def over(line: Line, box: Box) -> bool:
    """Whether a line and a box share some of their width."""
    return min(line.box.x1, box.x1) - max(line.box.x0, box.x0) > SNAP


def is_break(lines: Sequence[Line], rank: int) -> bool:
    """Whether a paragraph ends before a line: the line above ends a sentence, and is short or stands apart."""
    above, line = lines[rank - 1], lines[rank]
    ended = above.text[-1:] in ".!?:;»"
    short = above.box.x1 < above.right - 0.12 * (above.right - above.left)
    apart = line.box.top - above.box.bottom > 0.6 * line.size or abs(line.size - above.size) > 1
    return (ended and (short or apart)) or (apart and line.bold != above.bold)
