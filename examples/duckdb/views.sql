-- Toutes les tables et les vues v_… de Passerelle, dans DuckDB, lues dans les fichiers Parquet ; aucune extension.
-- Engendré par `make doors` ; ne pas modifier à la main.
--
--     SET VARIABLE passerelle = '/dossier/publié';   -- sans cela, processed dans le dossier courant
--     .read examples/duckdb/views.sql

CREATE OR REPLACE VIEW "countries" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/countries.parquet');
CREATE OR REPLACE VIEW "groupings" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/groupings.parquet');
CREATE OR REPLACE VIEW "grouping_members" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/grouping_members.parquet');
CREATE OR REPLACE VIEW "themes" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/themes.parquet');
CREATE OR REPLACE VIEW "institution_types" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/institution_types.parquet');
CREATE OR REPLACE VIEW "actors" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/actors.parquet');
CREATE OR REPLACE VIEW "studies" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/studies.parquet');
CREATE OR REPLACE VIEW "documents" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/documents.parquet');
CREATE OR REPLACE VIEW "pages" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/pages.parquet');
CREATE OR REPLACE VIEW "passages" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/passages.parquet');
CREATE OR REPLACE VIEW "country_mentions" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/country_mentions.parquet');
CREATE OR REPLACE VIEW "corridors" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/corridors.parquet');
CREATE OR REPLACE VIEW "corridor_mentions" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/corridor_mentions.parquet');
CREATE OR REPLACE VIEW "institutions" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/institutions.parquet');
CREATE OR REPLACE VIEW "institution_names" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/institution_names.parquet');
CREATE OR REPLACE VIEW "institution_candidates" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/institution_candidates.parquet');
CREATE OR REPLACE VIEW "institution_mentions" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/institution_mentions.parquet');
CREATE OR REPLACE VIEW "recommendations" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/recommendations.parquet');
CREATE OR REPLACE VIEW "recommendation_addressees" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/recommendation_addressees.parquet');
CREATE OR REPLACE VIEW "recommendation_themes" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/recommendation_themes.parquet');
CREATE OR REPLACE VIEW "recommendation_groups" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/recommendation_groups.parquet');
CREATE OR REPLACE VIEW "recommendation_countries" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/recommendation_countries.parquet');
CREATE OR REPLACE VIEW "evidence" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/evidence.parquet');
CREATE OR REPLACE VIEW "rejects" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/rejects.parquet');
CREATE OR REPLACE VIEW "correction_outcomes" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/correction_outcomes.parquet');
CREATE OR REPLACE VIEW "quality" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/quality.parquet');
CREATE OR REPLACE VIEW "runs" AS FROM read_parquet(coalesce(getvariable('passerelle'), 'processed') || '/tables/runs.parquet');

CREATE OR REPLACE VIEW "v_studies" ("study_id", "file_name", "title", "level", "level_fr", "level_en", "country_iso3", "country_fr", "country_en", "region", "year", "language", "publisher", "status", "status_fr", "status_en", "page_count", "country_mentions", "institution_mentions", "recommendations") AS
SELECT s.study_id, s.file_name, s.title, s.level, CASE s.level WHEN 'national' THEN 'nationale' WHEN 'sub_regional' THEN 'sous-régionale' WHEN 'other' THEN 'autre' ELSE s.level END AS "level_fr", CASE s.level WHEN 'national' THEN 'national' WHEN 'sub_regional' THEN 'sub-regional' WHEN 'other' THEN 'other' ELSE s.level END AS "level_en", s.country_iso3, h.name_fr AS country_fr, h.name_en AS country_en, s.region, s.year,
       s.language, s.publisher, s.status, CASE s.status WHEN 'extracted' THEN 'extraite' WHEN 'partial' THEN 'en partie' WHEN 'other_language' THEN 'autre langue' WHEN 'no_text' THEN 'sans texte' ELSE s.status END AS "status_fr", CASE s.status WHEN 'extracted' THEN 'extracted' WHEN 'partial' THEN 'partial' WHEN 'other_language' THEN 'other language' WHEN 'no_text' THEN 'no text' ELSE s.status END AS "status_en", s.page_count,
       (SELECT count(*) FROM country_mentions m WHERE m.study_id = s.study_id) AS country_mentions,
       (SELECT count(*) FROM institution_mentions m WHERE m.study_id = s.study_id) AS institution_mentions,
       (SELECT count(*) FROM recommendations r
        WHERE r.study_id = s.study_id AND r.repeats IS NULL) AS recommendations
