"""The characters of a page from PDFium, as arrays: what each means, where it stands and how it is set.

A page has thousands of characters. One Python object and several calls for each took two thirds of the time of
reading; here each property is asked for all characters in one sweep of ``map`` (a third of a microsecond a
character) and kept in an array.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from extractors.pdf.frame import Frame
from extractors.pdf.printed import BOLD_NAMES, ITALIC_NAMES
from extractors.text import clean_character
from schemas.hygiene import DROPPED, REPLACEMENT

BOLD_WEIGHT = 600
FORCE_BOLD = 1 << 18
ITALIC = 1 << 6
"""Bits 19 and 7 of a font descriptor's flags (ISO 32000-1, table 123)."""

INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE
"""Text render mode 3 (ISO 32000-1, table 106): the layer that OCR programs lay under a scan."""

NO_TEXT = np.array([code for code in range(0x2070) if DROPPED.match(chr(code)) and code not in (0, 2)])
"""Codes that are no text; 0 is a glyph without a letter (:func:`unmapped`), 2 PDFium's hyphen at the end of a line."""

BLANK = 0.5
"""A glyph lower than this, in points, draws nothing."""


@dataclass(frozen=True, slots=True)
class Style:
    """How characters are set: size in points, weight, slope, upright on the page as displayed or not, hidden or not."""

    size: float
    bold: bool
    upright: bool
    italic: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters that print something, in content order; all members are equally long, ``styles`` apart.

    ``letters`` holds what each means (a ligature is several letters); the edges are in displayed points, origin
    top left; ``apart`` tells before which there is white space; ``style`` ranks in ``styles``. ``defects`` counts the
    characters that were no text.
    """

    letters: Sequence[str]
    x0: NDArray[np.float64]
    top: NDArray[np.float64]
    x1: NDArray[np.float64]
    bottom: NDArray[np.float64]
    apart: NDArray[np.bool_]
    style: NDArray[np.intp]
    styles: Sequence[Style]
    defects: int


def swift(function: Any, result: Any, *arguments: Any) -> Any:
    """A function of PDFium that takes addresses as numbers: half the cost a call of pypdfium2's own binding."""
    address: Any = ctypes.cast(function, ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


GET_CODE = swift(raw.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
GET_BOX = swift(raw.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
GET_OBJECT = swift(raw.FPDFText_GetTextObject, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int)

RECTANGLE = ctypes.sizeof(raw.FS_RECTF)


def read_characters(text: pdfium.PdfTextPage, frame: Frame) -> Characters:
    """The printed characters of a page: their advance by the height of their font (PDFium's loose boxes)."""
    count = max(raw.FPDFText_CountChars(text), 0)
    page = repeat(ctypes.cast(text.raw, ctypes.c_void_p).value)
    codes = list(map(GET_CODE, page, range(count)))
    letters = meanings(text, codes)
    rectangles = np.zeros((count, 4), np.float32)  # FS_RECTF: left, top, right, bottom
    first = rectangles.ctypes.data
    places = range(first, first + RECTANGLE * count, RECTANGLE)
    placed = np.fromiter(map(GET_BOX, page, range(count), places), np.bool_, count)
    drawn = np.array([letter not in ("", " ") for letter in letters], np.bool_) & placed
    white = np.array([letter != "" for letter in letters], np.bool_) & ~drawn
    kept = np.flatnonzero(drawn)
    objects = np.fromiter(map(GET_OBJECT, page, kept.tolist()), np.uintp, len(kept))
    styles, style = read_styles(text, kept, objects, frame.turns)
    left, top, right, bottom = rectangles[kept].astype(np.float64).T
    x0, y0, x1, y1 = frame.displayed(left, bottom, right, top)
    whites = np.cumsum(white)[kept]
    return Characters(
        letters if len(kept) == count else [letters[index] for index in kept.tolist()],
        x0, y0, x1, y1,
        np.diff(whites, prepend=0) > 0,
        style,
        styles,
        letters.count(REPLACEMENT) + int(np.isin(np.array(codes, np.int64), NO_TEXT).sum()),
    )  # fmt: skip


def meanings(text: pdfium.PdfTextPage, codes: Sequence[int]) -> list[str]:
    """What each character means; white space of any kind is ``" "``, what prints nothing is empty."""
    letters = list(map(clean_character, codes))
    for index, code in enumerate(codes):
        if not code:
            letters[index] = unmapped(text, index)
        elif 0xDC00 <= code <= 0xDFFF and index and 0xD800 <= codes[index - 1] <= 0xDBFF:
            # PDFium gives characters beyond U+FFFF as two halves
            letters[index - 1] = ""
            letters[index] = clean_character(0x10000 + ((codes[index - 1] - 0xD800) << 10) + code - 0xDC00)
    return letters


def unmapped(text: pdfium.PdfTextPage, index: int) -> str:
    """What a glyph without a character stands for: a space where nothing is drawn, else a lost letter."""
    edges = [ctypes.c_double() for _ in range(4)]
    drawn = raw.FPDFText_GetCharBox(text, index, *(ctypes.byref(edge) for edge in edges))
    return REPLACEMENT if drawn and edges[3].value - edges[2].value > BLANK else " "


def read_styles(
    text: pdfium.PdfTextPage, kept: NDArray[np.intp], objects: NDArray[np.uintp], turns: int
) -> tuple[list[Style], NDArray[np.intp]]:
    """The styles of a page, one a text object, and the rank of each character's in them."""
    _, firsts, ranks = np.unique(objects, return_index=True, return_inverse=True)
    faces: dict[int, tuple[bool, bool]] = {}
    styles = [read_style(text, int(kept[first]), int(objects[first]), turns, faces) for first in firsts]
    return styles, ranks


def read_style(
    text: pdfium.PdfTextPage, index: int, text_object: int, turns: int, faces: dict[int, tuple[bool, bool]]
) -> Style:
    """The style of a character; ``faces`` keeps what is known of the page's fonts."""
    size = raw.FPDFText_GetFontSize(text, index)
    matrix = raw.FS_MATRIX()
    if raw.FPDFText_GetMatrix(text, index, matrix):
        size *= math.hypot(matrix.b, matrix.d) or 1.0
    quarters = round(raw.FPDFText_GetCharAngle(text, index) / (math.pi / 2))
    holder = ctypes.cast(text_object, raw.FPDF_PAGEOBJECT)
    font = ctypes.cast(raw.FPDFTextObj_GetFont(holder), ctypes.c_void_p).value if text_object else None
    if font is None or font not in faces:
        faces[font or 0] = read_face(text, index)
    bold, italic = faces[font or 0]
    return Style(
        round(size, 1),
        bold,
        (quarters - turns) % 4 == 0 or (quarters + turns) % 4 == 0,
        italic,
        bool(text_object) and raw.FPDFTextObj_GetTextRenderMode(holder) == INVISIBLE,
    )


def read_face(text: pdfium.PdfTextPage, index: int) -> tuple[bool, bool]:
    """Whether the font of a character is bold, and whether italic: by its name, its weight or its flags."""
    flags = ctypes.c_int()
    buffer = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text, index, buffer, 128, flags)
    name = buffer.value.decode("utf-8", "replace").lower()
    heavy = raw.FPDFText_GetFontWeight(text, index) >= BOLD_WEIGHT
    bold = heavy or any(word in name for word in BOLD_NAMES) or bool(flags.value & FORCE_BOLD)
    return bold, bool(flags.value & ITALIC) or any(word in name for word in ITALIC_NAMES)
