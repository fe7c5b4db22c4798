"""Decisions on country mentions, and on what a study is about; corridors and concerned countries follow.

A corridor rests on the countries named in its words (those of its row and column, in a table) or on the study's own
country. Where a name there turns out to be another country's, the corridor is between other countries; where
it is none, there is no corridor. A recommendation concerns the countries named in it, above it, or else the study's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from extractors.corrections.draft import Draft, row_at, swap, updated
from extractors.corrections.outcomes import ALREADY, APPLIED, NO_ROW, done, lost, outcome_row
from extractors.corrections.quotes import Place
from extractors.corridors.findings import CorridorFinding
from extractors.corridors.rows import LocatedCorridor, corridor_rows
from schemas.corrections import CountryDecision, StudyDecision
from schemas.tables import (
    CorrectionOutcome,
    CorridorMention,
    CountryMention,
    Passage,
    Recommendation,
    RecommendationCountry,
)

REVIEWED = "correction"
"""The reason of a country, or the rule of a row, that a person decided."""

HOME_RULE = "study_country"
"""The rule of corridors of which the study's country is the end that the words leave unsaid."""

WHOLE_NUMBER = ("year",)

Move = Callable[[CorridorMention, CorridorFinding], CorridorFinding | None]
"""From a mention of a corridor and what was found there to what is there now."""


# -- Mentions ------------------------------------------------------------------------------------------------


def decide_country(draft: Draft, decision: CountryDecision) -> None:
    """Replay a decision on a mention of a country."""
    found = draft.find(decision)
    if found.verdict != "here" or found.place is None:
        draft.outcomes.append(lost(decision, found))
        return
    place, row = found.place, mention_at(draft, decision, found.place)
    if row is None:
        draft.outcomes.append(_without_row(draft, decision, place))
        return
    new = _decided(draft, row, decision)
    message = APPLIED if new != row or decision.action == "confirm" else ALREADY
    draft.outcomes.append(done(decision, row.page, row.mention_id, message))
    if new != row:
        swap_mention(draft, row, new)


def mention_at(draft: Draft, decision: CountryDecision, place: Place) -> CountryMention | None:
    """The mention at a place: of several on the same words (``franco-malien``), the one that a decision is about."""
    rows = draft.rows.country_mentions
    for iso3 in (decision.old or None, decision.new):
        row = row_at((r for r in rows if r.iso3 == iso3), place)
        if row is not None:
            return row
    return None if decision.action == "new" else row_at(rows, place)


def _without_row(draft: Draft, decision: CountryDecision, place: Place) -> CorrectionOutcome:
    """The outcome where the words are there and are no mention: a new one where that was decided."""
    if decision.action == "not_a_country":
        return done(decision, draft.page_of(place), None, ALREADY)
    if decision.action != "new":
        return outcome_row(decision, "orphan", NO_ROW, found_page=draft.page_of(place))
    row = _new_mention(draft, decision, place)
    draft.rows.country_mentions.append(row)
    draft.set_evidence("country_mentions", row.mention_id, place)
    follow_in_recommendations(draft, row, None, row.iso3)
    return done(decision, row.page, row.mention_id)


def _new_mention(draft: Draft, decision: CountryDecision, place: Place) -> CountryMention:
    passage, study = place.passage, draft.rows.studies[0]
    return CountryMention(
        mention_id=f"{passage.passage_id}:{place.start}-{place.end}:{decision.new}",
        study_id=draft.study_id,
        page=draft.page_of(place),
        passage_id=passage.passage_id,
        start_char=place.start,
        end_char=place.end,
        surface=passage.text[place.start : place.end],
        iso3=decision.new,
        kind="name",
        role="study" if decision.new == study.country_iso3 else None,
        zone=passage.zone,
        resolution="exact",
        reason=REVIEWED,
    )


def _decided(draft: Draft, row: CountryMention, decision: CountryDecision) -> CountryMention | None:
    """A mention as a decision has it; None where it is none. It keeps its identifier."""
    if decision.action == "not_a_country":
        return None
    if decision.action == "role":
        return updated(row, role=decision.new or None)
    if decision.action in ("other_country", "new") and row.iso3 != decision.new:
        role = _role_of(row, decision.new, draft.rows.studies[0].country_iso3)
        return updated(row, iso3=decision.new, resolution="exact", reason=REVIEWED, role=role)
    return row


