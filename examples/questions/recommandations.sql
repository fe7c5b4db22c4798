-- Recommandations, par pays, thème et acteur
-- Chaque recommandation que les études font elles-mêmes, avec ses mots, sa page et ses destinataires. Un filtre vide montre
-- tout ; le pays est celui de l'étude ou l'un de ceux que la recommandation concerne.
SELECT r.country_fr AS "Pays étudié", r.page AS "Page", r.text AS "Recommandation", r.addressees AS "Destinataires",
       r.themes_fr AS "Thèmes", r.countries_fr AS "Pays concernés", r.horizon AS "Échéance",
       r.confidence AS "Confiance", r.study_title AS "Étude", r.recommendation_id AS "Ligne"
FROM v_recommendations r
WHERE NOT r.reported
  [[AND (r.country_fr = {{pays}} OR r.recommendation_id IN (
      SELECT a.recommendation_id FROM recommendation_countries a JOIN countries c ON c.iso3 = a.iso3
      WHERE c.name_fr = {{pays}}))]]
  [[AND r.recommendation_id IN (
      SELECT t.recommendation_id FROM recommendation_themes t JOIN themes k ON k.code = t.theme
      WHERE k.label_fr = {{theme}})]]
  [[AND r.recommendation_id IN (
      SELECT a.recommendation_id FROM recommendation_addressees a JOIN actors k ON k.code = a.actor
      WHERE k.label_fr = {{acteur}})]]
ORDER BY r.study_id, r.page, r.recommendation_id
