"""The spaCy component ``countries``: every place where a country is named, which one is meant, its role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from extractors.context import PassageContext, StudyContext
from extractors.countries.acronyms import DefinedAcronyms
from extractors.countries.candidates import Candidate
from extractors.countries.disambiguation import Decision, Evidence, decide
from extractors.countries.enumerations import enumerations
from extractors.countries.matching import CandidateMatcher
from extractors.countries.roles import RoleFinder
from extractors.countries.support import supported
from extractors.countries.vocabulary import Ambiguity, ambiguities
from extractors.findings import CountryFinding, show_as_spans
from extractors.folding import FoldedText, folded_twin

NUMBERS = {2: "deux", 3: "trois"}
NEAR = 6
"""Words between a mention and a clue that stands right beside it."""


@Language.factory("countries")  # type: ignore[untyped-decorator]
def make_countries(nlp: Language, name: str) -> CountryRecogniser:
    """The component with the packaged vocabulary."""
    return CountryRecogniser(nlp)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage's candidates, the lists in which they stand, and its surroundings."""

    twin: FoldedText
    context: PassageContext
    candidates: Sequence[Candidate]
    groups: Sequence[Sequence[int]]


class CountryRecogniser:
    """Sets ``doc._.country_mentions`` and ``doc.spans["countries"]`` (label: ISO alpha-3).

    Groupings (CEDEAO, Maghreb) are ``doc.spans["groupings"]`` (label: their code), never mentions.
    """

    def __init__(self, nlp: Language) -> None:
        self.matcher = CandidateMatcher(nlp.vocab)
        self.ambiguities = ambiguities()
        self.roles = RoleFinder()
        self.acronyms = DefinedAcronyms(StudyContext())

    def __call__(self, doc: Doc) -> Doc:
        """The passage with its mentions."""
        twin, context = folded_twin(doc), doc._.context
        if self.acronyms.study is not context.study:
            self.acronyms = DefinedAcronyms(context.study)
        candidates, groupings = self.matcher.find(twin)
        candidates = self.acronyms.apply(twin, candidates)
        found = list(self.findings(twin, context, candidates)) if candidates else []
        doc._.country_mentions = tuple(found)
        show_as_spans(doc, "countries", [(f.start, f.end, f.iso3 or "") for f in found])
        show_as_spans(doc, "groupings", [(g.start, g.end, g.code) for g in groupings])
        return doc

    def findings(
        self, twin: FoldedText, context: PassageContext, candidates: Sequence[Candidate]
    ) -> Iterator[CountryFinding]:
        """The mentions of a passage in reading order."""
        header = f"{context.cell.column_header} {context.cell.row_header}" if context.cell else ""
        kept = supported(twin, candidates, header)
        passage = Passage(twin, context, kept, enumerations(twin.text, kept))
        roles = self.roles.find(twin, kept, passage.groups, context)
        for group in passage.groups:
            for index in group:
                candidate = kept[index]
                for decision in self.decisions(candidate, passage, group):
                    own = context.study.country is not None and decision.iso3 == context.study.country
                    yield CountryFinding(
                        start=candidate.start,
                        end=candidate.end,
                        surface=twin.text[candidate.start : candidate.end],
                        iso3=decision.iso3,
                        kind=candidate.entry.kind,
                        resolution=decision.resolution,
                        reason=decision.reason,
                        role=roles[index] or ("study" if own else None),
                    )

    def decisions(self, candidate: Candidate, passage: Passage, group: Sequence[int]) -> list[Decision]:
        """The country that a candidate means; several for ``les deux Congo``."""
        ambiguity = self.ambiguity_of(candidate)
        if ambiguity is None:
            reason = "former name" if candidate.entry.status == "former" else candidate.entry.kind
            return [Decision(candidate.entry.countries[0], "exact", reason)]
        number = NUMBERS.get(len(ambiguity.candidates))
        if candidate.entry.status == "plural" or number in candidate.words_before(passage.twin)[:1]:
            return [Decision(iso3, "exact", "all of them") for iso3 in ambiguity.candidates]
        study = passage.context.study
        named = self.plain_countries(passage.candidates)
        evidence = Evidence(
            listed=self.plain_countries(passage.candidates[index] for index in group),
            passage=self.pointed_at(candidate, ambiguity, passage),
            named=named if len(named) > 1 else (),
            study=study.country,
            document=study.countries,
            is_name=candidate.entry.kind != "demonym",
        )
        return [decide(ambiguity, evidence)]

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
