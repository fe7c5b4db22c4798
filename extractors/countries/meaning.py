"""Which country each candidate of a passage means: gathers the evidence that ``disambiguation`` weighs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.context import PassageContext
from extractors.countries.candidates import Candidate
from extractors.countries.disambiguation import Decision, Evidence, decide
from extractors.countries.matching import CandidateMatcher
from extractors.countries.vocabulary import Ambiguity, ambiguities
from extractors.folding import FoldedText

NUMBERS = {2: "deux", 3: "trois"}
BRACKET = re.compile(r"\s?[(\[]\s?|\s[-–—]")
"""What opens an aside: ``Congolais (RDC)``, ``Congolais -RDC-``."""

NEAR = 6
"""Words between a mention and a clue that stands right beside it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage's candidates, the lists in which they stand, and its surroundings."""

    twin: FoldedText
    context: PassageContext
    candidates: Sequence[Candidate]
    groups: Sequence[Sequence[int]]


class MeaningFinder:
    """Decides what candidates mean."""

    def __init__(self, matcher: CandidateMatcher) -> None:
        self.matcher = matcher
        self.ambiguities = ambiguities()

    def decisions(self, candidate: Candidate, passage: Passage, group: Sequence[int]) -> list[Decision]:
        """The country that a candidate means; several for ``les deux Congo``."""
        ambiguity = self.ambiguity_of(candidate)
        if ambiguity is None:
            reason = "former name" if candidate.entry.status == "former" else candidate.entry.kind
            return [Decision(candidate.entry.countries[0], "exact", reason)]
        number = NUMBERS.get(len(ambiguity.candidates))
        if candidate.entry.status == "plural" or number in candidate.words_before(passage.twin)[:1]:
            return [Decision(iso3, "exact", "all of them") for iso3 in ambiguity.candidates]
        beside = self.said_in_brackets(candidate, ambiguity, passage)
        if beside is not None:
            return [Decision(beside, "exact", "said in brackets")]
        study, kind = passage.context.study, candidate.entry.kind
        same_kind = [
            passage.candidates[i]
            for i in group
            if (passage.candidates[i].entry.kind == "demonym") == (kind == "demonym")
        ]
        named = self.plain_countries(passage.candidates)
        evidence = Evidence(
            listed=self.plain_countries(same_kind),
            passage=self.pointed_at(candidate, ambiguity, passage),
            named=named if len(named) > 1 else (),
            study=study.country,
            document=study.countries,
            is_name=kind != "demonym",
        )
        return [decide(ambiguity, evidence)]

    def said_in_brackets(self, candidate: Candidate, ambiguity: Ambiguity, passage: Passage) -> str | None:
        """The candidate that brackets right after a mention name: ``les Congolais (RDC)``."""
        text = passage.twin.text
        for other in passage.candidates:
            country = other.entry.countries[0]
            if (
                country in ambiguity.candidates
                and self.ambiguity_of(other) is None
                and BRACKET.fullmatch(text, candidate.end, other.start)
            ):
                return country
        return None

    def pointed_at(self, candidate: Candidate, ambiguity: Ambiguity, passage: Passage) -> set[str]:
        """The candidates that a passage points at by a city, an institution or a name of their own.

        A demonym goes with the country named beside it, unless the text tells their demonyms apart
        (``bissau-guinéen``). A name that has no usual meaning goes with the only country that the passage
        names: among several, another name may well be another country. Where clues disagree, one right
        beside the mention counts alone (``Agence congolaise pour l'emploi (ACPE)``).
        """
        clues = self.matcher.clues_in(passage.twin, ambiguity.candidates)
        if len(set(clues.values())) > 1:
            nearest = min(clues, key=lambda index: (abs(index - candidate.first), index))
            return {clues[nearest]} if abs(nearest - candidate.first) <= NEAR else set()
        demonyms = self.plain_countries(c for c in passage.candidates if c.entry.kind == "demonym")
        names = self.plain_countries(c for c in passage.candidates if c.entry.kind != "demonym")
        if candidate.entry.kind == "demonym":
            return set(clues.values()) | (names - demonyms)
        alone = ambiguity.default is None and len(names | demonyms) == 1
        return set(clues.values()) | (names if alone else set())

    def ambiguity_of(self, candidate: Candidate) -> Ambiguity | None:
        """What a candidate may mean, when it may mean several countries."""
        known = self.ambiguities.get(candidate.words)
        if known is None and len(candidate.entry.countries) > 1:
            return Ambiguity(candidate.entry.countries)
        return known

    def plain_countries(self, candidates: Iterable[Candidate]) -> set[str]:
        """The countries of the candidates whose words alone say which."""
        return {c.entry.countries[0] for c in candidates if self.ambiguity_of(c) is None}
