-- Institutions à qui plusieurs études s'adressent
-- Les institutions que les recommandations d'au moins deux études désignent pour agir.
SELECT i.name AS "Institution", i.acronym AS "Sigle", i.type_fr AS "Type", i.country_fr AS "État",
       count(DISTINCT r.study_id) AS "Études", count(DISTINCT r.recommendation_id) AS "Recommandations"
FROM recommendation_addressees a
JOIN recommendations r ON r.recommendation_id = a.recommendation_id
JOIN v_institutions i ON i.institution_id = a.institution_id
WHERE r.repeats IS NULL
  [[AND i.type_fr = {{type}}]]
GROUP BY i.institution_id, i.name, i.acronym, i.type_fr, i.country_fr
HAVING count(DISTINCT r.study_id) > 1
ORDER BY 5 DESC, 6 DESC, 1
