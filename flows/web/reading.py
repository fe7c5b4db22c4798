"""Reads what was fetched in a process of its own: links, words, title page. Hostile bytes never meet this one.

The process has a limit of memory and of time and no network; what it says comes back as JSON.
"""

from __future__ import annotations

from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool
from pydantic import TypeAdapter

from extractors.links import Link, read_links
from extractors.plain import plain_text, text_digest
from flows.confinement import confine, forbid_network
from flows.forking import clean_context, start_server
from schemas.document import MediaType
from schemas.errors import UnreadableDocument

SECONDS, MEGABYTES = 60, 2048
FRONT_PAGES = 2
LINKS = TypeAdapter(tuple[Link, ...])
TEXT = TypeAdapter(str | None)


class SafeReader:
    """A process that starts with the first question and stops with the context.

    What cannot be read within its limits gives nothing: no links, no text.
    """

    def __init__(self) -> None:
        self._pool: ProcessPool | None = None

    def __enter__(self) -> SafeReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()

    def links(self, file: Path, address: str) -> tuple[Link, ...]:
        """The links of a page."""
        return LINKS.validate_json(self._ask(_links, file, address) or b"[]")

    def text_digest(self, file: Path, media_type: MediaType) -> str | None:
        """The digest of a document's words."""
        return TEXT.validate_json(self._ask(_digest, file, media_type) or b"null")

    def title_page(self, file: Path, media_type: MediaType) -> str:
        """The text of the first pages."""
        return TEXT.validate_json(self._ask(_front, file, media_type) or b"null") or ""

    def _ask(self, question: Any, file: Path, about: str) -> bytes | None:
        if self._pool is None:
            start_server()
            self._pool = ProcessPool(max_workers=1, initializer=_start, context=clean_context())
        try:
            answer: bytes = self._pool.schedule(question, args=(file, about), timeout=SECONDS).result()
        except (FutureTimeoutError, ProcessExpired, UnreadableDocument, MemoryError):
            return None
        return answer


def _start() -> None:
    forbid_network()
    confine(MEGABYTES)


def _links(file: Path, address: str) -> bytes:
    return LINKS.dump_json(read_links(file.read_bytes(), address))


def _digest(file: Path, media_type: MediaType) -> bytes:
    return TEXT.dump_json(text_digest(file.read_bytes(), media_type))


def _front(file: Path, media_type: MediaType) -> bytes:
    return TEXT.dump_json(plain_text(file.read_bytes(), media_type, FRONT_PAGES))
