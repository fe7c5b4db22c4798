"""The language of a text, among those that studies of this field are written in."""

from __future__ import annotations

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("fr", "en", "es", "pt")
SHORTEST = 60
"""Shorter texts (names, figures) do not show their language; they inherit it."""

LONGEST = 1_200
"""So many characters show a language as well as a page of them, which costs three times as much."""


@lru_cache(maxsize=1)
def identifier() -> LanguageIdentifier:
    """The language identifier, loaded once per process."""
    loaded = LanguageIdentifier.from_model_file(MODEL_FILE)
    loaded.set_languages(list(LANGUAGES))
    return loaded


def find_language(text: str) -> str | None:
    """The ISO 639-1 code of a text's language, or None for a text too short to show it."""
    text = text[:LONGEST]
    if sum(map(str.isalpha, text)) < SHORTEST:
        return None
    language, _ = identifier().classify(text)
    return str(language)
