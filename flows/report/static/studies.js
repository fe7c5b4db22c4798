"use strict";
/* Studies: the list, one study with its strip of pages, and one page with its rows. */

const LONG_TITLE = 90;

views.studies = {
  title: "studies.title",
  async render(parts, query) {
    const [id, page] = parts;
    if (!id) return [pageHead("studies.title"), studiesTable()];
    const row = study(id);
    if (!row) return null;
    const held = await Promise.all(row.documents.map(({ name }) => store.load(`document-${name}`)));
    const documents = row.documents.map((file, n) => ({ ...file, held: held[n] })).filter((file) => file.held);
    if (!page) return studyView(row, documents);
    await store.load("recommendations"); // their texts
    const number = Number(page);
    const document = documents.find((file) => file.held.pages.some(([known]) => known === number));
    return document ? pageView(row, document, number, query.row) : null;
  },
};

async function studyView(row, documents) {
  const all = await store.load("recommendations");
  const [kept] = documents;
  const web = outsideOf(row);
  const facts = [
    [t("study.file"), row.file_name],
    [t("country"), row.country_iso3 && words.country(row.country_iso3)],
    [t("study.region"), row.region],
    [t("study.level"), words.code("level", row.level)],
    [t("year"), row.year],
    [t("study.publisher"), row.publisher],
    [t("study.language"), row.language && words.languageName(row.language)],
    [t("pages"), words.number(row.page_count)],
    [t("status"), words.code("status", row.status)],
    [t("study.source"), web],
  ];
  const count = all.filter((rec) => rec.study === row.study_id && !rec.repeats).length;
  return [
    el("header", { class: "page-head" }, el("p", { class: "crumb" }, link(["studies"], t("studies.title"))), el("h1", { tabindex: "-1", lang: row.language || null, class: row.title.length > LONG_TITLE ? "long" : null }, row.title)),
    el(
      "p",
      { class: "actions" },
      count ? link(["recommendations"], words.many("study.see_recommendations", count), { query: { study: row.study_id }, class: "button" }) : null,
      kept ? pdfLink(kept.name, 1, t("study.open_pdf")) : null
    ),
    factList(facts),
    documents.map((document) => strip(row, document)),
    documents.map((document) => pagesChart(document)),
    el(
      "div",
      { class: "columns two" },
      documents.map((document) => mostNamed(document, "country_mentions", "study.top_countries", (code) => words.country(code))),
      documents.map((document) => mostNamedInstitutions(document))
    ),
    documents.map((document) => structure(row, document)),
  ];
}

function outsideOf(row) {
  const url = row.source_url || (row.documents.find((file) => file.url) || {}).url;
  return url ? outside(url) : null;
}

function strip(row, { held }) {
  const boxes = held.pages.map(([number]) => {
    const facts = pageFacts(held, number);
    const label = `${t("page.title", { page: number })} : ${pageState(facts)}`;
    return el("li", {}, el("a", { href: address(["studies", row.study_id, String(number)]), class: `page-box read-${facts.quality}`, title: label, "aria-label": label }, fill(facts), el("span", {}, String(number))));
  });
  const kinds = [...new Set(held.pages.map((page) => page[7]))].filter((kind) => kind !== "ok");
  return el(
    "section",
    {},
    el("h2", {}, t("study.pages")),
    el("p", { class: "note" }, t("study.strip_hint")),
    el("ul", { class: "legend" }, ["ok", "aside", "lost", ...kinds].map((kind) => el("li", {}, el("i", { class: `key strip-${kind}`, "aria-hidden": "true" }), words.code("strip", kind)))),
    el("ol", { class: "strip" }, boxes)
  );
}

function pageState(facts) {
  const number = words.number.bind(words);
  const state = t("page.state", { read: number(facts.read), blocks: number(facts.blocks), aside: number(facts.aside), lost: number(facts.lost) });
  return facts.quality === "ok" ? state : `${words.code("strip", facts.quality)} ; ${state}`;
}