def _role_of(row: CountryMention, iso3: str, home: str | None) -> str | None:
    """The role of a mention of another country than was thought: ``study`` is that of the study's country alone."""
    if row.role == "study":
        return "study" if iso3 == home else None
    return row.role if row.role is not None or iso3 != home else "study"


def swap_mention(draft: Draft, old: CountryMention, new: CountryMention | None) -> None:
    """Put a mention in the place of another, and have what rests on it follow."""
    swap(draft.rows.country_mentions, old, new)
    if new is None:
        draft.set_evidence("country_mentions", old.mention_id, None)
    iso3 = None if new is None else new.iso3
    if old.iso3 is not None and iso3 != old.iso3:
        follow_in_corridors(draft, old, iso3)
    if iso3 != old.iso3:
        follow_in_recommendations(draft, old, old.iso3, iso3)


# -- Corridors -----------------------------------------------------------------------------------------------


def follow_in_corridors(draft: Draft, old: CountryMention, iso3: str | None) -> None:
    """Have the corridors that rest on a mention of a country be those of another, or of none."""

    def moved(row: CorridorMention, finding: CorridorFinding) -> CorridorFinding | None:
        if old.iso3 not in finding.pair or not _rests_on(draft, row, old):
            return finding
        return _with_end(finding, old.iso3, iso3)

    rebuild_corridors(draft, moved)


def _rests_on(draft: Draft, row: CorridorMention, old: CountryMention) -> bool:
    """Whether a corridor has one of its countries from a mention that is no more, and from no other."""
    passages = {passage.passage_id: passage for passage in draft.rows.passages}
    here = passages[row.passage_id]
    if row.passage_id == old.passage_id:
        inside = row.start_char <= old.start_char and old.end_char <= row.end_char
    else:
        inside = _in_line(here, passages[old.passage_id])
    return inside and not any(
        m.iso3 == old.iso3
        and (
            (m.passage_id == row.passage_id and row.start_char <= m.start_char < row.end_char)
            or (here.table_number is not None and _in_line(here, passages[m.passage_id]))
        )
        for m in draft.rows.country_mentions
    )


def _in_line(a: Passage, b: Passage) -> bool:
    """Whether two passages are other cells of one row or column of a table."""
    if a.table_number is None or a.table_number != b.table_number or a.passage_id == b.passage_id:
        return False
    return a.row == b.row or a.column == b.column


def _with_end(finding: CorridorFinding, old: str | None, new: str | None) -> CorridorFinding | None:
    """A corridor with another country in the place of one; None where that leaves no two countries."""
    if new is None:
        return None
    origin = new if finding.origin == old else finding.origin
    destination = new if finding.destination == old else finding.destination
    return None if origin == destination else replace(finding, origin=origin, destination=destination)


def rebuild_corridors(draft: Draft, moved: Move) -> None:
    """The corridors of a study anew, each mention as ``moved`` has it (None: it is none)."""
    rows = draft.rows
    ends = {row.corridor_id: row for row in rows.corridors}
    located: list[LocatedCorridor] = []
    seen: set[tuple[str, int, int, frozenset[str], str]] = set()
    place = {passage.passage_id: passage.position for passage in rows.passages}
    for row in sorted(rows.corridor_mentions, key=lambda m: (place[m.passage_id], m.start_char)):
        corridor = ends[row.corridor_id]
        finding = moved(
            row,
            CorridorFinding(
                row.start_char,
                row.end_char,
                corridor.origin_iso3,
                corridor.destination_iso3,
                row.direction,
                row.rule,
            ),
        )
        if finding is None:
            continue
        said = (row.passage_id, row.start_char, row.end_char, finding.pair, row.direction)
        if row.direction == "known" or said not in seen:
            located.append(LocatedCorridor(row.passage_id, row.page, row.text, finding))
        seen.add(said)
    before = {row.mention_id for row in rows.corridor_mentions}
    rows.corridors, made = corridor_rows(draft.study_id, located)
    rows.corridor_mentions = [mention for mention, _ in made]
    after = {mention.mention_id for mention in rows.corridor_mentions}
    for mention_id in sorted(before - after):
        draft.set_evidence("corridor_mentions", mention_id, None)
    passages = {passage.passage_id: passage for passage in rows.passages}
    for mention in rows.corridor_mentions:
        if mention.mention_id not in before:
            place_of = Place(passages[mention.passage_id], mention.start_char, mention.end_char)
            draft.set_evidence("corridor_mentions", mention.mention_id, place_of)


