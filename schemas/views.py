"""The views of the published databases: what a dashboard shows, joined and labelled in both languages.

Each is declared once, for SQLite and PostgreSQL alike; its columns are described in ``schemas.view_columns``.
A study's recommendation that it says again is counted and shown once (``repeats`` is empty).
"""

from __future__ import annotations

from collections.abc import Callable

from schemas.labels import (
    DIRECTION,
    LEVEL,
    MEASURE,
    MENTION_KIND,
    MODALITY,
    OUTCOME,
    ROLE,
    STATUS,
    ZONE,
    both,
)
from schemas.view import Dialect, View
from schemas.view_columns import columns_of

OF_STUDY = "JOIN studies s ON s.study_id = {0}.study_id LEFT JOIN countries h ON h.iso3 = s.country_iso3"
HOME = "s.country_iso3, h.name_fr AS country_fr, h.name_en AS country_en"


def studies(_: Dialect) -> str:
    """Studies with what was found in them."""
    return f"""
SELECT s.study_id, s.file_name, s.title, s.level, {both("s.level", LEVEL, "level")}, {HOME}, s.region, s.year,
       s.language, s.publisher, s.status, {both("s.status", STATUS, "status")}, s.page_count,
       (SELECT count(*) FROM country_mentions m WHERE m.study_id = s.study_id) AS country_mentions,
       (SELECT count(*) FROM institution_mentions m WHERE m.study_id = s.study_id) AS institution_mentions,
       (SELECT count(*) FROM recommendations r
        WHERE r.study_id = s.study_id AND r.repeats IS NULL) AS recommendations
FROM studies s LEFT JOIN countries h ON h.iso3 = s.country_iso3"""


def country_mentions(_: Dialect) -> str:
    """Places where a country is named, with the passage."""
    return f"""
SELECT m.mention_id, m.study_id, s.title AS study_title, m.page, m.surface, m.iso3, c.name_fr AS country_fr,
       c.name_en AS country_en, m.kind, {both("m.kind", MENTION_KIND, "kind")}, m.role,
       {both("m.role", ROLE, "role")}, m.zone, {both("m.zone", ZONE, "zone")}, m.start_char, m.end_char,
       p.section, p.text AS passage
FROM country_mentions m JOIN studies s ON s.study_id = m.study_id
JOIN passages p ON p.passage_id = m.passage_id LEFT JOIN countries c ON c.iso3 = m.iso3"""


def countries_by_study(_: Dialect) -> str:
    """How often each study names each country."""
    return """
SELECT m.study_id, s.title AS study_title, m.iso3, c.name_fr AS country_fr, c.name_en AS country_en,
       count(*) AS mentions, count(DISTINCT m.page) AS pages
FROM country_mentions m JOIN studies s ON s.study_id = m.study_id JOIN countries c ON c.iso3 = m.iso3
GROUP BY m.study_id, s.title, m.iso3, c.name_fr, c.name_en"""


def country_roles(_: Dialect) -> str:
    """How often each study gives each country each role."""
    return f"""
SELECT m.study_id, s.title AS study_title, m.iso3, c.name_fr AS country_fr, c.name_en AS country_en, m.role,
       {both("m.role", ROLE, "role")}, count(*) AS mentions, count(DISTINCT m.page) AS pages
FROM country_mentions m JOIN studies s ON s.study_id = m.study_id JOIN countries c ON c.iso3 = m.iso3
WHERE m.role IS NOT NULL
GROUP BY m.study_id, s.title, m.iso3, c.name_fr, c.name_en, m.role"""


def corridors(_: Dialect) -> str:
    """Corridors with the names of both ends."""
    return f"""
SELECT k.corridor_id, k.study_id, s.title AS study_title, {HOME}, k.origin_iso3, o.name_fr AS origin_fr,
       o.name_en AS origin_en, k.destination_iso3, d.name_fr AS destination_fr, d.name_en AS destination_en,
       k.direction, {both("k.direction", DIRECTION, "direction")}, k.mention_count
FROM corridors k {OF_STUDY.format("k")}
JOIN countries o ON o.iso3 = k.origin_iso3 JOIN countries d ON d.iso3 = k.destination_iso3"""


