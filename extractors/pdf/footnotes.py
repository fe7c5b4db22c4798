"""Footnotes: small type at the foot of a column that begins with the mark of a note.

A mark that is called on the page begins a note however it is set (``2.`` too); one that nothing seems to call
must be raised and go on with the numbers of the notes before, or figures of a chart would be notes. What a page
does not find the call of as a raised mark is looked for once more in its words: ``migration*``, ``emploi [3]``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.notes import LETTERED, bracketed, labels_of, raised
from extractors.pdf.blocks import (
    SENTENCE_END,
    Group,
    Style,
    begins_with_call,
    is_note_call,
    is_raised,
    without_first,
)
from extractors.pdf.order import Line, make_part
from extractors.pdf.printed import PrintedWord

SMALL = 0.93
"""Footnotes are set at most so large, compared with the body text."""
TOP = 0.4
"""They stand below this share of the page's height."""
MARK = re.compile(bracketed(LETTERED, r")\]."))
SKIPPED = 3
"""So many numbers may be missing in the sequence of a document's notes (a note that was not recognised)."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What is known of a document's notes when a page is read: the last number, and the note that may go on."""

    number: int = 0
    unfinished: Group | None = None

    def after(self, groups: Sequence[Group]) -> Notes:
        """What is known after the groups of a page."""
        notes = [group for group in groups if group.kind == "footnote"]
        if not notes:
            return replace(self, unfinished=None)
        numbers = [number for note in notes if (number := number_of(mark_of(note))) is not None]
        last = notes[-1]
        return Notes(max(numbers, default=self.number), None if SENTENCE_END.search(last.text) else last)

    def expect(self, label: str) -> bool:
        """Whether an uncalled label goes on with the numbers before; numbering may begin anew on each page."""
        return label.startswith("*") or (label.isdigit() and 0 < int(label) - self.number <= SKIPPED)


def mark_footnotes(groups: Sequence[Group], height: float, style: Style, notes: Notes) -> list[Group]:
    """The groups of a page, the footnotes among them marked as such, their numbers as markers."""
    marked = list(groups)
    called = set(calls_of(groups))
    for first, last in small_runs(groups, height, style):
        known = notes if last == len(groups) else None
        marked[first:last] = joined_notes(groups[first:last], called, known)
    return with_plain_calls([group for group in marked if group.lines])


def small_runs(groups: Sequence[Group], height: float, style: Style) -> Iterator[tuple[int, int]]:
    """Where small type stands at the foot of a column: first group, and the one after the last."""
    first: int | None = None
    for rank, group in enumerate(groups):
        small = is_small(group, height, style)
        if first is not None and (not small or other_column(groups[rank - 1], group)):
            if other_column(groups[rank - 1], group):
                yield first, rank
            first = None
        if small and first is None:
            first = rank
    if first is not None:
        yield first, len(groups)


def is_small(group: Group, height: float, style: Style) -> bool:
    """Whether a group is text in small type, or begins with a raised mark, in the lower part of the page."""
    return (
        group.cell is None
        and group.kind not in ("contents_entry", "acronym_entry", "caption")
        and (group.size <= SMALL * style.size or begins_with_call(group.lines[0]))
        and group.lines[0].box.top > TOP * height
    )


def other_column(above: Group, below: Group) -> bool:
    """Whether two groups of running text stand in different columns."""
    return below.cell is None and above.lines[-1].column != below.lines[0].column


def joined_notes(groups: Sequence[Group], called: Container[str], known: Notes | None) -> Iterator[Group]:
    """Groups at the foot of a column, from each mark to the next one note; what is no note as it was."""
    note: Group | None = None
    for group in itertools.chain.from_iterable(parted_notes(group, called) for group in groups):
        if is_note_start(group, called, known):
            if note is not None:
                yield note
            note = with_mark(group)
            known = None if known is None else known.after([note])
        elif note is not None and is_close(note, group):
            note = note.followed_by(group)
        elif note is None and known is not None and goes_on(known.unfinished, group):
            note = replace(group, kind="footnote")
        else:
            if note is not None:
                yield note
                group = replace(group, kind="footnote") if is_alike(note, group) else group
            note = None
            yield group
    if note is not None:
        yield note


def parted_notes(group: Group, called: Container[str]) -> Iterator[Group]:
    """A group, parted where a line, or what follows a wide white, begins with the number after its own.

    That number must be called too: notes set without white between them, or at the feet of two columns.
    """
    number = number_of(mark_of(group))
    parts: list[list[Line]] = [[]]
    for rank, line in enumerate(group.lines):
        for part in parts_of(line):
            following = None if number is None or not (rank or part is not line) else str(number + 1)
            if len(part.words) > 1 and part.words[0].text == following and following in called:
                parts.append([])
                number = int(following)
            parts[-1].append(part)
    if len(parts) == 1:
        yield group
        return
    for rank, lines in enumerate(parts):
        yield replace(group, lines=tuple(lines), marker=() if rank else group.marker)


def parts_of(line: Line) -> list[Line]:
    """A line parted at its wide whites."""
    if not line.gaps:
        return [line]
    return [
        make_part(line.words[first:last], line) for first, last in pairwise([0, *line.gaps, len(line.words)])
    ]


def number_of(mark: str) -> int | None:
    """The number that a mark is, or None."""
    labels = labels_of(mark)
    return int(labels[0]) if len(labels) == 1 and labels[0].isdigit() else None


