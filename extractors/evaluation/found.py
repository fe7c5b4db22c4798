"""What the published tables say of one study, by page, in the order of the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

COLUMNS: Mapping[str, Sequence[str]] = {
    "studies": ("study_id", "file_name"),
    "country_mentions": ("study_id", "mention_id", "page", "iso3", "surface"),
    "institution_mentions": ("study_id", "mention_id", "page", "institution_id", "surface", "rule"),
    "institutions": ("institution_id", "type"),
    "recommendations": ("study_id", "recommendation_id", "page", "text", "rule", "confidence"),
    "recommendation_addressees": ("recommendation_id", "actor"),
}
"""The tables that are evaluated, and the columns that are read."""


@dataclass(frozen=True, slots=True)
class FoundCountry:
    """A published country mention."""

    row_id: str
    page: int
    iso3: str | None
    surface: str


@dataclass(frozen=True, slots=True)
class FoundInstitution:
    """A published institution mention, with the type of its institution."""

    row_id: str
    page: int
    institution_id: str
    type: str | None
    surface: str
    rule: str


@dataclass(frozen=True, slots=True)
class FoundRecommendation:
    """A published recommendation, with its addressees."""

    row_id: str
    page: int
    text: str
    rule: str
    confidence: float
    actors: frozenset[str]


@dataclass(slots=True)
class FoundStudy:
    """What is published of a study."""

    countries: list[FoundCountry] = field(default_factory=list)
    institutions: list[FoundInstitution] = field(default_factory=list)
    recommendations: list[FoundRecommendation] = field(default_factory=list)


def found_studies(tables: Mapping[str, pd.DataFrame]) -> dict[str, FoundStudy]:
    """What the tables say, by the file name of the study."""
    names = dict(records(tables, "studies"))
    studies = {study_id: FoundStudy() for study_id in names}
    types = dict(records(tables, "institutions"))
    for study_id, *country in records(tables, "country_mentions"):
        studies[study_id].countries.append(FoundCountry(*country))
    for study_id, row_id, page, institution_id, surface, rule in records(tables, "institution_mentions"):
        kind = types.get(institution_id)
        studies[study_id].institutions.append(
            FoundInstitution(row_id, page, institution_id, kind, surface, rule)
        )
    actors: defaultdict[str, set[str]] = defaultdict(set)
    for recommendation_id, actor in records(tables, "recommendation_addressees"):
        actors[recommendation_id].add(actor)
    for study_id, row_id, page, text, rule, confidence in records(tables, "recommendations"):
        studies[study_id].recommendations.append(
            FoundRecommendation(row_id, page, text, rule, confidence, frozenset(actors[row_id]))
        )
    return {names[study_id]: study for study_id, study in studies.items()}


def records(tables: Mapping[str, pd.DataFrame], table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of the columns that are read; None where there is no value."""
    frame = tables[table][list(COLUMNS[table])].astype(object)
    return frame.where(frame.notna(), None).itertuples(index=False, name=None)
