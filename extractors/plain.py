"""The plain text of a document, without layout: to tell whether it changed, and what its title page says."""

from __future__ import annotations

import hashlib

import pypdfium2 as pdfium

from extractors.folding import fold
from extractors.html import read_html
from schemas.document import MediaType
from schemas.errors import UnreadableDocument


def plain_text(content: bytes, media_type: MediaType, pages: int | None = None) -> str:
    """The text of the first pages of a document (all when ``pages`` is None); of a web page, its content.

    Raises:
        UnreadableDocument: when it cannot be opened.
    """
    if media_type == "text/html":
        return "\n".join(block.text for block in read_html(content).blocks if not block.is_furniture)
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise UnreadableDocument("broken", "Le PDF ne s'ouvre pas : le télécharger à nouveau.") from error
    try:
        count = len(document) if pages is None else min(pages, len(document))
        return "\n".join(_page_text(document, index) for index in range(count))
    finally:
        document.close()


def _page_text(document: pdfium.PdfDocument, index: int) -> str:
    page = document[index]
    text = page.get_textpage()
    try:
        return str(text.get_text_bounded())
    finally:
        text.close()
        page.close()


def text_digest(content: bytes, media_type: MediaType) -> str | None:
    """The SHA-256 of the words of a document, case and punctuation left out; None where it has none.

    Raises:
        UnreadableDocument: when it cannot be opened.
    """
    words = fold(plain_text(content, media_type))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest() if words.strip() else None
