"""The pipeline on the passages of a study, the model only where a rule could use it.

The statistical model takes half of the time of the analysis, and most passages (figures, captions, plain
statements) hold nothing that a rule would ask it about. The components say which passages may hold something
for them, by their words and place alone; only these are read by the parts of the model that the component
uses. What is found is what the whole pipeline finds on every passage (tests/test_annotation.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

UNUSED_BY_NAMES = ("parser", "lemmatizer", "recommendations")
"""What only the rules of recommendations ask for."""

MODEL = ("tok2vec", "morphologizer", "attribute_ruler", *UNUSED_BY_NAMES)

CHOOSING = ("countries", "institutions", "recommendations")
"""The components that tell by the words of a passage what it needs; the first asks no part of the model."""

BATCH_SIZE = 128


def annotate(nlp: Language, passages: Sequence[Doc]) -> None:
    """Run the pipeline on the tokenised passages of one study, in place; their contexts are set.

    A pipeline without the components that choose has no use for a choice: all of it runs on all.
    """
    if not set(CHOOSING) <= set(nlp.pipe_names):
        for _ in nlp.pipe(passages, batch_size=BATCH_SIZE):
            pass
        return
    find_countries, institutions, recommendations = (nlp.get_pipe(name) for name in CHOOSING)
    recommendations.reader.prepare([doc._.context for doc in passages])
    alike: dict[tuple[str, ...], list[Doc]] = {}
    for doc in passages:
        find_countries(doc)  # institutions are known by them
        if recommendations.may_find(doc):
            unused: tuple[str, ...] = ()
        elif not institutions.may_find(doc):
            unused = (*MODEL, "institutions")
        else:
            unused = UNUSED_BY_NAMES if institutions.asks_model(doc) else MODEL
        alike.setdefault(unused, []).append(doc)
    for unused, docs in alike.items():
        for _ in nlp.pipe(docs, batch_size=BATCH_SIZE, disable=["countries", *unused]):
            pass
