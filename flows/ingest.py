"""Taking in: what the user gives becomes sources, each named by its bytes and kept once in ``raw/``.

What is not a document, or the same bytes under a second name, becomes a row of ``rejects``. The outcome does
not depend on the order in which paths are given.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from extractors.metadata import NOTHING_STATED, StatedFacts
from extractors.sniff import sniff
from flows import storage
from flows.errors import UsageError
from flows.settings import Settings
from schemas.document import MediaType
from schemas.errors import UnreadableDocument
from schemas.hygiene import clean
from schemas.tables import Reject, RejectCode

EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of no bytes: the name of a file of which none could be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document taken in. ``study_id`` is unique among the sources of a run."""

    document_id: str
    media_type: MediaType
    file_name: str
    study_id: str
    bytes: int
    url: str | None = None
    page_url: str | None = None
    """The page that led to it."""
    retrieved_at: datetime | None = None
    stated: StatedFacts = NOTHING_STATED


@dataclass(frozen=True, slots=True)
class Given:
    """A file to take in, and what is known of it besides; ``study_id`` None is for one named by its file."""

    path: Path
    file_name: str
    study_id: str | None = None
    url: str | None = None
    page_url: str | None = None
    retrieved_at: datetime | None = None
    stated: StatedFacts = NOTHING_STATED


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file that is not a document we read: it has a row of ``documents`` and one of ``rejects``."""

    document_id: str
    file_name: str
    bytes: int
    reject: Reject


@dataclass(frozen=True, slots=True)
class Intake:
    """All that was given: ``sources`` to read, by study; the rest with its reason.

    ``missing`` are the studies of the catalogue whose document could not be had; ``notes`` those of which an
    earlier copy is used. ``collected`` counts what came of the fetches.
    """

    sources: tuple[Source, ...]
    unusable: tuple[Unusable, ...]
    duplicates: tuple[Reject, ...]
    files: int
    ignored: int
    missing: tuple[Reject, ...] = ()
    notes: tuple[Reject, ...] = ()
    collected: tuple[tuple[str, int], ...] = ()

    @property
    def documents(self) -> int:
        """How many different documents were given, used or not."""
        used = {source.document_id for source in self.sources}
        return len(used | {item.document_id for item in self.unusable})


def take_in(paths: Sequence[Path], settings: Settings) -> Intake:
    """Keep every document found at the paths in ``raw/`` and say what became of every file.

    Raises:
        UsageError: when a path does not exist, or there is nothing to take in.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"« {path} » n'existe pas : vérifiez le chemin.")
    files, ignored = storage.find_files(paths)
    if not files:
        raise UsageError("Aucun fichier PDF ou HTML à cet endroit : indiquez un fichier ou un autre dossier.")
    return take_in_given([Given(file, _printable(file.name)) for file in files], settings, ignored)


def take_in_given(given: Sequence[Given], settings: Settings, ignored: int = 0) -> Intake:
    """Keep every document given in ``raw/`` and say what became of every file."""
    taken = [_take(item, settings) for item in given]
    sources = [item for item in taken if isinstance(item, Source)]
    kept, duplicates = _without_duplicates(sources)
    return Intake(
        sources=tuple(_with_unique_studies(kept)),
        unusable=tuple(item for item in taken if isinstance(item, Unusable)),
        duplicates=tuple(duplicates),
        files=len(given),
        ignored=ignored,
    )


def _take(given: Given, settings: Settings) -> Source | Unusable:
    file, name = given.path, given.file_name
    document_id, size = EMPTY_DIGEST, 0
    try:
        document_id, size = storage.digest(file), file.stat().st_size
        if size > settings.max_megabytes * 1_000_000:
            raise UnreadableDocument("resource_limit", _too_large(size, settings))
        content = file.read_bytes()
        found = sniff(content)
    except OSError as error:
        message = f"Le fichier n'a pas pu être lu ({error.strerror}) : vérifiez ses droits d'accès."
        return _unusable(document_id, name, size, "broken", message)
    except UnreadableDocument as error:
        return _unusable(document_id, name, size, error.code, error.message)
    study_id = given.study_id or slug(Path(name).stem)
    source = Source(
        document_id, found, name, study_id, size, given.url, given.page_url, given.retrieved_at, given.stated
    )
    about = {"document_id": document_id, "sha256": document_id, "media_type": found, "bytes": size}
    about |= {"file_name": name, "url": None, "retrieved_at": None}
    storage.keep_source(settings.raw, document_id, found, content, about)
    return source


def _too_large(size: int, settings: Settings) -> str:
    return (
        f"Le fichier fait {size / 1_000_000:.0f} Mo, plus que la limite de {settings.max_megabytes} Mo : "
        "découpez-le, ou relevez PASSERELLE_MAX_MEGABYTES."
    )


def _unusable(document_id: str, name: str, size: int, code: str, message: str) -> Unusable:
    return Unusable(document_id, name, size, reject_row(document_id, name, "ingest", code, message))


def reject_row(
    document_id: str,
    file_name: str,
    stage: str,
    code: str,
    message: str,
    page: int | None = None,
    *,
    url: str | None = None,
) -> Reject:
    """A row of ``rejects``; pydantic refuses a stage or code that is not in the contract."""
    return Reject.model_validate(
        {
            "document_id": document_id,
            "file_name": file_name,
            "page": page,
            "stage": stage,
            "code": code,
            "message": message,
            "url": url,
        }
    )


def _without_duplicates(sources: Sequence[Source]) -> tuple[list[Source], list[Reject]]:
    """The first name of each document (in alphabetical order), and a row for each other name of it."""
    first: dict[str, Source] = {}
    rows: dict[tuple[str, str], Reject] = {}
    duplicate: RejectCode = "duplicate"
    for source in sources:
        kept = first.setdefault(source.document_id, source)
        if kept is not source:
            message = (
                f"Mêmes octets que « {kept.file_name} » : le document n'est traité qu'une fois. "
                "Retirez l'une des deux copies."
            )
            rows[source.document_id, source.file_name] = reject_row(
                source.document_id, source.file_name, "ingest", duplicate, message
            )
    return list(first.values()), list(rows.values())


def _with_unique_studies(sources: Iterable[Source]) -> Iterator[Source]:
    """The sources by study; those whose file names give the same study are told apart by their bytes."""
    sources = list(sources)
    uses = Counter(source.study_id for source in sources)
    named = [
        source
        if uses[source.study_id] == 1
        else replace(source, study_id=f"{source.study_id}-{source.document_id[:8]}")
        for source in sources
    ]
    return iter(sorted(named, key=lambda source: source.study_id))


def slug(name: str) -> str:
    """A name in lower-case ASCII, digits and hyphens: ``Étude Mali (2020)`` gives ``etude-mali-2020``."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_name).split()) or "etude"


def _printable(name: str) -> str:
    """A file name as clean text on one line: what is no text in it is removed or becomes U+FFFD."""
    return clean(name).replace("\n", " ").replace("\t", " ")


def source_facts(source: Source) -> dict[str, object]:
    """What a document's rows depend on besides its bytes, for the key of its result."""
    return {name: value for name, value in asdict(source).items() if name != "retrieved_at"}
