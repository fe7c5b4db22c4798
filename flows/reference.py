"""The tables that no document fills: countries and codes."""

from __future__ import annotations

from importlib import import_module

from schemas.row import Row


def reference_rows() -> dict[str, list[Row]]:
    """The rows of the reference tables, by table name."""
    rows: dict[str, list[Row]] = {}
    for table, module, name in (
        ("countries", "extractors.countries", "country_rows"),
        ("themes", "extractors.codes", "theme_rows"),
        ("institution_types", "extractors.codes", "institution_type_rows"),
        ("actors", "extractors.codes", "actor_rows"),
    ):
        try:
            rows[table] = list(getattr(import_module(module), name)())
        except (ImportError, AttributeError):  # until they land
            rows[table] = _stub(table)
    return rows


def _stub(table: str) -> list[Row]:
    from typing import get_args

    from schemas import tables as t

    if table == "countries":
        return [t.Country(iso3="MLI", iso2="ML", name_fr="Mali", name_en="Mali", region=None, sub_region=None)]
    if table == "themes":
        return []
    codes, cls = (t.Actor, t.ActorCode) if table == "actors" else (t.InstitutionType, t.InstitutionTypeCode)
    return [cls(code=c, label_fr=c, label_en=c) for c in get_args(codes)]
