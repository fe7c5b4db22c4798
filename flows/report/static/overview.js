"use strict";
/* The overview: figures, freshness, what was lost, what changed, themes and actors, studies. */

const views = {};

views.overview = {
  title: "overview.title",
  async render() {
    const { core } = store.values;
    const { figures } = core;
    if (!figures.studies) return [pageHead("overview.title"), el("p", { class: "empty" }, t("no_studies")), lostSection()];
    const [recommendations, corridors, groups] = await Promise.all(
      ["recommendations", "corridors", "groups"].map((name) => store.load(name))
    );
    const own = recommendations.filter((row) => !row.repeats);
    return [
      pageHead("overview.title", { studies: words.many("count.studies", figures.studies), pages: words.many("count.pages_read", figures.pages) }),
      figuresSection(figures, corridors, groups),
      el("div", { class: "columns two" }, freshness(), lostSection()),
      own.length && el(
        "div",
        { class: "columns two" },
        barChart({
          title: t("themes.title"),
          note: t("themes.note"),
          pairs: counted(own, (row) => row.themes, (code) => words.label("themes", code)),
          column: "theme",
        }),
        barChart({
          title: t("actors.title"),
          note: t("actors.note"),
          pairs: counted(own, (row) => row.addressees.map(([, actor]) => actor), (code) => words.label("actors", code)),
          column: "actor",
        })
      ),
      studiesTable(),
      changedSection(),
    ];
  },
};

function pageHead(key, values) {
  const name = key.split(".")[0];
  return el(
    "header",
    { class: "page-head" },
    el("h1", { tabindex: "-1" }, t(key)),
    words.has(`${name}.intro`) ? el("p", { class: "lead" }, t(`${name}.intro`, values)) : null
  );
}

function figuresSection(figures, corridors, groups) {
  const ends = new Set(corridors.flatMap((row) => [row.origin, row.destination]));
  const number = words.number.bind(words);
  const cards = [
    ["recommendations", figures.recommendations, "recommendations", figures.repeated],
    ["studies", figures.studies, "studies", figures.pages],
    ["institutions", figures.institutions, "institutions", figures.institution_mentions],
    ["countries", figures.countries, "map", figures.country_mentions],
    ["corridors", corridors.length, "map", ends.size],
    ["groups", groups.length, "recurring", 0],
  ];
  return el(
    "ul",
    { class: "figures" },
    cards.map(([name, count, view, note]) =>
      el(
        "li",
        {},
        el(
          "a",
          { href: address([view]) },
          el("strong", {}, number(count)),
          el("span", {}, words.many(`figure.${name}`, count)),
          name === "recommendations" && !note ? null : el("small", {}, words.many(`figure.${name}_note`, note))
        )
      )
    )
  );
}

function freshness() {
  const { core } = store.values;
  const [run] = core.runs;
  if (!run) return null;
  const fetched = core.studies.flatMap((row) => row.documents.map((file) => file.retrieved_at)).filter(Boolean).sort();
  const facts = [
    [t("freshness.published"), `${words.date(run.finished_at)} (${words.age(run.finished_at)})`],
    [t("freshness.outcome"), words.code("outcome", run.outcome)],
    fetched.length
      ? [t("freshness.fetched"), `${words.date(fetched[0])} – ${words.date(fetched[fetched.length - 1])}`]
      : [t("run.documents"), t("freshness.local")],
    [t("freshness.model"), run.model],
    [t("freshness.code"), run.code_version],
    ...Object.entries(core.corrections).map(([state, count]) => [t("corrections.title"), `${words.number(count)} ${words.code("correction", state)}`]),
  ];
  return el("section", { class: "panel" }, el("h2", {}, t("freshness")), factList(facts));
}

function factList(facts) {
  return el(
    "dl",
    { class: "facts" },
    facts.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))
  );
}

function lostSection() {
  const { losses, figures } = store.values.core;
  const number = words.number.bind(words);
  const wordsLine = t("lost.words", {
    read: number(figures.words_read),
    blocks: number(figures.words_in_blocks),
    aside: number(figures.words_furniture),
    lost: number(figures.words_lost),
  });
  const what = ["documents", "pages"].filter((kind) => figures[`${kind}_lost`]).map((kind) => words.many(`count.${kind}`, figures[`${kind}_lost`]));
  const summary = what.length
    ? t("lost.summary", { what: what.join(", ") })
    : t("lost.none");
  return el(
    "section",
    { class: "panel" },
    el("h2", {}, t("lost.title")),
    el("p", { class: what.length ? "warning" : "fine" }, summary),
    el("p", { class: "note" }, wordsLine),
    losses.length
      ? el(
          "ul",
          { class: "losses" },
          losses.map((row) =>
            el(
              "li",
              {},
              el("strong", {}, row.file_name),
              " ",
              el("span", { class: "tag" }, words.code("reject", row.code)),
              " ",
              el("span", { class: "note" }, row.pages ? `${t("lost.pages", { pages: row.page_count > 12 ? `${row.pages.slice(0, 34)}… (${number(row.page_count)})` : row.pages })}` : t("lost.whole")),
              remedy(row)
            )
          )
        )
      : null
  );
}

/* What to do, as the run said it in French, in other languages by its code where that has words. */
function remedy({ code, message }) {
  const known = words.language !== "fr" && words.has(`remedy.${code}`);
  return known ? el("p", {}, t(`remedy.${code}`)) : el("p", { lang: "fr" }, message);
}

function studiesTable() {
  const { studies } = store.values.core;
  return table({
    caption: t("studies.title"),
    columns: [
      { key: "study", value: (row) => studyName(row.study_id), cell: studyCell },
      { key: "pages", value: (row) => row.page_count, numeric: true },
      { key: "recommendations", value: (row) => row.recommendations, numeric: true },
      { key: "institution_mentions", value: (row) => row.institution_mentions, numeric: true },
      { key: "country_mentions", value: (row) => row.country_mentions, numeric: true },
      { key: "status", value: (row) => words.code("status", row.status) },
    ],
    rows: [...studies].sort((a, b) => words.compare(studyName(a.study_id), studyName(b.study_id))),
  });
}

function changedSection() {
  const { changes, runs } = store.values.core;
  return el(
    "section",
    { class: "panel" },
    el("h2", {}, t("changed.title")),
    changes.length
      ? table({
          caption: t("changed.title"),
          columns: [
            { key: "changed.table", value: (row) => row.table },
            ...["added", "removed", "changed"].map((kind) => ({ key: `changed.${kind}`, value: (row) => row[kind] || 0, numeric: true })),
            { key: "changed.causes", value: (row) => row.causes.map((cause) => words.code("cause", cause)).join(", ") },
          ],
          rows: changes,
        })
      : el("p", {}, t("changed.first")),
    runs.length
      ? table({
          caption: t("changed.runs"),
          columns: [
            { key: "run.started", value: (row) => row.started_at, cell: (row) => words.date(row.started_at) },
            { key: "freshness.outcome", value: (row) => words.code("outcome", row.outcome) },
            { key: "run.documents", value: (row) => row.documents, numeric: true },
            { key: "run.rows", value: (row) => row.rows, numeric: true },
            { key: "freshness.code", value: (row) => row.code_version },
          ],
          rows: runs,
          limit: 5,
        })
      : null
  );
}
