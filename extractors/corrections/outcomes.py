"""What becomes of a decision: the row of ``correction_outcomes``, with what to do where it was not applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from extractors.corrections.decisions import Corrections
from extractors.corrections.quotes import Found
from schemas.corrections import Decision
from schemas.tables import CorrectionOutcome, CorrectionState

RANK: dict[CorrectionState, int] = {
    "applied": 0,
    "moved": 0,
    "source_changed": 1,
    "orphan": 2,
    "not_in_run": 3,
}

APPLIED = "Appliquée."
ALREADY = "Déjà ainsi : rien à changer."
GONE = "Les mots ne sont plus dans l'étude : relisez-la, puis retirez la décision ou citez d'autres mots."
NO_ROW = "Les mots sont là, mais l'extraction n'y trouve plus de ligne : décidez « nouvelle » ou retirez la décision."
ABSENT = "L'étude n'est pas dans cette exécution : la décision attend."
UNKNOWN = "Aucune étude de cette exécution ne nomme l'institution « {name} » : vérifiez le nom dans la table."


def outcome_row(
    decision: Decision,
    state: CorrectionState,
    message: str,
    *,
    found_page: int | None = None,
    row_id: str | None = None,
) -> CorrectionOutcome:
    """The row of a decision."""
    return CorrectionOutcome(
        decision_id=decision.decision_id,
        decided_table=decision.decided_table,
        action=decision.action_code,
        outcome=state,
        message=message,
        study_id=decision.study_id,
        page=decision.page,
        found_page=found_page,
        row_id=row_id,
        quote=decision.exact or str(getattr(decision, "name", "") or getattr(decision, "field", "")),
        old=decision.old,
        new=decision.new,
        reason=decision.reason,
        decided_by=decision.decided_by,
        decided_on=decision.decided_on,
    )


def done(decision: Decision, page: int, row_id: str | None, message: str = APPLIED) -> CorrectionOutcome:
    """A decision that was applied to a row on a page: ``moved`` where that is another page than it says."""
    if decision.page is None or decision.page == page:
        return outcome_row(decision, "applied", message, found_page=page, row_id=row_id)
    moved = f"{message} Les mots étaient page {decision.page}, ils sont page {page}."
    return outcome_row(decision, "moved", moved, found_page=page, row_id=row_id)


def lost(decision: Decision, found: Found) -> CorrectionOutcome:
    """A decision whose words are not there any more."""
    place = found.place
    if place is None:
        return outcome_row(decision, "orphan", GONE)
    text = place.passage.text[place.start : place.end]
    message = f"Le texte a changé : on lit maintenant « {shortened(text)} ». Décidez de nouveau."
    return outcome_row(decision, "source_changed", message, found_page=place.passage.page)


def shortened(text: str, length: int = 160) -> str:
    """A text cut to a length."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def merged(outcomes: Iterable[CorrectionOutcome]) -> dict[str, CorrectionOutcome]:
    """One outcome for each decision that has any: the best of those that several studies gave.

    Among equals, that of the study where it was made, which knows the page.
    """
    best: dict[str, CorrectionOutcome] = {}
    for row in sorted(
        outcomes, key=lambda row: (RANK[row.outcome], row.found_page is None, row.row_id or "~")
    ):
        best.setdefault(row.decision_id, row)
    return best


def complete(
    corrections: Corrections, outcomes: Iterable[CorrectionOutcome], study_ids: Collection[str]
) -> list[CorrectionOutcome]:
    """The outcome of every decision, by identifier: those that a run gave, and of those that it did not meet.

    A decision on a study that the run does not hold waits; one on an institution that no study names is an orphan.
    """
    known = merged(outcomes)
    rows = (known.get(decision.decision_id) or unmet(decision, study_ids) for decision in corrections)
    return sorted(rows, key=lambda row: row.decision_id)


def unmet(decision: Decision, study_ids: Collection[str]) -> CorrectionOutcome:
    """The outcome of a decision that nothing in a run was about."""
    if decision.study_id is not None and decision.study_id not in study_ids:
        return outcome_row(decision, "not_in_run", ABSENT)
    return outcome_row(decision, "orphan", UNKNOWN.format(name=getattr(decision, "name", "")))
