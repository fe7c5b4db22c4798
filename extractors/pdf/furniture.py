"""Running headers, running footers and page numbers: lines at the edge of the page that come back."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from extractors.folding import fold
from extractors.notes import heads_notes
from extractors.pdf.order import Line
from schemas.document import Box

FurnitureKind = Literal["header", "footer", "page_number"]

EDGE = 0.12
"""Furniture stands in this share of the page's height, at the top or at the bottom."""
OUTERMOST = 4
"""Only so many lines at either edge of the page are looked at."""
NEAR = 12.0
"""The same furniture stands at the same height, within so many points."""
REPEATED = 3

PAGE_NUMBER = re.compile(
    r"^(?:page|p\.?|pg\.?)?\s*[-–—|•]*\s*(?:\d{1,4}|[ivxlc]{1,7})\s*(?:(?:/|sur|de|of)\s*\d{1,4})?\s*[-–—|•]*$",
    re.IGNORECASE,
)
"""``12``, ``– 12 –``, ``Page 3 sur 40``, ``p. 24``, ``xiv``, ``12 | ``."""


def find_furniture(
    pages: Sequence[Sequence[Line]], heights: Sequence[float], body: float
) -> list[dict[int, FurnitureKind]]:
    """For each page, the ranks of its lines that are furniture, and what each is.

    A line at the edge is furniture when its words (numbers apart) come back at the same height on three pages,
    or on two of a document of at most six; a bare page number is furniture wherever it is outermost. Numbered
    lines at the top in larger type than the body text (``Partie 1``, ``Partie 2``) are headings, as are the ``Notes``
    of each chapter.
    """
    candidates = [list(edge_lines(lines, height)) for lines, height in zip(pages, heights, strict=True)]
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, (lines, here) in enumerate(zip(pages, candidates, strict=True)):
        for rank, key, _ in here:
            seen[key].append((number, lines[rank].box.top))
    needed = 2 if len(pages) <= 6 else REPEATED
    found: list[dict[int, FurnitureKind]] = []
    for lines, here in zip(pages, candidates, strict=True):
        marked: dict[int, FurnitureKind] = {}
        for rank, key, at_top in here:
            line = lines[rank]
            near = {page for page, top in seen[key] if abs(top - line.box.top) <= NEAR}
            is_title = at_top and line.size >= TITLE * body and ("#" in key or heads_notes(line.text))
            if PAGE_NUMBER.match(line.text):
                marked[rank] = "page_number"
            elif not is_title and (len(near) >= needed or not any(c.isalnum() for c in line.text)):
                marked[rank] = "header" if at_top else "footer"
        found.append(marked | dict(overprinted(lines, marked)))
    return found


def overprinted(
    lines: Sequence[Line], marked: Mapping[int, FurnitureKind]
) -> Iterator[tuple[int, FurnitureKind]]:
    """The lines printed over furniture (an old layer under a new one), which nobody can read, with its kind."""
    for rank, line in enumerate(lines):
        if rank not in marked:
            yield from [(rank, kind) for other, kind in marked.items() if covers(lines[other].box, line.box)]


def covers(box: Box, other: Box) -> bool:
    """Whether a box shares most of the height and half of the width of another."""
    height = min(box.bottom, other.bottom) - max(box.top, other.top)
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    return height > 0.6 * (other.bottom - other.top) and width > 0.5 * (other.x1 - other.x0)


TITLE = 1.12
"""Lines at the top that number a part or head notes, so much larger than the body text, are headings."""


def edge_lines(lines: Sequence[Line], height: float) -> list[tuple[int, str, bool]]:
    """Rank, comparison key and whether at the top, of the outermost lines of a page."""
    ranked = sorted(range(len(lines)), key=lambda rank: lines[rank].box.top)
    chosen = []
    for rank in ranked[:OUTERMOST] + ranked[-OUTERMOST:]:
        box = lines[rank].box
        if box.bottom <= EDGE * height or box.top >= (1 - EDGE) * height:
            key = re.sub(r"\d+", "#", fold(lines[rank].text))
            entry = (rank, key, box.bottom <= EDGE * height)
            if entry not in chosen:
                chosen.append(entry)
    return chosen


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The font size, in points, in which most characters of a document are printed."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0
