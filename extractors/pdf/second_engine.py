"""pdfplumber, the second engine: what PDFium refuses, a whole file or one page, is tried once more here.

Of 613 public files PDFium refused 7 that pdfplumber reads (a bad header or catalogue, an empty owner password),
and the other way round 19 lost their text in pdfplumber without an error: so PDFium comes first, and "no pages" or
"no words" is never a verdict until both agree (RELIABILITY §1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pdfplumber

from extractors.limits import MAX_PAGE_CHARACTERS, MAX_PAGES
from extractors.pdf.drawing import NO_DRAWING
from extractors.pdf.printed import BOLD_NAMES, PrintedPage, PrintedWord, lost_page, pack_edges, rounded
from extractors.text import clean_character
from extractors.watch import Watch
from schemas.document import Box, Loss
from schemas.hygiene import LOST, REPLACEMENT, cleaned

NAME = "pdfplumber"


@dataclass
class SecondEngine:
    """pdfplumber on one file, opened when it is first asked; ``loss`` is what it met that keeps it from an answer."""

    content: bytes
    watch: Watch
    loss: Loss | None = field(default=None, init=False)

    @cached_property
    def _pages(self) -> Sequence[Any]:
        """The pages that it finds; none where it refuses the file, with any class of error (RELIABILITY §3)."""
        self.loss = self.watch.begin(NAME, 0)
        if self.loss:
            return ()
        try:
            return list(pdfplumber.open(BytesIO(self.content)).pages[:MAX_PAGES])
        except Exception as error:
            raise_if_out_of_memory(error)
            return ()

    def pages(self) -> Iterator[PrintedPage]:
        """Every page that it finds."""
        for index in range(len(self._pages)):
            yield self.read(index)

    def page(self, index: int) -> PrintedPage | None:
        """The page at ``index`` (from 0), lost where it cannot be read here either; None where there is none."""
        return self.read(index) if index < len(self._pages) else None

    def read(self, index: int) -> PrintedPage:
        """The page at ``index`` of those that there are."""
        loss = self.watch.begin(NAME, index + 1)
        page = lost_page(index + 1, loss) if loss else read_page(self._pages[index])
        if page.lost not in (None, "unreadable"):
            self.loss = page.lost
        return page


def read_page(page: Any) -> PrintedPage:
    """The words of a page, lost where pdfplumber fails on it; its memory is given back."""
    number = int(page.page_number)
    try:
        if len(page.chars) > MAX_PAGE_CHARACTERS:
            return lost_page(number, "size")
        words = tuple(printed_words(page))
        defects = sum(cleaned(char["text"])[1] for char in page.chars)
        return PrintedPage(
            number, float(page.width), float(page.height), words, NO_DRAWING, engine=NAME, defects=defects
        )
    except Exception as error:
        raise_if_out_of_memory(error)
        return lost_page(number, "unreadable")
    finally:
        page.close()


def raise_if_out_of_memory(error: BaseException | None) -> None:
    """Let no one go on in a process that is out of memory: pdfplumber wraps that as an error of the page.

    Raises:
        MemoryError: where it is the error or lies behind it.
    """
    while error is not None:
        inner = [part for part in error.args if isinstance(part, BaseException)]
        if any(isinstance(part, MemoryError) for part in (error, *inner)):
            raise MemoryError from error
        error = error.__cause__ or error.__context__


def printed_words(page: Any) -> Iterator[PrintedWord]:
    """The words of a page, composed (NFC), with their letters' edges."""
    found = page.extract_words(return_chars=True, extra_attrs=["fontname", "size"], keep_blank_chars=False)
    for rank, word in enumerate(found):
        text, edges = "", []
        for char in word["chars"]:
            printed = LOST.sub(REPLACEMENT, char["text"])
            letters = "".join(clean_character(ord(c)) for c in printed if not c.isspace())
            text, before = normalize("NFC", text + letters), len(text)
            edges += [(float(char["x0"]), float(char["x1"]))] * (len(text) - before)
        if text:
            box = Box(float(word["x0"]), float(word["top"]), float(word["x1"]), float(word["bottom"]))
            bold = any(name in str(word["fontname"]).lower() for name in BOLD_NAMES)
            yield PrintedWord(
                text, rounded(box), pack_edges(edges), float(word["size"]), bold, bool(word["upright"]), rank
            )
