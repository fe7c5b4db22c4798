"use strict";
/* Quality: scores with their intervals where an evaluation exists, else how to get one. */

const RATES = ["precision", "recall", "f1"];
const TO_THE_LETTER = ["institutions_exact", "recommendations_strict"];
const SCORE_STEP = 44;
const COMMAND = "passerelle evaluate --gold mes_annotations processed/tables";

views.quality = {
  title: "quality.title",
  async render() {
    const { quality, runs } = store.values.core;
    const all = await store.load("recommendations");
    const head = pageHead("quality.title");
    const measured = quality.length ? measuredQuality(quality, runs[0]) : [notMeasured()];
    return [head, ...measured, all.length ? confidences(all) : null, readingTable()];
  },
};

function notMeasured() {
  return el("section", { class: "panel" }, el("h2", {}, t("quality.none_title")), el("p", {}, t("quality.none")), el("pre", {}, el("code", {}, COMMAND)));
}

function measuredQuality(quality, run) {
  const pooled = quality.filter((row) => row.scope === "pooled");
  const [first] = pooled.length ? pooled : quality;
  const rules = quality.filter((row) => row.scope === "rule");
  const other = run && first.code_version !== run.code_version;
  return [
    el("p", {}, t("quality.measured_on", { pages: words.number(first.pages), code: first.code_version, model: first.model })),
    other ? el("p", { class: "warning" }, t("quality.other_version", { code: first.code_version, current: run.code_version })) : null,
    chart({ title: t("quality.pooled"), name: "scores", data: { rows: scoreRows(pooled) }, beside: scoreTable(t("quality.pooled"), pooled), open: true, change: scoreFrame(pooled) }),
    ...scoresByStudy(quality.filter((row) => row.scope === "document")),
    rules.length ? rulesTable(rules) : null,
  ];
}

/* A line for each rule, the most used first: how much of what it found is right, and right to the letter. */
function rulesTable(rows) {
  const rules = new Map();
  for (const row of rows) {
    const rule = rules.get(row.name) || { name: row.name, found: row.found };
    rule[TO_THE_LETTER.includes(row.measure) ? "strict" : "lenient"] = row;
    rules.set(row.name, rule);
  }
  const rate = (key, column) => ({
    ...key,
    value: (rule) => (rule[column] ? rule[column].precision : null),
    cell: (rule) => (rule[column] ? interval(rule[column], "precision") : "–"),
    numeric: true,
  });
  return table({
    caption: t("quality.by_rule"),
    columns: [
      { key: "rule", value: (rule) => words.rule(rule.name), cell: (rule) => [words.rule(rule.name), " ", el("code", { class: "note" }, rule.name)] },
      { key: "count", value: (rule) => rule.found, numeric: true },
      rate({ key: "precision" }, "lenient"),
      rate({ key: "quality.strict" }, "strict"),
    ],
    rows: [...rules.values()].sort((a, b) => b.found - a.found || words.compare(a.name, b.name)),
    limit: 25,
  });
}

/* The axis begins at the ten below the lowest interval, and says so. */
function scoreFrame(rows) {
  const low = 10 * Math.floor(10 * Math.min(1, ...rows.flatMap((row) => RATES.map((rate) => row[`${rate}_low`]).filter((value) => value !== null))));
  return (spec) => {
    spec.height = SCORE_STEP * rows.length;
    for (const layer of spec.layer) layer.encoding.x.scale.domain = [low, 100];
    if (low) spec.layer[0].encoding.x.axis.title = t("quality.axis", { low });
  };
}

/* F1 of each study and measure, then the rates and intervals behind them. */
function scoresByStudy(rows) {
  const measures = [...new Set(rows.map((row) => row.measure))];
  const byStudy = new Map(rows.map((row) => [row.name, {}]));
  for (const row of rows) byStudy.get(row.name)[row.measure] = row.f1;
  const measured = (name) => store.values.core.studies.find((row) => row.file_name === name);
  const label = (name) => (measured(name) ? studyName(measured(name).study_id) : name);
  const shown = (rate) => (rate === undefined || rate === null ? "–" : words.number(100 * rate, 1));
  return [
    table({
      caption: t("quality.by_study"),
      note: t("quality.by_study_note"),
      columns: [
        { key: "study", value: label, cell: (name) => (measured(name) ? studyCell(measured(name)) : name) },
        ...measures.map((measure) => ({ title: words.code("measure", measure), value: (name) => byStudy.get(name)[measure], cell: (name) => shown(byStudy.get(name)[measure]), numeric: true })),
      ],
      rows: [...byStudy.keys()],
    }),
    el("details", { class: "as-table" }, el("summary", {}, t("quality.detail")), scoreTable(t("quality.detail"), rows.map((row) => ({ ...row, name: label(row.name) })), "study")),
  ];
}

function scoreRows(rows) {
  return rows.flatMap((row, order) =>
    RATES.filter((rate) => row[rate] !== null).map((rate) => ({
      label: words.code("measure", row.measure),
      rate: `text:${rate}`,
      value: 100 * row[rate],
      low: 100 * row[`${rate}_low`],
      high: 100 * row[`${rate}_high`],
      order,
    }))
  );
}

function interval(row, rate) {
  if (row[rate] === null) return "";
  const [low, high] = [row[`${rate}_low`], row[`${rate}_high`]].map((value) => words.number(100 * value, 1));
  return [words.number(100 * row[rate], 1), el("span", { class: "note" }, ` [${low}–${high}]`)];
}

function scoreTable(caption, rows, first = null) {
  return table({
    caption,
    columns: [
      first ? { key: first, value: (row) => row.name } : null,
      { key: "measure", value: (row) => words.code("measure", row.measure) },
      ...RATES.map((rate) => ({ key: rate, value: (row) => row[rate], cell: (row) => interval(row, rate), numeric: true })),
    ].filter(Boolean),
    rows,
  });
}

function confidences(all) {
  const steps = [0, 0.7, 0.8, 0.9, 0.95, 1.01];
  const rows = steps.slice(0, -1).map((low, n) => ({
    label: t("confidence_range", { low: words.percent(low), high: words.percent(Math.min(1, steps[n + 1])) }),
    count: all.filter((row) => !row.repeats && row.confidence >= low && row.confidence < steps[n + 1]).length,
  }));
  return barChart({ title: t("quality.confidence"), note: t("quality.confidence_note"), pairs: rows.map(({ label, count }) => [label, count]), column: "evidence.confidence" });
}

function readingTable() {
  const rows = store.values.core.reading;
  const share = (row, name) => (row.words_read ? row[name] / row.words_read : 0);
  return table({
    caption: t("quality.reading"),
    columns: [
      { key: "document", value: (row) => row.file_name, cell: (row) => el("span", { class: "file" }, row.file_name) },
      { key: "pages", value: (row) => row.pages, numeric: true },
      { key: "strip.ok", value: (row) => share(row, "words_in_blocks"), cell: (row) => (row.words_read ? words.percent(share(row, "words_in_blocks"), 1) : "–"), numeric: true },
      { key: "strip.aside", value: (row) => share(row, "words_furniture"), cell: (row) => (row.words_read ? words.percent(share(row, "words_furniture"), 1) : "–"), numeric: true },
      { key: "strip.lost", value: (row) => row.words_lost, numeric: true },
    ],
    rows,
  });
}
