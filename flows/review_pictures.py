"""Pictures of the places that proposals are about: pages of the kept sources, each rendered once."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from extractors.corrections.proposals import Proposal
from extractors.picture import crop_page, render_page, to_small_png
from flows import storage
from schemas.document import Box

DPI = 100


class Pictures:
    """Makes the pictures of proposals from the sources of a folder; None where there is no page to show."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self._pages: dict[tuple[str, int], Image.Image] = {}

    def __call__(self, proposal: Proposal) -> bytes | None:
        """The PNG of the part of the page around a proposal's words, on the page where they begin."""
        path = storage.source_path(self._raw, proposal.document_id, "application/pdf")
        if not proposal.boxes or not path.is_file():
            return None
        page = proposal.boxes[0].page
        boxes = [Box(b.x0, b.top, b.x1, b.bottom) for b in proposal.boxes if b.page == page]
        key = (proposal.document_id, page)
        if key not in self._pages:
            self._pages[key] = render_page(path.read_bytes(), page, DPI)
        return to_small_png(crop_page(self._pages[key], boxes, DPI))
