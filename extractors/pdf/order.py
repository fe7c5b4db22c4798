"""Reading order: from the printed words of a page to its lines, column by column.

Words that stand close together on one baseline make a segment. The page is then cut recursively (XY-cut, Nagy
& Seth 1984): along a gutter of white where both sides hold running text, else at the widest white band across.
Columns whose rows answer each other (a table without rulings, a list of acronyms) are not cut: they are read
row by row. The engine's own order is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from extractors.lexicon import french_words
from extractors.pdf.printed import TALL, PrintedWord
from schemas.document import Box

WORD_GAP = 0.95
"""Words farther apart than this, in font sizes, are not of one segment (French justified text stays under)."""
GUTTER = 9.0
"""The least white between two columns, in points."""
SIDE = 0.12
"""The least width of a column, as a share of the page's width."""
ROWS = 4
"""From this many facing rows on, columns of short cells are a table and not columns of text."""


@dataclass(frozen=True)
class Line:
    """A printed line: its words from left to right.

    ``gaps`` holds the ranks of the words before which there is a wide white (a cell begins there). ``column``
    numbers the columns of the page in reading order; ``left`` and ``right`` are the edges of that column.
    """

    words: tuple[PrintedWord, ...]
    box: Box
    size: float
    bold: bool
    italic: bool
    gaps: tuple[int, ...]
    column: int
    left: float
    right: float

    @cached_property
    def text(self) -> str:
        """The printed text of the line, words joined by spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class Segment:
    """Words close together on one baseline, from left to right."""

    words: list[PrintedWord]
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    """The size of its largest word."""

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def letters(self) -> int:
        """The characters of its words."""
        return sum(len(word.text) for word in self.words)


def order_lines(words: Sequence[PrintedWord], width: float) -> list[Line]:
    """The lines of a page in reading order; rotated words are left out (see :func:`rotated_words`)."""
    segments = make_segments(settle_initials([word for word in words if word.upright]))
    lines: list[Line] = []
    for column, region in enumerate(cut(segments, width)):
        left, right = min(s.x0 for s in region), max(s.x1 for s in region)
        lines += [make_line(row, column, left, right) for row in rows_of(region)]
    return lines


INITIAL = 3
"""An initial has at most so many characters (``L``, ``Le``, ``C'``)."""


def settle_initials(words: list[PrintedWord]) -> list[PrintedWord]:
    """The words, dropped initials brought to the height of the line that they begin, and joined to its first word.

    An initial is as tall as several lines; left as it is, it would make one row of them.
    """
    if not words:
        return words
    usual = median(word.size for word in words)
    settled: list[PrintedWord | None] = list(words)
    for rank, word in enumerate(words):
        if word.size < TALL * usual or len(word.text) > INITIAL or not word.text[0].isupper():
            continue
        if rank + 1 < len(words) and is_written_on(word, words[rank + 1]):
            settled[rank] = None
            settled[rank + 1] = glue(on_line_of(word, words[rank + 1]), words[rank + 1])
            continue
        beside = [k for k, other in enumerate(words) if stands_beside(word, other)]
        if len(beside) < 2:
            continue
        first = min(beside, key=lambda k: (round(words[k].box.top), words[k].box.x0))
        initial = on_line_of(word, words[first])
        joined = begins(initial, words[first])
        settled[first] = glue(initial, words[first]) if joined else words[first]
        settled[rank] = None if joined else initial
    return [word for word in settled if word is not None]


def stands_beside(initial: PrintedWord, word: PrintedWord) -> bool:
    """Whether a word begins a line at the right of an initial."""
    gap = word.box.x0 - initial.box.x1
    within = initial.box.top - word.size <= word.box.top and word.box.bottom <= initial.box.bottom + word.size
    return word.size * TALL <= initial.size and -word.size <= gap <= 2 * word.size and within


def on_line_of(initial: PrintedWord, word: PrintedWord) -> PrintedWord:
    """An initial brought to the height of the line that it begins."""
    box = Box(initial.box.x0, word.box.top, min(initial.box.x1, word.box.x0), word.box.bottom)
    return replace(initial, box=box, size=word.size)


def begins(initial: PrintedWord, word: PrintedWord) -> bool:
    """Whether an initial is the first letter of the word beside it (``L`` of ``Le``), or elided before it."""
    whole = (initial.text + word.text).casefold().strip(".,;:")
    known = word.text[:1].islower() and len(initial.text) == 1 and whole in french_words()
    return known or initial.text.endswith("'")


def is_written_on(initial: PrintedWord, word: PrintedWord) -> bool:
    """Whether a word goes on from its initial without white in the file (``D`` of ``Dans``)."""
    gap = word.box.x0 - initial.box.x1
    smaller = word.size * TALL <= initial.size and word.text[:1].islower()
    return smaller and word.unspaced and word.rank == initial.rank + 1 and -word.size <= gap <= word.size


def rotated_words(words: Sequence[PrintedWord]) -> list[PrintedWord]:
    """The words that are not upright, in content order."""
    return [word for word in words if not word.upright]


def make_segments(words: Sequence[PrintedWord]) -> list[Segment]:
    """Words gathered into segments: neighbours in content order first, then neighbours on the page."""
    segments: list[Segment] = []
    for word in words:
        if segments and touches(segments[-1], word):
            extend(segments[-1], word)
        else:
            box = word.box
            segments.append(Segment([word], box.x0, box.top, box.x1, box.bottom, word.size))
    return merge_neighbours(segments)


def touches(segment: Segment, word: PrintedWord) -> bool:
    """Whether a word continues a segment, at either end (right-to-left documents come reversed)."""
    box = word.box
    if not same_row(segment.top, segment.bottom, box.top, box.bottom):
        return False
    reach = WORD_GAP * max(word.size, segment.words[-1].size)
    return -reach / 2 <= box.x0 - segment.x1 <= reach or -reach / 2 <= segment.x0 - box.x1 <= reach


def same_row(top: float, bottom: float, other_top: float, other_bottom: float) -> bool:
    """Whether two extents share at least half the height of the smaller."""
    if other_top >= bottom or top >= other_bottom:
        return False  # told apart before anything is reckoned: most are
    shared = min(bottom, other_bottom) - max(top, other_top)
    return shared >= 0.5 * max(min(bottom - top, other_bottom - other_top), 0.1)


def extend(segment: Segment, word: PrintedWord) -> None:
    """Add a word to a segment, at the end where it stands."""
    if word.box.x0 >= segment.words[-1].box.x0:
        segment.words.append(word)
    else:
        segment.words.insert(0, word)
    segment.x0, segment.x1 = min(segment.x0, word.box.x0), max(segment.x1, word.box.x1)
    segment.top, segment.bottom = min(segment.top, word.box.top), max(segment.bottom, word.box.bottom)
    segment.size = max(segment.size, word.size)


def merge_neighbours(segments: list[Segment]) -> list[Segment]:
    """Segments joined where one continues another on the page although content order parts them."""
    merged: list[Segment] = []
    for row in rows_of(segments):
        last: Segment | None = None
        for segment in row:
            if last is not None and joins(last, segment):
                absorb(last, segment)
            else:
                merged.append(segment)
                last = segment
    for segment in merged:
        segment.words.sort(key=lambda word: word.box.x0)
    return merged


def absorb(segment: Segment, other: Segment) -> None:
    """Add the words of another segment, in place; their order is left to the caller."""
    segment.words += other.words
    segment.x0, segment.x1 = min(segment.x0, other.x0), max(segment.x1, other.x1)
    segment.top, segment.bottom = min(segment.top, other.top), max(segment.bottom, other.bottom)
    segment.size = max(segment.size, other.size)


def joins(left: Segment, right: Segment) -> bool:
    """Whether two segments of a row are close enough to be one."""
    if not same_row(left.top, left.bottom, right.top, right.bottom):
        return False
    return right.x0 - left.x1 <= WORD_GAP * min(left.size, right.size)


def rows_of(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Segments gathered into rows from top to bottom, each from left to right.

    A small segment that half overlaps a row (a raised footnote call) belongs to it; one that stands above or below
    another of the row does not, although both stand beside something tall (an initial, the number of a table's row).
    """
    rows: list[tuple[float, float, list[Segment]]] = []
    for segment in sorted(segments, key=lambda s: (s.middle, s.x0)):
        for index in range(len(rows) - 1, max(len(rows) - 4, -1), -1):
            top, bottom, members = rows[index]
            if same_row(top, bottom, segment.top, segment.bottom) and not is_stacked(members, segment):
                tallest = bottom - top >= segment.bottom - segment.top
                extent = (top, bottom) if tallest else (segment.top, segment.bottom)
                rows[index] = (*extent, [*members, segment])
                break
        else:
            rows.append((segment.top, segment.bottom, [segment]))
    return [sorted(members, key=lambda s: s.x0) for _, _, members in rows]


STACKED = 4
"""Segments of fewer characters may stand over others of their line: accents, exponents."""


def is_stacked(members: Iterable[Segment], segment: Segment) -> bool:
    """Whether a segment of some words stands above or below a member of a row, and not beside it."""
    return segment.letters >= STACKED and any(
        min(other.x1, segment.x1) - max(other.x0, segment.x0) > segment.size and other.letters >= STACKED
        for other in members
    )


def make_line(row: Sequence[Segment], column: int, left: float, right: float) -> Line:
    """The line that the segments of a row make."""
    words: list[PrintedWord] = []
    gaps = []
    for segment in row:
        if words:
            gaps.append(len(words))
        words += segment.words
    words, gaps = attach_parts(*unspace_letters(words, gaps))
    return line_of(words, gaps, column, left, right)


def make_part(words: Sequence[PrintedWord], line: Line) -> Line:
    """Some words of a line as a line of their own."""
    return line_of(words, (), line.column, line.left, line.right)


def line_of(
    words: Sequence[PrintedWord], gaps: Iterable[int], column: int, left: float, right: float
) -> Line:
    """The line of some words, with its box, size and weight; what is much taller than the rest does not heighten it."""
    letters = sum([len(w.text) for w in words])
    size = usual_size(words)
    level = [w for w in words if w.size < TALL * size] or words
    box = Box(
        min([w.box.x0 for w in words]),
        min([w.box.top for w in level]),
        max([w.box.x1 for w in words]),
        max([w.box.bottom for w in level]),
    )
    bold = sum([len(w.text) for w in words if w.bold]) >= 0.8 * letters
    italic = all(w.italic for w in words)
    return Line(tuple(words), box, size, bold, italic, tuple(gaps), column, left, right)


def usual_size(words: Sequence[PrintedWord]) -> float:
    """The size in which half of the letters of some words are set, or smaller."""
    if len({word.size for word in words}) == 1:
        return words[0].size
    return weighted_median(sorted([(word.size, len(word.text)) for word in words]))


def weighted_median(values: Sequence[tuple[float, int]]) -> float:
    """The median of sorted values with weights."""
    half = sum(weight for _, weight in values) / 2
    total = 0
    for value, weight in values:
        total += weight
        if total >= half:
            return value
    return values[-1][0]


SPACED_LETTERS = 4


def unspace_letters(words: list[PrintedWord], gaps: list[int]) -> tuple[list[PrintedWord], list[int]]:
    """Letter-spaced titles (``E N S E I G N E M E N T``) joined into words, where the letters are even."""
    if sum(len(w.text) == 1 and w.text.isalpha() for w in words) < max(SPACED_LETTERS, 0.6 * len(words)):
        return words, gaps
    usual = median(b.box.x0 - a.box.x1 for a, b in pairwise(words))
    joined = [words[0]]
    starts = []
    for rank, (before, word) in enumerate(pairwise(words), start=1):
        single = len(word.text) == 1 and len(before.text) == 1 and word.text.isalnum()
        if single and word.box.x0 - before.box.x1 <= 1.6 * max(usual, 0.5):
            joined[-1] = glue(joined[-1], word)
        else:
            if rank in gaps:
                starts.append(len(joined))
            joined.append(word)
    return joined, starts


UNITS = frozenset({"m", "km", "cm", "dm", "mm", "hm"})
"""A raised number after these is an exponent and not the call of a footnote."""
TOUCHING = 0.1
"""Parts of a word stand nearer than this, in font sizes."""


def attach_parts(words: list[PrintedWord], gaps: list[int]) -> tuple[list[PrintedWord], list[int]]:
    """The parts that the engine makes of a word (``l'`` and ``emploi`` in right-to-left files) put together."""
    kept: list[PrintedWord] = []
    starts = []
    for rank, word in enumerate(words):
        if kept and is_part(kept[-1], word):
            kept[-1] = glue(kept[-1], word)
            continue
        if rank in gaps:
            starts.append(len(kept))
        kept.append(word)
    return kept, starts


def is_part(left: PrintedWord, right: PrintedWord) -> bool:
    """Whether two neighbours are parts of one word: no white space in the file, none on the page, one size.

    The exponent of a unit (``km²``) is set smaller.
    """
    later = left if left.rank > right.rank else right
    one_size = abs(left.size - right.size) <= 0.1 * left.size or left.text.casefold() in UNITS
    if abs(left.rank - right.rank) != 1 or not later.unspaced or not one_size:
        return False
    return right.box.x0 - left.box.x1 <= TOUCHING * left.size


def glue(left: PrintedWord, right: PrintedWord) -> PrintedWord:
    """Two neighbours as one word; it goes on where the right one does."""
    a, b = left.box, right.box
    box = Box(a.x0, min(a.top, b.top), b.x1, max(a.bottom, b.bottom))
    return replace(
        right, text=left.text + right.text, box=box, edges=left.edges + right.edges, size=left.size
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Two columns side by side: rows ``[first, last)`` of the region, and the x of the gutter between them."""

    first: int
    last: int
    x: float


def cut(segments: Sequence[Segment], width: float) -> Iterator[list[Segment]]:
    """The regions of a page in reading order: whole bands, and the columns between them."""
    rows = rows_of(segments)
    columns = find_columns(rows, width)
    if columns is None:
        if segments:
            yield list(segments)
        return
    above = [s for row in rows[: columns.first] for s in row]
    inside = [s for row in rows[columns.first : columns.last] for s in row]
    below = [s for row in rows[columns.last :] for s in row]
    parts = (
        above,
        [s for s in inside if s.x1 <= columns.x],
        [s for s in inside if s.x1 > columns.x],
        below,
    )
    for part in parts:
        yield from cut(part, width)


def find_columns(rows: Sequence[list[Segment]], width: float) -> Columns | None:
    """The tallest pair of columns of running text in a region, or None."""
    near = [is_near(row, below) for row, below in pairwise(rows)]
    best: Columns | None = None
    tried: list[Columns] = []
    for index, row in enumerate(rows):
        for left, right in pairwise(row):
            if right.x0 - left.x1 < GUTTER or was_tried(tried, index, left.x1, right.x0):
                continue
            found = grow_columns(rows, near, index, (left.x1, right.x0))
            tried.append(found)
            taller = best is None or found.last - found.first > best.last - best.first
            if taller and are_columns(rows[found.first : found.last], found.x, width):
                best = found
    return best


def was_tried(tried: Sequence[Columns], index: int, x0: float, x1: float) -> bool:
    """Whether a gutter already looked at runs through the white ``[x0, x1]`` of a row."""
    return any(columns.first <= index < columns.last and x0 < columns.x < x1 for columns in tried)


def grow_columns(
    rows: Sequence[list[Segment]], near: Sequence[bool], index: int, white: tuple[float, float]
) -> Columns:
    """The rows around ``index`` that leave the white free, as far as it stays a gutter and rows are near."""
    first, last = index, index + 1
    while first > 0 and near[first - 1] and (narrowed := free_white(rows[first - 1], *white)):
        white = narrowed
        first -= 1
    while last < len(rows) and near[last - 1] and (narrowed := free_white(rows[last], *white)):
        white = narrowed
        last += 1
    middle = sum(white) / 2
    while last - first > 2 and is_title_below(rows[first:last], middle):
        last -= 1
    return Columns(first, last, middle)


def is_title_below(rows: Sequence[Sequence[Segment]], x: float) -> bool:
    """Whether the last row of two columns is a larger line in the left one, below the end of both: a title."""
    *above, last = rows
    usual = median(segment.size for row in above for segment in row)
    both = any(segment.x1 > x for row in above[-2:] for segment in row)
    worded = median(len(segment.words) for row in above for segment in row) > SHORT_CELL
    return both and worded and len(last) == 1 and last[0].x1 <= x and last[0].size >= TITLE * usual


TITLE = 1.12
"""A line so much larger than the text above it is a title."""
BAND = 3.0
"""White higher than this, in font sizes, across both sides ends a pair of columns."""


def is_near(row: Sequence[Segment], below: Sequence[Segment]) -> bool:
    """Whether no wide band of white parts two rows."""
    white = min([s.top for s in below]) - max([s.bottom for s in row])
    return white <= BAND * min([s.size for s in (*row, *below)])


def free_white(row: Sequence[Segment], x0: float, x1: float) -> tuple[float, float] | None:
    """What a row leaves of the white ``[x0, x1]``, or None where too little is left for a gutter."""
    for segment in row:
        if segment.x1 <= x0 or segment.x0 >= x1:
            continue
        if segment.x0 - x0 >= x1 - segment.x1:
            x1 = segment.x0
        else:
            x0 = segment.x1
        if x1 - x0 < GUTTER:
            return None
    return x0, x1


def are_columns(rows: Sequence[list[Segment]], x: float, width: float) -> bool:
    """Whether the two sides of a gutter are columns of text: wide enough, two lines each, no facing cells."""
    left = [[s for s in row if s.x1 <= x] for row in rows]
    right = [[s for s in row if s.x1 > x] for row in rows]
    if any(sum(bool(row) for row in side) < 2 or extent(side) < SIDE * width for side in (left, right)):
        return False
    facing = sum(on_one_baseline(a, b) for a, b in zip(left, right, strict=True))
    if facing < ROWS:
        return True
    cells = [len(segment.words) for side in (left, right) for row in side for segment in row]
    shortest = min(median(len(s.words) for row in side for s in row) for side in (left, right))
    return shortest > SHORT_CELL or (
        facing < 0.5 * min(sum(map(bool, left)), sum(map(bool, right))) and max(cells) > ROWS
    )


def on_one_baseline(left: Sequence[Segment], right: Sequence[Segment]) -> bool:
    """Whether both sides of a row have text, on the same baseline and in the same size."""
    if not left or not right:
        return False
    size = max(left[-1].size, right[0].size)
    alike = abs(left[-1].size - right[0].size) <= 0.1 * size
    return alike and abs(left[-1].bottom - right[0].bottom) <= 0.2 * size


SHORT_CELL = 2.5
"""Columns whose segments have a median of fewer words than this are cells that answer each other."""


def extent(side: Sequence[Sequence[Segment]]) -> float:
    """The width of a side, in points."""
    segments = [segment for row in side for segment in row]
    return max(s.x1 for s in segments) - min(s.x0 for s in segments)
