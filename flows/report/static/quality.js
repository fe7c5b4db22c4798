"use strict";
/* Quality: scores with their intervals where an evaluation exists, else how to get one. */

const RATES = ["precision", "recall", "f1"];
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
    chart({ title: t("quality.pooled"), name: "scores", data: { rows: scoreRows(pooled) }, beside: scoreTable(t("quality.pooled"), pooled), open: true, change: (spec) => (spec.height = SCORE_STEP * pooled.length) }),
    scoreTable(t("quality.by_study"), quality.filter((row) => row.scope === "document"), "document"),
    rules.length
      ? table({
          caption: t("quality.by_rule"),
          columns: [
            { key: "rule", value: (row) => words.rule(row.name) },
            { key: "measure", value: (row) => words.code("measure", row.measure) },
            { key: "count", value: (row) => row.found, numeric: true },
            { key: "precision", value: (row) => row.precision, cell: (row) => interval(row, "precision"), numeric: true },
          ],
          rows: rules,
        })
      : null,
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
      { key: "document", value: (row) => row.file_name },
      { key: "pages", value: (row) => row.pages, numeric: true },
      { key: "strip.ok", value: (row) => share(row, "words_in_blocks"), cell: (row) => (row.words_read ? words.percent(share(row, "words_in_blocks"), 1) : "–"), numeric: true },
      { key: "strip.aside", value: (row) => share(row, "words_furniture"), cell: (row) => (row.words_read ? words.percent(share(row, "words_furniture"), 1) : "–"), numeric: true },
      { key: "strip.lost", value: (row) => row.words_lost, numeric: true },
    ],
    rows,
  });
}
