"""Decisions on institutions within one study: names that are institutions of their own, and new ones."""

from __future__ import annotations

from extractors.corrections.countries import REVIEWED
from extractors.corrections.draft import Draft, swap, updated
from extractors.corrections.outcomes import ALREADY, APPLIED, done, lost, outcome_row
from extractors.corrections.quotes import Found, Place
from extractors.entities import institution_id, name_key
from extractors.folding import fold
from schemas.corrections import InstitutionDecision
from schemas.tables import CorrectionOutcome, Institution, InstitutionMention, InstitutionName, NameKind


def decide_institution(draft: Draft, decision: InstitutionDecision) -> None:
    """Replay what a decision on an institution means within one study; the rest is done when studies are joined."""
    if decision.action == "new":
        _add(draft, decision)
    elif decision.action == "different":
        _part(draft, decision)


# -- A new institution -----------------------------------------------------------------------------------------


def _add(draft: Draft, decision: InstitutionDecision) -> None:
    """Make every place where a new institution is named a mention of it."""
    home = decision.study_id == draft.study_id
    found = draft.find(decision) if home else Found("gone")
    places = [
        place
        for words in dict.fromkeys((decision.exact, decision.name, decision.acronym or ""))
        if words
        for place in draft.text.all_of(words)
    ]
    if found.verdict == "here" and found.place is not None:
        places.insert(0, found.place)
    free = [place for place in places if _make_room(draft, place)]
    outcome = _outcome(draft, decision, found, named=bool(places), added=bool(free))
    if outcome is not None:
        draft.outcomes.append(outcome)
    if not free:
        return
    row = _institution_of(draft, decision)
    for place in free:
        if not _covered(draft, place):
            _mention(draft, row.institution_id, place)
    recount(draft)
    for index, addressee in enumerate(draft.rows.recommendation_addressees):
        if addressee.institution_id is None and fold(addressee.surface) in _spellings(decision):
            named = updated(addressee, institution_id=row.institution_id)
            draft.rows.recommendation_addressees[index] = named


def _outcome(
    draft: Draft, decision: InstitutionDecision, found: Found, *, named: bool, added: bool
) -> CorrectionOutcome | None:
    """The outcome in this study; None where it has nothing to do with the decision."""
    message = APPLIED if added else ALREADY
    if found.verdict == "here" and found.place is not None:
        return done(decision, draft.page_of(found.place), None, message)
    if decision.study_id == draft.study_id and not named:
        return lost(decision, found)
    return outcome_row(decision, "applied", message) if named else None


def _spellings(decision: InstitutionDecision) -> set[str]:
    return {fold(words) for words in (decision.exact, decision.name, decision.acronym or "") if words}


def _covered(draft: Draft, place: Place) -> bool:
    """Whether a mention of an institution stands at a place, or around it."""
    return any(
        m.passage_id == place.passage.passage_id and m.start_char < place.end and m.end_char > place.start
        for m in draft.rows.institution_mentions
    )


def _make_room(draft: Draft, place: Place) -> bool:
    """Take out mentions within a place, which a longer name now covers; False where one is not within it."""
    over = [
        m
        for m in draft.rows.institution_mentions
        if m.passage_id == place.passage.passage_id and m.start_char < place.end and m.end_char > place.start
    ]
    shorter = [
        m
        for m in over
        if place.start <= m.start_char
        and m.end_char <= place.end
        and m.end_char - m.start_char < place.end - place.start
    ]
    if len(shorter) < len(over):
        return False
    for mention in shorter:
        swap(draft.rows.institution_mentions, mention, None)
        draft.set_evidence("institution_mentions", mention.mention_id, None)
    return True


