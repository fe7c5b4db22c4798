"""Institutions in passages written by hand: precision, recall and F1, by set.

    python benchmarks/institutions.py [--faults]

``tests/institutions_passages.tsv``: set, country of the study, passage, with each institution as
``[[surface::type]]``. The passages of ``held_out`` were written after the rules and nobody tunes on them: ``--faults``
prints those of ``open`` only. Measures are those of the annotation guidelines: exact and partial mentions, types.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from spacy.language import Language

import extractors
from extractors.context import PassageContext, StudyContext
from extractors.definitions import find_definitions
from extractors.evaluation.comparison import key, pair, shared_part
from extractors.institutions.acting import find_acting
from schemas.document import Block

PASSAGES = Path(__file__).resolve().parent.parent / "tests" / "institutions_passages.tsv"
MARK = re.compile(r"\[\[(.+?)::(\w+)\]\]")
HALF = 0.5

Name = tuple[str, str]
"""Surface and type."""


@dataclass(slots=True)
class Score:
    """Mentions wanted and found, and those right by each measure."""

    wanted: int = 0
    found: int = 0
    exact: int = 0
    partial: int = 0
    typed: int = 0
    faults: list[str] = field(default_factory=list)

    def f1(self, right: int) -> float:
        """F1 of so many right ones, from 0 to 1."""
        return 2 * right / max(1, self.wanted + self.found)


def read_passages() -> Iterator[tuple[str, str, str]]:
    """Set, country and marked passage of each line."""
    for line in PASSAGES.read_text(encoding="utf-8").splitlines():
        part, country, marked = line.split("\t")
        yield part, country, marked


def names_in(nlp: Language, text: str, country: str) -> list[Name]:
    """Surface and type of each institution found in a passage that is a whole study."""
    blocks = [Block("paragraph", text, (), 1)]
    definitions = find_definitions(blocks)
    study = StudyContext(country=country, definitions=definitions, acting=find_acting(blocks, definitions))
    doc = nlp.make_doc(text)
    doc._.context = PassageContext(study=study)
    return [(found.surface, found.type) for found in nlp(doc)._.institution_mentions]


def same(wanted: Name, found: Name) -> float:
    """1 when two surfaces are the same words."""
    return float(key(wanted[0]) == key(found[0]))


def alike(wanted: Name, found: Name) -> float:
    """The part of the words of two surfaces that they share."""
    return shared_part(wanted[0], found[0])


def add(score: Score, wanted: list[Name], found: list[Name]) -> None:
    """Count one passage."""
    partial = pair(wanted, found, alike, HALF)
    score.wanted += len(wanted)
    score.found += len(found)
    score.exact += len(pair(wanted, found, same, 1.0))
    score.partial += len(partial)
    score.typed += sum(wanted[i][1] == found[j][1] for i, j in partial.items())
    score.faults += [f"missed: {name} ({kind})" for i, (name, kind) in enumerate(wanted) if i not in partial]
    matched = set(partial.values())
    score.faults += [f"extra: {name} ({kind})" for j, (name, kind) in enumerate(found) if j not in matched]
    score.faults += [f"differs: {wanted[i]} {found[j]}" for i, j in partial.items() if wanted[i] != found[j]]


def measure(nlp: Language, names: Callable[[Language, str, str], list[Name]] = names_in) -> dict[str, Score]:
    """The score of each set."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    for part, country, marked in read_passages():
        wanted = [(match.group(1), match.group(2)) for match in MARK.finditer(marked)]
        add(scores[part], wanted, names(nlp, MARK.sub(r"\1", marked), country))
    return dict(scores)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--faults", action="store_true", help="print the faults of the open passages")
    options = parser.parse_args()
    for part, score in measure(extractors.load()).items():
        print(
            f"{part:10}{score.wanted:5} mentions  exact F1 {score.f1(score.exact):.3f}  partial P "
            f"{score.partial / max(1, score.found):.3f} R {score.partial / max(1, score.wanted):.3f} F1 "
            f"{score.f1(score.partial):.3f}  types {score.typed / max(1, score.partial):.3f}"
        )
        if options.faults and part == "open":
            print("\n".join(score.faults))


if __name__ == "__main__":
    main()
