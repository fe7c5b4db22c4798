"""Spreadsheets for people: French, safe to open, the same every time; and published tables as frames."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import schemas
from flows.spreadsheets import SHEETS, cell, defused
from schemas.errors import TableError
from schemas.frames import read_table
from schemas.row import to_frame
from schemas.tables import TABLES
from schemas.view import ViewColumn

PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1;1)", " =1+1", "\t=1+1", "\r=1+1", "\u00a0=1+1", "\u3000＝1+1", "＋1", "\x00=1+1",
    "=HYPERLINK(\"http://x\";\"y\")",
)  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_spreadsheet_would_run_is_defused(payload: str) -> None:
    assert defused(payload).startswith("'")
    assert defused("Taux de 5 % et plus") == "Taux de 5 % et plus"


def test_numbers_and_truths_stay_what_they_are() -> None:
    number = ViewColumn("x", float, "X", "", "")
    assert cell(-2.3, number) == "-2,3"
    assert cell(1, ViewColumn("x", bool, "X", "", "")) == "oui"
    assert cell(-4, ViewColumn("x", int, "X", "", "")) == -4
    assert cell(None, number) == ""


def test_no_cell_runs_in_a_real_spreadsheet(tmp_path: Path) -> None:
    office = shutil.which("libreoffice") or shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    sheet = tmp_path / "feuille.csv"
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([defused(payload)] for payload in PAYLOADS)
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to",
               "fods", "--infilter=CSV:59,34,76,1", "--outdir", str(tmp_path), str(sheet)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert "table:formula" not in (tmp_path / "feuille.fods").read_text(encoding="utf-8")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Empty tables of the contract."""
    (tmp_path / "tables").mkdir()
    for name, table in TABLES.items():
        to_frame(table, []).to_parquet(tmp_path / "tables" / f"{name}.parquet")
    return tmp_path


def test_read_tables_gives_typed_frames_with_their_keys(published: Path) -> None:
    tables = schemas.read_tables(published)
    assert list(tables) == list(TABLES)
    assert {str(kind) for kind in tables["studies"].dtypes} == {"string", "Int64"}
    assert str(tables["runs"].started_at.dtype) == "datetime64[us, UTC]"
    assert tables["recommendations"].attrs["primary_key"] == ["recommendation_id"]
    assert tables["recommendations"].attrs["foreign_keys"]["study_id"] == ["studies", "study_id"]
    assert schemas.read_tables(published / "tables")["studies"].equals(tables["studies"])


def test_a_table_of_another_version_is_named(published: Path) -> None:
    pd.DataFrame({"study_id": ["a"]}).to_parquet(published / "tables" / "studies.parquet")
    with pytest.raises(TableError, match=r"studies: columns .*title"):
        schemas.read_tables(published)
    (published / "tables" / "runs.parquet").unlink()
    with pytest.raises(FileNotFoundError):
        read_table(published / "tables", "runs")


def test_every_sheet_has_french_headers() -> None:
    from schemas.views import VIEWS

    for view in SHEETS.values():
        assert any(column.header_fr for column in VIEWS[view].columns)
