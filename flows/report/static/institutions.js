"use strict";
/* Institutions by country and type, with their names, mentions, and where they are addressed. */

views.institutions = {
  title: "institutions.title",
  async render(_parts, query) {
    const [all, recommendations] = await Promise.all([store.load("institutions"), store.load("recommendations")]);
    if (!all.length) return [pageHead("institutions.title"), el("p", { class: "empty" }, t("institutions.none_at_all"))];
    const rows = new Map(recommendations.map((row) => [row.id, row]));
    const state = { q: query.q || "", country: query.country || "", type: query.type || "" };
    const count = el("p", { class: "count", role: "status" });
    const place = el("div", {});
    const wanted = query.open;
    const set = (name) => (value) => {
      state[name] = value;
      remember(["institutions"], state);
      draw();
    };
    const filters = el(
      "form",
      { class: "filters", "aria-label": t("filter.title"), on: { submit: (event) => event.preventDefault() } },
      searchBox({ label: t("filter.search"), value: state.q, change: set("q") }),
      choice({ label: t("filter.country"), value: state.country, change: set("country"), options: optionsOf(all, (row) => [countryOf(row)], stateName, t("filter.all")) }),
      choice({ label: t("type"), value: state.type, change: set("type"), options: optionsOf(all, (row) => [row.type], (code) => words.label("institution_types", code), t("filter.all")) })
    );
    function draw() {
      const sought = words.fold(state.q.trim());
      const found = all.filter(
        (row) =>
          (!state.country || countryOf(row) === state.country) &&
          (!state.type || row.type === state.type) &&
          (!sought || words.fold([row.name, row.acronym || "", ...row.names.map(([name]) => name)].join(" ")).includes(sought))
      );
      found.sort((a, b) => (b.id === wanted) - (a.id === wanted) || b.mention_count - a.mention_count);
      count.textContent = found.length ? words.many("institutions.count", found.length, { all: words.number(all.length) }) : t("institutions.none");
      place.replaceChildren(institutionTable(found, rows, wanted));
    }
    draw();
    return [pageHead("institutions.title"), institutionCharts(all), filters, el("div", { class: "bar" }, count), place];
  },
};

const countryOf = (row) => row.country_iso3 || "none";
const stateName = (code) => (code === "none" ? t("international") : words.country(code));

function institutionCharts(all) {
  const byType = counted(all, (row) => [row.type], (code) => words.label("institution_types", code));
  const byCountry = counted(all, (row) => [countryOf(row)], stateName);
  return el(
    "div",
    { class: "columns two" },
    barChart({ title: t("institutions.by_type"), pairs: byType, column: "type" }),
    barChart({ title: t("institutions.by_country"), pairs: byCountry.slice(0, 15), all: byCountry, column: "country" })
  );
}

function institutionTable(found, rows, wanted) {
  return table({
    caption: t("institutions.title"),
    columns: [
      { key: "institution", value: (row) => row.name, cell: (row) => institutionCell(row, rows, row.id === wanted) },
      { key: "type", value: (row) => words.label("institution_types", row.type) },
      { key: "country", value: (row) => stateName(countryOf(row)) },
      { key: "studies.title", value: (row) => row.study_count, numeric: true },
      { key: "mentions", value: (row) => row.mention_count, numeric: true },
      { key: "addressed", value: (row) => row.addressed.length, numeric: true },
    ],
    rows: found,
    limit: 40,
  });
}

function institutionCell(row, rows, open) {
  const inside = el("div", { class: "opened" });
  const toggle = (event) => {
    if (event.target.open && !inside.childElementCount) inside.append(institutionDetail(row, rows));
  };
  const named = row.acronym && row.acronym !== row.name ? [row.name, " ", el("abbr", {}, row.acronym)] : row.name;
  return el("details", { open, on: { toggle } }, el("summary", { lang: "fr" }, named), inside);
}

function institutionDetail(row, rows) {
  const places = Object.entries(row.pages).map(([id, pages]) =>
    el(
      "li",
      {},
      link(["studies", id], studyName(id)),
      el("span", { class: "page-links" }, " p. ", pages.map(([page, count], n) => [n ? ", " : null, link(["studies", id, String(page)], count > 1 ? `${page} (${count})` : String(page))]))
    )
  );
  const known = new Map(row.names.map(([name, kind]) => [`${kind} ${words.fold(name)}`, [name, kind]])); // capitals apart
  const addressed = row.addressed.map((id) => rows.get(id)).filter(Boolean);
  return factList([
    [t("names"), el("ul", { class: "plain", lang: "fr" }, [...known.values()].map(([name, kind]) => el("li", {}, name, el("span", { class: "note" }, words.code("name", kind)))))],
    [t("named_in"), el("ul", { class: "plain" }, places)],
    [
      t("addressed_in"),
      addressed.length
        ? el("ul", { class: "plain" }, addressed.map((rec) => el("li", {}, link(["recommendations"], rec.text, { query: { open: rec.id, study: rec.study }, lang: "fr" }), el("span", { class: "note" }, `${studyName(rec.study)}, p.\u00a0${rec.page}`))))
        : t("not_addressed"),
    ],
    [t("status"), t(row.registry ? "registry.yes" : "registry.no")],
    [t("evidence.id"), el("code", {}, row.id)],
  ]);
}
