"""Where the words of a study are printed, small enough to be kept with its rows.

Evidence is drawn from the words of a block. A reviewer's decision can make a row of words for which extraction made
none, long after the document was read; so a study's rows carry the places of all its words, packed: eight whole
numbers for each word (passage, characters ``[start, end)``, page, and the box in hundredths of a point), column by
column as differences, compressed. Nothing of it is published.
"""

from __future__ import annotations

import base64
import math
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from schemas.document import Block, Box, Word

HUNDREDTHS = 100
FARTHEST = 1e9
"""Points from the origin; hostile files print beyond any page."""

COLUMNS = 8
"""Passage, start, end, page, x0, top, x1, bottom."""


def pack_words(blocks: Sequence[Block]) -> str:
    """The places of the printed words of some blocks; the rank of its block stands for each passage."""
    table = [
        (rank, word.start, word.end, word.page, *map(hundredths, edges_of(word.box)))
        for rank, block in enumerate(blocks)
        for word in block.words
        if word.box is not None
    ]
    columns: Iterable[Sequence[int]] = zip(*table, strict=True) if table else [()] * COLUMNS
    differences = array("q", (step for column in columns for step in steps(column)))
    return base64.b85encode(zlib.compress(differences.tobytes(), 6)).decode()


def unpack_words(packed: str, passage_ids: Sequence[str]) -> Mapping[str, tuple[Word, ...]]:
    """The printed words of each passage (without their text), in printed order.

    Args:
        packed: what :func:`pack_words` gave.
        passage_ids: the key of the passage of each block.
    """
    if not packed:
        return {}
    numbers = array("q")
    numbers.frombytes(zlib.decompress(base64.b85decode(packed)))
    size = len(numbers) // COLUMNS
    columns = [list(accumulate(numbers[k * size : (k + 1) * size])) for k in range(COLUMNS)]
    words: dict[str, list[Word]] = {}
    for rank, start, end, page, *edges in zip(*columns, strict=True):
        box = Box(*(edge / HUNDREDTHS for edge in edges))
        words.setdefault(passage_ids[rank], []).append(Word("", page, box, start, end))
    return {passage_id: tuple(own) for passage_id, own in words.items()}


def hundredths(edge: float) -> int:
    """An edge in hundredths of a point; what no page can have is brought to what a number can hold."""
    return round(HUNDREDTHS * max(-FARTHEST, min(FARTHEST, edge))) if math.isfinite(edge) else 0


def edges_of(box: Box) -> tuple[float, float, float, float]:
    """The four edges of a box."""
    return box.x0, box.top, box.x1, box.bottom


def steps(column: Sequence[int]) -> Iterator[int]:
    """The first number, then the difference of each from the one before."""
    yield from column[:1]
    yield from (after - before for before, after in pairwise(column))
