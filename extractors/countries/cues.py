"""The words around a country that tell its role, as data: ``country_roles.csv``, ``movement_words.csv``.

``en provenance <de> {name}`` makes an origin. A cue of an origin or a destination has a force, which corridors
need: ``strong`` says by itself that people move (``émigrer au Gabon``), so that the other end may go without
saying; ``plain`` says so of people who are named (``installés au Gabon``); ``weak`` may also be said of goods
(``vers le Gabon``) and counts only where the sentence speaks of people who move; ``named`` tells who is meant
(``pêcheurs sénégalais``), who are an origin only of a destination named beside them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from extractors.countries.movement import speaks_of
from extractors.countries.phrases import SurroundingsTrie
from extractors.countries.vocabulary import read_vocabulary
from extractors.folding import FoldedText, fold
from schemas.tables import MentionKind, Role

Force = Literal["strong", "plain", "weak", "named", ""]

REACH = 8
"""Words around a country that a cue may take."""

START = "<start>"
"""What stands in expressions for the start of a sentence."""

SENTENCE_END = re.compile(r"[;!?]|\.(?=[\s»”\")]*\s)|:\s*$")
"""What may end a sentence between two words; a point after a short abbreviation does not."""

ABBREVIATIONS = frozenset(
    {"m", "mm", "mme", "mlle", "cf", "art", "vol", "dr", "st", "n", "p", "pp", "ed", "al"}
)


@dataclass(frozen=True, slots=True)
class Cue:
    """The role that the words around a country give it, and how firmly they speak of people who move."""

    role: Role
    force: Force


@dataclass(frozen=True, slots=True)
class RoleCue:
    """A row of ``country_roles.csv``; ``in_header`` marks an expression of table headers and lead-ins."""

    cue: Cue
    expression: str
    in_header: bool


@lru_cache(maxsize=1)
def role_cues() -> list[RoleCue]:
    """The cues, in the order of the vocabulary."""
    return [
        RoleCue(
            Cue(cast(Role, row["role"]), cast(Force, row["corridor"])),
            row["expression"],
            row["source"] == "header",
        )
        for row in read_vocabulary("country_roles.csv")
    ]


@lru_cache(maxsize=1)
def word_classes() -> dict[str, tuple[str, ...]]:
    """Folded word → the classes (``<person>``) that hold it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, words in class_words().items():
        for word in words:
            found[word].append(name)
    return {word: tuple(names) for word, names in found.items()}


@lru_cache(maxsize=1)
def class_words() -> Mapping[str, frozenset[str]]:
    """Class (``<person>``) → its folded words."""
    return {
        f"<{row['class']}>": frozenset(fold(row["words"]).split())
        for row in read_vocabulary("movement_words.csv")
    }


@dataclass(frozen=True, slots=True)
class Place:
    """A country's words in a twin: ``[first, last)``; ``is_person`` tells ``les Maliens`` from ``malien``."""

    first: int
    last: int
    kind: MentionKind
    is_person: bool


class CueFinder:
    """Finds the cue around a place."""

    def __init__(self) -> None:
        self.trie = SurroundingsTrie(word_classes())
        self.cues: dict[str, Cue] = {}
        for entry in role_cues():
            if not entry.in_header:
                label = f"{entry.cue.role} {entry.cue.force}"
                self.cues[label] = entry.cue
                self.trie.add(entry.expression, label)

    def find(self, words: Sequence[str], place: Place, sentence: range) -> Cue | None:
        """The cue around a place; only words of its sentence count."""
        slots = ["person"] if place.is_person else []
        slots += ["country", "demonym" if place.kind == "demonym" else "name"]
        before = [*words[max(sentence.start, place.first - REACH) : place.first][::-1], START]
        label = self.trie.find(slots, before, words[place.last : min(sentence.stop, place.last + REACH)])
        return None if label is None else self.cues[label]


def people_move(words: Sequence[str], above: str = "", *, named: bool = False) -> bool:
    """Whether words speak of people who move: of migration, or of people and not of goods or diplomacy.

    ``named`` tells that they name a people (``les Maliens``), ``above`` is what announces them.
    """
    said = " ".join(words)
    if speaks_of("migration", said) or speaks_of("migration", above):
        return True
    people = class_words()["<person>"] | class_words()["<migrant>"] | class_words()["<emigrant>"]
    return (named or not people.isdisjoint(words)) and not speaks_of("other", said)


def sentences(twin: FoldedText) -> list[range]:
    """The words of each sentence; a semicolon ends one too, but nothing within brackets does."""
    found, first, depth = [], 0, 0
    balanced = twin.text.count("(") == twin.text.count(")")
    for index in range(1, len(twin.starts)):
        between = twin.text[twin.ends[index - 1] : twin.starts[index]]
        if between == " ":
            continue
        depth = max(depth + between.count("(") - between.count(")"), 0)
        ends = (depth == 0 or not balanced) and SENTENCE_END.search(between) is not None
        if ends and not is_abbreviation(twin, index - 1, between):
            found.append(range(first, index))
            first = index
    return [*found, range(first, len(twin.starts))]


def is_abbreviation(twin: FoldedText, index: int, after: str) -> bool:
    """Whether the point after a word is its own: ``M. Diallo``, ``A. Coulibaly``."""
    return after.lstrip().startswith(".") and (
        twin.doc[index].text in ABBREVIATIONS or twin.ends[index] - twin.starts[index] == 1
    )


def is_person(twin: FoldedText, first: int, last: int, sentence: range) -> bool:
    """Whether a demonym stands for people (``les Maliens``) and not for a quality (``le café malien``).

    So it does after an article of the plural or a number, and, with a capital, after any article or at the
    start of a sentence.
    """
    classes = class_words()
    plural = twin.text[twin.ends[last - 1] - 1].lower() in "sxèé"
    capital = twin.text[twin.starts[first]].isupper()
    if first == sentence.start:
        return capital and plural
    before = twin.doc[first - 1].text
    if before in classes["<many>"] or before.isdigit():
        return plural or capital
    return capital and before in classes["<article>"]
