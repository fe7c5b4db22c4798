"""The views of ``passerelle.sqlite``: what a dashboard shows, joined and labelled."""

from __future__ import annotations

VIEWS: dict[str, tuple[str, str]] = {
    "v_studies": (
        "Études, avec leur pays, leurs pages et ce qui y a été trouvé.",
        """
SELECT s.study_id, s.file_name, s.title, s.level, s.country_iso3, c.name_fr AS country_fr,
       c.name_en AS country_en, s.region, s.year, s.language, s.publisher, s.status, s.page_count,
       (SELECT count(*) FROM country_mentions m WHERE m.study_id = s.study_id) AS country_mentions,
       (SELECT count(*) FROM institution_mentions m WHERE m.study_id = s.study_id) AS institution_mentions,
       (SELECT count(*) FROM recommendations r
        WHERE r.study_id = s.study_id AND r.repeats IS NULL) AS recommendations
FROM studies s LEFT JOIN countries c ON c.iso3 = s.country_iso3
""",
    ),
    "v_country_mentions": (
        "Mentions de pays, avec le nom du pays, l'étude et le passage.",
        """
SELECT m.mention_id, m.study_id, s.title AS study_title, m.page, m.surface, m.iso3, c.name_fr AS country_fr,
       c.name_en AS country_en, m.kind, m.role, m.zone, m.start_char, m.end_char, p.section, p.text AS passage
FROM country_mentions m
JOIN studies s ON s.study_id = m.study_id
JOIN passages p ON p.passage_id = m.passage_id
LEFT JOIN countries c ON c.iso3 = m.iso3
""",
    ),
    "v_countries_by_study": (
        "Nombre de mentions de chaque pays dans chaque étude.",
        """
SELECT m.study_id, s.title AS study_title, m.iso3, c.name_fr AS country_fr, c.name_en AS country_en,
       count(*) AS mentions, count(DISTINCT m.page) AS pages
FROM country_mentions m
JOIN studies s ON s.study_id = m.study_id
JOIN countries c ON c.iso3 = m.iso3
GROUP BY m.study_id, m.iso3
""",
    ),
    "v_institutions": (
        "Institutions, avec leur type, leur État et leurs mentions.",
        """
SELECT i.institution_id, i.name, i.acronym, i.type, t.label_fr AS type_fr, t.label_en AS type_en,
       i.country_iso3, c.name_fr AS country_fr, c.name_en AS country_en, i.registry, i.study_count,
       i.mention_count
FROM institutions i
JOIN institution_types t ON t.code = i.type
LEFT JOIN countries c ON c.iso3 = i.country_iso3
""",
    ),
    "v_institution_mentions": (
        "Mentions d'institutions, avec l'institution, l'étude et le passage.",
        """
SELECT m.mention_id, m.study_id, s.title AS study_title, m.page, m.surface, m.institution_id, i.name,
       i.acronym, i.type, i.country_iso3, m.zone, m.start_char, m.end_char, p.section, p.text AS passage
FROM institution_mentions m
JOIN studies s ON s.study_id = m.study_id
JOIN institutions i ON i.institution_id = m.institution_id
JOIN passages p ON p.passage_id = m.passage_id
""",
    ),
    "v_recommendations": (
        "Recommandations, chacune une fois, avec leur étude, leurs thèmes et leurs destinataires.",
        """
SELECT r.recommendation_id, r.study_id, s.title AS study_title, s.country_iso3, r.page, r.text, r.lead_in,
       r.section, r.modality, r.reported, r.horizon, r.confidence,
       (SELECT group_concat(t.theme, ' ; ')
        FROM (SELECT theme FROM recommendation_themes
              WHERE recommendation_id = r.recommendation_id ORDER BY theme) t) AS themes,
       (SELECT group_concat(a.surface, ' ; ')
        FROM (SELECT surface FROM recommendation_addressees
              WHERE recommendation_id = r.recommendation_id ORDER BY position) a) AS addressees,
       (SELECT group_concat(a.actor, ' ; ')
        FROM (SELECT DISTINCT actor FROM recommendation_addressees
              WHERE recommendation_id = r.recommendation_id ORDER BY actor) a) AS actors
FROM recommendations r JOIN studies s ON s.study_id = r.study_id
WHERE r.repeats IS NULL
""",
    ),
    "v_recommendations_by_actor": (
        "Nombre de recommandations adressées à chaque catégorie d'acteurs dans chaque étude.",
        """
SELECT r.study_id, a.actor, k.label_fr AS actor_fr, k.label_en AS actor_en,
       count(DISTINCT r.recommendation_id) AS recommendations
FROM recommendation_addressees a
JOIN recommendations r ON r.recommendation_id = a.recommendation_id
JOIN actors k ON k.code = a.actor
WHERE r.repeats IS NULL
GROUP BY r.study_id, a.actor
""",
    ),
    "v_recommendations_by_theme": (
        "Nombre de recommandations sur chaque thème dans chaque étude.",
        """
SELECT r.study_id, t.theme, k.label_fr AS theme_fr, k.label_en AS theme_en,
       count(DISTINCT r.recommendation_id) AS recommendations
FROM recommendation_themes t
JOIN recommendations r ON r.recommendation_id = t.recommendation_id
JOIN themes k ON k.code = t.theme
WHERE r.repeats IS NULL
GROUP BY r.study_id, t.theme
""",
    ),
    "v_recurrent_recommendations": (
        "Recommandations que plusieurs études font : combien d'études, dans combien de pays.",
        """
SELECT g.group_id, g.theme, k.label_fr AS theme_fr, k.label_en AS theme_en, g.actor, f.text,
       count(DISTINCT r.study_id) AS studies, count(DISTINCT s.country_iso3) AS countries,
       count(*) AS recommendations
FROM recommendation_groups g
JOIN recommendations r ON r.recommendation_id = g.recommendation_id
JOIN studies s ON s.study_id = r.study_id
JOIN themes k ON k.code = g.theme
LEFT JOIN recommendations f ON 'group:' || f.recommendation_id = g.group_id
GROUP BY g.group_id
""",
    ),
    "v_quality": (
        "Qualité mesurée sur des pages annotées : en tout, par document et par règle, avec les intervalles à 95 %.",
        """
SELECT scope, name, measure, strict, pages, right AS right_count, expected, found, precision, precision_low,
       precision_high, recall, recall_low, recall_high, f1, f1_low, f1_high, gold, code_version, model
FROM quality
""",
    ),
    "v_coverage": (
        "Ce que sont devenus les mots de chaque document.",
        """
SELECT d.document_id, d.study_id, d.file_name, count(p.page) AS pages,
       coalesce(sum(p.words_read), 0) AS words_read, coalesce(sum(p.words_in_blocks), 0) AS words_in_blocks,
       coalesce(sum(p.words_furniture), 0) AS words_furniture, coalesce(sum(p.words_lost), 0) AS words_lost,
       (SELECT count(*) FROM rejects r WHERE r.document_id = d.document_id) AS rejects
FROM documents d LEFT JOIN pages p ON p.document_id = d.document_id
GROUP BY d.document_id
""",
    ),
}
"""View name → what it shows (French), and its query."""
