"""Joining what several documents say: from the rows of each study to the tables of the corpus.

Pure and independent of the order of the studies: the same set of studies gives the same tables. Institutions of
two studies are one when both are the same entry of the registry, or bear the same name within the same country,
or when one is known there by its acronym only and a single other bears it. Likeness never joins them: the ANPE of
Mali is not the ANPE of Niger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from extractors.corrections.decisions import NONE, Corrections
from extractors.corrections.entities import follow, kept_apart, part, rule, undecided, with_names, with_values
from extractors.entities import name_key
from extractors.folding import fold
from extractors.likeness import find_candidates
from extractors.recurrence import find_recurrence
from extractors.study import StudyRows
from schemas.row import Row
from schemas.tables import Institution, InstitutionName


def resolve(studies: Iterable[StudyRows], corrections: Corrections = NONE) -> dict[str, list[Row]]:
    """The rows of the corpus by table name; institutions named by several studies are one row.

    Decisions on institutions that hold for all studies are replayed; ``correction_outcomes`` holds theirs.
    """
    ordered = sorted(studies, key=lambda rows: rows.studies[0].study_id)
    local = [row for rows in ordered for row in rows.institutions]
    names = [row for rows in ordered for row in rows.institution_names]
    same = same_institutions(local)
    part(same, kept_apart(local, corrections.institutions))
    ruling = rule(local, names, same, corrections.institutions)
    tables: dict[str, list[Row]] = {}
    for rows in ordered:
        for name, rows_of_table in follow(rows, ruling).tables():
            tables.setdefault(name, []).extend(rows_of_table)
    tables["recommendations"], tables["recommendation_groups"] = find_recurrence(
        tables.get("recommendations", ()),
        tables.get("recommendation_themes", ()),
        tables.get("recommendation_addressees", ()),
    )
    institutions = with_values(merge_institutions(ordered, ruling.same, ruling.added), ruling)
    tables["institutions"] = list(institutions)
    tables["institution_candidates"] = list(undecided(find_candidates(institutions), ruling))
    tables["institution_names"] = list(with_names(merge_names(ordered, ruling.same), institutions, ruling))
    tables["correction_outcomes"] = list(ruling.outcomes)
    return tables


def same_institutions(rows: Sequence[Institution]) -> dict[str, str]:
    """For each identifier that another stands for, that other.

    The one that stays is the registry's, else the one with a full name and the most mentions.
    """
    counts: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.institution_id] += row.mention_count
    known = {row.institution_id: row for row in rows}
    ranked = sorted(
        known.values(), key=lambda row: (not row.registry, -counts[row.institution_id], row.institution_id)
    )
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
    studies: Sequence[StudyRows], same: Mapping[str, str], added: Mapping[str, Institution]
) -> Iterable[Institution]:
    """One row per institution, with the studies and mentions added up; the words of the one that stays win.

    ``added`` are institutions that no study names and others stand for.
    """
    groups: defaultdict[str, list[tuple[str, Institution]]] = defaultdict(list)
    for rows in studies:
        for row in rows.institutions:
            staying = same.get(row.institution_id, row.institution_id)
            groups[staying].append((rows.studies[0].study_id, row))
    for institution_id, group in groups.items():
        own = (row for _, row in group if row.institution_id == institution_id)
        best = next(own, None) or added[institution_id]
        yield best.model_copy(
            update={
                "acronym": best.acronym or next((row.acronym for _, row in group if row.acronym), None),
                "study_count": len({study_id for study_id, _ in group}),
                "mention_count": sum(row.mention_count for _, row in group),
            }
        )


def merge_names(studies: Sequence[StudyRows], same: Mapping[str, str]) -> Iterable[InstitutionName]:
    """Every name that any study uses for an institution, once."""
    names: dict[tuple[str, str, str], InstitutionName] = {}
    for rows in studies:
        for row in rows.institution_names:
            institution_id = same.get(row.institution_id, row.institution_id)
            key = (institution_id, row.name, row.kind)
            names.setdefault(key, row.model_copy(update={"institution_id": institution_id}))
    return names.values()
