"""Whether words speak of migration, of arrivals, of departures, or of something else (``corridor_words.csv``)."""

from __future__ import annotations

import re
from functools import lru_cache

from extractors.countries.vocabulary import read_vocabulary
from extractors.folding import fold


@lru_cache(maxsize=1)
def topics() -> dict[str, re.Pattern[str]]:
    """Topic → what finds one of its words in folded text; ``migr*`` is any word that begins so."""
    found = {}
    for row in read_vocabulary("corridor_words.csv"):
        words = [
            re.escape(fold(word)) + (r"\w*" if word.endswith("*") else "") for word in row["words"].split("|")
        ]
        found[row["kind"]] = re.compile(rf"\b(?:{'|'.join(words)})\b")
    return found


def speaks_of(topic: str, folded: str) -> bool:
    """Whether folded text holds a word of a topic."""
    return topics()[topic].search(folded) is not None
