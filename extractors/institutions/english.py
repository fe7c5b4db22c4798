"""English names in French texts: ``Brookings Institution``, ``Association for the Development of …``.

An English name is a run of capitalised words that ends or begins with an English head noun. Words that are
also French heads (``Commission``, ``Union``) count only beside an English word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from spacy.tokens import Doc

from extractors.institutions.candidates import Candidate
from extractors.institutions.tokens import Letters
from extractors.institutions.vocabulary import checked_type, read_rows
from schemas.tables import InstitutionType

CAPITAL_WORD = r"[A-Z][\w'’&.-]*[a-z]"
FRENCH = frozenset(
    "la le les l une un des du de en et pour sur dans par ce cette ces au aux à the cet son sa notre leur selon "
    "avec leurs toute chaque il elle nos vos si mais ou où".split()
)
FRENCH_HEADS = frozenset({"Centre", "Union", "Forum", "Alliance"})
"""Heads that are French too: they need two English words before them."""

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
    return re.compile(
        rf"\b(?:{CAPITAL_WORD} (?:and |of |for |[Ii]nternational |humanitarian )?){{1,6}}(?P<head>{heads})(?![\w-]){tail}"
    )


@lru_cache(maxsize=1)
def left_headed() -> re.Pattern[str]:
    """``Ministry of Labour``, ``University of Dar es Salaam``."""
    heads = "|".join(head for head, (_, place) in english_heads().items() if place != "right")
    return re.compile(
        rf"\b(?P<head>{heads}) (?:of|for|on) (?:the )?{CAPITAL_WORD}(?:,? (?:and |of |in |for |the )*{CAPITAL_WORD})*"
    )


def english_names(doc: Doc, letters: Letters) -> Iterator[Candidate]:
    """Every English name."""
    if letters.shouting or not any(head in doc.text for head in english_heads()):
        return
    for pattern in (right_headed(), left_headed()):
        for match in pattern.finditer(doc.text):
            words = [word for word in re.split(r"[ '’]", match.group()) if word]
            start = match.start()
            while words and words[0].casefold() in FRENCH:
                start += len(words[0]) + 1
                words = words[1:]
            if len(words) > (2 if words[-1] in FRENCH_HEADS else 1) and is_english(words):
                kind = english_heads()[
                    match.group("head").rstrip("s")
                    if match.group("head") not in english_heads()
                    else match.group("head")
                ][0]
                yield Candidate(start, match.end(), "pattern:english", type=kind)


def is_english(words: list[str]) -> bool:
    """Whether no word is French, by its letters and small words."""
    return not any(
        word.casefold() in FRENCH - {"the"}
        or FRENCH_LETTERS.search(word)
        and word not in english_heads()
        and word.casefold() not in ENGLISH_ENDINGS
        for word in words
    )


ENGLISH_ENDINGS = frozenset(
    "education international nations population migration environment development government management employment "
    "action nutrition conservation convention information communication cooperation integration civilization "
    "administration association investment assessment protection innovation".split()
)
"""English words that end as French ones do."""
