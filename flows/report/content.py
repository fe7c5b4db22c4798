"""What the report shows, as plain values for its scripts: one value for the whole, one for each document.

Everything comes from the published database; nothing is measured or guessed here. Shapes are stated where they are
made. Boxes are ``[page, x0, top, x1, bottom]`` in points from the top left, offsets have an exclusive end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from flows.ranges import page_ranges
from flows.report.reading import Reading, Record
from flows.report.texts import english, french

DOCUMENT_NAME = 16
"""Characters of a document's hash that name its files: 64 bits, enough to tell documents apart."""

Boxes = dict[tuple[str, str], list[list[float]]]


def to_core(reading: Reading) -> dict[str, Any]:
    """Labels, figures, studies, losses, runs and quality: what every page of the report needs."""
    return {
        "labels": labels(reading),
        "figures": figures(reading),
        "studies": studies(reading),
        "losses": losses(reading),
        "reading": words_by_document(reading),
        "runs": reading.table("runs", "started_at DESC, run_id"),
        "quality": reading.table("quality", "gold, scope, name, measure"),
        "corrections": dict(
            sorted(
                Counter(row["outcome"] for row in reading.table("correction_outcomes", "decision_id")).items()
            )
        ),
    }


def labels(reading: Reading) -> dict[str, dict[str, list[str]]]:
    """Scheme → code → [French, English]."""
    schemes = {"themes": "code", "actors": "code", "institution_types": "code"}
    known = {
        scheme: {
            row["code"]: [french(row["label_fr"]), english(row["label_en"])]
            for row in reading.table(scheme, key)
        }
        for scheme, key in schemes.items()
    }
    countries = reading.table("countries", "iso3")
    return known | {
        "countries": {row["iso3"]: [french(row["name_fr"]), english(row["name_en"])] for row in countries}
    }


def figures(reading: Reading) -> dict[str, int]:
    """The figures of the overview."""
    words = reading.rows(
        "SELECT coalesce(sum(words_read), 0) AS words_read, coalesce(sum(words_in_blocks), 0) AS words_in_blocks, "
        "coalesce(sum(words_furniture), 0) AS words_furniture, coalesce(sum(words_lost), 0) AS words_lost FROM pages"
    )[0]
    counted = reading.rows(
        "SELECT (SELECT count(*) FROM recommendations WHERE repeats IS NULL) AS recommendations, "
        "(SELECT count(*) FROM recommendations WHERE repeats IS NOT NULL) AS repeated, "
        "(SELECT count(DISTINCT iso3) FROM country_mentions) AS countries, "
        "(SELECT count(DISTINCT document_id) FROM rejects WHERE page IS NULL AND code <> 'duplicate') "
        "AS documents_lost, "
        "(SELECT count(*) FROM (SELECT DISTINCT document_id, page FROM rejects WHERE page IS NOT NULL)) AS pages_lost"
    )[0]
    names = ("studies", "documents", "pages", "country_mentions", "institutions", "institution_mentions")
    return {name: reading.count(name) for name in names} | words | counted


def studies(reading: Reading) -> list[Record]:
    """The studies by title, each with its documents and how much was found in it."""
    found = {
        name: {
            row["study_id"]: row["n"]
            for row in reading.rows(f"SELECT study_id, count(*) AS n FROM {name} {where} GROUP BY study_id")
        }
        for name, where in (
            ("country_mentions", ""),
            ("institution_mentions", ""),
            ("recommendations", "WHERE repeats IS NULL"),
        )
    }
    documents: dict[str, list[Record]] = defaultdict(list)
    for row in reading.table("documents", "file_name, document_id"):
        documents[row["study_id"]].append(document(row))
    return [
        row
        | {"documents": documents[row["study_id"]]}
        | {name: counts.get(row["study_id"], 0) for name, counts in found.items()}
        for row in reading.table("studies", "lower(title), study_id")
    ]


def document(row: Record) -> Record:
    """A document as a study lists it."""
    return {
        "name": row["document_id"][:DOCUMENT_NAME],
        "file_name": row["file_name"],
        "media_type": row["media_type"],
        "text_source": row["text_source"],
        "retrieved_at": row["retrieved_at"],
        "url": row["url"],
    }


def losses(reading: Reading) -> list[Record]:
    """What could not be used: one entry a file and reason, with its pages as people write them."""
    pages: dict[tuple[str, str, str, str], list[int]] = {}
    for row in reading.table("rejects", "file_name, document_id, stage, code, page"):
        reason = (row["file_name"], row["stage"], row["code"], row["message"])
        pages.setdefault(reason, []).extend([row["page"]] if row["page"] else [])
    return [
        {
            "file_name": file_name,
            "stage": stage,
            "code": code,
            "message": message,
            "pages": page_ranges(numbers),
            "page_count": len(set(numbers)),
        }
        for (file_name, stage, code, message), numbers in pages.items()
    ]


