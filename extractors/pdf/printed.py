"""What is printed on a page, whichever engine saw it: words with their places, and what is drawn beside them."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace

from extractors.pdf.drawing import NO_DRAWING, Drawing
from schemas.document import Box, Loss

EDGE_PAIR = struct.Struct("=2f")

BOLD_NAMES = ("bold", "black", "heavy", "gras", "cmbx", "sfbx", "demi", "-bd")
"""In names of bold fonts; ``bx`` is the bold of LaTeX's fonts."""
ITALIC_NAMES = ("ital", "oblique", "slanted", "cmti", "sfti")


TALL = 1.8
"""An initial is so many times as large as the text that it begins."""


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A run of characters without white space, as printed.

    ``edges`` has the left and right edge of each character of ``text``, in points (two 32-bit floats each: a
    long document has millions; see :func:`pack_edges` and :meth:`places`); ``size`` is the height of the font in
    points; ``upright`` is false for rotated text. ``rank`` counts the words of the page in content order;
    ``unspaced`` says that no white space parts the word from the one of the rank before; ``hidden`` text is
    there to be searched and not to be seen. A ``call`` is that of a footnote although it is not raised.
    """

    text: str
    box: Box
    edges: bytes
    size: float
    bold: bool
    upright: bool
    rank: int = 0
    unspaced: bool = False
    italic: bool = False
    hidden: bool = False
    call: bool = False

    def places(self) -> list[tuple[float, float]]:
        """The left and right edge of each character."""
        return list(EDGE_PAIR.iter_unpack(self.edges))

    def part(self, first: int, last: int) -> PrintedWord:
        """The characters ``[first, last)`` as a word of their own; a rotated word keeps its whole box."""
        return replace(
            self,
            text=self.text[first:last],
            box=self.box_of(first, last),
            edges=self.edges[EDGE_PAIR.size * first : EDGE_PAIR.size * last],
        )

    def box_of(self, first: int, last: int) -> Box:
        """The box of the characters ``[first, last)``, to the hundredth of a point; the whole of a rotated word."""
        if not self.upright or (first == 0 and last == len(self.text)):
            return self.box
        edges = memoryview(self.edges).cast("f")
        x0, x1 = min(edges[2 * first : 2 * last : 2]), max(edges[2 * first + 1 : 2 * last : 2])
        return Box(round(x0, 2), self.box.top, round(x1, 2), self.box.bottom)

    def reading(self, text: str, edges: bytes) -> PrintedWord:
        """The word with another text, and the edges of its characters."""
        return PrintedWord(
            text, self.box, edges, self.size, self.bold, self.upright,
            self.rank, self.unspaced, self.italic, self.hidden, self.call,
        )  # fmt: skip


def pack_edges(places: Iterable[tuple[float, float]]) -> bytes:
    """The edges of characters as a word keeps them."""
    return b"".join(EDGE_PAIR.pack(*place) for place in places)


def rounded(box: Box) -> Box:
    """A box to the hundredth of a point: finer differs between platforms."""
    return Box(round(box.x0, 2), round(box.top, 2), round(box.x1, 2), round(box.bottom, 2))


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """The words of a page and what else is needed to judge it.

    Sizes are as displayed (rotation applied), in points; ``drawing`` is what is drawn beside text. ``ocr_engine``
    is the engine that was asked to recognise the page, empty where its own text serves; it may have failed.
    ``engine`` is that which read its text: ``pdfium``, ``pdfplumber``, or ``none`` where both failed; ``lost`` says
    why a page is without words that it may have. ``defects`` counts the characters that were no text.
    """

    number: int
    width: float
    height: float
    words: tuple[PrintedWord, ...]
    drawing: Drawing
    ocr_engine: str = ""
    ocr_failed: bool = False
    engine: str = "pdfium"
    lost: Loss | None = None
    defects: int = 0

    @property
    def is_bare(self) -> bool:
        """Whether nothing at all is seen on the page, and nothing says why."""
        return not self.words and self.drawing == NO_DRAWING and not self.lost

    @property
    def is_recognised(self) -> bool:
        """Whether the words are those that an engine saw on the page."""
        return bool(self.ocr_engine) and not self.ocr_failed


def lost_page(number: int, why: Loss) -> PrintedPage:
    """A page of which nothing could be had."""
    return PrintedPage(number, 0.0, 0.0, (), NO_DRAWING, engine="none", lost=why)
