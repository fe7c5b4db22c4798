"""The spaCy component ``countries``: every place where a country is named, which one is meant, its role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractors.context import PassageContext, StudyContext
from extractors.countries.acronyms import DefinedAcronyms
from extractors.countries.candidates import Candidate
from extractors.countries.enumerations import enumerations
from extractors.countries.matching import CandidateMatcher, GroupingFinding
from extractors.countries.meaning import MeaningFinder, Passage
from extractors.countries.roles import RoleFinder, role_of
from extractors.countries.support import supported
from extractors.findings import CountryFinding, show_as_spans
from extractors.folding import FoldedText, folded_twin

LOOKED = "countries_looked_for"
"""Where a passage keeps the candidates that the vocabulary gives it (``doc.user_data``)."""


@Language.factory("countries")
def make_countries(nlp: Language, name: str) -> CountryRecogniser:
    """The component with the packaged vocabulary."""
    return CountryRecogniser(nlp)


class CountryRecogniser:
    """Sets ``doc._.country_mentions`` and ``doc.spans["countries"]`` (label: ISO alpha-3).

    Groupings (CEDEAO, Maghreb) are ``doc.spans["groupings"]`` (label: their code), never mentions.
    """

    def __init__(self, nlp: Language) -> None:
        self.matcher = CandidateMatcher(nlp.vocab)
        self.meanings = MeaningFinder(self.matcher)
        self.roles = RoleFinder()
        self.acronyms = DefinedAcronyms(StudyContext())

    def __call__(self, doc: Doc) -> Doc:
        """The passage with its mentions."""
        found = self.find(doc)
        doc._.country_mentions = found
        show_as_spans(doc, "countries", [(f.start, f.end, f.iso3 or "") for f in found])
        show_as_spans(doc, "groupings", [(g.start, g.end, g.code) for g in self.look(doc)[1]])
        return doc

    def find(self, doc: Doc) -> tuple[CountryFinding, ...]:
        """The mentions of a passage; the passage is left as it is."""
        context = doc._.context
        if self.acronyms.study is not context.study:
            self.acronyms = DefinedAcronyms(context.study)
        twin = folded_twin(doc)
        candidates = self.acronyms.apply(twin, self.look(doc)[0])
        return tuple(self.findings(twin, context, candidates)) if candidates else ()

    def look(self, doc: Doc) -> tuple[list[Candidate], list[GroupingFinding]]:
        """The candidates of a passage, looked for once: a study's passages are gone through twice."""
        found: tuple[list[Candidate], list[GroupingFinding]] | None = doc.user_data.get(LOOKED)
        if found is None:
            found = self.matcher.find(folded_twin(doc))
            doc.user_data[LOOKED] = found
        return found

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
                for decision in self.meanings.decisions(candidate, passage, group):
                    own = context.study.country is not None and decision.iso3 == context.study.country
                    yield CountryFinding(
                        start=candidate.start,
                        end=candidate.end,
                        surface=twin.text[candidate.start : candidate.end],
                        iso3=decision.iso3,
                        kind=candidate.entry.kind,
                        resolution=decision.resolution,
                        reason=decision.reason,
                        role=role_of(roles[index], own),
                    )
