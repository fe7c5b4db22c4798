"""A small dashboard over the published tables: recommendations, what recurs, corridors.

    streamlit run examples/dashboards/app.py -- processed

It reads the views of ``passerelle.sqlite`` and writes nothing. Tables are read once for each published version, so a
new version shows at the next click. Links to the evidence lead into the report: below ``PASSERELLE_REPORT_URL`` where
the published folder is served, else to a server of ours that only this machine reaches.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import textwrap
import threading
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unicodedata import combining, normalize
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

EVERY = "Tous"
BETWEEN = " ; "  # between the values of a list in the views
BLUE, INK, PAPER = "#005f96", "#16323f", "#ffffff"
# an axis on which every name stands
WHOLE = {"labelLimit": 0, "labelOverlap": False, "labelColor": INK, "labelFlush": False}
ROW_HEIGHT = 76  # pixels: three lines of a recommendation


# -- What is read --------------------------------------------------------------------------------------------


@st.cache_data(max_entries=2, show_spinner="Lecture des tables…")
def read_views(version: Path) -> dict[str, pd.DataFrame]:
    """The views that are shown, from the database of a version; a version never changes, so it is read once."""
    names = ("v_recommendations", "v_recurring_recommendations", "v_corridors", "v_freshness")
    address = f"{(version / 'passerelle.sqlite').resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        return {name: pd.read_sql(f"SELECT * FROM {name}", database) for name in names}  # noqa: S608 - our names


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each of them."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Say nothing."""


@st.cache_resource
def serve_report(processed: Path) -> str:
    """Serve the report to this machine alone; its address. It stays for as long as the dashboard."""
    handler = partial(_Quiet, directory=processed / "report")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def report_address(processed: Path) -> str | None:
    """Where the report is; None where none was written."""
    if not (processed / "report" / "index.html").exists():
        return None
    served = os.environ.get("PASSERELLE_REPORT_URL", "").rstrip("/")
    return f"{served}/report" if served else serve_report(processed)


# -- What is chosen ------------------------------------------------------------------------------------------


def listed(values: Iterable[str | None]) -> list[str]:
    """The values of a column of lists, each once, sorted as in French."""
    found = {one for value in values if isinstance(value, str) for one in value.split(BETWEEN)}
    return sorted(found, key=fold)


def has(lists: pd.Series, value: str) -> pd.Series:
    """Whether each list of a column holds a value."""
    return (BETWEEN + lists.fillna("") + BETWEEN).str.contains(BETWEEN + value + BETWEEN, regex=False)


def choose(rows: pd.DataFrame, country: str, actor: str, theme: str, words: str) -> pd.DataFrame:
    """The recommendations that fit; a country is that of the study or one that the recommendation concerns."""
    fits = pd.Series(True, index=rows.index)
    if country != EVERY:
        fits &= (rows["country_fr"] == country) | has(rows["countries_fr"], country)
    if actor != EVERY:
        fits &= has(rows["actors_fr"], actor)
    if theme != EVERY:
        fits &= has(rows["themes_fr"], theme)
    for word in fold(words).split():
        fits &= (rows["lead_in"] + " " + rows["text"]).map(fold).str.contains(word, regex=False)
    return rows[fits]


def fold(text: str) -> str:
    """A text without accents or capitals, to search in it and to sort by it."""
    return "".join(char for char in normalize("NFKD", text.casefold()) if not combining(char))


def evidence_links(rows: pd.DataFrame, report: str | None) -> pd.Series:
    """For each recommendation, the place of the report where its words are marked on the page.

    The page's number is in the address only for the table to show it.
    """
    if report is None:
        return pd.Series(None, index=rows.index, dtype="string")
    places = (
        urlencode({"study": row.study_id, "open": row.recommendation_id, "page": row.page})
        for row in rows.itertuples()
    )
    links = [f"{report}/index.html#/recommendations?{place}" for place in places]
    return pd.Series(links, index=rows.index, dtype="string")


