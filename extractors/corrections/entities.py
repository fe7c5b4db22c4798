"""Decisions on institutions, when what several studies say of them is joined: they hold in every study.

An institution is known by its identifier, else by its name within its country, so that a decision holds when the code
gives another identifier, and in studies that are yet to come. Decisions come after the automatic join and over it;
identifiers stay: a renamed or retyped institution keeps its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from extractors.corrections.draft import updated
from extractors.corrections.outcomes import ALREADY, APPLIED, outcome_row
from extractors.entities import institution_id, name_key
from extractors.folding import fold
from extractors.recommendations.addressees import ACTOR_OF_TYPE
from extractors.study import StudyRows
from schemas.corrections import InstitutionDecision
from schemas.tables import (
    Actor,
    CorrectionOutcome,
    Institution,
    InstitutionCandidate,
    InstitutionName,
    InstitutionType,
    NameKind,
    RecommendationAddressee,
)

TOGETHER = "Les deux portent le même nom dans le même pays : renommez-en une d'abord."
CIRCULAR = "Cette décision et une autre se contredisent : chacune dit que l'autre institution reste."
ALONE = "Une seule des deux est nommée : rien à tenir à part."


@dataclass(slots=True)
class Known:
    """The institutions of all studies by identifier and by name; values are the identifiers that stay."""

    by_id: Mapping[str, str]
    by_name: Mapping[tuple[str | None, str], frozenset[str]]
    by_any_name: Mapping[tuple[str | None, str], frozenset[str]]

    @classmethod
    def of(
        cls, rows: Sequence[Institution], names: Sequence[InstitutionName], same: Mapping[str, str]
    ) -> Known:
        """Index rows and names of all studies, as they were joined."""
        by_id = {row.institution_id: same.get(row.institution_id, row.institution_id) for row in rows}
        countries = {row.institution_id: row.country_iso3 for row in rows}
        by_name: defaultdict[tuple[str | None, str], set[str]] = defaultdict(set)
        by_any: defaultdict[tuple[str | None, str], set[str]] = defaultdict(set)
        for row in rows:
            by_name[row.country_iso3, name_key(row.name)].add(by_id[row.institution_id])
        for name in names:
            by_any[countries[name.institution_id], fold(name.name)].add(by_id[name.institution_id])
        return cls(by_id, frozen(by_name), frozen(by_any))

    def find(self, key: str | None, name: str, country: str | None) -> str | None:
        """The institution of that identifier, else the only one of that name in that country."""
        if key is not None and key in self.by_id:
            return self.by_id[key]
        for found in (
            self.by_name.get((country, name_key(name)), frozenset()),
            self.by_any_name.get((country, fold(name)), frozenset()),
        ):
            if len(found) == 1:
                return next(iter(found))
        return None


def frozen(index: Mapping[tuple[str | None, str], set[str]]) -> dict[tuple[str | None, str], frozenset[str]]:
    """An index that stays."""
    return {key: frozenset(values) for key, values in index.items()}


@dataclass(slots=True)
class Ruling:
    """What the decisions make of the institutions of all studies.

    ``same`` maps an identifier to the one that stands for it, the automatic join included; ``gone`` are those that
    are no institution; ``values`` are new names and types; ``added`` are institutions that others were said to be
    and that no study names; ``apart`` are pairs that a person told apart.
    """

    same: dict[str, str]
    gone: set[str] = field(default_factory=set)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    added: dict[str, Institution] = field(default_factory=dict)
    apart: set[frozenset[str]] = field(default_factory=set)
    actors: dict[str, tuple[Actor, Actor]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    decided: set[tuple[str, str]] = field(default_factory=set)
    outcomes: list[CorrectionOutcome] = field(default_factory=list)

    def standing(self, key: str) -> str:
        """The identifier that stands for one."""
        return self.same.get(key, key)


def kept_apart(
    rows: Sequence[Institution], decisions: Iterable[InstitutionDecision]
) -> list[tuple[set[str], set[str]]]:
    """The identifiers of the two sides of each pair that a person told apart."""
    sides = []
    for decision in decisions:
        if decision.action == "different":
            one = ids_of(rows, decision.institution_id, decision.name, decision.country_iso3)
            country = decision.other_country_iso3 or decision.country_iso3
            other = ids_of(rows, decision.other_id, decision.other_name, country)
            sides.append((one, other))
    return sides


def ids_of(rows: Iterable[Institution], key: str | None, name: str, country: str | None) -> set[str]:
    """The identifiers of an institution in all studies."""
    return {
        row.institution_id
        for row in rows
        if row.institution_id == key or (name_key(row.name) == name_key(name) and row.country_iso3 == country)
    }


def part(same: dict[str, str], pairs: Iterable[tuple[set[str], set[str]]]) -> None:
    """Undo the automatic join of pairs that a person told apart."""
    for ones, others in pairs:
        for one in sorted(ones):  # in the same order every time: each undoing changes what the next one finds
            for other in sorted(others - ones):
                if same.get(one, one) == same.get(other, other):
                    same.pop(other if other in same else one, None)


def rule(
    rows: Sequence[Institution],
    names: Sequence[InstitutionName],
    same: Mapping[str, str],
    decisions: Sequence[InstitutionDecision],
) -> Ruling:
    """What the decisions make of institutions that were joined automatically."""
    ruling = Ruling(dict(same))
    known = Known.of(rows, names, same)
    types = {row.institution_id: row.type for row in rows}
    for decision in sorted(decisions, key=lambda d: (d.action != "same_as", d.decision_id)):
        if decision.action == "same_as":
            join(decision, known, types, ruling)
        elif decision.action == "different":
            tell_apart(decision, known, ruling)
        elif decision.action != "new":
            change(decision, known, types, ruling)
    return ruling


def join(
    decision: InstitutionDecision, known: Known, types: Mapping[str, InstitutionType], ruling: Ruling
) -> None:
    """Have one institution be another."""
    one = known.find(decision.institution_id, decision.name, decision.country_iso3)
    other = known.find(decision.other_id, decision.other_name, decision.other_country_iso3)
    if one is None:
        if other is not None and (decision.country_iso3, fold(decision.name)) in known.by_any_name:
            ruling.outcomes.append(outcome_row(decision, "applied", ALREADY, row_id=other))
        return
    if other is None:
        row = named_other(decision, types[one])
        other = row.institution_id
        ruling.added.setdefault(other, row)
    if (other, one) in ruling.decided:
        ruling.outcomes.append(outcome_row(decision, "orphan", CIRCULAR, row_id=one))
        return
    ruling.decided.add((one, other))
    one, other = ruling.standing(one), ruling.standing(other)
    ruling.touched.add(other)
    if one == other:
        ruling.outcomes.append(outcome_row(decision, "applied", ALREADY, row_id=other))
        return
    for key, standing in list(ruling.same.items()):
        if standing == one:
            ruling.same[key] = other
    ruling.same[one] = other
    ruling.outcomes.append(outcome_row(decision, "applied", APPLIED, row_id=other))


def named_other(decision: InstitutionDecision, kind: InstitutionType) -> Institution:
    """The institution that a decision names and no study does, as far as the decision tells."""
    told = (decision.other_id or "").split(":")
    kinds: list[InstitutionType] = [t for t in get_args(InstitutionType) if t in told]
    kind = kinds[0] if kinds else kind
    return Institution(
        institution_id=decision.other_id
        or institution_id(decision.other_name, kind, decision.other_country_iso3),
        name=decision.other_name,
        acronym=None,
        type=kind,
        country_iso3=decision.other_country_iso3,
        registry=False,
        study_count=0,
        mention_count=0,
    )


def tell_apart(decision: InstitutionDecision, known: Known, ruling: Ruling) -> None:
    """Note two institutions that are not one."""
    one = known.find(decision.institution_id, decision.name, decision.country_iso3)
    country = decision.other_country_iso3 or decision.country_iso3
    other = known.find(decision.other_id, decision.other_name, country)
    if one is None and other is None:
        return
    if one is None or other is None:
        ruling.outcomes.append(outcome_row(decision, "applied", ALONE, row_id=one or other))
    elif ruling.standing(one) == ruling.standing(other):
        ruling.outcomes.append(outcome_row(decision, "orphan", TOGETHER, row_id=ruling.standing(one)))
    else:
        ruling.apart.add(frozenset((ruling.standing(one), ruling.standing(other))))
        ruling.outcomes.append(outcome_row(decision, "applied", APPLIED, row_id=ruling.standing(one)))


def change(
    decision: InstitutionDecision, known: Known, types: Mapping[str, InstitutionType], ruling: Ruling
) -> None:
    """Rename, retype or take out an institution, or leave it as confirmed."""
    key = known.find(decision.institution_id, decision.name, decision.country_iso3)
    if key is None and decision.action == "rename":
        key = known.find(None, decision.new, decision.country_iso3)
    if key is None:
        return
    key = ruling.standing(key)
    if decision.action == "not_an_institution":
        ruling.gone.add(key)
    elif decision.action == "rename":
        ruling.values.setdefault(key, {})["name"] = decision.new
        ruling.touched.add(key)
    elif decision.action == "retype":
        old = types.get(key)
        new: InstitutionType | None = next((t for t in get_args(InstitutionType) if t == decision.new), None)
        ruling.values.setdefault(key, {})["type"] = decision.new
        if old is not None and new is not None:
            ruling.actors[key] = (ACTOR_OF_TYPE[old], ACTOR_OF_TYPE[new])
    ruling.outcomes.append(outcome_row(decision, "applied", APPLIED, row_id=key))


# -- What follows ------------------------------------------------------------------------------------------------


def follow(rows: StudyRows, ruling: Ruling) -> StudyRows:
    """The rows of a study, pointing at the institutions that stay; mentions of those that are none are gone."""
    mentions = [m for m in rows.institution_mentions if ruling.standing(m.institution_id) not in ruling.gone]
    kept = {mention.mention_id for mention in mentions}
    evidence = rows.evidence
    if len(kept) < len(rows.institution_mentions):
        evidence = [e for e in evidence if e.table_name != "institution_mentions" or e.row_id in kept]
    followed = replace(rows, evidence=evidence)
    followed.institution_mentions = [
        m.model_copy(update={"institution_id": ruling.standing(m.institution_id)})
        if m.institution_id in ruling.same
        else m
        for m in mentions
    ]
    followed.recommendation_addressees = [follow_addressee(r, ruling) for r in rows.recommendation_addressees]
    return followed


def follow_addressee(row: RecommendationAddressee, ruling: Ruling) -> RecommendationAddressee:
    """An addressee with the institution that stays; its actor follows the type of a retyped one."""
    if row.institution_id is None:
        return row
    key = ruling.standing(row.institution_id)
    old, new = ruling.actors.get(key, (row.actor, row.actor))
    update = {
        "institution_id": None if key in ruling.gone else key,
        "actor": new if row.actor == old else row.actor,
    }
    return (
        row
        if key == row.institution_id and update["actor"] == row.actor and key not in ruling.gone
        else (row.model_copy(update=update))
    )


def with_values(rows: Iterable[Institution], ruling: Ruling) -> list[Institution]:
    """The institutions with their decided names and types, without those that are none."""
    return [
        updated(row, **ruling.values[row.institution_id]) if row.institution_id in ruling.values else row
        for row in rows
        if row.institution_id not in ruling.gone
    ]


def with_names(
    rows: Iterable[InstitutionName], institutions: Iterable[Institution], ruling: Ruling
) -> list[InstitutionName]:
    """The names of the institutions that stay; one that was joined or renamed has one full name, its own."""
    rows = list(rows)
    full = {row.institution_id: row.name for row in institutions}
    kept = [row for row in rows if row.institution_id in full and row.institution_id not in ruling.touched]
    for key in sorted(ruling.touched & full.keys()):
        kinds: dict[str, NameKind] = {full[key]: "full"}
        for row in rows:
            if row.institution_id == key:
                kinds.setdefault(row.name, "variant" if row.kind == "full" else row.kind)
        kept += [InstitutionName(institution_id=key, name=name, kind=kind) for name, kind in kinds.items()]
    return kept


def undecided(rows: Iterable[InstitutionCandidate], ruling: Ruling) -> list[InstitutionCandidate]:
    """The pairs that may be one, without those that a person told apart."""
    return [row for row in rows if frozenset((row.institution_id, row.other_id)) not in ruling.apart]
