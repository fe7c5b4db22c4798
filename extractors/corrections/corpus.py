"""Decisions on all studies together; and from published tables back to studies, to try decisions without a run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields

from extractors.corrections.decisions import Corrections
from extractors.corrections.draft import updated
from extractors.corrections.outcomes import complete
from extractors.corrections.replay import correct_study
from extractors.resolve import resolve
from extractors.study import StudyRows
from schemas.row import Row
from schemas.tables import CorrectionOutcome, Institution, InstitutionName

Tables = Mapping[str, Sequence[Row]]

JOINED = ("institutions", "institution_names")
"""Tables in which published rows are of all studies together."""


def corrected_rows(studies: Sequence[StudyRows], corrections: Corrections) -> dict[str, list[Row]]:
    """The rows that studies give, with every human decision replayed and what became of it."""
    corrected = [correct_study(rows, corrections) for rows in studies]
    tables = resolve([rows for rows, _ in corrected], corrections)
    outcomes = [outcome for _, found in corrected for outcome in found]
    outcomes += [row for row in tables["correction_outcomes"] if isinstance(row, CorrectionOutcome)]
    study_ids = {rows.studies[0].study_id for rows in studies}
    tables["correction_outcomes"] = list(complete(corrections, outcomes, study_ids))
    return tables


def studies_of(tables: Tables) -> list[StudyRows]:
    """The rows of each study of published tables, by study; its institutions count its own mentions.

    The tables are as corrected by the decisions that their run knew. They do not hold the places of words, so that
    rows that a decision adds have no evidence here.
    """
    parts: defaultdict[str, StudyRows] = defaultdict(StudyRows)
    owners = {
        str(getattr(row, column)): str(getattr(row, "study_id", None))
        for name, column in (("documents", "document_id"), ("recommendations", "recommendation_id"))
        for row in tables.get(name, ())
    }
    for name in (part.name for part in fields(StudyRows)):
        if name != "printed" and name not in JOINED:
            for row in tables.get(name, ()):
                getattr(parts[study_of(row, owners)], name).append(row)
    for rows in parts.values():
        add_institutions(rows, tables)
    return [parts[key] for key in sorted(parts) if parts[key].studies]


def study_of(row: Row, owners: Mapping[str, str]) -> str:
    """The study of a row: as it says itself, else that of the recommendation or document that it is about."""
    own = getattr(row, "study_id", None)
    if own is not None:
        return str(own)
    return owners[str(getattr(row, "recommendation_id", None) or getattr(row, "document_id", ""))]


def add_institutions(rows: StudyRows, tables: Tables) -> None:
    """Add the institutions that a study names, with their names."""
    counts = Counter(mention.institution_id for mention in rows.institution_mentions)
    for row in tables.get("institutions", ()):
        if isinstance(row, Institution) and row.institution_id in counts:
            counted = counts[row.institution_id]
            rows.institutions.append(updated(row, study_count=1, mention_count=counted))
    for name in tables.get("institution_names", ()):
        if isinstance(name, InstitutionName) and name.institution_id in counts:
            rows.institution_names.append(name)
