"""Recommendations said again: twice in one study, and alike in several.

Two recommendations are alike by the words they share: content words without endings, rare ones counting more
(inverse document frequency), as the cosine between both. ``repeats`` links what a study says again, as its
summary and its chapter do, to the first place. A group is what several studies ask for: pairs of different
studies that are alike, share a theme and do not name different actors, joined as long as every member is like
the one that the group began with. Pure, and independent of the order of the studies.
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
from schemas.row import Row
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

PARTS: Mapping[Actor, set[Actor]] = {"social_partners": {"employers_organisation", "workers_organisation"}}
"""Actors that are several: what both sides are asked is asked of each."""


@dataclass(slots=True)
class Saying:
    """A recommendation as it is compared."""

    row: Recommendation
    stems: frozenset[str]
    weights: Mapping[str, float] = field(default_factory=dict)
    themes: set[ThemeCode] = field(default_factory=set)
    actors: set[Actor] = field(default_factory=set)

    @property
    def norm(self) -> float:
        """The length of its weighted words."""
        return math.sqrt(sum(w * w for w in self.weights.values()))


def find_recurrence(
    recommendations: Iterable[Row], themes: Iterable[Row], addressees: Iterable[Row]
) -> tuple[list[Row], list[Row]]:
    """The recommendations with what they repeat, and the groups of those that several studies make.

    Args:
        recommendations: rows of ``recommendations``, those of a study in reading order.
        themes: rows of ``recommendation_themes``.
        addressees: rows of ``recommendation_addressees``.
    """
    addressed = [row for row in addressees if isinstance(row, RecommendationAddressee)]
    named: defaultdict[str, set[str]] = defaultdict(set)
    for row in addressed:
        named[row.recommendation_id] |= stems_of(row.surface)
    sayings = list(weighed([row for row in recommendations if isinstance(row, Recommendation)], named))
    known = {saying.row.recommendation_id: saying for saying in sayings}
    for theme in themes:
        if isinstance(theme, RecommendationTheme):
            known[theme.recommendation_id].themes.add(theme.theme)
    for row in addressed:
        known[row.recommendation_id].actors |= PARTS.get(row.actor, set()) | {row.actor}
    first = said_before(sayings)
    rows: list[Row] = [
        s.row.model_copy(update={"repeats": first.get(s.row.recommendation_id)}) for s in sayings
    ]
    new = [s for s in sayings if s.row.recommendation_id not in first]
    return rows, list(groups_of(new))


def stems_of(text: str) -> frozenset[str]:
    """The content words of a text without endings."""
    told = (singular(word) for word in fold(text).split() if word not in words("function_words"))
    return frozenset(word[:STEM] for word in told if len(word) > 1)


def weighed(rows: Sequence[Recommendation], named: Mapping[str, set[str]]) -> Iterator[Saying]:
    """The recommendations with the weight of each of their words; those that name addressees do not count."""
    stems = [stems_of(row.text) - named.get(row.recommendation_id, set()) for row in rows]
    counts = Counter(stem for own in stems for stem in own)
    for row, own in zip(rows, stems, strict=True):
        yield Saying(row, own, {stem: math.log(1 + len(rows) / counts[stem]) for stem in sorted(own)})


def likeness(a: Saying, b: Saying) -> float:
    """The cosine between two recommendations, from 0 to 1."""
    if not a.stems or not b.stems:
        return 0.0
    shared = sum(a.weights[stem] * b.weights[stem] for stem in sorted(a.stems & b.stems))
    return round(shared / (a.norm * b.norm), 6)


def candidates(sayings: Sequence[Saying]) -> Iterator[tuple[Saying, Saying]]:
    """Pairs, in order, that share a word of the rarer half of each: others are hardly alike."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for rank, saying in enumerate(sayings):
        for stem in sorted(saying.stems, key=lambda s: (-saying.weights[s], s))[: len(saying.stems) // 2 + 1]:
            places[stem].append(rank)
    pairs = {(i, j) for ranks in places.values() for k, i in enumerate(ranks) for j in ranks[k + 1 :]}
    for i, j in sorted(pairs):
        yield sayings[i], sayings[j]


def said_before(sayings: Sequence[Saying]) -> dict[str, str]:
    """For each recommendation that its study has made before, the first time that it made it."""
    by_study: defaultdict[str, list[Saying]] = defaultdict(list)
    for saying in sayings:
        if len(saying.stems) >= MINIMAL_WORDS:
            by_study[saying.row.study_id].append(saying)
    first: dict[str, str] = {}
    for own in by_study.values():
        for earlier, later in candidates(own):
            if likeness(earlier, later) >= SAID_AGAIN:
                root = first.get(earlier.row.recommendation_id, earlier.row.recommendation_id)
                first.setdefault(later.row.recommendation_id, root)
    return first


def groups_of(sayings: Sequence[Saying]) -> Iterator[Row]:
    """The groups of recommendations that several studies make, each led by its first member."""
    ordered = sorted(sayings, key=lambda s: (s.row.study_id, s.row.page, s.row.recommendation_id))
    long_enough = [saying for saying in ordered if len(saying.stems) >= MINIMAL_WORDS]
    alike = (
        (likeness(a, b), a, b)
        for a, b in candidates(long_enough)
        if a.row.study_id != b.row.study_id and asks_the_same(a, b)
    )
    members: dict[str, list[tuple[Saying, float]]] = {}
    taken: set[str] = set()
    ranked = sorted(
        (pair for pair in alike if pair[0] >= RECURRENT),
        key=lambda p: (-p[0], p[1].row.recommendation_id, p[2].row.recommendation_id),
    )
    for value, a, b in ranked:
        leader, other = (a, b) if b.row.recommendation_id not in members else (b, a)
        if not taken.isdisjoint((a.row.recommendation_id, b.row.recommendation_id)):
            continue
        if other.row.recommendation_id in members:  # both lead a group of their own
            continue
        members.setdefault(leader.row.recommendation_id, [(leader, 1.0)]).append((other, value))
        taken.add(other.row.recommendation_id)
    for leader_id in sorted(members):
        yield from group_rows(leader_id, members[leader_id])


def asks_the_same(a: Saying, b: Saying) -> bool:
    """Whether two recommendations share a theme, and an actor where both name one."""
    return bool(a.themes & b.themes) and (bool(a.actors & b.actors) or not a.actors or not b.actors)


def group_rows(leader_id: str, members: Sequence[tuple[Saying, float]]) -> Iterator[RecommendationGroup]:
    """The rows of a group: its theme and actor are those that most members have."""
    themes = Counter(theme for member, _ in members for theme in sorted(member.themes))
    actors = Counter(actor for member, _ in members for actor in sorted(member.actors))
    for member, value in members:
        yield RecommendationGroup(
            group_id=f"group:{leader_id}",
            recommendation_id=member.row.recommendation_id,
            theme=most_common(themes, get_args(ThemeCode)),
            actor=most_common(actors, get_args(Actor)) if actors else None,
            likeness=value,
        )


def most_common(counts: Counter[C], order: Sequence[C]) -> C:
    """What was counted most; among equals, what comes first in the published order."""
    return min(counts, key=lambda code: (-counts[code], order.index(code)))
