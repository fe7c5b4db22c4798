"""From lines in reading order to groups of lines: paragraphs, list items, headings, footnotes, table cells.

A group begins where the typesetter began something: a list marker, a change of size or weight, more white than
between lines, an indented line after a full stop, a short line that ends a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from extractors.notes import NUMBERED
from extractors.pdf.order import UNITS, Line, make_part
from extractors.pdf.printed import PrintedWord
from schemas.document import BlockKind, Box, Cell

BULLETS = frozenset("\ufffd•●▪■□◾◼▫◦○➢➤►▶▸‣→⇒✓✔✦❖♦◆★*–—-·∙⁃»")
LETTER_BULLETS = frozenset(
    {"o", "O", "Ÿ", "ü", "Ø", "§", "v", "q", "E", "è", "à", "w", "n", "l", "u", "ð", "þ"}
)
"""What bullets of symbol fonts become without a Unicode map (patterns.md §4); only before a wide white."""
ENUMERATOR = re.compile(
    r"^(?:\((?:\d{1,2}|[a-z]|[ivx]{1,5})\)|(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5}|[IVX]{2,5})[.)]|\d{1,2}°|[-–—]\d{1,2}[.)]|n°\d+)$"
)
NUMBERING = re.compile(
    r"^(?:(?:\d{1,2}|[IVXL]{1,5}|[A-Z])(?:\.\d{1,2})+\.?|\d{1,2}\.|[IVXL]{1,5}[.)]?|[A-Z][.)])$"
)
HEADING_WORD = re.compile(
    r"^(?:chapitre|partie|section|titre|annexe|premi[eè]re|deuxi[eè]me|troisi[eè]me|quatri[eè]me|axe)\b", re.I
)
CAPTION = re.compile(
    r"^(?:tableau|figure|graphique|carte|encadré|encadre|photo|schéma|image|diagramme)s?\s*"
    r"(?:n\s*°\s*)?(?:\d+|[IVX]+)\b",
    re.IGNORECASE,
)
CONTENTS_END = re.compile(
    r"(?<!\.)(?:\.\s?+){4,}+\s*+(?:\d{1,3}|[ivxl]+)$|(?<!…)…+\s*\d{1,3}$|(?<!_)_{4,}\s*\d{1,3}$"
)
SENTENCE_END = re.compile(r"[.!?…:;]['»\")\]]*$")


@dataclass(frozen=True)
class Group:
    """Lines that make one block, begun on ``page``.

    ``marker`` holds the words of a list marker, taken off the lines; ``indent`` is where the first line (or
    its marker) begins; ``breaks`` holds the ranks of the lines before which a new page begins.
    """

    kind: BlockKind
    lines: tuple[Line, ...]
    page: int
    marker: tuple[PrintedWord, ...] = ()
    indent: float = 0.0
    level: int | None = None
    cell: Cell | None = None
    breaks: tuple[int, ...] = ()

    @cached_property
    def size(self) -> float:
        """The size of most of its lines."""
        return median(line.size for line in self.lines)

    @cached_property
    def bold(self) -> bool:
        """Whether all its lines are bold."""
        return all(line.bold for line in self.lines)

    @cached_property
    def text(self) -> str:
        """Its printed text, lines joined by spaces."""
        return " ".join(line.text for line in self.lines)

    @property
    def last_page(self) -> int:
        """The page on which it ends."""
        return self.page + len(self.breaks)

    def pages(self) -> Iterator[int]:
        """The page of each of its lines."""
        page = self.page
        for rank in range(len(self.lines)):
            page += rank in self.breaks
            yield page

    def followed_by(self, rest: Group) -> Group:
        """This group and the rest of it, printed in the next column or on the next page."""
        turned = (len(self.lines),) if rest.page > self.last_page else ()
        later = tuple(rank + len(self.lines) for rank in rest.breaks)
        return replace(self, lines=self.lines + rest.lines, breaks=self.breaks + turned + later)


@dataclass(frozen=True, slots=True)
class Style:
    """What a document's body text looks like: its font size, and the usual step from line to line by size."""

    size: float
    pitches: Mapping[int, float]


