"""Exact matches of the vocabularies on folded words, longest first, blockers included.

Nothing is guessed: ``Niger`` and ``Nigéria`` are 83 % alike and never meet. A blocker is an expression that
carries a country's word and means something else (``bassin du Niger``, ``franc congolais``, a grouping); it
consumes its words. Case decides after folding, entry by entry, so that ``maurice`` or ``us`` never count and
``COTE D'IVOIRE`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.countries.candidates import Candidate, make_candidate
from extractors.countries.compounds import with_compounds
from extractors.countries.groupings import grouping_names
from extractors.countries.phrases import SurroundingsTrie, alternatives
from extractors.countries.vocabulary import Case, Entry, clues, entries, not_countries, prefixes
from extractors.folding import FoldedText

ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*|\S+\.(?:com|org|net|gouv|gov|edu|int|[a-z]{2})(?:/\S*)?")
"""A web or mail address: ``www.mali.ml``, ``contact@senegal.org``."""

ANOTHER_ADJECTIVE = re.compile(r"\s*(?:,|/|-|\b(?:et|ou)\b)\s*")
"""Between two languages: ``versions anglaise et française``."""

ANOTHER_LANGUAGE = re.compile(ANOTHER_ADJECTIVE.pattern + r"(?:(?:de|du|le|en)\s|d['’]|l['’]|de\sl['’])?\s*")
"""Between two languages: ``cours d'anglais et d'espagnol``."""

MONEY = re.compile(r"[$€£]")


@dataclass(frozen=True, slots=True)
class GroupingFinding:
    """A place where a grouping of countries is named; it is never expanded into mentions."""

    start: int
    end: int
    code: str


@dataclass(frozen=True, slots=True)
class Match:
    """What the words ``[first, last)`` of the twin are: a country, a grouping, or neither (a blocker)."""

    first: int
    last: int
    entry: Entry | None = None
    grouping: str | None = None


class CandidateMatcher:
    """Finds candidates and groupings in a folded twin."""

    def __init__(self, vocab: Vocab) -> None:
        self.entries = entries()
        self.groupings = grouping_names()
        self.blocked = SurroundingsTrie()
        phrases: list[str] = []
        for expression, meaning in not_countries().items():
            if "{" in expression:
                self.blocked.add(expression, meaning)
            else:
                phrases += (" ".join(words) for words in alternatives(expression))
        self.matcher = PhraseMatcher(vocab)
        vocabularies = {
            "blocker": phrases,
            "country": self.entries,
            "grouping": self.groupings,
            "prefix": prefixes(),
        }
        for key, words in vocabularies.items():
            self.matcher.add(key, _phrases(vocab, words))
        self.clues = PhraseMatcher(vocab)
        for clue, iso3 in clues().items():
            self.clues.add(iso3, _phrases(vocab, [clue]))
        self.strings = vocab.strings

    def find(self, twin: FoldedText) -> tuple[list[Candidate], list[GroupingFinding]]:
        """The candidates and groupings of a text in reading order, without overlaps."""
        compounds: dict[int, str] = {}
        matches = []
        for key, first, last in self.matcher(twin.doc):
            kind = self.strings[key]
            if kind == "prefix":
                compounds[first] = twin.doc[first].text
            elif match := self.printed_as(kind, twin, first, last):
                matches.append(match)
        kept = longest_first(matches)
        found = [make_candidate(twin, m.first, m.last, m.entry) for m in kept if m.entry is not None]
        blocked = {index for m in kept if m.entry is None for index in range(m.first, m.last)}
        compounds = {index: prefix for index, prefix in compounds.items() if index not in blocked}
        found = with_compounds(twin, found, compounds) if compounds else found
        groupings = [
            GroupingFinding(twin.starts[m.first], twin.ends[m.last - 1], m.grouping)
            for m in kept
            if m.grouping is not None
        ]
        return self.without_blocked(twin, found), groupings

    def printed_as(self, kind: str, twin: FoldedText, first: int, last: int) -> Match | None:
        """What the words are, if the vocabulary has them printed so."""
        if kind == "blocker":
            return Match(first, last)
        surface = twin.text[twin.starts[first] : twin.ends[last - 1]]
        words = twin.doc[first:last].text
        if kind == "grouping":
            grouping = self.groupings[words]
            return Match(first, last, None, grouping.code) if fits(grouping.case, surface, "") else None
        fitting = [e for e in self.entries[words] if fits(e.case, surface, e.written) or is_weak(e, surface)]
        if not fitting:
            return None
        named = [entry for entry in fitting if entry.kind != "demonym"]
        return Match(first, last, named[0] if named and surface[0].isupper() else fitting[-1])

    def without_blocked(self, twin: FoldedText, found: Sequence[Candidate]) -> list[Candidate]:
        """The candidates whose surroundings do not make them something else than a country.

        A language after a language is one too: ``en français et anglais``.
        """
        kept: list[Candidate] = []
        language: Candidate | None = None
        for candidate in found:
            meaning = self.meaning(twin, candidate, language)
            if meaning is None:
                kept.append(candidate)
            language = candidate if meaning == "language" else None
        return kept

    def meaning(self, twin: FoldedText, candidate: Candidate, language: Candidate | None) -> str | None:
        """What a candidate means, if not a country."""
        slots: list[str] = [candidate.entry.kind]
        if candidate.entry.is_language:
            slots.append("language")
        found = self.blocked.find(slots, candidate.words_before(twin), candidate.words_after(twin))
        if found is not None:
            return found
        if language is not None and candidate.entry.kind == "demonym":
            between = twin.text[language.end : candidate.start]
            join = ANOTHER_LANGUAGE if candidate.entry.is_language else ANOTHER_ADJECTIVE
            return "language" if join.fullmatch(between) else None
        if candidate.entry.kind == "acronym" and MONEY.search(
            twin.text, candidate.start - 1, candidate.end + 2
        ):
            return "currency"
        return "address" if in_address(twin.text, candidate.start) else None

    def clues_in(self, twin: FoldedText, candidates: Sequence[str]) -> dict[int, str]:
        """Where cities and institutions of the candidates are named: word of the twin → country."""
        found = {first: self.strings[key] for key, first, _ in self.clues(twin.doc)}
        return {first: iso3 for first, iso3 in found.items() if iso3 in candidates}


def _phrases(vocab: Vocab, phrases: Iterable[str]) -> list[Doc]:
    return [Doc(vocab, words=words.split(" ")) for words in phrases]


def longest_first(matches: Sequence[Match]) -> list[Match]:
    """The matches without overlaps, the longest kept, a country after anything else of its length."""
    kept = []
    taken: set[int] = set()
    for match in sorted(matches, key=lambda m: (m.first - m.last, m.entry is not None, m.first)):
        if taken.isdisjoint(range(match.first, match.last)):
            taken.update(range(match.first, match.last))
            kept.append(match)
    return sorted(kept, key=lambda m: m.first)


def fits(case: Case, surface: str, written: str) -> bool:
    """Whether an entry of a vocabulary may be printed so; a weak one needs more (:func:`is_weak`)."""
    if case == "any":
        return True
    if case == "capital":
        return surface[0].isupper()
    if case == "upper":
        return surface.isupper()
    return case == "exact" and surface.replace("’", "'").rstrip(".") == written.rstrip(".")


def is_weak(entry: Entry, surface: str) -> bool:
    """Whether an entry may be printed so, provided that the text supports it."""
    return entry.case == "weak" and fits("upper" if entry.kind == "acronym" else "capital", surface, "")


def in_address(text: str, start: int) -> bool:
    """Whether a character stands in a web or mail address."""
    left = text.rfind(" ", 0, start) + 1
    right = text.find(" ", start)
    return ADDRESS.fullmatch(text[left : right if right >= 0 else len(text)]) is not None