# -- What is shown -------------------------------------------------------------------------------------------


def show_recommendations(rows: pd.DataFrame, report: str | None, choice: str) -> None:
    """The table of recommendations, and in full the one that is ticked in it; another ``choice`` unticks it."""
    shown = rows.assign(evidence=evidence_links(rows, report))
    column = st.column_config
    columns = {
        "evidence": column.LinkColumn("Page", display_text=r"page=(\d+)", width=58, pinned=True),
        "text": column.TextColumn("Recommandation", width=520),
        "addressees": column.TextColumn("Destinataires", width="medium"),
        "themes_fr": column.TextColumn("Thèmes", width="medium"),
        "country_fr": column.TextColumn("Pays étudié", width=110),
        "horizon": column.TextColumn("Échéance", width=110),
        "study_title": column.TextColumn("Étude", width=320),
    }
    picked = st.dataframe(
        shown[list(columns)].fillna(""),
        column_config=columns,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=440,
        on_select="rerun",
        selection_mode="single-row",
        key=f"recommendations {choice}",
    )
    if chosen := picked["selection"]["rows"]:
        show_recommendation(shown.iloc[chosen[0]])
    elif len(shown):
        st.caption("Cochez une ligne pour lire la recommandation en entier, avec la phrase qui l'introduit.")


def show_recommendation(row: pd.Series) -> None:
    """One recommendation in full; its words as text, never as Markdown."""
    with st.container(border=True):
        if row["lead_in"]:
            st.text(row["lead_in"])
        st.text(f"« {row['text']} »")
        st.text(f"{row['study_title']}, p. {row['page']} – {row['section']}")
        if isinstance(row["evidence"], str):
            st.link_button("Voir ces mots sur la page", row["evidence"])


def show_recurring(rows: pd.DataFrame) -> None:
    """What several studies ask for, by theme, then each with an example."""
    if rows.empty:
        st.info("Aucune recommandation récurrente pour ce choix : il faut au moins deux études.")
        return
    themes = rows.groupby("theme_fr", as_index=False).agg(
        asked=("group_id", "count"), recommendations=("recommendations", "sum")
    )
    themes["lines"] = themes["theme_fr"].map(lambda name: "|".join(textwrap.wrap(name, 24)))
    bars = (
        alt.Chart(themes)
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X("recommendations:Q", title="Recommandations récurrentes", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y(
                "lines:N",
                title=None,
                sort="-x",
                axis=alt.Axis(labelExpr="split(datum.label, '|')", **WHOLE),
            ),
            tooltip=[
                alt.Tooltip("theme_fr:N", title="Thème"),
                alt.Tooltip("asked:Q", title="Demandes"),
                alt.Tooltip("recommendations:Q", title="Recommandations"),
            ],
        )
        .properties(height=44 * len(themes) + 60)
    )
    st.altair_chart(bars, width="stretch")
    column = st.column_config
    columns = {
        "text": column.TextColumn("Exemple", width="large"),
        "studies": column.NumberColumn("Études", width="small"),
        "countries_fr": column.TextColumn("Pays", width="medium"),
        "theme_fr": column.TextColumn("Thème", width="medium"),
        "actor_fr": column.TextColumn("Acteur", width="medium"),
    }
    st.dataframe(
        rows.sort_values(["studies", "recommendations"], ascending=False)[list(columns)].fillna(""),
        column_config=columns,
        hide_index=True,
        row_height=ROW_HEIGHT,
        key="recurring",
    )


