-- Matrice des couloirs migratoires
-- Une ligne par case de la matrice : pays d'origine, pays de destination, nombre de passages qui le disent. Seuls les
-- couloirs dont le texte dit le sens sont comptés.
SELECT k.origin_fr AS "Origine", k.destination_fr AS "Destination", sum(k.mention_count) AS "Passages"
FROM v_corridors k
WHERE k.direction = 'known'
  [[AND (k.origin_fr = {{pays}} OR k.destination_fr = {{pays}})]]
GROUP BY k.origin_fr, k.destination_fr
ORDER BY 3 DESC, 1, 2