def institutions(dialect: Dialect) -> str:
    """Institutions with their type, their State, all their names, and how often they are addressed."""
    names = dialect.listed("n.name", "institution_names n WHERE n.institution_id = i.institution_id")
    return f"""
SELECT i.institution_id, i.name, i.acronym, i.type, t.label_fr AS type_fr, t.label_en AS type_en,
       i.country_iso3, c.name_fr AS country_fr, c.name_en AS country_en, i.registry, {names} AS names,
       i.study_count, i.mention_count,
       (SELECT count(DISTINCT a.recommendation_id) FROM recommendation_addressees a
        JOIN recommendations r ON r.recommendation_id = a.recommendation_id
        WHERE a.institution_id = i.institution_id AND r.repeats IS NULL) AS addressed_count
FROM institutions i JOIN institution_types t ON t.code = i.type LEFT JOIN countries c ON c.iso3 = i.country_iso3"""


def institution_mentions(_: Dialect) -> str:
    """Places where an institution is named, with the passage."""
    return f"""
SELECT m.mention_id, m.study_id, s.title AS study_title, m.page, m.surface, m.institution_id, i.name, i.acronym,
       i.type, t.label_fr AS type_fr, t.label_en AS type_en, i.country_iso3, m.zone, {both("m.zone", ZONE, "zone")},
       m.start_char, m.end_char, p.section, p.text AS passage
FROM institution_mentions m JOIN studies s ON s.study_id = m.study_id
JOIN institutions i ON i.institution_id = m.institution_id JOIN institution_types t ON t.code = i.type
JOIN passages p ON p.passage_id = m.passage_id"""


def recommendations(dialect: Dialect) -> str:
    """Recommendations, each once, with their themes, addressees and countries."""
    here = "= r.recommendation_id"
    themes = f"recommendation_themes x JOIN themes k ON k.code = x.theme WHERE x.recommendation_id {here}"
    actors = f"recommendation_addressees x JOIN actors k ON k.code = x.actor WHERE x.recommendation_id {here}"
    about = f"recommendation_countries x JOIN countries k ON k.iso3 = x.iso3 WHERE x.recommendation_id {here}"
    who = f"recommendation_addressees x WHERE x.recommendation_id {here}"
    listed = {
        "themes": dialect.listed("x.theme", themes),
        "themes_fr": dialect.listed("k.label_fr", themes),
        "themes_en": dialect.listed("k.label_en", themes),
        "addressees": dialect.listed("x.surface", who, "x.position"),
        "actors": dialect.listed("x.actor", actors),
        "actors_fr": dialect.listed("k.label_fr", actors),
        "actors_en": dialect.listed("k.label_en", actors),
        "countries_iso3": dialect.listed("x.iso3", about),
        "countries_fr": dialect.listed("k.name_fr", about),
        "countries_en": dialect.listed("k.name_en", about),
    }
    lists = ",\n       ".join(f"{query} AS {name}" for name, query in listed.items())
    return f"""
SELECT r.recommendation_id, r.study_id, s.title AS study_title, {HOME}, r.page, r.text, r.lead_in, r.section,
       r.modality, {both("r.modality", MODALITY, "modality")}, r.reported, r.horizon, r.confidence, r.rule,
       {lists}
FROM recommendations r {OF_STUDY.format("r")}
WHERE r.repeats IS NULL"""


def notes(_: Dialect) -> str:
    """Footnotes, with the passage that calls each."""
    return """
SELECT n.passage_id, n.study_id, s.title AS study_title, n.page, n.marker, n.text, n.note_of, n.note_offset,
       p.section, p.text AS passage
FROM passages n JOIN studies s ON s.study_id = n.study_id LEFT JOIN passages p ON p.passage_id = n.note_of
WHERE n.kind = 'footnote'"""


