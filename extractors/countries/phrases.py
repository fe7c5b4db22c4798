"""The small language in which the vocabularies write expressions, and the tries that find them.

An expression is a line of words with alternatives and one place for a country::

    (fleuve|bassin du|) Niger         alternatives; an empty one makes it optional
    (franc|livre) {demonym}           a country's word in its surroundings
    en provenance <de> {name}         <de>, <à>, <le>: in any form; <le> also none
    langue * {language}               ``*`` stands for any one word

Everything is folded (``extractors.folding``), so case, accents, hyphens and apostrophes do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from extractors.folding import fold

PIECE = re.compile(r"\([^()]*\)|\{\w+\}|\*|[^\s(){}*]+")
ANY = "*"
ARTICLES = {
    "<de>": "de|du|des|d'|de la|de l'",
    "<à>": "à|au|aux|en|à la|à l'|dans|dans le|dans la|dans l'|dans les",
    "<le>": "le|la|l'|les|",
}


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
    options = [ARTICLES.get(option, option) for option in piece.strip("()").split("|")]
    return tuple(dict.fromkeys(tuple(fold(option).split()) for option in "|".join(options).split("|")))


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

    def walk(self, words: Sequence[str]) -> Iterator[tuple[int, _Node]]:
        """The nodes that the words lead to, with how many words they took."""
        level = [self]
        yield 0, self
        for depth, word in enumerate(words, 1):
            level = [child for node in level for key in (word, ANY) if (child := node.children.get(key))]
            if not level:
                return
            for node in level:
                yield depth, node


class SurroundingsTrie:
    """Finds which surroundings hold around a word; the cost does not grow with their number."""

    def __init__(self) -> None:
        self._roots: dict[str, _Node] = {}
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
            for depth, node in root.walk(before) if root else ():
                for more, last in node.after.walk(after) if node.after else ():
                    if last.label is not None and (best is None or depth + more > best[0]):
                        best = depth + more, last.label
        return best[1] if best else None
