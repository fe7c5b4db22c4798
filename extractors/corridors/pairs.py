"""Expressions that name both ends of a corridor, as data: ``corridor_pairs.csv``.

``{origin_person} <à> {destination_name}`` finds ``les Togolais au Gabon``; ``entre <le> {pair}`` two countries
without a direction. They are matched by spaCy's ``Matcher`` on the words of a sentence in which each list of
countries is one token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import Any, cast

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.corridors.groups import Group, Sentence
from extractors.countries.cues import class_words
from extractors.countries.phrases import ANY, ARTICLES, CLASS, PIECE
from extractors.countries.vocabulary import read_vocabulary
from extractors.folding import fold
from schemas.tables import Direction

TOKENS = {
    "person": ("§person",),
    "demonym": ("§demonym", "§person"),
    "name": ("§name", "§pair"),
    "pair": ("§pair",),
}
"""Kind of place in an expression → the tokens that may stand there."""


PLACES = frozenset(token for some in TOKENS.values() for token in some)
PLACE = re.compile(r"\{([a-z]+)")
"""A place in an expression, and what it is: ``{origin_person}`` is ``origin``."""

Token = dict[str, Any]
"""A token of a ``Matcher`` pattern."""


@dataclass(frozen=True, slots=True)
class PairRule:
    """A row of ``corridor_pairs.csv``; ``context`` tells that it counts only where migration is spoken of."""

    expression: str
    direction: Direction
    context: bool


@dataclass(frozen=True, slots=True)
class PairMatch:
    """Two groups that an expression joins: origins and destinations, or the two ends in printed order."""

    one: Group
    other: Group
    rule: PairRule


class PairMatcher:
    """Finds the expressions in sentences."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self.matcher = Matcher(vocab)
        self.rules: dict[str, tuple[PairRule, tuple[str, ...]]] = {}
        for row in read_vocabulary("corridor_pairs.csv"):
            rule = PairRule(row["expression"], cast(Direction, row["direction"]), row["context"] == "yes")
            self.rules[rule.expression] = rule, tuple(PLACE.findall(rule.expression))
            self.matcher.add(rule.expression, patterns(rule.expression))

    def find(self, sentence: Sentence) -> Iterator[PairMatch]:
        """The pairs of a sentence: in printed order, of those that begin together the longest first."""
        words, at = with_places(sentence)
        doc = Doc(self.vocab, words=words)
        for key, first, last in sorted(self.matcher(doc), key=lambda m: (m[1], -m[2], m[0])):
            rule, places = self.rules[self.vocab.strings[key]]
            groups = dict(zip(places, (at[i] for i in range(first, last) if i in at), strict=True))
            if "pair" in groups:
                yield PairMatch(groups["pair"], groups["pair"], rule)
            elif rule.direction == "known":
                yield PairMatch(groups["origin"], groups["destination"], rule)
            else:
                yield PairMatch(groups["one"], groups["other"], rule)


def patterns(expression: str) -> list[list[Token]]:
    """The patterns of an expression: one for each choice among its options of several words."""
    return [list(chain.from_iterable(parts)) for parts in product(*map(choices, PIECE.findall(expression)))]


def choices(piece: str) -> list[list[Token]]:
    """What may stand for a piece; all its options of one word are one token."""
    options = piece.strip("()").split("|")
    single = [o for o in options if o and " " not in o and o not in ARTICLES and not o.startswith("{")]
    found = [list(chain.from_iterable(map(tokens, o.split(" ")))) for o in options if o and o not in single]
    words = sorted({word for option in single for word in words_of(option)})
    if words:
        found.append([{"ORTH": {"IN": words}}])
    return [*found, []] if "" in options else found


def words_of(option: str) -> set[str]:
    """The folded words that a word or a class stands for."""
    return set(class_words()[option]) if CLASS.fullmatch(option) else set(fold(option).split())


def tokens(part: str) -> list[Token]:
    """The tokens of a part of an option: a place, an article in any form, any word, a class or words."""
    if part.startswith("{"):
        return [{"ORTH": {"IN": list(TOKENS[part.strip("{}").rpartition("_")[2]])}}]
    if part in ARTICLES:
        forms = [fold(form).split() for form in ARTICLES[part].split("|")]
        first = {"IN": sorted({form[0] for form in forms if form})}
        second = {"IN": sorted({form[1] for form in forms if len(form) > 1})}
        found: list[Token] = [{"ORTH": first, "OP": "?"} if [] in forms else {"ORTH": first}]
        return [*found, {"ORTH": second, "OP": "?"}] if second["IN"] else found
    if part == ANY:
        return [{"ORTH": {"NOT_IN": sorted(PLACES)}}]
    if CLASS.fullmatch(part):
        return [{"ORTH": {"IN": sorted(class_words()[part])}}]
    return [{"ORTH": word} for word in fold(part).split()]


def with_places(sentence: Sentence) -> tuple[Sequence[str], dict[int, Group]]:
    """The words of a sentence with one token for each group, and the group at each such token."""
    words: list[str] = []
    at: dict[int, Group] = {}
    index = sentence.span.start
    for group in sentence.groups:
        words += sentence.words[index : group.first]
        at[len(words)] = group
        words.append(token_of(group))
        index = max(index, group.last)
    return [*words, *sentence.words[index : sentence.span.stop]], at


def token_of(group: Group) -> str:
    """What stands for a group among the words."""
    if group.is_name:
        return "§pair" if len(group.countries) == 2 else "§name"
    return "§person" if group.is_person else "§demonym"
