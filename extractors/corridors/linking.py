"""Joins the countries of a sentence into corridors.

In order of trust: an expression with both ends (``pairs``); a destination with the nearest origin of its
sentence (``les Nigériens partent, à la saison sèche, vers l'Algérie``); one end with the study's own country,
where the words leave the other unsaid because it is the study's (``les principaux pays de destination sont
…``). Nothing is found where the sentence speaks of goods or diplomacy and no word says that people move.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import chain, islice, product

from extractors.context import PassageContext, StudyContext
from extractors.corridors.findings import CorridorFinding
from extractors.corridors.groups import End, Group, Sentence
from extractors.corridors.pairs import PairMatcher
from extractors.countries.movement import speaks_of
from extractors.folding import fold
from schemas.tables import Direction

PRONOUNS = frozenset({"ils", "elles"})
PLACES = frozenset({"en", "au", "aux", "a"})

LEAD, LEAST = 3, 10
"""A study without a country of its own is at home in the one that it names this many times more often than
any other, and at least this often."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a passage's surroundings tell: the study's country and the folded words of what stands above it."""

    home: str | None
    above: str
    title: str
    is_heading: bool

    def speaks_of(self, topic: str) -> bool:
        """Whether what stands above the passage holds a word of a topic."""
        return speaks_of(topic, self.above)


def setting_of(context: PassageContext) -> Setting:
    """The setting of a passage: lead-in, header of its column, nearest heading."""
    header = context.cell.column_header if context.cell is not None else ""
    above = " ".join([context.lead_in, header, *context.section[-1:]])
    is_heading = context.kind == "heading"
    return Setting(home_of(context.study), fold(above), fold(context.study.title), is_heading)


def home_of(study: StudyContext) -> str | None:
    """The country that goes without saying in a study: its own, or the one of which it speaks by far most."""
    if study.country is not None or not study.countries:
        return study.country
    ordered = sorted(study.countries.items(), key=lambda item: (-item[1], item[0]))
    iso3, count = ordered[0]
    following = ordered[1][1] if len(ordered) > 1 else 0
    return iso3 if count >= max(LEAST, LEAD * following) else None


def link(
    sentence: Sentence, before: Sentence | None, setting: Setting, pairs: PairMatcher
) -> Iterator[CorridorFinding]:
    """The corridors of a sentence, given the one before it; the same pair may come twice."""
    joined: set[Group] = set()
    for groups, corridors in chain(
        by_expression(sentence, setting, pairs),
        by_ends(sentence, joined),
        by_reference(sentence, before, joined),
        by_home(sentence, setting, joined),
    ):
        joined.update(groups)
        yield from corridors


Link = tuple[tuple[Group, ...], list[CorridorFinding]]
"""Groups that are joined, and the corridors between them."""


def by_ends(sentence: Sentence, joined: Set[Group]) -> Iterator[Link]:
    """Each destination that no expression took, with the nearest origin and the list that it ends."""
    migration = sentence.people_move
    for destination in sentence.groups:
        if destination in joined or destination.end(migration) != "destination":
            continue
        for origin in nearest_origins(sentence, destination, migration):
            yield (origin, destination), findings(sentence, origin, destination, "known", "sentence")


def by_reference(sentence: Sentence, before: Sentence | None, joined: Set[Group]) -> Iterator[Link]:
    """The ends to which a pronoun refers: ``Le Gabon vient ensuite. Les Camerounaises y tiennent …``."""
    for position, group in enumerate(sentence.groups):
        earlier = [*(before.groups if before is not None else ()), *sentence.groups[:position]]
        after = sentence.words[group.last : min(group.last + 1, sentence.span.stop)]
        if group.is_person and group not in joined and after == ["y"]:
            there = next((g for g in reversed(earlier) if g.is_name), None)
            if there is not None:
                yield (group, there), findings(sentence, group, there, "known", "pronoun")
        if before is not None and is_place(sentence, group) and not PRONOUNS.isdisjoint(after):
            people = next((g for g in reversed(before.groups) if not g.is_name and is_origin(g)), None)
            if people is not None:
                yield (people, group), findings(sentence, people, group, "known", "pronoun")


def is_place(sentence: Sentence, group: Group) -> bool:
    """Whether a country begins its sentence as a place: ``En Côte d'Ivoire, …``."""
    opening = sentence.words[sentence.span.start : group.first]
    return group.is_name and bool(opening) and opening[0] in PLACES and len(opening) <= 2


def is_origin(group: Group) -> bool:
    """Whether a group stands for people who may be meant by a pronoun."""
    return group.is_person or group.end(migration=True) == "origin"


