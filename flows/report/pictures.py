"""Pictures of the pages that rows rest on: drawn once, kept by content, shared with each version that shows them.

PDFium is native code that reads hostile bytes, so it draws in a process of its own with a limit of memory and time.
What it cannot draw is shown as text; nothing else is lost. A picture is named by the document's hash, so it never
changes, and a rerun draws none again.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from typing import Literal

from pebble import ProcessExpired, ProcessPool

from flows import storage
from flows.report.content import DOCUMENT_NAME
from flows.report.reading import Reading
from schemas.errors import PipelineError

DPI = 100
DRAWING = "1"
"""Changes when pictures are drawn otherwise, so that those kept are drawn again."""

STARTING_SECONDS, PAGE_SECONDS = 20, 2
MEMORY_BYTES = 2_000_000_000

WhichPages = Literal["recommendations", "rows", "none"]
"""Pages drawn: those with a recommendation, those with any row, or none."""

PAGES_WITH: Mapping[WhichPages, str] = {
    "recommendations": "SELECT DISTINCT document_id, page FROM evidence WHERE table_name = 'recommendations'",
    "rows": "SELECT DISTINCT document_id, page FROM evidence",
    "none": "SELECT DISTINCT document_id, page FROM evidence WHERE 0",
}


def wanted_pages(reading: Reading, which: WhichPages) -> dict[str, list[int]]:
    """Document → the pages to draw, in order."""
    wanted: dict[str, list[int]] = {}
    for row in reading.rows(f"{PAGES_WITH[which]} ORDER BY document_id, page"):
        wanted.setdefault(row["document_id"], []).append(row["page"])
    return wanted


def draw_missing(wanted: Mapping[str, Sequence[int]], raw: Path, cache: Path, workers: int) -> None:
    """Draw the pages that the cache does not hold; a document that cannot be drawn is left out."""
    missing = {
        document_id: [page for page in pages if not picture_path(cache, document_id, page).exists()]
        for document_id, pages in wanted.items()
    }
    todo = {key: pages for key, pages in missing.items() if pages and _source(raw, key).exists()}
    if not todo:
        return
    kind = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(kind)
    with ProcessPool(max_workers=min(workers, len(todo)), initializer=limit_memory, context=context) as pool:
        futures = [
            pool.schedule(
                draw,
                args=(_source(raw, key), pages, picture_path(cache, key, 0).parent),
                timeout=STARTING_SECONDS + PAGE_SECONDS * len(pages),
            )
            for key, pages in todo.items()
        ]
        for future in futures:
            try:
                future.result()
            except (
                FutureTimeoutError,
                ProcessExpired,
                PipelineError,
                MemoryError,
                OSError,
                ValueError,
                RuntimeError,
            ):
                continue  # shown as text; the document itself was reported when it was read


def limit_memory() -> None:
    """Bound what this process may take (Linux)."""
    try:
        import resource  # absent on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(source: Path, pages: Iterable[int], folder: Path) -> None:
    """Draw pages of a PDF into a folder of the cache; runs in a process of its own."""
    from extractors.picture import page_pictures

    for page, picture in page_pictures(source.read_bytes(), pages, DPI):
        storage.write_atomically(folder / f"{page}.png", picture)


def place_pictures(wanted: Mapping[str, Sequence[int]], cache: Path, folder: Path) -> dict[str, list[int]]:
    """Put the pictures that exist into the report's ``pages``; name of a document → its pages there."""
    placed: dict[str, list[int]] = {}
    for document_id, pages in wanted.items():
        for page in pages:
            kept = picture_path(cache, document_id, page)
            if kept.exists():
                name = document_id[:DOCUMENT_NAME]
                storage.share(kept, folder / picture_name(name, page))
                placed.setdefault(name, []).append(page)
    return placed


def picture_name(name: str, page: int) -> str:
    """Where the picture of a page of a document is in a report, below its folder."""
    return f"pages/{name}-{page}.png"


def picture_path(cache: Path, document_id: str, page: int) -> Path:
    """Where the picture of a page is kept."""
    return cache / f"{DPI}-{DRAWING}" / document_id / f"{page}.png"


def _source(raw: Path, document_id: str) -> Path:
    return storage.source_path(raw, document_id, "application/pdf")
