"""The role of a country in the text: from the words around it, its list, or the header above it.

Cues are data (``country_roles.csv``): ``en provenance <de> {name}`` makes an origin. A country listed beside
another takes its role (``à destination de la France et de l'Italie``). The study's own country has the role
``study`` where no cue makes it an origin, a destination or a transit; elsewhere the role is empty: it is
never inferred.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

from extractors.context import PassageContext
from extractors.countries.candidates import Candidate
from extractors.countries.phrases import SurroundingsTrie, alternatives
from extractors.countries.vocabulary import role_cues
from extractors.folding import FoldedText, fold
from schemas.tables import Role

DASHES = frozenset("-–—/")


MOVES: frozenset[Role] = frozenset({"origin", "destination", "transit"})
"""What the study's own country may be besides the study's country: it is no partner of itself."""


def role_of(cued: Role | None, is_study: bool) -> Role | None:
    """The role of a mention, from the cues around it and whether it is the study's country."""
    return "study" if is_study and cued not in MOVES else cued


class RoleFinder:
    """Finds the roles of the candidates of a passage."""

    def __init__(self) -> None:
        self.around = SurroundingsTrie()
        self.headers: list[tuple[str, Role]] = []
        for role, expression, in_header in role_cues():
            if in_header:
                words = (" ".join(words) for words in alternatives(expression))
                self.headers += [(phrase, cast(Role, role)) for phrase in words]
            else:
                self.around.add(expression, role)

    def find(
        self,
        twin: FoldedText,
        candidates: Sequence[Candidate],
        groups: Sequence[Sequence[int]],
        context: PassageContext,
    ) -> list[Role | None]:
        """The role of each candidate, or None where the text does not say."""
        roles = [self.around_of(twin, candidate) for candidate in candidates]
        for group in groups:
            spread(twin.text, candidates, group, roles)
        announced = self.announced(context)
        return [role or announced for role in roles]

    def around_of(self, twin: FoldedText, candidate: Candidate) -> Role | None:
        """The role that the words around a candidate give it."""
        slots = ["country", "demonym" if candidate.entry.kind == "demonym" else "name"]
        found = self.around.find(slots, candidate.words_before(twin), candidate.words_after(twin))
        return cast(Role, found) if found is not None else None

    def announced(self, context: PassageContext) -> Role | None:
        """The role that the header of a table cell or the lead-in of a list item announces."""
        if context.cell is not None:
            header = f" {fold(context.cell.column_header)} {fold(context.cell.row_header)} "
        else:
            header = f" {fold(context.lead_in)} " if context.lead_in else ""
        if not header.strip():
            return None
        return next((role for phrase, role in self.headers if f" {phrase} " in header), None)


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
