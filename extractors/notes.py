"""Footnotes tied to their call: the passage that calls each, and the character before which the call stands.

Repair drops the call of a note from the text and keeps its printed word; a note keeps its number as its marker.
The two are brought together page by page, in reading order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.document import Block, Call

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
BRACKETS = "()[].,; "
LABEL = re.compile(r"\d{1,3}|\*{1,3}|[a-z]|[ivx]{1,4}")


def labels_of(mark: str) -> tuple[str, ...]:
    """The labels of the notes that a mark names: ``[3]`` gives ``3``; ``3,4`` gives both; a bullet gives none."""
    parts = re.split(r"[,;]", mark.translate(SUPERSCRIPTS).strip(BRACKETS))
    return tuple(parts) if all(LABEL.fullmatch(part) for part in parts) else ()


def tie_notes(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, each footnote with its call where one of its label stands on its page or on the one before.

    A call that two notes could have goes to the first; one note called several times has the first of its calls.
    """
    calls = calls_by_page(blocks)
    return tuple(
        replace(block, call=take_call(calls, block)) if is_untied(block) else block for block in blocks
    )


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
