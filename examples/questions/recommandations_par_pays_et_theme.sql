-- Recommandations par pays et par thème
-- Combien de recommandations chaque pays étudié reçoit sur chaque thème ; une recommandation qui a deux thèmes compte
-- dans les deux. Les études sous-régionales sont comptées sous leur région.
SELECT coalesce(s.country_fr, s.region, 'sans pays') AS "Pays", t.theme_fr AS "Thème",
       sum(t.recommendations) AS "Recommandations"
FROM v_recommendations_by_theme t JOIN v_studies s ON s.study_id = t.study_id
WHERE 1 = 1
  [[AND t.theme_fr = {{theme}}]]
GROUP BY coalesce(s.country_fr, s.region, 'sans pays'), t.theme_fr
ORDER BY 1, 3 DESC, 2
