"""The small language in which the vocabularies write expressions, and the tries that find them.

An expression is a line of words with alternatives and one place for a country::

    (fleuve|bassin du|) Niger         alternatives; an empty one makes it optional
    (franc|livre) {demonym}           a country's word in its surroundings
    en provenance <de> {name}         <de>, <à>, <le>: in any form; <le> also none
    langue * {language}               ``*`` stands for any one word
    <person> {demonym}                any word of a class (``movement_words.csv``), given to the trie

Everything is folded (``extractors.folding``), so case, accents, hyphens and apostrophes do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from extractors.folding import fold

PIECE = re.compile(r"\([^()]*\)|\{\w+\}|\*|[^\s(){}*]+")
CLASS = re.compile(r"<\w+>")
ANY = "*"
ARTICLES = {
    "<de>": "de|du|des|d'|de la|de l'",
    "<à>": "à|au|aux|en|à la|à l'|dans|dans le|dans la|dans l'|dans les",
    "<le>": "le|la|l'|les|",
}

Classes = Mapping[str, Sequence[str]]
"""Folded word → the classes to which it belongs."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An expression around a country's word: the folded words before and after the place ``slot``."""

    before: tuple[str, ...]
    slot: str
    after: tuple[str, ...]


def alternatives(expression: str) -> Iterator[tuple[str, ...]]:
    """Every sequence of folded words that an expression stands for; a place stays as ``{place}``."""
    choices = [_choices(piece) for piece in PIECE.findall(expression)]
    for choice in product(*choices):
        yield tuple(word for words in choice for word in words)


def surroundings(expression: str) -> Iterator[Surroundings]:
    """Every alternative of an expression that has a place, split at it.

    Raises:
        ValueError: when an alternative has no place, or two.
    """
    for words in alternatives(expression):
        places = [i for i, word in enumerate(words) if word.startswith("{")]
        if len(places) != 1:
            raise ValueError(f"{expression!r} has {len(places)} places for a country, expected 1")
        place = places[0]
        yield Surroundings(words[:place], words[place].strip("{}"), words[place + 1 :])


@lru_cache(maxsize=10_000)
def _choices(piece: str) -> tuple[tuple[str, ...], ...]:
    if piece.startswith("{") or piece == ANY:
        return ((piece,),)
    options = dict.fromkeys(words for option in piece.strip("()").split("|") for words in _forms(option))
    return tuple(options)


def _forms(option: str) -> Iterator[tuple[str, ...]]:
    """The folded words of an option in every form of its articles; ``*`` and a class stay as they are."""
    for parts in product(*(ARTICLES.get(part, part).split("|") for part in option.split(" "))):
        words = (word for part in parts for word in part.split(" "))
        yield tuple(
            known
            for word in words
            for known in ([word] if word == ANY or CLASS.fullmatch(word) else fold(word).split())
        )


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    after: _Node | None = None
    label: str | None = None

    def grow(self, words: Iterable[str]) -> _Node:
        node = self
        for word in words:
            node = node.children.setdefault(word, _Node())
        return node

    def walk(self, words: Sequence[str], classes: Classes) -> Iterator[tuple[int, _Node]]:
        """The nodes that the words lead to, with how many words they took."""
        level = [self]
        yield 0, self
        for depth, word in enumerate(words, 1):
            keys = (word, ANY, *classes.get(word, ()))
            level = [child for node in level for key in keys if (child := node.children.get(key))]
            if not level:
                return
            for node in level:
                yield depth, node


class SurroundingsTrie:
    """Finds which surroundings hold around a word; the cost does not grow with their number.

    ``classes`` gives the classes (``<person>``) of each folded word that has any.
    """

    def __init__(self, classes: Classes | None = None) -> None:
        self._roots: dict[str, _Node] = {}
        self._classes = classes or {}
        self.reach = 0

    def add(self, expression: str, label: str) -> None:
        """Add every alternative of an expression under a label."""
        for found in surroundings(expression):
            node = self._roots.setdefault(found.slot, _Node()).grow(reversed(found.before))
            node.after = node.after or _Node()
            node.after.grow(found.after).label = label
            self.reach = max(self.reach, len(found.before), len(found.after))

    def find(self, slots: Iterable[str], before: Sequence[str], after: Sequence[str]) -> str | None:
        """The label of the longest surroundings that hold, or None.

        ``before`` is read from the country outwards: its first word is the one next to the country.
        """
        best: tuple[int, str] | None = None
        for slot in slots:
            root = self._roots.get(slot)
            for depth, node in root.walk(before, self._classes) if root else ():
                for more, last in node.after.walk(after, self._classes) if node.after else ():
                    if last.label is not None and (best is None or depth + more > best[0]):
                        best = depth + more, last.label
        return best[1] if best else None
