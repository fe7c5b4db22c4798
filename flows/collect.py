"""What a run without paths works on: the inbox, and the catalogue for the studies that the inbox does not hold.

A file in the inbox goes before any fetch: it is what people put there because a site would not give it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path, PurePath

from extractors.addresses import file_name_of
from extractors.sniff import sniff
from extractors.works import work_of_title_page
from flows import storage
from flows.entries import INBOX, Entry, read_catalogue
from flows.errors import UsageError
from flows.gather import Found, Gathering, documents_of
from flows.ingest import Given, Intake, reject_row, slug, take_in_given
from flows.settings import Settings
from flows.summary import Report
from flows.web.fetcher import Fetcher
from flows.web.keeping import Keeper, Kept, moment
from flows.web.limits import Limits
from flows.web.memory import WebMemory
from flows.web.outcomes import FetchFailed
from flows.web.reading import SafeReader
from schemas.errors import UnreadableDocument
from schemas.tables import Reject

HEAD_BYTES = 8192
LIMITS = Limits()


def collect(settings: Settings, report: Report) -> Intake:
    """Gather everything that the catalogue and the inbox name; fetch what is not here.

    Raises:
        UsageError: when the catalogue is wrong, or there is nothing in it nor in the inbox.
    """
    entries = read_catalogue(settings.raw).source
    inbox = settings.raw / INBOX
    files, ignored = storage.find_files([inbox]) if inbox.is_dir() else ([], 0)
    if not entries and not files:
        raise UsageError(
            f"Rien à traiter : indiquez des fichiers, déposez-en dans « {inbox} », ou remplissez le catalogue "
            "avec passerelle add."
        )
    with SafeReader() as reader:
        dropped = dict(owners(files, entries, reader))
        given = [_given_by_hand(file, dropped.get(file)) for file in files]
        here = {entry.id for entry in dropped.values()}
        away = [entry for entry in entries if entry.id not in here]
        local, missing = _local_files([entry for entry in away if entry.kind == "file"], settings)
        remote = [entry for entry in away if entry.kind != "file"]
        with gathering(settings, reader, report) as gathered:
            found = documents_of(gathered, remote)
            outcomes = Counter(_label(outcome) for outcome in gathered.known.values())
        fetched = [_given_by_web(entry, found[entry.id], settings) for entry in remote]
    intake = take_in_given(
        [*given, *local, *(item for item in fetched if item is not None)], settings, ignored
    )
    return replace(
        intake,
        missing=(*missing, *_missing(remote, found, settings)),
        notes=tuple(_notes(remote, found)),
        collected=tuple(sorted(outcomes.items())),
    )


# -- The inbox -----------------------------------------------------------------------------------------------


def owners(
    files: Sequence[Path], entries: Sequence[Entry], reader: SafeReader
) -> Iterator[tuple[Path, Entry]]:
    """The entry that a file of the inbox belongs to: by its name (``gab.pdf``), else by its title page.

    An entry has one file, the first by name; further ones are documents of their own.
    """
    free = {slug(entry.id): entry for entry in entries}
    unnamed = []
    for file in files:
        entry = free.pop(slug(file.stem), None)
        if entry is None:
            unnamed.append(file)
        else:
            yield file, entry
    for file in unnamed:
        works = [entry.work for entry in free.values() if entry.work.title]
        try:
            with file.open("rb") as opened:
                media_type = sniff(opened.read(HEAD_BYTES))
        except (OSError, UnreadableDocument):
            continue
        work_id = work_of_title_page(reader.title_page(file, media_type), works) if works else None
        if work_id is not None:
            yield file, free.pop(slug(work_id))


def _given_by_hand(file: Path, entry: Entry | None) -> Given:
    name = file.name.encode("utf-8", "replace").decode("utf-8")
    if entry is None:
        return Given(file, name)
    return Given(file, name, entry.id, page_url=entry.url, stated=entry.stated)


# -- Files of the catalogue ----------------------------------------------------------------------------------


def _local_files(entries: Iterable[Entry], settings: Settings) -> tuple[list[Given], list[Reject]]:
    """The files that entries name, where they are or as kept when they were added; rows for those gone."""
    given, missing = [], []
    for entry in entries:
        file = next((path for path in _places(entry, settings.raw) if path.is_file()), None)
        if file is None:
            message = f"« {entry.name} » manque : le fichier n'est plus là. {_where(entry, settings)}"
            missing.append(_row(entry, "missing_document", message, entry.path or entry.id))
        else:
            name = PurePath(entry.path).name if entry.path else f"{entry.id}{file.suffix}"
            given.append(Given(file, name, entry.id, stated=entry.stated))
    return given, missing


def _places(entry: Entry, raw: Path) -> Iterator[Path]:
    if entry.path is not None:
        yield raw / entry.path
    if entry.sha256 is not None:
        yield storage.source_path(raw, entry.sha256, "application/pdf")
        yield storage.source_path(raw, entry.sha256, "text/html")


# -- The web -------------------------------------------------------------------------------------------------


def user_agent(contact: str) -> str:
    """How we present ourselves to sites: name, version, and whom to write to."""
    about = f" (+{contact})" if contact else ""
    return f"passerelle/{version('passerelle')}{about}"


def web_memory(settings: Settings) -> WebMemory:
    """What is remembered of the web beside the sources."""
    return WebMemory(settings.raw / ".web")


@contextmanager
def gathering(settings: Settings, reader: SafeReader, report: Report) -> Iterator[Gathering]:
    """A :class:`Gathering` with the settings of a run, for the time of a ``with``."""
    memory, size = web_memory(settings), settings.max_megabytes * 1_000_000
    limits = replace(LIMITS, wire=min(LIMITS.wire, size), decoded=min(LIMITS.decoded, size))
    name = user_agent(settings.contact)
    with Fetcher(name, memory, limits=limits, allow_private=settings.allow_private) as fetcher:
        keeper = Keeper(settings.raw, memory, reader, moment())
        yield Gathering(
            fetcher, keeper, reader, lambda outcome: report.fetched(_address(outcome), _label(outcome))
        )


def _address(outcome: Kept | FetchFailed) -> str:
    return outcome.wanted.address if isinstance(outcome, FetchFailed) else outcome.address


def _label(outcome: Kept | FetchFailed) -> str:
    return outcome.code if isinstance(outcome, FetchFailed) else outcome.change


def _given_by_web(entry: Entry, found: Found | FetchFailed, settings: Settings) -> Given | None:
    if isinstance(found, FetchFailed):
        return None
    kept = found.kept
    return Given(
        storage.source_path(settings.raw, kept.document_id, kept.media_type),
        file_name_of(kept.url),
        entry.id,
        kept.url,
        found.page_url,
        kept.retrieved_at,
        entry.stated,
    )


def _missing(
    entries: Iterable[Entry], found: dict[str, Found | FetchFailed], settings: Settings
) -> Iterator[Reject]:
    """A row for each study whose document could not be had: why, and where to put its file."""
    for entry in entries:
        outcome = found[entry.id]
        if isinstance(outcome, FetchFailed):
            message = f"« {entry.name} » manque. {outcome.message} {_where(entry, settings)}"
            yield _row(entry, outcome.code, message, outcome.wanted.address)


def _where(entry: Entry, settings: Settings) -> str:
    return f"Fichier attendu : {settings.raw / INBOX / f'{entry.id}.pdf'}."


def _notes(entries: Iterable[Entry], found: dict[str, Found | FetchFailed]) -> Iterator[Reject]:
    """A row for each study of which the copy kept before is used, since the site did not give it again."""
    for entry in entries:
        outcome = found[entry.id]
        if isinstance(outcome, Found) and outcome.kept.failure is not None:
            day = f"{outcome.kept.retrieved_at:%d/%m/%Y}"
            message = f"La copie du {day} est employée. {outcome.kept.failure.message}"
            yield _row(entry, "not_refreshed", message, outcome.kept.address)


def _row(entry: Entry, code: str, message: str, address: str) -> Reject:
    digest = hashlib.sha256(address.encode()).hexdigest()
    return reject_row(digest, f"{entry.id}.pdf", "fetch", code, message, url=address)
