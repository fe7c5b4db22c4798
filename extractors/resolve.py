"""Joining what several documents say: from the rows of each study to the tables of the corpus.

Pure and independent of the order of the studies: the same set of studies gives the same tables.
"""

from __future__ import annotations

from collections.abc import Iterable

from extractors.study import StudyRows
from schemas.row import Row
from schemas.tables import Institution, InstitutionName


def resolve(studies: Iterable[StudyRows]) -> dict[str, list[Row]]:
    """The rows of the corpus by table name; institutions named by several studies are one row."""
    ordered = sorted(studies, key=lambda rows: rows.studies[0].study_id)
    tables: dict[str, list[Row]] = {}
    for rows in ordered:
        for name, part in rows.tables():
            tables.setdefault(name, []).extend(part)
    tables["institutions"] = list(merge_institutions(ordered))
    tables["institution_names"] = list(merge_names(ordered))
    return tables


def merge_institutions(studies: list[StudyRows]) -> Iterable[Institution]:
    """One row per institution, with the studies and mentions added up; the first study's words win."""
    merged: dict[str, Institution] = {}
    for rows in studies:
        for row in rows.institutions:
            known = merged.get(row.institution_id)
            merged[row.institution_id] = (
                row
                if known is None
                else known.model_copy(
                    update={
                        "acronym": known.acronym or row.acronym,
                        "study_count": known.study_count + row.study_count,
                        "mention_count": known.mention_count + row.mention_count,
                    }
                )
            )
    return merged.values()


def merge_names(studies: list[StudyRows]) -> Iterable[InstitutionName]:
    """Every name that any study uses for an institution, once."""
    names = {
        (row.institution_id, row.name, row.kind): row for rows in studies for row in rows.institution_names
    }
    return names.values()
