"""The spaCy component ``countries``: every place where a country is named, and which one is meant."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractors.context import PassageContext, StudyContext
from extractors.countries.disambiguation import Decision, Evidence, decide
from extractors.countries.enumerations import enumerations
from extractors.countries.matching import Candidate, CandidateMatcher
from extractors.countries.vocabulary import Ambiguity, ambiguities
from extractors.findings import CountryFinding, show_as_spans
from extractors.folding import FoldedText, folded_twin


@Language.factory("countries")
def make_countries(nlp: Language, name: str) -> CountryRecogniser:
    """The component with the packaged vocabulary."""
    return CountryRecogniser(nlp)


class CountryRecogniser:
    """Sets ``doc._.country_mentions`` and ``doc.spans["countries"]`` (label: ISO alpha-3)."""

    def __init__(self, nlp: Language) -> None:
        self.matcher = CandidateMatcher(nlp.vocab)
        self.ambiguities = ambiguities()

    def __call__(self, doc: Doc) -> Doc:
        """The passage with its mentions."""
        twin = folded_twin(doc)
        found = self.findings(twin, doc._.context)
        doc._.country_mentions = tuple(found)
        show_as_spans(doc, "countries", [(f.start, f.end, f.iso3 or "") for f in found])
        return doc

    def findings(self, twin: FoldedText, context: PassageContext) -> list[CountryFinding]:
        """The mentions of a passage in reading order."""
        candidates = self.matcher.find(twin)
        if not candidates:
            return []
        groups = enumerations(twin.text, candidates)
        findings = []
        for group in groups:
            listed = {iso3 for index in group if (iso3 := self.plain_country(candidates[index])) is not None}
            for index in group:
                candidate = candidates[index]
                decision = self.decide(candidate, listed, candidates, twin, context.study)
                findings.append(
                    CountryFinding(
                        candidate.start,
                        candidate.end,
                        twin.text[candidate.start : candidate.end],
                        decision.iso3,
                        candidate.entry.kind,
                        decision.resolution,
                        decision.reason,
                    )
                )
        return findings

    def ambiguity_of(self, candidate: Candidate) -> Ambiguity | None:
        """What a candidate may mean, when it may mean several countries."""
        known = self.ambiguities.get(candidate.words)
        if known is None and len(candidate.entry.countries) > 1:
            return Ambiguity(candidate.entry.countries, None)
        return known

    def plain_country(self, candidate: Candidate) -> str | None:
        """The country of a candidate whose words alone say it, else None."""
        return None if self.ambiguity_of(candidate) else candidate.entry.countries[0]

    def decide(
        self,
        candidate: Candidate,
        listed: set[str],
        candidates: Sequence[Candidate],
        twin: FoldedText,
        study: StudyContext,
    ) -> Decision:
        """The country that a candidate means."""
        ambiguity = self.ambiguity_of(candidate)
        if ambiguity is None:
            reason = "former name" if candidate.entry.status == "former" else candidate.entry.kind
            return Decision(candidate.entry.countries[0], "exact", reason)
        passage = {iso3 for other in candidates if (iso3 := self.plain_country(other)) is not None}
        passage |= self.matcher.pointed_at(twin)
        return decide(ambiguity, Evidence(listed, passage, study.country, study.countries))
