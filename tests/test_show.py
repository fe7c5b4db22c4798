"""``passerelle show``: all that is known of a row, its words on the page, in no time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.report.facts import facts_of
from flows.report.reading import opened, version_folder

HEAVY = {"spacy", "prefect", "pandas", "numpy", "torch", "altair", "pyarrow", "pdfplumber"}


def show(published: Path, *arguments: str) -> Result:
    folders = ["--processed", str(published), "--raw", str(published.parent / "raw")]
    return CliRunner().invoke(app, ["show", *arguments, *folders])


QUERIES = {
    "recommendation": "SELECT recommendation_id AS id FROM recommendations WHERE study_id = 'mali' LIMIT 1",
    "country_mention": "SELECT mention_id AS id FROM country_mentions WHERE study_id = 'mali' LIMIT 1",
    "institution_mention": "SELECT mention_id AS id FROM institution_mentions WHERE study_id = 'mali' LIMIT 1",
    "corridor_mention": "SELECT mention_id AS id FROM corridor_mentions WHERE study_id = 'mali' LIMIT 1",
    "institution": "SELECT institution_id AS id FROM institutions ORDER BY mention_count DESC LIMIT 1",
    "corridor": "SELECT corridor_id AS id FROM corridors LIMIT 1",
    "study": "SELECT 'mali' AS id",
    "page": "SELECT 'mali:14' AS id",
    "passage": "SELECT passage_id AS id FROM passages WHERE study_id = 'mali' LIMIT 1",
}
DRAWN = {"recommendation", "country_mention", "institution_mention", "corridor_mention", "page"}


@pytest.mark.parametrize("kind", QUERIES)
def test_every_kind_of_row_is_shown(published: Path, tmp_path: Path, kind: str) -> None:
    with opened(version_folder(published)) as reading:
        key = reading.rows(QUERIES[kind])[0]["id"]
        facts = facts_of(reading, key)
    picture = tmp_path / "row.png"
    plain = show(published, key, "--image", str(picture))
    assert plain.exit_code == 0, plain.output
    assert key in plain.output
    assert picture.exists() == (kind in DRAWN)
    if kind in DRAWN:
        assert Image.open(picture).width > 600
    told = json.loads(show(published, key, "--json", "--no-draw").output)
    assert told["kind"] == facts.kind == kind
    assert told["row"] == facts.row
    assert told["version"]["code_version"]
    assert told["boxes"] == facts.boxes
    assert told["image"] is None


def test_a_recommendation_says_rule_source_and_words(published: Path) -> None:
    with opened(version_folder(published)) as reading:
        (row,) = reading.rows(
            "SELECT * FROM recommendations WHERE study_id = 'mali' AND lead_in <> '' LIMIT 1"
        )
    output = show(published, row["recommendation_id"], "--no-draw").output
    for part in (
        row["lead_in"],
        row["text"],
        row["rule"],
        "mali.pdf",
        "source.pdf#page=",
        "SHA-256",
        "version",
    ):
        assert part in output


def test_the_marked_words_are_yellow(published: Path, tmp_path: Path) -> None:
    picture = tmp_path / "row.png"
    with opened(version_folder(published)) as reading:
        (row,) = reading.rows(QUERIES["recommendation"])
    show(published, row["id"], "--image", str(picture))
    colours = Image.open(picture).convert("RGB").getcolors(1 << 20) or []
    yellow = sum(count for count, (red, _, blue) in colours if red > 220 and blue < 180)
    assert yellow > 1000


@pytest.mark.parametrize("wrong", ["nope", "mali:999", "inst:xx:none:none", "mali:"])
def test_an_unknown_identifier_is_said(published: Path, wrong: str) -> None:
    result = show(published, wrong)
    assert result.exit_code == 2
    assert wrong in result.output


def test_nothing_published_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["show", "x", "--processed", str(tmp_path)])
    assert result.exit_code == 2
    assert "passerelle run" in result.output


def test_no_model_no_prefect_no_pandas_is_imported(published: Path, tmp_path: Path) -> None:
    with opened(version_folder(published)) as reading:
        key = reading.rows(QUERIES["recommendation"])[0]["id"]
    script = (
        "import sys; from typer.testing import CliRunner; from flows.cli import app; "
        "result = CliRunner().invoke(app, sys.argv[1:]); assert result.exit_code == 0, result.output; "
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    arguments = ["show", key, "--processed", str(published), "--raw", str(published.parent / "raw")]
    command = [sys.executable, "-c", script, *arguments, "--image", str(tmp_path / "row.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_hostile_texts_do_not_act_on_the_terminal(hostile: Path, hostile_strings: list[str]) -> None:
    for number in range(len(hostile_strings)):
        output = show(hostile, f"r{number}").output
        assert not {"\x1b", "\x07", "\x00", "\u202e", "\u2028"} & set(output)


def test_report_is_written_apart(published: Path, tmp_path: Path) -> None:
    folders = ["--processed", str(published), "--raw", str(published.parent / "raw")]
    for _ in range(2):
        result = CliRunner().invoke(
            app, ["report", *folders, "--into", str(tmp_path / "usb"), "--pages", "none"]
        )
        assert result.exit_code == 0, result.output
    assert (tmp_path / "usb" / "index.html").read_bytes() == (
        published / "report" / "index.html"
    ).read_bytes()
    (tmp_path / "mine").mkdir()
    for wrong in (["--into", str(tmp_path / "mine"), *folders], ["--processed", str(tmp_path)]):
        assert CliRunner().invoke(app, ["report", *wrong]).exit_code == 2
