"""The decisions of a run, by what they are about, in an order that does not depend on files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from schemas.corrections import (
    CountryDecision,
    Decision,
    InstitutionDecision,
    RecommendationDecision,
    StudyDecision,
)

D = TypeVar("D", bound=Decision)

FIRST_TO_LAST = ("new", "edit_text", "confirm")
"""Actions that come first; then the others; what removes comes last."""

LAST = ("not_a_country", "not_a_recommendation", "not_an_institution")


@dataclass(frozen=True, slots=True)
class Corrections:
    """Every decision, each kind in the order in which it is replayed."""

    institutions: tuple[InstitutionDecision, ...] = ()
    recommendations: tuple[RecommendationDecision, ...] = ()
    countries: tuple[CountryDecision, ...] = ()
    studies: tuple[StudyDecision, ...] = ()

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> Corrections:
        """The decisions, each kind in order."""
        every = list(decisions)
        return cls(
            in_order(every, InstitutionDecision),
            in_order(every, RecommendationDecision),
            in_order(every, CountryDecision),
            in_order(every, StudyDecision),
        )

    def __iter__(self) -> Iterator[Decision]:
        """Every decision."""
        yield from self.institutions
        yield from self.recommendations
        yield from self.countries
        yield from self.studies

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any(True for _ in self)


NONE = Corrections()


def in_order(decisions: Iterable[Decision], kind: type[D]) -> tuple[D, ...]:
    """The decisions of one kind: what is new first, what removes last, else by identifier."""
    own = [decision for decision in decisions if isinstance(decision, kind)]
    return tuple(sorted(own, key=lambda d: (rank_of(d.action_code), d.decision_id)))


def rank_of(action: str) -> int:
    """When an action is replayed."""
    if action in LAST:
        return len(FIRST_TO_LAST) + 1
    return FIRST_TO_LAST.index(action) if action in FIRST_TO_LAST else len(FIRST_TO_LAST)
