"""An evaluation as rows of the table ``quality``: all pages, each document, each rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extractors.evaluation.evaluation import Evaluation, RuleScore
from extractors.evaluation.scores import Measure, Rate, Score
from schemas.tables import Quality, QualityScope

STRICT = frozenset({"institutions_exact", "recommendations_strict"})
"""Measures in which words must agree to the letter."""


def quality_rows(evaluation: Evaluation, gold: str, *, code_version: str, model: str) -> list[Quality]:
    """The rows of an evaluation, with the hash of its gold and the version that made the tables."""
    about = {"gold": gold, "code_version": code_version, "model": model}
    rows = [*score_rows("pooled", "", evaluation.pages, evaluation.pooled, about)]
    for document, scores in evaluation.documents.items():
        rows += score_rows("document", document, evaluation.pages_of[document], scores, about)
    pairs: tuple[tuple[Measure, Measure, tuple[RuleScore, ...]], ...] = (
        ("institutions_partial", "institutions_exact", evaluation.institution_rules),
        ("recommendations", "recommendations_strict", evaluation.recommendation_rules),
    )
    for lenient, strict, rules in pairs:
        for rule in rules:
            rows.append(rule_row(rule, lenient, rule.right, rule.precision, evaluation.pages, about))
            rows.append(rule_row(rule, strict, rule.exact, rule.strict, evaluation.pages, about))
    return rows


def score_rows(
    scope: QualityScope, name: str, pages: int, scores: Mapping[Measure, Score], about: Mapping[str, str]
) -> Iterator[Quality]:
    """A row for each measure over some pages."""
    for measure, score in scores.items():
        yield Quality.model_validate(
            {
                **about,
                "scope": scope,
                "name": name,
                "measure": measure,
                "strict": measure in STRICT,
                "pages": pages,
                "right": score.right,
                "expected": score.gold,
                "found": score.found,
                **columns("precision", score.precision),
                **columns("recall", score.recall),
                **columns("f1", score.f1),
            }
        )


def rule_row(
    rule: RuleScore, measure: Measure, right: int, rate: Rate, pages: int, about: Mapping[str, str]
) -> Quality:
    """The row of a rule: it has a precision only, since nobody knows what it should have found."""
    empty = dict.fromkeys(f"{name}{end}" for name in ("recall", "f1") for end in ("", "_low", "_high"))
    return Quality.model_validate(
        {
            **about,
            **empty,
            "scope": "rule",
            "name": rule.rule,
            "measure": measure,
            "strict": measure in STRICT,
            "pages": pages,
            "right": right,
            "expected": None,
            "found": rule.found,
            **columns("precision", rate),
        }
    )


def columns(name: str, rate: Rate) -> dict[str, float]:
    """The three columns of a rate."""
    return {name: rate.value, f"{name}_low": rate.low, f"{name}_high": rate.high}
