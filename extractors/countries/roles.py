"""The role of a country in the text: from the words around it, its list, or the header above it.

Cues are data (``cues``). A country listed beside another takes its role (``à destination de la France et de
l'Italie``), and so does one ranked after it (``la France, suivie de l'Italie``). The study's own country has
the role ``study`` where no cue makes it an origin, a destination or a transit; elsewhere the role is empty:
it is never inferred.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from extractors.context import PassageContext
from extractors.countries.candidates import Candidate
from extractors.countries.cues import Cue, CueFinder, Place, is_person, people_move, role_cues, sentences
from extractors.countries.phrases import alternatives
from extractors.folding import FoldedText, fold
from schemas.tables import Role

DASHES = frozenset("-–—/")

RANKED = re.compile(
    r"(?:\bsuivie?s?\s+(?:de\s|du\s|des\s|d['’])|\b(?:devant|derrière)\b|[,;]\s*(?:et\s+)?puis\b)\s*"
    r"(?:(?:les?|la|des?|du|au|aux|en)\b\s*|[ld]['’]\s*){0,2}$",
    re.IGNORECASE,
)
"""What ends the words between countries of one rank list: ``, suivie de l'``, ``…, loin devant le``."""

ASIDE = r"(?:\s*\([^()]{0,80}\))?"
OTHER_ITEM = re.compile(rf"{ASIDE}(?:\s*,\s*[a-zà-ÿ]+{ASIDE})?\s*(?:,\s*(?:et\s+)?|et\s+)(?:d['’]|de\s)?")
"""Between two demonyms of a list, an aside, or one that is no country's: ``(43,4%), européenne (34,2%) et``."""

MOVES: frozenset[Role] = frozenset({"origin", "destination", "transit"})
"""What the study's own country may be besides the study's country: it is no partner of itself."""


def role_of(cued: Role | None, is_study: bool) -> Role | None:
    """The role of a mention, from the cues around it and whether it is the study's country."""
    return "study" if is_study and cued not in MOVES else cued


@lru_cache(maxsize=1)
def header_cues() -> list[tuple[str, Role]]:
    """The folded phrases of headers and lead-ins that announce a role."""
    return [
        (" ".join(words), entry.cue.role)
        for entry in role_cues()
        if entry.in_header
        for words in alternatives(entry.expression)
    ]


class RoleFinder:
    """Finds the roles of the candidates of a passage."""

    def __init__(self) -> None:
        self.cues = CueFinder()

    def find(
        self,
        twin: FoldedText,
        candidates: Sequence[Candidate],
        groups: Sequence[Sequence[int]],
        context: PassageContext,
    ) -> list[Role | None]:
        """The role of each candidate, or None where the text does not say."""
        words = [token.text for token in twin.doc]
        parts = sentences(twin)
        found = []
        for candidate in candidates:
            sentence = next(part for part in parts if candidate.first in part)
            kind = candidate.entry.kind
            person = kind == "demonym" and is_person(twin, candidate.first, candidate.last, sentence)
            place = Place(candidate.first, candidate.last, kind, person)
            found.append((self.cues.find(words, place, sentence), sentence, person))
        peoples = {sentence.start for _, sentence, person in found if person}
        roles = [
            counted(cue, words, sentence, context, named=sentence.start in peoples)
            for cue, sentence, _ in found
        ]
        for group in groups:
            spread(twin.text, candidates, group, roles)
        spread_ranks(twin.text, candidates, groups, roles)
        announced = announced_role(context)
        return [role or announced for role in roles]


def counted(
    cue: Cue | None, words: Sequence[str], sentence: range, context: PassageContext, *, named: bool
) -> Role | None:
    """The role of a cue; a weak one counts only where the text speaks of people who move."""
    if cue is None or cue.force == "named":
        return None
    if cue.force == "weak":
        header = context.cell.column_header if context.cell is not None else ""
        above = fold(f"{context.lead_in} {header}")
        return cue.role if people_move(words[sentence.start : sentence.stop], above, named=named) else None
    return cue.role


def announced_role(context: PassageContext) -> Role | None:
    """The role that the header of a table cell or the lead-in of a list item announces."""
    if context.cell is not None:
        return header_role(f"{context.cell.column_header} {context.cell.row_header}")
    return header_role(context.lead_in)


def header_role(header: str) -> Role | None:
    """The role that a header announces: ``Pays de destination``."""
    folded = f" {fold(header)} "
    return next((role for phrase, role in header_cues() if f" {phrase} " in folded), None)


def spread(
    text: str, candidates: Sequence[Candidate], group: Sequence[int], roles: list[Role | None]
) -> None:
    """Give the members of a list the role of the member before, else of the one after, in place."""
    joined = [
        (one, other)
        for one, other in pairwise(group)
        if DASHES.isdisjoint(text[candidates[one].end : candidates[other].start])
    ]
    for one, other in joined:
        roles[other] = roles[other] or roles[one]
    for one, other in reversed(joined):
        roles[one] = roles[one] or roles[other]


def continues(text: str, start: int, end: int) -> bool:
    """Whether the words between two countries go on with their list or their ranks."""
    between = text[start:end]
    return RANKED.search(between) is not None or OTHER_ITEM.fullmatch(between) is not None


def spread_ranks(
    text: str,
    candidates: Sequence[Candidate],
    groups: Sequence[Sequence[int]],
    roles: list[Role | None],
) -> None:
    """Give the countries ranked after others the part that these have in a movement, in place."""
    for one, other in pairwise(groups):
        role = roles[one[-1]]
        if role in MOVES and continues(text, candidates[one[-1]].end, candidates[other[0]].start):
            for index in other:
                if roles[index] in (None, "comparison"):
                    roles[index] = role
