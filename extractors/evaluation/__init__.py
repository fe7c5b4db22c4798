"""How good the tables are: the measures of the annotation guidelines, on pages that a person read whole.

Pure: published frames and gold pages in, an :class:`Evaluation` out. ``passerelle evaluate`` shows it and
``tests/test_quality.py`` holds it to floors.
"""

from extractors.evaluation.evaluation import Calibration, Evaluation, RuleScore, evaluate
from extractors.evaluation.floors import Floors, new_floors, under_floor
from extractors.evaluation.gold import GoldPage, gold_hash, read_gold
from extractors.evaluation.pages import Fault
from extractors.evaluation.rows import quality_rows
from extractors.evaluation.scores import MEASURES, Measure, Rate, Score

__all__ = [
    "MEASURES",
    "Calibration",
    "Evaluation",
    "Fault",
    "Floors",
    "GoldPage",
    "Measure",
    "Rate",
    "RuleScore",
    "Score",
    "evaluate",
    "gold_hash",
    "new_floors",
    "quality_rows",
    "read_gold",
    "under_floor",
]