def _institution_of(draft: Draft, decision: InstitutionDecision) -> Institution:
    """The institution that a decision names: the study's, if it has one of that name, else a new one."""
    known = next(
        (
            row
            for row in draft.rows.institutions
            if name_key(row.name) == name_key(decision.name) and row.country_iso3 == decision.country_iso3
        ),
        None,
    )
    if known is not None:
        return known
    row = Institution.model_validate(
        {
            "institution_id": institution_id(decision.name, decision.new, decision.country_iso3),  # type: ignore[arg-type]
            "name": decision.name,
            "acronym": decision.acronym,
            "type": decision.new,
            "country_iso3": decision.country_iso3,
            "registry": False,
            "study_count": 1,
            "mention_count": 0,
        }
    )
    draft.rows.institutions.append(row)
    names: dict[str, NameKind] = {decision.name: "full"}
    if decision.acronym:
        names.setdefault(decision.acronym, "acronym")
    if decision.exact:
        names.setdefault(decision.exact, "variant")
    draft.rows.institution_names += [
        InstitutionName(institution_id=row.institution_id, name=name, kind=kind)
        for name, kind in names.items()
    ]
    return row


def _mention(draft: Draft, key: str, place: Place) -> None:
    passage = place.passage
    mention_id = f"{passage.passage_id}:{place.start}-{place.end}"
    draft.rows.institution_mentions.append(
        InstitutionMention(
            mention_id=mention_id,
            study_id=draft.study_id,
            page=draft.page_of(place),
            passage_id=passage.passage_id,
            start_char=place.start,
            end_char=place.end,
            surface=passage.text[place.start : place.end],
            institution_id=key,
            zone=passage.zone,
            rule=REVIEWED,
        )
    )
    draft.set_evidence("institution_mentions", mention_id, place)


# -- A name that is another institution's ------------------------------------------------------------------------


def _part(draft: Draft, decision: InstitutionDecision) -> None:
    """Make a name that goes as an institution's one of an institution of its own."""
    wanted = fold(decision.other_name)
    for owner in list(draft.rows.institutions):
        if not is_named(owner, decision) or fold(owner.name) == wanted:
            continue
        moved = [
            m
            for m in draft.rows.institution_mentions
            if m.institution_id == owner.institution_id and fold(m.surface) == wanted
        ]
        if moved:
            _give(draft, decision, owner, moved)


def is_named(row: Institution, decision: InstitutionDecision) -> bool:
    """Whether an institution is the one that a decision is about."""
    return row.institution_id == decision.institution_id or (
        name_key(row.name) == name_key(decision.name) and row.country_iso3 == decision.country_iso3
    )


def _give(
    draft: Draft, decision: InstitutionDecision, owner: Institution, moved: list[InstitutionMention]
) -> None:
    """Give mentions of one institution to another, which the study may know already."""
    country = decision.other_country_iso3 or owner.country_iso3
    key = decision.other_id or institution_id(decision.other_name, owner.type, country)
    rows = draft.rows
    if all(row.institution_id != key for row in rows.institutions):
        update = {"institution_id": key, "name": decision.other_name, "country_iso3": country}
        rows.institutions.append(updated(owner, acronym=None, registry=False, **update))
    wanted = fold(decision.other_name)
    for index, name in enumerate(rows.institution_names):
        if name.institution_id == owner.institution_id and fold(name.name) == wanted:
            rows.institution_names[index] = updated(name, institution_id=key, kind="full")
    for index, addressee in enumerate(rows.recommendation_addressees):
        if addressee.institution_id == owner.institution_id and fold(addressee.surface) == wanted:
            rows.recommendation_addressees[index] = updated(addressee, institution_id=key)
    for mention in moved:
        swap(rows.institution_mentions, mention, updated(mention, institution_id=key))
    if owner.acronym is not None and fold(owner.acronym) == wanted:
        swap(rows.institutions, owner, updated(owner, acronym=None))
    recount(draft)


def recount(draft: Draft) -> None:
    """Count the mentions of each institution; those without any are none of this study."""
    rows = draft.rows
    counts: dict[str, int] = {}
    for mention in rows.institution_mentions:
        counts[mention.institution_id] = counts.get(mention.institution_id, 0) + 1
    rows.institutions = [
        updated(row, mention_count=counts[row.institution_id])
        for row in rows.institutions
        if row.institution_id in counts
    ]
    rows.institution_names = [name for name in rows.institution_names if name.institution_id in counts]
    rows.recommendation_addressees = [
        row
        if row.institution_id is None or row.institution_id in counts
        else updated(row, institution_id=None)
        for row in rows.recommendation_addressees
    ]
