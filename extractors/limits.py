"""How much a document may hold (RELIABILITY R2): more is no study, and may be made to exhaust the machine."""

from __future__ import annotations

from schemas.errors import UnreadableDocument

MAX_PAGES = 5_000
MAX_CHARACTERS = 20_000_000
MAX_PAGE_CHARACTERS = 500_000
"""A page of a newspaper has 20,000."""
MAX_EXPANSION = 100
"""Characters for each byte of the file, once there are :data:`FREE_CHARACTERS` (Apache Tika's limits)."""
FREE_CHARACTERS = 1_000_000


def check_pages(count: int) -> None:
    """Refuse a file of too many pages before one of them is read.

    Raises:
        UnreadableDocument: ``too_large``.
    """
    if count > MAX_PAGES:
        raise too_large(f"{count} pages, plus de {MAX_PAGES}")


def check_characters(count: int, size: int) -> None:
    """Refuse a file of ``size`` bytes that holds so much text.

    Raises:
        UnreadableDocument: ``too_large``.
    """
    if count > MAX_CHARACTERS:
        raise too_large(f"plus de {MAX_CHARACTERS} caractères")
    if count > FREE_CHARACTERS and count > MAX_EXPANSION * size:
        raise too_large(f"plus de {MAX_EXPANSION} fois plus de caractères que d'octets")


def too_large(found: str) -> UnreadableDocument:
    """What is said of a file that holds too much."""
    return UnreadableDocument(
        "too_large", f"Le document contient {found} : ce n'est pas une étude, ou fournissez-le en parties."
    )