# -- Countries that recommendations concern --------------------------------------------------------------------


def follow_in_recommendations(
    draft: Draft, mention: CountryMention, old: str | None, new: str | None
) -> None:
    """Have the recommendation that holds a mention concern the country that it names now."""
    for row in draft.rows.recommendations:
        if row.passage_id == mention.passage_id and row.start_char <= mention.start_char < row.end_char:
            concern(draft, row, gone=old, come=new)


def concern(draft: Draft, row: Recommendation, *, gone: str | None, come: str | None) -> None:
    """Set the countries that a recommendation concerns after one in it went and another came."""
    own = [
        r.iso3 for r in draft.rows.recommendation_countries if r.recommendation_id == row.recommendation_id
    ]
    named, home = set(named_in(draft, row)), draft.rows.studies[0].country_iso3
    kept = [iso3 for iso3 in own if iso3 != gone or iso3 in named]
    if come is not None and own == [home] and home not in named:
        kept = []  # it was concerned for want of another
    if come is not None and come not in kept:
        kept.append(come)
    set_countries(draft, row.recommendation_id, kept or ([home] if home is not None else []))


def named_in(draft: Draft, row: Recommendation) -> Iterator[str]:
    """The countries that a recommendation names, or its lead-in and headings do."""
    above = f"{row.lead_in} > {row.section}"
    for mention in draft.rows.country_mentions:
        if mention.iso3 is None:
            continue
        inside = mention.passage_id == row.passage_id and row.start_char <= mention.start_char < row.end_char
        if inside or re.search(rf"(?<!\w){re.escape(mention.surface)}(?!\w)", above):
            yield mention.iso3


def set_countries(draft: Draft, recommendation_id: str, countries: list[str]) -> None:
    """Set the countries that a recommendation concerns."""
    rows = draft.rows
    rows.recommendation_countries = [
        row for row in rows.recommendation_countries if row.recommendation_id != recommendation_id
    ] + [
        RecommendationCountry(recommendation_id=recommendation_id, iso3=iso3)
        for iso3 in dict.fromkeys(countries)
    ]


# -- Studies ---------------------------------------------------------------------------------------------------


def decide_study(draft: Draft, decision: StudyDecision) -> None:
    """Replay a decision on what is known of a study."""
    before = draft.rows.studies[0]
    value = decision.new or None if decision.field != "title" else decision.new
    new = updated(
        before, **{decision.field: int(value) if value and decision.field in WHOLE_NUMBER else value}
    )
    draft.rows.studies[0] = new
    message = APPLIED if new != before else ALREADY
    draft.outcomes.append(outcome_row(decision, "applied", message, row_id=draft.study_id))
    if new.country_iso3 != before.country_iso3:
        _move_home(draft, before.country_iso3, new.country_iso3)


def _move_home(draft: Draft, old: str | None, new: str | None) -> None:
    """Have what rests on the study's country rest on another: roles, corridors, concerned countries."""
    unnamed = [row for row in draft.rows.recommendations if not any(True for _ in named_in(draft, row))]
    for row in unnamed:
        set_countries(draft, row.recommendation_id, [new] if new is not None else [])
    for mention in list(draft.rows.country_mentions):
        if mention.role == "study" and mention.iso3 == old:
            swap(draft.rows.country_mentions, mention, updated(mention, role=None))
        elif mention.role is None and mention.iso3 == new and new is not None:
            swap(draft.rows.country_mentions, mention, updated(mention, role="study"))

    def moved(row: CorridorMention, finding: CorridorFinding) -> CorridorFinding | None:
        if row.rule != HOME_RULE or old not in finding.pair:
            return finding
        return _with_end(finding, old, new)

    rebuild_corridors(draft, moved)
