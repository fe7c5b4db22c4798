"""Gold pages from review: pages of which every row was decided, or that a person says to have read whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from extractors.corrections.corpus import Tables
from extractors.corrections.decisions import Corrections
from extractors.corrections.proposals import Published, decided_keys
from schemas.tables import CountryMention, InstitutionMention, Recommendation

Page = tuple[str, int]
"""Study and page."""


@dataclass(frozen=True, slots=True)
class GoldOfReview:
    """Pages in the format of the guidelines, and the number of rows left to decide on the others that were begun."""

    pages: list[dict[str, Any]]
    unfinished: dict[Page, int]


def to_gold(tables: Tables, corrections: Corrections, read_whole: Collection[Page] = ()) -> GoldOfReview:
    """The gold pages that decisions make of published tables, which must be corrected by them.

    Args:
        tables: a published version.
        corrections: the decisions, all replayed in it.
        read_whole: pages that a person has read whole: what was left undecided there is right.
    """
    published = Published(tables)
    decided = decided_keys(published, corrections)
    countries, institutions = by_page(published.countries), by_page(all_mentions(published))
    recommendations = by_page(published.recommendations)
    left: Counter[Page] = Counter()
    begun = set(read_whole) | {
        (row.study_id, row.found_page)
        for row in published.outcomes
        if row.study_id is not None and row.found_page is not None
    }
    for rows, key_of in (
        (countries, country_key),
        (institutions, mention_key),
        (recommendations, advice_key),
    ):
        for page in begun:
            own = [key_of(row) for row in rows.get(page, ())]
            begun_here = len(own) - sum(key in decided for key in own)
            left[page] += begun_here
    whole = sorted(page for page in begun if page in read_whole or not left[page])
    return GoldOfReview(
        [
            {
                "document": published.studies[study].file_name,
                "page": page,
                "countries": [country(row) for row in countries.get((study, page), ())],
                "institutions": [institution(row, published) for row in institutions.get((study, page), ())],
                "recommendations": [advice(row, published) for row in recommendations.get((study, page), ())],
            }
            for study, page in whole
            if study in published.studies
        ],
        {page: left[page] for page in sorted(begun) if page not in whole},
    )


def all_mentions(published: Published) -> Iterator[InstitutionMention]:
    """Every mention of an institution."""
    for own in published.mentions.values():
        yield from own


def by_page(rows: Any) -> dict[Page, list[Any]]:
    """Rows by study and page, in reading order."""
    pages: defaultdict[Page, list[Any]] = defaultdict(list)
    for row in rows:
        pages[row.study_id, row.page].append(row)
    for own in pages.values():
        own.sort(key=lambda row: (int(row.passage_id.rpartition(":")[2]), row.start_char))
    return dict(pages)


def country_key(row: CountryMention) -> str:
    """The key of what was decided of a mention of a country."""
    return f"countries|{row.mention_id}"


def mention_key(row: InstitutionMention) -> str:
    """The key of what was decided of the institution that a mention names."""
    return f"institutions|{row.institution_id}"


def advice_key(row: Recommendation) -> str:
    """The key of what was decided of a recommendation."""
    return f"recommendations|{row.recommendation_id}"


def country(row: CountryMention) -> dict[str, Any]:
    """A country of a gold page."""
    return {"iso3": row.iso3 or "", "surface": row.surface, "kind": row.kind}


def institution(row: InstitutionMention, published: Published) -> dict[str, Any]:
    """An institution of a gold page."""
    own = published.institutions[row.institution_id]
    return {
        "surface": row.surface,
        "name": own.name,
        "acronym": own.acronym or "",
        "type": own.type,
        "country": own.country_iso3 or "",
    }


def advice(row: Recommendation, published: Published) -> dict[str, Any]:
    """A recommendation of a gold page."""
    addressees = sorted(published.addressees[row.recommendation_id], key=lambda a: a.position)
    return {
        "text": row.text,
        "addressees": [{"surface": a.surface, "actor": a.actor} for a in addressees],
        "reported": row.reported,
    }
