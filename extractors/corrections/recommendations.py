"""Decisions on recommendations; what they repeat and their groups are told anew when studies are joined."""

from __future__ import annotations

import re
from typing import get_args

from extractors.corrections.countries import REVIEWED, concern, named_in, set_countries
from extractors.corrections.draft import Draft, row_at, swap, updated
from extractors.corrections.outcomes import ALREADY, APPLIED, NO_ROW, done, lost, outcome_row
from extractors.corrections.quotes import Place
from extractors.entities import meant_by_name
from extractors.folding import fold
from schemas.corrections import SEPARATOR, RecommendationDecision
from schemas.tables import (
    Actor,
    CorrectionOutcome,
    Recommendation,
    RecommendationAddressee,
    RecommendationTheme,
    ThemeCode,
)

ADDRESSEE = re.compile(r"(?P<surface>[^\[\]]*[^\[\]\s])\s*\[(?P<actor>\w+)\]")
"""An addressee in a list: ``ministère de l'Emploi [ministry]``."""

SURE = 1.0


# -- Lists in a cell -------------------------------------------------------------------------------------------


def to_list(values: str) -> list[str]:
    """The values of a list in a cell, without empty ones."""
    return [part.strip() for part in values.split(SEPARATOR.strip()) if part.strip()]


def to_themes(values: str) -> list[ThemeCode]:
    """The themes of a list, in the order of the scheme; ``other`` where it is empty.

    Raises:
        ValueError: naming what is no theme.
    """
    codes = to_list(values) or ["other"]
    unknown = [code for code in codes if code not in get_args(ThemeCode)]
    if unknown:
        raise ValueError(unknown[0])
    return [theme for theme in get_args(ThemeCode) if theme in codes]


def to_addressees(values: str) -> list[tuple[str, Actor]]:
    """The addressees of a list: words and kind of actor.

    Raises:
        ValueError: naming what is no addressee.
    """
    found: list[tuple[str, Actor]] = []
    for part in to_list(values):
        match = ADDRESSEE.fullmatch(part)
        actor = next((a for a in get_args(Actor) if match is not None and a == match["actor"]), None)
        if match is None or actor is None:
            raise ValueError(part)
        found.append((match["surface"], actor))
    return found


def addressees_as_text(rows: list[RecommendationAddressee]) -> str:
    """The addressees of a recommendation as a list in a cell."""
    return SEPARATOR.join(f"{row.surface} [{row.actor}]" for row in sorted(rows, key=lambda r: r.position))


# -- Decisions -------------------------------------------------------------------------------------------------


def decide_recommendation(draft: Draft, decision: RecommendationDecision) -> None:
    """Replay a decision on a recommendation."""
    found = draft.find(decision)
    if found.verdict != "here" or found.place is None:
        draft.outcomes.append(lost(decision, found))
        return
    row = row_at(draft.rows.recommendations, found.place)
    if row is None:
        draft.outcomes.append(_without_row(draft, decision, found.place))
        return
    changed = _decide(draft, row, decision)
    message = APPLIED if changed or decision.action == "confirm" else ALREADY
    draft.outcomes.append(done(decision, row.page, row.recommendation_id, message))


def _without_row(draft: Draft, decision: RecommendationDecision, place: Place) -> CorrectionOutcome:
    """The outcome where the words are there and are no recommendation: a new one where that was decided."""
    page = draft.page_of(place)
    if decision.action == "not_a_recommendation":
        return done(decision, page, None, ALREADY)
    if decision.action != "new":
        return outcome_row(decision, "orphan", NO_ROW, found_page=page)
    row = _new_row(draft, place)
    draft.rows.recommendations.append(row)
    place_of = {passage.passage_id: passage.position for passage in draft.rows.passages}
    draft.rows.recommendations.sort(key=lambda r: (place_of[r.passage_id], r.start_char))
    draft.rows.recommendation_themes.append(
        RecommendationTheme(recommendation_id=row.recommendation_id, theme="other")
    )
    home = draft.rows.studies[0].country_iso3
    named = dict.fromkeys(named_in(draft, row))
    set_countries(draft, row.recommendation_id, [*named] or ([home] if home is not None else []))
    draft.set_evidence("recommendations", row.recommendation_id, place)
    return done(decision, row.page, row.recommendation_id)