def group_lines(lines: Sequence[Line], page: int, style: Style) -> list[Group]:
    """The groups of the lines of one page (or one table cell), in order."""
    groups: list[Group] = []
    current: list[Line] = []
    marker: tuple[PrintedWord, ...] = ()
    for line in part_at_bullets(lines):
        found, rest = split_marker(line)
        edge = marker[0].box.x0 if marker else None
        if current and not begins_group(current, line, found, style, edge):
            current.append(line)
            continue
        if current:
            groups.append(make_group(current, marker, page, style))
        current, marker = [rest], found
    if current:
        groups.append(make_group(current, marker, page, style))
    return groups


def part_at_bullets(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, those that hold a bullet after some words parted there: two items run in one line."""
    for line in lines:
        cuts = [
            rank
            for rank, word in enumerate(line.words)
            if word.text in RUN_IN_BULLETS
            and LEAST_ITEM <= rank < len(line.words) - LEAST_ITEM
            and line.words[rank + 1].text[:1].isupper()
        ]
        for first, last in pairwise([0, *cuts, len(line.words)]):
            yield make_part(line.words[first:last], line) if cuts else line


RUN_IN_BULLETS = frozenset("•●▪■➢➤►▶✓✔❖◆")
LEAST_ITEM = 3


def line_pitches(pages: Iterable[Sequence[Line]]) -> dict[int, float]:
    """The usual distance from line to line for each font size of a document, in points: the lower quartile.

    Half of the distances may be those between paragraphs of one line; the smallest are misprints.
    """
    distances: dict[int, list[float]] = {}
    for lines in pages:
        for above, below in pairwise(lines):
            step = below.box.bottom - above.box.bottom
            if above.column == below.column and 0.8 * below.size < step < 3 * max(above.size, 1):
                distances.setdefault(round(below.size), []).append(step)
    return {size: sorted(steps)[len(steps) // 4] for size, steps in distances.items()}


def begins_group(
    current: Sequence[Line],
    line: Line,
    marker: tuple[PrintedWord, ...],
    style: Style,
    item_edge: float | None,
) -> bool:
    """Whether a line begins a new group after the lines of the current one.

    ``item_edge`` is where the marker of the current list item stands, or None outside lists.
    """
    last, first = current[-1], current[0]
    if marker or line.column != last.column or begins_with_call(line):
        return True
    if item_edge is not None and line.box.x0 < item_edge - 4:
        return True
    if abs(line.size - last.size) > 0.09 * max(last.size, line.size) or line.bold != last.bold:
        return not (len(line.text) < 3 or is_run_in(last, line))
    if CONTENTS_END.search(last.text) or CAPTION.match(line.text):
        return True
    step = line.box.bottom - last.box.bottom
    usual = style.pitches.get(round(line.size), 1.25 * line.size)
    if step <= 0 or step > max(1.28 * usual, usual + 2.5):
        return True
    ended = bool(SENTENCE_END.search(last.text))
    short = last.box.x1 < line.right - 0.12 * (line.right - line.left)
    if ended and (short or (step > LOOSE * line.size and line.text[:1].isupper())):
        return True
    indented = line.box.x0 > last.box.x0 + 0.4 * line.size
    if indented and ended and item_edge is None and len(current) > 1:
        return True
    outdented = item_edge is not None and line.box.x0 < first.box.x0 - 6 and len(current) > 1
    return outdented and (ended or line.text[:1].isupper())


LOOSE = 1.7
"""Lines farther apart than this, in font sizes, may be paragraphs of one line each."""


def is_run_in(last: Line, line: Line) -> bool:
    """Whether a change of weight happens inside a sentence: bold words that go on, or end, in plain ones."""
    if abs(line.size - last.size) > 0.09 * max(last.size, line.size):
        return False
    goes_on = line.text[:1].islower() and not SENTENCE_END.search(last.text)
    mixed = any(w.bold for w in last.words) and not last.bold
    mixed_below = any(w.bold for w in line.words) and not line.bold
    return goes_on or (mixed and not SENTENCE_END.search(last.text)) or (mixed_below and goes_on)


def split_marker(line: Line) -> tuple[tuple[PrintedWord, ...], Line]:
    """The list marker that a line begins with, if any, and the line without it."""
    head = line.words[0]
    if len(line.words) > 1 and is_marker(line):
        return (head,), without_first(line)
    if len(head.text) > 1 and head.text[0] in BULLETS - {"*", "-", "»", "·"} and head.text[1].isalpha():
        bullet, rest = head.part(0, 1), head.part(1, len(head.text))
        return (bullet,), replace(line, words=(rest, *line.words[1:]))
    if len(head.text) > 2 and head.text[0] == "-" and head.text[1].isalpha():
        bullet, rest = head.part(0, 1), head.part(1, len(head.text))
        return (bullet,), replace(line, words=(rest, *line.words[1:]))
    return (), line


def is_marker(line: Line) -> bool:
    """Whether the first word of a line is a bullet or an enumerator."""
    head = line.words[0].text
    if all(character in BULLETS for character in head):
        return True
    gap = line.words[1].box.x0 - line.words[0].box.x1
    if head in LETTER_BULLETS:
        return 1 in line.gaps or gap > 0.6 * line.size
    return bool(ENUMERATOR.match(head)) and not (
        head[0].isupper() and head[-1] == "." and gap < 0.4 * line.size
    )


def without_first(line: Line) -> Line:
    """A line without its first word."""
    words = line.words[1:]
    box = Box(words[0].box.x0, line.box.top, line.box.x1, line.box.bottom)
    return replace(line, words=words, box=box, gaps=tuple(g - 1 for g in line.gaps if g > 1))


def make_group(lines: Sequence[Line], marker: tuple[PrintedWord, ...], page: int, style: Style) -> Group:
    """The group of some lines, with a first idea of its kind."""
    group = Group(
        "paragraph", tuple(lines), page, marker, (marker[0] if marker else lines[0].words[0]).box.x0
    )
    return replace(group, kind=kind_of(group, style))


MAX_HEADING_LINES = 4
MAX_HEADING = 220


def kind_of(group: Group, style: Style) -> BlockKind:
    """A first idea of what a group is, from its own words and type."""
    text = group.text
    if CONTENTS_END.search(text):
        return "contents_entry"
    if CAPTION.match(text):
        return "caption"
    if is_heading(group, style):
        return "heading"
    return "list_item" if group.marker else "paragraph"


def is_heading(group: Group, style: Style) -> bool:
    """Whether a group is set as a heading: larger, or bold, or capitals, short, and not a sentence."""
    text = group.text
    if len(group.lines) > MAX_HEADING_LINES or len(text) > MAX_HEADING:
        return False
    letters = sum(map(str.isalpha, text))
    if letters < 3:
        return False
    if group.marker and not is_heading_number(group.marker[0].text):
        return False
    if group.size < 0.95 * style.size and not group.bold:
        return False
    if text.rstrip()[-1:] in ",;" or (text.rstrip().endswith(".") and len(text) > 60):
        return False
    larger = group.size >= 1.12 * style.size and group.size - style.size >= 1
    if is_numbered_title(group):
        return True
    numbered = bool(NUMBERING.match(group.lines[0].words[0].text)) or bool(group.marker)
    capitals = text.isupper() and letters >= 6
    named = bool(HEADING_WORD.match(text))
    if text[:1].islower() and not group.marker:
        return False
    return (
        larger
        or group.bold
        or (capitals and len(group.lines) <= 2)
        or (named and len(group.lines) == 1 and numbered)
    )


DECIMAL = re.compile(r"^\d{1,2}(?:\.\d{1,2})+\.?$")


def is_numbered_title(group: Group) -> bool:
    """Whether a group is a line with a decimal number, a capital and no full stop: ``1.2.2 L'insertion``."""
    words = group.lines[0].words
    title = " ".join(word.text for word in words[1:])
    return (
        len(group.lines) <= 2
        and bool(DECIMAL.match(words[0].text))
        and title[:1].isupper()
        and group.text.rstrip()[-1:] not in ".;,:"
    )


def is_heading_number(marker: str) -> bool:
    """Whether a marker may number a heading (``1.``, ``IV.``, ``A.``, ``a)``) and is not a bullet."""
    return marker[0].isalnum() and (marker[0].isdigit() or marker[0].isupper() or marker[-1] in ".)")


def restore_items(groups: Sequence[Group]) -> list[Group]:
    """The groups, those taken for headings that are pieces of a list made list items again.

    ``5. Un renforcement`` between the items ``4.`` and ``6.`` of a list is an item, however it is set.
    """
    marked = [
        rank for rank, group in enumerate(groups) if group.marker and group.kind in ("heading", "list_item")
    ]
    restored = list(groups)
    for before, rank, after in zip([None, *marked], marked, [*marked[1:], None], strict=False):
        group = groups[rank]
        neighbours = (None if k is None else restored[k] for k in (before, after))
        if group.kind == "heading" and any(n is not None and is_beside(n, group) for n in neighbours):
            restored[rank] = replace(group, kind="list_item")
    return restored


LABEL_ONLY = re.compile(CAPTION.pattern + r"\s*[:.–—-]*\s*$", re.IGNORECASE)
"""``Tableau 08 :`` alone on its line."""


def join_captions(groups: Sequence[Group]) -> list[Group]:
    """The groups, captions that are a label alone joined with the title set below it."""
    joined: list[Group] = []
    for group in groups:
        above = joined[-1] if joined else None
        if (
            above is not None
            and above.kind == "caption"
            and LABEL_ONLY.match(above.text)
            and titles(above, group)
        ):
            joined[-1] = above.followed_by(group)
        else:
            joined.append(group)
    return joined


def titles(label: Group, group: Group) -> bool:
    """Whether a group is the title of the caption's label above it: short, near, and set alike."""
    above, line = label.lines[-1], group.lines[0]
    step = line.box.bottom - above.box.bottom
    alike = abs(line.size - above.size) <= 0.15 * above.size and line.column == above.column
    short = len(group.lines) <= 2 and group.text[:1].isupper() and group.text[-1:] not in ".;:"
    whole = group.kind in ("paragraph", "heading") and group.cell is None and not group.marker
    return whole and alike and short and 0 < step <= 2.2 * line.size


def is_beside(item: Group, group: Group) -> bool:
    """Whether a list item stands next to a group in one numbered list: same kind of number, one apart."""
    if item.kind != "list_item" or item.bold != group.bold or abs(item.size - group.size) > 0.5:
        return False
    a, b = marker_rank(item.marker[0].text), marker_rank(group.marker[0].text)
    return a is not None and b is not None and a[0] == b[0] and abs(a[1] - b[1]) == 1


def marker_rank(marker: str) -> tuple[str, int] | None:
    """The kind of an enumerator and its rank (``b.`` is the second letter), or None for a bullet."""
    bare = marker.strip("().°")
    if bare.isdigit():
        return "number", int(bare)
    if len(bare) == 1 and bare.isalpha():
        return ("capital" if bare.isupper() else "letter"), ord(bare.lower()) - ord("a") + 1
    return None


def begins_with_call(line: Line) -> bool:
    """Whether a line begins with the raised number of a footnote."""
    if len(line.words) < 2:
        return False
    return is_raised(*line.words[:2]) and bool(CALL.match(line.words[0].text))


def is_raised(word: PrintedWord, beside: PrintedWord) -> bool:
    """Whether a word is set small and high beside another (PDFium may tell its size before it was scaled)."""
    small = word.size <= 0.85 * beside.size or height(word) <= 0.8 * height(beside)
    return word.upright and small and word.box.bottom < beside.box.bottom - 0.12 * beside.size


def height(word: PrintedWord) -> float:
    """How high a word is printed, in points."""
    return word.box.bottom - word.box.top


def group_cell(lines: Sequence[Line], page: int, style: Style) -> list[Group]:
    """The groups of a table cell: its items where it holds a list, else one, parted only at wide white."""
    if sum(bool(split_marker(line)[0]) for line in lines) > 1:
        return group_lines(lines, page, style)
    parts: list[list[Line]] = []
    for line in lines:
        above = parts[-1][-1] if parts else None
        if above is not None and line.box.bottom - above.box.bottom <= CELL_BREAK * max(
            above.size, line.size
        ):
            parts[-1].append(line)
        else:
            parts.append([line])
    return [make_group(part, (), page, style) for part in parts]


CELL_BREAK = 2.2
"""Lines of a cell farther apart than this, in font sizes, are paragraphs of their own."""

CALL = re.compile(rf"^{NUMBERED}(?:(?<=\d)[,;]\d{{1,3}})*(?:(?<=\d)[,;])?$")
"""``3``, ``3,4`` (two notes called at once), ``*``."""


def is_note_call(word: PrintedWord, before: PrintedWord) -> bool:
    """Whether a word is the call of a footnote: a small raised number or star after a word (not ``km²``)."""
    raised = bool(CALL.match(word.text)) and is_raised(word, before)
    return word.call or (raised and before.text.casefold() not in UNITS)
