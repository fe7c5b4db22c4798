"""Countries listed side by side: ``le Congo, la RDC et le Gabon``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.countries.candidates import Candidate

CONNECTOR = re.compile(
    r"(?:\s*+\(\d[^()]{0,25}\))?"
    r"\s*+(?:[,/–—-]\s*(?:(?:et|ou|and)\b)?|(?:et|ou|puis|ainsi que|et/ou|and)\b)\s*"
    r"(?:(?:aux?|des?|du|en|à|dans|avec|pour|the|of)\b\s*)?"
    r"(?:(?:les?|la)\b\s*|[ld]['’]\s*)?(?:(?:les?|la)\b\s*|l['’]\s*)?",
    re.IGNORECASE,
)
"""What may stand between two members of a list: ``, du``, `` et de la ``, `` – ``, `` (34 434), l'``."""


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
    return other.start < one.end or CONNECTOR.fullmatch(text, one.end, other.start) is not None
