"""PDF files: from bytes to a ``Document`` of blocks in reading order (``extractors.pdf.read_pdf``).

``pdfium`` gives the printed words of each page; ``furniture`` sets running headers, footers and page numbers
aside; ``order`` finds the columns and the reading order of the lines; ``tables`` finds the cells of ruled
tables; ``blocks`` groups lines into blocks; ``extractors.structure`` then tells what each block is.
"""

from __future__ import annotations

from extractors.pdf.reading import read_pdf

__all__ = ["read_pdf"]
