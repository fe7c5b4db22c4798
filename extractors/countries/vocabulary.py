"""The reviewed vocabularies of countries: names, demonyms, prefixes, ambiguities, and what is not a country.

All knowledge is in ``extractors/vocabularies/*.csv``, each row with its source; here it is read once and
folded. Sources: ISO 3166-1 and CLDR (through Babel), the UN's names in French, English and Spanish (UNTERM,
M49), and review.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import Literal, cast

from extractors.folding import fold
from schemas.tables import Country, MentionKind

Case = Literal["any", "capital", "upper", "exact", "weak"]
"""When a vocabulary entry counts, by how it is printed.

``any``: always. ``capital``: with a capital first letter (``Mali``, ``MALI``). ``upper``: all in capitals
(``RDC``). ``exact``: as written in the vocabulary. ``weak``: with a capital, and with support in the text
(``la Dominique``, ``Maurice et la Mauritanie``): it is also a first name or a common word.
"""

DEMONYM_FORMS = ("masculine_singular", "feminine_singular", "masculine_plural", "feminine_plural")


@dataclass(frozen=True, slots=True)
class Entry:
    """A way to name a country; several ``countries`` when the words alone do not say which.

    ``status`` tells short, formal, former and plural names apart; ``support`` are the words before it that
    make a weak name a country (``la`` before ``Dominique``); ``is_language`` marks ``français``.
    """

    countries: tuple[str, ...]
    kind: MentionKind
    case: Case
    written: str
    status: str = ""
    support: tuple[str, ...] = ()
    is_language: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """The countries that a name may mean.

    ``default`` is the one it usually means, ``apart`` the one it means where the text gives the others their
    own names (beside ``RDC``, ``Congo`` is the other one); None where there is none.
    """

    candidates: tuple[str, ...]
    default: str | None = None
    apart: str | None = None


def read_vocabulary(name: str) -> list[dict[str, str]]:
    """The rows of a packaged vocabulary."""
    text = files("extractors").joinpath("vocabularies", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def country_rows() -> list[Country]:
    """The countries and territories of ISO 3166-1, ordered by ISO alpha-3 code (CLDR names, M49 regions)."""
    return [
        Country(
            iso3=row["iso3"],
            iso2=row["iso2"],
            name_fr=row["name_fr"],
            name_en=row["name_en"],
            region=row["region"] or None,
            sub_region=row["sub_region"] or None,
        )
        for row in read_vocabulary("countries.csv")
    ]


@lru_cache(maxsize=1)
def _iso2() -> dict[str, str]:
    return {row.iso3: row.iso2 for row in country_rows()}


def iso2_of(iso3: str) -> str:
    """The ISO alpha-2 code of a country.

    Raises:
        KeyError: when the code is not of ISO 3166-1.
    """
    return _iso2()[iso3]


@lru_cache(maxsize=1)
def entries() -> dict[str, tuple[Entry, ...]]:
    """Folded words → the ways of naming a country that they may be (``suisse``: a name and a demonym)."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in chain(_names(), _demonyms()):
        same = found[fold(entry.written)]
        for position, other in enumerate(same):
            if (other.kind, other.case) == (entry.kind, entry.case):
                codes = sorted({*other.countries, *entry.countries})
                same[position] = replace(other, countries=tuple(codes))
                break
        else:
            same.append(entry)
    return {words: tuple(several) for words, several in found.items()}


def _names() -> Iterator[Entry]:
    for row in read_vocabulary("country_names.csv"):
        yield Entry(
            countries=(row["iso3"],),
            kind=cast(MentionKind, row["kind"]),
            case=cast(Case, row["case"]),
            written=row["name"],
            status=row["status"],
            support=tuple(fold(words) for words in row["support"].split("|") if words),
        )


def _demonyms() -> Iterator[Entry]:
    for row in read_vocabulary("demonyms.csv"):
        case: Case = "any" if row["language"] == "fr" else "capital"
        for form in dict.fromkeys(row[column] for column in DEMONYM_FORMS):
            is_language = row["is_language"] == "yes" and form == row["masculine_singular"]
            yield Entry((row["iso3"],), "demonym", case, form, is_language=is_language)


@lru_cache(maxsize=1)
def prefixes() -> dict[str, tuple[str, ...]]:
    """Folded prefix of a compound demonym (``franco``) → its countries."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in read_vocabulary("country_prefixes.csv"):
        found[fold(row["prefix"])].append(row["iso3"])
    return {prefix: tuple(sorted(codes)) for prefix, codes in found.items()}


@lru_cache(maxsize=1)
def ambiguities() -> dict[str, Ambiguity]:
    """Folded name or demonym, in every inflection → the countries that it may mean."""
    inflections = {
        fold(row["masculine_singular"]): [fold(row[form]) for form in DEMONYM_FORMS]
        for row in read_vocabulary("demonyms.csv")
    }
    found = {}
    for row in read_vocabulary("country_ambiguities.csv"):
        ambiguity = Ambiguity(tuple(row["candidates"].split()), row["default"] or None, row["apart"] or None)
        term = fold(row["term"])
        for form in inflections.get(term, [term]):
            found[form] = ambiguity
    return found


@lru_cache(maxsize=1)
def clues() -> dict[str, str]:
    """Folded words that tell which of two countries a passage is about (``kinshasa``) → its code."""
    return {fold(row["clue"]): row["iso3"] for row in read_vocabulary("country_clues.csv")}


@lru_cache(maxsize=1)
def not_countries() -> dict[str, str]:
    """Expressions that carry a country's word and mean something else → what they mean."""
    return {row["expression"]: row["meaning"] for row in read_vocabulary("not_countries.csv")}