def _new_row(draft: Draft, place: Place) -> Recommendation:
    passage = place.passage
    return Recommendation(
        recommendation_id=f"{passage.passage_id}:{place.start}",
        study_id=draft.study_id,
        page=draft.page_of(place),
        passage_id=passage.passage_id,
        start_char=place.start,
        end_char=place.end,
        text=passage.text[place.start : place.end],
        section=passage.section,
        lead_in=passage.lead_in,
        modality="should",
        reported=False,
        horizon=None,
        confidence=SURE,
        rule=REVIEWED,
        repeats=None,
    )


def _decide(draft: Draft, row: Recommendation, decision: RecommendationDecision) -> bool:
    """Do what was decided of a recommendation that is there; whether that changed anything."""
    if decision.action == "not_a_recommendation":
        remove(draft, row)
        return True
    if decision.action == "edit_text":
        return _edit(draft, row, decision.new)
    if decision.action == "themes":
        return _set_themes(draft, row, to_themes(decision.new))
    if decision.action == "addressees":
        return _set_addressees(draft, row, to_addressees(decision.new))
    return False  # confirmed, or new and found by now


def remove(draft: Draft, row: Recommendation) -> None:
    """Take a recommendation out, with all that hangs on it."""
    rows, gone = draft.rows, row.recommendation_id
    swap(rows.recommendations, row, None)
    rows.recommendation_addressees = [
        r for r in rows.recommendation_addressees if r.recommendation_id != gone
    ]
    rows.recommendation_themes = [r for r in rows.recommendation_themes if r.recommendation_id != gone]
    rows.recommendation_countries = [r for r in rows.recommendation_countries if r.recommendation_id != gone]
    draft.set_evidence("recommendations", gone, None)


def _edit(draft: Draft, row: Recommendation, text: str) -> bool:
    """Give a recommendation its text; where the passage prints it, its characters and evidence are those."""
    if row.text == text:
        return False
    passage = next(p for p in draft.rows.passages if p.passage_id == row.passage_id)
    spelled = r"\s+".join(map(re.escape, text.split()))
    match = re.search(spelled, passage.text)
    if match is None:
        swap(draft.rows.recommendations, row, updated(row, text=text))
        return True
    start, end = match.span()
    new = updated(row, text=text, start_char=start, end_char=end)
    swap(draft.rows.recommendations, row, new)
    draft.set_evidence("recommendations", row.recommendation_id, Place(passage, start, end))
    before, after = set(named_in(draft, row)), set(named_in(draft, new))
    for iso3 in sorted(before - after):
        concern(draft, new, gone=iso3, come=None)
    for iso3 in sorted(after - before):
        concern(draft, new, gone=None, come=iso3)
    return True


def _set_themes(draft: Draft, row: Recommendation, themes: list[ThemeCode]) -> bool:
    rows, key = draft.rows, row.recommendation_id
    before = [r.theme for r in rows.recommendation_themes if r.recommendation_id == key]
    rows.recommendation_themes = [r for r in rows.recommendation_themes if r.recommendation_id != key]
    rows.recommendation_themes += [RecommendationTheme(recommendation_id=key, theme=t) for t in themes]
    return set(before) != set(themes)


def _set_addressees(draft: Draft, row: Recommendation, wanted: list[tuple[str, Actor]]) -> bool:
    rows, key = draft.rows, row.recommendation_id
    own = sorted(
        (r for r in rows.recommendation_addressees if r.recommendation_id == key), key=lambda r: r.position
    )
    known = {(r.surface, r.actor): r for r in own}
    named = institutions_by_name(draft)
    new = [
        RecommendationAddressee(
            recommendation_id=key,
            position=position,
            surface=surface,
            actor=actor,
            institution_id=old.institution_id if old is not None else named.get(fold(surface)),
            source=old.source if old is not None else REVIEWED,
        )
        for position, (surface, actor) in enumerate(wanted)
        for old in [known.get((surface, actor))]
    ]
    rows.recommendation_addressees = [r for r in rows.recommendation_addressees if r.recommendation_id != key]
    rows.recommendation_addressees += new
    return own != new


def institutions_by_name(draft: Draft) -> dict[str, str]:
    """The institution that each folded name means in the study."""
    rows = draft.rows
    countries = {row.institution_id: row.country_iso3 for row in rows.institutions}
    bearers = (
        (row.name, row.institution_id, countries[row.institution_id]) for row in rows.institution_names
    )
    return meant_by_name(bearers, rows.studies[0].country_iso3)
