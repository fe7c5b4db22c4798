"""Expressions that name both ends of a corridor, as data: ``corridor_pairs.csv``.

``{origin_person} <à> {destination_name}`` finds ``les Togolais au Gabon``; ``entre <le> {pair}`` two countries
without a direction. They are matched by spaCy's ``Matcher`` on the words of a sentence in which each list of
countries is one token.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.corridors.groups import Group, Sentence
from extractors.countries.cues import class_words
from extractors.countries.phrases import CLASS, alternatives
from extractors.countries.vocabulary import read_vocabulary
from schemas.tables import Direction

TOKENS = {
    "person": ("§person",),
    "demonym": ("§demonym", "§person"),
    "name": ("§name", "§pair"),
    "pair": ("§pair",),
}
"""Kind of place in an expression → the tokens that may stand there."""


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
            for number, words in enumerate(alternatives(row["expression"])):
                key = f"{rule.expression}#{number}"
                self.rules[key] = rule, words
                self.matcher.add(key, [[_token(word) for word in words]])

    def find(self, sentence: Sentence) -> Iterator[PairMatch]:
        """The pairs of a sentence, in printed order."""
        words, at = with_places(sentence)
        doc = Doc(self.vocab, words=words)
        for key, first, _ in sorted(self.matcher(doc), key=lambda m: (m[1], -m[2], m[0])):
            rule, pattern = self.rules[self.vocab.strings[key]]
            groups = {
                word.strip("{}").partition("_")[0]: at[first + i]
                for i, word in enumerate(pattern)
                if word[0] == "{"
            }
            if "pair" in groups:
                yield PairMatch(groups["pair"], groups["pair"], rule)
            elif rule.direction == "known":
                yield PairMatch(groups["origin"], groups["destination"], rule)
            else:
                yield PairMatch(groups["one"], groups["other"], rule)


def _token(word: str) -> dict[str, Any]:
    """The pattern of a word, a class or a place."""
    if word[0] == "{":
        return {"ORTH": {"IN": list(TOKENS[word.strip("{}").rpartition("_")[2]])}}
    if CLASS.fullmatch(word):
        return {"ORTH": {"IN": sorted(class_words()[word])}}
    return {"ORTH": word}


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
