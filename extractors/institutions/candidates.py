"""A place that may name an institution, before the choice between those that overlap."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.institutions.registry import Form, RegistryEntry
from schemas.tables import InstitutionType


@dataclass(frozen=True, slots=True)
class Candidate:
    """Characters ``[start, end)`` and what is known of them.

    ``is_part`` marks a unit or organ, which does not swallow the organisation named in it.
    """

    start: int
    end: int
    rule: str
    type: InstitutionType | None = None
    name: str = ""
    acronym: str = ""
    form: Form = "full"
    entry: RegistryEntry | None = None
    country: str | None = None
    is_part: bool = False


def longest(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that no longer one covers, in order of place."""
    ranked = sorted(candidates, key=rank)
    chosen: list[Candidate] = []
    for candidate in ranked:
        if all(candidate.end <= other.start or candidate.start >= other.end for other in chosen):
            chosen.append(candidate)
    return sorted(chosen, key=lambda c: c.start)


def rank(candidate: Candidate) -> tuple[int, bool, bool, bool, int, str]:
    """The order of choice: the longest, then what the registry, the document, then a pattern knows."""
    return (
        candidate.start - candidate.end,
        candidate.entry is None,
        candidate.name == "",
        candidate.rule.startswith("pattern:"),
        candidate.start,
        candidate.rule,
    )
