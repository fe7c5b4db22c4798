"""Who watches a document being read: told of each step before it begins, it may have the step left out.

A hostile file hangs an engine, fills the memory or kills the process, and no exception tells. So whoever starts the
process keeps a note of the step that goes on; when the process dies, the document is read once more without that
step, and all the rest of it is kept (``flows.watch``).
"""

from __future__ import annotations

from typing import Protocol

from schemas.document import Loss

Step = tuple[str, int]
"""An engine and the page that it reads, from 1, 0 being the file as a whole; or a part of the analysis and a block."""

ANALYSIS, PASSAGES, PASSAGE = "analysis", "passages", "passage"
"""Parts of the analysis: all of it (block 0), passages from a block on, the passage of a block."""


class Watch(Protocol):
    """Told what goes on; says what is to be left out."""

    def opened(self, pages: int) -> None:
        """The file has so many pages."""

    def begin(self, engine: str, page: int) -> Loss | None:
        """An engine turns to a page (0: to the file as a whole): why it must not, or None."""

    def settled(self) -> None:
        """What comes now concerns no single page."""

    def analyse(self, part: str, block: int) -> Loss | None:
        """The analysis turns to a part of the document (blocks count from 1): why it must not, or None."""


class Unwatched:
    """Nobody watches: nothing is left out."""

    def opened(self, pages: int) -> None:
        """Go on."""

    def begin(self, engine: str, page: int) -> Loss | None:
        """Go on."""
        return None

    def settled(self) -> None:
        """Go on."""

    def analyse(self, part: str, block: int) -> Loss | None:
        """Go on."""
        return None


UNWATCHED = Unwatched()
