"""Candidates: exact matches of the vocabularies on folded words, longest first, blockers included.

Nothing is guessed: ``Niger`` and ``Nigéria`` are 83 % alike and never meet. A blocker is an expression that
carries a country's word and means something else (``bassin du Niger``, ``franc congolais``); it consumes its
words. Case decides after folding, entry by entry, so that ``maurice`` or ``us`` never count and
``COTE D'IVOIRE`` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.countries.phrases import SurroundingsTrie, alternatives
from extractors.countries.vocabulary import Entry, clues, entries, not_countries, prefixes
from extractors.folding import FoldedText

HYPHEN = re.compile(r"[-‐‑–]")
BREAK = re.compile(r"[;!?:()\[\]«»“”]|(?<!\b\w)(?<!\b\w\w)(?<!\b\w\w\w)\.")
"""Where words on both sides do not belong together; the point of ``M.`` or ``Mme.`` is none."""

ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*|\S+\.(?:com|org|net|gouv|gov|edu|int|[a-z]{2})(?:/\S*)?")
"""A web or mail address: ``www.mali.ml``, ``contact@senegal.org``."""

SURROUNDING_WORDS = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where the vocabulary names a country.

    ``first`` and ``last`` are words of the twin (``last`` exclusive), ``start`` and ``end`` characters of the
    text. A compound (``franco-malien``) gives one candidate per country with the characters of the whole.
    """

    first: int
    last: int
    start: int
    end: int
    words: str
    entry: Entry


class CandidateMatcher:
    """Finds candidates in a folded twin."""

    def __init__(self, vocab: Vocab) -> None:
        self.entries = entries()
        self.prefixes = prefixes()
        self.blocked = SurroundingsTrie()
        phrases = []
        for expression, meaning in not_countries().items():
            if "{" in expression:
                self.blocked.add(expression, meaning)
            else:
                phrases += [" ".join(words) for words in alternatives(expression)]
        self.matcher = PhraseMatcher(vocab)
        self.matcher.add("blocker", [_phrase(vocab, words) for words in phrases])
        self.matcher.add("country", [_phrase(vocab, words) for words in self.entries])
        self.matcher.add("prefix", [_phrase(vocab, words) for words in self.prefixes])
        self.clues = PhraseMatcher(vocab)
        for words, iso3 in clues().items():
            self.clues.add(iso3, [_phrase(vocab, words)])
        self.blocker_key, self.prefix_key = vocab.strings["blocker"], vocab.strings["prefix"]
        self.strings = vocab.strings

    def find(self, twin: FoldedText) -> list[Candidate]:
        """The candidates of a text in reading order, without overlaps."""
        compounds: dict[int, str] = {}
        spans: list[tuple[int, int, Entry | None]] = []
        for key, first, last in self.matcher(twin.doc):
            if key == self.prefix_key:
                compounds[first] = twin.doc[first].text
            elif key == self.blocker_key:
                spans.append((first, last, None))
            elif entry := self.printed_as(twin, first, last):
                spans.append((first, last, entry))
        kept = longest_first(spans)
        found = [make_candidate(twin, first, last, entry) for first, last, entry in kept if entry]
        for first, last, entry in kept:
            if entry is None:
                compounds = {index: word for index, word in compounds.items() if not first <= index < last}
        return self.join_compounds(twin, [c for c in found if not self.is_blocked(twin, c)], compounds)

    def printed_as(self, twin: FoldedText, first: int, last: int) -> Entry | None:
        """The entry that the printed words are, by their case, or None."""
        surface = twin.text[twin.starts[first] : twin.ends[last - 1]]
        words = twin.doc[first:last].text
        fitting = [entry for entry in self.entries[words] if fits(entry, surface)]
        named = [entry for entry in fitting if entry.kind != "demonym"]
        if surface[0].isupper() and named:
            return named[0]
        return fitting[-1] if fitting else None

    def is_blocked(self, twin: FoldedText, candidate: Candidate) -> bool:
        """Whether the words around make it something else than a country, or it stands in an address."""
        before, after = surrounding_words(twin, candidate.first, candidate.last)
        slots = [candidate.entry.kind, "language"] if candidate.entry.is_language else [candidate.entry.kind]
        return self.blocked.find(slots, before, after) is not None or in_address(twin.text, candidate.start)

    def pointed_at(self, twin: FoldedText) -> set[str]:
        """The countries that the cities and institutions named in a text point at."""
        return {self.strings[key] for key, _, _ in self.clues(twin.doc)}

    def join_compounds(
        self, twin: FoldedText, found: list[Candidate], compounds: dict[int, str]
    ) -> list[Candidate]:
        """The candidates with those of compounds: ``franco-malien`` gives FRA and MLI, each of it whole."""
        by_first = {candidate.first: candidate for candidate in found}
        joined = []
        for index in sorted(compounds):
            if index in by_first:
                continue
            head = self.head_of(twin, index, compounds, by_first)
            if head is None:
                continue
            start, end = twin.starts[index], head.end
            entry = Entry(self.prefixes[compounds[index]], "demonym", "any", compounds[index])
            joined.append(Candidate(index, index + 1, start, end, compounds[index], entry))
            if by_first.get(head.first) == head:
                by_first[head.first] = replace(head, start=start)
        return sorted([*by_first.values(), *joined], key=lambda c: (c.start, c.first)) if joined else found

    def head_of(
        self, twin: FoldedText, index: int, compounds: dict[int, str], by_first: dict[int, Candidate]
    ) -> Candidate | None:
        """What a prefix belongs to: the demonym after it, the demonym after the next prefix, or a word."""
        after = index + 1
        if after >= len(twin.starts):
            return None
        between = twin.text[twin.ends[index] : twin.starts[after]]
        head = by_first.get(after)
        if head is not None and head.entry.kind == "demonym":
            return head if between == " " or HYPHEN.fullmatch(between) else None
        if HYPHEN.fullmatch(between) is None:
            return None
        if after in compounds:
            return self.head_of(twin, after, compounds, by_first)
        entry = Entry((), "demonym", "any", "")
        return Candidate(after, after, twin.starts[index], twin.ends[index], compounds[index], entry)


