"""Footnotes tied to their call: the passage that calls each, and the character before which the call stands.

Repair drops the call of a note from the text and keeps its printed word; a note keeps its number as its marker.
The two are brought together page by page, in reading order; notes below a heading of their own (a reviewed
vocabulary, ``vocabularies/note_headings.csv``) with the text before that heading.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from extractors.folding import fold
from schemas.document import Block, Call

NUMBERED = r"(?:[1-9]\d{0,2}|\*{1,3})"
"""The label of most notes: a number of up to three digits, or up to three stars."""
LETTERED = rf"(?:{NUMBERED}|[a-z]|[ivx]{{1,4}})"
"""The label of any note: also a letter, or a Roman number."""
DIGITS, RAISED_DIGITS = "0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"
LABEL = re.compile(LETTERED)
BRACKETS = "()[].,; "


def bracketed(label: str, closing: str = r")\]") -> str:
    """The pattern of a mark: its label, in round or square brackets or not; it may end with one of ``closing``."""
    return rf"[(\[]?{label}[{closing}]?"


def raised(label: str) -> str:
    """A number in superscript characters: ``³`` for ``3``."""
    return label.translate(str.maketrans(DIGITS, RAISED_DIGITS))


def lowered(mark: str) -> str:
    """A mark without superscript characters: ``3`` for ``³``."""
    return mark.translate(str.maketrans(RAISED_DIGITS, DIGITS))


def labels_of(mark: str) -> tuple[str, ...]:
    """The labels of the notes that a mark names: ``[3]`` gives ``3``; ``3,4`` gives both; a bullet gives none."""
    parts = re.split(r"[,;]", lowered(mark).strip(BRACKETS))
    return tuple(parts) if all(LABEL.fullmatch(part) for part in parts) else ()


LONGEST_HEADING = 60


@lru_cache(maxsize=1)
def note_headings() -> tuple[re.Pattern[str], ...]:
    """Patterns of the folded headings that notes are gathered under."""
    text = files("extractors").joinpath("vocabularies/note_headings.csv").read_text("utf-8")
    return tuple(re.compile(row["pattern"]) for row in csv.DictReader(text.splitlines()))


def heads_notes(text: str) -> bool:
    """Whether a line may be the heading of gathered notes: ``Notes de fin``, ``4. NOTES``."""
    whole = fold(text) if len(text) <= LONGEST_HEADING else ""
    return any(pattern.fullmatch(NUMBERING.sub("", whole)) for pattern in note_headings())


NUMBERING = re.compile(r"^(?:[ivxlc]+|\d+(?: \d+)*|[a-z]) (?=\w{3})")


def tie_notes(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, each footnote with its call where one of its label stands on its page or on the one before.

    A call that two notes could have goes to the first; one note called several times has the first of its calls.
    Endnotes have those of the text before their heading, after the last endnote of the same label.
    """
    calls = calls_by_page(blocks)
    begun: dict[str, int] = {}
    tied = []
    for rank, block in enumerate(blocks):
        if is_untied(block):
            if block.section and heads_notes(block.section[-1]):
                (label,) = labels_of(block.marker)
                call = take_call_before(calls, label, begun.get(label, -1), rank)
                begun[label] = rank
            else:
                call = take_call(calls, block)
            block = replace(block, call=call)
        tied.append(block)
    return tuple(tied)


def take_call_before(
    calls: dict[tuple[int, str], list[Call]], label: str, first: int, last: int
) -> Call | None:
    """The first call of a label between two blocks that no other note took."""
    pages = sorted(page for page, called in calls if called == label)
    found = [(page, call) for page in pages for call in calls[page, label] if first < call.block < last]
    if not found:
        return None
    page, call = min(found, key=lambda one: (one[1].block, one[1].offset))
    calls[page, label].remove(call)
    return call


def is_untied(block: Block) -> bool:
    """Whether a block is a footnote with a label whose call is not known yet."""
    return block.kind == "footnote" and block.call is None and len(labels_of(block.marker)) == 1


def calls_by_page(blocks: Sequence[Block]) -> dict[tuple[int, str], list[Call]]:
    """The calls in the text by page and label, in reading order."""
    calls: dict[tuple[int, str], list[Call]] = defaultdict(list)
    for rank, block in enumerate(blocks):
        if block.kind == "footnote" or block.is_furniture:
            continue
        for page, label, offset in calls_in(block):
            calls[page, label].append(Call(rank, offset))
    return calls


def calls_in(block: Block) -> Iterator[tuple[int, str, int]]:
    """Page, label and offset of each call of a note in a block: words that gave no text, its marker apart."""
    marker = len("".join(block.marker.split()))
    for word in block.words:
        if marker > 0:
            marker -= len(word.text)
        elif word.start == word.end:
            for label in labels_of(word.text):
                yield word.page, label, word.start


def take_call(calls: dict[tuple[int, str], list[Call]], note: Block) -> Call | None:
    """The first call of a note's label that no other note took, on its page or the one before."""
    (label,) = labels_of(note.marker)
    for page in (note.page, note.page - 1):
        if calls.get((page, label)):
            return calls[page, label].pop(0)
    return None
