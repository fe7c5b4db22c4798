"""Acronyms that a document defines itself: in its list of acronyms, or in brackets in the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from extractors.context import Definition
from schemas.document import Block


def find_definitions(blocks: Iterable[Block]) -> Mapping[str, Definition]:
    """The document's acronyms with their full names, by acronym as printed."""
    return {}
