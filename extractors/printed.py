"""Where the words of a study are printed, small enough to be kept with its rows.

Evidence is drawn from the words of a block. A reviewer's decision can make a row of words for which extraction made
none, long after the document was read; so a study's rows carry the places of all its words, packed: eight whole
numbers for each word (passage, characters ``[start, end)``, page, and the box in hundredths of a point), column by
column as differences, compressed. Nothing of it is published.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.document import Block, Box, Word

HUNDREDTHS = 100
FARTHEST = 1e9
"""Points from the origin; hostile files print beyond any page."""

EDGES = ("x0", "top", "x1", "bottom")
COLUMNS = 4 + len(EDGES)
"""Passage, start, end, page, and the edges of the box."""


def pack_words(blocks: Sequence[Block]) -> str:
    """The places of the printed words of some blocks; the rank of its block stands for each passage."""
    printed = [
        (rank, word.start, word.end, word.page, *edges_of(word.box))
        for rank, block in enumerate(blocks)
        for word in block.words
        if word.box is not None
    ]
    table = np.array(printed, dtype=np.float64).reshape(-1, COLUMNS)
    table[:, -len(EDGES) :] = hundredths(table[:, -len(EDGES) :])
    differences = np.diff(table.astype(np.int64), axis=0, prepend=np.zeros((1, COLUMNS), dtype=np.int64))
    return base64.b85encode(zlib.compress(differences.tobytes(order="F"), 6)).decode()


def unpack_words(packed: str, passage_ids: Sequence[str]) -> Mapping[str, tuple[Word, ...]]:
    """The printed words of each passage (without their text), in printed order.

    Args:
        packed: what :func:`pack_words` gave.
        passage_ids: the key of the passage of each block.
    """
    if not packed:
        return {}
    differences = np.frombuffer(zlib.decompress(base64.b85decode(packed)), dtype=np.int64)
    table = differences.reshape(COLUMNS, -1).cumsum(axis=1)
    words: dict[str, list[Word]] = {}
    for rank, start, end, page, *edges in table.T.tolist():
        box = Box(*(edge / HUNDREDTHS for edge in edges))
        words.setdefault(passage_ids[rank], []).append(Word("", page, box, start, end))
    return {passage_id: tuple(own) for passage_id, own in words.items()}


def hundredths(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges in hundredths of a point; what no page can have is brought to what a number can hold."""
    finite = np.where(np.isfinite(edges), edges, 0)
    whole: NDArray[np.float64] = np.rint(HUNDREDTHS * np.clip(finite, -FARTHEST, FARTHEST))
    return whole


def edges_of(box: Box) -> tuple[float, float, float, float]:
    """The four edges of a box."""
    return box.x0, box.top, box.x1, box.bottom
