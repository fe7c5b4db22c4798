"""Which known work a link or a title page belongs to. No guess: nothing where two works fit as well.

Studies of one series have the same title but for the country, so the country or region that the words name
decides; where a work has neither, the words of its title do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from extractors.addresses import source_key
from extractors.countries.vocabulary import entries
from extractors.folding import fold
from extractors.links import Link
from extractors.metadata import region_of

SAME_TITLE = 0.8
"""Share of the words of a title that has to be found."""
LONGEST_NAME = 8
OWN_LANGUAGE = "fr"


@dataclass(frozen=True, slots=True)
class Work:
    """What a catalogue says of a study, as far as it tells it from others."""

    work_id: str
    title: str | None
    country_iso3: str | None
    region: str | None
    language: str | None


@lru_cache(maxsize=1)
def _names() -> dict[tuple[str, ...], frozenset[str]]:
    """The words of each name or acronym of a country → the countries that it may mean."""
    names: dict[tuple[str, ...], frozenset[str]] = {}
    for words, several in entries().items():
        codes = [
            c
            for entry in several
            if entry.kind != "demonym" and entry.case != "weak"
            for c in entry.countries
        ]
        if codes:
            names[tuple(words.split())] = frozenset(codes)
    return names


def countries_named(text: str) -> list[frozenset[str]]:
    """Each country named in a text, the longest name at each place; several codes where the name is ambiguous."""
    words, found, start = fold(text).split(), [], 0
    while start < len(words):
        for length in range(min(LONGEST_NAME, len(words) - start), 0, -1):
            codes = _names().get(tuple(words[start : start + length]))
            if codes is not None:
                found.append(codes)
                start += length - 1
                break
        start += 1
    return found


def fit(contexts: Sequence[str], work: Work) -> int:
    """How well the words around a link, nearest first, fit a work; 0 where they do not.

    The nearest words that name any country or region decide.
    """
    for nearness, text in enumerate(contexts):
        weight = 10 * (len(contexts) - nearness)
        region, named = region_of(text), countries_named(text)
        if region is not None and len(set(named)) != 1:
            return (
                weight if work.region is not None and region == (region_of(work.region) or work.region) else 0
            )
        if named:
            only = named[0] if len(set(named)) == 1 else frozenset()
            return weight - len(only) if work.country_iso3 in only else 0
    if work.country_iso3 is None and work.region is None and work.title:
        return 5 if share_of_title(work.title, " ".join(contexts)) >= SAME_TITLE else 0
    return 0


def share_of_title(title: str, text: str) -> float:
    """The share of the words of a title that a text has, each as often."""
    wanted, there = Counter(fold(title).split()), Counter(fold(text).split())
    return sum((wanted & there).values()) / max(sum(wanted.values()), 1)


def links_of_works(links: Sequence[Link], works: Sequence[Work]) -> dict[str, list[Link]]:
    """The links that belong to each work, the best first; a link belongs to the work that it fits best."""
    found: dict[str, list[tuple[int, int, Link]]] = {work.work_id: [] for work in works}
    for position, link in enumerate(links):
        fits = sorted(((fit(link.contexts, work), work.work_id) for work in works), reverse=True)
        for score, work_id in fits:
            if score and not link.is_furniture and score == fits[0][0]:
                found[work_id].append((score, position, link))
    chosen = _without_shared(found)
    languages = {work.work_id: work.language or OWN_LANGUAGE for work in works}
    return {
        work_id: [link for *_, link in sorted(items, key=lambda item: _order(item, languages[work_id]))]
        for work_id, items in chosen.items()
    }


def _without_shared(
    found: dict[str, list[tuple[int, int, Link]]],
) -> dict[str, list[tuple[int, int, Link]]]:
    """Leave an ambiguous link (``Congo``) to the work that has no link of its own."""
    owners = Counter(link.address for items in found.values() for *_, link in items)
    own = {
        work_id for work_id, items in found.items() if any(owners[link.address] == 1 for *_, link in items)
    }
    return {
        work_id: [item for item in items if owners[item[2].address] == 1 or work_id not in own]
        for work_id, items in found.items()
    }


def _order(item: tuple[int, int, Link], language: str) -> tuple[bool, bool, int, int]:
    score, position, link = item
    return link.language not in (language, None), link.kind != "pdf", -score, position


def documents_behind(links: Sequence[Link], address: str, language: str | None) -> list[Link]:
    """The PDFs of a publication page, the likeliest first: same number, same language, in the content."""
    number = source_key(address).partition("/")[0]

    def order(numbered: tuple[int, Link]) -> tuple[bool, bool, bool, int]:
        position, link = numbered
        same = number.startswith("wcms:") and source_key(link.address).startswith(f"{number}.")
        return not same, link.is_furniture, link.language not in (language or OWN_LANGUAGE, None), position

    return [link for _, link in sorted(enumerate(link for link in links if link.kind == "pdf"), key=order)]


def pages_to_follow(links: Sequence[Link], address: str) -> list[Link]:
    """The links of a landing page that may lead to documents: PDFs anywhere, pages of the same site."""
    site = urlsplit(address).hostname
    content = [link for link in links if not link.is_furniture]
    return [link for link in content if link.kind == "pdf" or urlsplit(link.address).hostname == site]


def work_of_title_page(text: str, works: Sequence[Work]) -> str | None:
    """The work whose title, country or region the first pages of a document bear; None where it is not plain."""
    fits = [work.work_id for work in works if _bears(text, work)]
    return fits[0] if len(fits) == 1 else None


def _bears(text: str, work: Work) -> bool:
    if work.title is None or share_of_title(work.title, text) < SAME_TITLE:
        return False
    return all(_confirmations(text, work))


def _confirmations(text: str, work: Work) -> Iterator[bool]:
    """What has to hold besides the title: the country is the first that is named, the region is named."""
    if work.country_iso3 is not None:
        named = countries_named(text)
        yield bool(named) and work.country_iso3 in named[0]
        yield len(named[0]) == 1 if named else False
    if work.region is not None:
        yield region_of(text) == (region_of(work.region) or work.region)
