"use strict";
/* Recommendations: filters, search, order, evidence and export. */

const FILTERS = ["q", "country", "study", "actor", "theme", "horizon", "reported", "repeats", "sort"];
const PAGE_OF_ROWS = 40;

const concerned = (row) => [...new Set([study(row.study).country_iso3, ...row.countries].filter(Boolean))];
const actorsOf = (row) => (row.addressees.length ? [...new Set(row.addressees.map(([, actor]) => actor))] : ["none"]);
const actorLabel = (code) => (code === "none" ? t("filter.no_actor") : words.label("actors", code));
const firstOf = (values, label) => (values.length ? label(values[0]) : "\uffff");

const ORDERS = {
  place: null,
  country: (a, b) => words.compare(firstOf(concerned(a), (code) => words.country(code)), firstOf(concerned(b), (code) => words.country(code))),
  theme: (a, b) => words.compare(firstOf(a.themes, (code) => words.label("themes", code)), firstOf(b.themes, (code) => words.label("themes", code))),
  actor: (a, b) => words.compare(actorLabel(actorsOf(a)[0]), actorLabel(actorsOf(b)[0])),
  confidence_up: (a, b) => a.confidence - b.confidence,
  confidence_down: (a, b) => b.confidence - a.confidence,
};

views.recommendations = {
  title: "recs.title",
  async render(parts, query) {
    const [all] = await Promise.all([store.load("recommendations"), store.load("groups")]);
    if (!all.length) return [pageHead("recs.title"), el("p", { class: "empty" }, t("recs.none_at_all"))];
    const state = Object.fromEntries(FILTERS.map((name) => [name, query[name] || ""]));
    const list = el("ol", { class: "recommendations" });
    const count = el("p", { class: "count", role: "status" });
    const more = el("div", { class: "more" });
    const filters = el("form", { class: "filters", "aria-label": t("filter.title"), on: { submit: (event) => event.preventDefault() } });
    let shown = PAGE_OF_ROWS;
    let found = [];
    function search() {
      found = matching(all, state);
      draw();
    }
    function draw() {
      list.replaceChildren(...found.slice(0, shown).map((row) => recommendationItem(row, row.id === query.open)));
      count.textContent = found.length ? words.many("recs.count", found.length, { all: words.number(all.length) }) : t("recs.none");
      more.replaceChildren(...moreButton(found.length, shown, PAGE_OF_ROWS, (now) => ((shown = now), draw())));
    }
    const set = (name) => (value) => {
      state[name] = value;
      shown = PAGE_OF_ROWS;
      remember(["recommendations"], state);
      search();
    };
    const drawFilters = () => filters.replaceChildren(...filterFields(all, state, set), resetButton());
    const resetButton = () =>
      el("button", { type: "button", class: "quiet", on: { click: () => (FILTERS.forEach((name) => (state[name] = "")), remember(["recommendations"], {}), drawFilters(), search()) } }, t("recs.reset"));
    printing.before = () => ((shown = Math.max(shown, Math.min(found.length, 500))), draw());
    drawFilters();
    search();
    const exportButton = el("button", { type: "button", on: { click: () => download(`recommandations-${found.length}.csv`, csvText(csvColumns(), found)) } }, t("recs.export"));
    return [pageHead("recs.title"), filters, el("div", { class: "bar" }, count, exportButton), list, more];
  },
};

function filterFields(all, state, set) {
  const horizons = optionsOf(all.filter((row) => row.horizon), (row) => [row.horizon], (text) => text, t("filter.all_f"));
  horizons.splice(1, 0, ["+", t("filter.any_horizon")], ["-", t("filter.no_horizon")]);
  return [
    searchBox({ label: t("filter.search"), value: state.q, change: set("q") }),
    choice({ label: t("filter.country"), value: state.country, change: set("country"), options: optionsOf(all, concerned, (code) => words.country(code), t("filter.all")) }),
    choice({ label: t("filter.study"), value: state.study, change: set("study"), options: optionsOf(all, (row) => [row.study], studyName, t("filter.all_f")) }),
    choice({ label: t("filter.actor"), value: state.actor, change: set("actor"), options: optionsOf(all, actorsOf, actorLabel, t("filter.all")) }),
    choice({ label: t("filter.theme"), value: state.theme, change: set("theme"), options: optionsOf(all, (row) => row.themes, (code) => words.label("themes", code), t("filter.all")) }),
    choice({ label: t("filter.horizon"), value: state.horizon, change: set("horizon"), options: horizons }),
    choice({ label: t("filter.reported"), value: state.reported, change: set("reported"), options: [["", t("filter.all_f")], ["no", t("filter.own")], ["yes", t("filter.reported_only")]] }),
    choice({ label: t("filter.repeats"), value: state.repeats, change: set("repeats"), options: [["", t("filter.no_repeats")], ["yes", t("filter.with_repeats")]] }),
    choice({ label: t("filter.sort"), value: state.sort || "place", change: set("sort"), options: Object.keys(ORDERS).map((name) => [name, t(`sort.${name}`)]) }),
  ];
}

