"""Files that one engine refuses or empties are read with the other; neither is trusted alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from extractors.pdf import read_pdf
from schemas.errors import UnreadableDocument

HOSTILE = Path(__file__).parent.parent.parent / "shared" / "hostile"
MINIMAL = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R 2 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 53>>stream
BT /F 12 Tf 20 50 Td (Former les jeunes au Mali) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF"""


def hostile() -> list[tuple[str, str, int]]:
    """File, expected outcome and words that PDFium sees (pdfplumber where it sees none), of files with text."""
    if not HOSTILE.exists():
        return []
    with (HOSTILE / "index_best.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    small = [row for row in rows if row["expected"].startswith("text") and int(row["bytes"]) < 200_000]
    return [(r["file"], r["expected"], int(r["words_pdfium"]) or int(r["words_pdfplumber"])) for r in small]


@pytest.mark.shared
@pytest.mark.parametrize(("file", "expected", "words"), hostile())
def test_odd_files_give_their_words(file: str, expected: str, words: int) -> None:
    document = read_pdf((HOSTILE / file).read_bytes())
    seen = sum(page.words_read for page in document.pages)
    assert seen >= 0.75 * words, f"{expected}: {seen} words of {words}"
    assert sum(page.words_lost for page in document.pages) == 0


def test_a_page_tree_that_points_at_itself_is_still_read() -> None:
    document = read_pdf(MINIMAL)
    assert "Former les jeunes au Mali" in " ".join(block.text for block in document.blocks)


def test_too_many_pages_are_refused_before_they_are_read() -> None:
    kids = b"3 0 R " * 5_001
    many = MINIMAL.replace(b"/Kids[3 0 R 2 0 R]/Count 1", b"/Kids[" + kids + b"]/Count 5001")
    with pytest.raises(UnreadableDocument) as refused:
        read_pdf(many)
    assert refused.value.code == "too_large"


def test_what_both_engines_refuse_is_reported_with_what_to_do() -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_pdf(b"%PDF-1.4\nnothing that either engine can use\n%%EOF")
    assert refused.value.code == "broken"
    assert "exporter" in refused.value.message
