"""A page laid out: its lines in reading order, with its ruled tables as single marks among them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.pdf.blocks import BULLETS
from extractors.pdf.boxes import find_boxes, order_with_boxes
from extractors.pdf.contents import is_contents_page
from extractors.pdf.order import Line, order_lines
from extractors.pdf.printed import PrintedPage, PrintedWord, pack_edges
from extractors.pdf.stepped import stepped_tables
from extractors.pdf.tables import RuledTable, find_tables, overlap, rowed_tables
from schemas.document import Box

TABLE_MARK = "\ufffc"
"""Stands for a ruled table among the words of its page while the reading order is found."""


@dataclass(frozen=True, slots=True)
class LaidOutPage:
    """A page with its lines in reading order; ``tables`` are those that TABLE_MARK lines stand for, in order."""

    printed: PrintedPage
    lines: tuple[Line, ...]
    tables: tuple[RuledTable, ...]
    words_in_tables: tuple[PrintedWord, ...]


def lay_out(page: PrintedPage, page_count: int) -> LaidOutPage:
    """A page's lines in reading order, its ruled tables as single marks among them.

    A contents page is read by lines even where it is drawn as a table. Where the cells of a row are columns of one
    text, the rows are articles, read one after the other.
    """
    found: list[RuledTable] = []
    articles: list[RuledTable] = []
    upright = [word.box for word in page.words if word.upright]
    ruled = find_tables(page.drawing)
    for table in itertools.chain(
        ruled, stepped_tables(page.drawing, upright, ruled), rowed_tables(page.drawing, upright)
    ):
        if not any(overlap(table.box, other.box) for other in (*found, *articles)):
            (articles if flows_on(table, page.words) else found).append(table)
    tables = [table for table in found if holds_cells(table, page.words)]
    if tables and is_contents_page(order_lines(page.words, page.width), page_count):
        tables = []
    within = [any(inside(word.box, table.box) for table in tables) for word in page.words]
    outside = [word for word, is_within in zip(page.words, within, strict=True) if not is_within]
    marks = [table_mark(table) for table in tables]
    flowing = [*outside, *marks]
    rows = [row for table in articles for row in table.rows]
    boxes = [
        (box,)
        for box in find_boxes(page.drawing, flowing, page.height)
        if not any(overlap(box, table.box) for table in articles)
    ]
    lines = order_with_boxes(flowing, [*rows, *boxes], page.width)
    ordered = sorted(range(len(tables)), key=lambda k: rank_of_mark(lines, marks[k]))
    return LaidOutPage(
        page,
        tuple(part for line in lines for part in part_marks(line)),
        tuple(tables[k] for k in ordered),
        tuple(word for word, is_within in zip(page.words, within, strict=True) if is_within),
    )


def table_mark(table: RuledTable) -> PrintedWord:
    """The word that stands for a table while the order is found."""
    return PrintedWord(TABLE_MARK, table.box, pack_edges([(table.box.x0, table.box.x1)]), 10.0, False, True)


def rank_of_mark(lines: Sequence[Line], mark: PrintedWord) -> int:
    """The rank of the line that holds a table's mark."""
    return next(rank for rank, line in enumerate(lines) if mark in line.words)


def part_marks(line: Line) -> list[Line]:
    """A line parted at its table marks, so that each mark is a line of its own."""
    if not any(word.text == TABLE_MARK for word in line.words):
        return [line]
    texts = tuple(word for word in line.words if word.text != TABLE_MARK)
    marks = [replace(line, words=(word,), gaps=()) for word in line.words if word.text == TABLE_MARK]
    return ([replace(line, words=texts, gaps=())] if texts else []) + marks


def inside(box: Box, outer: Box) -> bool:
    """Whether the middle of a box lies within another."""
    x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    return outer.x0 - 1 <= x <= outer.x1 + 1 and outer.top - 1 <= y <= outer.bottom + 1


def flows_on(table: RuledTable, words: Sequence[PrintedWord]) -> bool:
    """Whether the cells of most rows are columns of one text: full to the end on the left, going on at the right."""
    held: dict[tuple[int, int], list[PrintedWord]] = {}
    for word in words:
        place = table.place(word.box) if word.upright and inside(word.box, table.box) else None
        if place is not None:
            held.setdefault(place, []).append(word)
    pairs = [(held[row, 0], held[row, 1]) for row, rank in held if rank == 0 and (row, 1) in held]
    flowing = sum(continues(left, right) for left, right in pairs)
    return flowing > 0 and flowing >= 0.5 * len(pairs)


FULL = 0.75
"""The last line of a column that goes on in the next is at least so wide, as a share of the column."""


def continues(left: Sequence[PrintedWord], right: Sequence[PrintedWord]) -> bool:
    """Whether the text of a cell goes on in the next: several lines, the last of them full, no end of a sentence."""
    x0, x1 = min(word.box.x0 for word in left), max(word.box.x1 for word in left)
    last = max(left, key=lambda word: (round(word.box.bottom), word.box.x1))
    first = min(right, key=lambda word: (round(word.box.top), word.box.x0))
    several = last.box.top > min(word.box.bottom for word in left)
    full = last.box.x1 - x0 >= FULL * (x1 - x0)
    return several and full and last.text[-1] not in ".!?:;" and first.text[:1].islower()


def holds_cells(table: RuledTable, words: Sequence[PrintedWord]) -> bool:
    """Whether a grid of lines holds words in at least two columns and two rows (a chart's grid does not).

    A list whose lines are shaded one by one makes a grid too: its first column then holds bullets alone.
    """
    within = [word for word in words if inside(word.box, table.box)]
    first = [w for w in within if w.box.x1 <= min(row[0].x1 for row in table.rows)]
    if first and all(character in BULLETS for word in first for character in word.text):
        return False
    held = {table.place(word.box) for word in within} - {None}
    columns = {round(table.rows[place[0]][place[1]].x0) for place in held if place is not None}
    rows = {place[0] for place in held if place is not None}
    total = sum(len(row) for row in table.rows)
    return len(columns) > 1 and len(rows) > 1 and total - len(held) <= 0.7 * total