def by_actor(_: Dialect) -> str:
    """Recommendations of each study to each kind of actor."""
    return """
SELECT r.study_id, s.title AS study_title, a.actor, k.label_fr AS actor_fr, k.label_en AS actor_en,
       count(DISTINCT r.recommendation_id) AS recommendations
FROM recommendation_addressees a JOIN recommendations r ON r.recommendation_id = a.recommendation_id
JOIN studies s ON s.study_id = r.study_id JOIN actors k ON k.code = a.actor
WHERE r.repeats IS NULL GROUP BY r.study_id, s.title, a.actor, k.label_fr, k.label_en"""


def by_theme(_: Dialect) -> str:
    """Recommendations of each study on each theme."""
    return """
SELECT r.study_id, s.title AS study_title, t.theme, k.label_fr AS theme_fr, k.label_en AS theme_en,
       count(DISTINCT r.recommendation_id) AS recommendations
FROM recommendation_themes t JOIN recommendations r ON r.recommendation_id = t.recommendation_id
JOIN studies s ON s.study_id = r.study_id JOIN themes k ON k.code = t.theme
WHERE r.repeats IS NULL GROUP BY r.study_id, s.title, t.theme, k.label_fr, k.label_en"""


def recurring(dialect: Dialect) -> str:
    """Recommendations that several studies make."""
    members = (
        "recommendation_groups x JOIN recommendations y ON y.recommendation_id = x.recommendation_id "
        "JOIN studies z ON z.study_id = y.study_id JOIN countries w ON w.iso3 = z.country_iso3 "
        "WHERE x.group_id = g.group_id"
    )
    return f"""
SELECT g.group_id, g.theme, k.label_fr AS theme_fr, k.label_en AS theme_en, g.actor, a.label_fr AS actor_fr,
       a.label_en AS actor_en, f.text, count(DISTINCT r.study_id) AS studies,
       count(DISTINCT s.country_iso3) AS countries, {dialect.listed("w.name_fr", members)} AS countries_fr,
       {dialect.listed("w.name_en", members)} AS countries_en, count(*) AS recommendations
FROM recommendation_groups g JOIN recommendations r ON r.recommendation_id = g.recommendation_id
JOIN studies s ON s.study_id = r.study_id JOIN themes k ON k.code = g.theme
LEFT JOIN actors a ON a.code = g.actor LEFT JOIN recommendations f ON 'group:' || f.recommendation_id = g.group_id
GROUP BY g.group_id, g.theme, k.label_fr, k.label_en, g.actor, a.label_fr, a.label_en, f.text"""


def evidence(_: Dialect) -> str:
    """Boxes on pages, with the words of the row that rests on them."""
    return """
SELECT e.table_name, e.row_id, d.study_id, s.title AS study_title, e.document_id, d.file_name, e.page, e.position,
       e.x0, e.top, e.x1, e.bottom, p.width_pt, p.height_pt,
       coalesce(r.text, c.surface, i.surface) AS text
FROM evidence e JOIN documents d ON d.document_id = e.document_id JOIN studies s ON s.study_id = d.study_id
JOIN pages p ON p.document_id = e.document_id AND p.page = e.page
LEFT JOIN recommendations r ON e.table_name = 'recommendations' AND r.recommendation_id = e.row_id
LEFT JOIN country_mentions c ON e.table_name = 'country_mentions' AND c.mention_id = e.row_id
LEFT JOIN institution_mentions i ON e.table_name = 'institution_mentions' AND i.mention_id = e.row_id"""


