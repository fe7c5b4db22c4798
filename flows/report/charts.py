"""The charts of the report, as Vega-Lite made by Altair, without their rows: the report's scripts give these.

A text that begins with ``text:`` is a key of ``texts.csv``; the scripts put the words of the reader's language in its
place. Colours are those of Okabe and Ito, which people who confuse colours tell apart; no colour alone says anything.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import altair as alt

INK, QUIET, LINE, LAND, STUDIED = "#16323f", "#5b6f78", "#d5dde0", "#e9eef0", "#bcd6e4"
BLUE, VERMILION, GREEN, ORANGE = "#0072b2", "#d55e00", "#009e73", "#e69f00"
SERIES = {"recommendations": VERMILION, "institution_mentions": BLUE, "country_mentions": GREEN}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

TopChart = alt.Chart | alt.LayerChart | alt.FacetChart

CONFIG = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": QUIET,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelLimit": 260,
    },
    "legend": {"labelColor": INK, "titleColor": QUIET, "labelFontSize": 12, "titleFontSize": 12},
}


def charts() -> dict[str, dict[str, Any]]:
    """Name → Vega-Lite specification; the rows of ``rows`` and others are filled in by the scripts."""
    return {
        "bars": _plain(bars()),
        "pages": _plain(mentions_by_page()),
        "scores": _plain(scores()),
        "map": _plain(corridor_map()),
    }


def map_data() -> dict[str, Any]:
    """The geometry of the map: TopoJSON, and ``centres``: country → [longitude, latitude]."""
    content = resources.files("flows.report").joinpath("static", "map.json").read_text(encoding="utf-8")
    geometry: dict[str, Any] = json.loads(content)
    return geometry


def _plain(chart: TopChart) -> dict[str, Any]:
    """The specification without the address of its schema, which nothing may fetch, and with our looks."""
    spec: dict[str, Any] = chart.to_dict(validate=True)
    spec.pop("$schema", None)
    return spec | {"config": CONFIG, "autosize": {"type": "fit-x", "contains": "padding"}}


def bars() -> TopChart:
    """Rows ``{label, count, order}``: one bar each with its number at its end."""
    rows = alt.NamedData("rows")
    y = alt.Y(
        "label:N",
        sort=None,
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
    )
    x = alt.X("count:Q", axis=None)
    bar = alt.Chart(rows).mark_bar(color=BLUE, cornerRadiusEnd=2, height=15).encode(y=y, x=x)
    number = (
        alt.Chart(rows)
        .mark_text(align="left", dx=5, color=INK)
        .encode(y=y, x=x, text=alt.Text("count:Q", format=",d"))
    )
    return alt.layer(bar, number).properties(width="container")


def mentions_by_page() -> TopChart:
    """Rows ``{page, kind, label, count, order}``: what each page names, one above the other."""
    order = list(SERIES)
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=order, range=list(SERIES.values())),
        legend=None,
    )
    chart: alt.Chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_bar(size=7)
        .encode(
            x=alt.X(
                "page:Q",
                title="text:page",
                axis=alt.Axis(format="d", tickMinStep=1, grid=False),
                scale=alt.Scale(nice=False, padding=8),
            ),
            y=alt.Y("count:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1, tickCount=3)),
            color=colour,
            row=alt.Row(
                "label:N",
                title=None,
                sort=alt.SortField("order"),
                header=alt.Header(
                    labelAngle=0,
                    labelAlign="left",
                    labelOrient="top",
                    labelAnchor="start",
                    labelColor=INK,
                    labelFontSize=12,
                ),
            ),
            tooltip=[
                alt.Tooltip("page:Q", title="text:page", format="d"),
                alt.Tooltip("count:Q", title="text:mentions", format="d"),
            ],
        )
        .properties(height=56)
        .resolve_scale(y="independent")
    )
    return chart


def scores() -> TopChart:
    """Rows ``{label, rate, value, low, high, order}`` in per cent: a point and its 95 % interval for each rate."""
    rows = alt.NamedData("rows")
    y = alt.Y(
        "label:N",
        sort=None,
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
    )
    offset = alt.YOffset("rate:N", sort=["text:precision", "text:recall", "text:f1"])
    scale = alt.Scale(domain=[0, 100])
    colour = alt.Color(
        "rate:N",
        title=None,
        sort=["text:precision", "text:recall", "text:f1"],
        scale=alt.Scale(domain=["text:precision", "text:recall", "text:f1"], range=[BLUE, ORANGE, INK]),
        legend=alt.Legend(orient="top"),
    )
    shape = alt.Shape(
        "rate:N",
        title=None,
        scale=alt.Scale(
            domain=["text:precision", "text:recall", "text:f1"], range=["circle", "square", "diamond"]
        ),
    )
    axis = alt.Axis(title="text:percent", grid=True, tickCount=5)
    interval = (
        alt.Chart(rows)
        .mark_rule(strokeWidth=2)
        .encode(y=y, yOffset=offset, color=colour, x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q")
    )
    point = (
        alt.Chart(rows)
        .mark_point(filled=True, size=70, opacity=1)
        .encode(y=y, yOffset=offset, color=colour, shape=shape, x=alt.X("value:Q", scale=scale))
    )
    return alt.layer(interval, point).properties(width="container")


def corridor_map() -> TopChart:
    """Africa and its neighbours: the countries studied, corridors as arcs, a point where each begins and ends.

    ``countries`` is the TopoJSON; ``studied`` rows ``{iso3, name}``; ``small`` rows for islands too small to be seen;
    ``arcs`` GeoJSON lines with ``{label, count, known}``; ``ends`` rows ``{longitude, latitude, label, count,
    destination, side}``.
    """
    land = alt.NamedData("countries", format=alt.TopoDataFormat(type="topojson", feature="countries"))
    countries = alt.Chart(land).mark_geoshape(fill=LAND, stroke="#ffffff", strokeWidth=0.8)
    studied = (
        alt.Chart(land)
        .transform_lookup(
            lookup="id", from_=alt.LookupData(data=alt.NamedData("studied"), key="iso3", fields=["name"])
        )
        .transform_filter("isValid(datum.name)")
        .mark_geoshape(fill=STUDIED, stroke="#ffffff", strokeWidth=0.8)
        .encode(tooltip=alt.Tooltip("name:N", title="text:studied"))
    )
    small = (
        alt.Chart(alt.NamedData("small"))
        .mark_circle(size=40, fill=LAND, stroke=QUIET, strokeWidth=0.8, opacity=1)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            tooltip=alt.Tooltip("name:N", title="text:country"),
        )
    )
    arcs = (
        alt.Chart(alt.NamedData("arcs"))
        .mark_geoshape(filled=False, opacity=0.75, strokeCap="round")
        .encode(
            strokeWidth=alt.StrokeWidth("properties.count:Q", scale=alt.Scale(range=[1.2, 6.5]), legend=None),
            stroke=alt.Stroke(
                "properties.known:N",
                scale=alt.Scale(domain=[True, False], range=[VERMILION, QUIET]),
                legend=None,
            ),
            strokeDash=alt.StrokeDash(
                "properties.known:N",
                scale=alt.Scale(domain=[True, False], range=[[1, 0], [4, 3]]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("properties.label:N", title="text:corridor"),
                alt.Tooltip("properties.count:Q", title="text:mentions", format="d"),
            ],
        )
    )
    points = alt.Chart(alt.NamedData("ends")).encode(longitude="longitude:Q", latitude="latitude:Q")
    ends = points.mark_point(filled=True, opacity=1, stroke="#ffffff", strokeWidth=1).encode(
        size=alt.Size("count:Q", scale=alt.Scale(range=[30, 160]), legend=None),
        color=alt.Color(
            "destination:N", scale=alt.Scale(domain=[False, True], range=[BLUE, VERMILION]), legend=None
        ),
        shape=alt.Shape(
            "destination:N", scale=alt.Scale(domain=[False, True], range=["circle", "square"]), legend=None
        ),
        tooltip=[
            alt.Tooltip("label:N", title="text:country"),
            alt.Tooltip("count:Q", title="text:mentions", format="d"),
        ],
    )
    names = [name for side in SIDES for name in _names(points, side)]
    return (
        alt.layer(countries, studied, small, arcs, ends, *names)
        .project(type="azimuthalEqualArea", rotate=[-14, -10, 0], fit=FRAME, clipAngle=70)
        .properties(width=760, height=760)
    )


SIDES: dict[str, dict[str, Any]] = {
    "above": {"dy": -10},
    "below": {"dy": 12},
    "right": {"dx": 8, "align": "left", "baseline": "middle"},
    "left": {"dx": -8, "align": "right", "baseline": "middle"},
}
"""Where a name stands beside its point."""


def _names(points: alt.Chart, side: str) -> list[alt.Chart]:
    """The names on one side of their points, on a white edge that keeps them readable over lines."""
    named = points.transform_filter(f"datum.side === '{side}'")
    look: dict[str, Any] = {"fontSize": 11.5, "fontWeight": 600, "color": INK} | SIDES[side]
    edge = named.mark_text(**look, stroke="#ffffff", strokeWidth=3.5, strokeOpacity=0.9)
    return [layer.encode(text="label:N") for layer in (edge, named.mark_text(**look))]


FRAME: Any = {
    "type": "Feature",
    "geometry": {"type": "MultiPoint", "coordinates": [[-27, 15], [59, -22], [16, -36], [14, 60], [56, 34]]},
    "properties": {},
}
"""What the map must show: Cabo Verde, Mauritius, the Cape, the Baltic, the Gulf."""
