"""Countries listed side by side: ``le Congo, la RDC et le Gabon``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.countries.matching import Candidate

CONNECTOR = re.compile(
    r"(?:\s*(?:[,/–—-]|\b(?:et|ou|puis|ainsi que|et/ou|que|and)\b)?\s*"
    r"(?:\b(?:aux?|des?|du|en|à|vers|dans|avec|pour|the|of)\b\s*)?"
    r"(?:\b(?:les?|la)\b\s*|\b[ldLD]['’]\s*)?\s*)",
    re.IGNORECASE,
)
"""What may stand between two members of a list: ``, du``, `` et de la ``, `` – ``."""


def enumerations(text: str, candidates: Sequence[Candidate]) -> list[list[int]]:
    """The positions of the candidates, grouped by the list in which they stand (alone: a list of one)."""
    groups: list[list[int]] = []
    for index, candidate in enumerate(candidates):
        if groups and is_listed_after(text, candidates[groups[-1][-1]], candidate):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def is_listed_after(text: str, one: Candidate, other: Candidate) -> bool:
    """Whether only a comma, a dash or a conjunction and an article stand between two candidates."""
    if other.start < one.end:
        return True
    between = text[one.end : other.start]
    return between.strip() != "" and CONNECTOR.fullmatch(between) is not None
