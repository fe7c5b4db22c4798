"""The grammar of institutions' names, as regular expressions over the letters of :mod:`.tokens`.

A name is a head, its adjectives, a proper name, and complements: ``Fonds d'appui à la formation
professionnelle et à l'apprentissage``. Ministries have portfolios, joined by commas and ``et``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

INSIDE = "(?:jd?[NnYRrAaHhFfPpSC])*"
"""The rest of a compound: ``main-d'œuvre``, ``Dakar-Thiaroye``."""

ADJECTIVE = f"[Aa]{INSIDE}"
ADJECTIVE_GROUP = f"{ADJECTIVE}(?:(?:v{ADJECTIVE})*u{ADJECTIVE}(?![NnRrHhFfPp]))?"
ADJECTIVES = f"(?:{ADJECTIVE_GROUP})*"
"""``économique, social et environnemental``; not the ``et`` of ``nationale et jeunes entrepreneurs``."""

PROPER = f"(?:l?[YNRA]{INSIDE}|C[NAY]|(?<=[YN])S|[nr](?:j[nrh]){{2,}})+"
DE = "(?:dl?|D)"
AFTER_NOUN = f"(?:{ADJECTIVE_GROUP}|[YC]{INSIDE}|N(?=Y)|(?<=[NYR])N{INSIDE}|(?<=[NYR]C)N)"
CORE = f"(?:{ADJECTIVE})*[NnYRrPpHhFfGg]{INSIDE}{AFTER_NOUN}*"
"""A noun with its adjectives, and the proper names after it."""

RELATION = f"(?:{ADJECTIVE})*[Rr]{INSIDE}{ADJECTIVES}(?:{DE}{CORE})?(?:bl|B|cl?|e(?!C)|sl|ol|b(?=[nr])){CORE}"
RELATION += f"(?:(?:vl(?![HhMmSKFf]){CORE})+ul(?![HhMmSKFf]){CORE})?"
"""A noun that takes another preposition: ``appui à la formation``, ``lutte contre la fraude``."""

GROUP = f"(?:{RELATION}|{CORE})"
PLAIN = f"(?![HhMmSKF]){GROUP}"
"""A group that cannot be another institution."""

FIRST = (
    f"(?:(?:ol|sl|cl){GROUP}(?:vl{PLAIN})*ul(?=[nra]){PLAIN}"
    f"|(?:dl?|D|ol?|sl?|cl?|bl|B|e(?=[NR])){GROUP}"
    f"|{DE}S(?:j[NYAZ](?:j[NYAnaZ])*)?(?!{ADJECTIVE}))"
)
"""The first complement: any preposition."""

AND_MORE = (
    f"(?:(?:v{DE}{PLAIN})*v?u{DE}{PLAIN}"
    f"|u(?:bl|B|cl|ol|sl){PLAIN}"
    f"|ul(?=[NYRA]){PLAIN}"
    f"|(?:v(?=[NR]){CORE}){{1,3}}u{DE}?l?(?=[NR]){CORE}"
    f"|u(?=[NYRA]){PLAIN}"
    f"|u(?=[nr](?:[^vDdl]|$)){PLAIN})"
)
"""A further member: ``et de la démographie``, ``et la Corruption``, ``et perfectionnement``."""

WITH = f"(?:bl(?=[NYR]){PLAIN}|ol(?=[nr]){PLAIN}|sl(?=[nr]){PLAIN}|cl{PLAIN}|e(?=[NR]){PLAIN})"
"""A further complement with another preposition than ``de``: ``sur la migration``."""

MORE = f"(?:{DE}{PLAIN}|ol(?=[NYR]){PLAIN}|{WITH}|{AND_MORE})"

INSTITUTION = re.compile(
    f"(?:[Zz]j?)?(?P<head>[HhFf])(?:j[NnAaRrHh])*{ADJECTIVES}"
    f"(?P<proper>(?:{PROPER}{ADJECTIVES})?)"
    f"(?:k(?=[dD]))?(?P<first>{FIRST})?(?P<more>{MORE}{{0,4}}(?:u?{DE}(?=[NYR]){PLAIN}){{0,4}})"
    "(?P<owner>(?:dl?|D)S)?(?P<place>(?:dl?|D)C+)?(?P<seat>(?:B|e|b)C+|bY)?"
)

