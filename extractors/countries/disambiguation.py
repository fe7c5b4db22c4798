"""Which country a name means where the words alone do not say: ``Congo``, ``guinéen``, ``Corée``.

In order: the other one named beside it in a list (``la RDC et le Congo``); the study's country; what else the
passage names (a city, an institution, the country by another name); the usual meaning of the word, if it has
one; the country of which the document speaks most; the other of two where the document gives one of them its
own name; else the mention stays ambiguous, with its candidates.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from extractors.countries.vocabulary import Ambiguity
from schemas.tables import Resolution

DOMINANT_SHARE = 0.9
"""A document speaks of one of the candidates when it has this share of their mentions."""

NAMED_SHARE, NAMED_TIMES = 0.2, 3
"""A name is taken for a country only when that has this share of all mentions, and this many, too: a document
that names many countries may well name both."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The country that is meant (None: the text does not say), how and why."""

    iso3: str | None
    resolution: Resolution
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known around an ambiguous mention.

    ``listed`` holds the unambiguous countries of its enumeration, ``passage`` the countries that the passage
    points at, ``named`` those it names by words of their own, ``study`` the study's country and ``document``
    the mentions counted in the document; ``is_name`` tells a name from a demonym.
    """

    listed: Collection[str]
    passage: Collection[str]
    named: Collection[str]
    study: str | None
    document: Mapping[str, int]
    is_name: bool


def decide(ambiguity: Ambiguity, evidence: Evidence) -> Decision:
    """The country that an ambiguous name means here."""
    candidates = ambiguity.candidates
    others = [iso3 for iso3 in candidates if iso3 not in evidence.listed]
    usual = ambiguity.default
    if len(others) < len(candidates) and (len(others) == 1 or usual in others):
        iso3 = others[0] if len(others) == 1 else usual
        return Decision(iso3, "context", "listed beside " + ", ".join(sorted(set(candidates) - set(others))))
    if evidence.study in candidates:
        if usual is not None and evidence.study != usual and usual in evidence.passage:
            return Decision(usual, "context", "passage")
        return Decision(evidence.study, "exact" if evidence.study == usual else "context", "study country")
    pointed = [iso3 for iso3 in candidates if iso3 in evidence.passage]
    if len(pointed) == 1:
        return Decision(pointed[0], "exact" if pointed[0] == usual else "context", "passage")
    if usual is not None:
        return Decision(usual, "exact", "usual meaning")
    return by_document(ambiguity, evidence) or Decision(None, "ambiguous", " or ".join(candidates))


def by_document(ambiguity: Ambiguity, evidence: Evidence) -> Decision | None:
    """The country that the whole document lets an ambiguous name mean, if it does."""
    counted = {iso3: evidence.document.get(iso3, 0) for iso3 in ambiguity.candidates}
    most = max(ambiguity.candidates, key=lambda iso3: counted[iso3])
    floor = max(NAMED_SHARE * sum(evidence.document.values()), NAMED_TIMES) if evidence.is_name else 1
    if counted[most] >= floor and counted[most] >= DOMINANT_SHARE * sum(counted.values()):
        return Decision(most, "context", "document")
    apart = ambiguity.apart
    others = [iso3 for iso3 in ambiguity.candidates if iso3 != apart]
    if apart is not None and any(counted[iso3] or iso3 in evidence.named for iso3 in others):
        return Decision(apart, "context", "named apart from " + ", ".join(others))
    return None
