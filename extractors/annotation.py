"""The pipeline on the passages of a study, the model only where a rule could use it.

The statistical model takes half of the time of the analysis, and most passages (figures, captions, plain
statements) hold nothing that a rule would ask it about. The components say which passages may hold something
for them, by their words and place alone; only these are read by the parts of the model that the component
uses. What is found is what the whole pipeline finds on every passage (tests/test_annotation.py).

Passages are gone through in batches, each of which a watch is told of before it begins; where a batch is to be left
out, its passages are gone through one by one, without the one that is (``extractors.watch``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from extractors.watch import ANALYSIS, PASSAGE, PASSAGES, UNWATCHED, Watch

UNUSED_BY_NAMES = ("parser", "lemmatizer", "recommendations")
"""What only the rules of recommendations ask for."""

MODEL = ("tok2vec", "morphologizer", "attribute_ruler", *UNUSED_BY_NAMES)

CHOOSING = ("countries", "institutions", "recommendations")
"""The components that tell by the words of a passage what it needs; the first asks no part of the model."""

BATCH_SIZE = 128


@dataclass(frozen=True, slots=True)
class Numbered:
    """A passage and the number of its block in its document, from 1."""

    number: int
    doc: Doc


def annotate(
    nlp: Language, passages: Sequence[Doc], watch: Watch = UNWATCHED, numbers: Sequence[int] | None = None
) -> list[int]:
    """Run the pipeline on the tokenised passages of one study, in place; their contexts are set.

    A pipeline without the components that choose has no use for a choice: all of it runs on all. Returns the numbers
    of the passages that the watch had left out, on which nothing is found.
    """
    numbered = [Numbered(*one) for one in zip(numbers or range(1, len(passages) + 1), passages, strict=True)]
    left_out: set[int] = set()
    for unused, those in chosen(nlp, numbered, watch, left_out).items():
        for batch in batches(those, watch, left_out):
            for _ in nlp.pipe([one.doc for one in batch], batch_size=BATCH_SIZE, disable=unused):
                pass
    watch.analyse(ANALYSIS, 0)
    for one in numbered:
        if one.number in left_out:
            one.doc._.country_mentions = ()
    return sorted(left_out)


def chosen(
    nlp: Language, passages: Sequence[Numbered], watch: Watch, left_out: set[int]
) -> dict[tuple[str, ...], list[Numbered]]:
    """The passages by the components that have nothing to do on them."""
    if not set(CHOOSING) <= set(nlp.pipe_names):
        return {(): list(passages)}
    find_countries, institutions, recommendations = (nlp.get_pipe(name) for name in CHOOSING)
    recommendations.reader.prepare([one.doc._.context for one in passages])
    alike: dict[tuple[str, ...], list[Numbered]] = {}
    for batch in batches(passages, watch, left_out):
        for one in batch:
            find_countries(one.doc)  # institutions are known by them
            if recommendations.may_find(one.doc):
                unused: tuple[str, ...] = ()
            elif not institutions.may_find(one.doc):
                unused = (*MODEL, "institutions")
            else:
                unused = UNUSED_BY_NAMES if institutions.asks_model(one.doc) else MODEL
            alike.setdefault(("countries", *unused), []).append(one)
    return alike


def batches(passages: Sequence[Numbered], watch: Watch, left_out: set[int]) -> Iterator[list[Numbered]]:
    """Passages to be worked on together, as the watch allows; the numbers of those that it does not are added."""
    for start in range(0, len(passages), BATCH_SIZE):
        batch = list(passages[start : start + BATCH_SIZE])
        if watch.analyse(PASSAGES, batch[0].number) is None:
            yield batch
            continue
        for one in batch:
            if watch.analyse(PASSAGE, one.number) is None:
                yield [one]
            else:
                left_out.add(one.number)
