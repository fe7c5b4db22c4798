-- Rôles des pays
-- Origine, destination, transit, partenaire… : combien de mentions, dans combien d'études, donnent ce rôle à ce pays.
SELECT c.country_fr AS "Pays", c.role_fr AS "Rôle", sum(c.mentions) AS "Mentions",
       count(DISTINCT c.study_id) AS "Études"
FROM v_country_roles c
WHERE 1 = 1
  [[AND c.country_fr = {{pays}}]]
GROUP BY c.country_fr, c.role_fr
ORDER BY 3 DESC, 1, 2
