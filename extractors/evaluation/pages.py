"""One document held against its gold, page by page: counts of each measure, and every fault with its row.

The rules are those of the annotation guidelines. All counts belong to a page, so that pages can be added up
and drawn again; an institution (the set of its mentions in a document) belongs to the page that first names
it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from extractors.evaluation.comparison import dice, key, pair, shared_part
from extractors.evaluation.found import FoundCountry, FoundInstitution, FoundRecommendation, FoundStudy
from extractors.evaluation.gold import GoldInstitution, GoldPage, GoldRecommendation
from extractors.evaluation.scores import MEASURES, Measure

PARTIAL = 0.5
"""Least part of the words of each side that a partial match shares."""

LENIENT, STRICT = 0.7, 0.9
"""Least Dice overlap of the words of a recommendation."""

NEXT_PAGE = 1e-6
"""What standing on the page before or after costs: a unit on the page itself comes first among equals."""

AMBIGUOUS = "ambiguous"
"""Stands for the code of a country that the text does not tell."""

FaultKind = Literal["missed", "extra", "span", "type", "addressees"]
Subject = Literal["country", "institution_mention", "institution", "recommendation"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A difference between tables and gold; ``row_id`` leads to its boxes in ``evidence``, empty for a miss."""

    document: str
    page: int
    subject: Subject
    fault: FaultKind
    gold: str
    found: str
    table_name: str
    row_id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row that was found, the rule that found it, and whether it is right (``exact``: to the word)."""

    rule: str
    right: bool
    exact: bool = False
    confidence: float = 0.0


@dataclass(slots=True)
class PageResult:
    """What a page gives: the counts (right, gold, found) of each measure, the verdicts, the faults."""

    document: str
    page: int
    counts: dict[Measure, tuple[int, int, int]] = field(
        default_factory=lambda: dict.fromkeys(MEASURES, (0, 0, 0))
    )
    institutions: list[Verdict] = field(default_factory=list)
    recommendations: list[Verdict] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def count(self, measure: Measure, right: int, gold: int, found: int) -> None:
        """Add to the counts of a measure."""
        before = self.counts[measure]
        self.counts[measure] = (before[0] + right, before[1] + gold, before[2] + found)

    def blame(
        self,
        subject: Subject,
        fault: FaultKind,
        gold: str,
        found: str,
        table_name: str = "",
        row_id: str = "",
    ) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.document, self.page, subject, fault, gold, found, table_name, row_id))


def compare(gold: Sequence[GoldPage], study: FoundStudy) -> list[PageResult]:
    """The result of each gold page of one document, by page."""
    pages = sorted(gold, key=lambda page: page.page)
    results = [PageResult(page.document, page.page) for page in pages]
    for page, result in zip(pages, results, strict=True):
        compare_countries(page, [f for f in study.countries if f.page == page.page], result)
        compare_mentions(page, [f for f in study.institutions if f.page == page.page], result)
    compare_institutions(pages, study, results)
    compare_recommendations(pages, study, results)
    return results


def compare_countries(gold: GoldPage, found: Sequence[FoundCountry], result: PageResult) -> None:
    """Count the mentions of each country against the gold number; one left ambiguous is found and not right."""
    wanted = Counter(country.iso3 for country in gold.countries)
    got = Counter(country.iso3 or AMBIGUOUS for country in found)
    result.count("countries", (wanted & got).total(), wanted.total(), got.total())
    for iso3, number in (wanted - got).items():
        surfaces = dict.fromkeys(c.surface for c in gold.countries if c.iso3 == iso3)
        result.blame("country", "missed", f"{iso3} x{number}: {' | '.join(surfaces)}", "")
    for iso3, number in (got - wanted).items():
        rows = [row for row in found if (row.iso3 or AMBIGUOUS) == iso3]
        said = f"{iso3} x{number}: {' | '.join(dict.fromkeys(row.surface for row in rows))}"
        ids = " ".join(row.row_id for row in rows)
        result.blame("country", "extra", "", said, "country_mentions", ids)


def compare_mentions(gold: GoldPage, found: Sequence[FoundInstitution], result: PageResult) -> None:
    """Pair the institution mentions of a page; count exact and partial matches and right types."""
    exact = pair(gold.institutions, found, same_surface, 1.0)
    partial = pair(gold.institutions, found, lambda g, f: shared_part(g.surface, f.surface), PARTIAL)
    size = (len(gold.institutions), len(found))
    typed = {i for i, j in partial.items() if gold.institutions[i].type == found[j].type}
    result.count("institutions_exact", len(exact), *size)
    result.count("institutions_partial", len(partial), *size)
    result.count("institution_type", len(typed), len(partial), len(partial))
    right, to_the_word = set(partial.values()), set(exact.values())
    result.institutions += [Verdict(f.rule, j in right, j in to_the_word) for j, f in enumerate(found)]
    for i, mention in enumerate(gold.institutions):
        if i not in partial:
            result.blame("institution_mention", "missed", mention.surface, "")
    for j, row in enumerate(found):
        if j not in right:
            result.blame("institution_mention", "extra", "", row.surface, "institution_mentions", row.row_id)
    for i, j in partial.items():
        blame_pair(gold.institutions[i], found[j], result)


def same_surface(gold: GoldInstitution, found: FoundInstitution) -> float:
    """1 where both are printed alike."""
    return float(key(gold.surface) == key(found.surface))


def blame_pair(gold: GoldInstitution, found: FoundInstitution, result: PageResult) -> None:
    """Note what differs in a pair: its span, its type."""
    place = ("institution_mentions", found.row_id)
    if not same_surface(gold, found):
        result.blame("institution_mention", "span", gold.surface, found.surface, *place)
    if gold.type != found.type:
        result.blame(
            "institution_mention",
            "type",
            f"{gold.surface}: {gold.type}",
            f"{found.surface}: {found.type}",
            *place,
        )


@dataclass(slots=True)
class Names:
    """An institution as a set of names, with the rank of the page that first names it."""

    rank: int
    label: str
    keys: set[str] = field(default_factory=set)


def compare_institutions(pages: Sequence[GoldPage], study: FoundStudy, results: Sequence[PageResult]) -> None:
    """Pair the institutions of a document that share a name: a split or a lump costs."""
    wanted, got = list(gold_names(pages)), list(found_names(pages, study))
    pairs = pair(wanted, got, lambda g, f: len(g.keys & f.keys) / len(g.keys | f.keys), 1e-9)
    matched = set(pairs.values())
    for i, names in enumerate(wanted):
        result = results[names.rank]
        result.count("institution_entities", int(i in pairs), 1, 0)
        if i not in pairs:
            result.blame("institution", "missed", names.label, "")
    for j, names in enumerate(got):
        result = results[names.rank]
        result.count("institution_entities", 0, 0, 1)
        if j not in matched:
            surfaces = " | ".join(sorted(names.keys))
            result.blame("institution", "extra", "", surfaces, "institutions", names.label)


def gold_names(pages: Sequence[GoldPage]) -> Iterator[Names]:
    """The institutions of the gold, in the order in which they are first named."""
    known: dict[str, Names] = {}
    for rank, page in enumerate(pages):
        for mention in page.institutions:
            names = known.setdefault(key(mention.name), Names(rank, mention.name))
            names.keys |= {key(mention.surface), key(mention.name)}
    yield from known.values()


def found_names(pages: Sequence[GoldPage], study: FoundStudy) -> Iterator[Names]:
    """The institutions that are published for the gold pages, in the order in which they are first named."""
    known: dict[str, Names] = {}
    for rank, page in enumerate(pages):
        for mention in study.institutions:
            if mention.page == page.page:
                names = known.setdefault(mention.institution_id, Names(rank, mention.institution_id))
                names.keys.add(key(mention.surface))
    yield from known.values()


def compare_recommendations(
    pages: Sequence[GoldPage], study: FoundStudy, results: Sequence[PageResult]
) -> None:
    """Pair recommendations, leniently (with their addressees, verdicts and faults) and strictly."""
    for match in matches(pages, study.recommendations, STRICT):
        result = results[match.rank]
        size = (len(pages[match.rank].recommendations), len(match.counted))
        result.count("recommendations_strict", len(match.pairs), *size)
    for match in matches(pages, study.recommendations, LENIENT):
        report_recommendations(pages[match.rank], match, results[match.rank])


@dataclass(frozen=True, slots=True)
class Match:
    """The recommendations of a page (by its rank): pairs of gold and found, and all found that it answers for."""

    rank: int
    pairs: Sequence[tuple[GoldRecommendation, FoundRecommendation]]
    missed: Sequence[GoldRecommendation]
    counted: Sequence[FoundRecommendation]


def matches(pages: Sequence[GoldPage], found: Sequence[FoundRecommendation], least: float) -> Iterator[Match]:
    """The pairs of each page; a unit that crosses may be published on the page before or after."""
    used: set[str] = set()
    for rank, page in enumerate(pages):
        number = page.page
        near = [f for f in found if abs(f.page - number) <= 1 and f.row_id not in used]
        pairs = pair(
            page.recommendations,
            near,
            lambda g, f: dice(g.text, f.text) - NEXT_PAGE * (f.page != number),  # noqa: B023 - called at once
            least,
        )
        taken = {near[j].row_id for j in pairs.values()}
        yield Match(
            rank,
            [(page.recommendations[i], near[j]) for i, j in pairs.items()],
            [g for i, g in enumerate(page.recommendations) if i not in pairs],
            [f for f in near if f.page == number or f.row_id in taken],
        )
        used |= taken


def report_recommendations(page: GoldPage, match: Match, result: PageResult) -> None:
    """Count the pairs of a page and their addressees; note verdicts and faults."""
    result.count("recommendations", len(match.pairs), len(page.recommendations), len(match.counted))
    right = {found.row_id: gold for gold, found in match.pairs}
    for found in match.counted:
        gold = right.get(found.row_id)
        exact = gold is not None and dice(gold.text, found.text) >= STRICT
        result.recommendations.append(Verdict(found.rule, gold is not None, exact, found.confidence))
        if gold is None:
            result.blame("recommendation", "extra", "", found.text, "recommendations", found.row_id)
    for missed in match.missed:
        result.blame("recommendation", "missed", missed.text, "")
    for gold, found in match.pairs:
        wanted = {addressee.actor for addressee in gold.addressees}
        result.count("addressees", len(wanted & found.actors), len(wanted), len(found.actors))
        if wanted != found.actors:
            result.blame(
                "recommendation",
                "addressees",
                f"{sorted(wanted)}: {gold.text}",
                f"{sorted(found.actors)}",
                "recommendations",
                found.row_id,
            )
