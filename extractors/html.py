"""Web pages: from bytes to a ``Document`` of blocks in reading order, each with its XPath.

The page is walked element by element, so that neighbours and table cells are never glued. What is furniture
(menus, banners, footers) is told by the element it stands in, by its class or id, and, for blocks made mostly
of links, by trafilatura's judgement in recall mode; furniture is set aside, not lost.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import trafilatura
from lxml import etree, html

from extractors.folding import fold
from extractors.html_notes import Marks, Part
from extractors.language import find_language
from extractors.limits import MAX_CHARACTERS, too_large
from extractors.notes import NUMBERED, bracketed, calls_in, labels_of, tie_notes
from extractors.splitting import short_blocks
from extractors.structure import arrange
from extractors.text import clean_character, join_words, visible
from schemas.document import Block, BlockKind, Call, Cell, Document, Page, Word
from schemas.errors import UnreadableDocument
from schemas.hygiene import clean, cleaned

PLAIN_BLOCKS = (
    *("p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "blockquote", "pre"),
    *("address", "center", "form", "fieldset", "body", "ul", "ol", "dl", "table", "tbody", "thead", "tfoot"),
    *("tr", "figure", "details", "summary", "label", "legend", "button", "option", "select", "hr"),
)
BLOCK_TAGS: dict[str, BlockKind] = {
    **dict.fromkeys(PLAIN_BLOCKS, "paragraph"),
    **{f"h{level}": "heading" for level in range(1, 7)},
    **dict.fromkeys(("li", "dt", "dd"), "list_item"),
    **dict.fromkeys(("td", "th"), "table_cell"),
    **dict.fromkeys(("caption", "figcaption"), "caption"),
}
UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object"})
FURNITURE_TAGS = frozenset({"nav", "footer", "aside", "form", "button", "select"})
FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary"})
FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|rgpd|gdpr|menu|nav|navbar|navigation|breadcrumbs?|fil-?ariane|footer|"
    r"sidebar|social|share|partage|newsletter|skip-link|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
TYPED_MARKER = re.compile(
    r"^(?P<marker>[•●▪■◦○➢➤►✓✔❖◆*–—-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})°?\)|\d{1,2}\.-?)\s+(?=\w|«)"
)
"""What makes a paragraph a list item typed by hand: ``- ``, ``1) ``, ``a) ``, ``2. ``."""
ITEM_END = re.compile(r"[;,.]$")
BOLD_TAGS = frozenset({"b", "strong"})
BOLD_HEADING_WORDS = 16
"""A paragraph all in bold that is a heading has at most so many words."""
LINKED = 0.5
"""A block of which more than this share is links may be a menu."""
CHARSET = re.compile(rb"charset=[\"']?\s*([\w-]+)", re.IGNORECASE)


def read_html(content: bytes) -> Document:
    """The document of a web page's bytes; ``page`` is 1.

    Raises:
        UnreadableDocument: ``too_large``; ``broken`` for bytes that hold no text; ``not_a_document`` for a page of
            menus and forms alone, such as one for logging in.
    """
    source = decode(content)
    if len(source) > MAX_CHARACTERS:
        raise too_large(f"plus de {MAX_CHARACTERS} caractères")
    root = parse(source)
    defects = clean_tree(root)
    blocks = list(walk(root, Furniture(source)))
    if not blocks:
        raise UnreadableDocument("broken", "La page web ne contient aucun texte : l'enregistrer à nouveau.")
    if all(block.is_furniture for block in blocks):
        raise UnreadableDocument(
            "not_a_document",
            "La page ne contient que des menus ou des formulaires (une connexion ?) : l'ouvrir dans un navigateur et "
            "enregistrer le document.",
        )
    language = find_language(" ".join(block.text for block in blocks if not block.is_furniture))
    arranged = tie_notes(arrange([with_language(block, language) for block in short_blocks(blocks)]))
    return Document(
        document_id=hashlib.sha256(content).hexdigest(),
        media_type="text/html",
        pages=(page_ledger(root, arranged, language, defects),),
        blocks=arranged,
        language=language,
        title=page_title(root, arranged),
        metadata=dict(meta_tags(root)),
    )


def decode(content: bytes) -> str:
    """The text of a page: by its byte-order mark, strict UTF-8, the charset that it declares, or Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = CHARSET.search(content[:4096])
        name = declared.group(1).decode("ascii", "replace").lower() if declared else "cp1252"
        name = "cp1252" if name in ("utf-8", "utf8", "iso-8859-1", "latin1", "us-ascii") else name
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            return content.decode("cp1252", "replace")


