"""What each file of ../shared/hostile must come to in our tables, from the outcome that its index expects.

=============== ==============================================================================================
index           tables
=============== ==============================================================================================
text,           a row of ``studies`` that is not ``no_text``; in ``pages`` the words of the engine that reads most
text-fallback   (:data:`LEAST_WORDS` of them: engines part words differently); no reject that says text is missing
text-partial    the same, but pages may be missing, each with a row of ``rejects`` that names it
empty           a study without text (``no_text``) and one row of ``rejects`` that says so; no failure of ours
encrypted       no study; the document in ``documents``; ``encrypted``
broken          no study; the document in ``documents``; a code of :data:`BROKEN`
slow            a code of :data:`LIMITS`, whether or not pages were kept
=============== ==============================================================================================

Words are those of the engine that gives most, engines that give garbage or fail left out. Five files come to something
else, for the reasons in :data:`ANOTHER`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

LEAST_WORDS = 0.9
BROKEN = {"broken", "not_a_document", "empty_file"}
LIMITS = {"resource_limit", "too_large", "crashed"}
MISSING_TEXT = {"image_only", "garbled", "page_unreadable", *LIMITS}

ANOTHER: Mapping[str, tuple[str, int, str]] = {
    "pdfjs__ThuluthFeatures.pdf": (
        "garbled",
        166,
        "Letters without a Unicode map: both engines give the numbers of glyphs as letters of a dozen scripts. Told as "
        "garbled, to be read by an OCR engine, rather than published as Arabic.",
    ),
    "samplefiles__habibi-rotated.pdf": (
        "text",
        13,
        "The second engine cuts vertical words into letters and counts each; the words are the 13 that PDFium gives.",
    ),
    "pdfjs__poppler-90-0-fuzzed.pdf": (
        "text-partial",
        158,
        "Of 16 pages, 3 hold text: the second engine counts more words on one of them, glued and as (cid:N), and fails "
        "on the two others. Damaged pages are named.",
    ),
    "synthetic__tounicode_range_4G.pdf": (
        "text",
        1,
        "PDFium reads the page within a second; the bomb goes off in the second engine alone, which is not asked.",
    ),
    "synthetic__cidrange_w_bomb.pdf": (
        "text",
        1,
        "PDFium reads the page within a second; the bomb goes off in the second engine alone, which is not asked.",
    ),
}
"""Files whose outcome or words are not the index's, and why they are as good or better for a reader of the tables."""


@dataclass(frozen=True)
class Verdict:
    """What the tables say of one file."""

    status: str
    words: int
    pages: int
    codes: tuple[str, ...]
    pages_named: bool

    def __str__(self) -> str:
        return (
            f"{self.status}, {self.words} words on {self.pages} pages, {'+'.join(self.codes) or 'no reject'}"
        )


@dataclass(frozen=True)
class Expected:
    """A line of the index: the file, its outcome, the most words that an engine gives."""

    file: str
    outcome: str
    words: int
    sha256: str


def index(folder: Path) -> list[Expected]:
    """What the index of the folder expects, as accepted here."""
    (path,) = folder.glob("index*.csv")
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    accepted = {row["file"]: ANOTHER.get(row["file"], (row["expected"], words_of(row), "")) for row in rows}
    return [Expected(row["file"], *accepted[row["file"]][:2], row["sha256"]) for row in rows]


def words_of(row: Mapping[str, str]) -> int:
    """The most words that an engine gives without garbage."""
    engines = ("pdfium", "pdfplumber")
    sound = [engine for engine in engines if row[f"{engine}_outcome"].startswith(("ok", "partial"))]
    return max((int(row[f"words_{engine}"] or 0) for engine in sound), default=0)


def verdicts(tables: Mapping[str, pd.DataFrame]) -> dict[str, Verdict]:
    """What the tables say of each document, by its SHA-256."""
    found = {}
    documents = tables["documents"].merge(
        tables["studies"][["study_id", "status"]], on="study_id", how="left"
    )
    for document, status in zip(documents.document_id, documents.status.fillna("no study"), strict=True):
        pages = tables["pages"][tables["pages"].document_id == document]
        rejects = tables["rejects"][tables["rejects"].document_id == document]
        found[document] = Verdict(
            status,
            int(pages.words_read.sum()),
            len(pages),
            tuple(sorted(set(rejects.code) - {"duplicate"})),
            bool(rejects[rejects.code.isin(MISSING_TEXT)].page.notna().all()),
        )
    return found


def is_as_expected(expected: Expected, found: Verdict | None) -> bool:
    """Whether the tables say what they must of a file."""
    if found is None:
        return False
    codes, read = set(found.codes), found.words >= LEAST_WORDS * expected.words
    has_text = read and found.status not in ("no study", "no_text")
    if expected.outcome in ("text", "text-fallback"):
        return has_text and not codes & MISSING_TEXT
    if expected.outcome == "text-partial":
        return has_text and found.pages_named
    if expected.outcome == "empty":
        return found.status == "no_text" and len(codes) == 1 and not codes & (LIMITS | {"internal_error"})
    if expected.outcome == "garbled":
        return read and codes == {"garbled"}
    if expected.outcome == "encrypted":
        return found.status == "no study" and codes == {"encrypted"}
    if expected.outcome == "broken":
        return found.status == "no study" and len(codes) == 1 and codes <= BROKEN
    return expected.outcome == "slow" and bool(codes & LIMITS)
