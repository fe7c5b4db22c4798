"""The whole evaluation: by document and pooled, by rule, and whether confidences mean what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from extractors.evaluation.found import FoundStudy, found_studies
from extractors.evaluation.gold import GoldPage
from extractors.evaluation.pages import Fault, PageResult, Verdict, compare
from extractors.evaluation.scores import DRAWS, Measure, Score, scores_of

BINS = 10


@dataclass(frozen=True, slots=True)
class RuleScore:
    """The rows that a rule found on gold pages, and how many of them are right (``exact``: to the word)."""

    rule: str
    found: int
    right: int
    exact: int

    @property
    def precision(self) -> float:
        """Part of what the rule found that is right."""
        return self.right / self.found


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
        absent=tuple(document for document in results if document not in studies),
        institution_rules=by_rule(verdict for result in pooled for verdict in result.institutions),
        recommendation_rules=by_rule(verdict for result in pooled for verdict in result.recommendations),
        calibration=calibrate([verdict for result in pooled for verdict in result.recommendations]),
        faults=all_faults(pooled),
    )


def by_rule(verdicts: Iterable[Verdict]) -> tuple[RuleScore, ...]:
    """The score of each rule, the one that found most first."""
    rules: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        rules.setdefault(verdict.rule, []).append(verdict)
    scores = (
        RuleScore(rule, len(own), sum(v.right for v in own), sum(v.exact for v in own))
        for rule, own in rules.items()
    )
    return tuple(sorted(scores, key=lambda score: (-score.found, score.rule)))


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
