"""One PDF file as a ``Document``: the steps of reading in order, and the ledger of its words."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium

from extractors.language import find_language
from extractors.lexicon import french_words
from extractors.ocr import OcrEngine
from extractors.pdf.blocks import (
    Group,
    Style,
    group_cell,
    group_lines,
    is_note_call,
    line_pitches,
    make_group,
    mark_footnotes,
    restore_items,
)
from extractors.pdf.contents import LEADERS, closing_number, is_contents_page, without_leaders
from extractors.pdf.furniture import FurnitureKind, body_size, find_furniture
from extractors.pdf.levels import with_levels
from extractors.pdf.order import Line, order_lines, rotated_words
from extractors.pdf.pdfium import PrintedPage, PrintedWord, read_page
from extractors.pdf.recognition import recognise_pages, recognised_source
from extractors.pdf.tables import RuledTable, find_tables
from extractors.pdf.unruled import UnruledTable, part_lines
from extractors.structure import arrange, zone_of_heading
from extractors.text import (
    LINE_END_HYPHENS,
    REPLACEMENT,
    is_control,
    join_words,
    lost_letters,
    repair_controls,
    uses_cork,
    words_of,
)
from schemas.document import Block, BlockKind, Box, Cell, Document, Page, TextQuality, Word
from schemas.errors import UnreadableDocument

TABLE_MARK = "\ufffc"
"""Stands for a ruled table among the words of its page while the reading order is found."""


@dataclass(frozen=True, slots=True)
class LaidOutPage:
    """A page with its lines in reading order; ``tables`` are those that TABLE_MARK lines stand for, in order."""

    printed: PrintedPage
    lines: tuple[Line, ...]
    tables: tuple[RuledTable, ...]
    words_in_tables: tuple[PrintedWord, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The words that line-end repair may join to: those that the document attests, and French forms."""

    attested: frozenset[str]

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self.attested or word in french_words())


def read_pdf(content: bytes, ocr: OcrEngine | None = None) -> Document:
    """The document of a PDF file's bytes; pages without usable text are read by the engine, if one is given.

    Raises:
        UnreadableDocument: ``encrypted`` or ``broken``, with what to do in French.
    """
    with open_pdf(content) as pdf:
        if len(pdf) == 0:
            raise UnreadableDocument(
                "broken", "Le PDF ne contient aucune page lisible : l'exporter à nouveau."
            )
        printed = repair_pages([read_page(pdf, index) for index in range(len(pdf))])
        printed = recognise_pages(pdf, printed, ocr, is_unusable)
        metadata = {key: value for key, value in pdf.get_metadata_dict().items() if value}
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
    blocks = list(arrange([with_language(block, languages, language) for block in blocks]))
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


def whole_words(pages: Iterable[PrintedPage]) -> Iterator[str]:
    """The words of a document that no line end cuts: what it attests."""
    for page in pages:
        cut = False
        for word in page.words:
            if not cut and word.text[-1] not in LINE_END_HYPHENS:
                yield word.text
            cut = word.text[-1] in LINE_END_HYPHENS


def open_pdf(content: bytes) -> pdfium.PdfDocument:
    """The file opened by PDFium.

    Raises:
        UnreadableDocument: ``encrypted`` or ``broken``.
    """
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument(
                "encrypted", "Le PDF est protégé par un mot de passe : en fournir une copie sans protection."
            ) from error
        raise UnreadableDocument(
            "broken", "Le PDF est endommagé ou incomplet : le télécharger ou l'exporter à nouveau."
        ) from error


def repair_pages(pages: list[PrintedPage]) -> list[PrintedPage]:
    """The pages with their control characters repaired, as one decision for the whole document."""
    sample = "".join(word.text for page in pages for word in page.words)
    if not any(is_control(character) or character == REPLACEMENT for character in sample):
        return pages
    cork = uses_cork(sample)
    return [replace(page, words=tuple(repair_word(word, cork) for word in page.words)) for page in pages]


