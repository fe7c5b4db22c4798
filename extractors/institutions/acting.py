"""Acronyms that a document never expands, but makes act as organisations do.

``produit par la SOGEPA``, ``au sein du MEF``, ``l'ANSD publie``: one such place tells what the acronym is in the
whole document, its tables included. What is carried out is none (``mise en œuvre du PSE``, ``le projet PADES``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from extractors.context import Definition
from extractors.folding import fold
from extractors.institutions.registry import packaged_registry
from extractors.institutions.vocabulary import excluded, heads, read_rows, words
from extractors.lexicon import french_words
from schemas.document import Block
from schemas.tables import InstitutionType

ACRONYM = r"(?P<acronym>[A-ZÀ-Ý][A-ZÀ-Ý0-9]{2,11})(?![\w/-])"
ARTICLE = r"(?:de l['’]\s?|de la |du |des |l['’]\s?|la |le |les )"
MASCULINE_MINISTRY = re.compile(r"\b(?:[Ll]e|[Dd]u|[Aa]u) (M[A-Z]{2,})(?![\w/-])")
"""``le MEF``, ``du MINEFOP``: an acronym in M that is masculine."""

CITED = re.compile(
    r"(?:\(|; |\b[Ss]ources? ?: ?|\b[Ss]elon (?:l['’]|la |le )?|\b[Dd]['’]après (?:l['’]|la |le )?)"
    rf"{ACRONYM},? \(?(?:19|20)\d\d\b"
)
"""An organisation cited with a year: ``(INSD, 2019)``, ``Source : ANSD, 2014``."""

IN_COLUMN = re.compile(rf"(?<![\w/-]){ACRONYM}")

LEAST_OF_PLANS = 2
"""Acronyms in P are mostly of projects, programmes and plans: they need this many places."""


def find_acting(
    blocks: Iterable[Block], definitions: Mapping[str, Definition]
) -> Mapping[str, InstitutionType]:
    """The type of each acronym that acts in the document and that the document does not define."""
    seen: Counter[str] = Counter()
    against: set[str] = set()
    masculine: set[str] = set()
    for block in blocks:
        seen.update(match["acronym"] for match in acting_places().finditer(block.text))
        seen.update(match["acronym"] for match in speaking_places().finditer(block.text))
        seen.update(match["acronym"] for match in CITED.finditer(block.text))
        seen.update(match["acronym"] for match in offices().finditer(block.text))
        if is_column_of_institutions(block):
            seen.update(match["acronym"] for match in IN_COLUMN.finditer(block.text))
        against.update(match["acronym"] for match in places_against().finditer(block.text))
        masculine.update(MASCULINE_MINISTRY.findall(block.text))
    return {
        acronym: type_of_acronym(acronym, masculine)
        for acronym, count in sorted(seen.items())
        if acronym not in against | excluded("acronym")
        and acronym not in definitions
        and not is_french_word(acronym)
        and (not acronym.startswith("P") or count >= LEAST_OF_PLANS)
    }


def is_column_of_institutions(block: Block) -> bool:
    """Whether a cell stands under a header such as ``Structures responsables``."""
    if block.cell is None or block.cell.is_header:
        return False
    return not words("column").isdisjoint(fold(block.cell.column_header).split())


def type_of_acronym(acronym: str, masculine: set[str]) -> InstitutionType:
    """The type that all institutions of that acronym in the registry share, else ministry or public body."""
    known = {entry.type for entry, _, _ in packaged_registry().by_name.get(fold(acronym), ())}
    if len(known) == 1:
        return known.pop()
    return "ministry" if acronym in masculine else "public_body"


def is_french_word(acronym: str) -> bool:
    """Whether capitals only shout: ``par la BANQUE``."""
    word = acronym.lower()
    return word in heads() or (len(word) > 3 and word in french_words())


@lru_cache(maxsize=1)
def acting_places() -> re.Pattern[str]:
    """``au sein du MEF``, ``produit par la SOGEPA``."""
    return re.compile(rf"\b(?:{cues('before')})\s+{ARTICLE}{ACRONYM}")


@lru_cache(maxsize=1)
def speaking_places() -> re.Pattern[str]:
    """``l'ANSD publie``."""
    return re.compile(rf"\b(?:[Ll]['’]\s?|[Ll]a |[Ll]e ){ACRONYM}\s+(?:{cues('after')})\b")


@lru_cache(maxsize=1)
def places_against() -> re.Pattern[str]:
    """``mise en œuvre du PSE``, ``le projet PADES``."""
    return re.compile(rf"\b(?:{cues('against')})s?\s+(?:{ARTICLE}|d['’])?{ACRONYM}")


@lru_cache(maxsize=1)
def offices() -> re.Pattern[str]:
    """``Mme X, secrétaire générale, UNTM``; ``directeur des études (ANPE)``."""
    return re.compile(rf"\b(?:{cues('office')})\b[^,;:()\d]{{0,50}}(?:, ?| \(| [–-] ){ACRONYM}(?=[\s,.;)]|$)")


def cues(place: str) -> str:
    """The words of ``institution_acronym_cues.csv`` for one place, either case of their first letter."""
    wanted = [row["words"] for row in read_rows("institution_acronym_cues.csv") if row["place"] == place]
    longest = sorted(wanted, key=lambda word: (-len(word), word))
    return "|".join(f"[{word[0]}{word[0].upper()}]{re.escape(word[1:])}" for word in longest)
