"""Folded words: text without case, accents and apostrophes, for exact matching that never guesses.

``COTE D'IVOIRE``, ``Côte d’Ivoire``, ``Cote d Ivoire`` and ``Côte-d'Ivoire`` all fold to ``cote d ivoire``;
``nigérien`` and ``nigérian`` stay apart. A passage is folded once into a twin ``Doc`` whose tokens are the
folded words, so that spaCy's ``PhraseMatcher`` finds vocabulary entries at any size; the offsets of each word
in the original text are kept beside it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

WORD = re.compile(r"[^\W_]+(?:\.(?=[^\W_]\.)[^\W_])*")
"""A run of letters and digits (``Côte``, ``3FPT``); dotted acronyms stay whole (``R.D.C``)."""

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


@lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """A word without case, accents, ligatures and dots: ``Œuvre`` gives ``oeuvre``, ``R.D.C`` gives ``rdc``."""
    decomposed = unicodedata.normalize("NFKD", word.translate(LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != ".").casefold()


def fold(text: str) -> str:
    """The folded words of a text joined by single spaces: a comparison key."""
    if text.isalnum():
        return fold_word(text)  # most are single words
    return " ".join(fold_word(match.group()) for match in WORD.finditer(text))


def common_letters(a: str, b: str) -> int:
    """The length of the longest run of letters that both hold in order."""
    row = [0] * (len(b) + 1)
    for x in a:
        before = 0
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], before + 1 if x == y else max(row[j], row[j - 1])
    return row[-1]


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text as folded words.

    ``doc`` has one token per word of ``text``; ``starts[i]`` and ``ends[i]`` are the characters of word ``i``.
    """

    text: str
    doc: Doc
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def characters(self, span: Span) -> tuple[int, int]:
        """The characters ``[start, end)`` of the original text that a span of the twin covers."""
        return self.starts[span.start], self.ends[span.end - 1]


def fold_text(vocab: Vocab, text: str) -> FoldedText:
    """The folded twin of a text; an empty twin for a text without words."""
    matches = list(WORD.finditer(text))
    words = [fold_word(match.group()) or "_" for match in matches]
    return FoldedText(
        text,
        Doc(vocab, words=words),
        tuple(match.start() for match in matches),
        tuple(match.end() for match in matches),
    )


def text_of(doc: Doc) -> str:
    """The text of a passage, put together once; ``doc.text`` joins the tokens each time."""
    return folded_twin(doc).text


def folded_twin(doc: Doc) -> FoldedText:
    """The folded twin of a passage, made once and kept in ``doc.user_data``."""
    twin: FoldedText | None = doc.user_data.get("folded_twin")
    if twin is None:
        twin = fold_text(doc.vocab, doc.text)
        doc.user_data["folded_twin"] = twin
    return twin
