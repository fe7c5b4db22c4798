"""Joining mentions into the institutions of one document.

Two mentions are one institution when the registry says so, when their names are the same words (case, accents,
small words and plurals aside), when one is the acronym of the other, or when one ministry is named by the
first part of the other's portfolio. Never by likeness: what only looks alike stays apart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from extractors.context import StudyContext
from extractors.findings import InstitutionFinding
from extractors.folding import fold
from extractors.institutions.vocabulary import read_rows, words
from schemas.tables import InstitutionType, NameKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entity:
    """An institution as one document knows it. ``names`` holds the names seen, with their kind."""

    institution_id: str
    name: str
    acronym: str
    type: InstitutionType
    country: str | None
    registry: bool
    names: tuple[tuple[str, NameKind], ...]


@dataclass(slots=True)
class Group:
    """The mentions of one institution while they are being joined."""

    findings: list[InstitutionFinding] = field(default_factory=list)


def institution_id(name: str, kind: InstitutionType, country: str | None) -> str:
    """The stable identifier of an institution: ``inst:ml:employment_service:agence-nationale-pour-l-emploi``.

    ``country`` is ISO alpha-3 or None (``xx``).
    """
    iso2 = iso2_codes()[country].lower() if country is not None else "xx"
    return f"inst:{iso2}:{kind}:{re.sub(' ', '-', fold(name))}"


@lru_cache(maxsize=1)
def iso2_codes() -> dict[str, str]:
    """ISO 3166-1 alpha-2 by alpha-3."""
    return {row["iso3"]: row["iso2"] for row in read_rows("countries.csv")}


@lru_cache(maxsize=50_000)
def name_key(name: str) -> str:
    """The words of a name that count: folded, without small words and plural ``s``."""
    kept = [word.removesuffix("s") for word in fold(name).split() if word not in words("small")]
    return " ".join(kept) or fold(name)


def join_within_document(findings: Sequence[InstitutionFinding], study: StudyContext) -> list[Entity]:
    """The institution that each finding names, one per finding, in the same order."""
    full = [finding for finding in findings if not is_acronym_only(finding)]
    counts = Counter(key_of(finding) for finding in full)
    keys = single_countries(counts) | short_ministries(counts)
    owners = acronym_owners(full, keys)
    groups: defaultdict[tuple[str, ...], Group] = defaultdict(Group)
    placed = []
    for finding in findings:
        key = key_of(finding)
        key = owner_of(finding, owners) or key if is_acronym_only(finding) else keys.get(key, key)
        groups[key].findings.append(finding)
        placed.append(key)
    entities = {key: entity_of(group.findings, key) for key, group in groups.items()}
    return [entities[key] for key in placed]


def is_acronym_only(finding: InstitutionFinding) -> bool:
    """Whether a finding is an acronym of which the passage does not know the name."""
    return finding.registry_id is None and finding.form == "acronym" and finding.name in ("", finding.surface)


def key_of(finding: InstitutionFinding) -> tuple[str, ...]:
    """What makes two findings one institution: registry, else government, else name and country."""
    if finding.registry_id is not None:
        return ("registry", finding.registry_id)
    country = finding.country or ""
    if finding.rule == "pattern:government":
        return ("government", country)
    return ("name", name_key(finding.name or finding.surface), country)


def single_countries(counts: Counter[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """For each name without a country that has one elsewhere in the document, and only one, that one."""
    named: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for key in counts:
        if key[0] == "name" and key[2]:
            named[key[1]].add(key)
    return {
        key: next(iter(named[key[1]]))
        for key in counts
        if key[0] == "name" and not key[2] and len(named[key[1]]) == 1
    }


def short_ministries(counts: Counter[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """For each ministry named by the first part of one other's portfolio only, that other."""
    names = sorted(key for key in counts if key[0] == "name" and key[1].startswith("ministere "))
    short = {}
    for key in names:
        longer = [other for other in names if other[2] == key[2] and other[1].startswith(f"{key[1]} ")]
        if len({other[1] for other in longer}) == 1:
            short[key] = longer[0]
    return short


