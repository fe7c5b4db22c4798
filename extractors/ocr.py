"""What a recognition engine is, and how the words it saw become words as printed.

An engine is made by the caller (``flows.ocr``) and handed to ``extractors.pdf.read_pdf``: nothing here starts a
program or loads a model. It takes a grey picture and gives words with their boxes in pixels; the two functions
that read an engine's own output (hOCR for tesseract, lines of words for RapidOCR) stand here, as they are pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from schemas.document import Box


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as displayed, in grey: one byte a pixel, rows from top to bottom."""

    width: int
    height: int
    dpi: float
    pixels: bytes

    def to_pgm(self) -> bytes:
        """The picture as a portable graymap (netpbm, ``P5``), which needs no library to write."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.pixels


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word that an engine saw: its box in pixels, the size of its type in pixels, confidence from 0 to 1."""

    text: str
    box: Box
    size: float
    confidence: float


@dataclass(frozen=True, slots=True)
class OcrEngine:
    """An engine: name and version (``tesseract 5.3.0``), and what reads a picture.

    ``read`` gives None where the engine failed or ran out of time, and an empty sequence where it saw nothing.
    """

    name: str
    read: Callable[[Picture], Sequence[SeenWord] | None]


BOX = re.compile(r"bbox (\d+) (\d+) (\d+) (\d+)")  # title="bbox 134 121 386 174; x_wconf 91"
BASELINE = re.compile(r"baseline (-?[\d.]+) (-?[\d.]+)")  # title="bbox …; baseline 0.004 -12; x_size 52"
SIZE = re.compile(r"x_size (\d+(?:\.\d+)?)")
CONFIDENCE = re.compile(r"x_wconf (\d+)")
RULINGS = "|¦_~"
"""Drawn lines that engines take for characters; none of these stands alone in French."""

TESSERACT_SIZE = 1.05
"""Type size for each unit of tesseract's ``x_size``, measured on pages of known type, as is RapidOCR's below."""
ASCENT, DESCENT = 0.75, 0.22
"""How far a line reaches above and below its baseline, in type sizes (common text faces)."""


def words_of_hocr(hocr: bytes) -> list[SeenWord]:
    """The words of an hOCR page (https://kba.github.io/hocr-spec/1.2/), as tesseract writes it.

    Each word is given the height of its line, as PDFium does: marks that stand high or low keep to their line.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(hocr, parser) if hocr.strip() else None
    if root is None:
        return []
    seen: list[SeenWord] = []
    for line in root.iter("{*}span"):
        if line.get("class") not in (None, "ocrx_word"):
            seen += words_of_line(line)
    return seen


def words_of_line(line: etree._Element) -> Iterator[SeenWord]:
    """The words of one line of hOCR."""
    title = line.get("title") or ""
    edges, rise, size = BOX.search(title), BASELINE.search(title), SIZE.search(title)
    if edges is None:
        return
    left, bottom = float(edges[1]), float(edges[4])
    em = TESSERACT_SIZE * float(size[1]) if size else bottom - float(edges[2])
    for word in line.iter("{*}span"):
        told = word.get("title") or ""
        place, sure = BOX.search(told), CONFIDENCE.search(told)
        text = clean_seen("".join(word.itertext()))
        if word.get("class") != "ocrx_word" or place is None or not text:
            continue
        x0, top, x1, low = (float(edge) for edge in place.groups())
        if rise is not None:
            base = bottom + float(rise[2]) + float(rise[1]) * ((x0 + x1) / 2 - left)
            top, low = min(top, base - ASCENT * em), max(low, base + DESCENT * em)
        yield SeenWord(text, Box(x0, top, x1, low), em, int(sure[1]) / 100 if sure else 0.0)


RAPIDOCR_SIZE = 0.85
"""Type size for each unit of the height of RapidOCR's line boxes, which are padded."""

Quad = Sequence[Sequence[float]]
"""The four corners of a word, clockwise from the top left."""


def words_of_quads(lines: Iterable[Iterable[tuple[str, float, Quad]]]) -> list[SeenWord]:
    """The words of RapidOCR's lines: text, confidence and corners of each."""
    seen = []
    for line in lines:
        for text, confidence, quad in line:
            xs, ys = [corner[0] for corner in quad], [corner[1] for corner in quad]
            box = Box(min(xs), min(ys), max(xs), max(ys))
            cleaned = clean_seen(text)
            if cleaned:
                seen.append(SeenWord(cleaned, box, RAPIDOCR_SIZE * (box.bottom - box.top), float(confidence)))
    return seen


def clean_seen(text: str) -> str:
    """A word composed (NFC), without white space, control characters or the rulings around it."""
    composed = unicodedata.normalize("NFC", "".join(text.split()))
    return "".join(c for c in composed if c.isprintable()).strip(RULINGS)