FROM studies s LEFT JOIN countries h ON h.iso3 = s.country_iso3;
CREATE OR REPLACE VIEW "v_country_mentions" ("mention_id", "study_id", "study_title", "page", "surface", "iso3", "country_fr", "country_en", "kind", "kind_fr", "kind_en", "role", "role_fr", "role_en", "zone", "zone_fr", "zone_en", "start_char", "end_char", "section", "passage") AS
SELECT m.mention_id, m.study_id, s.title AS study_title, m.page, m.surface, m.iso3, c.name_fr AS country_fr,
       c.name_en AS country_en, m.kind, CASE m.kind WHEN 'name' THEN 'nom' WHEN 'acronym' THEN 'sigle' WHEN 'demonym' THEN 'gentilé' ELSE m.kind END AS "kind_fr", CASE m.kind WHEN 'name' THEN 'name' WHEN 'acronym' THEN 'acronym' WHEN 'demonym' THEN 'demonym' ELSE m.kind END AS "kind_en", m.role,
       CASE m.role WHEN 'study' THEN 'pays étudié' WHEN 'origin' THEN 'origine' WHEN 'destination' THEN 'destination' WHEN 'transit' THEN 'transit' WHEN 'partner' THEN 'partenaire' WHEN 'donor' THEN 'bailleur' WHEN 'comparison' THEN 'comparaison' ELSE m.role END AS "role_fr", CASE m.role WHEN 'study' THEN 'country studied' WHEN 'origin' THEN 'origin' WHEN 'destination' THEN 'destination' WHEN 'transit' THEN 'transit' WHEN 'partner' THEN 'partner' WHEN 'donor' THEN 'donor' WHEN 'comparison' THEN 'comparison' ELSE m.role END AS "role_en", m.zone, CASE m.zone WHEN 'body' THEN 'corps du texte' WHEN 'front_matter' THEN 'pages liminaires' WHEN 'contents' THEN 'sommaire' WHEN 'acronyms' THEN 'liste des sigles' WHEN 'footnote' THEN 'note' WHEN 'bibliography' THEN 'bibliographie' WHEN 'annex' THEN 'annexe' ELSE m.zone END AS "zone_fr", CASE m.zone WHEN 'body' THEN 'body' WHEN 'front_matter' THEN 'front matter' WHEN 'contents' THEN 'contents' WHEN 'acronyms' THEN 'acronyms' WHEN 'footnote' THEN 'footnote' WHEN 'bibliography' THEN 'bibliography' WHEN 'annex' THEN 'annex' ELSE m.zone END AS "zone_en", m.start_char, m.end_char,
       p.section, p.text AS passage
FROM country_mentions m JOIN studies s ON s.study_id = m.study_id
JOIN passages p ON p.passage_id = m.passage_id LEFT JOIN countries c ON c.iso3 = m.iso3;
CREATE OR REPLACE VIEW "v_countries_by_study" ("study_id", "study_title", "iso3", "country_fr", "country_en", "mentions", "pages") AS
SELECT m.study_id, s.title AS study_title, m.iso3, c.name_fr AS country_fr, c.name_en AS country_en,
       count(*) AS mentions, count(DISTINCT m.page) AS pages
FROM country_mentions m JOIN studies s ON s.study_id = m.study_id JOIN countries c ON c.iso3 = m.iso3
GROUP BY m.study_id, s.title, m.iso3, c.name_fr, c.name_en;
CREATE OR REPLACE VIEW "v_country_roles" ("study_id", "study_title", "iso3", "country_fr", "country_en", "role", "role_fr", "role_en", "mentions", "pages") AS
SELECT m.study_id, s.title AS study_title, m.iso3, c.name_fr AS country_fr, c.name_en AS country_en, m.role,
       CASE m.role WHEN 'study' THEN 'pays étudié' WHEN 'origin' THEN 'origine' WHEN 'destination' THEN 'destination' WHEN 'transit' THEN 'transit' WHEN 'partner' THEN 'partenaire' WHEN 'donor' THEN 'bailleur' WHEN 'comparison' THEN 'comparaison' ELSE m.role END AS "role_fr", CASE m.role WHEN 'study' THEN 'country studied' WHEN 'origin' THEN 'origin' WHEN 'destination' THEN 'destination' WHEN 'transit' THEN 'transit' WHEN 'partner' THEN 'partner' WHEN 'donor' THEN 'donor' WHEN 'comparison' THEN 'comparison' ELSE m.role END AS "role_en", count(*) AS mentions, count(DISTINCT m.page) AS pages
