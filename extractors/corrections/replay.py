"""All decisions on one study, in order: what it is, its countries, its institutions, its recommendations."""

from __future__ import annotations

from extractors.corrections.countries import decide_country, decide_study
from extractors.corrections.decisions import Corrections
from extractors.corrections.draft import Draft
from extractors.corrections.mentions import decide_institution
from extractors.corrections.recommendations import decide_recommendation
from extractors.study import StudyRows
from schemas.tables import CorrectionOutcome


def correct_study(rows: StudyRows, corrections: Corrections) -> tuple[StudyRows, list[CorrectionOutcome]]:
    """The rows of a study as decided, and what became of the decisions on it.

    The rows that are given stay as they are. Without a decision that concerns the study, they are given back.
    """
    draft = Draft.of(rows)
    if not draft.rows.studies:
        return rows, []
    own = Corrections.of(d for d in corrections if d.study_id == draft.study_id)
    for study in own.studies:
        decide_study(draft, study)
    for country in own.countries:
        decide_country(draft, country)
    for institution in corrections.institutions:  # of whatever study
        decide_institution(draft, institution)
    for recommendation in own.recommendations:
        decide_recommendation(draft, recommendation)
    return draft.rows, draft.outcomes
