"""When two texts count as the same: comparison keys, shared words, and one-to-one pairing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

G = TypeVar("G")
F = TypeVar("F")

ONE_SIGN = str.maketrans({**dict.fromkeys("’ʼ‘", "'"), **dict.fromkeys("‐‑–—−", "-"), "\u00ad": None})
"""Apostrophes and dashes have one form; soft hyphens go."""

EDGES = " .,;:()[]«»\"'•-–*"
APOSTROPHE = re.compile(r"\s*'\s*")
ARTICLE = re.compile(r"(?:[ld]'|(?:les?|la|une?|des?|du) )")
WORD = re.compile(r"\w+")


@lru_cache(maxsize=100_000)
def key(text: str) -> str:
    """What is left of a text when case, typography, edge punctuation and one leading article do not count.

    ``« L’Agence nationale »`` gives ``agence nationale``. Accents count.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).translate(ONE_SIGN).split()).casefold()
    plain = APOSTROPHE.sub("'", plain).strip(EDGES)
    article = ARTICLE.match(plain)
    return (plain[article.end() :] if article else plain).strip()


@lru_cache(maxsize=100_000)
def words(text: str) -> Counter[str]:
    """The words of a text's key, with their number."""
    return Counter(WORD.findall(key(text)))


def shared_part(a: str, b: str) -> float:
    """The words that two texts share, as a part of the longer: 1 when they have the same words."""
    mine, others = words(a), words(b)
    return (mine & others).total() / max(1, mine.total(), others.total())


def dice(a: str, b: str) -> float:
    """The words that two texts share, as a part of both together: from 0 to 1."""
    mine, others = words(a), words(b)
    return 2 * (mine & others).total() / max(1, mine.total() + others.total())


def pair(
    gold: Sequence[G], found: Sequence[F], likeness: Callable[[G, F], float], least: float
) -> dict[int, int]:
    """Index of a gold item → index of the item found for it, one to one.

    The most alike are paired first; among equals, those that come first. Pairs under ``least`` are none.
    """
    likenesses = ((likeness(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found))
    ranked = sorted((-value, i, j) for value, i, j in likenesses if value >= least)
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in ranked:
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs
