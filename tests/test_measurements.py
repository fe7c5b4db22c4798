"""Measures in a published version: written whole, kept apart by gold, and told by the view."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from extractors.evaluation import GoldPage, evaluate
from flows import editions, storage
from flows.measurements import kept_quality, publish_quality
from flows.quality import read_tables
from schemas.row import Row
from schemas.tables import Quality


@pytest.fixture
def tables(tmp_path: Path, publish_rows: Callable[[Path, Mapping[str, Sequence[Row]]], Path]) -> Path:
    """A published version without a document."""
    publish_rows(tmp_path, {})
    return tmp_path / "tables"


def measured(tables: Path, iso3: str) -> None:
    page = GoldPage.model_validate(
        {
            "document": "a.pdf",
            "page": 1,
            "countries": [{"iso3": iso3}],
            "institutions": [],
            "recommendations": [],
        }
    )
    gold = ("a" if iso3 == "MLI" else "b") * 64
    assert publish_quality(tables, evaluate(read_tables(tables), [page], draws=20), gold)


def test_measures_stand_in_every_format_and_are_kept_by_gold(tables: Path) -> None:
    processed = tables.parent
    before = (processed / "current").resolve()
    for iso3 in ("MLI", "NER", "MLI"):
        measured(tables, iso3)
    assert (processed / "current").resolve() != before
    frame = pd.read_parquet(tables / "quality.parquet")
    assert len(frame) == 2 * 16  # two golds, eight measures, in all and for the one document
    assert set(frame.code_version) == {"0.1.0"}
    assert frame[frame.measure == "recommendations_strict"].strict.all()
    assert len(pd.read_csv(tables / "quality.csv")) == len(frame)
    assert len(kept_quality(editions.current(processed))) == len(frame)
    assert not [fault for e in editions.editions(processed) for fault in editions.faults(e.folder)]
    with closing(sqlite3.connect(processed / "passerelle.sqlite")) as database:
        assert database.execute("SELECT count(*), min(recall) FROM v_quality").fetchone() == (32, 0.0)
    (facts,) = [
        r
        for r in json.loads((processed / "datapackage.json").read_text())["resources"]
        if r["name"] == "quality"
    ]
    for told in (facts, facts["parquet"]):
        assert told["hash"] == f"sha256:{storage.digest(processed / told['path'])}"


def test_rows_have_the_columns_of_the_contract(tables: Path) -> None:
    measured(tables, "MLI")
    assert list(pd.read_parquet(tables / "quality.parquet").columns) == Quality.column_names()


def test_a_folder_that_is_no_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    assert not publish_quality(tmp_path / "tables", None, "a" * 64)  # type: ignore[arg-type]
    assert not list((tmp_path / "tables").iterdir())
