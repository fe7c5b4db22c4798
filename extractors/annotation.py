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

BATCH_SIZE = 128


def annotate(nlp: Language, passages: Sequence[Doc]) -> None:
    """Run the pipeline on the tokenised passages of one study, in place; their contexts are set.

    A pipeline without both components of ours that ask the model has no use for a choice: all of it runs on all.
    """
    if not {"institutions", "recommendations"} <= set(nlp.pipe_names):
        for _ in nlp.pipe(passages, batch_size=BATCH_SIZE):
            pass
        return
    institutions, recommendations = nlp.get_pipe("institutions"), nlp.get_pipe("recommendations")
    recommendations.reader.prepare([doc._.context for doc in passages])
    advising: list[Doc] = []
    naming: list[Doc] = []
    plain: list[Doc] = []
    for doc in passages:
        group = advising if recommendations.may_find(doc) else naming if institutions.may_find(doc) else plain
        group.append(doc)
    for docs, unused in ((advising, ()), (naming, UNUSED_BY_NAMES), (plain, (*MODEL, "institutions"))):
        for _ in nlp.pipe(docs, batch_size=BATCH_SIZE, disable=unused):
            pass
