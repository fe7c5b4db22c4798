"""Recommendations said again: twice in one study, and alike in several.

Two recommendations are alike by the words they share: content words without endings, rare ones counting more
(inverse document frequency), as the cosine between both. ``repeats`` links what a study says again, as its
summary and its chapter do, to the first place. A group is what several studies ask for: recommendations of different
studies that are alike, share a theme and do not name different actors, joined as long as every member is like
the one that the group began with.

Pure, and independent of the order of the studies. What is held in memory is one *form* for all recommendations with
the same words, themes and actors, so that a thousand studies that ask for the same cost as much as one: the studies
are gone through one after the other, first to count words (:class:`Frequencies`), then for what each says again
(:func:`said_before`), then for the forms (:class:`Forms`).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, get_args

from extractors.folding import fold
from extractors.recommendations.themes import singular
from extractors.recommendations.vocabulary import words
from schemas.tables import (
    Actor,
    Recommendation,
    RecommendationAddressee,
    RecommendationGroup,
    RecommendationTheme,
    ThemeCode,
)

C = TypeVar("C", bound=str)

STEM = 6
"""Letters kept of a word: ``renforcer`` and ``renforcement`` are alike, ``former`` and ``formation`` nearly."""

SAID_AGAIN = 0.8
"""Least likeness of two recommendations of one study of which one repeats the other."""

RECURRENT = 0.36
"""Least likeness of recommendations of different studies that ask for the same."""

MINIMAL_WORDS = 3
"""Content words under which a text is too short to be known again."""

MOST_LEADERS = 200
"""Of the forms that hold a word, those that the others are compared with: the first ones, which lead the groups."""

PARTS: Mapping[Actor, set[Actor]] = {"social_partners": {"employers_organisation", "workers_organisation"}}
"""Actors that are several: what both sides are asked is asked of each."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A recommendation as it is compared: its words without endings, those that name addressees apart."""

    recommendation_id: str
    study_id: str
    page: int
    stems: frozenset[str]
    themes: frozenset[ThemeCode]
    actors: frozenset[Actor]

    @property
    def is_long_enough(self) -> bool:
        """Whether it says enough to be known again."""
        return len(self.stems) >= MINIMAL_WORDS


def sayings_of(
    recommendations: Iterable[Recommendation],
    themes: Iterable[RecommendationTheme],
    addressees: Iterable[RecommendationAddressee],
) -> Iterator[Saying]:
    """Recommendations as they are compared, in the order given, with what is known of each."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    actors: defaultdict[str, set[Actor]] = defaultdict(set)
    about: defaultdict[str, set[ThemeCode]] = defaultdict(set)
    for addressee in addressees:
        named[addressee.recommendation_id] |= stems_of(addressee.surface)
        actors[addressee.recommendation_id] |= PARTS.get(addressee.actor, set()) | {addressee.actor}
    for theme in themes:
        about[theme.recommendation_id].add(theme.theme)
    for row in recommendations:
        own = row.recommendation_id
        yield Saying(
            own,
            row.study_id,
            row.page,
            stems_of(row.text) - named[own],
            frozenset(about[own]),
            frozenset(actors[own]),
        )


def stems_of(text: str) -> frozenset[str]:
    """The content words of a text without endings."""
    told = (singular(word) for word in fold(text).split() if word not in words("function_words"))
    return frozenset(word[:STEM] for word in told if len(word) > 1)


@dataclass(slots=True)
class Frequencies:
    """In how many recommendations of the corpus each word stands."""

    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, saying: Saying) -> None:
        """Count the words of one more recommendation."""
        self.total += 1
        self.counts.update(saying.stems)

    def weight(self, stem: str) -> float:
        """How much a word tells: the rarer, the more."""
        return math.log(1 + self.total / self.counts[stem])


@dataclass(frozen=True, slots=True)
class Weighed:
    """A set of words with the weight of each, and the length of all."""

    weights: Mapping[str, float]
    norm: float

    @property
    def rarer_half(self) -> list[str]:
        """The words that tell the most."""
        return sorted(self.weights, key=lambda s: (-self.weights[s], s))[: len(self.weights) // 2 + 1]


def weigh(stems: Iterable[str], frequencies: Frequencies) -> Weighed:
    """Some words with the weight of each."""
    weights = {stem: frequencies.weight(stem) for stem in sorted(stems)}
    return Weighed(weights, math.sqrt(sum(w * w for w in weights.values())))


def likeness(a: Weighed, b: Weighed) -> float:
    """The cosine between two recommendations, from 0 to 1."""
    if not a.weights or not b.weights:
        return 0.0
    shared = sum(a.weights[stem] * b.weights[stem] for stem in sorted(a.weights.keys() & b.weights.keys()))
    return round(shared / (a.norm * b.norm), 6)


def pairs(sayings: Sequence[Weighed]) -> Iterator[tuple[int, int]]:
    """Ranks, in order, of those that share a word of the rarer half of each: others are hardly alike."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for rank, saying in enumerate(sayings):
        for stem in saying.rarer_half:
            places[stem].append(rank)
    led: defaultdict[int, list[str]] = defaultdict(list)
    for stem, ranks in places.items():
        for rank in ranks[:MOST_LEADERS]:
            led[rank].append(stem)
    for rank in sorted(led):
        yield from ((rank, other) for other in sorted({o for s in led[rank] for o in places[s] if o > rank}))


def said_before(sayings: Iterable[Saying], frequencies: Frequencies) -> dict[str, str]:
    """For each recommendation that its study has made before, the first time that it made it.

    ``sayings`` are those of one study in reading order.
    """
    own = [saying for saying in sayings if saying.is_long_enough]
    weighed = [weigh(saying.stems, frequencies) for saying in own]
    first: dict[str, str] = {}
    for earlier, later in pairs(weighed):
        if likeness(weighed[earlier], weighed[later]) >= SAID_AGAIN:
            root = own[earlier].recommendation_id
            first.setdefault(own[later].recommendation_id, first.get(root, root))
    return first