def coverage(dialect: Dialect) -> str:
    """What became of the words of each document, and what its findings leave open."""
    lost = "CAST(coalesce(sum(p.words_lost), 0) AS double precision) / nullif(sum(p.words_read), 0)"
    confidence = "(SELECT avg(r.confidence) FROM recommendations r WHERE r.study_id = d.study_id)"
    return f"""
SELECT d.document_id, d.study_id, d.file_name, count(p.page) AS pages,
       sum(CASE WHEN p.text_quality IN ('ok', 'ocr_text') THEN 1 ELSE 0 END) AS pages_read,
       sum(CASE WHEN p.text_quality IN ('garbled', 'image_only') THEN 1 ELSE 0 END) AS pages_unread,
       coalesce(sum(p.words_read), 0) AS words_read, coalesce(sum(p.words_in_blocks), 0) AS words_in_blocks,
       coalesce(sum(p.words_furniture), 0) AS words_furniture, coalesce(sum(p.words_lost), 0) AS words_lost,
       {dialect.rounded(lost, 6)} AS lost_share,
       (SELECT count(*) FROM country_mentions m WHERE m.study_id = d.study_id AND m.iso3 IS NULL) AS ambiguous_mentions,
       {dialect.rounded(confidence, 3)} AS mean_confidence,
       (SELECT count(*) FROM rejects r WHERE r.document_id = d.document_id) AS rejects
FROM documents d LEFT JOIN pages p ON p.document_id = d.document_id
GROUP BY d.document_id, d.study_id, d.file_name"""


def quality(_: Dialect) -> str:
    """What was measured on annotated pages."""
    return f"""
SELECT q.gold, q.scope, q.name, q.measure, {both("q.measure", MEASURE, "measure")}, q.strict, q.pages,
       q."right" AS right_count,
       q.expected, q.found, q."precision", q.precision_low, q.precision_high, q.recall, q.recall_low,
       q.recall_high, q.f1, q.f1_low, q.f1_high, q.code_version, q.model
FROM quality q"""


def freshness(_: Dialect) -> str:
    """Where each document is from, and the latest run."""
    return f"""
SELECT d.document_id, d.study_id, s.title AS study_title, d.file_name, d.url, d.retrieved_at, d.text_source,
       u.run_id, u.finished_at AS run_finished_at, u.outcome AS run_outcome,
       {both("u.outcome", OUTCOME, "run_outcome")}, u.code_version, u.model
FROM documents d LEFT JOIN studies s ON s.study_id = d.study_id
LEFT JOIN runs u ON u.run_id = (SELECT run_id FROM runs ORDER BY finished_at DESC, run_id LIMIT 1)"""


Query = Callable[[Dialect], str]


def view(name: str, query: Query, title_fr: str, title_en: str, key: str, columns: str) -> View:
    """A view whose columns are described in ``schemas.view_columns``."""
    return View(name, title_fr, title_en, tuple(key.split()), columns_of(name, columns), query)


