"""From what ``passerelle add`` is given to entries of the catalogue: files, folders, addresses, landing pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from extractors.addresses import InvalidAddress, file_name_of, tidy
from flows import storage
from flows.collect import gathering
from flows.entries import CATALOGUE, Entry, append, free_id, known, read_catalogue
from flows.errors import UsageError
from flows.gather import Gathering, Need, Outcome, Program, documents_linked
from flows.ingest import Given, slug, take_in_given
from flows.remote import localised, send
from flows.settings import Settings
from flows.summary import Report
from flows.web.outcomes import FetchFailed
from flows.web.reading import SafeReader

NO_ENTRY = "—"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one source."""

    source: str
    entry_id: str
    is_new: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What an entry would say, before it has an identifier; ``problem`` is why it could not be fetched.

    Without ``facts`` there is nothing to add.
    """

    source: str
    name: str
    facts: dict[str, Any]
    problem: str = ""


def add_sources(
    sources: Sequence[str],
    stated: Mapping[str, Any],
    settings: Settings,
    report: Report,
    *,
    follow_links: bool = False,
) -> list[Added]:
    """Write entries for sources into the catalogue and fetch them; what became of each.

    Raises:
        UsageError: when a file does not exist, an address makes no sense, or the catalogue is wrong.
        pydantic.ValidationError: when what is stated is not of the catalogue.
    """
    facts = {name: value for name, value in stated.items() if value is not None}
    with localised(settings) as places:
        added = _add(sources, facts, places.settings, report, follow_links=follow_links)
        if places.raw is not None:
            send(places.settings.raw, places.raw, CATALOGUE)
    return added


def _add(
    sources: Sequence[str],
    facts: Mapping[str, Any],
    settings: Settings,
    report: Report,
    *,
    follow_links: bool,
) -> list[Added]:
    entries = list(read_catalogue(settings.raw).source)
    files, addresses = _told_apart(sources)
    proposals = [*_files(files, settings)]
    with SafeReader() as reader:
        if addresses:
            with gathering(settings, reader, report) as gathered:
                proposals += _pages(gathered, addresses, facts.get("language"), follow_links=follow_links)
    added, new = [], []
    for proposal in proposals:
        if not proposal.facts:
            added.append(Added(proposal.source, NO_ENTRY, False, proposal.problem))
            continue
        entry = Entry(
            id=free_id(slug(PurePath(proposal.name).stem), (entry.id for entry in entries)),
            **{**proposal.facts, **facts},
        )
        same = known(entries, entry)
        if same is None:
            entries.append(entry)
            new.append(entry)
        added.append(Added(proposal.source, (same or entry).id, same is None, proposal.problem))
    append(settings.raw, new)
    return added


def _told_apart(sources: Sequence[str]) -> tuple[list[Path], list[str]]:
    files, addresses = [], []
    for source in sources:
        if "://" not in source:
            if not Path(source).exists():
                raise UsageError(
                    f"« {source} » n'existe pas : indiquez un fichier, un dossier ou une adresse."
                )
            files.append(Path(source))
            continue
        try:
            addresses.append(tidy(source))
        except InvalidAddress as error:
            raise UsageError(f"« {source} » : {error}. Indiquez une adresse http ou https.") from error
    return files, addresses


def _files(paths: Sequence[Path], settings: Settings) -> Iterator[Proposed]:
    """Files are kept in ``raw/`` at once, so that the catalogue holds even when they move."""
    files, _ = storage.find_files(paths) if paths else ([], 0)
    for file in files:
        intake = take_in_given([Given(file, file.name)], settings)
        if not intake.sources:
            yield Proposed(str(file), file.name, {}, intake.unusable[0].reject.message)
            continue
        where, here = file.resolve(), settings.raw.resolve()
        path = where.relative_to(here) if where.is_relative_to(here) else where
        sha256 = intake.sources[0].document_id
        yield Proposed(str(file), file.name, {"kind": "file", "path": path.as_posix(), "sha256": sha256})


def _pages(
    gathered: Gathering, addresses: Sequence[str], language: str | None, *, follow_links: bool
) -> Iterator[Proposed]:
    if follow_links:
        for address in addresses:
            yield from _linked(gathered, address, language)
        return
    outcomes = gathered.run({address: _fetched(address) for address in addresses})
    for address in addresses:
        outcome = outcomes[address]
        if isinstance(outcome, FetchFailed):
            kind = "pdf" if address.lower().endswith(".pdf") else "page"
            yield Proposed(address, file_name_of(address), {"kind": kind, "url": address}, outcome.message)
        else:
            kind = "pdf" if outcome.media_type == "application/pdf" else "page"
            yield Proposed(address, file_name_of(outcome.url), {"kind": kind, "url": address})


def _fetched(address: str) -> Program[Outcome]:
    return (yield Need(address))


def _linked(gathered: Gathering, address: str, language: str | None) -> Iterator[Proposed]:
    """An entry for each PDF that a landing page leads to, under what its link says; each document once.

    A link that leads to no document is nothing to report; one to a document that could not be had is.
    """
    found, failed = documents_linked(gathered, address, language)
    if failed is not None:
        facts = {"kind": "landing_page", "url": address}
        yield Proposed(address, file_name_of(address), facts, failed.message)
        return
    seen: set[str] = set()
    for link, outcome in found:
        label = " — ".join(dict.fromkeys(text for text in link.contexts[:3] if text))[:200]
        about: dict[str, Any] = {"kind": "pdf", "found_on": address, "label": label or None}
        if not isinstance(outcome, FetchFailed):
            if outcome.document_id not in seen:
                seen.add(outcome.document_id)
                yield Proposed(link.address, file_name_of(outcome.url), about | {"url": outcome.url})
        elif outcome.code != "missing_document":
            yield Proposed(
                link.address,
                file_name_of(link.address),
                about | {"url": outcome.wanted.address},
                outcome.message,
            )
