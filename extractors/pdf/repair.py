"""What the printed words of a document really say: control characters, lost ligatures, words it attests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from extractors.lexicon import french_words
from extractors.pdf.printed import PrintedPage, PrintedWord, pack_edges
from extractors.text import LINE_END_HYPHENS, lost_letters, repair_controls, uses_cork
from schemas.hygiene import REPLACEMENT


@dataclass(frozen=True, slots=True)
class Known:
    """The words that line-end repair may join to: those that the document attests, and French forms."""

    attested: frozenset[str]

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self.attested or word in french_words())


def whole_words(pages: Iterable[PrintedPage]) -> Iterator[str]:
    """The words of a document that no line end cuts: what it attests."""
    for page in pages:
        cut = False
        for word in page.words:
            if not cut and word.text[-1] not in LINE_END_HYPHENS:
                yield word.text
            cut = word.text[-1] in LINE_END_HYPHENS


STRANGE = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]")
"""Control characters and lost letters."""


def repair_pages(pages: list[PrintedPage]) -> list[PrintedPage]:
    """The pages with their control characters repaired, as one decision for the whole document."""
    sample = "".join(word.text for page in pages for word in page.words)
    if not STRANGE.search(sample):
        return pages
    cork = uses_cork(sample)
    return [replace(page, words=tuple(repair_word(word, cork) for word in page.words)) for page in pages]


def repair_word(word: PrintedWord, cork: bool) -> PrintedWord:
    """A word with its control characters repaired, its edges kept in step."""
    letters = repaired_letters(word.text, cork)
    text = "".join(letters)
    if text == word.text:
        return word
    if len(text) == len(word.text):
        return word.reading(text, word.edges)
    places = [place for place, c in zip(word.places(), letters, strict=True) for _ in c]
    return word.reading(text, pack_edges(places))


@lru_cache(maxsize=10_000)
def repaired_letters(text: str, cork: bool) -> Sequence[str]:
    """What each character of a word stands for; a document without a map of its letters has few words, often."""
    if not STRANGE.search(text) and "÷" not in text:
        return text
    letters = [repair_controls(c, cork=cork) for c in text]
    if letters.count(REPLACEMENT) == 1:
        letters[letters.index(REPLACEMENT)] = lost_letters("".join(letters), french_words())
    if cork and len(text) > 1:
        letters = ["œ" if c == "÷" else c for c in letters]
    return tuple(letters)