def acronym_owners(
    findings: Sequence[InstitutionFinding], keys: dict[tuple[str, ...], tuple[str, ...]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """For each acronym and country (and for the acronym alone), the institution that most bears it."""
    votes: defaultdict[tuple[str, str], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for finding in findings:
        if finding.acronym:
            key = key_of(finding)
            for country in (finding.country or "", "*"):
                votes[fold(finding.acronym), country][keys.get(key, key)] += 1
    return {place: min(counted, key=lambda key: (-counted[key], key)) for place, counted in votes.items()}


def owner_of(
    finding: InstitutionFinding, owners: dict[tuple[str, str], tuple[str, ...]]
) -> tuple[str, ...] | None:
    """The institution whose acronym a finding is: of its country, else of any."""
    acronym = fold(finding.surface)
    return owners.get((acronym, finding.country or "")) or owners.get((acronym, "*"))


def entity_of(findings: Sequence[InstitutionFinding], key: tuple[str, ...]) -> Entity:
    """The institution that some findings name."""
    registered = next((f for f in findings if f.registry_id is not None), None)
    best = registered or findings[0]
    kind = most(Counter(f.type for f in findings)) if registered is None else best.type
    country = most(Counter(f.country for f in findings)) if registered is None else best.country
    name = best.name if registered is not None else full_name(findings)
    acronym = most(Counter(f.acronym for f in findings if f.acronym)) or ""
    return Entity(
        institution_id(name, kind or best.type, country),
        name,
        acronym,
        kind or best.type,
        country,
        registered is not None,
        names_of(findings, name, acronym),
    )


def identifiers_by_name(entities: Iterable[Entity], country: str | None = None) -> dict[str, str]:
    """The identifier of the institution that each folded name of a document means (:func:`meant_by_name`).

    A ministry is also addressed through its minister: ``ministre de l'Agriculture``.
    """
    return meant_by_name(
        (
            (name, entity.institution_id, entity.country)
            for entity in entities
            for known, _ in entity.names
            for name in ([known, *ministers(known)] if entity.type == "ministry" else [known])
        ),
        country,
    )


def ministers(ministry: str) -> list[str]:
    """Who stands for a ministry of that name."""
    folded = fold(ministry)
    return [f"ministre {folded.removeprefix('ministere ')}"] if folded.startswith("ministere ") else []


def meant_by_name(
    bearers: Iterable[tuple[str, str, str | None]], country: str | None = None
) -> dict[str, str]:
    """The one institution that each name means, folded, among its bearers: (name, identifier, country).

    Of several, it is the only one of the ``country`` of the study; without one, the name means nobody.
    """
    found: defaultdict[str, dict[str, str | None]] = defaultdict(dict)
    for name, identifier, own in bearers:
        found[fold(name)][identifier] = own
    meant = {}
    for name, countries in found.items():
        at_home = [one for one, own in countries.items() if country is not None and own == country]
        fitting = at_home if len(countries) > 1 else list(countries)
        if len(fitting) == 1:
            meant[name] = fitting[0]
    return meant


def most(counts: Counter[T]) -> T | None:
    """The most frequent value; of equals, the first in order of its text."""
    return min(counts, key=lambda value: (-counts[value], str(value))) if counts else None


def full_name(findings: Sequence[InstitutionFinding]) -> str:
    """The name most used in full, else the acronym."""
    names = Counter(f.name or f.surface for f in findings if f.form != "acronym" or f.name)
    longest = max((len(name_key(name)) for name in names), default=0)
    full = Counter({name: count for name, count in names.items() if len(name_key(name)) == longest})
    return most(full) or findings[0].surface


def names_of(
    findings: Sequence[InstitutionFinding], name: str, acronym: str
) -> tuple[tuple[str, NameKind], ...]:
    """Every name seen, once, with its kind: the full name and the acronym first."""
    names: dict[str, NameKind] = {name: "full"}
    if acronym and acronym not in names:
        names[acronym] = "acronym"
    for finding in sorted(findings, key=lambda f: (f.form, f.surface)):
        kind: NameKind = finding.form
        if kind == "full" and fold(finding.surface) != fold(name):
            kind = "variant"
        names.setdefault(finding.surface, kind)
    return tuple(names.items())
