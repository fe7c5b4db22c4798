"""What the vocabularies find in a text before it is decided which country is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.countries.vocabulary import Entry
from extractors.folding import FoldedText

BREAK = re.compile(r"[;!?]|(?<!\b\w)(?<!\b\w\w)(?<!\b\w\w\w)\.")
"""Where words on both sides do not belong together; the point of ``M.`` or ``Mme.`` is none."""

REACH = 8
"""Words of the surroundings that an expression of the vocabularies may take."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where the vocabulary names a country.

    ``first`` and ``last`` are words of the twin (``last`` exclusive), ``start`` and ``end`` characters of the
    text, ``words`` the folded words. A compound (``franco-malien``) gives one candidate for each country.
    """

    first: int
    last: int
    start: int
    end: int
    words: str
    entry: Entry

    def words_before(self, twin: FoldedText) -> list[str]:
        """The folded words before, the nearest first, up to a break in the text."""
        found = []
        for index in range(self.first - 1, max(self.first - 1 - REACH, -1), -1):
            if BREAK.search(twin.text[twin.starts[index] : twin.starts[index + 1]]):
                break
            found.append(twin.doc[index].text)
        return found

    def words_after(self, twin: FoldedText) -> list[str]:
        """The folded words after, up to a break in the text."""
        found = []
        for index in range(self.last, min(self.last + REACH, len(twin.starts))):
            if BREAK.search(twin.text[twin.starts[index - 1] : twin.starts[index]]):
                break
            found.append(twin.doc[index].text)
        return found


def make_candidate(twin: FoldedText, first: int, last: int, entry: Entry) -> Candidate:
    """The candidate of the words ``[first, last)`` of the twin."""
    return Candidate(first, last, twin.starts[first], twin.ends[last - 1], twin.doc[first:last].text, entry)
