"""Joining what several documents say: from the rows of each study to the tables of the corpus.

Pure and independent of the order of the studies: the same set of studies gives the same tables. Institutions of
two studies are one when both are the same entry of the registry, or bear the same name within the same country,
or when one is known there by its acronym only and a single other bears it. Likeness never joins them: the ANPE of
Mali is not the ANPE of Niger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from extractors.entities import name_key
from extractors.folding import fold
from extractors.likeness import find_candidates
from extractors.recurrence import find_recurrence
from extractors.study import StudyRows
from schemas.row import Row
from schemas.tables import Institution, InstitutionName


def resolve(studies: Iterable[StudyRows]) -> dict[str, list[Row]]:
    """The rows of the corpus by table name; institutions named by several studies are one row."""
    ordered = sorted(studies, key=lambda rows: rows.studies[0].study_id)
    same = same_institutions([row for rows in ordered for row in rows.institutions])
    tables: dict[str, list[Row]] = {}
    for rows in ordered:
        for name, part in rows.tables():
            tables.setdefault(name, []).extend(part)
    for name in ("institution_mentions", "recommendation_addressees"):
        tables[name] = [with_institution(row, same) for row in tables.get(name, [])]
    tables["recommendations"], tables["recommendation_groups"] = find_recurrence(
        tables.get("recommendations", ()),
        tables.get("recommendation_themes", ()),
        tables.get("recommendation_addressees", ()),
    )
    institutions = list(merge_institutions(ordered, same))
    tables["institutions"] = list(institutions)
    tables["institution_candidates"] = list(find_candidates(institutions))
    tables["institution_names"] = list(merge_names(ordered, same))
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


def with_institution(row: Row, same: Mapping[str, str]) -> Row:
    """A row that points at the institution that stays."""
    old = str(getattr(row, "institution_id", None))
    return row if old not in same else row.model_copy(update={"institution_id": same[old]})


def merge_institutions(studies: Sequence[StudyRows], same: Mapping[str, str]) -> Iterable[Institution]:
    """One row per institution, with the studies and mentions added up; the words of the one that stays win."""
    groups: defaultdict[str, list[tuple[str, Institution]]] = defaultdict(list)
    for rows in studies:
        for row in rows.institutions:
            staying = same.get(row.institution_id, row.institution_id)
            groups[staying].append((rows.studies[0].study_id, row))
    for institution_id, group in groups.items():
        best = next(row for _, row in group if row.institution_id == institution_id)
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
