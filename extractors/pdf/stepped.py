"""Tables with rules under some columns only: a rule that stops short parts the cells above and below it alone.

The widest rules tell where a table stands; white that no word crosses in most rows tells its columns. Each column is
parted by the rules that run under it, so a cell of the first column may stand beside several of the others; where
words cross from one column into the next, the cells are one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pdfplumber.table import merge_edges

from extractors.pdf.drawing import MAX_EDGES, Drawing, Edge
from extractors.pdf.tables import (
    EDGE,
    GUTTER,
    HIGHEST_ROW,
    NARROWEST_TABLE,
    SNAP,
    RuledTable,
    as_edge,
    gutters,
    ruled_table,
)
from schemas.document import Box

FEWEST_WIDE = 3
FEWEST_SHORT = 2
SHORTEST = 40.0
"""The least width of a rule, in points."""
NARROWEST_COLUMN = 18.0
REACH = 10.0
"""So far from the edge of a column, in points, may the end of a rule stand."""
MEETING = 0.7
"""At least this share of the short rules begins and ends at the edges of columns."""
SPACE = 3.5
"""The most white, in points, that is a space between words where two columns may meet."""
FREE = 0.5
"""A column is told by white in at least this share of the rows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal rule: its height and its ends, in points."""

    top: float
    x0: float
    x1: float


def stepped_tables(
    drawing: Drawing, words: Sequence[Box], known: Sequence[RuledTable]
) -> Iterator[RuledTable]:
    """The tables some of whose rules run under a part of the columns, apart from those that are ``known``.

    ``words`` are the boxes of a page's words.
    """
    edges = [
        as_edge(edge)
        for edge in drawing.edges
        if edge[2] - edge[0] > edge[3] - edge[1] and not any(is_within(edge, table.box) for table in known)
    ]
    if not FEWEST_WIDE + FEWEST_SHORT <= len(edges) < MAX_EDGES:
        return
    merged = merge_edges(edges, SNAP, SNAP, SNAP, SNAP)
    rules = sorted(
        (Rule(edge["top"], edge["x0"], edge["x1"]) for edge in merged if edge["x1"] - edge["x0"] >= SHORTEST),
        key=lambda rule: (rule.top, rule.x0),
    )
    for family in families(rules):
        table = stepped_table(family, words)
        if table is not None:
            yield table


def is_within(edge: Edge, box: Box) -> bool:
    """Whether a level edge is drawn in a box, or along it."""
    x, y = (edge[0] + edge[2]) / 2, edge[1]
    return box.x0 <= x <= box.x1 and box.top - SNAP <= y <= box.bottom + SNAP


def families(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules of one width under each other, with the shorter ones between them."""
    left = list(rules)
    while left:
        widest = max(left, key=lambda rule: rule.x1 - rule.x0)
        if widest.x1 - widest.x0 < NARROWEST_TABLE:
            return
        within = [rule for rule in left if widest.x0 - SNAP <= rule.x0 and rule.x1 <= widest.x1 + SNAP]
        for run in runs(within):
            wide = [rule for rule in run if is_as_wide(rule, widest)]
            inner = [rule for rule in run if wide and wide[0].top <= rule.top <= wide[-1].top]
            short = len(inner) - len(wide)
            if len(wide) >= FEWEST_WIDE and short >= FEWEST_SHORT:
                yield inner
        left = [rule for rule in left if rule not in within]


def is_as_wide(rule: Rule, widest: Rule) -> bool:
    """Whether two rules have the same ends."""
    return abs(rule.x0 - widest.x0) <= SNAP and abs(rule.x1 - widest.x1) <= SNAP


