"""Precision, recall and F1 from counts, and how far they can be trusted.

Every measure is a sum over pages of three counts: right, gold, found. Its 95 % interval comes from the
bootstrap: the pages are drawn again with replacement, a thousand times, and the measure computed from each
draw (Efron 1979, percentile interval). Pages of one document are alike, so that intervals over few documents
are narrower than they should be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from schemas.tables import QualityMeasure

Measure = QualityMeasure
MEASURES: tuple[Measure, ...] = get_args(Measure)

Counts = npt.NDArray[np.int64]
"""Right, gold and found along the last axis."""

Values = npt.NDArray[np.float64]

DRAWS = 1000
SEED = 20200612
INTERVAL = (2.5, 97.5)
"""Percentiles of the draws between which 95 % of them lie."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A value from 0 to 1 with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Score:
    """A measure: its counts and the rates that follow from them."""

    right: int
    gold: int
    found: int
    precision: Rate
    recall: Rate
    f1: Rate


def rates(counts: Counts) -> Values:
    """Precision, recall and F1 along the last axis.

    Where nothing was found, precision is 1 if there was nothing to find, else 0; recall alike. An institution counts
    as right on the page that first names it in the gold, as found where the tables first do: pages drawn
    again may hold more right than found, which is no more than all of them.
    """
    right, gold, found = (counts[..., column].astype(float) for column in range(3))
    precision = np.minimum(np.where(found > 0, right / np.maximum(found, 1), gold == 0), 1.0)
    recall = np.minimum(np.where(gold > 0, right / np.maximum(gold, 1), found == 0), 1.0)
    both = precision + recall
    f1 = np.where(both > 0, 2 * precision * recall / np.where(both > 0, both, 1), 0.0)
    return np.stack([precision, recall, f1], axis=-1)


def scores_of(
    pages: Sequence[Mapping[Measure, tuple[int, int, int]]], draws: int = DRAWS
) -> dict[Measure, Score]:
    """The score of each measure over some pages, from the counts of each page."""
    counts: Counts = np.array([[page[m] for m in MEASURES] for page in pages], dtype=np.int64)
    counts = counts.reshape(len(pages), len(MEASURES), 3)
    total = counts.sum(axis=0)
    drawn = rates(np.tensordot(times_drawn(len(pages), draws), counts, axes=1))
    low, high = np.percentile(drawn, INTERVAL, axis=0)
    values = rates(total)
    scores = {}
    for rank, measure in enumerate(MEASURES):
        right, gold, found = (int(count) for count in total[rank])
        precision, recall, f1 = (
            Rate(float(values[rank, k]), float(low[rank, k]), float(high[rank, k])) for k in range(3)
        )
        scores[measure] = Score(right, gold, found, precision, recall, f1)
    return scores


def part_of(pages: Sequence[tuple[int, int]], draws: int = DRAWS) -> Rate:
    """The part of things found that are right, with its interval, from (right, found) of each page."""
    counts: Counts = np.array(pages, dtype=np.int64).reshape(len(pages), 2)
    drawn = times_drawn(len(pages), draws) @ counts
    parts = drawn[:, 0] / np.maximum(drawn[:, 1], 1)
    parts = parts[drawn[:, 1] > 0]
    right, found = (int(total) for total in counts.sum(axis=0))
    value = right / max(1, found)
    low, high = np.percentile(parts, INTERVAL) if len(parts) else (value, value)
    return Rate(value, float(low), float(high))


def times_drawn(pages: int, draws: int) -> Counts:
    """How often each page (column) is drawn in each draw (row); the same for the same number of pages."""
    if pages == 0:
        return np.zeros((draws, 0), dtype=np.int64)
    return np.random.default_rng(SEED).multinomial(pages, np.full(pages, 1 / pages), size=draws)
