"""The words of the review sheet: what a reviewer reads and chooses, and the codes that they stand for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extractors.codes import actor_rows, institution_type_rows, theme_rows
from schemas.corrections import SEPARATOR
from schemas.tables import DecidedTable


@dataclass(frozen=True, slots=True)
class SheetOf:
    """A sheet of the workbook: its title, what it shows of a row, and what can be decided (label → action)."""

    table: DecidedTable
    title: str
    shown: tuple[str, ...]
    decisions: Mapping[str, str]


SHEETS: tuple[SheetOf, ...] = (
    SheetOf(
        "recommendations",
        "Recommandations",
        ("Recommandation", "Destinataires", "Thèmes"),
        {
            "juste": "confirm",
            "pas une recommandation": "not_a_recommendation",
            "corriger le texte": "edit_text",
            "corriger les destinataires": "addressees",
            "corriger les thèmes": "themes",
            "nouvelle": "new",
        },
    ),
    SheetOf(
        "institutions",
        "Institutions",
        ("Institution", "Sigle", "Type", "Pays", "Peut-être la même que"),
        {
            "juste": "confirm",
            "même que": "same_as",
            "différente de": "different",
            "renommer": "rename",
            "changer le type": "retype",
            "pas une institution": "not_an_institution",
            "nouvelle": "new",
        },
    ),
    SheetOf(
        "countries",
        "Pays",
        ("Mots", "Pays", "Rôle"),
        {
            "juste": "confirm",
            "autre pays": "other_country",
            "changer le rôle": "role",
            "pas un pays": "not_a_country",
            "nouvelle": "new",
        },
    ),
    SheetOf("studies", "Études", ("Fichier", "Colonne", "Valeur"), {"corriger": "edit"}),
)

GUIDE, ANCHORS, LISTS = "Mode d'emploi", "_ancres", "Listes"
BEFORE = ("N°", "Étude", "Page", "Extrait", "Image")
DECISION, VALUE, REASON, KEY = "Décision", "Nouvelle valeur", "Motif", "Clé"
AFTER = ("Confiance", "Effet", DECISION, VALUE, REASON, KEY)

ROLES: Mapping[str, str] = {
    "study": "pays de l'étude",
    "origin": "origine",
    "destination": "destination",
    "transit": "transit",
    "partner": "partenaire",
    "donor": "bailleur",
    "comparison": "comparaison",
}
LEVELS: Mapping[str, str] = {"national": "nationale", "sub_regional": "sous-régionale", "other": "autre"}
FIELDS: Mapping[str, str] = {
    "title": "titre",
    "level": "niveau",
    "country_iso3": "pays",
    "region": "région",
    "year": "année",
    "language": "langue",
    "publisher": "éditeur",
    "source_url": "adresse",
}


def themes() -> dict[str, str]:
    """Theme → its label in French."""
    return {row.code: row.label_fr for row in theme_rows()}


def actors() -> dict[str, str]:
    """Kind of actor → its label in French."""
    return {row.code: row.label_fr for row in actor_rows()}


def institution_types() -> dict[str, str]:
    """Type of institution → its label in French."""
    return {row.code: row.label_fr for row in institution_type_rows()}


def plain(text: str) -> str:
    """A label as it is compared: one kind of space and apostrophe, no case, no accents."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


def code_of(told: str, labels: Mapping[str, str]) -> str:
    """The code that a person means: the code itself or its label; what was told where it is neither."""
    wanted = plain(told)
    return next(
        (code for code, label in labels.items() if wanted in (plain(code), plain(label))), told.strip()
    )


def codes_of(told: str, labels: Mapping[str, str]) -> str:
    """A list of codes from a list of codes or labels."""
    return SEPARATOR.join(code_of(part, labels) for part in told.split(SEPARATOR.strip()) if part.strip())


def addressees_of(told: str, labels: Mapping[str, str]) -> str:
    """A list of addressees with codes, from one with codes or labels in brackets."""
    return SEPARATOR.join(_addressee(part, labels) for part in told.split(SEPARATOR.strip()) if part.strip())


def _addressee(part: str, labels: Mapping[str, str]) -> str:
    words, bracket, actor = part.strip().rstrip("]").rpartition("[")
    return f"{words.strip()} [{code_of(actor, labels)}]" if bracket else part.strip()


def labelled(codes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Codes and labels, by label."""
    return sorted(codes, key=lambda pair: plain(pair[1]))
