"""What a study is: title, level, country, year, language, publisher, from its first pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from schemas.document import Block, Document
from schemas.tables import Level

YEAR = re.compile(r"(?<!\d)(?:19[5-9]\d|20[0-4]\d)(?!\d)")
FRONT_PAGES = 3
DOMINANT_SHARE = 0.5
"""A country is the study's when the title names it alone, or when it has this share of all mentions."""


@dataclass(frozen=True, slots=True)
class StudyDescription:
    """What the first pages and the counted countries say of a study."""

    title: str
    level: Level
    country: str | None
    region: str | None
    year: int | None
    publisher: str | None


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
    country = study_country(title_countries, countries)
    return StudyDescription(
        title=title_of(document, file_name),
        level="national" if country else "other",
        country=country,
        region=None,
        year=year_of(document),
        publisher=None,
    )


def study_country(title_countries: Sequence[str], countries: Mapping[str, int]) -> str | None:
    """The country that a study is about: alone in its title, else dominant in its text, else None."""
    if len(set(title_countries)) == 1:
        return title_countries[0]
    if not countries:
        return None
    iso3, count = Counter(countries).most_common(1)[0]
    return iso3 if count / sum(countries.values()) >= DOMINANT_SHARE else None


def front_blocks(document: Document) -> list[Block]:
    """The blocks of the first pages, furniture left out."""
    return [b for b in document.blocks if b.page <= FRONT_PAGES and not b.is_furniture]


def title_of(document: Document, file_name: str) -> str:
    """The title printed on the first page with text (its headings), else the file's own, else its name."""
    blocks = front_blocks(document)
    headings = [b for b in blocks if b.kind == "heading" and b.page == (blocks[0].page if blocks else 1)]
    if headings:
        top = min(b.level or 1 for b in headings)
        return " ".join(b.text for b in headings if (b.level or 1) == top)
    return document.title or PurePath(file_name).stem


def year_of(document: Document) -> int | None:
    """The first plausible year printed on the first pages, else that of the file's creation date."""
    for block in front_blocks(document):
        years = YEAR.findall(block.text)
        if years:
            return int(years[-1])
    created = YEAR.search(document.metadata.get("CreationDate", ""))
    return int(created.group()) if created else None
