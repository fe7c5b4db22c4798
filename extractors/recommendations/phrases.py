"""Where vocabulary phrases stand in a text, matched on folded words: without case, accents and apostrophes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans
from spacy.vocab import Vocab

from extractors.folding import FoldedText, fold_text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A vocabulary phrase found: its label, its characters in the text and its first folded word."""

    label: str
    start: int
    end: int
    word: int


class PhraseFinder:
    """Finds labelled phrases: the longest where they overlap, or all of them."""

    def __init__(
        self, vocab: Vocab, labelled: Iterable[tuple[str, str]], *, overlapping: bool = False
    ) -> None:
        self.overlapping = overlapping
        self.vocab = vocab
        self.matcher = PhraseMatcher(vocab)
        for label, phrase in labelled:
            self.matcher.add(label, [fold_text(vocab, phrase).doc])

    def find(self, text: FoldedText) -> list[Phrase]:
        """The phrases of a folded text, in its order."""
        spans = self.matcher(text.doc, as_spans=True)
        spans = sorted(spans, key=lambda s: (s.start, s.end)) if self.overlapping else filter_spans(spans)
        return [Phrase(span.label_, *text.characters(span), span.start) for span in spans]