/* The words of a page as a column: in the text below, set aside above it, lost on top. */
function fill({ read, blocks, aside, lost }) {
  const part = (count) => (read ? (40 * count) / read : 0);
  let y = 40;
  const bars = [["ok", blocks], ["aside", aside], ["lost", lost]].map(([kind, count]) => {
    const height = count ? Math.max(2, part(count)) : 0;
    y -= height;
    return svg("rect", { class: `strip-${kind}`, x: 0, y, width: 28, height });
  });
  return svg("svg", { viewBox: "0 0 28 40", "aria-hidden": "true", preserveAspectRatio: "none" }, bars);
}

function pagesChart({ held }) {
  const counts = new Map();
  for (const [kind, , page] of held.rows) {
    if (kind === "corridor_mentions") continue;
    const key = `${page} ${kind}`;
    counts.set(key, (counts.get(key) || 0) + 1);
  }
  if (!counts.size) return el("p", { class: "empty" }, t("study.no_mentions"));
  const kinds = KINDS.filter((kind) => kind !== "corridor_mentions");
  const rows = [...counts].map(([key, count]) => {
    const [page, kind] = key.split(" ");
    return { page: Number(page), kind, label: t(kind), count, order: kinds.indexOf(kind) };
  });
  const last = held.pages[held.pages.length - 1][0];
  const byPage = [...new Set(rows.map((row) => row.page))].sort((a, b) => a - b);
  return chart({
    title: t("study.chart"),
    name: "pages",
    data: { rows },
    change: (spec) => {
      const width = Math.min(1000, Math.max(240, document.querySelector("main").clientWidth - 90));
      spec.width = width;
      spec.mark.size = Math.max(1.5, Math.min(22, (0.7 * width) / last));
      spec.encoding.x.scale.domain = [1, last];
      delete spec.autosize;
    },
    beside: table({
      caption: t("study.chart"),
      columns: [
        { key: "page", value: (page) => page, numeric: true },
        ...kinds.map((kind) => ({ key: kind, value: (page) => counts.get(`${page} ${kind}`) || 0, numeric: true })),
      ],
      rows: byPage,
    }),
  });
}

function mostNamed({ held }, kind, titleKey, label) {
  const mentions = held.rows.filter((row) => row[0] === kind && row[7]);
  const best = counted(mentions, (row) => [row[7]], label).slice(0, 10);
  return best.length ? barChart({ title: t(titleKey), pairs: best, column: kind === "country_mentions" ? "country" : "institution" }) : null;
}

function mostNamedInstitutions(document) {
  const place = el("div", {});
  fillLater(
    place,
    store.load("institutions").then((all) => {
      const names = new Map(all.map((row) => [row.id, row.acronym || row.name]));
      return mostNamed(document, "institution_mentions", "study.top_institutions", (id) => names.get(id) || id) || "";
    })
  );
  return place;
}

function structure(row, { held }) {
  const items = held.headings.map(([page, level, text]) =>
    el("li", { class: `level-${Math.min(level, 4)}` }, link(["studies", row.study_id, String(page)], text, { lang: row.language || "fr" }), el("span", { class: "dots", "aria-hidden": "true" }), el("span", { class: "folio" }, String(page)))
  );
  return el("section", { class: "structure" }, el("h2", {}, t("study.structure")), items.length ? el("ol", {}, items) : el("p", { class: "empty" }, t("study.no_structure")));
}