def runs(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules, from top to bottom, parted where two are farther apart than the rows of a table."""
    run: list[Rule] = []
    for rule in rules:
        if run and rule.top - run[-1].top > HIGHEST_ROW:
            yield run
            run = []
        run.append(rule)
    if run:
        yield run


def stepped_table(rules: Sequence[Rule], words: Sequence[Box]) -> RuledTable | None:
    """The table of a family of rules, or None where white tells no two columns in most of its rows.

    Lines under words end where the words do: they are left out, and where most rules do, there is no table.
    """
    x0, x1 = min(rule.x0 for rule in rules), max(rule.x1 for rule in rules)
    top, bottom = rules[0].top, rules[-1].top
    inside = [
        box
        for box in words
        if x0 - EDGE <= box.x0 and box.x1 <= x1 + EDGE and top <= (box.top + box.bottom) / 2 <= bottom
    ]
    reaching = [rule for rule in rules if rule.x0 <= x0 + SNAP or rule.x1 >= x1 - SNAP]
    cuts = column_cuts(inside, reaching, x0, x1)
    kept = [rule for rule in rules if ends_at(rule, cuts)]
    short = [rule for rule in reaching if rule.x1 - rule.x0 < x1 - x0 - SNAP]
    if len(cuts) < 3 or len(short) < FEWEST_SHORT:
        return None
    if sum(ends_at(rule, cuts) for rule in short) < MEETING * len(short):
        return None
    cells: list[Box] = []
    for left, right in pairwise(cuts):
        tops = [rule.top for rule in kept if rule.x0 <= (left + right) / 2 <= rule.x1]
        cells += [Box(left, above, right, below) for above, below in pairwise(tops) if below - above > SNAP]
    table = ruled_table([(box.x0, box.top, box.x1, box.bottom) for box in joined(cells, inside)])
    full = sum(len(row) > 1 for row in table.rows)
    return table if full >= FEWEST_WIDE - 1 else None


def ends_at(rule: Rule, cuts: Sequence[float]) -> bool:
    """Whether a rule begins and ends at the edges of columns."""
    return all(any(abs(end - cut) <= REACH for cut in cuts) for end in (rule.x0, rule.x1))


def column_cuts(words: Sequence[Box], rules: Sequence[Rule], x0: float, x1: float) -> list[float]:
    """The edges of the columns: the ends of the table, those that short rules share, and white between words."""
    tops = sorted({rule.top for rule in rules})
    rows = [
        [box for box in words if above <= (box.top + box.bottom) / 2 < below]
        for above, below in pairwise(tops)
    ]
    rows = [row for row in rows if row]
    ends = [end for rule in rules for end in (rule.x0, rule.x1)]
    found = [
        end
        for end in ends
        if sum(abs(end - other) <= SNAP for other in ends) > 1
        and sum(is_white(row, end) for row in rows) >= FREE * len(rows)
    ]
    white = Counter(
        {
            cut: sum(is_parted(row, cut) for row in rows)
            for cut in sorted({c for row in rows for c in gutters(row)})
        }
    )
    found += [cut for cut, count in white.most_common() if count >= FREE * len(rows)]
    cuts: list[float] = []
    for cut in found:
        if all(abs(cut - other) >= NARROWEST_COLUMN for other in (x0, x1, *cuts)):
            cuts.append(cut)
    return [x0, *sorted(cuts), x1]


def is_parted(row: Sequence[Box], cut: float) -> bool:
    """Whether a gutter runs through a row at a cut, with words on both sides."""
    left = max((box.x1 for box in row if box.x0 < cut), default=None)
    right = min((box.x0 for box in row if box.x0 >= cut), default=None)
    return left is not None and right is not None and left <= cut and right - left >= GUTTER


def is_white(row: Sequence[Box], cut: float) -> bool:
    """Whether no word of a row stands over a cut."""
    return not any(box.x0 < cut - EDGE and cut + EDGE < box.x1 for box in row)


def joined(cells: Sequence[Box], words: Sequence[Box]) -> list[Box]:
    """The cells, those side by side and as high as each other made one where a line of words runs over their border."""
    result: list[Box] = []
    for cell in sorted(cells, key=lambda box: (box.top, box.x0)):
        last = result[-1] if result else None
        if (
            last is not None
            and (last.top, last.bottom, last.x1) == (cell.top, cell.bottom, cell.x0)
            and runs_over(cell.x0, cell, words)
        ):
            result[-1] = Box(last.x0, last.top, cell.x1, cell.bottom)
        else:
            result.append(cell)
    return result


def runs_over(x: float, cell: Box, words: Sequence[Box]) -> bool:
    """Whether a line at the height of a cell runs over ``x``: a word stands there, or only a space."""
    row = [box for box in words if cell.top <= (box.top + box.bottom) / 2 <= cell.bottom]
    if not is_white(row, x):
        return True
    left = [box for box in row if x - SPACE - EDGE <= box.x1 <= x + EDGE]
    right = [box for box in row if x - EDGE <= box.x0 <= x + SPACE + EDGE]
    return any(b.x0 - a.x1 <= SPACE and a.top < b.bottom and b.top < a.bottom for a in left for b in right)
