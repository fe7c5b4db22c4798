"""Groupings of countries: communities, alliances, basins and regions, with dated membership.

A grouping in a text is recognised and kept as itself; its members are never mentions. Membership has dates,
because a text of 2019 means the members of 2019 (Mali left the CEDEAO in January 2025).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

from extractors.countries.vocabulary import Case, read_vocabulary
from extractors.folding import fold
from schemas.tables import Grouping, GroupingKind, GroupingMember


@dataclass(frozen=True, slots=True)
class Membership:
    """A country in a grouping, from ``since`` to ``until`` (both included; None: still a member)."""

    code: str
    iso3: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class GroupingName:
    """A name of a grouping and how it must be printed."""

    code: str
    case: Case


@lru_cache(maxsize=1)
def grouping_rows() -> list[Grouping]:
    """The groupings, in the order of the vocabulary."""
    return [
        Grouping(
            code=row["code"],
            name_fr=row["name_fr"],
            name_en=row["name_en"],
            kind=cast(GroupingKind, row["kind"]),
        )
        for row in read_vocabulary("groupings.csv")
    ]


def member_rows() -> list[GroupingMember]:
    """Every membership, in the order of the vocabulary."""
    return [
        GroupingMember(
            grouping_code=m.code,
            iso3=m.iso3,
            since=m.since.isoformat(),
            until=None if m.until is None else m.until.isoformat(),
        )
        for m in memberships()
    ]


@lru_cache(maxsize=1)
def grouping_names() -> dict[str, GroupingName]:
    """Folded name or acronym → its grouping."""
    return {
        fold(row["name"]): GroupingName(row["code"], cast(Case, row["case"]))
        for row in read_vocabulary("groupings_names.csv")
    }


@lru_cache(maxsize=1)
def memberships() -> list[Membership]:
    """Every membership."""
    return [
        Membership(
            row["code"],
            row["iso3"],
            date.fromisoformat(row["since"]),
            date.fromisoformat(row["until"]) if row["until"] else None,
        )
        for row in read_vocabulary("groupings_members.csv")
    ]


def members(code: str, on: date) -> list[str]:
    """The ISO alpha-3 codes of a grouping's members on a day, sorted."""
    return sorted(
        m.iso3
        for m in memberships()
        if m.code == code and m.since <= on and (m.until is None or on <= m.until)
    )