function matching(all, state) {
  const sought = words.fold(state.q.trim()).split(/\s+/).filter(Boolean);
  const horizonFits = { "": () => true, "+": (row) => Boolean(row.horizon), "-": (row) => !row.horizon }[state.horizon] || ((row) => row.horizon === state.horizon);
  const found = all.filter(
    (row) =>
      (state.repeats === "yes" || !row.repeats) &&
      (!state.country || concerned(row).includes(state.country)) &&
      (!state.study || row.study === state.study) &&
      (!state.actor || actorsOf(row).includes(state.actor)) &&
      (!state.theme || row.themes.includes(state.theme)) &&
      (!state.reported || row.reported === (state.reported === "yes")) &&
      horizonFits(row) &&
      containsAll(row, sought)
  );
  const order = ORDERS[state.sort];
  return order ? [...found].sort(order) : found;
}

function containsAll(row, sought) {
  if (!sought.length) return true;
  const text = words.fold([row.text, row.lead_in, row.section, ...row.addressees.map(([surface]) => surface)].join(" "));
  return sought.every((word) => text.includes(word));
}

function recommendationItem(row, open = false) {
  const inside = el("div", { class: "opened" });
  const toggle = (event) => {
    if (event.target.open && !inside.childElementCount) inside.append(...recommendationDetail(row));
  };
  const tags = [
    row.reported ? el("span", { class: "tag reported" }, t("badge.reported")) : null,
    row.repeats ? el("span", { class: "tag" }, t("badge.repeats")) : null,
    row.group ? el("span", { class: "tag recurring" }, t("badge.recurring")) : null,
  ];
  const about = [
    el("span", { class: "where" }, `${studyName(row.study)}, p.\u00a0${row.page}`),
    ...row.themes.map((code) => el("span", { class: "theme" }, words.label("themes", code))),
    row.addressees.length ? el("span", { class: "who" }, row.addressees.map(([surface]) => surface).join(", ")) : null,
    row.horizon ? el("span", { class: "when" }, row.horizon) : null,
    ...tags,
  ];
  const details = el(
    "details",
    { open, on: { toggle } },
    el("summary", {}, el("span", { class: "rec-text", lang: "fr" }, row.text), el("span", { class: "about" }, about)),
    inside
  );
  return el("li", { id: `rec-${row.id}` }, details);
}

function recommendationDetail(row) {
  const group = row.group && store.values.groups.find(({ id }) => id === row.group);
  const addressees = row.addressees.length
    ? el(
        "ul",
        { class: "plain" },
        row.addressees.map(([surface, actor, institution]) =>
          el("li", {}, institution ? link(["institutions"], surface, { query: { open: institution } }) : surface, el("span", { class: "note" }, words.label("actors", actor)))
        )
      )
    : t("evidence.no_addressee");
  const facts = factList([
    [t("evidence.lead_in"), row.lead_in && el("q", { lang: "fr" }, row.lead_in)],
    [t("evidence.section"), row.section],
    [t("evidence.addressees"), addressees],
    [t("evidence.themes"), row.themes.map((code) => words.label("themes", code)).join(", ")],
    [t("evidence.countries"), concerned(row).map((code) => words.country(code)).join(", ")],
    [t("evidence.horizon"), row.horizon],
    [t("evidence.reported"), t(row.reported ? "reported.yes" : "reported.no")],
    [t("evidence.modality"), words.code("modality", row.modality)],
    [t("evidence.rule"), [words.rule(row.rule), " ", el("code", {}, row.rule)]],
    [t("evidence.confidence"), [words.percent(row.confidence), el("span", { class: "note" }, t("evidence.confidence_note"))]],
    [t("evidence.same"), group && link(["recurring"], groupSummary(group), { query: { open: group.id } })],
    [t("evidence.repeats"), row.repeats && link(["recommendations"], row.repeats, { query: { open: row.repeats, study: row.study } })],
    [t("evidence.id"), el("code", {}, row.id)],
  ]);
  return [el("div", { class: "detail" }, fillLater(el("div", { class: "proof" }), evidenceOf("recommendations", row.id, row.document)), facts)];
}

function groupSummary(group) {
  const values = { studies: words.number(group.studies.length), countries: words.number(group.countries.length) };
  return group.countries.length ? t("recurring.by", values) : t("recurring.by_studies", values);
}

function csvColumns() {
  return [
    [t("evidence.id"), (row) => row.id],
    [t("study"), (row) => studyName(row.study)],
    [t("study.file"), (row) => study(row.study).file_name],
    [t("page"), (row) => row.page],
    [t("recs.title"), (row) => row.text],
    [t("evidence.lead_in"), (row) => row.lead_in],
    [t("evidence.section"), (row) => row.section],
    [t("evidence.addressees"), (row) => row.addressees.map(([surface]) => surface).join(" ; ")],
    [t("actor"), (row) => (row.addressees.length ? actorsOf(row).map(actorLabel).join(" ; ") : "")],
    [t("theme"), (row) => row.themes.map((code) => words.label("themes", code)).join(" ; ")],
    [t("countries"), (row) => concerned(row).map((code) => words.country(code)).join(" ; ")],
    [t("evidence.horizon"), (row) => row.horizon],
    [t("evidence.reported"), (row) => t(row.reported ? "reported.yes" : "reported.no")],
    [t("evidence.modality"), (row) => words.code("modality", row.modality)],
    [t("evidence.rule"), (row) => row.rule],
    [t("evidence.confidence"), (row) => row.confidence],
  ];
}
