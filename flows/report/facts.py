"""Everything the published database knows about one row: what ``passerelle show`` prints.

An identifier names a recommendation, a mention (of a country, an institution, a corridor), an institution, a corridor,
a study, a page (``study:page``) or a passage. Only the standard library is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from flows.errors import UsageError
from flows.report.reading import Reading, Record
from flows.report.texts import rule_label

Kind = Literal[
    "recommendation",
    "country_mention",
    "institution_mention",
    "corridor_mention",
    "institution",
    "corridor",
    "study",
    "page",
    "passage",
]

MENTIONS_SHOWN = 200
NEAR_SHOWN = 5

KEYS: dict[Kind, tuple[str, str]] = {
    "recommendation": ("recommendations", "recommendation_id"),
    "country_mention": ("country_mentions", "mention_id"),
    "institution_mention": ("institution_mentions", "mention_id"),
    "corridor_mention": ("corridor_mentions", "mention_id"),
    "institution": ("institutions", "institution_id"),
    "corridor": ("corridors", "corridor_id"),
    "study": ("studies", "study_id"),
    "passage": ("passages", "passage_id"),
}
"""Kind → its table and key, in the order in which an identifier is looked up."""


@dataclass(frozen=True, slots=True)
class Source:
    """The document and page that a row comes from."""

    study_id: str
    title: str
    file_name: str
    document_id: str
    media_type: str
    page: int | None
    url: str | None
    retrieved_at: str | None
    text_source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a row. ``row`` is the published row itself; ``boxes`` are in points, pages from 1."""

    kind: Kind
    id: str
    row: Record
    source: Source | None = None
    passage: Record | None = None
    rule: Record | None = None
    boxes: list[Record] = field(default_factory=list)
    related: dict[str, list[Record]] = field(default_factory=dict)
    corrections: list[Record] = field(default_factory=list)
    version: Record | None = None

    def as_dict(self) -> dict[str, Any]:
        """The facts as JSON holds them."""
        return asdict(self)


def facts_of(reading: Reading, identifier: str) -> Facts:
    """The facts of the row that an identifier names.

    Raises:
        UsageError: when no row has it, naming some that begin alike.
    """
    version = next(iter(reading.table("runs", "finished_at DESC, run_id")), None)
    for kind, (table, key) in KEYS.items():
        row = reading.one(table, key, identifier)
        if row is not None:
            return _facts(reading, kind, identifier, row, version)
    page = _page(reading, identifier)
    if page is not None:
        return _facts(reading, "page", identifier, page, version)
    raise UsageError(_unknown(reading, identifier))


def _facts(reading: Reading, kind: Kind, identifier: str, row: Record, version: Record | None) -> Facts:
    passage = reading.one("passages", "passage_id", row["passage_id"]) if row.get("passage_id") else None
    table = KEYS[kind][0] if kind in KEYS else ""
    return Facts(
        kind,
        identifier,
        row,
        source=_source(reading, row, passage),
        passage=passage,
        rule=_rule(row),
        boxes=_boxes(reading, kind, table, row, identifier),
        related={name: rows for name, rows in RELATED.get(kind, _nothing)(reading, row).items() if rows},
        corrections=reading.rows("SELECT * FROM correction_outcomes WHERE row_id = ?", identifier)
        if reading.has("correction_outcomes")
        else [],
        version=version,
    )


def _page(reading: Reading, identifier: str) -> Record | None:
    """The page that ``study:page`` names."""
    study_id, _, number = identifier.rpartition(":")
    if not number.isascii() or not number.isdigit():
        return None
    found = reading.rows(
        "SELECT d.study_id, p.* FROM pages p JOIN documents d USING (document_id) "
        "WHERE d.study_id = ? AND p.page = ? ORDER BY d.document_id",
        study_id,
        int(number),
    )
    return found[0] if found else None