FROM country_mentions m JOIN studies s ON s.study_id = m.study_id JOIN countries c ON c.iso3 = m.iso3
WHERE m.role IS NOT NULL
GROUP BY m.study_id, s.title, m.iso3, c.name_fr, c.name_en, m.role;
CREATE OR REPLACE VIEW "v_corridors" ("corridor_id", "study_id", "study_title", "country_iso3", "country_fr", "country_en", "origin_iso3", "origin_fr", "origin_en", "destination_iso3", "destination_fr", "destination_en", "direction", "direction_fr", "direction_en", "mention_count") AS
SELECT k.corridor_id, k.study_id, s.title AS study_title, s.country_iso3, h.name_fr AS country_fr, h.name_en AS country_en, k.origin_iso3, o.name_fr AS origin_fr,
       o.name_en AS origin_en, k.destination_iso3, d.name_fr AS destination_fr, d.name_en AS destination_en,
       k.direction, CASE k.direction WHEN 'known' THEN 'le texte le dit' WHEN 'unknown' THEN 'non précisé' ELSE k.direction END AS "direction_fr", CASE k.direction WHEN 'known' THEN 'said by the text' WHEN 'unknown' THEN 'not said' ELSE k.direction END AS "direction_en", k.mention_count
FROM corridors k JOIN studies s ON s.study_id = k.study_id LEFT JOIN countries h ON h.iso3 = s.country_iso3
JOIN countries o ON o.iso3 = k.origin_iso3 JOIN countries d ON d.iso3 = k.destination_iso3;
CREATE OR REPLACE VIEW "v_institutions" ("institution_id", "name", "acronym", "type", "type_fr", "type_en", "country_iso3", "country_fr", "country_en", "registry", "names", "study_count", "mention_count", "addressed_count") AS
SELECT i.institution_id, i.name, i.acronym, i.type, t.label_fr AS type_fr, t.label_en AS type_en,
       i.country_iso3, c.name_fr AS country_fr, c.name_en AS country_en, i.registry, (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT n.name AS value FROM institution_names n WHERE n.institution_id = i.institution_id) AS one) AS names,
       i.study_count, i.mention_count,
       (SELECT count(DISTINCT a.recommendation_id) FROM recommendation_addressees a
        JOIN recommendations r ON r.recommendation_id = a.recommendation_id
        WHERE a.institution_id = i.institution_id AND r.repeats IS NULL) AS addressed_count
FROM institutions i JOIN institution_types t ON t.code = i.type LEFT JOIN countries c ON c.iso3 = i.country_iso3;
CREATE OR REPLACE VIEW "v_institution_mentions" ("mention_id", "study_id", "study_title", "page", "surface", "institution_id", "name", "acronym", "type", "type_fr", "type_en", "country_iso3", "zone", "zone_fr", "zone_en", "start_char", "end_char", "section", "passage") AS
SELECT m.mention_id, m.study_id, s.title AS study_title, m.page, m.surface, m.institution_id, i.name, i.acronym,
       i.type, t.label_fr AS type_fr, t.label_en AS type_en, i.country_iso3, m.zone, CASE m.zone WHEN 'body' THEN 'corps du texte' WHEN 'front_matter' THEN 'pages liminaires' WHEN 'contents' THEN 'sommaire' WHEN 'acronyms' THEN 'liste des sigles' WHEN 'footnote' THEN 'note' WHEN 'bibliography' THEN 'bibliographie' WHEN 'annex' THEN 'annexe' ELSE m.zone END AS "zone_fr", CASE m.zone WHEN 'body' THEN 'body' WHEN 'front_matter' THEN 'front matter' WHEN 'contents' THEN 'contents' WHEN 'acronyms' THEN 'acronyms' WHEN 'footnote' THEN 'footnote' WHEN 'bibliography' THEN 'bibliography' WHEN 'annex' THEN 'annex' ELSE m.zone END AS "zone_en",
       m.start_char, m.end_char, p.section, p.text AS passage
