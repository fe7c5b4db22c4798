"""From laid-out pages to the groups of a document: running text, tables, contents, furniture; breaks healed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from extractors.pdf.blocks import (
    Group,
    Style,
    group_cell,
    group_lines,
    join_captions,
    line_pitches,
    make_group,
    restore_items,
)
from extractors.pdf.captions import mark_captions
from extractors.pdf.contents import closing_number, is_contents_page
from extractors.pdf.endnotes import mark_endnotes
from extractors.pdf.footnotes import Notes, mark_footnotes
from extractors.pdf.furniture import FurnitureKind, body_size, find_furniture
from extractors.pdf.layout import TABLE_MARK, LaidOutPage, inside
from extractors.pdf.order import Line, order_lines, rotated_words
from extractors.pdf.printed import PrintedWord
from extractors.pdf.tables import RuledTable
from extractors.pdf.unruled import UnruledTable, pairs_acronyms, part_lines
from extractors.structure import zone_of_heading
from schemas.document import BlockKind, Cell


def group_pages(pages: Sequence[LaidOutPage]) -> tuple[list[Group], list[Group]]:
    """The groups of running text of all pages in order, and those of furniture."""
    lines = [page.lines for page in pages]
    style = Style(body_size(lines), line_pitches(lines))
    marked = find_furniture(lines, [page.printed.height for page in pages], style.size)
    groups: list[Group] = []
    furniture: list[Group] = []
    numbers = itertools.count()
    notes = Notes()
    for page, marks in zip(pages, marked, strict=True):
        number = page.printed.number
        furniture += [furniture_group(page.lines[rank], kind, number) for rank, kind in sorted(marks.items())]
        kept = [line for rank, line in enumerate(page.lines) if rank not in marks]
        if not page.tables and is_contents_page(kept, len(pages)):
            groups += contents_groups(kept, number, len(pages))
        else:
            here = restore_items(join_captions(list(group_page(page, kept, style, numbers))))
            here = mark_footnotes(here, page.printed.height, style, notes)
            notes = notes.after(here)
            groups += here
        groups += rotated_groups(page, style)
    pictures = {page.printed.number: page.printed.drawing.pictures for page in pages}
    return mark_captions(mark_endnotes(groups), pictures, style), furniture


def furniture_group(line: Line, kind: FurnitureKind, page: int) -> Group:
    """A line of furniture as a group of its own."""
    return Group(kind, (line,), page)


def rotated_groups(page: LaidOutPage, style: Style) -> list[Group]:
    """The rotated text of a page, as one group at its end."""
    words = rotated_words(page.printed.words)
    if not words:
        return []
    box = words[0].box
    line = Line(tuple(words), box, words[0].size, False, False, (), 0, box.x0, box.x1)
    return [replace(make_group([line], (), page.printed.number, style), kind="paragraph")]


def contents_groups(lines: Sequence[Line], page: int, page_count: int) -> Iterator[Group]:
    """The entries of a contents page: lines up to one that ends with a page number."""
    entry: list[Line] = []
    for line in lines:
        entry.append(line)
        ends = closing_number(line, page_count) is not None
        heads = not ends and zone_of_heading(line.text) is not None
        if heads or ends or line.bold:
            yield Group("heading" if heads else "contents_entry", tuple(entry), page)
            entry = []
    if entry:
        yield Group("contents_entry", tuple(entry), page)


def group_page(
    page: LaidOutPage, kept: Sequence[Line], style: Style, numbers: Iterator[int]
) -> Iterator[Group]:
    """The groups of one page in order: text between tables, and the cells of each table."""
    number = page.printed.number
    waiting: list[Line] = []
    tables = iter(page.tables)
    for part in part_lines(kept):
        if isinstance(part, Line) and part.words[0].text != TABLE_MARK:
            waiting.append(part)
            continue
        yield from group_lines(waiting, number, style)
        waiting = []
        if isinstance(part, Line):
            yield from ruled_groups(next(tables), page, style, next(numbers))
        elif part.is_acronym_list:
            yield from acronym_groups(part, number)
        else:
            yield from table_groups(dict(unruled_cells(part)), number, style, next(numbers))
    yield from group_lines(waiting, number, style)


def acronym_groups(table: UnruledTable, page: int) -> Iterator[Group]:
    """The pairs of a list of acronyms, one group each."""
    for row in table.rows:
        lines = tuple(line for cell in row for line in cell)
        if lines:
            yield Group("acronym_entry", lines, page)


def unruled_cells(table: UnruledTable) -> Iterator[tuple[tuple[int, int], Sequence[Line]]]:
    """The lines of each cell by row and column."""
    for row_number, row in enumerate(table.rows):
        for column, lines in enumerate(row):
            if lines:
                yield (row_number, column), lines


def ruled_groups(table: RuledTable, page: LaidOutPage, style: Style, number: int) -> Iterator[Group]:
    """The groups of a ruled table, cell by cell; words between its cells follow it."""
    held: dict[tuple[int, int] | None, list[PrintedWord]] = {}
    for word in page.words_in_tables:
        if inside(word.box, table.box):
            held.setdefault(table.place(word.box), []).append(word)
    outside = held.pop(None, [])
    edges = sorted({round(cell.x0) for row in table.rows for cell in row})
    cells: dict[tuple[int, int], list[Line]] = {}
    for row, rank in sorted(place for place in held if place is not None):
        cell = table.rows[row][rank]
        column = min(range(len(edges)), key=lambda k: abs(edges[k] - cell.x0))
        cells.setdefault((row, column), []).extend(order_lines(held[row, rank], cell.x1 - cell.x0))
    if is_acronym_list(cells):
        for row in sorted({row for row, _ in cells}):
            lines = [line for place, cell in sorted(cells.items()) if place[0] == row for line in cell]
            yield Group("acronym_entry", tuple(lines), page.printed.number)
    else:
        yield from table_groups(cells, page.printed.number, style, number)
    yield from group_lines(order_lines(outside, page.printed.width), page.printed.number, style)


def is_acronym_list(cells: Mapping[tuple[int, int], Sequence[Line]]) -> bool:
    """Whether the cells of a ruled table pair acronyms with their names."""
    rows: dict[int, list[str]] = {}
    for (row, _), lines in sorted(cells.items()):
        rows.setdefault(row, []).append(" ".join(line.text for line in lines))
    return pairs_acronyms(list(rows.values()))


def table_groups(
    cells: Mapping[tuple[int, int], Sequence[Line]], page: int, style: Style, number: int
) -> Iterator[Group]:
    """The groups of a table from the lines of its cells; each knows its row, column and headers."""
    plain = {place: " ".join(line.text for line in lines) for place, lines in cells.items()}
    for (row, column), lines in sorted(cells.items()):
        cell_of = Cell(
            table=number,
            row=row,
            column=column,
            is_header=row == 0,
            column_header=plain.get((0, column), "") if row else "",
            row_header=plain.get((row, 0), "") if column else "",
        )
        for group in group_cell(lines, page, style):
            kind: BlockKind = "list_item" if group.marker and group.kind != "heading" else "table_cell"
            yield replace(group, kind=kind, cell=cell_of)


def merge_split(groups: Sequence[Group]) -> list[Group]:
    """Groups with those joined that a column or page break has cut in two."""
    merged: list[Group] = []
    for group in groups:
        place = continued(merged, group)
        if place is None:
            merged.append(group)
        else:
            merged[place] = merged[place].followed_by(group)
    return merged


REACH = 4
"""A text may go on after so many groups of other kinds (footnotes, a caption, a table's cells)."""


def is_note_before(note: Group, rest: Group) -> bool:
    """Whether a note stands on the page before the rest of one."""
    return note.kind == "footnote" and note.last_page == rest.page - 1


def continued(merged: Sequence[Group], group: Group) -> int | None:
    """The rank of the group that this one continues, or None.

    Text goes on over a break when it stops without closing punctuation, what follows begins in lower case, is
    set the same, and stands in another column or on the next page; what is set otherwise between does not count.
    The rest of a footnote goes on with the last note of the page before.
    """
    if group.kind == "footnote" and not group.marker:
        return next((k for k in range(len(merged) - 1, -1, -1) if is_note_before(merged[k], group)), None)
    if group.kind != "paragraph" or group.cell is not None or group.marker or not group.text[:1].islower():
        return None
    for rank in range(len(merged) - 1, max(len(merged) - 1 - REACH, -1), -1):
        before = merged[rank]
        if before.kind not in ("paragraph", "list_item") or before.cell is not None:
            continue
        last, first = before.lines[-1], group.lines[0]
        apart = group.page - before.last_page
        broken = apart == 1 or (apart == 0 and last.column != first.column)
        alike = abs(last.size - first.size) <= 0.09 * max(last.size, 1.0)
        if not alike:
            continue
        open_ended = before.text.rstrip()[-1:] not in ".!?:;…»"
        return rank if broken and open_ended else None
    return None
