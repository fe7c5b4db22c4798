"""Lines for the registry: the institutions that several studies name and that it lacks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from schemas.tables import Institution, InstitutionName

COLUMNS = (
    "name",
    "acronym",
    "type",
    "country",
    "aliases",
    "former_names",
    "valid_from",
    "valid_to",
    "status",
    "source",
)
"""The columns of ``vocabularies/institutions.csv``."""

LEAST_STUDIES = 2


def suggest_lines(
    institutions: Iterable[Institution], names: Iterable[InstitutionName], least: int = LEAST_STUDIES
) -> list[str]:
    """CSV lines of ``vocabularies/institutions.csv``, without its header, the most named first.

    Variants seen are proposed as aliases; ``status`` is ``unverified`` until a person has checked the line.
    """
    variants: dict[str, list[str]] = {}
    for row in names:
        if row.kind == "variant":
            variants.setdefault(row.institution_id, []).append(row.name)
    lacking = [row for row in institutions if not row.registry and row.study_count >= least]
    ranked = sorted(lacking, key=lambda row: (-row.study_count, -row.mention_count, row.institution_id))
    return [line_of(row, sorted(set(variants.get(row.institution_id, ())) - {row.name})) for row in ranked]


def line_of(row: Institution, aliases: list[str]) -> str:
    """One line of the registry."""
    acronym = "" if row.acronym in (None, row.name) else row.acronym
    source = f"named in {row.study_count} studies of the corpus, to be checked"
    values = {
        "name": row.name,
        "acronym": acronym,
        "type": row.type,
        "country": row.country_iso3,
        "aliases": "|".join(aliases),
        "status": "unverified",
        "source": source,
    }
    out = io.StringIO()
    csv.DictWriter(out, COLUMNS, restval="", lineterminator="").writerow(values)
    return out.getvalue()
