"""Gathers the studies of the catalogue: from files, from the inbox, from the web; says which are missing.

Each entry is a small program that asks for addresses and is given what was kept of them (:func:`_document`);
the driver (:class:`Gathering`) runs all of them side by side, so that hosts do not wait for each other and a
landing page that fifteen studies share is asked for once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from extractors.addresses import InvalidAddress, source_key
from extractors.links import Link
from extractors.works import documents_behind, links_of_works, pages_to_follow
from flows.entries import Entry
from flows.web.fetcher import Fetcher
from flows.web.keeping import Keeper, Kept
from flows.web.outcomes import Expected, Failure, FetchFailed, Wanted
from flows.web.reading import SafeReader

CANDIDATES = 3
"""So many links are tried for one study on one landing page."""
MOST_FOLLOWED = 200
"""So many links of a landing page are followed."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Need:
    """An address that a program wants, and what it should be."""

    address: str
    expected: Expected = "any"


Outcome = Kept | FetchFailed
Program = Generator[Need, Outcome, T]
Fetched = Callable[[Outcome], None]


@dataclass(slots=True)
class Gathering:
    """Runs programs: fetches what they need, all at once, each source once, from a mirror where one fails."""

    fetcher: Fetcher
    keeper: Keeper
    reader: SafeReader
    fetched: Fetched
    known: dict[str, Outcome] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    links: dict[str, tuple[Link, ...]] = field(default_factory=dict)

    def run(self, programs: Mapping[str, Program[T]]) -> dict[str, T]:
        """The result of each program."""
        results: dict[str, T] = {}
        waiting: dict[str, Need] = {}
        for name, program in programs.items():
            _step(name, program, None, waiting, results)
        while waiting:
            self._fetch(waiting.values())
            ready, waiting = waiting, {}
            more = {_key(need.address) for need in ready.values() if self._is_worth_asking(need.address)}
            for name, need in ready.items():
                key = _key(need.address)
                if key in more:  # another address of the same source may still give it
                    waiting[name] = need
                else:
                    _step(name, programs[name], self.known[key], waiting, results)
        return results

    def _is_worth_asking(self, address: str) -> bool:
        """Whether an address was not asked for and its source is not had from another."""
        return address not in self.asked and not isinstance(self.known.get(_key(address)), Kept)

    def _fetch(self, needs: Iterable[Need]) -> None:
        new: dict[str, Need] = {}
        for need in needs:
            if self._is_worth_asking(need.address):
                new.setdefault(_key(need.address), need)
        self.asked |= {need.address for need in new.values()}
        wanted = [self.keeper.wanted(need.address, need.expected) for need in new.values()]
        for answer in self.fetcher.fetch(wanted):
            outcome = self.keeper.keep(answer)
            self.known[_key(answer.wanted.address)] = outcome
            self.fetched(outcome)

    def links_of(self, page: Kept) -> tuple[Link, ...]:
        """The links of a page that was kept; none where it is no page."""
        if page.media_type != "text/html":
            return ()
        if page.document_id not in self.links:
            self.links[page.document_id] = self.reader.links(self.keeper.path(page), page.url)
        return self.links[page.document_id]


def _key(address: str) -> str:
    try:
        return source_key(address)
    except InvalidAddress:
        return address


def _step(
    name: str, program: Program[T], given: Outcome | None, waiting: dict[str, Need], results: dict[str, T]
) -> None:
    """Give a program what it waits for, and note what it needs next or what it came to."""
    try:
        waiting[name] = next(program) if given is None else program.send(given)
    except StopIteration as done:
        results[name] = done.value


# -- Programs ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """The document of an entry, and the page that led to it."""

    kept: Kept
    page_url: str | None = None


def documents_of(gathering: Gathering, entries: Sequence[Entry]) -> dict[str, Found | FetchFailed]:
    """For each entry with an address, its document or why it is missing."""
    by_page: dict[str, list[Entry]] = {}
    for entry in entries:
        for address in entry.addresses if entry.kind == "landing_page" else ():
            by_page.setdefault(_key(address), []).append(entry)
    programs = {entry.id: _document(gathering, entry, by_page) for entry in entries if entry.addresses}
    return gathering.run(programs)


def _document(
    gathering: Gathering, entry: Entry, by_page: Mapping[str, Sequence[Entry]]
) -> Program[Found | FetchFailed]:
    """Look for the document of an entry at each of its addresses; the most telling failure if there is none."""
    failures: list[FetchFailed] = []
    for address in entry.addresses:
        if entry.kind == "landing_page":
            found = yield from _on_landing_page(gathering, entry, address, by_page[_key(address)])
        else:
            got = yield Need(address, "pdf" if entry.kind == "pdf" else "page")
            found = got if isinstance(got, FetchFailed) else Found(got)
        if isinstance(found, Found):
            return found
        failures.append(found)
    return min(failures, key=lambda failed: failed.code == "missing_document")


def _on_landing_page(
    gathering: Gathering, entry: Entry, address: str, sharing: Sequence[Entry]
) -> Program[Found | FetchFailed]:
    """Follow the links of a landing page that belong to the entry, as far as a publication page behind them."""
    page = yield Need(address, "page")
    if isinstance(page, FetchFailed):
        return page
    chosen = links_of_works(gathering.links_of(page), [other.work for other in sharing])[entry.id]
    failures: list[FetchFailed] = []
    for link in chosen[:CANDIDATES]:
        found = yield from _behind(gathering, link, entry.language)
        if isinstance(found, Kept):
            return Found(found, page.url)
        failures.append(found)
    return failures[0] if failures else _absent(address, "aucun lien de la page ne mène à cette étude")


def _behind(gathering: Gathering, link: Link, language: str | None) -> Program[Kept | FetchFailed]:
    """The PDF that a link leads to, at once or from the publication page that it opens."""
    got = yield Need(link.address, "any")
    if isinstance(got, FetchFailed) or got.media_type == "application/pdf":
        return got
    failures: list[FetchFailed] = []
    for document in documents_behind(gathering.links_of(got), got.url, language)[:CANDIDATES]:
        pdf = yield Need(document.address, "pdf")
        if isinstance(pdf, Kept):
            return pdf
        failures.append(pdf)
    return failures[0] if failures else _absent(link.address, "la page de la publication n'offre aucun PDF")


def _absent(address: str, found: str) -> FetchFailed:
    failure = Failure("missing_document", found)
    return FetchFailed(Wanted(address), failure.code, str(failure))


def documents_linked(
    gathering: Gathering, address: str, language: str | None
) -> tuple[list[tuple[Link, Kept | FetchFailed]], FetchFailed | None]:
    """All the documents that a landing page leads to, each with its link; why, when the page could not be had."""
    page = gathering.run({"page": _one(address)})["page"]
    if isinstance(page, FetchFailed):
        return [], page
    links = pages_to_follow(gathering.links_of(page), page.url)[:MOST_FOLLOWED]
    found = gathering.run({link.address: _behind(gathering, link, language) for link in links})
    return [(link, found[link.address]) for link in links], None


def _one(address: str) -> Program[Outcome]:
    return (yield Need(address, "page"))
