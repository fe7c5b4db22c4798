"""What a study is: title, level, country, year, language, publisher, from its first pages."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePath

from extractors.folding import fold
from schemas.document import Block, Document
from schemas.tables import Level

YEAR = re.compile(r"(?<!\d)(?:19[5-9]\d|20[0-4]\d)(?!\d)")
MADE = re.compile(r"(?:19[89]|20[0-4])\d")
"""The year of ``D:20170511...`` or ``2020-06-12``."""
COPYRIGHT = re.compile(
    r"(?:©|copyright)\W*(?:copyright\W*)?(?P<holder>[^\W\d].{2,80}?),?\s*(?P<year>(?:19|20)\d\d)",
    re.IGNORECASE,
)
"""``Copyright © Organisation internationale du Travail 2020``."""
FRONT_PAGES = 4
DOMINANT_SHARE = 0.5
OFTEN = 30
STANDS_OUT = 3
"""A country is the study's when the title names it alone, when it has this share of all mentions, or when it is
named so often, and so many times as often as any other (a chapter on migrations names many)."""
LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class StudyDescription:
    """What the first pages and the counted countries say of a study."""

    title: str
    level: Level
    country: str | None
    region: str | None
    year: int | None
    publisher: str | None


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """What a catalogue states of a study; None where it says nothing. It goes before what the document says."""

    title: str | None = None
    level: Level | None = None
    country_iso3: str | None = None
    region: str | None = None
    year: int | None = None
    publisher: str | None = None


NOTHING_STATED = StatedFacts()


def with_stated(found: StudyDescription, stated: StatedFacts) -> StudyDescription:
    """The description of a study, with what is stated in place of what was found.

    A stated country or region goes with its level, and does not stand beside a found one of the other kind.
    """
    implied: Level | None = "national" if stated.country_iso3 else "sub_regional" if stated.region else None
    level = stated.level or implied or found.level
    place = stated.country_iso3 is not None or stated.region is not None
    return StudyDescription(
        title=stated.title or found.title,
        level=level,
        country=stated.country_iso3 if place else found.country,
        region=stated.region if place else found.region,
        year=stated.year or found.year,
        publisher=stated.publisher or found.publisher,
    )


def describe_study(
    document: Document,
    file_name: str,
    title_countries: Sequence[str],
    countries: Mapping[str, int],
) -> StudyDescription:
    """The description of a study.

    ``title_countries`` are the countries named in :func:`title_of` and ``countries`` the mentions of each
    country in the whole document.
    """
    title = title_of(document, file_name)
    region = region_of(title)
    country = study_country(title_countries, countries, region)
    level: Level = "national" if country else "sub_regional" if region else "other"
    return StudyDescription(
        title=title,
        level=level,
        country=country,
        region=region if level == "sub_regional" else None,
        year=year_of(document),
        publisher=publisher_of(document),
    )


@lru_cache(maxsize=1)
def regions() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Folded expressions that name a region of several countries, and its label; empty for those that do not."""
    text = files("extractors").joinpath("vocabularies/regions.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((re.compile(rf"\b(?:{row['pattern']})\b"), row["region"]) for row in rows)


def region_of(title: str) -> str | None:
    """The region that a title names, or None; the names of communities and banks of a region do not count."""
    key = fold(title)
    for pattern, region in regions():
        if not region:
            key = pattern.sub(" ", key)
        elif pattern.search(key):
            return region
    return None


def publisher_of(document: Document) -> str | None:
    """The holder of the copyright printed on the first pages, else the site that a web page names, else None."""
    for block in front_blocks(document):
        found = COPYRIGHT.search(block.text)
        if found:
            return found.group("holder").strip(" ,;.-–")
    return document.metadata.get("og:site_name")


def study_country(
    title_countries: Sequence[str], countries: Mapping[str, int], region: str | None
) -> str | None:
    """The country that a study is about: alone in its title, else (no region named) dominant in its text, or None."""
    if len(set(title_countries)) == 1:
        return title_countries[0]
    if not countries or region is not None:
        return None
    (iso3, count), *others = Counter(countries).most_common(2)
    second = others[0][1] if others else 0
    stands_out = count >= OFTEN and count >= STANDS_OUT * second
    return iso3 if stands_out or count / sum(countries.values()) >= DOMINANT_SHARE else None


def front_blocks(document: Document) -> list[Block]:
    """The blocks of the first pages, furniture left out."""
    return [b for b in document.blocks if b.page <= FRONT_PAGES and not b.is_furniture]


def title_of(document: Document, file_name: str) -> str:
    """The title printed on the first page with text (its headings), else the file's own, else its name."""
    blocks = front_blocks(document)
    headings = [b for b in blocks if b.kind == "heading" and b.page == (blocks[0].page if blocks else 1)]
    if headings:
        top = min(b.level or 1 for b in headings)
        return " ".join(b.text for b in headings if (b.level or 1) == top)[:LONGEST_TITLE]
    return document.title or PurePath(file_name).stem


def year_of(document: Document) -> int | None:
    """The year of publication: the latest printed on the first pages that is not after the file was made."""
    made = MADE.search(document.metadata.get("CreationDate", "") or document.metadata.get("date", ""))
    latest = int(made.group()) if made else None
    for block in front_blocks(document):
        years = [int(year) for year in YEAR.findall(block.text)]
        possible = [year for year in years if latest is None or year <= latest]
        if possible and (latest is None or latest - max(possible) <= LAG):
            return max(possible)
    return latest


LAG = 2
"""A study is made into a file within so many years; older years in its first pages are of something else."""
