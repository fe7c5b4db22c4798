"""Everything leads back to the page: words to text, boxes to rows; and no word is lost on the way."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.pdf import read_pdf
from extractors.study import extract_study, line_boxes
from extractors.text import clean_character
from schemas.document import Block, Box, Document, Word
from schemas.tables import Evidence

if TYPE_CHECKING:
    from spacy.language import Language

ROOT = Path(__file__).resolve().parent.parent
STUDIES = sorted((ROOT / "examples" / "studies").glob("*.pdf"))
READING = sorted((Path(__file__).resolve().parent / "documents" / "reading").glob("*.pdf"))
OF_CORPUS = ("ndc_hti_fr", "sn_bos_livret_reformes", "sn_conseil_ministres_2024")


@lru_cache(maxsize=8)
def read(path: Path) -> Document:
    return read_pdf(path.read_bytes())


def corpus(shared: Path, name: str) -> Document:
    return read(shared / "corpus" / "pdf" / f"{name}.pdf")


def squeezed(text: str) -> str:
    """Letters, digits and signs of a text: without white space, hyphens and case, compatibility forms undone."""
    plain = unicodedata.normalize("NFKC", "".join(clean_character(ord(c)) for c in text))
    return "".join(c for c in plain if not c.isspace() and c not in "-\u00ad\u2010\u2011").casefold()


def assert_words_make_the_text(document: Document) -> None:
    for block in document.blocks:
        assert block.text == " ".join(block.text.split())
        assert unicodedata.is_normalized("NFC", block.text)
        position = 0
        for word in block.words:
            if word.start == word.end:
                continue
            assert word.start >= position
            assert block.text[position : word.start].strip() == ""
            position = word.end
            assert squeezed(block.text[word.start : word.end]) == squeezed(word.text)
        assert block.text[position:].strip() == ""


def assert_nothing_is_lost(document: Document) -> None:
    for page in document.pages:
        assert page.words_lost == 0, page
        assert page.words_in_blocks + page.words_furniture == page.words_read, page


def assert_boxes_are_on_the_page(document: Document) -> None:
    sizes = {page.number: (page.width, page.height) for page in document.pages}
    for block in document.blocks:
        for word in block.words:
            assert word.box is not None
            width, height = sizes[word.page]
            assert word.box.x0 <= word.box.x1
            assert word.box.top <= word.box.bottom
            assert word.box.x0 > -width
            assert word.box.x1 < 2 * width
            assert word.box.top > -height
            assert word.box.bottom < 2 * height


@pytest.mark.parametrize("path", [*STUDIES, *READING], ids=lambda path: path.stem)
def test_words_and_ledger_of_our_documents(path: Path) -> None:
    document = read(path)
    assert_words_make_the_text(document)
    assert_nothing_is_lost(document)
    assert_boxes_are_on_the_page(document)


@pytest.mark.parametrize("path", STUDIES[:1], ids=lambda path: path.stem)
def test_a_study_reads_the_same_twice(path: Path) -> None:
    assert read_pdf(path.read_bytes()) == read(path)


@pytest.mark.shared
@pytest.mark.parametrize("name", OF_CORPUS)
def test_words_and_ledger_of_the_corpus(shared: Path, name: str) -> None:
    document = corpus(shared, name)
    assert_words_make_the_text(document)
    assert_nothing_is_lost(document)
    assert_boxes_are_on_the_page(document)


def words_inside(document: Document, boxes: list[Evidence]) -> str:
    """The printed words whose middle lies within the boxes, box by box, each box from left to right."""
    found: list[str] = []
    for evidence in boxes:
        held = [
            word
            for block in document.blocks
            for word in block.words
            if word.page == evidence.page
            and word.box is not None
            and word.start < word.end
            and evidence.x0 - 0.02 <= (word.box.x0 + word.box.x1) / 2 <= evidence.x1 + 0.02
            and evidence.top - 0.02 <= (word.box.top + word.box.bottom) / 2 <= evidence.bottom + 0.02
        ]
        found += [word.text for word in sorted(held, key=lambda w: (w.box or Box(0, 0, 0, 0)).x0)]
    return "".join(found)


def assert_evidence_gives_back_the_rows(document: Document, nlp: Language) -> None:
    rows = extract_study(document, nlp, study_id="s", file_name="s.pdf")
    boxes: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for evidence in rows.evidence:
        boxes[evidence.table_name, evidence.row_id].append(evidence)
    texts = (
        [("country_mentions", r.mention_id, r.surface) for r in rows.country_mentions]
        + [("institution_mentions", r.mention_id, r.surface) for r in rows.institution_mentions]
        + [("recommendations", r.recommendation_id, r.text) for r in rows.recommendations]
    )
    wrong = [
        (table, row_id, text, words_inside(document, boxes[table, row_id]))
        for table, row_id, text in texts
        if squeezed(words_inside(document, boxes[table, row_id])) != squeezed(text)
    ]
    assert texts
    assert not wrong, f"{len(wrong)} of {len(texts)}: {wrong[:5]}"


@pytest.mark.model
@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_the_words_inside_the_boxes_are_the_text_of_the_row(path: Path, nlp: Language) -> None:
    assert_evidence_gives_back_the_rows(read(path), nlp)


@pytest.mark.model
@pytest.mark.shared
@pytest.mark.parametrize("name", OF_CORPUS[:2])
def test_the_words_inside_the_boxes_in_the_corpus(shared: Path, name: str, nlp: Language) -> None:
    assert_evidence_gives_back_the_rows(corpus(shared, name), nlp)


def printed_block(widths: list[int], per_line: int) -> Block:
    """A block of words of given widths, so many a line."""
    words, text = [], ""
    for rank, width in enumerate(widths):
        text += " " if text else ""
        top, left = 12.0 * (rank // per_line), 40.0 * (rank % per_line)
        made = "m" * width
        words.append(Word(made, 1, Box(left, top, left + 4 * width, top + 10), len(text), len(text) + width))
        text += made
    return Block("paragraph", text, tuple(words), 1)


@given(st.lists(st.integers(1, 8), min_size=1, max_size=30), st.integers(1, 6), st.data())
def test_a_span_gives_one_box_for_each_line_it_touches(
    widths: list[int], per_line: int, data: st.DataObject
) -> None:
    block = printed_block(widths, per_line)
    start = data.draw(st.integers(0, len(block.text) - 1))
    end = data.draw(st.integers(start + 1, len(block.text)))
    touched = {word.box.top for word in block.words_between(start, end) if word.box}
    boxes = line_boxes(block.words_between(start, end))
    assert [box.top for _, box in boxes] == sorted(touched)
