"""What comes from the web is kept: bodies in ``raw/``, and for each source what its last answer said.

An answer is told apart from the one before: the same bytes, the same words in other bytes (a page with a new
banner), other words. Only other words make another document; a fetch that fails leaves the copy kept before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from extractors.addresses import InvalidAddress, source_key
from flows import storage
from flows.web.memory import PageMemory, WebMemory
from flows.web.outcomes import (
    Answer,
    Expected,
    Failure,
    Fetched,
    FetchFailed,
    NotModified,
    Validators,
    Wanted,
)
from flows.web.reading import SafeReader
from schemas.document import MediaType

Change = Literal["new", "same_bytes", "same_text", "changed_text", "not_refreshed"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A body in ``raw/``; ``failure`` is set where it could not be refreshed."""

    address: str
    document_id: str
    media_type: MediaType
    url: str
    retrieved_at: datetime
    change: Change
    failure: FetchFailed | None = None


class Keeper:
    """Keeps answers."""

    def __init__(self, raw: Path, memory: WebMemory, reader: SafeReader, now: datetime) -> None:
        self._raw = raw
        self._memory = memory
        self._reader = reader
        self._now = now

    def wanted(self, address: str, expected: Expected) -> Wanted:
        """A request that is conditional where the body of the last answer is still kept."""
        known = self._known(address)
        validators = Validators() if known is None else Validators(known.etag, known.last_modified)
        return Wanted(address, expected, validators)

    def _known(self, address: str) -> PageMemory | None:
        """What is remembered of an address, if its body is there."""
        try:
            known = self._memory.page(source_key(address))
        except InvalidAddress:
            return None
        here = known and storage.source_path(self._raw, known.document_id, known.media_type).exists()
        return known if here else None

    def path(self, kept: Kept) -> Path:
        """Where a body is kept."""
        return storage.source_path(self._raw, kept.document_id, kept.media_type)

    def keep(self, answer: Answer) -> Kept | FetchFailed:
        """Keep an answer; a failure stays one only where nothing was kept before."""
        known = self._known(answer.wanted.address)
        if isinstance(answer, Fetched):
            return self._keep_body(answer, known)
        if known is None:
            if isinstance(answer, FetchFailed):
                return answer
            failure = Failure(
                "unexpected_answer", "le site répond que rien n'a changé, mais rien n'est gardé"
            )
            return FetchFailed(answer.wanted, failure.code, str(failure))
        if isinstance(answer, NotModified):
            self._remember(answer.wanted.address, known.model_copy(update={"checked_at": self._now}))
            return _kept(answer.wanted.address, known, "same_bytes")
        return _kept(answer.wanted.address, known, "not_refreshed", answer)

    def _keep_body(self, answer: Fetched, known: PageMemory | None) -> Kept:
        change = self._change(answer, known)
        if known is None or change in ("new", "changed_text"):
            self._store(answer)
            kept = {"document_id": answer.sha256, "media_type": answer.media_type, "size": answer.size}
            kept |= {"retrieved_at": self._now, "final_address": answer.address}
        else:
            kept = {
                name: getattr(known, name)
                for name in ("document_id", "media_type", "size", "retrieved_at", "final_address")
            }
        memory = PageMemory.model_validate(
            kept
            | {
                "address": answer.wanted.address,
                "latest_sha256": answer.sha256,
                "declared_type": answer.declared_type,
                "etag": answer.validators.etag,
                "last_modified": answer.validators.last_modified,
                "checked_at": self._now,
                "flags": list(answer.flags),
            }
        )
        self._remember(answer.wanted.address, memory)
        return _kept(answer.wanted.address, memory, change)

    def _change(self, answer: Fetched, known: PageMemory | None) -> Change:
        if known is None:
            return "new"
        if answer.sha256 in (known.latest_sha256, known.document_id):
            return "same_bytes"
        if answer.media_type != known.media_type:
            return "changed_text"
        before = storage.source_path(self._raw, known.document_id, known.media_type)
        digests = [self._reader.text_digest(file, known.media_type) for file in (before, answer.file)]
        return "same_text" if digests[0] is not None and digests[0] == digests[1] else "changed_text"

    def _store(self, answer: Fetched) -> None:
        about = {
            "document_id": answer.sha256,
            "sha256": answer.sha256,
            "media_type": answer.media_type,
            "declared_type": answer.declared_type,
            "bytes": answer.size,
            "url": answer.address,
            "asked_url": answer.wanted.address,
            "retrieved_at": self._now.isoformat(),
            "flags": list(answer.flags),
        }
        storage.keep_source(self._raw, answer.sha256, answer.media_type, answer.file.read_bytes(), about)

    def _remember(self, address: str, memory: PageMemory) -> None:
        self._memory.keep_page(source_key(address), memory)


def _kept(address: str, memory: PageMemory, change: Change, failure: FetchFailed | None = None) -> Kept:
    return Kept(
        address,
        memory.document_id,
        memory.media_type,
        memory.final_address,
        memory.retrieved_at,
        change,
        failure,
    )


def moment() -> datetime:
    """Now, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
