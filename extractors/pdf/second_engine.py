"""pdfplumber, the second engine: what PDFium refuses, a whole file or one page, is tried once more here.

Of 613 public files PDFium refused 7 that pdfplumber reads (a bad header or catalogue, an empty owner password),
and the other way round 19 lost their text in pdfplumber without an error: so PDFium comes first, and "no pages"
is never a verdict until both agree (RELIABILITY §1).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pdfplumber

from extractors.pdf.drawing import NO_DRAWING
from extractors.pdf.printed import BOLD_NAMES, PrintedPage, PrintedWord, pack_edges, rounded
from extractors.text import clean_character
from schemas.document import Box

NAME = "pdfplumber"
MAX_PAGES = 5_000


def read_pages(content: bytes) -> list[PrintedPage]:
    """All pages that pdfplumber can read; empty where it refuses the file too."""
    pages: list[PrintedPage] = []
    with (
        suppress(Exception),
        pdfplumber.open(BytesIO(content)) as pdf,
    ):  # it raises any class of error (RELIABILITY §3)
        pages += [safe_page(page) for page in pdf.pages[:MAX_PAGES]]
    return pages


def read_page(content: bytes, index: int) -> PrintedPage:
    """The page at ``index`` (from 0), without words where pdfplumber cannot read it either."""
    with suppress(Exception), pdfplumber.open(BytesIO(content)) as pdf:
        return safe_page(pdf.pages[index])
    return unreadable(index + 1)


def unreadable(number: int) -> PrintedPage:
    """A page that no engine can read."""
    return PrintedPage(number, 0.0, 0.0, (), NO_DRAWING, engine="none")


def safe_page(page: Any) -> PrintedPage:
    """The words of a page, or none where pdfplumber fails on it; its memory is given back."""
    number = int(page.page_number)
    try:
        words = tuple(printed_words(page))
        return PrintedPage(number, float(page.width), float(page.height), words, NO_DRAWING, engine=NAME)
    except MemoryError:
        raise
    except Exception:
        return unreadable(number)
    finally:
        page.close()


def printed_words(page: Any) -> Iterator[PrintedWord]:
    """The words of a page with their letters' edges."""
    found = page.extract_words(return_chars=True, extra_attrs=["fontname", "size"], keep_blank_chars=False)
    for rank, word in enumerate(found):
        text, edges = "", []
        for char in word["chars"]:
            letters = "".join(clean_character(ord(c)) for c in char["text"] if not c.isspace())
            text += letters
            edges += [(float(char["x0"]), float(char["x1"]))] * len(letters)
        if text:
            box = Box(float(word["x0"]), float(word["top"]), float(word["x1"]), float(word["bottom"]))
            bold = any(name in str(word["fontname"]).lower() for name in BOLD_NAMES)
            yield PrintedWord(
                text, rounded(box), pack_edges(edges), float(word["size"]), bold, bool(word["upright"]), rank
            )