def parse(source: str) -> html.HtmlElement:
    """The tree of a page; no network, no entities, lxml's default limits on depth and size.

    Raises:
        UnreadableDocument: ``broken``.
    """
    parser = html.HTMLParser(no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", source), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise UnreadableDocument("broken", "La page web est illisible : l'enregistrer à nouveau.") from error


def clean_tree(root: html.HtmlElement) -> int:
    """Clean every text of a tree in place (``schemas.hygiene``); how many of its characters were no text."""
    total = 0
    for element in root.iter():
        for part in ("text", "tail"):
            text = getattr(element, part) or ""
            cleaned_text, defects = cleaned(text)
            if cleaned_text != text:
                setattr(element, part, cleaned_text)
            total += defects
    return total


@dataclass(frozen=True)
class Furniture:
    """Tells the furniture of a page from its content."""

    source: str

    @cached_property
    def content(self) -> str:
        """The folded text of what trafilatura keeps, asked for only when a block made of links is met."""
        kept = trafilatura.extract(self.source, favor_recall=True, include_tables=True, include_links=False)
        return f" {fold(kept or '')} "

    def holds(self, element: html.HtmlElement, text: str) -> bool:
        """Whether a block of text in an element is furniture."""
        inside_main = False
        for ancestor in (element, *element.iterancestors()):
            inside_main = inside_main or ancestor.tag in ("main", "article")
            if is_furniture_element(ancestor, inside_main):
                return True
        if element.tag in ("td", "th") or inside_main:
            return False
        linked = sum(len(" ".join(link.itertext())) for link in element.iter("a"))
        return linked > LINKED * max(len(text), 1) and f" {fold(text)} " not in self.content


def is_furniture_element(element: html.HtmlElement, inside_main: bool) -> bool:
    """Whether an element holds furniture: by its tag, its role, its class or its id."""
    if element.tag in ("body", "html", "main", "article"):
        return False
    if element.tag in FURNITURE_TAGS:
        return True
    if (
        element.tag == "header"
        and not inside_main
        and (element.find(".//nav") is not None or element.find(".//h1") is None)
    ):
        return True
    if element.get("role", "").lower() in FURNITURE_ROLES:
        return True
    return bool(FURNITURE_NAME.search(f"{element.get('class', '')} {element.get('id', '')}"))


def walk(root: html.HtmlElement, furniture: Furniture) -> Iterator[Block]:
    """The blocks of a page in document order, its notes tied to the places that call them."""
    marks = Marks(root)
    runs = list(joined_marks(text_runs(root, marks)))
    calls: dict[html.HtmlElement, Call] = {}
    for rank, run in enumerate(runs):
        for note, offset in run.calls:
            calls.setdefault(note, Call(rank, offset))
    labels: set[str] = set()
    for run, block in zip(runs, shaped(runs, root, furniture), strict=True):
        call = next((calls[note] for note in run.notes if note in calls), None)
        if call is not None or (not run.notes and run.is_note(labels)):
            block = replace(block, kind="footnote", level=None, cell=None, call=call)
            block = with_mark(block, run.own_mark)
        labels.update(label for _, label, _ in calls_in(block))
        yield block


def shaped(runs: Iterable[Run], root: html.HtmlElement, furniture: Furniture) -> Iterator[Block]:
    """The block of each run, with its kind."""
    tree = root.getroottree()
    tables = {table: number for number, table in enumerate(root.iter("table"))}
    deepest = 0
    for run in runs:
        element = run.holder
        kind = BLOCK_TAGS[str(element.tag)]
        block = Block(kind, run.text, run.words, 1, level=level_of(element), xpath=tree.getpath(element))
        if kind == "heading":
            deepest = block.level or 1
        elif kind == "paragraph":
            block = bold_heading(block, element, deepest + 1) or typed_item(block) or block
        if kind == "table_cell":
            block = replace(block, cell=cell_of(element, tables))
        if furniture.holds(element, run.text):
            block = replace(block, kind="navigation")
        yield block


def with_mark(note: Block, own_mark: bool) -> Block:
    """A note with the mark that it begins with taken off its text."""
    mark, _, text = note.text.partition(" ")
    if note.marker or not text or not (own_mark or OWN_MARK.fullmatch(mark)):
        return note
    return without_marker(note, mark, len(mark) + 1)


OWN_MARK = re.compile(bracketed(NUMBERED, r")\]."))
"""How a note begins that a link leads to: ``1``, ``[1]``, ``1.``."""


def bold_heading(block: Block, element: html.HtmlElement, level: int) -> Block | None:
    """The heading that a short paragraph all in bold is, one level below the last ``h1`` to ``h6``; else None."""
    if (
        len(block.text.split()) > BOLD_HEADING_WORDS
        or ITEM_END.search(block.text)
        or element.tag not in ("p", "div")
    ):
        return None
    bold = "".join("".join(child.itertext()) for child in element if child.tag in BOLD_TAGS)
    return replace(block, kind="heading", level=level) if bold.split() == block.text.split() else None


def typed_item(block: Block) -> Block | None:
    """The list item that a paragraph with a typed bullet or number is, its marker taken off; else None."""
    found = TYPED_MARKER.match(block.text)
    if found is None:
        return None
    marker, cut = found["marker"], found.end()
    if marker[0].isdigit() and "." in marker and not ITEM_END.search(block.text):
        return None  # ``2. Contexte`` may be a heading
    return without_marker(replace(block, kind="list_item", level=1), marker, cut)


def without_marker(block: Block, marker: str, cut: int) -> Block:
    """A block without the first ``cut`` characters of its text, which are its marker."""
    words = (replace(w, start=max(w.start - cut, 0), end=max(w.end - cut, 0)) for w in block.words)
    return replace(block, text=block.text[cut:], words=tuple(words), marker=marker)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text and the block element that it stands in directly.

    ``calls`` holds the notes that links in it call and the offsets in its text; ``notes`` those that it belongs to;
    ``own_mark`` says that it begins with a mark.
    """

    holder: html.HtmlElement
    text: str
    words: tuple[Word, ...]
    calls: tuple[tuple[html.HtmlElement, int], ...]
    notes: tuple[html.HtmlElement, ...]
    own_mark: bool

    def is_note(self, labels: Container[str]) -> bool:
        """Whether it may be a note: a link leads to it, or it begins with one of the labels called before."""
        return bool(self.notes) or (self.own_mark and self.text.split()[0].strip("()[].") in labels)

    def followed_by(self, rest: Run) -> Run:
        """This mark and the text beside it, in the element of that text."""
        shift = len(self.text) + 1
        words = (replace(word, start=word.start + shift, end=word.end + shift) for word in rest.words)
        calls = ((note, offset + shift) for note, offset in rest.calls)
        return Run(
            rest.holder,
            f"{self.text} {rest.text}",
            (*self.words, *words),
            (*self.calls, *calls),
            tuple(dict.fromkeys((*self.notes, *rest.notes))),
            True,
        )


def text_runs(root: html.HtmlElement, marks: Marks) -> Iterator[Run]:
    """The runs of text of a page in document order; none is empty."""
    parts: list[Part] = []
    holder = root
    for element, text, is_border in text_pieces(root, marks):
        if is_border:
            yield from read_run(holder, parts, marks)
            parts, holder = [], block_holder(element)
        parts.append((element, text))
    yield from read_run(holder, parts, marks)


def joined_marks(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs; the mark of a note that has a cell, or a term, of its own is joined with what stands beside it."""
    alone: Run | None = None
    labels: set[str] = set()
    for run in runs:
        if alone is not None:
            beside = alone.holder.getparent() is run.holder.getparent() and run.holder.tag in BESIDE
            yield from [alone.followed_by(run)] if beside else [alone, run]
            alone = None
        elif run.holder.tag in BESIDE and OWN_MARK.fullmatch(run.text) and run.is_note(labels):
            alone = run
        else:
            yield run
        labels.update(label for word in run.words if word.start == word.end for label in labels_of(word.text))
    if alone is not None:
        yield alone


BESIDE = frozenset({"td", "th", "dt", "dd"})


def text_pieces(root: html.HtmlElement, marks: Marks) -> Iterator[tuple[html.HtmlElement, str, bool]]:
    """Each piece of shown text with the element around it, and whether a block, or a note, begins or ends before it."""
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        parent = element.getparent()
        outside = root if parent is None else parent
        if event == "comment" or not isinstance(element.tag, str):
            yield outside, element.tail or "", False
        elif element.tag in UNSEEN:
            if event == "end" and not hidden(outside):
                yield outside, element.tail or "", False
        elif not hidden(element):
            inner = "\n" if element.tag == "br" else element.text or ""
            is_border = element.tag in BLOCK_TAGS
            if event == "start":
                yield element, inner, is_border or element in marks.notes
            else:
                yield outside, element.tail or "", is_border


def hidden(element: html.HtmlElement) -> bool:
    """Whether an element or one around it is never shown."""
    return any(ancestor.tag in UNSEEN for ancestor in (element, *element.iterancestors()))


TELLING = frozenset(
    {"li", "dt", "dd", "td", "th", "caption", "figcaption", *(f"h{level}" for level in range(1, 7))}
)


def block_holder(element: html.HtmlElement) -> html.HtmlElement:
    """The element that tells what a text is: the list item or cell around a paragraph, else the block itself."""
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in TELLING:
            return ancestor
        if ancestor.tag not in ("p", "div", "span", "section", "center"):
            break
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in BLOCK_TAGS:
            return ancestor
    return element


def read_run(holder: html.HtmlElement, parts: Sequence[Part], marks: Marks) -> Iterator[Run]:
    """The run that parts make, its calls dropped from the text; nothing where they hold no text."""
    printed: list[str] = []
    dropped: dict[int, html.HtmlElement | None] = {}
    own_mark = False
    for mark, text in marks.part(parts):
        split = ["".join(clean_character(ord(c)) for c in raw) for raw in text.split()]
        if mark is not None and split:
            own_mark = own_mark or not printed
            if printed:
                dropped |= dict.fromkeys(
                    range(len(printed), len(printed) + len(split)), marks.calls.get(mark)
                )
        printed += split
    text, pieces = join_words(printed, (), (), dropped)
    if not text:
        return
    words = tuple(Word(printed[p.word][p.first : p.last], 1, None, p.start, p.end) for p in pieces)
    calls = [(note, p.start) for p in pieces if (note := dropped.get(p.word)) is not None]
    notes = dict.fromkeys(note for element, _ in parts for note in marks.notes_around(element))
    yield Run(holder, text, words, tuple(calls), tuple(notes), own_mark)


def level_of(element: html.HtmlElement) -> int | None:
    """The level of a heading, or the depth of a list item."""
    if element.tag in ("li", "dt", "dd"):
        return sum(ancestor.tag in ("ul", "ol", "dl") for ancestor in element.iterancestors()) or 1
    heading = re.fullmatch(r"h([1-6])", str(element.tag))
    return int(heading.group(1)) if heading else None


def cell_of(element: html.HtmlElement, tables: dict[html.HtmlElement, int]) -> Cell | None:
    """Where a cell stands in its table; a table used for layout counts too."""
    table = next(element.iterancestors("table"), None)
    row = next(element.iterancestors("tr"), None)
    if table is None or row is None:
        return None
    rows = [r for r in table.iter("tr") if next(r.iterancestors("table")) is table]
    heads = [cell_text(cell) for cell in rows[0] if cell.tag in ("td", "th")] if has_header(rows[0]) else []
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    column, number = cells.index(element), rows.index(row)
    return Cell(
        table=tables[table],
        row=number,
        column=column,
        is_header=bool(heads) and number == 0,
        column_header=heads[column] if number and column < len(heads) else "",
        row_header=cell_text(cells[0]) if column else "",
    )


def has_header(row: html.HtmlElement) -> bool:
    """Whether the first row of a table heads its columns: it has ``th``, stands in ``thead``, or is all in bold."""
    if row.find("th") is not None or next(row.iterancestors("thead"), None) is not None:
        return True
    texts = [(cell_text(cell), "".join(b.text_content() for b in cell.iter(*BOLD_TAGS))) for cell in row]
    return len(texts) > 1 and all(text and text.split() == bold.split() for text, bold in texts)


def cell_text(cell: html.HtmlElement) -> str:
    """The text of a cell in one line."""
    return " ".join(" ".join(cell.itertext()).split())


def with_language(block: Block, main: str | None) -> Block:
    """A block with its own language where it is long enough to show it."""
    return replace(block, language=find_language(block.text) or main)


def page_ledger(
    root: html.HtmlElement, blocks: tuple[Block, ...], language: str | None, defects: int
) -> Page:
    """The account of the page's words and of its list items and table cells."""
    pieces = text_pieces(root, Marks(root))
    seen = "".join(("\n" if is_border else "") + text for _, text, is_border in pieces)
    words = "".join(clean_character(ord(c)) for c in seen).split()
    characters = visible("".join(words))
    kept = sum(visible(word.text) for block in blocks for word in block.words)
    lost = round(len(words) * max(characters - kept, 0) / max(characters, 1))
    aside = sum(printed_words(block) for block in blocks if block.is_furniture)
    items = len({block.xpath for block in blocks if block.kind == "list_item"})
    cells = len({block.cell for block in blocks if block.kind == "table_cell"})
    return Page(
        number=1,
        width=0.0,
        height=0.0,
        words_read=len(words),
        words_in_blocks=len(words) - aside - lost,
        words_furniture=aside,
        words_lost=lost,
        quality="ok" if aside < len(words) else "empty",
        language=language,
        engine="lxml",
        note=(
            f"{items} éléments de liste gardés sur {count(root, 'li')}, "
            f"{cells} cellules sur {count(root, 'td') + count(root, 'th')}."
        ),
        defects=defects,
    )


def printed_words(block: Block) -> int:
    """The words of a block as printed, its marker included."""
    return len(block.text.split()) + len(block.marker.split())


def count(root: html.HtmlElement, tag: str) -> int:
    """How many elements of a tag a page has."""
    return sum(1 for _ in root.iter(tag))


def page_title(root: html.HtmlElement, blocks: tuple[Block, ...]) -> str:
    """The first heading of the content, else the title of the page."""
    heading = next((b.text for b in blocks if b.kind == "heading"), "")
    return heading or " ".join((root.findtext(".//title") or "").split())


def meta_tags(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What the head of the page says: author, date, description."""
    for tag in root.iter("meta"):
        name = (tag.get("name") or tag.get("property") or "").lower()
        if name in ("author", "date", "description", "article:published_time", "og:site_name", "dc.date"):
            yield name, clean((tag.get("content") or "").strip())
