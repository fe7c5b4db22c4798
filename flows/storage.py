"""Files on disk: what the user gives, sources kept once, results kept per document, and the lock of a run.

Everything is written aside, synchronised and renamed, so that a reader or a crash at any point finds the old
file or the new one. ``raw/<document_id>/`` never changes once written; ``processed/.work/`` remembers what
was already done and may be deleted at any time; ``processed/.versions/`` holds what is published
(``flows.editions``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from flows.errors import RunInProgress
from schemas.document import MediaType

DOCUMENT_SUFFIXES = frozenset({".pdf", ".html", ".htm", ".xhtml"})
SOURCE_NAMES: dict[MediaType, str] = {"application/pdf": "source.pdf", "text/html": "source.html"}


# -- What the user gives -----------------------------------------------------------------------------------


def find_files(paths: Sequence[Path]) -> tuple[list[Path], int]:
    """The files to take in, each once, and the number of other files seen in folders.

    A named file is always taken in; in a folder (searched to any depth) only PDF and HTML names are.
    """
    found: dict[Path, Path] = {}
    others = 0
    for path in paths:
        if path.is_dir():
            inside = list(_files_below(path))
            documents = [file for file in inside if file.suffix.lower() in DOCUMENT_SUFFIXES]
            others += len(inside) - len(documents)
        else:
            documents = [path]
        for file in documents:
            found.setdefault(file.resolve(), file)
    return sorted(found.values(), key=lambda file: (file.name, str(file))), others


def _files_below(folder: Path) -> Iterator[Path]:
    for directory, subfolders, names in os.walk(folder):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        for name in names:
            file = Path(directory, name)
            if not name.startswith(".") and file.is_file():
                yield file


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- Sources -----------------------------------------------------------------------------------------------


def keep_source(raw: Path, document_id: str, media_type: MediaType, content: bytes, about: object) -> None:
    """Keep the bytes of a document and what is known of them; a document already kept stays as it is."""
    folder = raw / document_id
    _no_link(folder)
    kept = (source_path(raw, document_id, media_type), folder / "source.json")
    if all(path.is_file() and not path.is_symlink() for path in kept):
        return
    write_atomically(source_path(raw, document_id, media_type), content)
    write_json(folder / "source.json", about)


def source_path(raw: Path, document_id: str, media_type: MediaType) -> Path:
    """Where the bytes of a document are kept."""
    return raw / document_id / SOURCE_NAMES[media_type]


# -- Results of work, one per document -----------------------------------------------------------------------


def read_result(processed: Path, document_id: str, key: str) -> bytes | None:
    """The result kept for a document under a key, if there is one."""
    with suppress(FileNotFoundError):
        return _result_path(processed, document_id, key).read_bytes()
    return None


def write_result(processed: Path, document_id: str, key: str, result: bytes) -> None:
    """Keep the result of a document; its results under other keys are out of date and go."""
    path = _result_path(processed, document_id, key)
    _no_link(path.parent)
    write_atomically(path, result)
    for other in path.parent.glob("[!.]*"):
        if other != path:
            other.unlink(missing_ok=True)


def _result_path(processed: Path, document_id: str, key: str) -> Path:
    return processed / ".work" / "documents" / document_id / key


def _no_link(folder: Path) -> None:
    """Take away a link that stands where the folder of a document belongs: nothing is written through it."""
    if folder.is_symlink():
        folder.unlink()


def ledger_path(processed: Path) -> Path:
    """Where the ledger of a folder is."""
    return processed / ".work" / "ledger.sqlite"


# -- One run at a time ---------------------------------------------------------------------------------------


RESERVED: dict[Path, IO[str]] = {}
"""Folders that this process holds for its next run."""


def reserve(processed: Path) -> None:
    """Hold a folder for the next run of this process, before anything heavy is loaded for it.

    Raises:
        RunInProgress: when another run holds it.
    """
    RESERVED[processed.resolve()] = _locked(processed)


@contextmanager
def run_lock(processed: Path) -> Iterator[None]:
    """Hold a folder for one run; the system frees it if the process dies.

    Raises:
        RunInProgress: when another run holds it.
    """
    with RESERVED.pop(processed.resolve(), None) or _locked(processed):
        yield


def _locked(processed: Path) -> IO[str]:
    """The lock file of a folder, locked for as long as it is open."""
    folder = processed / ".work"
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "lock").open("a")
    try:
        import fcntl  # absent on Windows, where runs are not kept apart

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return file
    except OSError as error:
        file.close()
        raise RunInProgress(processed) from error
    return file


# -- Writing -----------------------------------------------------------------------------------------------


def report_cache(processed: Path) -> Path:
    """Where pictures of pages and the chart library are kept from one version to the next."""
    return processed / ".work" / "report"


def write_plain(path: Path, content: bytes) -> None:
    """Write a file of a version that is not published yet: sealing it sees that it reaches the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def share(source: Path, target: Path) -> None:
    """Have a file that never changes stand in a second place: the same bytes where the disk can, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def write_json(path: Path, value: object) -> None:
    """Write a value as readable JSON, atomically."""
    write_atomically(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that its name holds the old bytes or all of the new ones, even after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o644)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    synchronise(path.parent)


def synchronise(path: Path) -> None:
    """Have a file or folder reach the disk; folders cannot be synchronised everywhere."""
    with suppress(PermissionError, IsADirectoryError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
