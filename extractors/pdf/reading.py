"""One PDF file as a ``Document``: the steps of reading in order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pypdfium2 as pdfium

from extractors.language import find_language
from extractors.lexicon import french_words
from extractors.limits import MAX_PAGE_CHARACTERS, check_characters, check_pages, too_large
from extractors.notes import tie_notes
from extractors.ocr import OcrEngine
from extractors.pdf.blocks import (
    Group,
    is_note_call,
)
from extractors.pdf.contents import LEADERS, without_leaders
from extractors.pdf.grouping import group_pages, merge_split
from extractors.pdf.layout import LaidOutPage, lay_out
from extractors.pdf.levels import with_levels
from extractors.pdf.pdfium import NAME, open_file, read_page
from extractors.pdf.printed import PrintedPage, lost_page
from extractors.pdf.quality import is_unusable, page_ledger, page_quality
from extractors.pdf.recognition import recognise_pages, recognised_source
from extractors.pdf.repair import Known, repair_pages, whole_words
from extractors.pdf.second_engine import SecondEngine
from extractors.splitting import short_blocks
from extractors.structure import arrange
from extractors.text import join_words, settle_case, words_of
from extractors.watch import UNWATCHED, Watch
from schemas.document import Block, Document, Loss, TextQuality, Word
from schemas.errors import UnreadableDocument
from schemas.hygiene import clean


def read_pdf(content: bytes, ocr: OcrEngine | None = None, watch: Watch = UNWATCHED) -> Document:
    """The document of a PDF file's bytes; pages without usable text are read by the engine, if one is given.

    What the ``watch`` has left out is lost, a page at a time.

    Raises:
        UnreadableDocument: ``encrypted``, ``broken`` or ``too_large``, with what to do in French; ``resource_limit``
            or ``crashed`` where the watch leaves nothing of it.
    """
    printed, metadata = read_printed_pages(content, ocr, watch)
    laid_out = [lay_out_watched(page, len(printed), watch) for page in printed]
    printed = [page.printed for page in laid_out]
    watch.settled()
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
    blocks = list(
        tie_notes(arrange([with_language(block, languages, language) for block in short_blocks(blocks)]))
    )
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


def read_printed_pages(
    content: bytes, ocr: OcrEngine | None, watch: Watch
) -> tuple[list[PrintedPage], dict[str, str]]:
    """The printed pages of a file and what it says of itself, by PDFium, else by the second engine.

    Raises:
        UnreadableDocument: as :func:`read_pdf`.
    """
    second = SecondEngine(content, watch)
    pages: list[PrintedPage] = []
    refused: Exception | None = None
    loss = watch.begin(NAME, 0)
    try:
        if loss is None:
            with open_file(content) as pdf:
                check_pages(len(pdf))
                watch.opened(len(pdf))
                read = (read_printed_page(pdf, second, index, watch) for index in range(len(pdf)))
                pages = list(bounded(confirmed(list(bounded(read, len(content))), second), len(content)))
                if not all(page.lost for page in pages):
                    pages = recognise_pages(pdf, repair_pages(pages), ocr, is_unusable, watch)
                    return pages, file_metadata(pdf)
    except pdfium.PdfiumError as error:
        refused = error
    pages = pages or list(bounded(second.pages(), len(content)))
    if any(page.words for page in pages):
        return repair_pages(pages), {}
    raise refusal(refused, loss or next((page.lost for page in pages), None) or second.loss)


def bounded(pages: Iterable[PrintedPage], size: int) -> Iterator[PrintedPage]:
    """The pages of a file of ``size`` bytes, as they come, within the limits on its text.

    Raises:
        UnreadableDocument: ``too_large``, as soon as there is too much.
    """
    count = 0
    for page in pages:
        count += sum(len(word.text) for word in page.words)
        check_characters(count, size)
        yield page


def confirmed(pages: Sequence[PrintedPage], second: SecondEngine) -> Iterator[PrintedPage]:
    """The pages; those without a word for no reason that can be seen are looked at by the second engine too.

    It gives the words that it finds, or why it finds none: a damaged page gives PDFium no word and no error.
    """
    wordless = not any(page.words for page in pages)
    for page in pages:
        doubtful = page.is_bare or (wordless and page_quality(page) == "empty")
        yield second_look(page, second) if doubtful else page


def second_look(page: PrintedPage, second: SecondEngine) -> PrintedPage:
    """A page without words as the second engine sees it."""
    other = second.page(page.number - 1)
    if other is None:
        return replace(page, lost=second.loss)
    return other if other.words else replace(page, lost=other.lost)


def read_printed_page(pdf: pdfium.PdfDocument, second: SecondEngine, index: int, watch: Watch) -> PrintedPage:
    """The page at ``index`` (from 0), by PDFium, else by the second engine."""
    loss = watch.begin(NAME, index + 1)
    if loss is None:
        with suppress(pdfium.PdfiumError):
            return read_page(pdf, index)
    page = second.page(index) or lost_page(index + 1, "unreadable")
    return page if page.words else replace(page, lost=loss or page.lost)


def lay_out_watched(page: PrintedPage, count: int, watch: Watch) -> LaidOutPage:
    """A page laid out; without its words where that must be left out."""
    loss = watch.begin("layout", page.number)
    return lay_out(lost_page(page.number, loss) if loss else page, count)


def file_metadata(pdf: pdfium.PdfDocument) -> dict[str, str]:
    """What a file says of itself (title, author, dates); values that are not text are left out."""
    found = {}
    for key in pdf.METADATA_KEYS:
        with suppress(UnicodeDecodeError):
            found[key] = clean(pdf.get_metadata_value(key))
    return {key: value for key, value in found.items() if value}


TOO_MUCH = (
    "Aucun moteur n'a pu lire le PDF dans les limites de temps et de mémoire : l'exporter à nouveau, ou le "
    "découper."
)
FATAL = "Le PDF fait tomber les moteurs qui le lisent : l'enregistrer à nouveau depuis un lecteur PDF."


def refusal(error: Exception | None, loss: Loss | None) -> UnreadableDocument:
    """Why a file cannot be read, and what to do."""
    if error is not None and "password" in str(error).lower():
        message = "Le PDF est protégé par un mot de passe : en fournir une copie sans protection."
        return UnreadableDocument("encrypted", message)
    if loss == "crash":
        return UnreadableDocument("crashed", FATAL)
    if loss in ("time", "memory"):
        return UnreadableDocument("resource_limit", TOO_MUCH)
    if loss == "size":
        return too_large(f"plus de {MAX_PAGE_CHARACTERS} caractères sur une page")
    if error is None:
        return UnreadableDocument("broken", "Le PDF ne contient aucune page lisible : l'exporter à nouveau.")
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
