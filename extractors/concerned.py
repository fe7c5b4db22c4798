"""Which countries a recommendation concerns: those that it names, or that its lead-in and headings name.

Where none is named it concerns the study's own country, if the study has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from spacy.language import Language

from extractors.context import PassageContext, StudyContext
from extractors.findings import CountryFinding, RecommendationFinding
from schemas.document import Block


class ConcernedCountries:
    """Finds the countries that the recommendations of one study concern."""

    def __init__(self, nlp: Language, study: StudyContext) -> None:
        self.nlp = nlp
        self.study = study
        self.named: dict[str, tuple[str, ...]] = {}

    def find(
        self, finding: RecommendationFinding, block: Block, mentions: tuple[CountryFinding, ...]
    ) -> list[str]:
        """The ISO alpha-3 codes in the order in which they are named, each once."""
        inside = (m.iso3 for m in mentions if finding.start <= m.start < finding.end and m.iso3 is not None)
        around = chain.from_iterable(self.named_in(text) for text in texts_around(block))
        found = list(dict.fromkeys([*inside, *around]))
        return found or ([self.study.country] if self.study.country is not None else [])

    def named_in(self, text: str) -> tuple[str, ...]:
        """The countries that a lead-in or heading names; each text is read once."""
        if text not in self.named:
            doc = self.nlp.make_doc(text)
            doc._.context = PassageContext(study=self.study)
            found = self.nlp.get_pipe("countries")(doc)._.country_mentions
            self.named[text] = tuple(m.iso3 for m in found if m.iso3 is not None)
        return self.named[text]


def texts_around(block: Block) -> Iterator[str]:
    """What stands above a block and speaks for it: lead-in, headers of its cell, headings from the nearest up."""
    if block.lead_in:
        yield block.lead_in
    if block.cell is not None:
        yield from (text for text in (block.cell.row_header, block.cell.column_header) if text)
    yield from (heading for heading in reversed(block.section) if heading)