def is_note_start(group: Group, called: Container[str], known: Notes | None) -> bool:
    """Whether a group begins with the mark of a note: called on the page, or raised and next in order."""
    mark = mark_of(group)
    labels = labels_of(mark) if MARK.fullmatch(mark) else ()
    if len(labels) != 1:
        return False
    if labels[0] in called:
        return True
    first = group.lines[0].words
    follows = first[0] if group.marker else first[1] if len(first) > 1 else None
    if known is None or follows is None or not follows.text.lstrip("«“\"'(")[:1].isalpha():
        return False
    head = group.marker[0] if group.marker else first[0]
    return known.expect(labels[0]) and (head.text.startswith("*") or is_raised(head, follows))


def mark_of(group: Group) -> str:
    """The list marker or the first word of a group."""
    return group.marker[0].text if group.marker else group.lines[0].words[0].text


def with_mark(group: Group) -> Group:
    """A footnote, its mark taken off its text."""
    first, *rest = group.lines
    if group.marker or len(first.words) == 1:
        return replace(group, kind="footnote")
    return replace(group, kind="footnote", marker=first.words[:1], lines=(without_first(first), *rest))


def is_alike(note: Group, group: Group) -> bool:
    """Whether a group is set like a note above it, not far below."""
    above, line = note.lines[-1], group.lines[0]
    step = line.box.bottom - above.box.bottom
    same_size = abs(line.size - above.size) <= 0.09 * above.size
    return same_size and line.column == above.column and 0 < step <= FAR * line.size


FAR = 2.2
"""Lines of notes farther apart than this, in font sizes, do not belong together."""


def is_close(note: Group, group: Group) -> bool:
    """Whether a group without a marker goes on right below a note."""
    above, line = note.lines[-1], group.lines[0]
    near = line.box.bottom - above.box.bottom <= 1.35 * line.size
    return is_alike(note, group) and near and not group.marker and line.bold == above.bold


def goes_on(unfinished: Group | None, group: Group) -> bool:
    """Whether a group is the rest of a note that the page before did not finish."""
    if unfinished is None or group.marker:
        return False
    return group.text[:1].islower() and abs(unfinished.lines[-1].size - group.size) <= 0.09 * group.size


def calls_of(groups: Iterable[Group]) -> Iterator[str]:
    """The labels of the notes that raised marks in groups call."""
    for group in groups:
        words = [word for line in group.lines for word in line.words]
        for before, word in pairwise(words):
            if is_note_call(word, before):
                yield from labels_of(word.text)


def with_plain_calls(groups: Sequence[Group]) -> list[Group]:
    """The groups with the calls of notes that no raised mark calls told among their words."""
    text = [group for group in groups if group.kind != "footnote"]
    called = set(calls_of(text))
    labels = [
        label
        for group in groups
        if group.kind == "footnote" and group.marker
        for label in labels_of(group.marker[0].text)
        if label not in called
    ]
    found = {label: found for label in labels if (found := plain_call(text, label)) is not None}
    if not found:
        return list(groups)
    parts = {id(word): parts for word, parts in found.values()}
    return [with_parts(group, parts) for group in groups]


def plain_call(groups: Sequence[Group], label: str) -> tuple[PrintedWord, list[PrintedWord]] | None:
    """The word that calls a note without being raised, parted at its call: the first, or the only one in brackets."""
    bracketed = []
    for group in groups:
        for line in group.lines:
            for word in line.words:
                call = call_within(word.text, label)
                if call is None:
                    continue
                if word.text[call[0]] not in "([":
                    return word, list(parted(word, *call))
                bracketed.append((word, list(parted(word, *call))))
    return bracketed[0] if len(bracketed) == 1 else None


CLOSING = r"[.,;:!?»\")\]]*$"


def call_within(text: str, label: str) -> tuple[int, int] | None:
    """Where a word holds the call of a note: ``migration*``, ``emploi[3]``, ``pays³``, ``marché3``, or None."""
    bare = re.escape(label)
    forms = [rf"[(\[]{bare}[)\]]", re.escape(raised(label))]
    if label.startswith("*"):
        forms.append(rf"(?<!\*){bare}")
    elif label.isdigit():
        forms.append(rf"(?<=[a-zà-öø-ÿ]{{3}}){bare}")
    found = re.search(rf"(?:{'|'.join(forms)})(?={CLOSING})", text)
    return found.span() if found else None


def parted(word: PrintedWord, first: int, last: int) -> Iterator[PrintedWord]:
    """A word parted before and after the call in it."""
    if first:
        yield word.part(0, first)
    yield replace(word.part(first, last), call=True)
    if last < len(word.text):
        yield word.part(last, len(word.text))


def with_parts(group: Group, parts: Mapping[int, Sequence[PrintedWord]]) -> Group:
    """A group with some of its words parted."""
    if not any(id(word) in parts for line in group.lines for word in line.words):
        return group
    return replace(group, lines=tuple(line_with_parts(line, parts) for line in group.lines))


def line_with_parts(line: Line, parts: Mapping[int, Sequence[PrintedWord]]) -> Line:
    """A line with some of its words parted; what was needed of its gaps is done."""
    words = tuple(part for word in line.words for part in parts.get(id(word), (word,)))
    return replace(line, words=words, gaps=())