@dataclass(slots=True)
class Form:
    """The words, themes and actors that some recommendations share; ``leader_id`` is the first of them."""

    saying: Saying
    members: int = 1

    @property
    def leader_id(self) -> str:
        """The recommendation that a group of this form is named after."""
        return self.saying.recommendation_id

    @property
    def is_recurrent(self) -> bool:
        """Whether it is a group by itself: several recommendations, then of several studies, on some theme."""
        return self.members > 1 and bool(self.saying.themes)


@dataclass(frozen=True, slots=True)
class Grouped:
    """What the recommendations of a form become: members of the group of a leader."""

    leader_id: str
    likeness: float
    theme: ThemeCode
    actor: Actor | None


@dataclass(slots=True)
class Forms:
    """The different recommendations of the corpus; to be added by study, page and identifier."""

    ranks: dict[tuple[frozenset[str], frozenset[ThemeCode], frozenset[Actor]], int] = field(
        default_factory=dict
    )
    forms: list[Form] = field(default_factory=list)

    def add(self, saying: Saying) -> int | None:
        """The number of the form of one more recommendation; None if it is too short to be known again."""
        if not saying.is_long_enough:
            return None
        rank = self.ranks.setdefault((saying.stems, saying.themes, saying.actors), len(self.forms))
        if rank == len(self.forms):
            self.forms.append(Form(saying))
        else:
            self.forms[rank].members += 1
        return rank

    def groups(self, frequencies: Frequencies) -> dict[int, Grouped]:
        """For each form that several studies have, its group."""
        weighed = [weigh(form.saying.stems, frequencies) for form in self.forms]
        alike = [
            (value, a, b)
            for a, b in pairs(weighed)
            if may_be_one(self.forms[a], self.forms[b])
            and (value := likeness(weighed[a], weighed[b])) >= RECURRENT
        ]
        alike.sort(key=lambda pair: (-pair[0], self.forms[pair[1]].leader_id, self.forms[pair[2]].leader_id))
        members = {rank: [(rank, 1.0)] for rank, form in enumerate(self.forms) if form.is_recurrent}
        taken: set[int] = set()
        for value, a, b in alike:
            leader, other = (a, b) if b not in members else (b, a)
            if leader in taken or other in taken or other in members:  # or both lead a group of their own
                continue
            members.setdefault(leader, [(leader, 1.0)]).append((other, value))
            taken.add(other)
        return dict(pair for group in members.values() for pair in self._grouped(group))

    def _grouped(self, members: Sequence[tuple[int, float]]) -> Iterator[tuple[int, Grouped]]:
        """A group: its theme and actor are those that most members have."""
        themes: Counter[ThemeCode] = Counter()
        actors: Counter[Actor] = Counter()
        for rank, _ in members:
            form = self.forms[rank]
            themes.update(dict.fromkeys(form.saying.themes, form.members))
            actors.update(dict.fromkeys(form.saying.actors, form.members))
        theme = most_common(themes, get_args(ThemeCode))
        actor = most_common(actors, get_args(Actor)) if actors else None
        leader_id = self.forms[members[0][0]].leader_id
        for rank, value in members:
            yield rank, Grouped(leader_id, value, theme, actor)


def may_be_one(a: Form, b: Form) -> bool:
    """Whether two forms are of different studies, share a theme, and an actor where both name one."""
    apart = a.members > 1 or b.members > 1 or a.saying.study_id != b.saying.study_id
    of_a, of_b = a.saying.actors, b.saying.actors
    return apart and bool(a.saying.themes & b.saying.themes) and (not of_a or not of_b or bool(of_a & of_b))


def most_common(counts: Counter[C], order: Sequence[C]) -> C:
    """What was counted most; among equals, what comes first in the published order."""
    return min(counts, key=lambda code: (-counts[code], order.index(code)))


def group_row(recommendation_id: str, grouped: Grouped) -> RecommendationGroup:
    """The published row of a member of a group."""
    return RecommendationGroup(
        recommendation_id=recommendation_id,
        group_id=f"group:{grouped.leader_id}",
        theme=grouped.theme,
        actor=grouped.actor,
        likeness=grouped.likeness,
    )


def find_recurrence(
    recommendations: Sequence[Recommendation],
    themes: Iterable[RecommendationTheme],
    addressees: Iterable[RecommendationAddressee],
) -> tuple[list[Recommendation], list[RecommendationGroup]]:
    """The recommendations with what they repeat, and the groups of those that several studies make.

    Args:
        recommendations: those of a study in reading order.
        themes: their themes.
        addressees: their addressees.
    """
    sayings = list(sayings_of(recommendations, themes, addressees))
    frequencies = Frequencies()
    by_study: defaultdict[str, list[Saying]] = defaultdict(list)
    for saying in sayings:
        frequencies.add(saying)
        by_study[saying.study_id].append(saying)
    first: dict[str, str] = {}
    for own in by_study.values():
        first |= said_before(own, frequencies)
    forms = Forms()
    ordered = sorted(sayings, key=lambda s: (s.study_id, s.page, s.recommendation_id))
    numbers = {s.recommendation_id: forms.add(s) for s in ordered if s.recommendation_id not in first}
    groups = forms.groups(frequencies)
    return (
        [row.model_copy(update={"repeats": first.get(row.recommendation_id)}) for row in recommendations],
        [group_row(own, groups[number]) for own, number in numbers.items() if number in groups],
    )
