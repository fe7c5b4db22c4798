# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Premiers pas dans les tables
#
# Ce carnet ouvre les tables publiées par `passerelle run`, remonte d'une recommandation à ses rectangles sur la page,
# interroge les vues avec DuckDB, dessine une figure, puis lit une phrase avec le modèle.
#
# Pour l'ouvrir dans Jupyter : `jupytext --to ipynb examples/notebook/premiers_pas.py`. Les tables sont cherchées dans
# `processed`, ou dans le dossier de la variable `PASSERELLE_PROCESSED`.

# %%
import os
from pathlib import Path

import altair as alt
import duckdb
import pandas as pd

import schemas

published = Path(os.environ.get("PASSERELLE_PROCESSED", "processed"))
version = published / "current"  # une exécution en met une autre à sa place : on la suit une seule fois
version = version.resolve() if version.exists() else published

# %% [markdown]
# ## Les tables
#
# `read_tables` rend chaque table avec les types du contrat : textes `string`, entiers `Int64`, oui ou non `boolean`.
# Une valeur absente est `pd.NA` : comparez avec `isna()`.

# %%
tables = schemas.read_tables(version)
pd.DataFrame(
    [(name, frame.attrs["title"], len(frame), frame.attrs["primary_key"]) for name, frame in tables.items()],
    columns=["table", "contenu", "lignes", "clé"],
).set_index("table")

# %%
recommendations = tables["recommendations"]
recommendations.dtypes.to_frame("type")

# %% [markdown]
# Les colonnes qui renvoient à une autre table sont dans `attrs["foreign_keys"]` : c'est avec elles qu'on joint.

# %%
recommendations.attrs["foreign_keys"]

# %% [markdown]
# ## D'une recommandation à la page
#
# Une étude peut redire une recommandation : `repeats` nomme alors la première, et l'on ne compte que celles où elle est
# vide. `evidence` porte les rectangles (points PDF, origine en haut à gauche), un par ligne imprimée.

# %%
new = recommendations[recommendations["repeats"].isna() & ~recommendations["reported"]]
evidence = tables["evidence"].query("table_name == 'recommendations'")
boxes = new.merge(
    evidence.drop(columns="page"), left_on="recommendation_id", right_on="row_id", validate="one_to_many"
).merge(tables["studies"][["study_id", "title", "file_name"]], on="study_id", validate="many_to_one")
boxes[["file_name", "page", "text", "x0", "top", "x1", "bottom"]].head(8).style.hide().format(precision=1)

# %% [markdown]
# Toute recommandation a au moins un rectangle :

# %%
assert set(new["recommendation_id"]) == set(boxes["recommendation_id"])
boxes.groupby("file_name")["recommendation_id"].agg(recommandations="nunique", rectangles="size")

# %% [markdown]
# ## Interroger les vues avec DuckDB
#
# `examples/duckdb/views.sql` fait, au-dessus des fichiers Parquet, les mêmes vues `v_…` que dans SQLite et PostgreSQL.
# DuckDB n'a accès qu'au dossier publié : ni réseau, ni autre fichier.

# %%
root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "examples/duckdb").is_dir())
views = (root / "examples/duckdb/views.sql").read_text(encoding="utf-8")

database = duckdb.connect()
database.execute("SET VARIABLE passerelle = ?", [str(version)])
database.execute("SET allowed_directories = [?]", [f"{version}/"])
database.execute("SET enable_external_access = false")
database.execute("SET lock_configuration = true")
database.execute(views)
database.sql(
    "SELECT study_id AS etude, count(*) AS recommandations FROM v_recommendations GROUP BY ALL ORDER BY 1"
).df()

# %%
by_country = database.sql("""
    SELECT coalesce(s.country_fr, s.region) AS pays, t.theme_fr AS theme, sum(t.recommendations)::int AS recommandations
    FROM v_recommendations_by_theme t JOIN v_studies s USING (study_id)
    GROUP BY ALL
    ORDER BY recommandations DESC
""").df()
by_country.head(10)

# %% [markdown]
# Les recommandations que plusieurs études font :

# %%
database.sql("""
    SELECT theme_fr AS theme, actor_fr AS acteur, text AS exemple, studies AS etudes, countries_fr AS pays
    FROM v_recurring_recommendations
    ORDER BY studies DESC, countries DESC
""").df()

# %% [markdown]
# ## Une figure
#
# Dessinée en SVG par la bibliothèque installée ici : rien n'est pris sur le réseau.

# %%
alt.renderers.enable("svg")
alt.Chart(by_country, title="Recommandations par thème et par pays étudié").mark_bar().encode(
    x=alt.X("sum(recommandations):Q", title="Recommandations"),
    y=alt.Y("theme:N", sort="-x", title=None, axis=alt.Axis(labelLimit=260)),
    color=alt.Color("pays:N", title="Pays étudié", scale=alt.Scale(scheme="tableau10")),
).properties(width=520)

# %% [markdown]
# ## Lire une phrase
#
# Le même modèle que dans les exécutions, sur n'importe quel texte en français.

# %%
import extractors

nlp = extractors.load()
doc = nlp(
    "Il est recommandé au ministère de l'Emploi et à l'ANPE du Mali de conclure, d'ici 2025, un accord de "
    "reconnaissance des compétences avec la Côte d'Ivoire."
)
pd.DataFrame(
    [(kind, span.text, span.label_) for kind in doc.spans for span in doc.spans[kind]],
    columns=["trouvé", "mots", "code"],
)
