"""What a reviewer should look at first: rows ranked by their effect on published counts and by our doubt.

A proposal is a row that may be wrong. Its weight is the number of published counts that rest on it, times the part of
such rows that are likely wrong (one minus the confidence). What a person has decided is proposed no more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from extractors.corrections.corpus import Tables
from extractors.corrections.decisions import Corrections
from extractors.corrections.draft import row_at
from extractors.corrections.labels import institution_types
from extractors.corrections.quotes import Quote, StudyText
from extractors.corrections.recommendations import addressees_as_text
from extractors.entities import name_key
from schemas.corrections import SEPARATOR
from schemas.row import Row
from schemas.tables import (
    CorrectionOutcome,
    CountryMention,
    DecidedTable,
    Evidence,
    Institution,
    InstitutionCandidate,
    InstitutionMention,
    Passage,
    Recommendation,
    RecommendationAddressee,
    RecommendationTheme,
    SourceDocument,
    Study,
)

R = TypeVar("R", bound=Row)

REGISTERED, DEFINED, NAMED, ACRONYM_ONLY = 0.99, 0.95, 0.9, 0.6
"""Confidence in an institution: in the registry; with its acronym; by its name; by an acronym nobody expands.

Priors, near the precision of the rules on annotated pages (``docs/quality.md``): they order proposals, no more.
"""

STATELESS = 0.75
"""Confidence in a body of a state of which we do not know the state."""

CONFIDENCE_OF = {"exact": 0.99, "context": 0.9, "ambiguous": 0.0}
"""Confidence in a country, by how it was decided."""

PAIR = 0.5
"""Part of the pairs that look exactly alike and are one institution."""

UNKNOWN_VALUE = 0.5
"""Confidence that what a document does not say of itself cannot be known."""

OF_A_STATE = frozenset({"ministry", "public_body", "employment_service"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row to look at: ``effect`` counts rest on it, ``confidence`` is ours in it.

    ``quote`` is its place, ``passage`` the text around it, ``boxes`` where it is printed in ``document_id``;
    ``now`` is what the table says, by column of the sheet. ``other_id`` is the institution it may be;
    ``field`` a column of the table of studies.
    """

    key: str
    table: DecidedTable
    effect: int
    confidence: float
    study_id: str
    quote: Quote | None
    passage: str
    document_id: str
    boxes: tuple[Evidence, ...]
    now: Mapping[str, str] = field(default_factory=dict)
    row_id: str = ""
    other_id: str = ""
    field: str = ""

    @property
    def weight(self) -> float:
        """The counts that are likely wrong for it."""
        return round(self.effect * (1 - self.confidence), 6)


def rows_of(tables: Tables, table: type[R]) -> list[R]:
    """The rows of a table."""
    return [row for row in tables.get(table.table, ()) if isinstance(row, table)]


class Published:
    """Published tables, indexed for proposals."""

    def __init__(self, tables: Tables) -> None:
        self.passages = {row.passage_id: row for row in rows_of(tables, Passage)}
        by_study: defaultdict[str, list[Passage]] = defaultdict(list)
        for passage in self.passages.values():
            by_study[passage.study_id].append(passage)
        self.texts = {key: StudyText.of(own) for key, own in by_study.items()}
        self.evidence: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
        for row in rows_of(tables, Evidence):
            self.evidence[row.table_name, row.row_id].append(row)
        self.studies = {row.study_id: row for row in rows_of(tables, Study)}
        self.documents = {
            row.study_id: row.document_id for row in rows_of(tables, SourceDocument) if row.study_id
        }
        self.countries = rows_of(tables, CountryMention)
        self.recommendations = rows_of(tables, Recommendation)
        self.institutions = {row.institution_id: row for row in rows_of(tables, Institution)}
        self.mentions: defaultdict[str, list[InstitutionMention]] = defaultdict(list)
        for mention in rows_of(tables, InstitutionMention):
            self.mentions[mention.institution_id].append(mention)
        self.addressees: defaultdict[str, list[RecommendationAddressee]] = defaultdict(list)
        self.addressed: Counter[str] = Counter()
        for addressee in rows_of(tables, RecommendationAddressee):
            self.addressees[addressee.recommendation_id].append(addressee)
            self.addressed[addressee.institution_id or ""] += 1
        self.themes: defaultdict[str, list[str]] = defaultdict(list)
        for theme in rows_of(tables, RecommendationTheme):
            self.themes[theme.recommendation_id].append(theme.theme)
        self.candidates = rows_of(tables, InstitutionCandidate)
        self.outcomes = rows_of(tables, CorrectionOutcome)

    def quote(self, row: CountryMention | InstitutionMention | Recommendation) -> Quote:
        """The place of a row."""
        return self.texts[row.study_id].quote(row.passage_id, row.start_char, row.end_char, row.page)


