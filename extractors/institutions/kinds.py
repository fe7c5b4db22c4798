"""The type of an institution and the state it belongs to, from the words of its name."""

from __future__ import annotations

import re

from extractors.folding import fold
from extractors.institutions.english import english_heads
from extractors.institutions.vocabulary import Head, heads, plural_heads, type_words
from schemas.tables import InstitutionType

NO_STATE: frozenset[InstitutionType] = frozenset(
    {"international_organisation", "regional_body", "development_partner"}
)
"""Types whose country is never taken from the study."""

WORLDWIDE = re.compile(
    r"\b(?:international\w*|mondial\w*|world|global|africain\w*|african|africa|panafricain\w*|europe\w*|"
    r"europeen\w*|afrique|universel\w*|francophon\w*|ouest afric\w*|sous regional\w*|nations unies)\b"
)
"""Words of a name (folded) that say it belongs to no single state."""


def head_of(name: str) -> Head | None:
    """The head noun of a name: its first words."""
    words = fold(name).split()
    for size in (3, 2, 1):
        for start in (0, 1):
            key = " ".join(words[start : start + size])
            head = heads().get(key) or plural_heads().get(key)
            if head is not None and (start == 0 or words[0] in ("haut", "haute", "sous", "vice", "grand")):
                return head
    return None


def type_of(name: str) -> InstitutionType | None:
    """The type that the words of a name imply, or None when its head is unknown."""
    folded = fold(name)
    head = head_of(name)
    if head is None:
        return english_type(folded)
    noun = head.words.split()[-1]  # ``conseil`` of ``haut conseil``
    padded = f" {folded} "
    for rule in type_words():
        if rule.head not in ("*", head.words, noun):
            continue
        if rule.words == ("*",) or any(f" {words} " in padded for words in rule.words):
            return rule.type
    return head.type


def english_type(folded: str) -> InstitutionType | None:
    """The type of an English name, by its last or first head noun."""
    words = folded.split()
    types = {fold(head): kind for head, (kind, _) in english_heads().items()}
    for word in (words[-1], words[0], *words) if words else ():
        if word in types:
            return types[word]
    return None


def country_of(name: str, kind: InstitutionType, in_name: str | None, of_study: str | None) -> str | None:
    """The state an institution belongs to: said in its name, else the study's for bodies of one state."""
    if kind in ("international_organisation", "regional_body"):
        return None
    if in_name is not None:
        return in_name
    if kind in NO_STATE or WORLDWIDE.search(fold(name)):
        return None
    return of_study
