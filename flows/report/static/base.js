"use strict";
/* What all views stand on: the data given by script files, the words of the reader's language, and elements made
   without any HTML text, so that nothing from a document can act. */

const store = {
  values: {},
  waiting: {},
  /* Called by every file of data/. */
  give(name, value) {
    this.values[name] = value;
  },
  /* The value of a file of data/ or assets/, which a script element reads: fetch() cannot read files of a disk. */
  load(name, file = `data/${name}.js`) {
    if (!this.waiting[name]) {
      this.waiting[name] = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = file;
        script.onload = () => resolve(this.values[name]);
        script.onerror = () => reject(new Error(words.text("load_failed", { name: file })));
        document.head.append(script);
      });
    }
    return this.waiting[name];
  },
};

const words = {
  language: "fr",
  text(key, values = {}) {
    const known = store.values.texts[this.language][key];
    if (known === undefined) return key;
    return known.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  },
  /* The words for so many, as the language counts: in French none and one are singular, in English one alone. */
  many(key, count, values = {}) {
    const one = `${key}_one`;
    const singular = this.has(one) && new Intl.PluralRules(this.language).select(count) === "one";
    return this.text(singular ? one : key, { count: this.number(count), ...values });
  },
  /* The words for a code, or the code where a newer table has one that this report does not know. */
  code(scheme, code) {
    return this.has(`${scheme}.${code}`) ? this.text(`${scheme}.${code}`) : code;
  },
  has(key) {
    return key in store.values.texts.fr;
  },
  /* The label of a code of the tables. */
  label(scheme, code) {
    const pair = store.values.core.labels[scheme][code];
    return pair ? pair[this.language === "fr" ? 0 : 1] : code || "";
  },
  country(code) {
    return this.label("countries", code);
  },
  rule(rule) {
    const whole = `rule.${rule}`;
    const family = `rule.${rule.split(":")[0]}`;
    return words.has(whole) ? words.text(whole) : words.has(family) ? words.text(family) : rule;
  },
  number(value, digits = 0) {
    return value.toLocaleString(this.language === "fr" ? "fr-FR" : "en-GB", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  },
  percent(rate, digits = 0) {
    return this.number(100 * rate, digits) + (this.language === "fr" ? "\u202f%" : "%");
  },
  date(text) {
    const options = { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" };
    return new Date(text).toLocaleDateString(this.language === "fr" ? "fr-FR" : "en-GB", options);
  },
  age(text) {
    const days = Math.round((Date.now() - new Date(text)) / 86400000);
    const format = new Intl.RelativeTimeFormat(this.language, { numeric: "auto" });
    return Math.abs(days) < 60 ? format.format(-days, "day") : format.format(-Math.round(days / 30.4), "month");
  },
  languageName(code) {
    try {
      return new Intl.DisplayNames(this.language, { type: "language" }).of(code);
    } catch (error) {
      return code; // what a document calls its language need not be one
    }
  },
  compare(a, b) {
    return String(a).localeCompare(String(b), this.language, { numeric: true, sensitivity: "base" });
  },
  fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[’']/g, "'").toLowerCase();
  },
};

const SVG = "http://www.w3.org/2000/svg";

/* An element: attributes, `on` listeners, and children that are nodes, texts, or lists of these. */
function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, { on = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const t = (key, values) => words.text(key, values);

/* A link to another place of the report; its parts are escaped for the address. */
function link(parts, text, { query = {}, ...attributes } = {}) {
  return el("a", { href: address(parts, query), ...attributes }, text);
}

function address(parts, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

/* A link out of the report, only where the address is one of the web. */
function outside(url) {
  return /^https?:\/\//i.test(url)
    ? el("a", { href: url, rel: "noreferrer noopener", target: "_blank", class: "outside" }, url)
    : url;
}

const study = (id) => store.values.core.studies.find((row) => row.study_id === id);

/* How a study is called where there is little room: its country or region, and its year. */
function shortTitle(row) {
  const place = row.country_iso3 ? words.country(row.country_iso3) : row.region;
  const long = row.status === "extracted" || place ? row.title || row.file_name : row.file_name;
  if (!place) return long.length > 60 ? `${long.slice(0, 58)}…` : long;
  return row.year ? `${place}, ${row.year}` : place;
}

/* A link to a study; below it the title where the name is another. */
function studyCell(row) {
  const name = studyName(row.study_id);
  const titled = row.status === "extracted" && !name.startsWith(row.title.slice(0, 40));
  return [link(["studies", row.study_id], name), titled ? el("span", { class: "title note", lang: row.language || null }, row.title) : null];
}

/* Short titles that two studies share are told apart by the file's name. */
function studyName(id) {
  const row = study(id);
  const name = shortTitle(row);
  const shared = store.values.core.studies.filter((other) => shortTitle(other) === name).length > 1;
  return shared ? `${name} (${row.file_name.replace(/\.\w+$/, "")})` : name;
}