VIEWS: dict[str, View] = {
    one.name: one
    for one in (
        view(
            "v_studies", studies,
            "Études, avec leur pays, leurs pages et ce qui y a été trouvé.",
            "Studies, with their country, their pages and what was found in them.",
            "study_id",
            "study_id file_name title level level_fr level_en country_iso3 country_fr country_en region year language "
            "publisher status status_fr status_en page_count country_mentions institution_mentions recommendations",
        ),
        view(
            "v_country_mentions", country_mentions,
            "Mentions de pays, avec le nom du pays, l'étude et le passage.",
            "Mentions of countries, with the country's name, the study and the passage.",
            "mention_id",
            "mention_id study_id study_title page surface iso3 country_fr country_en kind kind_fr kind_en role role_fr "
            "role_en zone zone_fr zone_en start_char end_char section passage",
        ),
        view(
            "v_countries_by_study", countries_by_study,
            "Nombre de mentions de chaque pays dans chaque étude.",
            "Mentions of each country in each study.",
            "study_id iso3",
            "study_id study_title iso3 country_fr country_en mentions pages",
        ),
        view(
            "v_country_roles", country_roles,
            "Rôles de chaque pays dans chaque étude : origine, destination, transit, partenaire…",
            "Roles of each country in each study: origin, destination, transit, partner…",
            "study_id iso3 role",
            "study_id study_title iso3 country_fr country_en role role_fr role_en mentions pages",
        ),
        view(
            "v_corridors", corridors,
            "Couloirs migratoires, avec le nom des deux pays.",
            "Migration corridors, with the names of both countries.",
            "corridor_id",
            "corridor_id study_id study_title country_iso3 country_fr country_en origin_iso3 origin_fr origin_en "
            "destination_iso3 destination_fr destination_en direction direction_fr direction_en mention_count",
        ),
        view(
            "v_institutions", institutions,
            "Institutions, avec leur type, leur État, leurs noms et ce qui leur est adressé.",
            "Institutions, with their type, their State, their names and what is addressed to them.",
            "institution_id",
            "institution_id name acronym type type_fr type_en country_iso3 country_fr country_en registry names "
            "study_count mention_count addressed_count",
        ),
        view(
            "v_institution_mentions", institution_mentions,
            "Mentions d'institutions, avec l'institution, l'étude et le passage.",
            "Mentions of institutions, with the institution, the study and the passage.",
            "mention_id",
            "mention_id study_id study_title page surface institution_id name acronym type type_fr type_en "
            "country_iso3 zone zone_fr zone_en start_char end_char section passage",
        ),
        view(
            "v_recommendations", recommendations,
            "Recommandations, chacune une fois, avec leur étude, leurs thèmes et leurs destinataires.",
            "Recommendations, each once, with their study, their themes and their addressees.",
            "recommendation_id",
            "recommendation_id study_id study_title country_iso3 country_fr country_en page text lead_in section "
            "modality modality_fr modality_en reported horizon confidence rule themes themes_fr themes_en addressees "
            "actors actors_fr actors_en countries_iso3 countries_fr countries_en",
        ),
        view(
            "v_recommendations_by_actor", by_actor,
            "Nombre de recommandations adressées à chaque catégorie d'acteurs dans chaque étude.",
            "Recommendations of each study to each kind of actor.",
            "study_id actor",
            "study_id study_title actor actor_fr actor_en recommendations",
        ),
        view(
            "v_recommendations_by_theme", by_theme,
            "Nombre de recommandations sur chaque thème dans chaque étude.",
            "Recommendations of each study on each theme.",
            "study_id theme",
            "study_id study_title theme theme_fr theme_en recommendations",
        ),
        view(
            "v_recurring_recommendations", recurring,
            "Recommandations que plusieurs études font : combien d'études, dans combien de pays.",
            "Recommendations that several studies make: how many studies, in how many countries.",
            "group_id",
            "group_id theme theme_fr theme_en actor actor_fr actor_en text studies countries countries_fr countries_en "
            "recommendations",
        ),
        view(
            "v_notes", notes,
            "Notes de bas de page, avec le passage qui les appelle.",
            "Footnotes, with the passage that calls each.",
            "passage_id",
            "passage_id study_id study_title page marker text note_of note_offset section passage",
        ),
        view(
            "v_evidence", evidence,
            "Rectangles de preuve, avec la page et les mots de la ligne prouvée.",
            "Boxes of evidence, with the page and the words of the row that rests on them.",
            "table_name row_id position",
            "table_name row_id study_id study_title document_id file_name page position x0 top x1 bottom width_pt "
            "height_pt text",
        ),
        view(
            "v_coverage", coverage,
            "Ce que sont devenus les mots de chaque document.",
            "What became of the words of each document.",
            "document_id",
            "document_id study_id file_name pages pages_read pages_unread words_read words_in_blocks words_furniture "
            "words_lost lost_share ambiguous_mentions mean_confidence rejects",
        ),
        view(
            "v_quality", quality,
            "Qualité mesurée sur des pages annotées, avec des intervalles à 95 %.",
            "Quality measured on annotated pages, with 95 % intervals.",
            "gold scope name measure",
            "gold scope name measure measure_fr measure_en strict pages right_count expected found precision "
            "precision_low precision_high recall recall_low recall_high f1 f1_low f1_high code_version model",
        ),
        view(
            "v_freshness", freshness,
            "D'où vient chaque document, et la dernière exécution.",
            "Where each document is from, and the latest run.",
            "document_id",
            "document_id study_id study_title file_name url retrieved_at text_source run_id run_finished_at "
            "run_outcome run_outcome_fr run_outcome_en code_version model",
        ),
    )
}  # fmt: skip
"""View name → view."""

ALIASES = {"v_recurrent_recommendations": "v_recurring_recommendations"}
"""Names that views had before → the view."""
