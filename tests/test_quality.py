"""Quality may not fall: the sample studies through the real code, held to floors; our scores are the scorer's.

``tests/floors.json`` holds the least pooled F1 of each measure, pinned to the gold by its hash. After an
improvement or a change of the gold::

    make demo    # or: passerelle run examples/studies examples/web --processed demo/processed
    passerelle evaluate demo/processed/tables --gold examples/gold --write-floors tests/floors.json

Floors only go up; to lower one, add ``--lower-floors`` and say why in the commit.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest

from extractors.evaluation import MEASURES, GoldPage, evaluate, gold_hash, read_gold, under_floor
from extractors.evaluation.found import COLUMNS
from extractors.resolve import resolve
from extractors.study import StudyRows
from flows.quality import read_floors
from schemas.row import to_frame
from schemas.tables import TABLES

pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
FLOORS = ROOT / "tests" / "floors.json"
CORPUS_DOCUMENT = "afr_insertion_emploi_issea"
"""A short document of the corpus that has gold."""

Frames = dict[str, pd.DataFrame]
Extract = Callable[[Path], StudyRows]


def frames_of(studies: Iterable[StudyRows]) -> Frames:
    rows = resolve(studies)
    return {name: to_frame(TABLES[name], rows[name]) for name in COLUMNS}


@pytest.fixture(scope="session")
def gold() -> list[GoldPage]:
    """Every page of the sample studies."""
    files = sorted((EXAMPLES / "gold").glob("*.jsonl"))
    return [page for file in files for page in read_gold(file.read_text(encoding="utf-8"), file.name)]


def test_no_measure_is_under_its_floor(samples: list[StudyRows], gold: list[GoldPage]) -> None:
    floors = read_floors(FLOORS)
    assert gold_hash(gold) == floors.gold, "the gold changed: write the floors anew (see the module)"
    assert set(floors.f1) == set(MEASURES)
    evaluation = evaluate(frames_of(samples), gold)
    low = {
        measure: f"F1 {100 * value:.1f} under {100 * floor:.1f}"
        for measure, (value, floor) in under_floor(evaluation, floors).items()
    }
    assert not low, "see passerelle evaluate --errors FILE"


@pytest.mark.shared
def test_measures_are_those_of_the_scorer(
    samples: list[StudyRows], gold: list[GoldPage], shared: Path, extract: Extract, tmp_path: Path
) -> None:
    corpus = extract(shared / "corpus" / "pdf" / f"{CORPUS_DOCUMENT}.pdf")
    gold_file = shared / "gold" / "dev" / f"{CORPUS_DOCUMENT}.jsonl"
    pages = [*gold, *read_gold(gold_file.read_text(encoding="utf-8"), gold_file.name)]
    frames = frames_of([*samples, corpus])
    scored = scores_of_scorer(frames, [*(EXAMPLES / "gold").glob("*.jsonl"), gold_file], shared, tmp_path)
    evaluation = evaluate(frames, pages)
    ours = {**evaluation.documents, "pooled": evaluation.pooled}
    assert set(ours) == set(scored)
    for document, measures in scored.items():
        for measure, expected in measures.items():
            score = ours[document][measure]  # type: ignore[index]
            rates = [score.precision.value, score.recall.value, score.f1.value]
            assert rates == pytest.approx(expected, abs=1e-12), (document, measure)


def scores_of_scorer(
    frames: Frames, gold_files: Iterable[Path], shared: Path, folder: Path
) -> dict[str, dict[str, list[float]]]:
    """What ``score.py`` says: document → measure → precision, recall, F1."""
    for name in ("tables", "gold"):
        (folder / name).mkdir()
    for name, frame in frames.items():
        frame.to_parquet(folder / "tables" / f"{name}.parquet")
    for path in gold_files:
        (folder / "gold" / path.name).write_bytes(path.read_bytes())
    scorer = [sys.executable, str(shared / "gold" / "score.py")]
    arguments = [str(folder / "tables"), str(folder / "gold"), "--json", str(folder / "scores.json")]
    subprocess.run([*scorer, *arguments], check=True, capture_output=True)
    scores: dict[str, dict[str, list[float]]] = json.loads((folder / "scores.json").read_text())
    return scores
