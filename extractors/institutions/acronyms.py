"""Acronyms that their place shows to be organisations, though nothing defines them.

After the noun of their kind (``le centre ICP``), after one of their units (``l'Inspection interne du MPEM``),
beside a known one (``BRD/DRCI``), before a town (``IUT de Douala``), or with the beginning of a directorate or a
ministry (``DGID``, ``MINEFOP``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from spacy.tokens import Doc

from extractors.folding import fold, text_of
from extractors.institutions.candidates import Candidate
from extractors.institutions.tokens import Letters, normal
from extractors.institutions.vocabulary import checked_type, excluded, heads, read_rows
from schemas.tables import InstitutionType

AUTHOR = re.compile(r"[A-ZÀ-Ý]{3,} \((?:19|20)\d\d[a-z]?\)\s?[,:.]")
"""An organisation as the author of a reference: ``MEDEV (2005), Cadre stratégique``."""

OWNED = re.compile(r"(?P<head>[Hh])[Aa]?(?:dl?|D)$")
"""A head, perhaps an adjective, and ``de`` before an acronym."""


def acronyms_in_place(doc: Doc, letters: Letters, known: list[Candidate]) -> Iterator[Candidate]:
    """Every acronym that its place shows to be an organisation."""
    for index, letter in enumerate(letters.text):
        if letter != "S" or doc[index].text in excluded("acronym"):
            continue
        yield from establishment(doc, letters, index)
        place = kind_in_place(doc, letters, index, known)
        if place is not None:
            yield acronym_at(doc, index, *place)


def establishment(doc: Doc, letters: Letters, index: int) -> Iterator[Candidate]:
    """The acronym of a kind of establishment with its town: ``IUT de Douala``."""
    kind = acronym_heads().get(doc[index].text)
    if kind is not None and letters.text[index + 1 : index + 3] in ("dY", "dN"):
        town = doc[index + 2]
        found = acronym_at(doc, index, "pattern:acronym_town", kind)
        yield replace(found, end=town.idx + len(town), acronym="", form="full")


def kind_in_place(
    doc: Doc, letters: Letters, index: int, known: list[Candidate]
) -> tuple[str, InstitutionType] | None:
    """The rule and type of an acronym by its letters or its neighbours, or None."""
    kind = kind_by_beginning(doc[index].text)
    if kind is not None:
        return "pattern:acronym_beginning", kind
    acting = doc._.context.study.acting.get(doc[index].text)
    if acting is not None:
        return "pattern:acronym_acting", acting
    if is_owner(doc, letters, index) or beside_known(doc, letters, index, known):
        return "pattern:acronym_owner", "public_body"
    if index == 0 and AUTHOR.match(text_of(doc)):
        return "pattern:acronym_author", "public_body"
    if index and letters.text[index - 1] in "hH":
        noun = heads()[fold(normal(doc[index - 1]))]
        loud = doc[index - 1].is_upper
        if noun.role not in ("unit", "organ") and noun.strength != "none" and not loud:
            return "pattern:acronym_label", noun.type
    return None


def is_owner(doc: Doc, letters: Letters, index: int) -> bool:
    """Whether a unit or organ right before belongs to the acronym: ``l'Inspection interne du MPEM``."""
    match = OWNED.search(letters.text[:index])
    return match is not None and heads()[fold(normal(doc[match.start("head")]))].role in ("unit", "organ")


def beside_known(doc: Doc, letters: Letters, index: int, known: list[Candidate]) -> bool:
    """Whether a stroke joins the acronym to a known one: ``BRD/DRCI``."""
    if index < 2 or doc[index - 1].text != "/":
        return False
    return any(c.start == doc[index - 2].idx and c.form == "acronym" for c in known)


def acronym_at(doc: Doc, index: int, rule: str, kind: InstitutionType) -> Candidate:
    """The candidate of one token that is an acronym."""
    token = doc[index]
    return Candidate(token.idx, token.idx + len(token), rule, type=kind, acronym=token.text, form="acronym")


@lru_cache(maxsize=1)
def acronym_heads() -> dict[str, InstitutionType]:
    """Type by acronym of a kind of establishment, a name with its town: ``IUT de Douala``."""
    return {row["acronym"]: checked_type(row["type"]) for row in read_rows("institution_acronym_heads.csv")}


def kind_by_beginning(acronym: str) -> InstitutionType | None:
    """The type that the first letters of an acronym imply."""
    for beginning, (kind, least) in acronym_beginnings().items():
        if acronym.startswith(beginning) and len(acronym) >= least and acronym.isalpha():
            return kind
    return None


@lru_cache(maxsize=1)
def acronym_beginnings() -> dict[str, tuple[InstitutionType, int]]:
    """Type and least length by beginning: ``DG`` (direction générale), ``MIN`` (ministère)."""
    return {
        row["prefix"]: (checked_type(row["type"]), int(row["least_length"]))
        for row in read_rows("institution_acronym_prefixes.csv")
    }
