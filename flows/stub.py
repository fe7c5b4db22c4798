"""Stands for ``extractors.html`` until it lands."""

from __future__ import annotations

from schemas.document import Document
from schemas.errors import UnreadableDocument


def read(content: bytes) -> Document:
    """Refuse every page."""
    raise UnreadableDocument("internal_error", "Les pages web ne sont pas encore lues.")
