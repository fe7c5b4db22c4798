"""PDF files: from bytes to a ``Document`` of blocks in reading order (``extractors.pdf.read_pdf``).

In the order of the work: ``characters`` takes the characters of a page from PDFium as arrays, ``pdfium`` makes
them the printed words (``printed``) and ``tables`` its ruled tables;
``recognition`` gives the words of pages without text; ``repair`` says what damaged words mean; ``layout`` and
``order`` find the columns and the lines; ``furniture``, ``contents`` and ``unruled`` recognise running lines,
contents pages and tables without rulings; ``grouping`` and ``blocks`` group lines into blocks; ``levels`` tells
how deep they are; ``quality`` judges each page and accounts for its words. ``reading`` puts it together, and
``extractors.structure`` then tells what each block is within the document.
"""

from __future__ import annotations

from extractors.pdf.reading import read_pdf

__all__ = ["read_pdf"]