def propose(tables: Tables, corrections: Corrections, limit: int) -> list[Proposal]:
    """The rows to look at, the weightiest first, at most ``limit``; what was decided is left out."""
    published = Published(tables)
    decided = decided_keys(published, corrections)
    every = (
        *recommendation_proposals(published),
        *pair_proposals(published),
        *institution_proposals(published),
        *country_proposals(published),
        *study_proposals(published),
    )
    open_ones = [proposal for proposal in every if proposal.key not in decided and proposal.weight > 0]
    return sorted(open_ones, key=lambda p: (-p.weight, p.key))[:limit]


def recommendation_proposals(published: Published) -> Iterator[Proposal]:
    """Each recommendation that is not said again: it counts once, and for each actor and theme."""
    for row in published.recommendations:
        if row.repeats is not None:
            continue
        key = row.recommendation_id
        addressees, themes = published.addressees[key], sorted(published.themes[key])
        yield Proposal(
            key=f"recommendations|{key}",
            table="recommendations",
            effect=1 + len({a.actor for a in addressees}) + len(themes),
            confidence=row.confidence,
            study_id=row.study_id,
            quote=published.quote(row),
            passage=published.passages[row.passage_id].text,
            document_id=published.documents.get(row.study_id, ""),
            boxes=tuple(published.evidence["recommendations", key]),
            now={
                "Recommandation": row.text,
                "Destinataires": addressees_as_text(addressees),
                "Thèmes": SEPARATOR.join(themes),
            },
            row_id=key,
        )


def pair_proposals(published: Published) -> Iterator[Proposal]:
    """Each pair of institutions that may be one: the mentions of the rarer one would be the other's."""
    for pair in published.candidates:
        both = (published.institutions[pair.institution_id], published.institutions[pair.other_id])
        one, other = sorted(both, key=lambda row: (row.registry, row.mention_count, row.institution_id))
        yield institution_proposal(
            published,
            one,
            key=f"institutions|{pair.institution_id}|{pair.other_id}",
            confidence=1 - PAIR * pair.score,
            other=other,
        )


def institution_proposals(published: Published) -> Iterator[Proposal]:
    """Each institution that is not in the registry."""
    for row in published.institutions.values():
        if not row.registry:
            yield institution_proposal(
                published, row, key=f"institutions|{row.institution_id}", confidence=confidence_in(row)
            )


def confidence_in(row: Institution) -> float:
    """Our confidence in an institution."""
    if row.registry:
        return REGISTERED
    if row.acronym is not None and row.acronym == row.name:
        return ACRONYM_ONLY
    if row.country_iso3 is None and row.type in OF_A_STATE:
        return STATELESS
    return DEFINED if row.acronym is not None else NAMED


def institution_proposal(
    published: Published, row: Institution, *, key: str, confidence: float, other: Institution | None = None
) -> Proposal:
    """The proposal of an institution, shown where it is first named; the mentions and addressees rest on it."""
    mentions = published.mentions[row.institution_id]
    first = min(mentions, key=lambda m: (m.zone != "body", m.study_id, m.page, m.start_char), default=None)
    return Proposal(
        key=key,
        table="institutions",
        effect=row.mention_count + published.addressed[row.institution_id],
        confidence=confidence,
        study_id=first.study_id if first is not None else "",
        quote=published.quote(first) if first is not None else None,
        passage=published.passages[first.passage_id].text if first is not None else "",
        document_id=published.documents.get(first.study_id, "") if first is not None else "",
        boxes=tuple(published.evidence["institution_mentions", first.mention_id])
        if first is not None
        else (),
        now={
            "Institution": row.name,
            "Sigle": row.acronym or "",
            "Type": row.type,
            "Pays": row.country_iso3 or "",
            "Peut-être la même que": "" if other is None else described(other),
        },
        row_id=row.institution_id,
        other_id=other.institution_id if other is not None else "",
    )


