"use strict";
/* The map of corridors, their table and the origin × destination matrix. */

const MAP_FRAME = { west: -27, east: 59, south: -36, north: 60 };
const UPRIGHT = 32; // destinations that fit a sheet upright; more are printed across
const SMALL = ["CPV", "STP", "COM", "MUS", "SYC"];

views.map = {
  title: "map.title",
  async render(_parts, query) {
    const [corridors] = await Promise.all([store.load("corridors"), store.load("map")]);
    if (!corridors.length) return [pageHead("map.title"), el("p", { class: "empty" }, t("map.none"))];
    const place = el("div", {});
    const state = { study: query.study || "", country: query.country || "", least: Number(query.least) || 1 };
    const set = (name) => (value) => {
      state[name] = name === "least" ? Number(value) : value;
      remember(["map"], { ...state, least: state.least > 1 ? state.least : "" });
      draw();
    };
    const largest = Math.max(...corridors.map((row) => row.count));
    const steps = [2, 3, 5, 10, 20].filter((step) => step <= largest);
    const filters = el(
      "form",
      { class: "filters", "aria-label": t("filter.title"), on: { submit: (event) => event.preventDefault() } },
      choice({ label: t("map.filter_country"), value: state.country, change: set("country"), options: optionsOf(corridors, (row) => [row.origin, row.destination], (code) => words.country(code), t("filter.all")) }),
      choice({ label: t("map.filter_study"), value: state.study, change: set("study"), options: optionsOf(corridors, (row) => row.studies, studyName, t("filter.all_f")) }),
      choice({ label: t("map.filter_count"), value: String(state.least), change: set("least"), options: [["1", t("map.show_all")], ...steps.map((step) => [String(step), t("map.show_at_least", { count: step })])] })
    );
    function draw() {
      const shown = corridors
        .map((row) => (state.study ? ofStudy(row, state.study) : row))
        .filter((row) => row.count >= state.least && (!state.country || row.origin === state.country || row.destination === state.country));
      place.replaceChildren(
        el("div", { class: "columns map-columns" }, mapFigure(shown), corridorTable(shown)),
        matrix(shown.filter((row) => row.direction === "known"))
      );
    }
    draw();
    return [pageHead("map.title"), filters, place];
  },
};

function ofStudy(row, id) {
  const mentions = row.mentions.filter(([study]) => study === id);
  return { ...row, mentions, count: mentions.length };
}

function corridorName(row) {
  return `${words.country(row.origin)} ${row.direction === "known" ? "→" : "–"} ${words.country(row.destination)}`;
}

function mapFigure(rows) {
  const { map, core } = store.values;
  const studied = core.studies.filter((row) => row.country_iso3).map((row) => ({ iso3: row.country_iso3, name: words.country(row.country_iso3) }));
  const data = {
    countries: map,
    studied,
    small: SMALL.map((code) => ({ ...spot(code), name: words.country(code) })),
    arcs: rows.map(arc).filter(Boolean),
    ends: ends(rows),
  };
  const figure = chart({ title: t("map.chart"), name: "map", data, change: (spec) => Object.assign(spec, { autosize: "none" }) });
  figure.append(mapLegend(), el("p", { class: "note" }, t("map.boundaries")));
  return figure;
}

function mapLegend() {
  const mark = (kind) => el("i", { class: `key ${kind}`, "aria-hidden": "true" });
  return el(
    "ul",
    { class: "legend" },
    ["studied", "known", "unknown", "origin", "destination", "edge"].map((kind) => el("li", {}, kind === "edge" ? null : mark(`map-${kind}`), t(`map.legend_${kind}`)))
  );
}

/* Where a country is drawn: its centre, or the edge of the map on its side. */
function spot(code) {
  const centre = store.values.map.centres[code];
  if (!centre) return null;
  const [east, north] = centre;
  const { west, east: right, south, north: top } = MAP_FRAME;
  const outside = east < west || east > right || north < south || north > top;
  return {
    longitude: Math.min(right + 1, Math.max(west - 1, east)),
    latitude: Math.min(top, Math.max(south, outside && east < west ? Math.min(north, 45) : north)),
    outside,
  };
}

/* A line bent to its right, so that the way back is another line. */
function arc(row) {
  const [from, to] = [spot(row.origin), spot(row.destination)];
  if (!from || !to) return null;
  const [dx, dy] = [to.longitude - from.longitude, to.latitude - from.latitude];
  const bend = { x: (from.longitude + to.longitude) / 2 + dy * 0.22, y: (from.latitude + to.latitude) / 2 - dx * 0.22 };
  const coordinates = Array.from({ length: 25 }, (_, n) => {
    const [a, b, c] = [(1 - n / 24) ** 2, 2 * (1 - n / 24) * (n / 24), (n / 24) ** 2];
    return [a * from.longitude + b * bend.x + c * to.longitude, a * from.latitude + b * bend.y + c * to.latitude];
  });
  return {
    type: "Feature",
    geometry: { type: "LineString", coordinates },
    properties: { label: corridorName(row), count: row.count, known: row.direction === "known" },
  };
}