def words_by_document(reading: Reading) -> list[Record]:
    """What became of the words of each document that gave a study."""
    return reading.rows(
        "SELECT d.file_name, count(*) AS pages, sum(p.words_read) AS words_read, "
        "sum(p.words_in_blocks) AS words_in_blocks, sum(p.words_furniture) AS words_furniture, "
        "sum(p.words_lost) AS words_lost FROM pages p JOIN documents d USING (document_id) "
        "GROUP BY document_id ORDER BY d.file_name, document_id"
    )


def boxes_of(reading: Reading) -> Boxes:
    """(table, row) → its boxes."""
    boxes: Boxes = defaultdict(list)
    for row in reading.table("evidence", "table_name, row_id, position"):
        box = [row["page"], *(round(row[edge], 1) for edge in ("x0", "top", "x1", "bottom"))]
        boxes[row["table_name"], row["row_id"]].append(box)
    return boxes


def to_recommendations(reading: Reading, boxes: Boxes) -> list[Record]:
    """The recommendations by study and place, each with its addressees, themes, countries, group and boxes."""
    addressees: dict[str, list[list[str | None]]] = defaultdict(list)
    for row in reading.table("recommendation_addressees", "recommendation_id, position"):
        addressees[row["recommendation_id"]].append([row["surface"], row["actor"], row["institution_id"]])
    themes = _listed(reading.table("recommendation_themes", "recommendation_id, theme"), "theme")
    countries = _listed(reading.table("recommendation_countries", "recommendation_id, iso3"), "iso3")
    groups = {
        row["recommendation_id"]: row["group_id"]
        for row in reading.table("recommendation_groups", "group_id")
    }
    query = (
        "SELECT r.*, p.document_id, p.kind FROM recommendations r JOIN passages p USING (passage_id) "
        "ORDER BY r.study_id, p.document_id, p.position, r.start_char, r.recommendation_id"
    )
    rows = []
    for row in reading.rows(query):
        key = row["recommendation_id"]
        rows.append(
            {
                "id": key,
                "study": row["study_id"],
                "document": row["document_id"][:DOCUMENT_NAME],
                "reported": bool(row["reported"]),
                "addressees": addressees.get(key, []),
                "themes": themes.get(key, []),
                "countries": countries.get(key, []),
                "group": groups.get(key),
                "boxes": boxes.get(("recommendations", key), []),
            }
            | {name: row[name] for name in ("page", "text", "section", "lead_in", "modality", "horizon")}
            | {name: row[name] for name in ("confidence", "rule", "repeats")}
        )
    return rows


def _listed(rows: Iterable[Record], column: str) -> dict[str, list[str]]:
    listed: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        listed[row["recommendation_id"]].append(row[column])
    return listed


def to_groups(reading: Reading) -> list[Record]:
    """The recommendations that several studies make: group, theme, actor and members, the most shared first."""
    groups: dict[str, Record] = {}
    query = (
        "SELECT g.*, s.study_id, s.country_iso3 FROM recommendation_groups g "
        "JOIN recommendations r USING (recommendation_id) JOIN studies s ON s.study_id = r.study_id "
        "ORDER BY g.group_id, g.likeness DESC, g.recommendation_id"
    )
    for row in reading.rows(query):
        group = groups.setdefault(
            row["group_id"],
            {
                "id": row["group_id"],
                "theme": row["theme"],
                "actor": row["actor"],
                "members": [],
                "studies": set(),
                "countries": set(),
            },
        )
        group["members"].append([row["recommendation_id"], row["likeness"]])
        group["studies"].add(row["study_id"])
        group["countries"] |= {row["country_iso3"]} - {None}
    for group in groups.values():
        group["studies"], group["countries"] = sorted(group["studies"]), sorted(group["countries"])
    return sorted(
        groups.values(), key=lambda g: (-len(g["countries"]), -len(g["studies"]), -len(g["members"]), g["id"])
    )


def to_institutions(reading: Reading) -> list[Record]:
    """The institutions, the most named first: names, the pages of each study that names it, where it is addressed."""
    names: dict[str, list[list[str]]] = defaultdict(list)
    for row in reading.table("institution_names", "institution_id, kind, name"):
        names[row["institution_id"]].append([row["name"], row["kind"]])
    pages: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for row in reading.table("institution_mentions", "study_id, page, mention_id"):
        pages[row["institution_id"]][row["study_id"]][row["page"]] += 1
    addressed: dict[str, list[str]] = defaultdict(list)
    query = (
        "SELECT DISTINCT institution_id, recommendation_id FROM recommendation_addressees "
        "WHERE institution_id IS NOT NULL ORDER BY 1, 2"
    )
    for row in reading.rows(query):
        addressed[row["institution_id"]].append(row["recommendation_id"])
    return [
        {
            "id": row["institution_id"],
            "registry": bool(row["registry"]),
            "names": names[row["institution_id"]],
            "pages": {
                study: sorted(counts.items())
                for study, counts in sorted(pages[row["institution_id"]].items())
            },
            "addressed": addressed[row["institution_id"]],
        }
        | {
            name: row[name]
            for name in ("name", "acronym", "type", "country_iso3", "study_count", "mention_count")
        }
        for row in reading.table("institutions", "mention_count DESC, name, institution_id")
    ]