def described(row: Institution) -> str:
    """An institution in a few words: name, country, type."""
    return f"{row.name} ({row.country_iso3 or 'sans pays'}, {institution_types()[row.type]})"


def country_proposals(published: Published) -> Iterator[Proposal]:
    """Each mention of a country that was not plain; one within a recommendation says whom that concerns too."""
    for row in published.countries:
        confidence = CONFIDENCE_OF[row.resolution]
        if row.resolution == "exact":
            continue
        place = (r for r in published.recommendations if r.passage_id == row.passage_id)
        within = any(r.start_char <= row.start_char < r.end_char for r in place)
        yield Proposal(
            key=f"countries|{row.mention_id}",
            table="countries",
            effect=1 + within,
            confidence=confidence,
            study_id=row.study_id,
            quote=published.quote(row),
            passage=published.passages[row.passage_id].text,
            document_id=published.documents.get(row.study_id, ""),
            boxes=tuple(published.evidence["country_mentions", row.mention_id]),
            now={"Mots": row.surface, "Pays": row.iso3 or "", "Rôle": row.role or ""},
            row_id=row.mention_id,
        )


def study_proposals(published: Published) -> Iterator[Proposal]:
    """What is not known of a study: all that is counted by it rests on that."""
    counts = Counter(row.study_id for row in published.recommendations)
    for study in published.studies.values():
        for name, value in missing(study):
            yield Proposal(
                key=f"studies|{study.study_id}|{name}",
                table="studies",
                effect=max(1, counts[study.study_id]),
                confidence=UNKNOWN_VALUE,
                study_id=study.study_id,
                quote=None,
                passage=study.title,
                document_id=published.documents.get(study.study_id, ""),
                boxes=(),
                now={"Fichier": study.file_name, "Colonne": name, "Valeur": value},
                row_id=study.study_id,
                field=name,
            )


def missing(study: Study) -> Iterator[tuple[str, str]]:
    """The columns of a study that say nothing and could, with what they say."""
    if study.country_iso3 is None and study.level == "national":
        yield "country_iso3", ""
    if study.year is None:
        yield "year", ""
    if study.level == "other":
        yield "level", study.level
    if study.publisher is None:
        yield "publisher", ""


# -- What was decided ----------------------------------------------------------------------------------------------


def decided_keys(published: Published, corrections: Corrections) -> set[str]:
    """The keys of what a person has decided, whether a run has replayed it or not."""
    keys = {
        f"{row.decided_table}|{row.row_id}"
        for row in published.outcomes
        if row.row_id is not None and row.outcome in ("applied", "moved") and row.action not in JOINING
    }
    keys |= {f"studies|{d.study_id}|{d.field}" for d in corrections.studies}
    keys |= set(decided_places(published, corrections))
    for decision in corrections.institutions:
        if decision.action in JOINING:
            both = sorted(filter(None, (decision.institution_id, decision.other_id)))
            keys.add("|".join(("institutions", *both)))
        elif decision.institution_id is not None:
            keys.add(f"institutions|{decision.institution_id}")
    keys |= {f"institutions|{row.institution_id}" for row in decided_names(published, corrections)}
    return keys


def decided_names(published: Published, corrections: Corrections) -> Iterator[Institution]:
    """The institutions that a person named: new ones, and names told apart."""
    named = {
        (name_key(decision.name if decision.action == "new" else decision.other_name), decision.country_iso3)
        for decision in corrections.institutions
        if decision.action in ("new", "different")
    }
    for row in published.institutions.values():
        if (name_key(row.name), row.country_iso3) in named:
            yield row


JOINING = ("same_as", "different")


def decided_places(published: Published, corrections: Corrections) -> Iterator[str]:
    """The keys of the rows at places on which something was decided."""
    every: tuple[tuple[DecidedTable, Iterable[object], Sequence[CountryMention | Recommendation]], ...] = (
        ("countries", corrections.countries, published.countries),
        ("recommendations", corrections.recommendations, published.recommendations),
    )
    for table, decisions, rows in every:
        for decision in decisions:
            text = published.texts.get(getattr(decision, "study_id", ""))
            if text is None:
                continue
            names = ("exact", "prefix", "suffix", "page")
            found = text.find(Quote(*(getattr(decision, name) for name in names)))
            row = row_at(rows, found.place) if found.verdict == "here" and found.place else None
            if row is not None:
                yield f"{table}|{getattr(row, 'mention_id', None) or getattr(row, 'recommendation_id', '')}"
