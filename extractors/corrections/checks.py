"""Whether a decision can be replayed: every value that it needs, each of the kind that its action asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import get_args

from extractors.corrections.recommendations import to_addressees, to_themes
from extractors.countries.vocabulary import country_rows
from schemas.corrections import (
    CountryDecision,
    Decision,
    InstitutionDecision,
    RecommendationDecision,
    StudyDecision,
)
from schemas.tables import Actor, InstitutionType, Level, Role, ThemeCode

Fault = tuple[str, str]
"""A column, and what is wrong there with what to write instead (French)."""

FIRST_YEAR, LAST_YEAR = 1900, 2100

NO_STUDY = ("study_id", "Il manque l'étude (study_id).")
NO_WORDS = ("exact", "Il manque les mots sur lesquels porte la décision.")
NO_NAME = ("other_name", "Il manque le nom de l'autre institution.")


def faults_of(decision: Decision) -> list[Fault]:
    """What is wrong with a decision that the types of its columns do not show; nothing where it can be replayed."""
    checks: dict[type[Decision], Callable[..., Iterator[Fault]]] = {
        InstitutionDecision: institution_faults,
        RecommendationDecision: recommendation_faults,
        CountryDecision: country_faults,
        StudyDecision: study_faults,
    }
    return list(checks[type(decision)](decision))


def institution_faults(decision: InstitutionDecision) -> Iterator[Fault]:
    """What is wrong with a decision on an institution."""
    yield from unknown_country("country_iso3", decision.country_iso3)
    yield from unknown_country("other_country_iso3", decision.other_country_iso3)
    if decision.action in ("same_as", "different") and not decision.other_name:
        yield NO_NAME
    if decision.action == "rename" and not decision.new:
        yield "new", "Il manque le nouveau nom."
    if decision.action in ("retype", "new"):
        yield from one_of("new", decision.new, get_args(InstitutionType), "type d'institution")
    if decision.action == "new" and not decision.exact:
        yield NO_WORDS


def recommendation_faults(decision: RecommendationDecision) -> Iterator[Fault]:
    """What is wrong with a decision on a recommendation."""
    yield from place_faults(decision)
    if decision.action == "edit_text" and not decision.new:
        yield "new", "Il manque le texte juste."
    if decision.action == "themes":
        yield from list_fault(to_themes, decision.new, f"thèmes ({', '.join(get_args(ThemeCode))})")
    if decision.action == "addressees":
        actors = ", ".join(get_args(Actor))
        yield from list_fault(
            to_addressees, decision.new, f"destinataires, écrits « mots [acteur] » ({actors})"
        )


def list_fault(read: Callable[[str], object], value: str, expected: str) -> Iterator[Fault]:
    """What is wrong with a list."""
    try:
        read(value)
    except ValueError as error:
        yield "new", f"« {error} » n'est pas attendu ici : séparez par « ; » des {expected}."


def country_faults(decision: CountryDecision) -> Iterator[Fault]:
    """What is wrong with a decision on a mention of a country."""
    yield from place_faults(decision)
    if decision.action in ("other_country", "new"):
        if not decision.new:
            yield "new", "Il manque le code ISO du pays (trois lettres)."
        yield from unknown_country("new", decision.new or None)
    if decision.action == "role" and decision.new:
        yield from one_of("new", decision.new, get_args(Role), "rôle")


def study_faults(decision: StudyDecision) -> Iterator[Fault]:
    """What is wrong with a decision on a study."""
    if not decision.study_id:
        yield NO_STUDY
    value = decision.new
    if decision.field == "country_iso3":
        yield from unknown_country("new", value or None)
    elif decision.field == "level":
        yield from one_of("new", value, get_args(Level), "niveau")
    elif decision.field == "title" and not value:
        yield "new", "Il manque le titre."
    elif decision.field == "year" and value and not is_year(value):
        yield (
            "new",
            f"« {value} » n'est pas une année de {FIRST_YEAR} à {LAST_YEAR}, en chiffres seuls (2020).",
        )


def is_year(value: str) -> bool:
    """Whether a text is a year in figures."""
    return value.isascii() and value.isdigit() and FIRST_YEAR <= int(value) <= LAST_YEAR


def place_faults(decision: Decision) -> Iterator[Fault]:
    """What is missing of a place in a study."""
    if not decision.study_id:
        yield NO_STUDY
    if not any(char.isalnum() for char in decision.exact):
        yield NO_WORDS


def unknown_country(column: str, code: str | None) -> Iterator[Fault]:
    """What is wrong with the code of a country."""
    if code is not None and code not in country_codes():
        yield column, f"« {code} » n'est pas un code de pays ISO 3166-1 à trois lettres (MLI, CIV…)."


def one_of(column: str, value: str, codes: tuple[str, ...], what: str) -> Iterator[Fault]:
    """What is wrong with a code."""
    if value not in codes:
        yield column, f"« {value} » n'est pas un {what} : {', '.join(codes)}."


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """The codes of all countries."""
    return frozenset(row.iso3 for row in country_rows())
