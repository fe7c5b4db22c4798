"""The versions in ``processed/``: built aside, sealed by a manifest, put in place by one rename, kept, gone back to.

``.versions/.building`` is where a version grows. Once whole and on disk, it gets a manifest with the SHA-256 of every
file, and a name: its number and the beginning of the SHA-256 of that manifest, ``000012-9f86d081884c7d65``. So the
name vouches for the manifest, and the manifest for the rest. ``processed/current`` is a symbolic link to the version
that is published, replaced by one rename; every other published name leads through it. A reader that needs several
files of one version resolves ``current`` once. What a crash leaves is either no version or a whole one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows import storage
from flows.errors import UsageError

MANIFEST = "manifest.json"
KEPT = 3
"""Versions kept besides the published one."""

SEAL = 16
"""Hexadecimal digits of a manifest's SHA-256 in the name of its version."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A version that is kept. ``manifest`` is empty where it cannot be read."""

    folder: Path
    number: int
    is_current: bool
    manifest: dict[str, Any]

    @property
    def contents(self) -> str | None:
        """What it was made of, as a hash."""
        return self.manifest.get("contents")


def editions(processed: Path) -> list[Edition]:
    """The versions that are kept, oldest first."""
    published = current(processed)
    return [
        Edition(folder, _number(folder), folder.resolve() == published, _manifest(folder))
        for folder in sorted((processed / ".versions").glob("[0-9]*-*"), key=_number)
        if folder.is_dir()
    ]


def current(processed: Path) -> Path | None:
    """The folder of the published version, its links followed; None where nothing is published."""
    link = processed / "current"
    if link.is_symlink():
        return link.resolve() if link.exists() else None
    return processed.resolve() if (processed / MANIFEST).exists() else None  # no symbolic links here


def _number(folder: Path) -> int:
    return int(folder.name.partition("-")[0])


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


# -- A new version -------------------------------------------------------------------------------------------


@contextmanager
def building(processed: Path) -> Iterator[Path]:
    """An empty folder to write the next version in; removed if writing fails, or by the next run after a crash."""
    folder = processed / ".versions" / ".building"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def seal(processed: Path, folder: Path, about: dict[str, Any]) -> Path:
    """Have every file of a new version reach the disk, write its manifest, and give it its name."""
    number = max((edition.number for edition in editions(processed)), default=0) + 1
    files = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        storage.synchronise(file)
        name = file.relative_to(folder).as_posix()
        files.append({"path": name, "bytes": file.stat().st_size, "sha256": storage.digest(file)})
    storage.write_json(folder / MANIFEST, {"version": number, **about, "files": files})
    for inside in [*(path for path in folder.rglob("*") if path.is_dir()), folder]:
        storage.synchronise(inside)
    sealed = folder.with_name(f"{number:06d}-{storage.digest(folder / MANIFEST)[:SEAL]}")
    folder.rename(sealed)
    storage.synchronise(sealed.parent)
    return sealed


def put_in_place(processed: Path, version: Path) -> None:
    """Publish a sealed version in one step."""
    names = sorted(path.name for path in version.iterdir())
    if not _point(processed / "current", Path(".versions", version.name)):
        _rename_in(processed, version, names)
        return
    for name in names:
        _point(processed / name, Path("current", name))
    for link in processed.iterdir():
        if link.is_symlink() and not link.exists() and link.readlink().parts[0] == "current":
            link.unlink()  # a file that this version does not have
    storage.synchronise(processed)


def prune(processed: Path) -> None:
    """Remove all but the published version and the last :data:`KEPT` others."""
    others = [edition for edition in editions(processed) if not edition.is_current]
    for edition in others[:-KEPT]:
        aside = edition.folder.with_name(f".removed-{edition.folder.name}")
        edition.folder.rename(aside)  # at no time a version that lacks files
        shutil.rmtree(aside, ignore_errors=True)


def clear_away(processed: Path) -> None:
    """Remove what a crash may have left."""
    for pattern in (".versions/.building", ".versions/.removed-*", ".*.link"):
        for left in processed.glob(pattern):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _point(link: Path, target: Path) -> bool:
    """Make ``link`` a symbolic link to ``target`` in one step; False where links are not available."""
    if link.is_symlink() and link.readlink() == target:
        return True
    aside = link.with_name(f".{link.name}.{os.getpid()}.link")
    try:
        aside.symlink_to(target)
    except (OSError, NotImplementedError):
        return False
    if link.exists() and not link.is_symlink():
        _set_aside(link)
    aside.replace(link)
    return True


def _rename_in(processed: Path, version: Path, names: Sequence[str]) -> None:
    """Publish without symbolic links: each name is renamed into place, one after the other."""
    for name in names:
        target = processed / name
        if target.exists():
            _set_aside(target)
        (version / name).rename(target)
    version.rmdir()


def _set_aside(path: Path) -> None:
    """Move something that is in the way to ``.versions/replaced``, in place of what was there before."""
    aside = path.parent / ".versions" / "replaced" / path.name
    aside.parent.mkdir(parents=True, exist_ok=True)
    if aside.is_dir():
        shutil.rmtree(aside)
    path.replace(aside)


# -- Looking at versions, and going back -----------------------------------------------------------------------


def faults(folder: Path) -> list[str]:
    """What is wrong with the files of a version (French); nothing if every byte is as published."""
    manifest, found = _manifest(folder), []
    if not manifest:
        return [f"{MANIFEST} : absent ou illisible"]
    sealed = folder.name.partition("-")[2]
    if sealed and storage.digest(folder / MANIFEST)[:SEAL] != sealed:
        return [f"{MANIFEST} : son empreinte n'est pas celle du nom de la version"]
    known = {entry["path"]: entry for entry in manifest["files"]}
    for name, entry in known.items():
        file = folder / name
        if not file.is_file():
            found.append(f"{name} : absent")
        elif file.stat().st_size != entry["bytes"]:
            found.append(f"{name} : {file.stat().st_size} octets au lieu de {entry['bytes']}")
        elif storage.digest(file) != entry["sha256"]:
            found.append(f"{name} : octets modifiés")
    if sealed:
        present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        found += [f"{name} : absent du manifeste" for name in sorted(present - known.keys() - {MANIFEST})]
    return found


def find(processed: Path, name: str | None) -> Edition:
    """A version by number or name; without one, the last before the published one.

    Raises:
        UsageError: when there is none.
    """
    known = editions(processed)
    if name is None:
        now = next((edition.number for edition in known if edition.is_current), 0)
        matching = [edition for edition in known if edition.number < now]
    else:
        matching = [e for e in known if name == e.folder.name or (name.isdigit() and int(name) == e.number)]
    if not matching:
        kept = ", ".join(str(edition.number) for edition in known) or "aucune"
        asked = "antérieure" if name is None else f"« {name} »"
        raise UsageError(f"Pas de version {asked} dans « {processed} » ; versions gardées : {kept}.")
    return matching[-1]


def roll_back(processed: Path, name: str | None) -> Edition:
    """Publish a kept version again; the others stay.

    Raises:
        UsageError: when there is no such version, or its files are not those that were published.
    """
    edition = find(processed, name)
    wrong = faults(edition.folder)
    if wrong:
        raise UsageError(
            f"La version {edition.number} n'est plus entière ({'; '.join(wrong[:3])}) : choisissez-en une autre."
        )
    put_in_place(processed, edition.folder)
    return edition