def by_home(sentence: Sentence, setting: Setting, joined: Set[Group]) -> Iterator[Link]:
    """Each end left alone, with the study's own country where that goes without saying."""
    migration = sentence.people_move
    for group in sentence.groups:
        if group in joined:
            continue
        if group.end(migration) == "destination":
            if leaves_home(sentence, group, setting):
                yield (group,), with_home(sentence, group, setting, "destination")
        elif comes_home(sentence, group, setting, joined):
            yield (group,), with_home(sentence, group, setting, "origin")


def by_expression(sentence: Sentence, setting: Setting, pairs: PairMatcher) -> Iterator[Link]:
    """The groups that expressions join and their corridors."""
    if len(sentence.groups) < 2 and all(len(group.countries) != 2 for group in sentence.groups):
        return
    migration = sentence.people_move and not sentence.speaks_of("other")
    taken: set[frozenset[Group]] = set()
    for match in pairs.find(sentence):
        ends = frozenset((match.one, match.other))
        if ends in taken or (match.rule.context and not migration):
            continue
        taken.add(ends)
        if match.one is match.other:
            found = between(sentence, match.one, "pair")
        else:
            found = findings(sentence, match.one, match.other, match.rule.direction, "pair")
        yield (match.one, match.other), found
    for group in sentence.groups:
        if (
            len(group.countries) == 2
            and group.is_name
            and group.dashed
            and is_heading_pair(sentence, group, setting)
        ):
            yield (group, group), between(sentence, group, "dash")


def is_heading_pair(sentence: Sentence, group: Group, setting: Setting) -> bool:
    """Whether two countries joined by a dash begin a heading or fill a cell about corridors."""
    start = group.first - sentence.span.start
    numbered = start <= 2 and all(
        word.isdigit() for word in sentence.words[sentence.span.start : group.first]
    )
    if setting.is_heading:
        return numbered and (setting.speaks_of("migration") or speaks_of("migration", setting.title))
    return numbered and (setting.speaks_of("corridor") or sentence.speaks_of("corridor"))


def nearest_origins(sentence: Sentence, destination: Group, migration: bool) -> list[Group]:
    """The origins of a destination: the nearest list before it, else the nearest after that is said to be one."""
    at = sentence.groups.index(destination)
    for index in range(at - 1, -1, -1):
        group = sentence.groups[index]
        if group.end(migration) == "origin" or (group.is_person and group.end(migration) is None):
            first = index
            while first > 0 and sentence.groups[first].goes_on:
                first -= 1
            return list(sentence.groups[first : index + 1])
    after = (g for g in sentence.groups[at + 1 :] if g.end(migration) == "origin")
    return list(islice(after, 1))


def leaves_home(sentence: Sentence, destination: Group, setting: Setting) -> bool:
    """Whether those who go to a destination of which the origin is unsaid are the study's own people."""
    if setting.home is None or setting.home in destination.countries or destination.cue is None:
        return False
    if destination.cue.force == "strong":
        return True
    return sentence.speaks_of("departure") or setting.speaks_of("departure")


def comes_home(sentence: Sentence, origin: Group, setting: Setting, joined: Set[Group]) -> bool:
    """Whether those who come from an origin of which the destination is unsaid come to the study's country."""
    migration = sentence.people_move
    if setting.home is None or setting.home in origin.countries:
        return False
    others = [g for g in sentence.groups if g not in joined and setting.home not in g.countries]
    if any(group.end(migration) == "destination" for group in others):
        return False
    said = origin.end(migration) == "origin"
    if said and origin.cue is not None and origin.cue.force == "strong":
        return True
    arrives = sentence.speaks_of("arrival") or setting.speaks_of("arrival")
    return arrives and (said or (origin.is_person and origin.cue is None))


def with_home(sentence: Sentence, group: Group, setting: Setting, end: End) -> list[CorridorFinding]:
    """The corridors between a group's countries and the study's country."""
    start, stop = sentence.characters
    home = setting.home
    if home is None:
        return []
    pairs = [
        (home, iso3) if end == "destination" else (iso3, home) for iso3 in group.countries if iso3 != home
    ]
    return [CorridorFinding(start, stop, *ends, "known", "study_country") for ends in pairs]


def findings(
    sentence: Sentence, one: Group, other: Group, direction: Direction, rule: str
) -> list[CorridorFinding]:
    """The corridors from each country of a group to each of another."""
    start, stop = sentence.characters
    return [
        CorridorFinding(start, stop, origin, destination, direction, rule)
        for origin, destination in product(one.countries, other.countries)
        if origin != destination
    ]


def between(sentence: Sentence, group: Group, rule: str) -> list[CorridorFinding]:
    """The corridor of unknown direction between the two countries of a group."""
    start, stop = sentence.characters
    one, other = group.countries
    return [CorridorFinding(start, stop, one, other, "unknown", rule)]
