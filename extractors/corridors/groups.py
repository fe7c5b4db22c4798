"""The countries of a sentence as corridors see them: lists of one kind, with what the words around say of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from extractors.countries.cues import Cue, CueFinder, Place, is_person, people_move
from extractors.countries.enumerations import CONNECTOR
from extractors.countries.movement import speaks_of
from extractors.countries.roles import DASHES, continues
from extractors.findings import CountryFinding
from extractors.folding import FoldedText

End = Literal["origin", "destination"]

CLOSING = re.compile(r"\s?[%‰€]?[)\]]*\s?»?[.!?]?")
"""What closes a sentence after its last word: `` %).``, `` ».``"""


@dataclass(frozen=True, slots=True)
class Group:
    """Countries listed side by side, all by name or all by demonym.

    ``first`` and ``last`` are words of the twin (``last`` exclusive); ``members`` the positions of the
    findings; ``cue`` is what the words around say of it; ``goes_on`` tells that it goes on with the list of
    the group before (``gambienne, européenne et ghanéenne``).
    """

    first: int
    last: int
    members: tuple[int, ...]
    countries: tuple[str, ...]
    is_name: bool
    is_person: bool
    dashed: bool
    cue: Cue | None
    goes_on: bool = False

    def end(self, migration: bool) -> End | None:
        """The end of a corridor that it is; a weak cue counts only where migration is spoken of."""
        if self.cue is None or (self.cue.force == "weak" and not migration):
            return None
        return self.cue.role if self.cue.role in ("origin", "destination") and self.cue.force else None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with countries: its words and its groups in order."""

    twin: FoldedText
    words: Sequence[str]
    span: range
    groups: tuple[Group, ...]

    @property
    def folded(self) -> str:
        """Its folded words."""
        return " ".join(self.words[self.span.start : self.span.stop])

    @property
    def characters(self) -> tuple[int, int]:
        """Its characters ``[start, end)`` in the passage, with the signs that close it."""
        end = self.twin.ends[self.span.stop - 1]
        closing = CLOSING.match(self.twin.text, end)
        return self.twin.starts[self.span.start], closing.end() if closing is not None else end

    def speaks_of(self, topic: str) -> bool:
        """Whether it holds a word of a topic."""
        return speaks_of(topic, self.folded)

    @property
    def people_move(self) -> bool:
        """Whether it speaks of people who move."""
        said = self.words[self.span.start : self.span.stop]
        return people_move(said, named=any(group.is_person for group in self.groups))


def read_sentences(
    twin: FoldedText, findings: Sequence[CountryFinding], spans: Sequence[range], cues: CueFinder
) -> Iterator[Sentence]:
    """The sentences that name countries."""
    words = [token.text for token in twin.doc]
    before: Group | None = None
    for span in spans:
        start, end = twin.starts[span.start], twin.ends[span.stop - 1]
        inside = [i for i, f in enumerate(findings) if start <= f.start < end and f.iso3 is not None]
        if inside:
            lists = listed(twin.text, findings, inside)
            groups = [read_group(twin, words, findings, members, span, cues) for members in lists]
            sentence = Sentence(twin, words, span, tuple(ranked(twin, groups, before)))
            before = sentence.groups[-1]
            yield sentence


def listed(text: str, findings: Sequence[CountryFinding], inside: Sequence[int]) -> list[list[int]]:
    """The findings of a sentence, those of one kind listed side by side together."""
    lists: list[list[int]] = []
    for index in inside:
        if lists:
            one, other = findings[lists[-1][-1]], findings[index]
            same_kind = (one.kind == "demonym") == (other.kind == "demonym")
            if same_kind and other.start >= one.end and CONNECTOR.fullmatch(text, one.end, other.start):
                lists[-1].append(index)
                continue
        lists.append([index])
    return lists


def read_group(
    twin: FoldedText,
    words: Sequence[str],
    findings: Sequence[CountryFinding],
    members: Sequence[int],
    span: range,
    cues: CueFinder,
) -> Group:
    """A group with the cue around it: that of its first member that has one with a force."""
    places = [place_of(twin, findings[index], span) for index in members]
    person = places[0].is_person
    found = [
        cue
        for place in places
        if (cue := cues.find(words, Place(place.first, place.last, place.kind, person), span))
    ]
    outer = [findings[index] for index in members]
    gaps = [twin.text[a.end : b.start] for a, b in pairwise(outer)]
    return Group(
        first=places[0].first,
        last=places[-1].last,
        members=tuple(members),
        countries=tuple(dict.fromkeys(f.iso3 for f in outer if f.iso3 is not None)),
        is_name=outer[0].kind != "demonym",
        is_person=person,
        dashed=any(not DASHES.isdisjoint(gap) for gap in gaps),
        cue=next((cue for cue in found if cue.force), found[0] if found else None),
    )


def place_of(twin: FoldedText, finding: CountryFinding, span: range) -> Place:
    """Where a finding stands among the words."""
    first = bisect_right(twin.starts, finding.start) - 1
    last = max(bisect_left(twin.starts, finding.end), first + 1)
    person = finding.kind == "demonym" and is_person(twin, first, last, span)
    return Place(first, last, finding.kind, person)


def ranked(twin: FoldedText, groups: Sequence[Group], before: Group | None) -> Iterator[Group]:
    """The groups; one that goes on with the list or the ranks of the one before has its cue too.

    ``before`` is the last group of the sentence before (``…, la France. Elle est suivie de l'Italie``).
    """
    for group in groups:
        current = group
        if before is not None and before.cue is not None and before.is_name == group.is_name:
            goes_on = continues(twin.text, twin.ends[before.last - 1], twin.starts[group.first])
            if before.cue.force and goes_on:
                current = replace(group, cue=before.cue, is_person=before.is_person, goes_on=True)
        yield current
        before = current
