"""The published codes and their labels: kinds of actor, types of institution, themes (codes.csv)."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import TypeVar

from schemas.tables import ActorCode, Code, InstitutionTypeCode, Theme

C = TypeVar("C", bound=Code)


def actor_rows() -> list[ActorCode]:
    """The kinds of actor, in published order."""
    return code_rows("actor", ActorCode)


def theme_rows() -> list[Theme]:
    """The themes of recommendations, in published order."""
    return code_rows("theme", Theme)


def institution_type_rows() -> list[InstitutionTypeCode]:
    """The types of institution, in published order."""
    return code_rows("institution_type", InstitutionTypeCode)


def code_rows(scheme: str, table: type[C]) -> list[C]:
    """The codes of one scheme of codes.csv as rows of its table."""
    text = files("extractors").joinpath("vocabularies", "codes.csv").read_text(encoding="utf-8")
    return [
        table(code=row["code"], label_fr=row["label_fr"], label_en=row["label_en"])
        for row in csv.DictReader(text.splitlines())
        if row["scheme"] == scheme
    ]
