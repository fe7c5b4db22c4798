"""Pictures of pages: the page as printed, with the boxes, order and kinds of its blocks drawn on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

from schemas.document import Block, Box, Document

POINTS_PER_INCH = 72
COLOURS = {
    "heading": "#b2182b",
    "paragraph": "#2166ac",
    "list_item": "#1b7837",
    "table_cell": "#762a83",
    "caption": "#8c510a",
    "footnote": "#01665e",
    "contents_entry": "#c51b7d",
    "acronym_entry": "#c51b7d",
}
FURNITURE_COLOUR = "#888888"
MARK = (255, 214, 0, 96)
"""Yellow, through which words can be read."""

GREYS = 8
LONGEST_SIDE = 3000
"""Pixels: a poster is drawn smaller rather than in full."""


def render_page(content: bytes, page: int, dpi: int = 110) -> Image.Image:
    """The picture of a page (from 1) of a PDF.

    Raises:
        IndexError: when the PDF has no such page.
    """
    with pdfium.PdfDocument(content) as pdf:
        if not 1 <= page <= len(pdf):
            raise IndexError(f"page {page} asked for; the document has {len(pdf)}")
        picture: Image.Image = pdf[page - 1].render(scale=dpi / POINTS_PER_INCH).to_pil().convert("RGB")
        return picture


def page_pictures(content: bytes, pages: Iterable[int], dpi: int) -> Iterator[tuple[int, bytes]]:
    """The pages asked for (from 1) as PNG files in a few greys: small, and the colours left for marks.

    Pages that the PDF does not have are passed over.
    """
    with pdfium.PdfDocument(content) as pdf:
        for number in pages:
            if 1 <= number <= len(pdf):
                page = pdf[number - 1]
                scale = min(dpi / POINTS_PER_INCH, LONGEST_SIDE / max(*page.get_size(), 1))
                picture = page.render(scale=scale, grayscale=True).to_pil().convert("L")
                page.close()
                yield number, to_png(picture.quantize(GREYS))


def draw_blocks(picture: Image.Image, document: Document, page: int, dpi: int = 110) -> Image.Image:
    """The picture with each block of the page outlined in the colour of its kind, numbered in reading order."""
    drawn = picture.copy()
    pen = ImageDraw.Draw(drawn)
    font = ImageFont.load_default(size=dpi // 9)
    scale = dpi / POINTS_PER_INCH
    for order, block in enumerate(block for block in document.blocks if block_boxes(block, page)):
        colour = FURNITURE_COLOUR if block.is_furniture else COLOURS[block.kind]
        box = around(block_boxes(block, page))
        place = tuple(scale * edge for edge in (box.x0 - 2, box.top - 1, box.x1 + 2, box.bottom + 1))
        pen.rectangle(place, outline=colour, width=2)
        label = f"{order} {block.kind}{'' if block.level is None else block.level}"
        pen.text((place[0] + 2, place[1] - dpi // 9), label, fill=colour, font=font)
    return drawn


def crop_page(
    picture: Image.Image, boxes: Sequence[Box], dpi: int = 110, around_pt: float = 26, width_pt: float = 300
) -> Image.Image:
    """The part of a page's picture around some boxes, which are marked: at least ``width_pt`` of it is shown."""
    scale = dpi / POINTS_PER_INCH
    marked = picture.convert("RGBA")
    veil = Image.new("RGBA", marked.size, (255, 255, 255, 0))
    pen = ImageDraw.Draw(veil)
    for box in boxes:
        edges = tuple(scale * edge for edge in (box.x0 - 1, box.top - 1, box.x1 + 1, box.bottom + 1))
        pen.rectangle(edges, fill=MARK)
    marked = Image.alpha_composite(marked, veil).convert("RGB")
    whole = around(boxes)
    side = max(12, (width_pt - (whole.x1 - whole.x0)) / 2)
    left, right = max(0, whole.x0 - side) * scale, min(marked.width, (whole.x1 + side) * scale)
    top, bottom = (
        max(0, whole.top - around_pt) * scale,
        min(marked.height, (whole.bottom + around_pt) * scale),
    )
    return marked.crop((int(left), int(top), max(int(right), int(left) + 1), max(int(bottom), int(top) + 1)))


def to_small_png(picture: Image.Image) -> bytes:
    """The picture as a PNG file of sixteen colours: text stays sharp, and it is a tenth of the size."""
    out = BytesIO()
    picture.quantize(colors=16, dither=Image.Dither.NONE).save(out, format="PNG", optimize=True)
    return out.getvalue()


def to_png(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    out = BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


def block_boxes(block: Block, page: int) -> list[Box]:
    """The boxes of a block's words on a page."""
    return [word.box for word in block.words if word.page == page and word.box is not None]


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box around some boxes."""
    return Box(
        min(b.x0 for b in boxes),
        min(b.top for b in boxes),
        max(b.x1 for b in boxes),
        max(b.bottom for b in boxes),
    )