FROM institution_mentions m JOIN studies s ON s.study_id = m.study_id
JOIN institutions i ON i.institution_id = m.institution_id JOIN institution_types t ON t.code = i.type
JOIN passages p ON p.passage_id = m.passage_id;
CREATE OR REPLACE VIEW "v_recommendations" ("recommendation_id", "study_id", "study_title", "country_iso3", "country_fr", "country_en", "page", "text", "lead_in", "section", "modality", "modality_fr", "modality_en", "reported", "horizon", "confidence", "rule", "themes", "themes_fr", "themes_en", "addressees", "actors", "actors_fr", "actors_en", "countries_iso3", "countries_fr", "countries_en") AS
SELECT r.recommendation_id, r.study_id, s.title AS study_title, s.country_iso3, h.name_fr AS country_fr, h.name_en AS country_en, r.page, r.text, r.lead_in, r.section,
       r.modality, CASE r.modality WHEN 'must' THEN 'doit' WHEN 'should' THEN 'devrait' WHEN 'could' THEN 'pourrait' WHEN 'invite' THEN 'invite à' WHEN 'infinitive' THEN 'infinitif' WHEN 'nominal' THEN 'nom d''action' ELSE r.modality END AS "modality_fr", CASE r.modality WHEN 'must' THEN 'must' WHEN 'should' THEN 'should' WHEN 'could' THEN 'could' WHEN 'invite' THEN 'invites to' WHEN 'infinitive' THEN 'infinitive' WHEN 'nominal' THEN 'noun of action' ELSE r.modality END AS "modality_en", r.reported, r.horizon, r.confidence, r.rule,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT x.theme AS value FROM recommendation_themes x JOIN themes k ON k.code = x.theme WHERE x.recommendation_id = r.recommendation_id) AS one) AS themes,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT k.label_fr AS value FROM recommendation_themes x JOIN themes k ON k.code = x.theme WHERE x.recommendation_id = r.recommendation_id) AS one) AS themes_fr,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT k.label_en AS value FROM recommendation_themes x JOIN themes k ON k.code = x.theme WHERE x.recommendation_id = r.recommendation_id) AS one) AS themes_en,
       (SELECT string_agg(x.surface, ' ; ' ORDER BY x.position) FROM recommendation_addressees x WHERE x.recommendation_id = r.recommendation_id) AS addressees,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT x.actor AS value FROM recommendation_addressees x JOIN actors k ON k.code = x.actor WHERE x.recommendation_id = r.recommendation_id) AS one) AS actors,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT k.label_fr AS value FROM recommendation_addressees x JOIN actors k ON k.code = x.actor WHERE x.recommendation_id = r.recommendation_id) AS one) AS actors_fr,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT k.label_en AS value FROM recommendation_addressees x JOIN actors k ON k.code = x.actor WHERE x.recommendation_id = r.recommendation_id) AS one) AS actors_en,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT x.iso3 AS value FROM recommendation_countries x JOIN countries k ON k.iso3 = x.iso3 WHERE x.recommendation_id = r.recommendation_id) AS one) AS countries_iso3,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT k.name_fr AS value FROM recommendation_countries x JOIN countries k ON k.iso3 = x.iso3 WHERE x.recommendation_id = r.recommendation_id) AS one) AS countries_fr,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT k.name_en AS value FROM recommendation_countries x JOIN countries k ON k.iso3 = x.iso3 WHERE x.recommendation_id = r.recommendation_id) AS one) AS countries_en
FROM recommendations r JOIN studies s ON s.study_id = r.study_id LEFT JOIN countries h ON h.iso3 = s.country_iso3
WHERE r.repeats IS NULL;
CREATE OR REPLACE VIEW "v_recommendations_by_actor" ("study_id", "study_title", "actor", "actor_fr", "actor_en", "recommendations") AS
SELECT r.study_id, s.title AS study_title, a.actor, k.label_fr AS actor_fr, k.label_en AS actor_en,
       count(DISTINCT r.recommendation_id) AS recommendations
FROM recommendation_addressees a JOIN recommendations r ON r.recommendation_id = a.recommendation_id
JOIN studies s ON s.study_id = r.study_id JOIN actors k ON k.code = a.actor
WHERE r.repeats IS NULL GROUP BY r.study_id, s.title, a.actor, k.label_fr, k.label_en;
CREATE OR REPLACE VIEW "v_recommendations_by_theme" ("study_id", "study_title", "theme", "theme_fr", "theme_en", "recommendations") AS
SELECT r.study_id, s.title AS study_title, t.theme, k.label_fr AS theme_fr, k.label_en AS theme_en,
       count(DISTINCT r.recommendation_id) AS recommendations