def _source(reading: Reading, row: Record, passage: Record | None) -> Source | None:
    study_id = row.get("study_id")
    study = reading.one("studies", "study_id", study_id) if study_id else None
    if study is None:
        return None
    document_id = row.get("document_id") or (passage or {}).get("document_id")
    documents = reading.rows(
        "SELECT * FROM documents WHERE study_id = ? AND (? IS NULL OR document_id = ?) ORDER BY document_id",
        study_id,
        document_id,
        document_id,
    )
    if not documents:
        return None
    document = documents[0]
    return Source(
        study_id=study["study_id"],
        title=study["title"],
        file_name=document["file_name"],
        document_id=document["document_id"],
        media_type=document["media_type"],
        page=row.get("page"),
        url=document["url"] or study["source_url"],
        retrieved_at=document["retrieved_at"],
        text_source=document["text_source"],
    )


def _rule(row: Record) -> Record | None:
    rule = row.get("rule")
    return {"code": rule, "label_fr": rule_label(rule), "label_en": rule_label(rule, "en")} if rule else None


def _boxes(reading: Reading, kind: Kind, table: str, row: Record, identifier: str) -> list[Record]:
    columns = "page, x0, top, x1, bottom"
    if kind == "page":
        query = (
            f"SELECT table_name, row_id, {columns} FROM evidence "
            "WHERE document_id = ? AND page = ? ORDER BY table_name, row_id, position"
        )
        return reading.rows(query, row["document_id"], row["page"])
    query = f"SELECT {columns} FROM evidence WHERE table_name = ? AND row_id = ? ORDER BY position"
    return reading.rows(query, table, identifier)


# -- What else is known, by kind -----------------------------------------------------------------------------


def _nothing(_reading: Reading, _row: Record) -> dict[str, list[Record]]:
    return {}


def _of_recommendation(reading: Reading, row: Record) -> dict[str, list[Record]]:
    key = row["recommendation_id"]
    return {
        "addressees": reading.rows(
            "SELECT a.position, a.surface, a.actor, k.label_fr, k.label_en, a.institution_id, i.name, a.source "
            "FROM recommendation_addressees a JOIN actors k ON k.code = a.actor "
            "LEFT JOIN institutions i USING (institution_id) WHERE a.recommendation_id = ? ORDER BY a.position",
            key,
        ),
        "themes": reading.rows(
            "SELECT t.theme, k.label_fr, k.label_en FROM recommendation_themes t JOIN themes k ON k.code = t.theme "
            "WHERE t.recommendation_id = ? ORDER BY t.theme",
            key,
        ),
        "countries": reading.rows(
            "SELECT r.iso3, c.name_fr, c.name_en FROM recommendation_countries r JOIN countries c USING (iso3) "
            "WHERE r.recommendation_id = ? ORDER BY r.iso3",
            key,
        ),
        "group": reading.rows(
            "SELECT o.group_id, o.recommendation_id, r.study_id, r.page, r.text, o.likeness "
            "FROM recommendation_groups g JOIN recommendation_groups o USING (group_id) "
            "JOIN recommendations r ON r.recommendation_id = o.recommendation_id "
            "WHERE g.recommendation_id = ? AND o.recommendation_id <> ? ORDER BY o.likeness DESC, 2",
            key,
            key,
        ),
    }


def _of_country_mention(reading: Reading, row: Record) -> dict[str, list[Record]]:
    return {"country": reading.table_where("countries", "iso3", row["iso3"])}


def _of_institution_mention(reading: Reading, row: Record) -> dict[str, list[Record]]:
    return {"institution": reading.table_where("institutions", "institution_id", row["institution_id"])}


def _of_corridor_mention(reading: Reading, row: Record) -> dict[str, list[Record]]:
    return {"corridor": reading.table_where("corridors", "corridor_id", row["corridor_id"])}


def _of_institution(reading: Reading, row: Record) -> dict[str, list[Record]]:
    key = row["institution_id"]
    return {
        "names": reading.rows(
            "SELECT name, kind FROM institution_names WHERE institution_id = ? ORDER BY 2, 1", key
        ),
        "addressed_in": reading.rows(
            "SELECT DISTINCT r.recommendation_id, r.study_id, r.page, r.text FROM recommendation_addressees a "
            "JOIN recommendations r USING (recommendation_id) WHERE a.institution_id = ? ORDER BY 2, 3, 1",
            key,
        ),
        "candidates": reading.rows(
            "SELECT CASE c.institution_id WHEN ?1 THEN c.other_id ELSE c.institution_id END AS institution_id, "
            "c.score, c.reason FROM institution_candidates c WHERE ?1 IN (c.institution_id, c.other_id) ORDER BY 1",
            key,
        ),
        "mentions": reading.rows(
            "SELECT mention_id, study_id, page, surface, rule FROM institution_mentions WHERE institution_id = ? "
            f"ORDER BY study_id, page, mention_id LIMIT {MENTIONS_SHOWN}",
            key,
        ),
    }


