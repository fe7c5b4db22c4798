"""``passerelle inspect`` writes a picture that a person can look at."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from typer.testing import CliRunner

from flows.cli import app

STUDY = Path(__file__).parent.parent / "examples" / "studies" / "mali.pdf"


def test_the_page_is_drawn_with_its_blocks(tmp_path: Path) -> None:
    out = tmp_path / "page.png"
    result = CliRunner().invoke(app, ["inspect", str(STUDY), "--page", "5", "--out", str(out), "--dpi", "50"])
    assert result.exit_code == 0, result.output
    assert "mots lus" in result.output
    with Image.open(out) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1_000_000) or []}
    assert (33, 102, 172) in colours  # the blue that outlines paragraphs


def test_a_page_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["inspect", str(STUDY), "--page", "99", "--out", str(tmp_path / "p.png")]
    )
    assert result.exit_code == 2
    assert "16 pages" in result.output
