"""Folders that are object stores: ``s3://bucket/studies`` for ``raw``, ``s3://bucket/tables`` for ``processed``.

A run works on local copies, since its locks, ledger and databases need a disk, and an object store cannot rename.
Sources are brought before the run, and only what is new; what it fetched goes back after. A publication goes up as a
version of its own, ``versions/000007-<run>/…``, and becomes the current one through a single small object written
last, ``current.json``: its readers find the old version or the new one, never a mixture. The pointer is written on
the condition that it is still the one that was read: of two runs that end at once, one publishes and the other says
that it did not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from flows import editions, storage
from flows.errors import EnvironmentIncomplete, RunInProgress
from flows.settings import Settings
from flows.summary import RunSummary

POINTER = "current.json"
KEEP = 3
MISSING = "Lire ou publier sur un dépôt d'objets (s3://…) demande l'extra s3 : pip install passerelle[s3]."
TAKEN = (
    "Une autre exécution a publié dans « {address} » pendant celle-ci : rien n'a été publié ; relancez-la, rien de "
    "ce qui est lu ne sera relu."
)


def address_of(folder: Path) -> str | None:
    """The address that a folder is, or None for one on disk.

    Paths lose one of the slashes of ``s3://bucket`` on their way through options and settings; it is put back.
    """
    scheme, found, rest = str(folder).partition(":/")
    is_address = bool(found) and len(scheme) > 1 and scheme.isalnum()
    return f"{scheme}://{rest.lstrip('/')}" if is_address else None


@dataclass(slots=True)
class Places:
    """Where a run works: its settings with local folders only, and what has to go back."""

    settings: Settings
    raw: Store | None = None
    processed: Store | None = None

    def published(self, summary: RunSummary) -> RunSummary:
        """Send back what a run fetched and published; its summary, with addresses for paths."""
        if self.raw is not None:
            send(self.settings.raw, self.raw)
        if self.processed is None:
            return summary
        version = publish(self.settings.processed, self.processed, summary.run_id)
        local, far = str(self.settings.processed), f"{self.processed.address}/versions/{version}"
        paths = {name: path.replace(local, far, 1) for name, path in summary.paths.items()}
        return summary.model_copy(update={"paths": paths})


class Store:
    """A folder of an object store."""

    def __init__(self, address: str) -> None:
        try:
            from fsspec.core import url_to_fs

            self.fs, root = url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise EnvironmentIncomplete(MISSING) from error
        self.address = address.rstrip("/")
        self.root = str(root).rstrip("/")

    def path(self, name: str) -> str:
        """The path of an object, for fsspec."""
        return f"{self.root}/{name}"

    def sizes(self, below: str = "") -> dict[str, int]:
        """The objects below a prefix, by name, with their sizes."""
        self.fs.invalidate_cache()
        found = self.fs.find(self.path(below).rstrip("/"), detail=True)
        return {str(path).removeprefix(f"{self.root}/"): int(about["size"]) for path, about in found.items()}

    def read(self, name: str) -> bytes | None:
        """The bytes of an object, or None."""
        try:
            return bytes(self.fs.cat_file(self.path(name)))
        except FileNotFoundError:
            return None

    def tag(self, name: str) -> str | None:
        """The entity tag of an object, where the store has such, or None."""
        self.fs.invalidate_cache()
        try:
            about: dict[str, Any] = self.fs.info(self.path(name))
        except FileNotFoundError:
            return None
        return about.get("ETag")


@contextmanager
def localised(settings: Settings) -> Iterator[Places]:
    """The places of a run; folders that are addresses become local copies below ``settings.cache``."""
    places = Places(settings)
    raw, processed = address_of(settings.raw), address_of(settings.processed)
    if raw is not None:
        places.raw = Store(raw)
        here = copy_of(settings, raw)
        bring(places.raw, here)
        places.settings = places.settings.model_copy(update={"raw": here})
    if processed is not None:
        places.processed = Store(processed)
        here = copy_of(settings, processed)
        places.settings = places.settings.model_copy(update={"processed": here})
        remember_pointer(here, places.processed)
    yield places


def copy_of(settings: Settings, address: str) -> Path:
    """The local copy of an address, the same in every run."""
    name = hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:16]
    return settings.cache.expanduser() / name


# -- Sources -------------------------------------------------------------------------------------------------


def is_document(name: str) -> bool:
    """Whether an object is a document kept by its content, which never changes."""
    return len(PurePosixPath(name).parts[0]) == 64


def bring(store: Store, here: Path) -> None:
    """Bring sources: documents that are not here, and everything else as it is there now."""
    for name, size in store.sizes().items():
        target = here / name
        if is_document(name) and target.exists() and target.stat().st_size == size:
            continue
        content = store.read(name)
        if content is not None:
            storage.write_atomically(target, content)


def send(here: Path, store: Store, *names: str) -> None:
    """Send documents that are not there, what is remembered of the web, and the files named.

    What people write, such as the catalogue, is sent when it is named, by a command that was asked to change it.
    """
    there = store.sizes()
    for file in sorted(path for path in here.rglob("*") if path.is_file()):
        name = file.relative_to(here).as_posix()
        is_new = is_document(name) and there.get(name) != file.stat().st_size
        if is_new or name.startswith(".web/") or name in names:
            store.fs.pipe_file(store.path(name), file.read_bytes())


# -- Publications --------------------------------------------------------------------------------------------


def remember_pointer(here: Path, store: Store) -> None:
    """Note which publication was current when the run began."""
    pointer = {"tag": store.tag(POINTER), "current": json.loads(store.read(POINTER) or b"null")}
    storage.write_json(here / ".work" / "pointer.json", pointer)


def publish(here: Path, store: Store, run_id: str) -> str:
    """Send the published version of a folder and make it the current one; its name there.

    Raises:
        RunInProgress: when another run has published since this one began.
    """
    began = json.loads((here / ".work" / "pointer.json").read_bytes())
    before = began["current"] or {"number": 0, "kept": []}
    folder = editions.current(here) or here
    contents = {
        file: file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.is_file()
    }
    files = {
        name: {"bytes": file.stat().st_size, "sha256": storage.digest(file)}
        for file, name in contents.items()
    }
    if before.get("files") == files:
        return str(before["version"])  # it is there already
    number = before["number"] + 1
    version = f"{number:06d}-{run_id}"
    for file, name in contents.items():
        store.fs.pipe_file(store.path(f"versions/{version}/{name}"), file.read_bytes())
    kept = [version, *before["kept"]][:KEEP]
    pointer = {
        "number": number,
        "version": version,
        "path": f"versions/{version}",
        "kept": kept,
        "files": files,
    }
    point(store, json.dumps(pointer, indent=2, sort_keys=True).encode(), began["tag"])
    for old in {name.split("/")[1] for name in store.sizes("versions")} - {*kept}:
        if int(old.partition("-")[0]) < number:  # a later one may be on its way
            store.fs.rm(store.path(f"versions/{old}"), recursive=True)
    return version


def point(store: Store, content: bytes, tag: str | None) -> None:
    """Write the pointer if it is still the one that was read (``If-Match``, where the store has it).

    Raises:
        RunInProgress: when it is another.
    """
    if store.tag(POINTER) != tag:
        raise RunInProgress(Path(store.address), TAKEN.format(address=store.address))
    bucket, _, key = store.path(POINTER).partition("/")
    if not hasattr(store.fs, "call_s3"):
        store.fs.pipe_file(store.path(POINTER), content)
        return
    condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
    try:
        store.fs.call_s3("put_object", Bucket=bucket, Key=key, Body=content, **condition)
    except OSError as error:
        raise RunInProgress(Path(store.address), TAKEN.format(address=store.address)) from error
