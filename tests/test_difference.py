"""Versions compared: rows added, removed and changed, each with its cause."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.corrections import NONE, Corrections
from extractors.corrections.corpus import corrected_rows
from extractors.study import StudyRows
from flows import cli
from flows.corrections import read_corrections
from flows.difference import compare
from flows.reference import reference_rows
from schemas.row import Row
from schemas.tables import SourceDocument

pytestmark = pytest.mark.model
ROOT = Path(__file__).resolve().parent.parent
Publish = Callable[[Path, Mapping[str, Sequence[Row]]], Path]


@pytest.fixture(scope="module")
def studies(samples: list[StudyRows]) -> list[StudyRows]:
    return [rows for rows in samples if rows.studies[0].study_id in ("mali", "niger")]


def tables_of(studies: list[StudyRows], corrections: Corrections = NONE) -> dict[str, list[Row]]:
    documents: list[Row] = [
        SourceDocument(
            document_id=rows.pages[0].document_id, study_id=rows.studies[0].study_id, bytes=1, url=None,
            file_name=rows.studies[0].file_name, sha256=rows.pages[0].document_id, media_type="application/pdf",
            retrieved_at=None, text_source="text",
        )
        for rows in studies
    ]  # fmt: skip
    return {**reference_rows(), **corrected_rows(studies, corrections), "documents": documents}


@pytest.fixture(scope="module")
def plain(studies: list[StudyRows], publish_rows: Publish, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_rows(tmp_path_factory.mktemp("plain"), tables_of(studies))


def with_parts(version: Path, folder: Path, **parts: str) -> Path:
    """A copy of a version that says what it was made of."""
    shutil.copytree(version, folder)
    summary = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(summary | {"parts": parts}))
    return folder


def causes(before: Path, after: Path) -> dict[str, int]:
    return dict(Counter(change.cause for change in compare(before, after).changes))


def test_a_version_is_like_itself(plain: Path) -> None:
    found = compare(plain, plain)
    assert (found.changes, dict(found.moved)) == ([], {})


def test_decisions_and_code_are_told_apart(
    studies: list[StudyRows], plain: Path, publish_rows: Publish, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "tests" / "corrections", tmp_path / "raw" / "corrections")
    corrected = publish_rows(tmp_path / "p", tables_of(studies, read_corrections(tmp_path / "raw")))
    found = compare(plain, corrected)
    assert {change.cause for change in found.changes} == {"review"}
    assert {change.table for change in found.changes} >= {
        "institutions",
        "recommendations",
        "country_mentions",
    }
    roles = [c for c in found.changes if c.table == "country_mentions" and c.columns == ("role",)]
    assert roles
    assert {change.study_id for change in roles} <= {"mali", "niger"}
    old = with_parts(plain, tmp_path / "old", code="1", model="m", vocabulary="v", review="0")
    new = with_parts(corrected, tmp_path / "new", code="2", model="m", vocabulary="w", review="1")
    both = causes(old, new)
    assert both.keys() == {"review", "code+vocabulary"}
    assert both["review"] > 20


def test_a_new_study_is_a_source_and_so_is_what_follows_from_it(
    studies: list[StudyRows], plain: Path, publish_rows: Publish, tmp_path: Path
) -> None:
    alone = publish_rows(tmp_path, tables_of(studies[:1]))
    found = compare(alone, plain)
    assert {change.cause for change in found.changes} == {"source"}
    assert {(c.kind, c.study_id) for c in found.changes if c.table == "studies"} == {("added", "niger")}
    assert any(change.kind == "changed" and change.table == "institutions" for change in found.changes)


def test_a_study_saved_anew_is_the_same(
    studies: list[StudyRows], plain: Path, publish_rows: Publish, tmp_path: Path
) -> None:
    """Other bytes give other identifiers, and no other content."""
    old = studies[0].pages[0].document_id
    other = StudyRows()
    for name, rows in studies[0].tables():
        said = [row.model_dump_json().replace(old, "f" * 64).replace(old[:12], "f" * 12) for row in rows]
        setattr(
            other, name, [type(row).model_validate_json(text) for row, text in zip(rows, said, strict=True)]
        )
    again = publish_rows(tmp_path, tables_of([other, studies[1]]))
    found = compare(plain, again)
    assert {(change.table, change.kind, change.columns) for change in found.changes} <= {
        ("documents", "changed", ("document_id", "sha256")), ("documents", "changed", ("sha256",)),
    }  # fmt: skip


def test_the_command_tells_it_in_french(
    studies: list[StudyRows], publish_rows: Publish, tmp_path: Path
) -> None:
    for count in (1, 2):
        publish_rows(tmp_path / "p", tables_of(studies[:count]))
    done = CliRunner().invoke(
        cli.app, ["diff", "--processed", str(tmp_path / "p"), "--rows", str(tmp_path / "r.csv")]
    )
    assert done.exit_code == 0, done.output
    assert "De la version 1 à la version 2" in done.output
    assert "sources" in done.output
    assert (tmp_path / "r.csv").read_text().startswith("table,change,cause,study_id,key,columns\n")
    done = CliRunner().invoke(cli.app, ["diff", "2", "1", "--json", "--processed", str(tmp_path / "p")])
    told = json.loads(done.output)
    assert {row["cause"] for row in told["changes"]} == {"source"}
    assert sum(row["removed"] for row in told["changes"]) > 100
    done = CliRunner().invoke(cli.app, ["diff", "--processed", str(tmp_path)])
    assert done.exit_code == 2
    assert "passerelle run" in done.output