FIELD = f"(?:{ADJECTIVE})*(?![HMSKC])[NnYRrPphFf]{INSIDE}(?:{ADJECTIVE_GROUP}|(?<=[NYR])[YN]{INSIDE})*"
PORTFOLIO = f"(?:{RELATION}|{FIELD})(?:wl?{CORE})?"
"""A field of government: ``Relations avec les institutions``, ``Appui à la base``."""

MINISTRY = re.compile(
    f"(?:[Mm]d[NGg]v)?(?P<head>[Mm])(?:[Aa])*(?:ek|k)?{DE}{PORTFOLIO}"
    f"(?:(?:v?u?{DE}{PORTFOLIO}|ul(?=[NYRPA]){PORTFOLIO}|uk{DE}{PORTFOLIO}|vk{DE}{PORTFOLIO}"
    f"|v(?=[nNYrR]{INSIDE}[Aa]*u){PORTFOLIO}|u(?=[nNYrRpPa]){PORTFOLIO}|{DE}{PORTFOLIO}))*(?:dlG(?![aAC]|[dD]l?C))?"
)
"""``ministère délégué chargé de …``, ``ministère de l'Emploi, de la Formation et de la Jeunesse``."""

MINISTRIES = re.compile(
    f"(?P<head>[Qq])(?:[Aa])*(?:ek|k)?{DE}(?P<portfolios>{PORTFOLIO}(?:v?u?{DE}{PORTFOLIO}|ul?{PORTFOLIO})*)"
)
SEPARATOR = re.compile(f"v?u{DE}|v{DE}|v?ul")


@dataclass(frozen=True, slots=True)
class Found:
    """Tokens ``[start, end)`` that the grammar takes for a name; ``head`` is the token of its head noun.

    ``has_proper`` and ``has_complement`` say what the name has beyond its head and adjectives;
    ``first`` is the token where its complements begin, ``owner`` that where a final acronym does (``Agence de
    planification du NEPAD``), ``place`` that where a final country does, ``seat`` that where an embassy's host
    does; else ``end``.
    """

    start: int
    end: int
    head: int
    has_complement: bool
    has_proper: bool
    first: int
    owner: int
    place: int
    seat: int


def find_names(letters: str) -> list[Found]:
    """Every name with a head other than ministry, longest from each head."""
    found = []
    for match in scan(INSTITUTION, letters):
        end = match.end()
        seat = start_of(match, "seat", end)
        place = start_of(match, "place", seat)
        found.append(
            Found(
                start=match.start(),
                end=end,
                head=match.start("head"),
                has_complement=bool(match.group("first") or match.group("more") or match.group("place")),
                has_proper=bool(match.group("proper")),
                first=start_of(match, "first", place),
                owner=start_of(match, "owner", place),
                place=place,
                seat=seat,
            )
        )
    return found


def start_of(match: re.Match[str], group: str, otherwise: int) -> int:
    """Where a group begins, or another place when it is empty."""
    return match.start(group) if match.group(group) else otherwise


def find_ministries(letters: str) -> list[tuple[int, int]]:
    """The tokens of every ministry named by its portfolio."""
    return [match.span() for match in scan(MINISTRY, letters)]


def find_ministry_lists(letters: str) -> list[list[tuple[int, int]]]:
    """For each plural head, the tokens of each ministry: the first with the head, the others without."""
    lists = []
    for match in scan(MINISTRIES, letters):
        first = match.start("portfolios")
        text = match.group("portfolios")
        cuts = list(SEPARATOR.finditer(text))
        if any(cut.group().startswith("v") for cut in cuts):
            last = cuts[-1]
            cuts = [cut for cut in cuts if cut.group().startswith("v") or cut is last]
        starts = [match.start(), *(first + cut.end() for cut in cuts)]
        ends = [*(first + cut.start() for cut in cuts), match.end()]
        lists.append(list(zip(starts, ends, strict=True)))
    return lists


def scan(pattern: re.Pattern[str], letters: str) -> list[re.Match[str]]:
    """The matches at every start, overlapping ones included (the longest are chosen later)."""
    found: list[re.Match[str]] = []
    position = 0
    while True:
        match = pattern.search(letters, position)
        if match is None:
            return found
        found.append(match)
        position = match.start("head") + 1
