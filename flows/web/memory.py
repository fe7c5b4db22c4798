"""What is remembered of the web between runs: one small file per page and per host, each written in one step.

The file of a page holds the hash of its body beside the validators that came with it, so that the two cannot
disagree. Everything may be deleted: it is asked for anew.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows import storage
from schemas.document import MediaType

M = TypeVar("M", bound=BaseModel)


class Remembered(BaseModel):
    """A frozen record."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PageMemory(Remembered):
    """The last good body of a source, and what was said with it."""

    address: str = Field(description="Address asked for.")
    final_address: str = Field(description="Where the redirections led.")
    document_id: str = Field(description="SHA-256 of the body kept.")
    latest_sha256: str = Field(description="SHA-256 of the last body: another one where only bytes changed.")
    media_type: MediaType
    declared_type: str
    size: int
    etag: str | None = None
    last_modified: str | None = None
    retrieved_at: datetime = Field(description="When the body kept was fetched (UTC).")
    checked_at: datetime = Field(description="When the source was last seen unchanged or fetched (UTC).")
    flags: list[str] = Field(default_factory=list)


class RobotsMemory(Remembered):
    """A robots.txt, and when it was fetched, in seconds of the epoch; an empty one allows everything."""

    fetched_at: float
    text: str


class HostMemory(Remembered):
    """What a host asked for: its robots.txt, by origin, and until when to leave it alone (epoch seconds)."""

    robots: dict[str, RobotsMemory] = Field(default_factory=dict)
    parked_until: float = 0


class WebMemory:
    """The memory in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def page(self, key: str) -> PageMemory | None:
        """What is known of a source, by its key."""
        return self._read("pages", key, PageMemory)

    def keep_page(self, key: str, page: PageMemory) -> None:
        """Remember a source."""
        self._write("pages", key, page)

    def host(self, name: str) -> HostMemory:
        """What is known of a host."""
        return self._read("hosts", name, HostMemory) or HostMemory()

    def keep_host(self, name: str, host: HostMemory) -> None:
        """Remember a host."""
        self._write("hosts", name, host)

    def _path(self, kind: str, name: str) -> Path:
        return self._folder / kind / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"

    def _read(self, kind: str, name: str, model: type[M]) -> M | None:
        try:
            return model.model_validate_json(self._path(kind, name).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def _write(self, kind: str, name: str, record: BaseModel) -> None:
        storage.write_atomically(self._path(kind, name), record.model_dump_json(indent=2).encode())
