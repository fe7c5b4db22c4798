"""Floors of quality: pooled F1 below which a change may not bring us, pinned to the gold they rest on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from extractors.evaluation.evaluation import Evaluation
from extractors.evaluation.scores import MEASURES, Measure, Score

MARGIN = 0.03
"""Most that a floor stands under the figure of the day; less where the bootstrap interval is narrower."""


@dataclass(frozen=True, slots=True)
class Floors:
    """Least pooled F1 (from 0 to 1) of each measure on the gold whose hash is ``gold``."""

    gold: str
    f1: Mapping[Measure, float]


def floor_of(score: Score) -> float:
    """The floor under a score: lower by half its interval, at most :data:`MARGIN`; three decimals."""
    return max(0.0, math.floor(1000 * (score.f1.value - min(score.f1.half_width, MARGIN))) / 1000)


def new_floors(
    evaluation: Evaluation, gold: str, before: Floors | None = None, *, may_lower: bool = False
) -> Floors:
    """Floors under today's figures; none is lower than before unless ``may_lower``."""
    floors = {measure: floor_of(evaluation.pooled[measure]) for measure in MEASURES}
    if before is not None and not may_lower:
        floors = {measure: max(floor, before.f1.get(measure, 0.0)) for measure, floor in floors.items()}
    return Floors(gold, floors)


def under_floor(evaluation: Evaluation, floors: Floors) -> dict[Measure, tuple[float, float]]:
    """The measures whose pooled F1 is under its floor: measure → (F1, floor)."""
    return {
        measure: (evaluation.pooled[measure].f1.value, floor)
        for measure, floor in floors.f1.items()
        if evaluation.pooled[measure].f1.value < floor
    }