def repair_word(word: PrintedWord, cork: bool) -> PrintedWord:
    """A word with its control characters repaired, its edges kept in step."""
    if not any(is_control(c) or c in "÷\ufffd" for c in word.text):
        return word
    letters = [repair_controls(c, cork=cork) for c in word.text]
    if letters.count(REPLACEMENT) == 1:
        letters[letters.index(REPLACEMENT)] = lost_letters("".join(letters), french_words())
    if cork and len(word.text) > 1:
        letters = ["œ" if c == "÷" else c for c in letters]
    edges = tuple(edge for edge, c in zip(word.edges, letters, strict=True) for _ in c)
    return replace(word, text="".join(letters), edges=edges)


def lay_out(page: PrintedPage, page_count: int) -> LaidOutPage:
    """A page's lines in reading order, its ruled tables as single marks among them.

    A contents page is read by lines even where it is drawn as a table.
    """
    tables = [table for table in find_tables(page.drawing) if holds_cells(table, page.words)]
    if tables and is_contents_page(order_lines(page.words, page.width), page_count):
        tables = []
    within = [any(inside(word.box, table.box) for table in tables) for word in page.words]
    outside = [word for word, is_within in zip(page.words, within, strict=True) if not is_within]
    marks = [table_mark(table) for table in tables]
    lines = order_lines([*outside, *marks], page.width)
    ordered = sorted(range(len(tables)), key=lambda k: rank_of_mark(lines, marks[k]))
    return LaidOutPage(
        page,
        tuple(part for line in lines for part in part_marks(line)),
        tuple(tables[k] for k in ordered),
        tuple(word for word, is_within in zip(page.words, within, strict=True) if is_within),
    )


def table_mark(table: RuledTable) -> PrintedWord:
    """The word that stands for a table while the order is found."""
    return PrintedWord(TABLE_MARK, table.box, ((table.box.x0, table.box.x1),), 10.0, False, True)


def rank_of_mark(lines: Sequence[Line], mark: PrintedWord) -> int:
    """The rank of the line that holds a table's mark."""
    return next(rank for rank, line in enumerate(lines) if mark in line.words)


def part_marks(line: Line) -> list[Line]:
    """A line parted at its table marks, so that each mark is a line of its own."""
    if not any(word.text == TABLE_MARK for word in line.words):
        return [line]
    texts = tuple(word for word in line.words if word.text != TABLE_MARK)
    marks = [replace(line, words=(word,), gaps=()) for word in line.words if word.text == TABLE_MARK]
    return ([replace(line, words=texts, gaps=())] if texts else []) + marks


def inside(box: Box, outer: Box) -> bool:
    """Whether the middle of a box lies within another."""
    x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    return outer.x0 - 1 <= x <= outer.x1 + 1 and outer.top - 1 <= y <= outer.bottom + 1


def holds_cells(table: RuledTable, words: Sequence[PrintedWord]) -> bool:
    """Whether a grid of lines holds words in at least two columns and two rows (a chart's grid does not)."""
    held = {table.place(word.box) for word in words if inside(word.box, table.box)} - {None}
    columns = {round(table.rows[place[0]][place[1]].x0) for place in held if place is not None}
    rows = {place[0] for place in held if place is not None}
    total = sum(len(row) for row in table.rows)
    return len(columns) > 1 and len(rows) > 1 and total - len(held) <= 0.7 * total


def group_pages(pages: Sequence[LaidOutPage]) -> tuple[list[Group], list[Group]]:
    """The groups of running text of all pages in order, and those of furniture."""
    lines = [page.lines for page in pages]
    style = Style(body_size(lines), line_pitches(lines))
    marked = find_furniture(lines, [page.printed.height for page in pages], style.size)
    groups: list[Group] = []
    furniture: list[Group] = []
    numbers = itertools.count()
    for page, marks in zip(pages, marked, strict=True):
        number = page.printed.number
        furniture += [furniture_group(page.lines[rank], kind, number) for rank, kind in sorted(marks.items())]
        kept = [line for rank, line in enumerate(page.lines) if rank not in marks]
        if not page.tables and is_contents_page(kept, len(pages)):
            groups += contents_groups(kept, number, len(pages))
        else:
            here = restore_items(list(group_page(page, kept, style, numbers)))
            groups += mark_footnotes(here, page.printed.height, style)
        groups += rotated_groups(page, style)
    return groups, furniture


