"""Blocks short enough to be analysed: spaCy takes a gigabyte for each 100,000 characters (RELIABILITY R7).

Time grows faster than length too: 96,000 characters take 54 s of CPU in one part, 1 s in ten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from schemas.document import Block

LONGEST = 10_000
"""Characters of a block."""

SENTENCE_END = re.compile(r"[.!?…]\s+(?=\S)")


def short_blocks(blocks: Iterable[Block], longest: int = LONGEST) -> Iterator[Block]:
    """The blocks, those that are too long in parts: at the end of a sentence, else of a word, else anywhere."""
    for block in blocks:
        while len(block.text) > longest:
            cut = cut_of(block.text, longest)
            yield part_of(block, 0, cut)
            block = part_of(block, cut, len(block.text))
        yield block


def cut_of(text: str, longest: int) -> int:
    """Where the second part of a long text begins."""
    ends = [found.end() for found in SENTENCE_END.finditer(text, longest // 2, longest)]
    return ends[-1] if ends else text.rfind(" ", 0, longest) + 1 or longest


def part_of(block: Block, start: int, end: int) -> Block:
    """The characters ``[start, end)`` of a block as a block of their own, with the words that they came from."""
    text = block.text[start:end].rstrip()
    words = tuple(
        replace(
            word,
            start=max(word.start - start, 0),
            end=min(word.end - start, len(text)),
        )
        for word in block.words
        if word.end > start and word.start < start + len(text)
    )
    return replace(block, text=text, words=words, page=words[0].page if words else block.page)
