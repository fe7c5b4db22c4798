"""The spaCy component ``countries``: every place where a country is named."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import CountryFinding, show_as_spans


@Language.factory("countries")
def make_countries(nlp: Language, name: str) -> CountryRecogniser:
    """The component with the packaged vocabulary."""
    return CountryRecogniser(nlp)


class CountryRecogniser:
    """Sets ``doc._.country_mentions`` and ``doc.spans["countries"]`` (label: ISO alpha-3)."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab

    def __call__(self, doc: Doc) -> Doc:
        found: list[CountryFinding] = []
        doc._.country_mentions = tuple(found)
        show_as_spans(doc, "countries", [(f.start, f.end, f.iso3 or "") for f in found])
        return doc
