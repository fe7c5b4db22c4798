"""The reviewed words of this component: packaged CSV files, read once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, get_args

from extractors.folding import fold
from schemas.tables import InstitutionType

HeadStrength = Literal["name", "strong", "weak", "faint", "alone", "country", "none"]
"""How much a head noun needs around it to be a name.

``name``: any complement, in any case (``ministère de l'emploi``); ``strong``: a complement and a mark of
uniqueness (``agence nationale …``); ``weak``: a capital of its own, or a capitalised field; ``faint``: a
capital of its own and another inside; ``alone``: nothing (``Primature``);
``country``: the country it belongs to (``Gouvernement du Mali``); ``none``: never by itself.
"""

HeadRole = Literal["", "ministry", "unit", "organ", "label", "company", "field"]
"""``unit``: part of an organisation (``Direction …``); ``organ``: its governing organ; ``label``: ``ONG X``;
``company``: the same in lower case (``la société X``); ``field``: also a field of government (``administration``)."""


def read_rows(file_name: str) -> Iterator[dict[str, str]]:
    """The rows of a packaged CSV file."""
    text = files("extractors.vocabularies").joinpath(file_name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@dataclass(frozen=True, slots=True)
class Head:
    """A noun that heads institutions' names: ``words`` are folded, ``plural`` may be empty."""

    words: str
    plural: str
    type: InstitutionType
    strength: HeadStrength
    role: HeadRole


@dataclass(frozen=True, slots=True)
class TypeWords:
    """Words of a name that give its type when its head is ``head`` (``*``: any head; words ``*``: any)."""

    head: str
    words: tuple[str, ...]
    type: InstitutionType


@lru_cache(maxsize=1)
def heads() -> dict[str, Head]:
    """Head nouns by folded singular: ``agence``, ``haut commissariat``."""
    found: dict[str, Head] = {}
    for row in read_rows("institution_heads.csv"):
        head = Head(
            fold(row["head"]),
            fold(row["plural"]),
            checked_type(row["type"]),
            checked_strength(row["strength"]),
            checked_role(row["role"]),
        )
        found.setdefault(head.words, head)
    return found


@lru_cache(maxsize=1)
def plural_heads() -> dict[str, Head]:
    """Head nouns by folded plural, where it differs from the singular."""
    return {head.plural: head for head in heads().values() if head.plural and head.plural != head.words}


@lru_cache(maxsize=1)
def type_words() -> tuple[TypeWords, ...]:
    """The words that refine a head's type, in the order in which they are tried."""
    return tuple(
        TypeWords(
            row["head"],
            tuple(fold(words) or words for words in row["words"].split("|")),
            checked_type(row["type"]),
        )
        for row in read_rows("institution_type_words.csv")
    )


@lru_cache(maxsize=8)
def excluded(kind: str) -> frozenset[str]:
    """What names no institution: ``acronym`` as printed; ``head``, ``phrase`` and ``stop`` folded."""
    rows = [row["words"] for row in read_rows("non_institutions.csv") if row["kind"] == kind]
    return frozenset(rows if kind == "acronym" else (fold(words) for words in rows))


@lru_cache(maxsize=32)
def words(name: str) -> frozenset[str]:
    """A list of folded words of ``institution_words.csv``, which says what each list is for.

    Raises:
        KeyError: when there is no such list.
    """
    found = frozenset(fold(row["word"]) for row in read_rows("institution_words.csv") if row["list"] == name)
    if not found:
        raise KeyError(f"institution_words.csv has no list {name!r}")
    return found


def checked_type(value: str) -> InstitutionType:
    """The value as a type code.

    Raises:
        ValueError: when it is none.
    """
    for code in get_args(InstitutionType):
        if code == value:
            return code  # type: ignore[no-any-return]
    raise ValueError(f"institution type {value!r}: expected one of {get_args(InstitutionType)}")


def checked_strength(value: str) -> HeadStrength:
    """The value as a strength, or ValueError."""
    for code in get_args(HeadStrength):
        if code == value:
            return code  # type: ignore[no-any-return]
    raise ValueError(f"strength {value!r}: expected one of {get_args(HeadStrength)}")


def checked_role(value: str) -> HeadRole:
    """The value as a role, or ValueError."""
    for code in get_args(HeadRole):
        if code == value:
            return code  # type: ignore[no-any-return]
    raise ValueError(f"role {value!r}: expected one of {get_args(HeadRole)}")
