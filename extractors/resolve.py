"""Joining what several documents say: from the rows of each study to the tables of the corpus.

Pure and independent of the order of the studies: the same set of studies gives the same tables. Institutions of
two studies are one when both are the same entry of the registry, or bear the same name within the same country,
or when one is known there by its acronym only and a single other bears it. Likeness never joins them: the ANPE of
Mali is not the ANPE of Niger. What a person decided comes after, and over it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from extractors.corrections.decisions import NONE, Corrections
from extractors.corrections.entities import (
    Ruling,
    follow,
    kept_apart,
    part,
    rule,
    undecided,
    with_names,
    with_values,
)
from extractors.entities import name_key
from extractors.folding import fold
from extractors.likeness import find_candidates
from extractors.recurrence import find_recurrence
from extractors.study import StudyRows
from schemas.row import Row
from schemas.tables import Institution, InstitutionName


def resolve(studies: Iterable[StudyRows], corrections: Corrections = NONE) -> dict[str, list[Row]]:
    """The rows of the corpus by table name, all in memory: for a few studies, in a notebook or a test.

    A run joins with the same functions, without holding the rows of every study (``flows.joining``). Decisions on
    institutions that hold for all studies are replayed; ``correction_outcomes`` holds theirs.
    """
    ordered = sorted(studies, key=lambda rows: rows.studies[0].study_id)
    named = [(rows.studies[0].study_id, row) for rows in ordered for row in rows.institutions]
    names = list(dict.fromkeys(row for rows in ordered for row in rows.institution_names))
    ruling = decide(added_up(row for _, row in named), names, corrections)
    followed = [follow(rows, ruling) for rows in ordered]
    tables: dict[str, list[Row]] = {}
    for rows in followed:
        for name, rows_of_table in rows.tables():
            tables.setdefault(name, []).extend(rows_of_table)
    recommendations, groups = find_recurrence(
        [row for rows in followed for row in rows.recommendations],
        [row for rows in followed for row in rows.recommendation_themes],
        [row for rows in followed for row in rows.recommendation_addressees],
    )
    tables |= {"recommendations": list(recommendations), "recommendation_groups": list(groups)}
    facts = sorted(
        ((ruling.standing(row.institution_id), study, row) for study, row in named), key=lambda fact: fact[0]
    )
    institutions = with_values(merge_institutions(facts, ruling.added), ruling)
    tables["institutions"] = list(institutions)
    tables["institution_candidates"] = list(undecided(find_candidates(institutions), ruling))
    tables["institution_names"] = list(with_names(names_of(names, ruling), institutions, ruling))
    tables["correction_outcomes"] = list(ruling.outcomes)
    return tables


def decide(
    institutions: Sequence[Institution], names: Sequence[InstitutionName], corrections: Corrections
) -> Ruling:
    """Which institutions are one, and what a person decided of them.

    Args:
        institutions: each identifier once, with the mentions of all studies.
        names: each name once.
        corrections: the decisions.
    """
    same = same_institutions(institutions)
    part(same, kept_apart(institutions, corrections.institutions))
    return rule(institutions, names, same, corrections.institutions)


def added_up(rows: Iterable[Institution]) -> list[Institution]:
    """One row for each identifier, the last one's words, with the mentions of all."""
    total: dict[str, Institution] = {}
    for row in rows:
        before = total.pop(row.institution_id, None)
        count = row.mention_count + (before.mention_count if before else 0)
        total[row.institution_id] = row.model_copy(update={"mention_count": count})
    return list(total.values())


def same_institutions(rows: Iterable[Institution]) -> dict[str, str]:
    """For each identifier that another stands for, that other.

    ``rows`` holds each identifier once. The one that stays is the registry's, else the one with the most mentions.
    """
    ranked = sorted(rows, key=lambda row: (not row.registry, -row.mention_count, row.institution_id))
    by_name = first_of(ranked, lambda row: name_key(row.name))
    same = {row.institution_id: by_name[row.country_iso3, name_key(row.name)] for row in ranked}
    bearers: defaultdict[tuple[str | None, str], set[str]] = defaultdict(set)
    for row in ranked:
        if row.acronym is not None and not is_acronym_only(row):
            bearers[row.country_iso3, fold(row.acronym)].add(same[row.institution_id])
    for row in ranked:
        owners = bearers[row.country_iso3, fold(row.name)]
        if is_acronym_only(row) and len(owners) == 1:
            same[row.institution_id] = next(iter(owners))
    return {old: new for old, new in same.items() if old != new}


def first_of(
    rows: Sequence[Institution], key: Callable[[Institution], str]
) -> dict[tuple[str | None, str], str]:
    """The identifier of the first row of each country and key."""
    found: dict[tuple[str | None, str], str] = {}
    for row in rows:
        found.setdefault((row.country_iso3, key(row)), row.institution_id)
    return found


def is_acronym_only(row: Institution) -> bool:
    """Whether nothing but its acronym is known of an institution."""
    return not row.registry and row.acronym is not None and fold(row.name) == fold(row.acronym)


def merge_institutions(
    facts: Iterable[tuple[str, str, Institution]], added: Mapping[str, Institution]
) -> Iterator[Institution]:
    """One row per institution, with the studies and mentions added up; the words of the one that stays win.

    Args:
        facts: identifier that stays, study and what that study knows of it; ordered by that identifier, then study.
        added: institutions that no study names and others stand for.
    """
    for institution_id, group in groupby(facts, key=lambda fact: fact[0]):
        best: Institution | None = None
        acronym: str | None = None
        last_study: str | None = None
        studies = mentions = 0
        for _, study_id, row in group:
            if best is None and row.institution_id == institution_id:
                best = row
            acronym = acronym or row.acronym
            studies += study_id != last_study
            last_study = study_id
            mentions += row.mention_count
        best = best or added[institution_id]
        yield best.model_copy(
            update={
                "acronym": best.acronym or acronym,
                "study_count": studies,
                "mention_count": mentions,
            }
        )


def names_of(names: Iterable[InstitutionName], ruling: Ruling) -> list[InstitutionName]:
    """Every name that any study uses for an institution that stays, once."""
    return list(
        dict.fromkeys(
            InstitutionName(institution_id=ruling.standing(row.institution_id), name=row.name, kind=row.kind)
            for row in names
        )
    )