FROM recommendation_themes t JOIN recommendations r ON r.recommendation_id = t.recommendation_id
JOIN studies s ON s.study_id = r.study_id JOIN themes k ON k.code = t.theme
WHERE r.repeats IS NULL GROUP BY r.study_id, s.title, t.theme, k.label_fr, k.label_en;
CREATE OR REPLACE VIEW "v_recurring_recommendations" ("group_id", "theme", "theme_fr", "theme_en", "actor", "actor_fr", "actor_en", "text", "studies", "countries", "countries_fr", "countries_en", "recommendations") AS
SELECT g.group_id, g.theme, k.label_fr AS theme_fr, k.label_en AS theme_en, g.actor, a.label_fr AS actor_fr,
       a.label_en AS actor_en, f.text, count(DISTINCT r.study_id) AS studies,
       count(DISTINCT s.country_iso3) AS countries, (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT w.name_fr AS value FROM recommendation_groups x JOIN recommendations y ON y.recommendation_id = x.recommendation_id JOIN studies z ON z.study_id = y.study_id JOIN countries w ON w.iso3 = z.country_iso3 WHERE x.group_id = g.group_id) AS one) AS countries_fr,
       (SELECT string_agg(value, ' ; ' ORDER BY value) FROM (SELECT DISTINCT w.name_en AS value FROM recommendation_groups x JOIN recommendations y ON y.recommendation_id = x.recommendation_id JOIN studies z ON z.study_id = y.study_id JOIN countries w ON w.iso3 = z.country_iso3 WHERE x.group_id = g.group_id) AS one) AS countries_en, count(*) AS recommendations
FROM recommendation_groups g JOIN recommendations r ON r.recommendation_id = g.recommendation_id
JOIN studies s ON s.study_id = r.study_id JOIN themes k ON k.code = g.theme
LEFT JOIN actors a ON a.code = g.actor LEFT JOIN recommendations f ON 'group:' || f.recommendation_id = g.group_id
GROUP BY g.group_id, g.theme, k.label_fr, k.label_en, g.actor, a.label_fr, a.label_en, f.text;
CREATE OR REPLACE VIEW "v_notes" ("passage_id", "study_id", "study_title", "page", "marker", "text", "note_of", "note_offset", "section", "passage") AS
SELECT n.passage_id, n.study_id, s.title AS study_title, n.page, n.marker, n.text, n.note_of, n.note_offset,
       p.section, p.text AS passage
FROM passages n JOIN studies s ON s.study_id = n.study_id LEFT JOIN passages p ON p.passage_id = n.note_of
WHERE n.kind = 'footnote';
CREATE OR REPLACE VIEW "v_evidence" ("table_name", "row_id", "study_id", "study_title", "document_id", "file_name", "page", "position", "x0", "top", "x1", "bottom", "width_pt", "height_pt", "text") AS
SELECT e.table_name, e.row_id, d.study_id, s.title AS study_title, e.document_id, d.file_name, e.page, e.position,
       e.x0, e.top, e.x1, e.bottom, p.width_pt, p.height_pt,
       coalesce(r.text, c.surface, i.surface) AS text
