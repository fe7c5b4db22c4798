-- Ce que plusieurs études recommandent
-- Recommandations récurrentes : combien d'études les font, dans combien de pays, et un exemple.
SELECT g.theme_fr AS "Thème", g.actor_fr AS "Acteur", g.text AS "Exemple", g.studies AS "Études",
       g.countries AS "Nombre de pays", g.countries_fr AS "Pays"
FROM v_recurring_recommendations g
WHERE 1 = 1
  [[AND g.theme_fr = {{theme}}]]
ORDER BY 4 DESC, 5 DESC, g.group_id
