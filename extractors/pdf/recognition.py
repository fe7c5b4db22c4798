"""Pages that are pictures, or whose letters are lost: their words as a recognition engine sees them.

Only pages whose text layer cannot be used are recognised. The page is drawn as displayed, so that rotation and
crop box are already applied, and the engine's words take the place of the page's own: all that follows (order,
tables, blocks) does not know the difference.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pypdfium2 as pdfium

from extractors.ocr import OcrEngine, Picture, SeenWord
from extractors.pdf.printed import PrintedPage, PrintedWord, pack_edges, rounded
from extractors.watch import Watch
from schemas.document import Box

DPI = 300
"""Measured (docs/decisions/0004-ocr.md): at 200 small type in tables loses a tenth of its words."""
MAX_PIXELS = 20_000_000
"""A page of A3 at 300 dpi fits; larger ones are drawn coarser."""
POINTS_PER_INCH = 72

LEAST_CONFIDENCE = 0.3
SURE_CONFIDENCE = 0.6
SURE_LETTERS = 3
SURE_WORDS = 3
"""A page on which fewer words of three letters are surely read is a picture without text."""


def recognise_pages(
    document: pdfium.PdfDocument,
    pages: Sequence[PrintedPage],
    engine: OcrEngine | None,
    unusable: Callable[[PrintedPage], bool],
    watch: Watch,
) -> list[PrintedPage]:
    """The pages, those whose text is unusable with the words that the engine sees on them."""
    if engine is None:
        return list(pages)
    read = [recognise(document, page, engine, watch) if unusable(page) else page for page in pages]
    return settle_sizes(read)


def recognise(
    document: pdfium.PdfDocument, page: PrintedPage, engine: OcrEngine, watch: Watch
) -> PrintedPage:
    """A page with the words that an engine sees on it; as it was where it cannot be drawn or the engine gives up."""
    if watch.begin(engine.name, page.number):
        return replace(page, ocr_engine=engine.name, ocr_failed=True)
    try:
        picture = draw(document, page)
    except pdfium.PdfiumError:
        return page
    seen = engine.read(picture)
    if seen is None:
        return replace(page, ocr_engine=engine.name, ocr_failed=True)
    words = tuple(as_printed(word, picture.dpi) for word in legible(seen))
    return replace(page, words=words, ocr_engine=engine.name)


def draw(document: pdfium.PdfDocument, page: PrintedPage) -> Picture:
    """A page as a grey picture."""
    area = max(page.width * page.height, 1.0)
    dpi = min(DPI, POINTS_PER_INCH * math.sqrt(MAX_PIXELS / area))
    source = document[page.number - 1]
    try:
        bitmap = source.render(scale=dpi / POINTS_PER_INCH, grayscale=True)
        try:
            width, height, stride = bitmap.width, bitmap.height, bitmap.stride
            rows = memoryview(bitmap.buffer).cast("B")
            pixels = b"".join(rows[row * stride : row * stride + width] for row in range(height))
        finally:
            bitmap.close()
    finally:
        source.close()
    return Picture(width, height, dpi, pixels)


def legible(seen: Sequence[SeenWord]) -> list[SeenWord]:
    """The words without those that are noise; none where so few are sure that the page is a mere picture."""
    sure = sum(
        word.confidence >= SURE_CONFIDENCE and sum(c.isalpha() for c in word.text) >= SURE_LETTERS
        for word in seen
    )
    if sure < SURE_WORDS:
        return []
    return [word for word in seen if word.confidence >= LEAST_CONFIDENCE]


def as_printed(word: SeenWord, dpi: float) -> PrintedWord:
    """A word in points; its letters are taken to be equally wide."""
    points = POINTS_PER_INCH / dpi
    box = Box(*(points * edge for edge in (word.box.x0, word.box.top, word.box.x1, word.box.bottom)))
    step = (box.x1 - box.x0) / len(word.text)
    edges = pack_edges((box.x0 + step * rank, box.x0 + step * (rank + 1)) for rank in range(len(word.text)))
    return PrintedWord(word.text, rounded(box), edges, round(points * word.size, 1), False, True)


ALIKE = 0.12
"""Sizes that differ by this share are one: what an engine measures of one type varies from line to line."""


def settle_sizes(pages: list[PrintedPage]) -> list[PrintedPage]:
    """The pages with the sizes of recognised words brought to those of the document's few types."""
    letters: Counter[float] = Counter()
    for page in pages:
        if page.is_recognised:
            for word in page.words:
                letters[word.size] += len(word.text)
    settled = types_of(letters)
    return [
        replace(page, words=tuple(replace(word, size=settled[word.size]) for word in page.words))
        if page.is_recognised
        else page
        for page in pages
    ]


def types_of(letters: Counter[float]) -> dict[float, float]:
    """The type that each size belongs to: again and again the size around which most letters lie."""
    left = dict(sorted(letters.items()))
    settled: dict[float, float] = {}
    while left:
        middle = max(
            left, key=lambda size: (sum(left[other] for other in near(left, size, ALIKE / 2)), left[size])
        )
        for size in near(left, middle, ALIKE):
            settled[size] = middle
            del left[size]
    return settled


def near(sizes: dict[float, int], middle: float, share: float) -> list[float]:
    """The sizes that differ from one by no more than a share of it."""
    return [size for size in sizes if abs(size - middle) <= share * max(middle, 0.1)]


def recognised_source(pages: Sequence[PrintedPage]) -> str:
    """Where the words of a document come from for the most part: ``text``, ``ocr:<engine>`` or ``none``."""
    words: Counter[str] = Counter()
    for page in pages:
        words[f"ocr:{page.ocr_engine}" if page.is_recognised else "text"] += len(page.words)
    source, count = max(words.items(), key=lambda item: (item[1], item[0]))
    return source if count else "none"