FROM evidence e JOIN documents d ON d.document_id = e.document_id JOIN studies s ON s.study_id = d.study_id
JOIN pages p ON p.document_id = e.document_id AND p.page = e.page
LEFT JOIN recommendations r ON e.table_name = 'recommendations' AND r.recommendation_id = e.row_id
LEFT JOIN country_mentions c ON e.table_name = 'country_mentions' AND c.mention_id = e.row_id
LEFT JOIN institution_mentions i ON e.table_name = 'institution_mentions' AND i.mention_id = e.row_id;
CREATE OR REPLACE VIEW "v_coverage" ("document_id", "study_id", "file_name", "pages", "pages_read", "pages_unread", "words_read", "words_in_blocks", "words_furniture", "words_lost", "lost_share", "ambiguous_mentions", "mean_confidence", "rejects") AS
SELECT d.document_id, d.study_id, d.file_name, count(p.page) AS pages,
       sum(CASE WHEN p.text_quality IN ('ok', 'ocr_text') THEN 1 ELSE 0 END) AS pages_read,
       sum(CASE WHEN p.text_quality IN ('garbled', 'image_only') THEN 1 ELSE 0 END) AS pages_unread,
       coalesce(sum(p.words_read), 0) AS words_read, coalesce(sum(p.words_in_blocks), 0) AS words_in_blocks,
       coalesce(sum(p.words_furniture), 0) AS words_furniture, coalesce(sum(p.words_lost), 0) AS words_lost,
       CAST(round(CAST(CAST(coalesce(sum(p.words_lost), 0) AS double precision) / nullif(sum(p.words_read), 0) AS numeric), 6) AS double precision) AS lost_share,
       (SELECT count(*) FROM country_mentions m WHERE m.study_id = d.study_id AND m.iso3 IS NULL) AS ambiguous_mentions,
       CAST(round(CAST((SELECT avg(r.confidence) FROM recommendations r WHERE r.study_id = d.study_id) AS numeric), 3) AS double precision) AS mean_confidence,
       (SELECT count(*) FROM rejects r WHERE r.document_id = d.document_id) AS rejects
FROM documents d LEFT JOIN pages p ON p.document_id = d.document_id
GROUP BY d.document_id, d.study_id, d.file_name;
CREATE OR REPLACE VIEW "v_quality" ("gold", "scope", "name", "measure", "measure_fr", "measure_en", "strict", "pages", "right_count", "expected", "found", "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high", "f1", "f1_low", "f1_high", "code_version", "model") AS
SELECT q.gold, q.scope, q.name, q.measure, CASE q.measure WHEN 'countries' THEN 'pays' WHEN 'institutions_exact' THEN 'institutions, mot pour mot' WHEN 'institutions_partial' THEN 'institutions, moitié des mots' WHEN 'institution_type' THEN 'types d''institutions' WHEN 'institution_entities' THEN 'institutions jointes' WHEN 'recommendations' THEN 'recommandations' WHEN 'recommendations_strict' THEN 'recommandations, mot pour mot' WHEN 'addressees' THEN 'destinataires' ELSE q.measure END AS "measure_fr", CASE q.measure WHEN 'countries' THEN 'countries' WHEN 'institutions_exact' THEN 'institutions, exact' WHEN 'institutions_partial' THEN 'institutions, partial' WHEN 'institution_type' THEN 'types of institutions' WHEN 'institution_entities' THEN 'institutions joined' WHEN 'recommendations' THEN 'recommendations' WHEN 'recommendations_strict' THEN 'recommendations, exact' WHEN 'addressees' THEN 'addressees' ELSE q.measure END AS "measure_en", q.strict, q.pages,
       q."right" AS right_count,
       q.expected, q.found, q."precision", q.precision_low, q.precision_high, q.recall, q.recall_low,
       q.recall_high, q.f1, q.f1_low, q.f1_high, q.code_version, q.model
FROM quality q;
CREATE OR REPLACE VIEW "v_freshness" ("document_id", "study_id", "study_title", "file_name", "url", "retrieved_at", "text_source", "run_id", "run_finished_at", "run_outcome", "run_outcome_fr", "run_outcome_en", "code_version", "model") AS
SELECT d.document_id, d.study_id, s.title AS study_title, d.file_name, d.url, d.retrieved_at, d.text_source,
       u.run_id, u.finished_at AS run_finished_at, u.outcome AS run_outcome,
       CASE u.outcome WHEN 'done' THEN 'terminée' WHEN 'done_with_losses' THEN 'terminée avec des pertes' WHEN 'failed' THEN 'en échec' WHEN 'interrupted' THEN 'interrompue' WHEN 'withheld' THEN 'publication retenue' ELSE u.outcome END AS "run_outcome_fr", CASE u.outcome WHEN 'done' THEN 'done' WHEN 'done_with_losses' THEN 'done with losses' WHEN 'failed' THEN 'failed' WHEN 'interrupted' THEN 'interrupted' WHEN 'withheld' THEN 'publication withheld' ELSE u.outcome END AS "run_outcome_en", u.code_version, u.model
FROM documents d LEFT JOIN studies s ON s.study_id = d.study_id
LEFT JOIN runs u ON u.run_id = (SELECT run_id FROM runs ORDER BY finished_at DESC, run_id LIMIT 1);
