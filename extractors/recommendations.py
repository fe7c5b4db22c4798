"""The spaCy component ``recommendations``: every unit that tells somebody what should be done."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import RecommendationFinding, show_as_spans


@Language.factory("recommendations")
def make_recommendations(nlp: Language, name: str) -> RecommendationRecogniser:
    """The component with the packaged cues."""
    return RecommendationRecogniser(nlp)


class RecommendationRecogniser:
    """Sets ``doc._.recommendations`` and ``doc.spans["recommendations"]`` (label: modality)."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab

    def __call__(self, doc: Doc) -> Doc:
        found: list[RecommendationFinding] = []
        doc._.recommendations = tuple(found)
        show_as_spans(doc, "recommendations", [(f.start, f.end, f.modality) for f in found])
        return doc
