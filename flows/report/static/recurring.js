"use strict";
/* What several studies ask for, over countries. */

views.recurring = {
  title: "recurring.title",
  async render(_parts, query) {
    const [groups, all] = await Promise.all([store.load("groups"), store.load("recommendations")]);
    if (!groups.length) return [pageHead("recurring.title"), el("p", { class: "empty" }, t("recurring.none"))];
    const rows = new Map(all.map((row) => [row.id, row]));
    const byTheme = counted(groups, (group) => [group.theme], (code) => words.label("themes", code));
    return [
      pageHead("recurring.title"),
      byTheme.length > 1 ? barChart({ title: t("recurring.chart"), pairs: byTheme, column: "theme" }) : null,
      el("ol", { class: "groups" }, groups.map((group) => groupItem(group, rows, group.id === query.open))),
    ];
  },
};

function groupItem(group, rows, open) {
  const members = group.members.map(([id, likeness]) => [rows.get(id), likeness]).filter(([row]) => row);
  const [first] = members.find(([row]) => `group:${row.id}` === group.id) || members[0];
  const inside = el("ul", { class: "members" });
  const toggle = (event) => {
    if (!event.target.open || inside.childElementCount) return;
    inside.append(
      ...members.map(([row, likeness]) =>
        el(
          "li",
          {},
          el("p", { lang: "fr" }, row.text),
          el("p", { class: "about" }, link(["recommendations"], `${studyName(row.study)}, p.\u00a0${row.page}`, { query: { open: row.id, study: row.study } }), row === first ? null : el("span", { class: "note" }, t("likeness", { percent: words.percent(likeness) })))
        )
      )
    );
  };
  return el(
    "li",
    { id: group.id },
    el(
      "details",
      { open, on: { toggle } },
      el(
        "summary",
        {},
        el("span", { class: "shared" }, groupSummary(group)),
        el("span", { class: "rec-text", lang: "fr" }, first.text),
        el(
          "span",
          { class: "about" },
          el("span", { class: "theme" }, words.label("themes", group.theme)),
          group.actor ? el("span", { class: "who" }, words.label("actors", group.actor)) : null,
          group.countries.map((code) => el("span", { class: "tag" }, words.country(code)))
        )
      ),
      inside
    )
  );
}