def _phrase(vocab: Vocab, words: str) -> Doc:
    return Doc(vocab, words=words.split(" "))


def longest_first(spans: list[tuple[int, int, Entry | None]]) -> list[tuple[int, int, Entry | None]]:
    """The spans without overlaps, the longest kept, a blocker (no entry) before a country of its length."""
    kept: list[tuple[int, int, Entry | None]] = []
    taken: set[int] = set()
    for first, last, entry in sorted(spans, key=lambda s: (s[0] - s[1], s[2] is not None, s[0])):
        if taken.isdisjoint(range(first, last)):
            taken.update(range(first, last))
            kept.append((first, last, entry))
    return sorted(kept, key=lambda s: s[0])


def make_candidate(twin: FoldedText, first: int, last: int, entry: Entry) -> Candidate:
    """The candidate of the words ``[first, last)`` of the twin."""
    return Candidate(first, last, twin.starts[first], twin.ends[last - 1], twin.doc[first:last].text, entry)


def fits(entry: Entry, surface: str) -> bool:
    """Whether an entry may be printed so."""
    if entry.case == "any":
        return True
    if entry.case == "upper":
        return surface.isupper()
    if entry.case == "exact":
        return surface.replace("’", "'").rstrip(".") == entry.written.rstrip(".")
    return entry.case != "defined" and surface[0].isupper() and (entry.kind != "acronym" or surface.isupper())


def surrounding_words(twin: FoldedText, first: int, last: int) -> tuple[list[str], list[str]]:
    """The folded words before (the nearest first) and after, up to a break in the text."""
    before: list[str] = []
    for index in range(first - 1, max(first - 1 - SURROUNDING_WORDS, -1), -1):
        if BREAK.search(twin.text[twin.starts[index] : twin.starts[index + 1]]):
            break
        before.append(twin.doc[index].text)
    after: list[str] = []
    for index in range(last, min(last + SURROUNDING_WORDS, len(twin.starts))):
        if BREAK.search(twin.text[twin.starts[index - 1] : twin.starts[index]]):
            break
        after.append(twin.doc[index].text)
    return before, after


def in_address(text: str, start: int) -> bool:
    """Whether a character stands in a web or mail address."""
    left = text.rfind(" ", 0, start) + 1
    right = text.find(" ", start)
    return ADDRESS.fullmatch(text[left : right if right >= 0 else len(text)]) is not None
