"""The whole evaluation: by document and pooled, by rule, and whether confidences mean what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from extractors.evaluation.found import FoundStudy, found_studies
from extractors.evaluation.gold import GoldPage
from extractors.evaluation.pages import Fault, PageResult, Verdict, compare
from extractors.evaluation.scores import DRAWS, Measure, Rate, Score, part_of, scores_of

BINS = 10


@dataclass(frozen=True, slots=True)
class RuleScore:
    """The rows that a rule found on gold pages, and how many of them are right (``exact``: to the word).

    ``precision`` and ``strict`` are the parts of them that are, with their intervals over pages.
    """

    rule: str
    found: int
    right: int
    exact: int
    precision: Rate
    strict: Rate


@dataclass(frozen=True, slots=True)
class Bin:
    """The recommendations whose confidence is in ``(low, high]``: their mean confidence and part right."""

    low: float
    high: float
    found: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether confidences are shares: ``error`` is the expected calibration error (Naeini et al. 2015).

    It is the distance between mean confidence and part right in each of ten bins of equal width, weighted
    by the number of recommendations in the bin; 0 without any.
    """

    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the tables are worth on the gold; ``absent`` names the documents that the tables lack."""

    pages: int
    pooled: Mapping[Measure, Score]
    documents: Mapping[str, Mapping[Measure, Score]]
    pages_of: Mapping[str, int]
    absent: tuple[str, ...]
    institution_rules: tuple[RuleScore, ...]
    recommendation_rules: tuple[RuleScore, ...]
    calibration: Calibration
    faults: tuple[Fault, ...]


def evaluate(
    tables: Mapping[str, pd.DataFrame], gold: Iterable[GoldPage], *, draws: int = DRAWS
) -> Evaluation:
    """Hold published tables against gold pages.

    A document of the gold that the tables lack counts as one in which nothing was found; what the tables
    hold of other documents and pages does not count.
    """
    studies = found_studies(tables)
    ordered = sorted(gold, key=lambda page: (page.document, page.page))
    results = {
        document: compare(list(pages), studies.get(document, FoundStudy()))
        for document, pages in groupby(ordered, key=lambda page: page.document)
    }
    pooled = [result for pages in results.values() for result in pages]
    return Evaluation(
        pages=len(pooled),
        pooled=scores_of([result.counts for result in pooled], draws),
        documents={
            document: scores_of([result.counts for result in pages], draws)
            for document, pages in results.items()
        },
        pages_of={document: len(pages) for document, pages in results.items()},
        absent=tuple(document for document in results if document not in studies),
        institution_rules=by_rule([result.institutions for result in pooled], draws),
        recommendation_rules=by_rule([result.recommendations for result in pooled], draws),
        calibration=calibrate([verdict for result in pooled for verdict in result.recommendations]),
        faults=all_faults(pooled),
    )


def by_rule(pages: Sequence[Sequence[Verdict]], draws: int = DRAWS) -> tuple[RuleScore, ...]:
    """The score of each rule from the verdicts of each page, the one that found most first."""
    names = sorted({verdict.rule for page in pages for verdict in page})
    scores = (
        rule_score(name, [[v for v in page if v.rule == name] for page in pages], draws) for name in names
    )
    return tuple(sorted(scores, key=lambda score: (-score.found, score.rule)))


def rule_score(name: str, pages: Sequence[Sequence[Verdict]], draws: int) -> RuleScore:
    """The score of one rule from its verdicts on each page."""
    counts = [(sum(v.right for v in own), sum(v.exact for v in own), len(own)) for own in pages]
    right, exact, found = (sum(column) for column in zip(*counts, strict=True))
    precision = part_of([(r, f) for r, _, f in counts], draws)
    strict = part_of([(e, f) for _, e, f in counts], draws)
    return RuleScore(name, found, right, exact, precision, strict)


def calibrate(verdicts: Sequence[Verdict]) -> Calibration:
    """Compare the confidence of recommendations with the part of them that is right, in ten bins."""
    bins = []
    for rank in range(BINS):
        low, high = rank / BINS, (rank + 1) / BINS
        own = [v for v in verdicts if low < v.confidence <= high or (rank == 0 and v.confidence == 0)]
        if own:
            confidence = sum(v.confidence for v in own) / len(own)
            bins.append(Bin(low, high, len(own), confidence, sum(v.right for v in own) / len(own)))
    error = sum(b.found * abs(b.confidence - b.right) for b in bins) / max(1, len(verdicts))
    return Calibration(error, tuple(bins))


def all_faults(results: Iterable[PageResult]) -> tuple[Fault, ...]:
    """Every fault, by document and page, in a fixed order."""
    faults = [fault for result in results for fault in result.faults]
    return tuple(
        sorted(faults, key=lambda f: (f.document, f.page, f.subject, f.fault, f.gold, f.found, f.row_id))
    )
