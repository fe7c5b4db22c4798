"""English names in French texts: ``Brookings Institution``, ``Association for the Development of …``.

An English name is a run of capitalised words that ends or begins with an English head noun. Words that are
also French heads (``Commission``, ``Union``) count only beside an English word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from spacy.tokens import Doc

from extractors.folding import fold, text_of
from extractors.institutions.candidates import Candidate
from extractors.institutions.tokens import Letters
from extractors.institutions.vocabulary import checked_type, read_rows, words
from schemas.tables import InstitutionType

CAPITAL_WORD = r"[A-Z][\w'’&.-]*[a-z]"
FRENCH_LETTERS = re.compile(r"[éèêàùçôîïœ]|(?:eur|tion|ment|ique|aire)s?$", re.IGNORECASE)


@lru_cache(maxsize=1)
def english_heads() -> dict[str, tuple[InstitutionType, str]]:
    """Type and place (``left``, ``right``, ``either``) by English head noun."""
    return {
        row["head"]: (checked_type(row["type"]), row["place"])
        for row in read_rows("institution_english_heads.csv")
    }


@lru_cache(maxsize=1)
def right_headed() -> re.Pattern[str]:
    """``Harvard Humanitarian Initiative``, ``Regional Universities Forum for Capacity Building``."""
    heads = "|".join(head for head, (_, place) in english_heads().items() if place != "left")
    tail = rf"(?: (?:for|of) (?:the )?{CAPITAL_WORD}(?: (?:and |of |in |the )?{CAPITAL_WORD})*)?"
    words_before = rf"(?:{CAPITAL_WORD} (?:and |of |for |[Ii]nternational |humanitarian )?){{1,6}}"
    return re.compile(rf"\b{words_before}(?P<head>{heads})(?![\w-]){tail}")


@lru_cache(maxsize=1)
def left_headed() -> re.Pattern[str]:
    """``Ministry of Labour``, ``University of Dar es Salaam``."""
    heads = "|".join(head for head, (_, place) in english_heads().items() if place != "right")
    return re.compile(
        rf"\b(?:US |UK )?(?P<head>{heads}) (?:of|for|on) (?:the )?"
        rf"{CAPITAL_WORD}(?:,? (?:and |of |in |for |the )*{CAPITAL_WORD})*"
    )


def english_names(doc: Doc, letters: Letters) -> Iterator[Candidate]:
    """Every English name."""
    text = text_of(doc)
    if letters.shouting or not any(head in text for head in english_heads()):
        return
    for pattern in (right_headed(), left_headed()):
        for match in pattern.finditer(text):
            start, name = without_article(match.start(), match.group())
            if is_english(name):
                kind = english_heads()[match.group("head")][0]
                if "United Nations" in name:
                    kind = "international_organisation"
                yield Candidate(start, match.end(), "pattern:english", kind)


def without_article(start: int, text: str) -> tuple[int, str]:
    """Where a name begins and its text, without French words and ``The`` before it."""
    while True:
        first, blank, rest = text.partition(" ")
        if not blank or (fold(first) not in words("not_english") and first != "The"):
            return start, text
        start, text = start + len(first) + 1, rest


def is_english(name: str) -> bool:
    """Whether a name of several words holds no French one; heads that are French too need two others."""
    parts = name.split()
    if len(parts) < (3 if fold(parts[-1]) in words("french_head") else 2):
        return False
    return not any(
        fold(part) in words("not_english")
        or (
            FRENCH_LETTERS.search(part) and part not in english_heads() and fold(part) not in words("english")
        )
        for part in parts
    )