def to_corridors(reading: Reading) -> list[Record]:
    """The corridors of all studies joined: origin, destination, direction, and the passages that say so.

    A pair whose direction one study gives and another does not is two entries.
    """
    corridors: dict[tuple[str, str, str], Record] = {}
    query = (
        "SELECT c.origin_iso3, c.destination_iso3, c.direction, m.study_id, m.page, m.passage_id, m.text, m.rule, "
        "m.mention_id FROM corridors c JOIN corridor_mentions m USING (corridor_id) "
        "ORDER BY c.origin_iso3, c.destination_iso3, c.direction, m.study_id, m.page, m.mention_id"
    )
    for row in reading.rows(query):
        key = (row["origin_iso3"], row["destination_iso3"], row["direction"])
        corridor = corridors.setdefault(
            key,
            {"origin": key[0], "destination": key[1], "direction": key[2], "mentions": [], "studies": set()},
        )
        corridor["mentions"].append(
            [row["study_id"], row["page"], row["text"], row["rule"], row["mention_id"]]
        )
        corridor["studies"].add(row["study_id"])
    for corridor in corridors.values():
        corridor["studies"] = sorted(corridor["studies"])
        corridor["count"] = len(corridor["mentions"])
    return sorted(
        corridors.values(), key=lambda c: (-c["count"], c["origin"], c["destination"], c["direction"])
    )


def to_documents(reading: Reading, boxes: Boxes) -> dict[str, Record]:
    """Name of a document → its pages, headings, and the passages that rows rest on, with these rows.

    ``pages``: ``[page, width, height, read, in blocks, aside, lost, quality, engine, note]``; ``headings``:
    ``[page, level, text]``; ``passages``: id → ``[page, kind, text]``; ``rows``: ``[table, id, page, passage,
    start, end, words, code, role, boxes]``, by place.
    """
    documents: dict[str, Record] = {
        row["document_id"]: {
            "study": row["study_id"],
            "file_name": row["file_name"],
            "pages": [],
            "headings": [],
            "passages": {},
            "rows": [],
        }
        for row in reading.table("documents", "document_id")
        if row["study_id"]
    }
    for row in reading.table("pages", "document_id, page"):
        if row["document_id"] in documents:
            documents[row["document_id"]]["pages"].append(_page(row))
    headings = "SELECT document_id, page, level, text FROM passages WHERE kind = 'heading'"
    for row in reading.rows(f"{headings} ORDER BY document_id, position"):
        documents[row["document_id"]]["headings"].append([row["page"], row["level"] or 1, row["text"]])
    _add_rows(reading, boxes, documents)
    return {key[:DOCUMENT_NAME]: value for key, value in documents.items()}


def _page(row: Record) -> list[Any]:
    sizes = [round(row["width_pt"], 1), round(row["height_pt"], 1)]
    words = [row[name] for name in ("words_read", "words_in_blocks", "words_furniture", "words_lost")]
    return [row["page"], *sizes, *words, row["text_quality"], row["engine"], row["note"]]


ROWS = """
SELECT 'recommendations' AS "table", recommendation_id AS id, page, passage_id, start_char, end_char,
       text AS surface, NULL AS code, rule AS role FROM recommendations
UNION ALL
SELECT 'country_mentions', mention_id, page, passage_id, start_char, end_char, surface, iso3, role
FROM country_mentions
UNION ALL
SELECT 'institution_mentions', mention_id, page, passage_id, start_char, end_char, surface, institution_id, rule
FROM institution_mentions
UNION ALL
SELECT 'corridor_mentions', m.mention_id, m.page, m.passage_id, m.start_char, m.end_char, m.text,
       c.origin_iso3 || '-' || c.destination_iso3, m.rule
FROM corridor_mentions m JOIN corridors c USING (corridor_id)
"""


def _add_rows(reading: Reading, boxes: Boxes, documents: dict[str, Record]) -> None:
    query = (
        "SELECT r.*, p.document_id, p.page AS passage_page, p.kind, p.text AS passage_text "
        f"FROM ({ROWS}) r JOIN passages p USING (passage_id) "
        'ORDER BY p.document_id, p.position, r.start_char, r.end_char, r."table", r.id'
    )
    for row in reading.rows(query):
        into = documents[row["document_id"]]
        into["passages"][row["passage_id"]] = [row["passage_page"], row["kind"], row["passage_text"]]
        surface = None if row["table"] in ("recommendations", "corridor_mentions") else row["surface"]
        place = [row[name] for name in ("page", "passage_id", "start_char", "end_char")]
        rests_on = boxes.get((row["table"], row["id"]), [])
        into["rows"].append([row["table"], row["id"], *place, surface, row["code"], row["role"], rests_on])