def _of_corridor(reading: Reading, row: Record) -> dict[str, list[Record]]:
    return {
        "countries": reading.rows(
            "SELECT iso3, name_fr, name_en FROM countries WHERE iso3 IN (?, ?) ORDER BY iso3",
            row["origin_iso3"],
            row["destination_iso3"],
        ),
        "mentions": reading.rows(
            "SELECT mention_id, study_id, page, text, direction, rule FROM corridor_mentions WHERE corridor_id = ? "
            "ORDER BY page, mention_id",
            row["corridor_id"],
        ),
    }


def _of_study(reading: Reading, row: Record) -> dict[str, list[Record]]:
    key = row["study_id"]
    counts = ("recommendations", "institution_mentions", "country_mentions", "corridor_mentions", "passages")
    return {
        "documents": reading.table_where("documents", "study_id", key),
        "counts": [
            {
                "table": name,
                "rows": reading.rows(f"SELECT count(*) AS n FROM {name} WHERE study_id = ?", key)[0]["n"],
            }
            for name in counts
        ],
        "words": reading.rows(
            "SELECT sum(words_read) AS words_read, sum(words_in_blocks) AS words_in_blocks, "
            "sum(words_furniture) AS words_furniture, sum(words_lost) AS words_lost "
            "FROM pages JOIN documents USING (document_id) WHERE study_id = ?",
            key,
        ),
        "rejects": reading.rows(
            "SELECT r.* FROM rejects r JOIN documents d USING (document_id) WHERE d.study_id = ? ORDER BY r.page",
            key,
        ),
    }


def _of_page(reading: Reading, row: Record) -> dict[str, list[Record]]:
    place = (row["study_id"], row["page"])
    on_page = {
        "recommendations": "recommendation_id AS id, text, rule",
        "institution_mentions": "mention_id AS id, surface AS text, rule",
        "country_mentions": "mention_id AS id, surface AS text, coalesce(role, '') AS rule",
        "corridor_mentions": "mention_id AS id, text, rule",
    }
    found = {
        name: reading.rows(
            f"SELECT {columns} FROM {name} WHERE study_id = ? AND page = ? ORDER BY id", *place
        )
        for name, columns in on_page.items()
    }
    return found | {
        "rejects": reading.rows(
            "SELECT * FROM rejects WHERE document_id = ? AND page = ?", row["document_id"], row["page"]
        )
    }


RELATED: dict[Kind, Callable[[Reading, Record], dict[str, list[Record]]]] = {
    "recommendation": _of_recommendation,
    "country_mention": _of_country_mention,
    "institution_mention": _of_institution_mention,
    "corridor_mention": _of_corridor_mention,
    "institution": _of_institution,
    "corridor": _of_corridor,
    "study": _of_study,
    "page": _of_page,
}


def _unknown(reading: Reading, identifier: str) -> str:
    """What to say of an identifier that no row has: some that begin alike, else the studies."""
    start = identifier[: max(4, len(identifier) // 2)]
    near: list[str] = []
    for table, key in KEYS.values():
        query = f"SELECT {key} AS id FROM {table} WHERE substr({key}, 1, ?) = ? ORDER BY 1 LIMIT {NEAR_SHOWN}"
        near += [row["id"] for row in reading.rows(query, len(start), start)]
    kind = "Les plus proches"
    if not near:
        near, kind = [row["study_id"] for row in reading.table("studies", "study_id")], "Les études publiées"
    shown = ", ".join(near[:NEAR_SHOWN]) or "aucune"
    return (
        f"Aucune ligne publiée ne porte l'identifiant « {identifier} ». {kind} : {shown}. "
        "Une page s'écrit étude:page ; les identifiants sont dans les tables et dans le rapport."
    )