/* One page: its picture with the boxes of its rows, or its passages as text; beside it, its rows. */
function pageView(row, document, number, wanted) {
  const { held, name } = document;
  const facts = pageFacts(held, number);
  const here = held.rows.filter((known) => known[2] === number || known[9].some(([page]) => page === number));
  const place = hasPicture(name, number) ? pagePicture(name, facts, here) : pageText(row, held, here, number);
  const list = el("ul", { class: "page-rows" });
  const choose = (id, scroll) => {
    for (const node of [...place.querySelectorAll("[data-row]"), ...list.children]) node.classList.toggle("chosen", node.dataset.row === id);
    const [drawn] = place.getElementsByClassName("chosen");
    if (drawn && scroll) drawn.scrollIntoView({ block: "nearest" });
    const [listed] = list.getElementsByClassName("chosen");
    if (listed && !scroll) listed.scrollIntoView({ block: "nearest" });
  };
  list.append(...here.map((known) => rowItem(known, choose)));
  place.addEventListener("click", (event) => {
    const node = event.target.closest("[data-row]");
    if (node) choose(node.dataset.row, false);
  });
  if (wanted) setTimeout(() => choose(wanted, true));
  const numbers = held.pages.map(([page]) => page);
  const step = (by, key) => (numbers.includes(number + by) ? link(["studies", row.study_id, String(number + by)], t(key), { class: "button quiet" }) : null);
  return [
    el(
      "header",
      { class: "page-head" },
      el("p", { class: "crumb" }, link(["studies"], t("studies.title")), " › ", link(["studies", row.study_id], studyName(row.study_id))),
      el("h1", { tabindex: "-1" }, t("page.title", { page: number })),
      el("p", { class: "lead" }, pageState(facts)),
      facts.note ? el("p", { class: "note", lang: "fr" }, facts.note) : null
    ),
    el("p", { class: "actions" }, step(-1, "page.previous"), step(1, "page.next"), pdfLink(name, number)),
    el("div", { class: "columns page-columns" }, place, el("section", {}, el("h2", {}, t("page.rows")), here.length ? list : el("p", { class: "empty" }, t("page.no_rows")))),
  ];
}

function pagePicture(name, { page, width, height }, rows) {
  const ordered = [...rows].sort((a, b) => KINDS.indexOf(a[0]) - KINDS.indexOf(b[0]));
  return el(
    "figure",
    { class: "page-picture" },
    svg(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("page.picture", { page }) },
      svg("image", { href: pictureOf(name, page), width, height }),
      ordered.map(([kind, id, , , , , , , , boxes]) =>
        svg("g", { class: `box ${kind}`, "data-row": id }, boxes.filter(([at]) => at === page).map(([, x0, y0, x1, y1]) => svg("rect", { x: x0 - 1, y: y0 - 1, width: x1 - x0 + 2, height: y1 - y0 + 2 })))
      )
    )
  );
}

function pageText(row, held, rows, number) {
  const passages = [...new Set(rows.map((known) => known[3]))].filter((id) => held.passages[id]);
  return el(
    "div",
    { class: "page-text" },
    el("p", { class: "note" }, t(passages.length ? "page.no_picture" : "page.no_picture_no_rows", { id: `${row.study_id}:${number}` })),
    passages.map((id) => el("p", { class: "passage", lang: row.language || "fr" }, markedPassage(held.passages[id][2], rows.filter((known) => known[3] === id))))
  );
}

function rowItem([kind, id, , passage, , , surface, code, role], choose) {
  const recommendation = kind === "recommendations" && store.values.recommendations.find((row) => row.id === id);
  const text = { recommendations: () => (recommendation ? recommendation.text : passage), corridor_mentions: () => code.split("-").map((iso3) => words.country(iso3)).join(" – ") }[kind];
  const about = {
    country_mentions: () => (code ? `${words.country(code)}${role ? `, ${words.code("role", role)}` : ""}` : t("undecided")),
    institution_mentions: () => words.rule(role),
    corridor_mentions: () => words.rule(role),
    recommendations: () => words.rule(role),
  }[kind];
  return el(
    "li",
    { "data-row": id, class: kind },
    el("button", { type: "button", on: { click: () => choose(id, true) } }, el("span", { lang: "fr" }, text ? text() : surface), el("span", { class: "note" }, `${t(`row.${kind}`)} · ${about()}`)),
    kind === "recommendations" ? link(["recommendations"], t("evidence"), { query: { open: id } }) : kind === "institution_mentions" ? link(["institutions"], t("institution"), { query: { open: code } }) : null
  );
}
