"""``passerelle registry suggest``: lines that the registry can take as they are."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

from typer.testing import CliRunner

from extractors.institutions.suggested import COLUMNS, suggest_lines
from flows.cli import app
from schemas.row import to_frame
from schemas.tables import Institution, InstitutionName


def institution(name: str, *, studies: int, registry: bool = False) -> Institution:
    return Institution(
        institution_id=f"inst:ml:public_body:{name.lower()}",
        name=name,
        acronym="AX",
        type="public_body",
        country_iso3="MLI",
        registry=registry,
        study_count=studies,
        mention_count=studies,
    )


ROWS = [
    institution("Agence, deux études", studies=2),
    institution("Agence d'une étude", studies=1),
    institution("Agence connue", studies=5, registry=True),
    institution("Agence de trois études", studies=3),
]
NAMES = [InstitutionName(institution_id=ROWS[0].institution_id, name="Agence des deux", kind="variant")]


def test_the_columns_are_the_registrys() -> None:
    text = files("extractors.vocabularies").joinpath("institutions.csv").read_text(encoding="utf-8")
    assert tuple(text.splitlines()[0].split(",")) == COLUMNS


def test_what_the_registry_lacks_most_named_first() -> None:
    lines = [dict(zip(COLUMNS, row, strict=True)) for row in csv.reader(suggest_lines(ROWS, NAMES))]
    assert [(row["name"], row["country"], row["aliases"]) for row in lines] == [
        ("Agence de trois études", "MLI", ""),
        ("Agence, deux études", "MLI", "Agence des deux"),
    ]


def test_command(tmp_path: Path) -> None:
    missing = CliRunner().invoke(app, ["registry", "suggest", str(tmp_path)])
    assert missing.exit_code == 2
    to_frame(Institution, ROWS).to_parquet(tmp_path / "institutions.parquet")
    to_frame(InstitutionName, NAMES).to_parquet(tmp_path / "institution_names.parquet")
    done = CliRunner().invoke(app, ["registry", "suggest", str(tmp_path)])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].startswith("Agence de trois études,AX,public_body,MLI")
