-- Fraîcheur et pertes
-- Chaque document : d'où il vient, quand il a été collecté, ce qui n'a pas pu être lu, et la dernière exécution.
SELECT f.file_name AS "Fichier", f.url AS "Adresse", f.retrieved_at AS "Collecté le", c.pages AS "Pages",
       c.pages_unread AS "Pages non lues", c.lost_share AS "Part de mots perdus", c.rejects AS "Pertes",
       f.run_outcome_fr AS "Dernière exécution", f.run_finished_at AS "Terminée le"
FROM v_freshness f JOIN v_coverage c ON c.document_id = f.document_id
ORDER BY c.rejects DESC, f.file_name