def furniture_group(line: Line, kind: FurnitureKind, page: int) -> Group:
    """A line of furniture as a group of its own."""
    return Group(kind, (line,), page)


def rotated_groups(page: LaidOutPage, style: Style) -> list[Group]:
    """The rotated text of a page, as one group at its end."""
    words = rotated_words(page.printed.words)
    if not words:
        return []
    box = words[0].box
    line = Line(tuple(words), box, words[0].size, False, (), 0, box.x0, box.x1)
    return [replace(make_group([line], (), page.printed.number, style), kind="paragraph")]


def contents_groups(lines: Sequence[Line], page: int, page_count: int) -> Iterator[Group]:
    """The entries of a contents page: lines up to one that ends with a page number."""
    entry: list[Line] = []
    for line in lines:
        entry.append(line)
        ends = closing_number(line, page_count) is not None
        heads = not ends and zone_of_heading(line.text) is not None
        if heads or ends or line.bold:
            yield Group("heading" if heads else "contents_entry", tuple(entry), page)
            entry = []
    if entry:
        yield Group("contents_entry", tuple(entry), page)


def group_page(
    page: LaidOutPage, kept: Sequence[Line], style: Style, numbers: Iterator[int]
) -> Iterator[Group]:
    """The groups of one page in order: text between tables, and the cells of each table."""
    number = page.printed.number
    waiting: list[Line] = []
    tables = iter(page.tables)
    for part in part_lines(kept):
        if isinstance(part, Line) and part.words[0].text != TABLE_MARK:
            waiting.append(part)
            continue
        yield from group_lines(waiting, number, style)
        waiting = []
        if isinstance(part, Line):
            yield from ruled_groups(next(tables), page, style, next(numbers))
        elif part.is_acronym_list:
            yield from acronym_groups(part, number)
        else:
            yield from table_groups(dict(unruled_cells(part)), number, style, next(numbers))
    yield from group_lines(waiting, number, style)


def acronym_groups(table: UnruledTable, page: int) -> Iterator[Group]:
    """The pairs of a list of acronyms, one group each."""
    for row in table.rows:
        lines = tuple(line for cell in row for line in cell)
        if lines:
            yield Group("acronym_entry", lines, page)


def unruled_cells(table: UnruledTable) -> Iterator[tuple[tuple[int, int], Sequence[Line]]]:
    """The lines of each cell by row and column."""
    for row_number, row in enumerate(table.rows):
        for column, lines in enumerate(row):
            if lines:
                yield (row_number, column), lines


def ruled_groups(table: RuledTable, page: LaidOutPage, style: Style, number: int) -> Iterator[Group]:
    """The groups of a ruled table, cell by cell; words between its cells follow it."""
    held: dict[tuple[int, int] | None, list[PrintedWord]] = {}
    for word in page.words_in_tables:
        if inside(word.box, table.box):
            held.setdefault(table.place(word.box), []).append(word)
    outside = held.pop(None, [])
    edges = sorted({round(cell.x0) for row in table.rows for cell in row})
    cells: dict[tuple[int, int], list[Line]] = {}
    for row, rank in sorted(place for place in held if place is not None):
        cell = table.rows[row][rank]
        column = min(range(len(edges)), key=lambda k: abs(edges[k] - cell.x0))
        cells.setdefault((row, column), []).extend(order_lines(held[row, rank], cell.x1 - cell.x0))
    yield from table_groups(cells, page.printed.number, style, number)
    yield from group_lines(order_lines(outside, page.printed.width), page.printed.number, style)


