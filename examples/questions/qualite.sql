-- Qualité mesurée
-- Précision et rappel sur des pages annotées à la main, avec leurs intervalles à 95 % ; vide tant que passerelle evaluate
-- n'a rien mesuré.
SELECT q.measure_fr AS "Mesure", q.pages AS "Pages annotées", q."precision" AS "Précision",
       q.precision_low AS "Précision, borne basse", q.precision_high AS "Précision, borne haute",
       q.recall AS "Rappel", q.recall_low AS "Rappel, borne basse", q.recall_high AS "Rappel, borne haute"
FROM v_quality q
WHERE q.scope = 'pooled'
ORDER BY q.gold, q.measure
