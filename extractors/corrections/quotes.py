"""Text quotes: how a decision finds its place again after a rerun, a reflow, an inserted page, an edit.

The text of a study is that of its passages in reading order, furniture aside. Two texts are the same when their
letters and digits are: spaces, hyphens, punctuation and case are what reflow and other producers change. The words of
a quote are looked for in the whole study; the letters around them tell apart the places where they stand, and the
page only decides among equals.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Literal

from schemas.document import FURNITURE
from schemas.tables import Passage

CONTEXT = 32
"""Characters kept before and after the exact words."""

NEAR = 12
"""Letters next to the words that must agree for one side to be the same."""

TELLING = 24
"""Letters from which words are their own context: so many hardly stand twice in a study by chance."""

ALIKE, ALIKE_ALONE = 0.5, 0.8
"""Part of the words that edited text shares with the quote: beside a neighbour that stayed, and without one."""

SEGMENT = re.compile(r"[^.;!?]+[.;!?]*\s*")
WORD = re.compile(r"\w+")
LEADING, TRAILING = re.compile(r"[\W_]*"), re.compile(r"[\W_]*\Z")

Verdict = Literal["here", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words with up to 32 characters before and after them, and the page where they stood."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``[start, end)`` of the passage of that rank in the table of passages."""

    passage: Passage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """Where the words of a quote are now.

    ``here``: at ``place``. ``changed``: other words stand at ``place``. ``gone``: nothing like them, no place.
    """

    verdict: Verdict
    place: Place | None = None


def letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, in one case and composed, and the character that each came from."""
    kept, places = [], []
    for index, char in enumerate(unicodedata.normalize("NFC", text)):
        if char.isalnum():
            for folded in char.casefold():
                kept.append(folded)
                places.append(index)
    return "".join(kept), places


@dataclass(slots=True)
class StudyText:
    """The text of a study, to find quotes in. ``passages`` are those that are not furniture, in reading order."""

    passages: list[Passage]
    text: str
    starts: list[int]
    squeezed: str
    places: list[int]

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> StudyText:
        """The text of the passages of a study."""
        kept = sorted((p for p in passages if p.kind not in FURNITURE and p.text), key=lambda p: p.position)
        text = "\n".join(passage.text for passage in kept)
        starts = [0, *accumulate(len(passage.text) + 1 for passage in kept)][: len(kept)]
        return cls(kept, text, starts, *letters(text))

    def quote(self, passage_id: str, start: int, end: int, page: int) -> Quote:
        """The quote of the characters ``[start, end)`` of a passage.

        Raises:
            KeyError: when the passage is not one of the study's text.
        """
        rank = {passage.passage_id: rank for rank, passage in enumerate(self.passages)}[passage_id]
        first, last = self.starts[rank] + start, self.starts[rank] + end
        before, after = self.text[max(0, first - CONTEXT) : first], self.text[last : last + CONTEXT]
        return Quote(self.text[first:last], _one_line(before), _one_line(after), page)

    def find(self, quote: Quote) -> Found:
        """Where a quote is now."""
        exact, _ = letters(quote.exact)
        if not exact:
            return Found("gone")
        before, after = letters(quote.prefix)[0], letters(quote.suffix)[0]
        candidates = [
            (sides, self._away(first, quote.page), first)
            for first in self._occurrences(exact)
            if (sides := self._sides(first, first + len(exact), before, after))
            or len(exact) >= TELLING
            or not (before or after)
        ]
        if candidates:
            _, _, first = min(candidates, key=lambda c: (-c[0], c[1], c[2]))
            return Found("here", with_signs(self._place(first, first + len(exact)), quote.exact))
        place = self._edited(quote, exact, before, after)
        return Found("gone") if place is None else Found("changed", place)

    def all_of(self, words: str) -> Iterator[Place]:
        """Every place of some words as printed: whole words, in the same case."""
        pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)")
        for passage in self.passages:
            for match in pattern.finditer(passage.text):
                yield Place(passage, match.start(), match.end())

    # -- Within the squeezed text ------------------------------------------------------------------------------

    def _occurrences(self, exact: str) -> Iterator[int]:
        """The first letter of every occurrence that begins and ends with a word."""
        first = self.squeezed.find(exact)
        while first >= 0:
            if self._is_edge(first) and self._is_edge(first + len(exact)):
                yield first
            first = self.squeezed.find(exact, first + 1)

    def _is_edge(self, letter: int) -> bool:
        """Whether a word begins at a letter, or all words have ended before it."""
        if letter in (0, len(self.places)):
            return True
        before, here = self.places[letter - 1], self.places[letter]
        return here - before > 1 or not (self.text[before].isalnum() and self.text[here].isalnum())

    def _sides(self, first: int, last: int, before: str, after: str) -> int:
        """How many sides (0 to 2) of the letters ``[first, last)`` are those of a quote, and how well.

        A side whose nearest letters agree, figures aside or not, counts 1,000, and one more for each letter beyond
        them: the folios of a table of contents change with the layout, the figures of a table tell its rows apart.
        """
        left = self.squeezed[max(0, first - 2 * CONTEXT) : first][::-1]
        right = self.squeezed[last : last + 2 * CONTEXT]
        return sum(_likeness(text, side) for text, side in ((left, before[::-1]), (right, after)))

    def _away(self, letter: int, page: int | None) -> int:
        """Pages between a letter and the page of a quote."""
        return 0 if page is None else abs(self._passage_of(self.places[letter])[0].page - page)

    def _passage_of(self, character: int) -> tuple[Passage, int]:
        """The passage of a character of the text, and its first character."""
        rank = bisect_right(self.starts, character) - 1
        return self.passages[rank], self.starts[rank]

    def _place(self, first: int, last: int) -> Place:
        """The place of the letters ``[first, last)``: in the passage where they begin."""
        passage, start = self._passage_of(self.places[first])
        end = min(self.places[last - 1] + 1 - start, len(passage.text))
        return Place(passage, self.places[first] - start, end)

    # -- Edited text --------------------------------------------------------------------------------------------

    def _edited(self, quote: Quote, exact: str, before: str, after: str) -> Place | None:
        """Where other words stand in the place of those of a quote; None where there is no such place."""
        between = self._between(len(exact), before, after)
        if between is not None:
            return between
        wanted = _words(quote.exact)
        if wanted.total() < 4:
            return None
        return max(
            (candidate for candidate in self._alike(wanted, quote, before, after)),
            key=lambda candidate: candidate[0],
            default=(0.0, None),
        )[1]

    def _between(self, length: int, before: str, after: str) -> Place | None:
        """The words between the two sides of a quote, where both still stand that close to each other."""
        if len(before) < NEAR or len(after) < NEAR:
            return None
        first = self.squeezed.find(before)
        while first >= 0:
            start = first + len(before)
            end = self.squeezed.find(after, start, start + 2 * length + 2 * CONTEXT + len(after))
            if end > start:
                return self._place(start, end)
            first = self.squeezed.find(before, first + 1)
        return None

    def _alike(
        self, wanted: Counter[str], quote: Quote, before: str, after: str
    ) -> Iterator[tuple[float, Place]]:
        """Stretches of text that share most words with a quote."""
        for rank, passage in enumerate(self.passages):
            if not wanted.keys() & _words(passage.text).keys():
                continue
            for start, end in _stretches(passage.text):
                text = passage.text[start:end]
                share = 2 * (wanted & _words(text)).total() / (wanted.total() + _words(text).total())
                if share < ALIKE:
                    continue
                kept = self._neighbour(self.starts[rank] + start, self.starts[rank] + end, before, after)
                if kept or share >= ALIKE_ALONE:
                    likeness = SequenceMatcher(None, quote.exact, text, autojunk=False).ratio()
                    yield share + likeness + kept, Place(passage, start, end)

    def _neighbour(self, start: int, end: int, before: str, after: str) -> bool:
        """Whether the text beside the characters ``[start, end)`` is that beside a quote."""
        left, _ = letters(self.text[max(0, start - 2 * CONTEXT) : start])
        right, _ = letters(self.text[end : end + 2 * CONTEXT])
        return (len(before) >= NEAR and left.endswith(before[-NEAR:])) or (
            len(after) >= NEAR and right.startswith(after[:NEAR])
        )


def with_signs(place: Place, exact: str) -> Place:
    """A place with the punctuation that the exact words begin and end with, where it stands there."""
    text, start, end = place.passage.text, place.start, place.end
    for sign in reversed(LEADING.match(exact)[0]):  # type: ignore[index]
        start -= start > 0 and text[start - 1] == sign
    for sign in TRAILING.search(exact)[0]:  # type: ignore[index]
        end += text[end : end + 1] == sign
    return Place(place.passage, start, end)


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def _words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.casefold()))


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """The whole of a passage, then each of its sentences if it has several."""
    yield 0, len(text)
    parts = list(SEGMENT.finditer(text))
    if len(parts) > 1:
        for part in parts:
            yield part.start(), part.start() + len(part.group().rstrip())


def _common_start(a: str, b: str) -> int:
    """How many letters two texts begin with in common."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _likeness(text: str, side: str) -> int:
    """How well a text begins as one side of a quote; 0 where its nearest letters are others."""
    plain = _without_figures(side)
    whole, part = _common_start(text, side), _common_start(_without_figures(text), plain)
    agrees = (side and whole >= min(NEAR, len(side))) or (plain and part >= min(NEAR, len(plain)))
    return 1000 + whole + part if agrees else 0


def _without_figures(text: str) -> str:
    return "".join(char for char in text if not char.isdigit())
