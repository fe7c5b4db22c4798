"""Endnotes: notes gathered under a heading of their own, at the end of a document or of a chapter.

Under such a heading (``vocabularies/note_headings.csv``) each line that begins with the next number begins
a note. It counts where most of the numbers are called above, raised or in brackets: a numbered bibliography that
nothing calls stays one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractors.notes import heads_notes, labels_of
from extractors.pdf.blocks import Group, without_first
from extractors.pdf.footnotes import calls_of, parted, with_parts
from extractors.pdf.order import Line
from extractors.pdf.printed import PrintedWord

CALLED = 0.5
"""At least this share of the notes under a heading is called above it."""
SQUARE = re.compile(r"\[(\d{1,3})\](?=[.,;:!?»\")\]]*$)")


@dataclass(frozen=True, slots=True)
class Section:
    """The groups ``[first, last)`` below a heading of notes, and the notes that they hold."""

    first: int
    last: int
    notes: tuple[Group, ...]


def mark_endnotes(groups: Sequence[Group]) -> list[Group]:
    """The groups of a document, its endnotes marked as footnotes, their numbers as markers."""
    marked: list[Group] = []
    begun = 0
    for section in sections(groups):
        if section.first - 1 < begun:
            continue
        text = list(groups[begun : section.first - 1])
        numbers = {note.marker[0].text.strip("()[].") for note in section.notes if note.marker}
        raised = set(calls_of(group for group in text if group.kind != "footnote"))
        bracketed = calls_in_brackets(text, numbers - raised)
        called = raised | {label for label, _, _ in bracketed}
        if len(numbers & called) < max(CALLED * len(numbers), 1):
            continue
        parts = {id(word): list(parted(word, *span)) for _, word, span in bracketed}
        marked += [with_parts(group, parts) for group in text] if parts else text
        marked.append(replace(groups[section.first - 1], kind="heading"))
        marked += section.notes
        begun = section.last
    return [*marked, *groups[begun:]]


def sections(groups: Sequence[Group]) -> Iterator[Section]:
    """The runs of numbered notes below headings of notes."""
    for rank, group in enumerate(groups):
        if group.cell is None and len(group.lines) == 1 and heads_notes(group.text):
            last = rank + 1
            while last < len(groups) and not ends_notes(groups[last], groups[rank + 1]):
                last += 1
            notes = tuple(notes_of(groups[rank + 1 : last]))
            if notes and notes[0].marker:
                yield Section(rank + 1, last, notes)


def ends_notes(group: Group, first: Group) -> bool:
    """Whether a group cannot stand among endnotes: a heading, a table, a caption, or set otherwise than the first."""
    if abs(group.size - first.size) > 0.09 * first.size:
        return True
    if group.kind == "heading":
        return number_at(group.lines[0], group) is None
    return group.kind not in ("paragraph", "list_item", "footnote")


def notes_of(groups: Sequence[Group]) -> Iterator[Group]:
    """The notes of a section: a line that begins with the next number begins one, other lines go on with it."""
    note: Group | None = None
    expected: int | None = None
    for group in groups:
        for rank, (line, page) in enumerate(zip(group.lines, group.pages(), strict=True)):
            number = number_at(line, group if rank == 0 else None)
            if number is not None and number in (expected, expected or number):
                if note is not None:
                    yield note
                note, expected = begun_note(group, line, page, rank), number + 1
            else:
                rest = replace(group, kind="footnote", lines=(line,), page=page, breaks=(), marker=())
                note = rest if note is None else note.followed_by(rest)
    if note is not None:
        yield note


def begun_note(group: Group, line: Line, page: int, rank: int) -> Group:
    """The note that begins at a line of a group, its number taken off."""
    whole = replace(group, kind="footnote", lines=(line,), page=page, breaks=(), level=None)
    if rank == 0 and group.marker:
        return whole
    return replace(whole, marker=line.words[:1], lines=(without_first(line),))


def number_at(line: Line, group: Group | None) -> int | None:
    """The number that a line, or the marker of the group that it begins, is numbered with, or None."""
    if group is not None and group.marker:
        labels = labels_of(group.marker[0].text)
    else:
        labels = labels_of(line.words[0].text) if len(line.words) > 1 else ()
    return int(labels[0]) if len(labels) == 1 and labels[0].isdigit() else None


def calls_in_brackets(
    groups: Sequence[Group], labels: set[str]
) -> list[tuple[str, PrintedWord, tuple[int, int]]]:
    """The words that hold the call of a note in square brackets (``[3]``): label, word, place in it."""
    return [
        (found[1], word, found.span())
        for group in groups
        for line in group.lines
        for word in line.words
        if (found := SQUARE.search(word.text)) is not None and found[1] in labels
    ]