function ends(rows) {
  const counts = new Map();
  const add = (code, kind, count) => {
    const known = counts.get(code) || { from: 0, to: 0 };
    known[kind] += count;
    counts.set(code, known);
  };
  for (const row of rows) {
    add(row.origin, "from", row.count);
    add(row.destination, "to", row.count);
  }
  const free = placer();
  const order = [...counts].filter(([code]) => spot(code)).sort((a, b) => b[1].from + b[1].to - a[1].from - a[1].to);
  return order.map(([code, { from, to }]) => {
    const place = spot(code);
    const label = place.outside ? `${words.country(code)} ${store.values.map.centres[code][0] < place.longitude ? "←" : "→"}` : words.country(code);
    return { ...place, label, count: from + to, destination: to > from, side: free(place, label) };
  });
}

/* Where the name of a place can stand without covering another: above, below, right or left; "none" where nowhere. In
   degrees, which are about as large everywhere on this map. */
function placer() {
  const taken = [];
  return ({ longitude, latitude }, label) => {
    const width = 0.95 * label.length + 1;
    const sides = {
      above: [longitude - width / 2, latitude + 0.8],
      below: [longitude - width / 2, latitude - 3],
      right: [longitude + 0.9, latitude - 1.1],
      left: [longitude - 0.9 - width, latitude - 1.1],
    };
    const fits = ([x, y]) => taken.every(([left, low, right, high]) => x > right || x + width < left || y > high || y + 2.2 < low);
    const [side] = Object.keys(sides).filter((name) => fits(sides[name]));
    if (side) taken.push([sides[side][0], sides[side][1], sides[side][0] + width, sides[side][1] + 2.2]);
    taken.push([longitude - 0.5, latitude - 0.5, longitude + 0.5, latitude + 0.5]);
    return side || "none";
  };
}

function corridorTable(rows) {
  return table({
    caption: t("corridors.title"),
    columns: [
      { key: "corridor", value: corridorName, cell: corridorCell },
      { key: "direction", value: (row) => words.code("direction", row.direction) },
      { key: "passages", value: (row) => row.count, numeric: true },
    ],
    rows,
    limit: 15,
  });
}

function corridorCell(row) {
  const list = el("ul", { class: "quotes" });
  const opened = (event) => {
    if (!event.target.open || list.childElementCount) return;
    list.append(
      ...row.mentions.map(([id, page, text, rule, mention]) =>
        el("li", {}, el("q", { lang: "fr" }, text), " ", link(["studies", id, String(page)], `${studyName(id)}, p. ${page}`, { query: { row: mention } }), el("span", { class: "note" }, words.rule(rule)))
      )
    );
  };
  return el("details", { on: { toggle: opened } }, el("summary", {}, corridorName(row)), list);
}

function matrix(rows) {
  const cells = new Map();
  const sums = { origin: new Map(), destination: new Map() };
  for (const row of rows) {
    cells.set(`${row.origin} ${row.destination}`, row.count);
    for (const end of ["origin", "destination"]) sums[end].set(row[end], (sums[end].get(row[end]) || 0) + row.count);
  }
  const ordered = (end) => [...sums[end]].sort((a, b) => b[1] - a[1] || words.compare(words.country(a[0]), words.country(b[0]))).map(([code]) => code);
  const [origins, destinations] = [ordered("origin"), ordered("destination")];
  const largest = Math.max(1, ...rows.map((row) => row.count));
  const shade = (count) => (count ? `heat-${Math.max(1, Math.ceil((5 * count) / largest))}` : "heat-0");
  return el(
    "section",
    {},
    el("h2", {}, t("matrix.title")),
    el("p", { class: "note" }, t("matrix.intro")),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": t("matrix.title") },
      el(
        "table",
        { class: destinations.length > UPRIGHT ? "matrix wide" : "matrix" },
        el("caption", { class: "unseen" }, t("matrix.title")),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("matrix.corner")), destinations.map((code) => el("th", { scope: "col", class: "turned" }, el("span", {}, words.country(code)))), el("th", { scope: "col", class: "turned" }, el("span", {}, t("total"))))),
        el(
          "tbody",
          {},
          origins.map((from) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, words.country(from)),
              destinations.map((to) => {
                const count = cells.get(`${from} ${to}`) || 0;
                return el("td", { class: shade(count) }, count ? words.number(count) : el("span", { class: "unseen" }, "0"));
              }),
              el("td", { class: "sum" }, words.number(sums.origin.get(from)))
            )
          ),
          el("tr", {}, el("th", { scope: "row" }, t("total")), destinations.map((to) => el("td", { class: "sum" }, words.number(sums.destination.get(to)))), el("td", { class: "sum" }, words.number(rows.reduce((sum, row) => sum + row.count, 0))))
        )
      )
    )
  );
}
