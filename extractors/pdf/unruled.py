"""Tables without rulings, and lists of acronyms: rows of short cells that stand under each other.

Consecutive lines whose segments fall into the same columns, with white between the columns on every line, are a
table; a line with nothing in the first column goes on with the row above (a wrapped cell).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.pdf.order import Line, make_part
from extractors.pdf.printed import PrintedWord

FEWEST_ROWS = 3
WHITE = 6.0
"""The least white between two columns of a table, in points."""
PITCH = 2.6
"""Rows farther apart than this, in font sizes, do not belong together."""
ACRONYM = re.compile(r"^[^\W_][\w.&/'-]{1,18}(?: [A-Z0-9][\w.&/-]{0,10})?(?: ?:)?$")


@dataclass(frozen=True, slots=True)
class UnruledTable:
    """A table without rulings: rows of cells, each cell the lines (parts of lines) in a column."""

    rows: tuple[tuple[tuple[Line, ...], ...], ...]

    @property
    def is_acronym_list(self) -> bool:
        """Whether it pairs acronyms with their names."""
        return pairs_acronyms([[cell_text(cell) for cell in row] for row in self.rows])


def pairs_acronyms(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows of a table pair acronyms with names: two columns, capitals left, words right."""
    pairs = [row for row in rows if len(row) == 2 and row[0] and row[1]]
    if len(pairs) < FEWEST_ROWS or len(pairs) < 0.7 * len(rows):
        return False
    short = sum(is_acronym(acronym) for acronym, _ in pairs)
    worded = sum(len(name.split()) > 1 for _, name in pairs)
    return short >= 0.7 * len(pairs) and worded >= 0.6 * len(pairs)


def is_acronym(text: str) -> bool:
    """Whether a cell's text looks like an acronym: one short word with two capitals or digits."""
    return bool(ACRONYM.match(text)) and sum(c.isupper() or c.isdigit() for c in text) > 1


def cell_text(cell: Sequence[Line]) -> str:
    """The printed text of a cell."""
    return " ".join(line.text for line in cell)


def part_lines(lines: Sequence[Line]) -> Iterator[Line | UnruledTable]:
    """The lines, those that make a table without rulings replaced by it."""
    rank = 0
    while rank < len(lines):
        last = end_of_run(lines, rank)
        if last > rank:
            yield make_table(lines[rank:last])
            rank = last
        else:
            yield lines[rank]
            rank += 1


def end_of_run(lines: Sequence[Line], first: int) -> int:
    """The rank after the table that begins at a line, or ``first`` where none does."""
    if not lines[first].gaps or begins_with_mark(lines[first]):
        return first
    columns: list[tuple[float, float]] = []
    last_full = first
    full = 0
    for rank in range(first, len(lines)):
        line = lines[rank]
        if rank > first and (begins_with_mark(line) or not follows(lines[rank - 1], line)):
            break
        merged = fit(columns, extents(line))
        if merged is None or (not line.gaps and is_first_column(line, columns)):
            break
        columns = merged
        full += bool(line.gaps) and in_one_size(line)
        last_full = rank + 1
    return last_full if full >= FEWEST_ROWS and len(columns) > 1 else first


def in_one_size(line: Line) -> bool:
    """Whether the segments of a line are set in one size (text and a note beside it are not)."""
    sizes = [line.words[rank].size for rank in (0, *line.gaps)]
    return max(sizes) <= 1.12 * min(sizes)


def follows(above: Line, line: Line) -> bool:
    """Whether a line may belong to the same table as the one above it."""
    step = line.box.bottom - above.box.bottom
    return line.column == above.column and 0 < step <= PITCH * max(line.size, above.size)


def begins_with_mark(line: Line) -> bool:
    """Whether the first segment of a line is a bullet or a bare number of a list."""
    head = line.words[0].text
    return len(line.words) > 1 and bool(
        re.fullmatch(r"\(?(?:\d{1,2}|[ivx]{1,4}|[a-zA-Z])[.)°]+|\W|[oŸüØ§]", head)
    )


def extents(line: Line) -> list[tuple[float, float]]:
    """The left and right edge of each segment of a line."""
    starts = [0, *line.gaps]
    ends = [*line.gaps, len(line.words)]
    return [
        (min(w.box.x0 for w in line.words[a:b]), max(w.box.x1 for w in line.words[a:b]))
        for a, b in zip(starts, ends, strict=True)
    ]


def fit(
    columns: Sequence[tuple[float, float]], segments: Sequence[tuple[float, float]]
) -> list[tuple[float, float]] | None:
    """The columns widened by the segments of a line, or None where a segment does not respect them."""
    widened = list(columns)
    for x0, x1 in segments:
        touched = [k for k, (left, right) in enumerate(widened) if x0 < right and x1 > left]
        if len(touched) > 1:
            return None
        if touched:
            left, right = widened[touched[0]]
            widened[touched[0]] = (min(left, x0), max(right, x1))
        else:
            widened.append((x0, x1))
    widened.sort()
    apart = all(b[0] - a[1] >= WHITE for a, b in pairwise(widened))
    return widened if apart else None


def is_first_column(line: Line, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether a line of one segment stands in the first column: a title or text after the table."""
    return not columns or line.box.x0 < columns[0][1]


def make_table(lines: Sequence[Line]) -> UnruledTable:
    """The table of some lines."""
    columns: list[tuple[float, float]] = []
    for line in lines:
        columns = fit(columns, extents(line)) or columns
    rows: list[list[list[Line]]] = []
    for line in lines:
        parts = list(parts_of(line, columns))
        if not rows or any(column == 0 and not part.text[:1].islower() for column, part in parts):
            rows.append([[] for _ in columns])
        for column, part in parts:
            rows[-1][column].append(part)
    return UnruledTable(tuple(tuple(tuple(cell) for cell in row) for row in rows))


def parts_of(line: Line, columns: Sequence[tuple[float, float]]) -> Iterator[tuple[int, Line]]:
    """Each segment of a line as a line of its own, with the rank of its column."""
    starts = [0, *line.gaps]
    ends = [*line.gaps, len(line.words)]
    for (a, b), (x0, x1) in zip(zip(starts, ends, strict=True), extents(line), strict=True):
        column = next(k for k, (left, right) in enumerate(columns) if x0 < right and x1 > left)
        words: tuple[PrintedWord, ...] = line.words[a:b]
        yield column, replace(make_part(words, line), left=columns[column][0], right=columns[column][1])
