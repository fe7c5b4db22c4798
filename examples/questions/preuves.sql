-- Preuves d'une ligne
-- Les rectangles de la page (en points, origine en haut à gauche) sur lesquels repose une mention ou une recommandation ;
-- « ligne » est son code, dans la colonne du même nom des autres questions.
SELECT e.study_title AS "Étude", e.file_name AS "Fichier", e.page AS "Page", e.x0 AS "Gauche", e.top AS "Haut",
       e.x1 AS "Droite", e.bottom AS "Bas", e.text AS "Mots"
FROM v_evidence e
WHERE 1 = 1
  [[AND e.row_id = {{ligne}}]]
ORDER BY e.document_id, e.page, e.row_id, e.position
LIMIT 200