def show_corridors(rows: pd.DataFrame) -> None:
    """The matrix of origins and destinations, and the same as a table."""
    if rows.empty:
        st.info("Aucun couloir dont le texte dise le sens pour ce choix.")
        return
    ends = {"origin_fr": "Origine", "destination_fr": "Destination"}
    cells = rows.groupby(list(ends), as_index=False).agg(
        passages=("mention_count", "sum"), studies=("study_id", "nunique")
    )
    tooltip = [
        *(alt.Tooltip(f"{name}:N", title=title) for name, title in ends.items()),
        alt.Tooltip("passages:Q", title="Passages"),
        alt.Tooltip("studies:Q", title="Études"),
    ]
    base = alt.Chart(cells).encode(
        x=alt.X(
            "destination_fr:N",
            title="Destination",
            sort=listed(cells["destination_fr"]),
            axis=alt.Axis(labelAngle=-60, orient="top", **WHOLE),
        ),
        y=alt.Y("origin_fr:N", title="Origine", sort=listed(cells["origin_fr"]), axis=alt.Axis(**WHOLE)),
        tooltip=tooltip,
    )
    squares = base.mark_rect().encode(
        color=alt.Color("passages:Q", title="Passages", scale=alt.Scale(scheme="blues"), legend=None)
    )
    dark = alt.datum.passages > cells["passages"].max() / 2
    numbers = base.mark_text(fontSize=11).encode(
        text="passages:Q", color=alt.condition(dark, alt.value(PAPER), alt.value(INK))
    )
    matrix = (squares + numbers).properties(width=alt.Step(26), height=alt.Step(24))
    height = (
        24 * cells["origin_fr"].nunique() + 200
    )  # a container of a given height scrolls on a small screen
    with st.container(height=height, border=False):
        st.altair_chart(matrix, width="content")
    st.dataframe(
        cells.sort_values("passages", ascending=False),
        column_config=ends | {"passages": "Passages", "studies": "Études"},
        hide_index=True,
        key="corridors",
    )


def main() -> None:
    """The page."""
    st.set_page_config(page_title="Passerelle", layout="wide")
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PASSERELLE_PROCESSED", "processed")
    processed = Path(given).absolute()
    if not (processed / "passerelle.sqlite").exists():
        st.error(
            f"Pas de tables dans « {given} » : lancez d'abord passerelle run, ou donnez un autre dossier."
        )
        st.stop()
    views = read_views((processed / "current").resolve() if (processed / "current").exists() else processed)
    recommendations, corridors = views["v_recommendations"], views["v_corridors"]
    corridors = corridors[corridors["direction"] == "known"]

    st.title("Ce que les études recommandent")
    left, middle, right = st.columns(3)
    places = [*recommendations["country_fr"], *recommendations["countries_fr"], *corridors["origin_fr"]]
    country = left.selectbox("Pays", [EVERY, *listed(places)])
    actor = middle.selectbox("Type d'acteur", [EVERY, *listed(recommendations["actors_fr"])])
    theme = right.selectbox("Thème", [EVERY, *listed(recommendations["themes_fr"])])
    words = st.text_input("Mots cherchés", placeholder="recrutement équitable")

    chosen = choose(recommendations, country, actor, theme, words)
    studies = chosen["study_id"].nunique()
    st.markdown(f"Recommandations : **{len(chosen)}** sur {len(recommendations)} – études : **{studies}**")
    first, second, third = st.tabs(["Recommandations", "Thèmes récurrents", "Couloirs"])
    with first:
        show_recommendations(chosen, report_address(processed), f"{country} {actor} {theme} {words}")
    with second:
        groups = views["v_recurring_recommendations"]
        fits = pd.Series(True, index=groups.index)
        fits &= (country == EVERY) | has(groups["countries_fr"], country)
        fits &= (actor == EVERY) | (groups["actor_fr"] == actor)
        fits &= (theme == EVERY) | (groups["theme_fr"] == theme)
        show_recurring(groups[fits])
    with third:
        ends = (corridors["origin_fr"] == country) | (corridors["destination_fr"] == country)
        show_corridors(corridors if country == EVERY else corridors[ends])
    for run in views["v_freshness"].drop_duplicates("run_id").itertuples():
        day = pd.Timestamp(run.run_finished_at)
        st.caption(f"Tables du {day:%d/%m/%Y} – code {run.code_version}, modèle {run.model}")


main()
