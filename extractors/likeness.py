"""Institutions that look alike, for a person to decide: never merged here.

Names are compared within one country, and with those of no known country: the ANPE of Mali is not the ANPE of
Niger. Only names that share two longer words are compared, so the cost grows with the likely pairs; the score is the
share of words in common (Dice), spelling slips included.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from extractors.entities import name_key
from extractors.folding import fold
from schemas.tables import CandidateReason, Institution, InstitutionCandidate

LEAST_SCORE = 0.7
LEAST_SPELLING = 0.9
"""Likeness of letters from which two names differ by a slip: a true variant is 90 % alike."""

LEAST_WORD = 4
MOST_BEARERS = 150
"""A word that more names hold (``nationale``) tells nothing of two of them."""


def find_candidates(rows: Sequence[Institution]) -> list[InstitutionCandidate]:
    """One row per pair of institutions that may be one, ordered by identifiers."""
    ordered = sorted(rows, key=lambda row: row.institution_id)
    words = [frozenset(name_key(row.name).split()) for row in ordered]
    found = []
    for first, second in sorted(likely_pairs(words)):
        a, b = ordered[first], ordered[second]
        if not may_be_one(a, b):
            continue
        verdict = compare(a, b, words[first], words[second])
        if verdict is not None:
            score, reason = verdict
            found.append(
                InstitutionCandidate(
                    institution_id=a.institution_id,
                    other_id=b.institution_id,
                    score=round(score, 3),
                    reason=reason,
                )
            )
    return found


def likely_pairs(words: Sequence[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """The pairs of names that share two longer words that few names hold."""
    bearers: defaultdict[str, list[int]] = defaultdict(list)
    for index, held in enumerate(words):
        for word in held:
            if len(word) >= LEAST_WORD:
                bearers[word].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for indexes in bearers.values():
        if len(indexes) <= MOST_BEARERS:
            shared.update(combinations(indexes, 2))
    return (pair for pair, count in shared.items() if count > 1)


def may_be_one(a: Institution, b: Institution) -> bool:
    """Whether the countries allow it, and the registry does not already tell the two apart."""
    same = a.country_iso3 == b.country_iso3 or None in (a.country_iso3, b.country_iso3)
    return same and not (a.registry and b.registry)


def compare(
    a: Institution, b: Institution, of_a: frozenset[str], of_b: frozenset[str]
) -> tuple[float, CandidateReason] | None:
    """The score and the reason for which two names may be one institution's, or None."""
    score = 2 * len(of_a & of_b) / (len(of_a) + len(of_b))
    if a.acronym and b.acronym:
        if fold(a.acronym) == fold(b.acronym):
            return score, "same_acronym"
        return None
    spelling = SequenceMatcher(None, fold(a.name), fold(b.name), autojunk=False).ratio()
    if spelling >= LEAST_SPELLING:
        return spelling, "spelling"
    if score < LEAST_SCORE:
        return None
    return score, "longer_name" if of_a <= of_b or of_b <= of_a else "shared_words"
