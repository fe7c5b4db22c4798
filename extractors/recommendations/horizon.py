"""By when: ``à court terme``, ``d'ici 2025``, ``dans un délai de six mois``."""

from __future__ import annotations

from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from extractors.recommendations.vocabulary import horizon_patterns


class HorizonFinder:
    """Finds the wordings of recommendation_horizons.csv."""

    def __init__(self, vocab: Vocab) -> None:
        self.matcher = Matcher(vocab)
        self.matcher.add("horizon", [list(tokens) for tokens in horizon_patterns()], greedy="LONGEST")

    def find(self, text: Doc | Span) -> str | None:
        """The first horizon in a text, as worded."""
        spans = filter_spans(self.matcher(text, as_spans=True))
        return str(spans[0].text) if spans else None
