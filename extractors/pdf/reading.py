"""One PDF file as a ``Document``: the steps of reading in order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pypdfium2 as pdfium

from extractors.language import find_language
from extractors.lexicon import french_words
from extractors.notes import tie_notes
from extractors.ocr import OcrEngine
from extractors.pdf import second_engine
from extractors.pdf.blocks import (
    Group,
    is_note_call,
)
from extractors.pdf.contents import LEADERS, without_leaders
from extractors.pdf.grouping import group_pages, merge_split
from extractors.pdf.layout import lay_out
from extractors.pdf.levels import with_levels
from extractors.pdf.pdfium import read_page
from extractors.pdf.printed import PrintedPage
from extractors.pdf.quality import is_unusable, page_ledger, page_quality
from extractors.pdf.recognition import recognise_pages, recognised_source
from extractors.pdf.repair import Known, repair_pages, whole_words
from extractors.structure import arrange
from extractors.text import join_words, settle_case, words_of
from schemas.document import Block, Document, TextQuality, Word
from schemas.errors import UnreadableDocument


def read_pdf(content: bytes, ocr: OcrEngine | None = None) -> Document:
    """The document of a PDF file's bytes; pages without usable text are read by the engine, if one is given.

    Raises:
        UnreadableDocument: ``encrypted`` or ``broken``, with what to do in French.
    """
    printed, metadata = read_printed_pages(content, ocr)
    laid_out = [lay_out(page, len(printed)) for page in printed]
    groups, furniture = group_pages(laid_out)
    known = Known(frozenset(words_of(whole_words(printed))))
    blocks = [
        block
        for group in with_levels(merge_split(groups))
        for block in [to_block(group, known)]
        if block.text
    ]
    blocks = sorted_in_place(blocks, [to_block(group, known) for group in furniture])
    quality = {page.number: page_quality(page) for page in printed}
    languages = page_languages(blocks, quality)
    language = main_language(blocks, languages)
    blocks = list(tie_notes(arrange([with_language(block, languages, language) for block in blocks])))
    return Document(
        document_id=hashlib.sha256(content).hexdigest(),
        media_type="application/pdf",
        pages=tuple(page_ledger(laid_out, blocks, languages, quality)),
        blocks=tuple(blocks),
        text_source=recognised_source(printed),
        language=language,
        title=printed_title(groups) or metadata.get("Title", ""),
        metadata=metadata,
    )


MAX_PAGES = 5_000
"""Longer files are no studies, and may be made to exhaust the machine (RELIABILITY R2)."""


def read_printed_pages(content: bytes, ocr: OcrEngine | None) -> tuple[list[PrintedPage], dict[str, str]]:
    """The printed pages of a file and what it says of itself, by PDFium, else by the second engine.

    Raises:
        UnreadableDocument: ``encrypted`` or ``broken``, where both engines refuse the file; ``resource_limit``.
    """
    try:
        with pdfium.PdfDocument(content) as pdf:
            if len(pdf) > MAX_PAGES:
                raise UnreadableDocument(
                    "resource_limit",
                    f"Le PDF a {len(pdf)} pages, plus de {MAX_PAGES} : le fournir en parties.",
                )
            pages = repair_pages([read_printed_page(pdf, content, index) for index in range(len(pdf))])
            if pages:
                return recognise_pages(pdf, pages, ocr, is_unusable), file_metadata(pdf)
            error: Exception | None = None
    except pdfium.PdfiumError as refused:
        error = refused
    pages = repair_pages(second_engine.read_pages(content))
    if not any(page.words for page in pages):
        raise refusal(error)
    return pages, {}


def read_printed_page(pdf: pdfium.PdfDocument, content: bytes, index: int) -> PrintedPage:
    """The page at ``index`` (from 0), by PDFium, else by the second engine."""
    try:
        return read_page(pdf, index)
    except pdfium.PdfiumError:
        return second_engine.read_page(content, index)


def file_metadata(pdf: pdfium.PdfDocument) -> dict[str, str]:
    """What a file says of itself (title, author, dates); values that are not text are left out."""
    found = {}
    for key in pdf.METADATA_KEYS:
        with suppress(UnicodeDecodeError):
            found[key] = pdf.get_metadata_value(key)
    return {key: value for key, value in found.items() if value}


def refusal(error: Exception | None) -> UnreadableDocument:
    """Why a file cannot be read, and what to do."""
    if error is None:
        return UnreadableDocument("broken", "Le PDF ne contient aucune page lisible : l'exporter à nouveau.")
    if "password" in str(error).lower():
        message = "Le PDF est protégé par un mot de passe : en fournir une copie sans protection."
        return UnreadableDocument("encrypted", message)
    message = "Le PDF est endommagé ou incomplet : le télécharger ou l'exporter à nouveau."
    return UnreadableDocument("broken", message)


def to_block(group: Group, known: Known) -> Block:
    """The block of a group: its clean text, and the words that lead from it back to the page."""
    if group.kind == "contents_entry":
        group = replace(group, lines=tuple(without_leaders(line) for line in group.lines))
    printed = [word for line in group.lines for word in line.words]
    pages = [page for line, page in zip(group.lines, group.pages(), strict=True) for _ in line.words]
    ends, total = set(), -1
    for line in group.lines:
        total += len(line.words)
        ends.add(total)
    calls = {
        rank
        for rank, (before, word) in enumerate(pairwise(printed), start=1)
        if group.kind != "footnote" and is_note_call(word, before)
    }
    if group.kind == "contents_entry":
        calls |= {rank for rank, word in enumerate(printed) if LEADERS.fullmatch(word.text)}
    text, pieces = join_words(
        settle_case([word.text for word in printed], french_words()), ends, known, calls
    )
    words = [Word(word.text, group.page, word.box, 0, 0) for word in group.marker]
    for piece in pieces:
        word = printed[piece.word]
        words.append(
            Word(
                word.text[piece.first : piece.last],
                pages[piece.word],
                word.box_of(piece.first, piece.last),
                piece.start,
                piece.end,
            )
        )
    return Block(
        kind=group.kind,
        text=text,
        words=tuple(words),
        page=group.page,
        level=group.level,
        marker=" ".join(word.text for word in group.marker),
        cell=group.cell,
    )


def sorted_in_place(blocks: list[Block], furniture: list[Block]) -> list[Block]:
    """All blocks page by page: running text in reading order, then the furniture of the page."""
    by_page: dict[int, list[Block]] = {}
    for block in furniture:
        by_page.setdefault(block.page, []).append(block)
    merged: list[Block] = []
    for block in blocks:
        for page in [page for page in by_page if page < block.page]:
            merged += by_page.pop(page)
        merged.append(block)
    return merged + [block for page in sorted(by_page) for block in by_page[page]]


def page_languages(blocks: Sequence[Block], quality: Mapping[int, TextQuality]) -> dict[int, str | None]:
    """The language of each page's running text; None where it is too short or garbled."""
    texts: dict[int, list[str]] = {}
    for block in blocks:
        if not block.is_furniture:
            texts.setdefault(block.page, []).append(block.text)
    return {
        page: None if verdict == "garbled" else find_language(" ".join(texts.get(page, [])))
        for page, verdict in quality.items()
    }


def main_language(blocks: Iterable[Block], languages: Mapping[int, str | None]) -> str | None:
    """The language of most of the text."""
    letters: Counter[str] = Counter()
    for block in blocks:
        language = languages.get(block.page)
        if language is not None:
            letters[language] += len(block.text)
    return letters.most_common(1)[0][0] if letters else None


FRONT_PAGES = 4


def with_language(block: Block, languages: Mapping[int, str | None], main: str | None) -> Block:
    """A block with its language: its own where the page is mixed or foreign, else that of the document."""
    page = languages.get(block.page)
    if page in (main, None) and block.page > FRONT_PAGES:
        return replace(block, language=main)
    return replace(block, language=find_language(block.text) or page or main)


def printed_title(groups: Sequence[Group]) -> str:
    """The text in the largest type of the first page that has any: the title on the cover."""
    first = next((group.page for group in groups), 0)
    here = [group for group in groups if group.page == first and sum(c.isalpha() for c in group.text) > 3]
    if not here:
        return ""
    largest = max(group.size for group in here)
    return " ".join(group.text for group in here if group.size >= 0.9 * largest)[:300]
