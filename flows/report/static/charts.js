"use strict";
/* Charts by Vega, drawn without evaluating any text as code (the interpreter that vega-embed brings). */

const BAR_STEP = 24;
const DIGIT = 8; // pixels

const FRENCH_NUMBERS = { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u202f€"], percent: "\u202f%" };

/* A figure with its chart and, below it, the same rows as a table. */
function chart({ title, note, name, data, beside, width = null, open = false, change = null, plainTitle = false }) {
  const place = el("div", { class: `chart chart-${name}`, role: "img", "aria-label": t("chart_of", { title }) });
  const figure = el(
    "figure",
    { class: "figure" },
    el("figcaption", {}, el(plainTitle ? "strong" : "h2", { class: "figure-title" }, title), note ? el("p", { class: "note" }, note) : null),
    place,
    beside ? el("details", { class: "as-table", open }, el("summary", {}, t("as_table")), beside) : null
  );
  drawChart(place, name, data, { width, change });
  return figure;
}

/* Draws a chart of `charts.js` with its rows into a place. */
async function drawChart(place, name, data, { width, change } = {}) {
  await Promise.all([store.load("vega", "assets/vega.js"), store.load("charts")]);
  const spec = translated(store.values.charts[name]);
  spec.datasets = translated(data);
  if (width) spec.width = width;
  if (change) change(spec);
  const options = { actions: false, ast: true, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true } };
  if (words.language === "fr") options.formatLocale = FRENCH_NUMBERS;
  await ready(place);
  await vegaEmbed(place, spec, options);
  for (const drawn of place.querySelectorAll("svg")) drawn.setAttribute("aria-hidden", "true");
}

/* A chart as wide as its place can be drawn only when its place is on the page. */
function ready(place) {
  return new Promise((resolve) => {
    const look = () => (place.isConnected ? resolve() : requestAnimationFrame(look));
    look();
  });
}

/* A copy of a specification in which `text:key` is the text of that key. */
function translated(value) {
  if (Array.isArray(value)) return value.map(translated);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, translated(inner)]));
  }
  return typeof value === "string" && value.startsWith("text:") ? t(value.slice(5)) : value;
}

/* Bars for counted things: [label, count] pairs, the most frequent first; `all` of them stand in the table. */
function barChart({ title, note, pairs, all = pairs, column, plainTitle = false }) {
  if (!pairs.length) return null;
  const rows = pairs.map(([label, count], order) => ({ label, count, order }));
  return chart({
    title,
    note,
    plainTitle,
    name: "bars",
    data: { rows },
    change: (spec) => {
      spec.height = BAR_STEP * rows.length;
      const most = Math.max(1, ...rows.map((row) => row.count));
      for (const layer of spec.layer) layer.encoding.x.scale = { domain: [0, most], nice: false };
      spec.padding = { left: 0, top: 4, bottom: 4, right: 12 + DIGIT * words.number(most).length }; // the number after the longest bar
    },
    beside: table({
      caption: title,
      columns: [
        { key: column, value: (row) => row.label },
        { key: "count", value: (row) => row.count, numeric: true },
      ],
      rows: all.map(([label, count]) => ({ label, count })),
    }),
  });
}

/* What rows count, the most frequent first, what is neither this nor that last. */
function counted(rows, values, label) {
  const counts = new Map();
  for (const row of rows) for (const value of new Set(values(row))) counts.set(value, (counts.get(value) || 0) + 1);
  const rest = ([value]) => value === "other";
  return [...counts]
    .sort((a, b) => rest(a) - rest(b) || b[1] - a[1] || words.compare(label(a[0]), label(b[0])))
    .map(([value, count]) => [label(value), count]);
}
