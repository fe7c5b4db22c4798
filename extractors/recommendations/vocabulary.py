"""The reviewed word lists of this component, and the small language in which their patterns are written.

A pattern is a line of words: ``il {be} ~ {recommended}``. Each word is one token of spaCy's ``Matcher``:

- ``a|b`` is either word, in lower case; an empty alternative (``de|``) makes the token optional;
- ``{name}`` is any word of the set ``name`` of recommendation_words.csv;
- ``~`` is up to five words that are neither verbs nor an edge of a clause (adverbs, ``selon nous``);
- ``*`` is up to three adverbs;
- ``?`` makes the word before it optional;
- ``@year``, ``@num``, ``@month`` and ``@quarter`` are a year, a number, a month and a rank;
- ``@infinitive`` is a word that ends as an infinitive does.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

from schemas.errors import UnknownTerm
from schemas.tables import Actor, Modality

TokenPattern = dict[str, Any]

SectionKind = Literal[
    "recommendation",
    "prescription",
    "reported",
    "own",
    "message",
    "excluded",
    "aims",
    "strategy_role",
    "strategic_objective",
    "legal",
]
ColumnKind = Literal["recommendation", "action", "responsible", "horizon"]
DocumentKind = Literal["strategy", "legal", "plan", "manual"]

PRIOR_PRECISION = 0.8
"""Part right of 16 findings read in six documents on which nothing had been corrected (13; 23 November 2026)."""

PRIOR_FOUND = 8
"""Findings that the prior weighs as much as."""

GAP: TokenPattern = {
    "POS": {"NOT_IN": ["VERB"]},
    "LOWER": {"NOT_IN": [".", ";", ":", "!", "?", "que", "qu'", "qu’"]},
    "OP": "{0,5}",
}
ADVERBS: TokenPattern = {"POS": "ADV", "OP": "{0,3}"}
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SPECIAL: Mapping[str, TokenPattern] = {
    "@year": {"TEXT": {"REGEX": r"^(19|20)\d\d([-/](19|20)?\d\d)?$"}},
    "@num": {
        "LOWER": {"REGEX": r"^(\d{1,3}|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|vingt)$"}
    },
    "@month": {"LOWER": {"IN": list(MONTHS)}},
    "@infinitive": {"LOWER": {"REGEX": r"(?:er|ir|re)$"}},
    "@quarter": {"LOWER": {"REGEX": r"^(1er|2e|3e|4e|2ème|3ème|4ème|premier|deuxième|troisième|quatrième)$"}},
}


@dataclass(frozen=True, slots=True)
class CuePattern:
    """A wording that prescribes: the rule it belongs to, its modality and its tokens."""

    rule: str
    modality: Modality
    tokens: tuple[TokenPattern, ...]


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a packaged vocabulary."""
    text = files("extractors").joinpath("vocabularies", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@lru_cache(maxsize=1)
def word_sets() -> Mapping[str, frozenset[str]]:
    """The named sets of words of recommendation_words.csv, in lower case."""
    sets: dict[str, set[str]] = defaultdict(set)
    for row in read_rows("recommendation_words.csv"):
        sets[row["set"]].add(row["word"])
    return {name: frozenset(words) for name, words in sets.items()}


def words(name: str) -> frozenset[str]:
    """One named set of words.

    Raises:
        UnknownTerm: when recommendation_words.csv has no such set.
    """
    found = word_sets().get(name)
    if found is None:
        raise UnknownTerm(f"recommendation_words.csv has no set {name!r}; it has {sorted(word_sets())}")
    return found


def compile_pattern(pattern: str) -> tuple[TokenPattern, ...]:
    """The ``Matcher`` tokens of a pattern written in the language of this module."""
    tokens: list[TokenPattern] = []
    for part in pattern.split():
        if part == "~":
            tokens.append(dict(GAP))
        elif part == "*":
            tokens.append(dict(ADVERBS))
        elif part == "?":
            tokens[-1]["OP"] = "?"
        elif part.startswith("@"):
            tokens.append(dict(SPECIAL[part]))
        else:
            tokens.append(word_token(part))
    return tuple(tokens)


def word_token(part: str) -> TokenPattern:
    """The token of one word of a pattern: ``{set}`` or ``a|b``."""
    choices: set[str] = set()
    for choice in part.split("|"):
        choices |= words(choice[1:-1]) if choice.startswith("{") else {choice}
    optional = "" in choices
    forms = {form for choice in choices if choice for form in (choice, choice.replace("'", "’"))}
    token: TokenPattern = {"LOWER": {"IN": sorted(forms)}}
    return token | {"OP": "?"} if optional else token


@lru_cache(maxsize=1)
def cue_patterns() -> tuple[CuePattern, ...]:
    """The wordings that prescribe, in the order of recommendation_cues.csv."""
    return tuple(
        CuePattern(row["rule"], checked_modality(row["modality"]), compile_pattern(row["pattern"]))
        for row in read_rows("recommendation_cues.csv")
    )


def checked_modality(code: str) -> Modality:
    """A modality of the tables.

    Raises:
        UnknownTerm: for any other word.
    """
    for modality in get_args(Modality):
        if modality == code:
            return modality  # type: ignore[no-any-return]
    raise UnknownTerm(f"recommendation_cues.csv: modality {code!r} is none of {get_args(Modality)}")


@lru_cache(maxsize=1)
def horizon_patterns() -> tuple[tuple[TokenPattern, ...], ...]:
    """The wordings of a horizon."""
    return tuple(compile_pattern(row["pattern"]) for row in read_rows("recommendation_horizons.csv"))


@lru_cache(maxsize=1)
def confidences() -> Mapping[str, float]:
    """The confidence of each rule: its precision on annotated pages, with a prior.

    The rules were corrected on those pages, so that precision alone says too much: each begins with the
    experience of PRIOR_FOUND findings of which PRIOR_PRECISION are right.
    """
    return {
        row["rule"]: round(
            (int(row["right"]) + PRIOR_FOUND * PRIOR_PRECISION) / (int(row["found"]) + PRIOR_FOUND), 3
        )
        for row in read_rows("recommendation_rules.csv")
    }


@lru_cache(maxsize=1)
def action_lemmas() -> tuple[frozenset[str], frozenset[str]]:
    """The verbs and the nouns with which an act begins (*renforcer*, *renforcement*)."""
    return (
        frozenset(row["lemma"] for row in read_rows("action_verbs.csv")),
        frozenset(row["lemma"] for row in read_rows("action_nouns.csv")),
    )


@lru_cache(maxsize=16)
def phrases(name: str, label: str, phrase: str) -> tuple[tuple[str, str], ...]:
    """Pairs (label, phrase) of a vocabulary of phrases."""
    return tuple((row[label], row[phrase]) for row in read_rows(name))


def checked_actor(code: str) -> Actor:
    """An actor code of the tables.

    Raises:
        UnknownTerm: for any other word.
    """
    for actor in get_args(Actor):
        if actor == code:
            return actor  # type: ignore[no-any-return]
    raise UnknownTerm(f"actors.csv: actor {code!r} is none of {get_args(Actor)}")
