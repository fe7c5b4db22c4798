"""Institutions in whole passages of the studies' kind: floors below what ``benchmarks/institutions.py`` measures."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

    from spacy.language import Language

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "institutions.py"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_institutions", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_mentions_and_types(nlp: Language, benchmark: ModuleType) -> None:
    scores = benchmark.measure(nlp)
    assert scores["open"].f1(scores["open"].partial) >= 0.95
    assert scores["held_out"].f1(scores["held_out"].partial) >= 0.90
    assert scores["held_out"].typed >= 0.88 * scores["held_out"].partial


def test_nothing_found_scores_nothing(nlp: Language, benchmark: ModuleType) -> None:
    score = benchmark.measure(nlp, lambda nlp, text, country: [])["open"]
    assert (score.found, score.partial, score.f1(score.partial)) == (0, 0, 0.0)
    assert score.wanted > 400
