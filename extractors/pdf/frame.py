"""From PDF user space to the page as displayed: crop box and rotation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from schemas.document import Box

Edge = TypeVar("Edge", float, NDArray[np.float64])
"""One coordinate, or those of many rectangles at once."""


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
        return Box(*self.displayed(left, bottom, right, top))

    def displayed(self, left: Edge, bottom: Edge, right: Edge, top: Edge) -> tuple[Edge, Edge, Edge, Edge]:
        """The left, top, right and bottom edges of rectangles of user space (origin top left)."""
        x0, x1 = left - self.left, right - self.left
        y0, y1 = bottom - self.bottom, top - self.bottom
        width, height = self.right - self.left, self.top - self.bottom
        if self.turns == 0:
            return x0, height - y1, x1, height - y0
        if self.turns == 1:
            return y0, x0, y1, x1
        if self.turns == 2:
            return width - x1, y0, width - x0, y1
        return height - y1, width - x1, height - y0, width - x0


def page_frame(page: pdfium.PdfPage) -> Frame:
    """The crop box (media box where there is none) and rotation of a page."""
    left, bottom, right, top = page.get_cropbox()
    return Frame(left, bottom, right, top, (page.get_rotation() // 90) % 4)
