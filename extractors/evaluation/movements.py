"""Measures of roles and corridors against pages annotated by hand (``tests/corridors/``).

Roles: a mention is known by its page, its words and a few words around it; empty roles are no class. Corridors:
the pairs of each annotated page; a pair without direction is a pair, and counts only where the page gives it
none, in the gold and in the tables alike.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extractors.study import StudyRows

BEFORE = re.compile(r"(?:\S+\s+){0,3}\S*$")
AFTER = re.compile(r"\S*(?:\s+\S+){0,3}")

Page = tuple[str, int]
"""File name and page."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Right ones, found ones and gold ones."""

    right: int
    found: int
    gold: int

    @property
    def f1(self) -> float:
        """The F1 score; 1 where there is nothing to find and nothing found."""
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 1.0

    def __add__(self, other: Tally) -> Tally:
        """The tally of both."""
        return Tally(self.right + other.right, self.found + other.found, self.gold + other.gold)


def tally(gold: Counter[object], found: Counter[object]) -> Tally:
    """The tally of two bags."""
    return Tally((gold & found).total(), found.total(), gold.total())


def context_of(text: str, start: int, end: int) -> str:
    """The characters ``[start, end)`` with about three words on each side."""
    before, after = BEFORE.search(text, 0, start), AFTER.match(text, end)
    first = before.start() if before is not None else start
    return text[first : after.end() if after is not None else end]


def tally_roles(gold_csv: str, studies: Mapping[str, StudyRows], split: str) -> dict[str, Tally]:
    """The tally of each role over the annotated mentions of a split.

    ``studies`` gives the rows of each document by its file name; documents that are missing are left out.
    """
    rows = [
        r for r in csv.DictReader(gold_csv.splitlines()) if r["split"] == split and r["document"] in studies
    ]
    pages = {(row["document"], int(row["page"])) for row in rows}
    gold: Counter[object] = Counter(
        (row["document"], row["page"], row["context"], row["surface"], row["iso3"], row["role"])
        for row in rows
        if row["role"]
    )
    found: Counter[object] = Counter()
    for document, study in studies.items():
        texts = {passage.passage_id: passage.text for passage in study.passages}
        for m in study.country_mentions:
            if m.role is not None and m.zone != "contents" and (document, m.page) in pages:
                context = context_of(texts[m.passage_id], m.start_char, m.end_char)
                found[document, str(m.page), context, m.surface, m.iso3 or "", m.role] += 1
    roles = sorted({key[-1] for key in [*gold, *found]})  # type: ignore[index]
    return {role: tally(of_role(gold, role), of_role(found, role)) for role in roles}


def of_role(bag: Counter[object], role: str) -> Counter[object]:
    """The mentions of one role."""
    return Counter({key: count for key, count in bag.items() if key[-1] == role})  # type: ignore[index]


def tally_corridors(gold_csv: str, studies: Mapping[str, StudyRows], split: str) -> dict[str, Tally]:
    """The tally of each document over its annotated pages of a split."""
    gold: defaultdict[Page, list[tuple[str, str, str]]] = defaultdict(list)
    for row in csv.DictReader(gold_csv.splitlines()):
        if row["split"] == split and row["document"] in studies:
            pairs = gold[row["document"], int(row["page"])]
            if row["origin"]:
                pairs.append((row["origin"], row["destination"], row["direction"]))
    tallies: dict[str, Tally] = {}
    for (document, page), pairs in gold.items():
        found = found_on(studies[document], page)
        here = tally(Counter(as_pairs(pairs)), Counter(as_pairs(found)))
        tallies[document] = tallies.get(document, Tally(0, 0, 0)) + here
    return tallies


def found_on(study: StudyRows, page: int) -> list[tuple[str, str, str]]:
    """The corridors that the tables have on a page, with the direction that the passages there say."""
    ends = {row.corridor_id: (row.origin_iso3, row.destination_iso3) for row in study.corridors}
    return [(*ends[m.corridor_id], m.direction) for m in study.corridor_mentions if m.page == page]


def as_pairs(corridors: Iterable[tuple[str, str, str]]) -> set[object]:
    """Directed pairs as they are; pairs without direction as sets, unless the page directs them too."""
    known = {(origin, destination) for origin, destination, direction in corridors if direction == "known"}
    directed = {frozenset(pair) for pair in known}
    open_pairs = {frozenset((a, b)) for a, b, direction in corridors if direction == "unknown"} - directed
    return {*known, *open_pairs}