def table_groups(
    cells: Mapping[tuple[int, int], Sequence[Line]], page: int, style: Style, number: int
) -> Iterator[Group]:
    """The groups of a table from the lines of its cells; each knows its row, column and headers."""
    plain = {place: " ".join(line.text for line in lines) for place, lines in cells.items()}
    for (row, column), lines in sorted(cells.items()):
        cell_of = Cell(
            table=number,
            row=row,
            column=column,
            is_header=row == 0,
            column_header=plain.get((0, column), "") if row else "",
            row_header=plain.get((row, 0), "") if column else "",
        )
        for group in group_cell(lines, page, style):
            kind: BlockKind = "list_item" if group.marker and group.kind != "heading" else "table_cell"
            yield replace(group, kind=kind, cell=cell_of)


def merge_split(groups: Sequence[Group]) -> list[Group]:
    """Groups with those joined that a column or page break has cut in two."""
    merged: list[Group] = []
    for group in groups:
        place = continued(merged, group)
        if place is None:
            merged.append(group)
        else:
            merged[place] = merged[place].followed_by(group)
    return merged


REACH = 4
"""A text may go on after so many groups of other kinds (footnotes, a caption, a table's cells)."""


def continued(merged: Sequence[Group], group: Group) -> int | None:
    """The rank of the group that this one continues, or None.

    Text goes on over a break when it stops without closing punctuation, what follows begins in lower case, is
    set the same, and stands in another column or on the next page.
    """
    if group.kind != "paragraph" or group.cell is not None or group.marker or not group.text[:1].islower():
        return None
    for rank in range(len(merged) - 1, max(len(merged) - 1 - REACH, -1), -1):
        before = merged[rank]
        if before.kind not in ("paragraph", "list_item") or before.cell is not None:
            continue
        last, first = before.lines[-1], group.lines[0]
        apart = group.page - before.last_page
        broken = apart == 1 or (apart == 0 and last.column != first.column)
        alike = abs(last.size - first.size) <= 0.09 * max(last.size, 1.0)
        open_ended = before.text.rstrip()[-1:] not in ".!?:;…»"
        return rank if broken and alike and open_ended else None
    return None


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
    calls |= {rank for rank, word in enumerate(printed) if LEADERS.fullmatch(word.text)}
    text, pieces = join_words([word.text for word in printed], ends, known, calls)
    words = [Word(word.text, group.page, rounded(word.box), 0, 0) for word in group.marker]
    for piece in pieces:
        word = printed[piece.word]
        words.append(
            Word(
                word.text[piece.first : piece.last],
                pages[piece.word],
                rounded(part_of(word, piece.first, piece.last)),
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


def part_of(word: PrintedWord, first: int, last: int) -> Box:
    """The box of the characters ``[first, last)`` of a word."""
    if not word.upright or (first == 0 and last == len(word.text)):
        return word.box
    edges = word.edges[first:last]
    return Box(min(e[0] for e in edges), word.box.top, max(e[1] for e in edges), word.box.bottom)


def rounded(box: Box) -> Box:
    """A box to the hundredth of a point: finer differs between platforms."""
    return Box(round(box.x0, 2), round(box.top, 2), round(box.x1, 2), round(box.bottom, 2))


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


def page_ledger(
    pages: Sequence[LaidOutPage],
    blocks: Sequence[Block],
    languages: Mapping[int, str | None],
    quality: Mapping[int, TextQuality],
) -> Iterator[Page]:
    """The account of each page: words read, placed, set aside, lost."""
    placed: Counter[int] = Counter()
    aside: Counter[int] = Counter()
    for block in blocks:
        for word in block.words:
            (aside if block.is_furniture else placed)[word.page] += visible(word.text)
    for page in pages:
        printed = page.printed
        characters = sum(visible(word.text) for word in printed.words)
        lost = max(characters - placed[printed.number] - aside[printed.number], 0)
        per_word = characters / max(len(printed.words), 1)
        words_lost = round(lost / per_word) if per_word else 0
        words_aside = round(aside[printed.number] / per_word) if per_word else 0
        verdict = quality[printed.number]
        yield Page(
            number=printed.number,
            width=printed.width,
            height=printed.height,
            words_read=len(printed.words),
            words_in_blocks=len(printed.words) - words_aside - words_lost,
            words_furniture=words_aside,
            words_lost=words_lost,
            quality=verdict,
            language=languages[printed.number],
            engine=printed.ocr_engine or "pdfium",
            note=page_note(printed, verdict),
        )


def visible(text: str) -> int:
    """The characters of a text that repair never drops: all but hyphens."""
    return sum(character not in LINE_END_HYPHENS for character in text)


NOTES: dict[TextQuality, str] = {
    "ok": "",
    "ocr_text": "Texte issu d'une reconnaissance de caractères : des erreurs sont possibles.",
    "garbled": "Le texte de cette page est illisible (codage des polices perdu).",
    "image_only": "Page image sans texte : une reconnaissance de caractères est nécessaire.",
    "empty": "Page sans texte.",
}
IMAGE_PAGE = 0.5
SCANNER_STAMP = re.compile(r"\b(?:camscanner|genius scan|adobe scan|scanned (?:by|with))\b", re.IGNORECASE)
"""What scanning applications print on each page: ``Scanned with CamScanner``."""
FEW_WORDS = 5
GARBLED_SHARE = 0.05
STRANGE_SHARE = 0.6


def is_unusable(page: PrintedPage) -> bool:
    """Whether a page's own text does not serve."""
    return page_quality(page) in ("garbled", "image_only")


def page_note(page: PrintedPage, verdict: TextQuality) -> str:
    """What a reader should know about a page, in French."""
    if page.ocr_failed:
        return f"{NOTES[verdict]} {page.ocr_engine} n'a pas pu la lire dans le temps imparti."
    if page.is_recognised and verdict == "empty":
        return f"Image sans texte : {page.ocr_engine} n'y a rien reconnu."
    return NOTES[verdict]


def is_hidden_layer(page: PrintedPage) -> bool:
    """Whether the text of a page is not to be seen: the layer that OCR laid on a scan."""
    hidden = sum(word.hidden for word in page.words)
    return page.drawing.image_share >= IMAGE_PAGE and hidden > len(page.words) / 2


def page_quality(page: PrintedPage) -> TextQuality:
    """The verdict on the text of a page."""
    if page.is_recognised:
        return "ocr_text" if page.words else "empty"
    covered = page.drawing.image_share >= IMAGE_PAGE
    if len(page.words) < FEW_WORDS:
        text = " ".join(word.text for word in page.words)
        if covered and (not text or SCANNER_STAMP.search(text)):
            return "image_only"
        return "ok" if text else "empty"
    text = "".join(word.text for word in page.words)
    if text.count("\ufffd") > GARBLED_SHARE * len(text):
        return "garbled"
    lexicon = french_words()
    letters = [word.text.strip("().,;:«»\"'") for word in page.words]
    longer = [
        word for word in letters if len(word) >= 4 and word.isalpha() and word.islower()
    ]  # names are strange
    strange = sum(word not in lexicon for word in longer)
    if (
        len(longer) >= 40
        and strange > STRANGE_SHARE * len(longer)
        and find_language(" ".join(letters)) == "fr"
    ):
        return "garbled"
    return "ocr_text" if is_hidden_layer(page) else "ok"


def printed_title(groups: Sequence[Group]) -> str:
    """The text in the largest type of the first page that has any: the title on the cover."""
    first = next((group.page for group in groups), 0)
    here = [group for group in groups if group.page == first and sum(c.isalpha() for c in group.text) > 3]
    if not here:
        return ""
    largest = max(group.size for group in here)
    return " ".join(group.text for group in here if group.size >= 0.9 * largest)[:300]
