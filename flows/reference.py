"""The tables that no document fills: countries, groupings and codes."""

from __future__ import annotations

from functools import lru_cache

from extractors.codes import actor_rows, institution_type_rows, theme_rows
from extractors.countries.groupings import grouping_rows, member_rows
from extractors.countries.vocabulary import country_rows
from schemas.row import Row


@lru_cache(maxsize=1)
def reference_rows() -> dict[str, list[Row]]:
    """The rows of the reference tables, by table name."""
    return {
        "countries": [*country_rows()],
        "groupings": [*grouping_rows()],
        "grouping_members": [*member_rows()],
        "themes": [*theme_rows()],
        "institution_types": [*institution_type_rows()],
        "actors": [*actor_rows()],
    }
