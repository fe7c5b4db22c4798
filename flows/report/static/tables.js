"use strict";
/* Tables that sort, lists that grow, choices, and CSV files. */

/* A table with a caption. A column: {key, title, value(row), cell(row), numeric, sortable}. On a phone the rows of a table
   with more than two columns are stacked, which takes the meaning of its elements away: their roles give it back. */
function table({ caption, columns, rows, limit = 50, sorted = null, note = null }) {
  let order = sorted;
  let shown = limit;
  const body = el("tbody", { role: "rowgroup" });
  const more = el("div", { class: "more" });
  const heads = columns.map((column) => {
    const title = column.title === undefined ? t(column.key) : column.title;
    const content =
      column.sortable === false
        ? title
        : el("button", { type: "button", class: "sort", on: { click: () => sortBy(column) } }, title);
    return el("th", { scope: "col", role: "columnheader", class: column.numeric ? "numeric" : null }, content);
  });
  function sortBy(column) {
    const descending = order && order.column === column ? !order.descending : Boolean(column.numeric);
    order = { column, descending };
    draw();
  }
  function value(row, column) {
    const given = column.value(row);
    return given === null || given === undefined ? "" : given;
  }
  function inOrder() {
    if (!order) return rows;
    const { column, descending } = order;
    const sign = descending ? -1 : 1;
    return [...rows].sort((a, b) => {
      const [x, y] = [value(a, column), value(b, column)];
      if (typeof x === "number" && typeof y === "number") return sign * (x - y);
      return sign * words.compare(x, y);
    });
  }
  function draw() {
    columns.forEach((column, n) => {
      const now = order && order.column === column ? (order.descending ? "descending" : "ascending") : null;
      if (now) heads[n].setAttribute("aria-sort", now);
      else heads[n].removeAttribute("aria-sort");
    });
    body.replaceChildren(
      ...inOrder()
        .slice(0, shown)
        .map((row) =>
          el(
            "tr",
            { role: "row" },
            columns.map((column, n) =>
              el(
                n === 0 ? "th" : "td",
                { role: n === 0 ? "rowheader" : "cell", class: column.numeric ? "numeric" : null, scope: n === 0 ? "row" : null, "data-title": column.title === undefined ? t(column.key) : column.title },
                column.cell ? column.cell(row) : typeof value(row, column) === "number" ? words.number(value(row, column)) : value(row, column)
              )
            )
          )
        )
    );
    more.replaceChildren(...moreButton(rows.length, shown, limit, (now) => ((shown = now), draw())));
  }
  draw();
  const label = typeof caption === "string" ? caption : t("nav.overview");
  return el(
    "div",
    { class: "table" },
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
      el(
        "table",
        { role: "table", class: columns.length > 2 ? "stacked" : null },
        el("caption", {}, caption, note ? el("span", { class: "note" }, note) : null),
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads)),
        body
      )
    ),
    more
  );
}

function moreButton(all, shown, step, show) {
  if (all <= shown) return [];
  const next = Math.min(step, all - shown);
  return [el("button", { type: "button", class: "quiet", on: { click: () => show(shown + step) } }, t("recs.more", { count: words.number(next) }))];
}

/* A labelled choice; options are [value, text] pairs. */
function choice({ label, value, options, change }) {
  const select = el(
    "select",
    { on: { change: (event) => change(event.target.value) } },
    options.map(([code, text]) => el("option", { value: code, selected: code === (value || "") }, text))
  );
  return el("label", { class: "choice" }, el("span", {}, label), select);
}

function searchBox({ label, value, change }) {
  let waiting = null;
  const input = el("input", {
    type: "search",
    value: value || "",
    on: {
      input: (event) => {
        clearTimeout(waiting);
        waiting = setTimeout(() => change(event.target.value), 150);
      },
    },
  });
  return el("label", { class: "choice search" }, el("span", {}, label), input);
}

/* The options of a column: each value that occurs, with how often, by label. */
function optionsOf(rows, values, label, all) {
  const counts = new Map();
  for (const row of rows) for (const value of new Set(values(row))) counts.set(value, (counts.get(value) || 0) + 1);
  const known = [...counts].map(([value, count]) => [value, `${label(value)} (${words.number(count)})`]);
  return [["", all], ...known.sort((a, b) => words.compare(a[1], b[1]))];
}

/* CSV for people: a byte-order mark, all quoted, lines as spreadsheets want them, and no cell that a spreadsheet would
   run: an apostrophe stands before what begins like a formula, spaces and control characters aside. */
const FORMULA = /^[\s\u0000-\u0020\u00a0\u200b\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

function csvCell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  const number = typeof value === "number";
  const safe = !number && (FORMULA.test(text) || /^[\t\r\n\u0000]/.test(text)) ? `'${text}` : text;
  return `"${safe.replace(/\u0000/g, "").replace(/"/g, '""')}"`;
}

function csvText(columns, rows) {
  const lines = [columns.map(([title]) => csvCell(title)), ...rows.map((row) => columns.map(([, value]) => csvCell(value(row))))];
  return `\ufeff${lines.map((cells) => cells.join(words.language === "fr" ? ";" : ",")).join("\r\n")}\r\n`;
}

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const anchor = el("a", { href: url, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
