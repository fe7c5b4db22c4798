"use strict";
/* From the address to a view: language, navigation, printing. */

const printing = { before: null };

function place() {
  const [path, search = ""] = decodeHash().split("?");
  const [view = "overview", ...parts] = path.split("/").filter(Boolean).map(decodeURIComponent);
  return { view, parts, query: Object.fromEntries(new URLSearchParams(search)) };
}

function decodeHash() {
  return location.hash.replace(/^#\/?/, "");
}

/* Keeps the choices of a view in the address, so that it can be sent or printed, without leaving the view. */
function remember(parts, query) {
  history.replaceState(null, "", address(parts, query));
}

let drawing = 0;

async function draw({ focus = true } = {}) {
  const now = ++drawing;
  const main = document.getElementById("content");
  const { view, parts, query } = place();
  printing.before = null;
  for (const anchor of document.querySelectorAll("nav a")) {
    if (anchor.dataset.view !== view) {
      anchor.removeAttribute("aria-current");
      continue;
    }
    anchor.setAttribute("aria-current", "page");
    const bar = anchor.closest("ul");
    bar.scrollLeft = anchor.offsetLeft - (bar.clientWidth - anchor.offsetWidth) / 2; // on a phone it may be out of sight
  }
  let content;
  try {
    content = Object.keys(views).includes(view) ? await views[view].render(parts, query) : null;
  } catch (error) {
    content = [el("p", { class: "problem", role: "alert" }, error.message)];
  }
  if (now !== drawing) return; // the reader has gone on
  const missing = [el("h1", { tabindex: "-1" }, t("not_found")), el("p", {}, link(["overview"], t("back_to_start")))];
  main.replaceChildren(...(content || missing).flat(Infinity).filter(Boolean));
  main.dataset.view = view;
  const title = main.querySelector("h1");
  document.title = `${title ? title.textContent : ""} – Passerelle`;
  const opened = query.open && main.querySelector("details[open]");
  if (opened) opened.scrollIntoView({ block: "start" });
  else if (focus) window.scrollTo(0, 0);
  if (focus && title) title.focus({ preventScroll: true });
}

/* The words that stand in the page itself. */
function translatePage() {
  document.documentElement.lang = words.language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("header [data-title]")) node.title = t(node.dataset.title);
  const other = document.getElementById("language");
  other.lang = words.language === "fr" ? "en" : "fr";
  const [run] = store.values.core.runs;
  document.getElementById("footer").textContent = run ? t("footer", { code: run.code_version, model: run.model }) : "";
}

function switchLanguage() {
  words.language = words.language === "fr" ? "en" : "fr";
  try {
    localStorage.setItem("passerelle.language", words.language);
  } catch (error) {
    // a browser that keeps nothing for files of a disk
  }
  translatePage();
  draw({ focus: false });
}

function chosenLanguage() {
  try {
    return localStorage.getItem("passerelle.language");
  } catch (error) {
    return null;
  }
}

/* All sections one after the other, for paper. */
async function printAll() {
  const main = document.getElementById("content");
  const sections = [];
  for (const name of ["overview", "map", "recurring", "institutions", "quality"]) {
    const content = await views[name].render([], {});
    sections.push(el("section", { class: "printed" }, content.flat(Infinity).filter(Boolean)));
  }
  main.replaceChildren(...sections);
  main.dataset.view = "all";
  await new Promise((resolve) => setTimeout(resolve, 800)); // the charts are drawn
  window.print();
}

function start() {
  words.language = chosenLanguage() === "en" ? "en" : "fr";
  translatePage();
  document.getElementById("language").addEventListener("click", switchLanguage);
  document.getElementById("print").addEventListener("click", () => window.print());
  document.getElementById("print-all").addEventListener("click", printAll);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address says which view is shown
    document.getElementById("content").focus();
  });
  window.addEventListener("hashchange", () => draw());
  window.addEventListener("beforeprint", () => printing.before && printing.before());
  draw({ focus: false });
}

start();
