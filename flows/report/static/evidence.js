"use strict";
/* From a row to the words on the page: the part of the page picture with the words marked, or the passage as text. */

const KINDS = ["recommendations", "institution_mentions", "country_mentions", "corridor_mentions"];
const CROP_MARGIN = 26; // points above and below the words
const PAPER_MARGIN = 0.07; // of the width, cut on either side

const pictureOf = (name, page) => `pages/${name}-${page}.png`;
const hasPicture = (name, page) => (store.values.core.pictures[name] || []).includes(page);

function pageFacts(held, number) {
  const row = held.pages.find(([page]) => page === number);
  const [page, width, height, read, blocks, aside, lost, quality, engine, note] = row;
  return { page, width, height, read, blocks, aside, lost, quality, engine, note };
}

/* Where the kept PDF is beside the report, opened at a page; null for a web page or a file that is not there. */
function pdfAddress(name, page) {
  const file = store.values.core.kept[name];
  return file ? `${file}#page=${page}` : null;
}

function pdfLink(name, page, text) {
  const href = pdfAddress(name, page);
  return href ? el("a", { href, target: "_blank", rel: "noopener", class: "button" }, text || t("evidence.open_pdf", { page })) : null;
}

/* The parts of pages that a row rests on, its words marked. */
function crops(name, held, boxes) {
  const pages = [...new Set(boxes.map(([page]) => page))].filter((page) => hasPicture(name, page));
  return pages.map((number) => {
    const here = boxes.filter(([page]) => page === number);
    const { width, height } = pageFacts(held, number);
    const top = Math.max(0, Math.min(...here.map((box) => box[2])) - CROP_MARGIN);
    const bottom = Math.min(height, Math.max(...here.map((box) => box[4])) + CROP_MARGIN);
    const left = Math.max(0, Math.min(width * PAPER_MARGIN, ...here.map((box) => box[1] - 6)));
    const right = Math.min(width, Math.max(width * (1 - PAPER_MARGIN), ...here.map((box) => box[3] + 6)));
    return el(
      "figure",
      { class: "crop" },
      svg(
        "svg",
        { viewBox: `${left} ${top} ${right - left} ${bottom - top}`, role: "img", "aria-label": t("evidence.crop", { page: number }) },
        svg("image", { href: pictureOf(name, number), width, height }),
        here.map(([, x0, y0, x1, y1]) => svg("rect", { class: "marked", x: x0 - 1, y: y0 - 1, width: x1 - x0 + 2, height: y1 - y0 + 2 }))
      ),
      el("figcaption", {}, t("evidence.crop", { page: number }))
    );
  });
}

/* A passage with the words of some rows marked; where rows overlap, a part belongs to all that cover it. */
function markedPassage(text, rows) {
  const characters = Array.from(text); // offsets count characters, JavaScript counts halves of some
  const cuts = [...new Set([0, characters.length, ...rows.flatMap(([, , , , start, end]) => [start, end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, n) => {
    const part = characters.slice(from, cuts[n + 1]).join("");
    const over = rows.filter(([, , , , start, end]) => start <= from && end >= cuts[n + 1]);
    return over.length ? el("mark", { class: over.map(([kind]) => kind).join(" ") }, part) : part;
  });
}

function passageAsText(held, row) {
  const [, , , passage] = row;
  const known = held.passages[passage];
  return known ? el("blockquote", { class: "passage", lang: "fr" }, markedPassage(known[2], [row])) : null;
}

/* The crops of a row of a document, else its passage as text, with the ways to the page. */
async function evidenceOf(table, id, name) {
  const held = await store.load(`document-${name}`);
  const row = held.rows.find(([kind, key]) => kind === table && key === id);
  const [, , page, , , , , , , boxes] = row;
  const drawn = crops(name, held, boxes);
  return el(
    "div",
    { class: "evidence" },
    drawn.length ? drawn : [el("p", { class: "note" }, t("evidence.text")), passageAsText(held, row)],
    el(
      "p",
      { class: "actions" },
      pdfLink(name, boxes.length ? boxes[0][0] : page),
      link(["studies", held.study, String(page)], t("evidence.open_page"), { query: { row: id }, class: "button quiet" })
    )
  );
}

/* Puts what a promise gives into a place, and says so when it cannot. */
function fillLater(place, promise) {
  place.replaceChildren(el("p", { class: "note" }, t("loading")));
  promise.then(
    (node) => place.replaceChildren(node),
    (error) => place.replaceChildren(el("p", { class: "problem", role: "alert" }, error.message))
  );
  return place;
}
