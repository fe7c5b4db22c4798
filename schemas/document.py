"""A document as the extractors see it: blocks of clean text whose every word leads back to the page.

Reading (``extractors.pdf``, ``extractors.html``) ends in a :class:`Document`; everything after it works on
blocks and never rebuilds their text. A block keeps the words it was made from; each word knows the page and
box where it is printed and the characters of the block's text that it became, so any span of text can be
drawn on the page. Units: PDF points, origin at the top left of the page as displayed; pages count from 1;
character offsets have an exclusive end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

BlockKind = Literal[
    "heading",
    "paragraph",
    "list_item",
    "table_cell",
    "caption",
    "footnote",
    "contents_entry",
    "acronym_entry",
    "header",
    "footer",
    "page_number",
    "navigation",
]
"""``header``, ``footer``, ``page_number`` (PDF) and ``navigation`` (web) are furniture: never analysed."""

FURNITURE: frozenset[str] = frozenset({"header", "footer", "page_number", "navigation"})

Zone = Literal["body", "front_matter", "contents", "acronyms", "footnote", "bibliography", "annex"]

MediaType = Literal["application/pdf", "text/html"]

TextQuality = Literal["ok", "ocr_text", "garbled", "image_only", "empty"]

Loss = Literal["time", "memory", "crash", "fault", "size", "unreadable"]
"""Why something was not read or analysed to its end: what it took or did to its process, a fault of the program, what
it holds, or no engine can."""


class Box(NamedTuple):
    """A rectangle on a page: PDF points, origin at the top left of the page as displayed."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word as printed, and the characters ``[start, end)`` of the block's clean text that it became.

    ``text`` is the raw text; the two halves of a word cut at a line end are two words whose spans touch.
    A word that repair dropped (a bullet, a footnote call) has ``start == end``. Web words have no box.
    """

    text: str
    page: int
    box: Box | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a table cell stands: table number in the document, row and column from 0, its header texts.

    ``row_header`` is the text of the first cell of the row, ``column_header`` that of the header row above.
    """

    table: int
    row: int
    column: int
    is_header: bool
    column_header: str
    row_header: str


@dataclass(frozen=True, slots=True)
class Call:
    """Where a footnote is called: the rank of the block in its document, and the character before which it stands."""

    block: int
    offset: int


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text in reading order: the unit that becomes one passage.

    ``text`` is clean (see ``extractors.text``): one line, NFC, cut words joined, single spaces.
    ``level`` is the depth of a heading (1 is the highest) or of a list item. ``section`` holds the headings
    above, outermost first. ``lead_in`` is the text that introduces a list item (``Le ministère devrait :``).
    ``marker`` is the bullet or number that was taken off a list item or a footnote; ``call`` is where a footnote is
    called. ``xpath`` is set for web pages.
    """

    kind: BlockKind
    text: str
    words: tuple[Word, ...]
    page: int
    zone: Zone = "body"
    level: int | None = None
    section: tuple[str, ...] = ()
    lead_in: str = ""
    marker: str = ""
    cell: Cell | None = None
    call: Call | None = None
    xpath: str | None = None
    language: str | None = None

    @property
    def is_furniture(self) -> bool:
        """Whether the block is page furniture: kept in the passages but never analysed."""
        return self.kind in FURNITURE

    def words_between(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that the characters ``[start, end)`` of the text came from, in printed order."""
        return tuple(word for word in self.words if word.start < end and word.end > start)

    def page_of(self, start: int) -> int:
        """The page on which the character at ``start`` is printed."""
        return next((word.page for word in self.words if word.end > start), self.page)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what became of its words.

    ``words_read`` is what the engine saw; ``words_in_blocks + words_furniture + words_lost == words_read``.
    ``note`` says in French what a reader of the tables should know about the page, or is empty. ``lost`` says why
    its text could not be had, where that is no fault of the text. ``defects`` counts the characters that were no text
    (``schemas.hygiene``; glyphs that stand for no letter).
    """

    number: int
    width: float
    height: float
    words_read: int
    words_in_blocks: int
    words_furniture: int
    words_lost: int
    quality: TextQuality
    language: str | None
    engine: str
    note: str = ""
    lost: Loss | None = None
    defects: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One file or web page as read: its pages, and its blocks in reading order (furniture included).

    ``title`` and ``metadata`` hold what the file itself says (PDF information dictionary, HTML head).
    ``text_source`` is ``text``, ``ocr:<engine>`` or ``none``. ``language`` is ISO 639-1 of most of the text.
    """

    document_id: str
    media_type: MediaType
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    text_source: str = "text"
    language: str | None = None
    title: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
