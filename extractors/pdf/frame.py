"""From PDF user space to the page as displayed: crop box and rotation."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium

from schemas.document import Box


@dataclass(frozen=True, slots=True)
class Frame:
    """How PDF user space maps to the page as displayed: crop box, and quarter turns clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as displayed."""
        width, height = self.right - self.left, self.top - self.bottom
        return (width, height) if self.turns % 2 == 0 else (height, width)

    def display(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle of user space as a box of the displayed page (origin top left)."""
        x0, x1 = left - self.left, right - self.left
        y0, y1 = bottom - self.bottom, top - self.bottom
        width, height = self.right - self.left, self.top - self.bottom
        if self.turns == 0:
            return Box(x0, height - y1, x1, height - y0)
        if self.turns == 1:
            return Box(y0, x0, y1, x1)
        if self.turns == 2:
            return Box(width - x1, y0, width - x0, y1)
        return Box(height - y1, width - x1, height - y0, width - x0)


def page_frame(page: pdfium.PdfPage) -> Frame:
    """The crop box (media box where there is none) and rotation of a page."""
    left, bottom, right, top = page.get_cropbox()
    return Frame(left, bottom, right, top, (page.get_rotation() // 90) % 4)
