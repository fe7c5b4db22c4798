"""The model reads only the passages that a rule could ask it about, and what is found stays the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extractors import model
from extractors.annotation import annotate
from extractors.context import StudyContext, contexts_of
from extractors.definitions import find_definitions
from extractors.pdf import read_pdf
from schemas.document import Block

STUDIES = sorted((Path(__file__).parents[1] / "examples" / "studies").glob("*.pdf"))

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def nlp() -> Language:
    return model.load()


def passages(nlp: Language, blocks: list[Block], study: StudyContext) -> list[Doc]:
    docs = [nlp.make_doc(block.text) for block in blocks]
    for doc, context in zip(docs, contexts_of(blocks, study), strict=True):
        doc._.context = context
    return docs


def chosen_and_whole(nlp: Language, blocks: list[Block], study: StudyContext) -> tuple[list[Doc], list[Doc]]:
    """The passages as a study is annotated, and as the whole pipeline annotates them."""
    chosen = passages(nlp, blocks, study)
    annotate(nlp, chosen)
    return chosen, list(nlp.pipe(passages(nlp, blocks, study)))


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_what_is_found_is_what_the_whole_pipeline_finds(nlp: Language, path: Path) -> None:
    document = read_pdf(path.read_bytes())
    blocks = [block for block in document.blocks if not block.is_furniture and block.text]
    study = StudyContext(title=document.title, definitions=find_definitions(blocks))
    chosen, whole = chosen_and_whole(nlp, blocks, study)
    for some, all_ in zip(chosen, whole, strict=True):
        assert some._.country_mentions == all_._.country_mentions, some.text
        assert some._.institution_mentions == all_._.institution_mentions, some.text
        assert some._.recommendations == all_._.recommendations, some.text
        assert some._.corridors == all_._.corridors, some.text
    unread = [doc for doc in chosen if not doc.has_annotation("DEP")]
    assert len(unread) > len(chosen) / 10


def sentences() -> list[Block]:
    """The sentences written for the rules of institutions, as passages of one study."""
    lines = (Path(__file__).with_name("institutions_sentences.tsv")).read_text(encoding="utf-8").splitlines()
    texts = [re.sub(r"\[\[(.*?)::\w+\]\]", r"\1", line.split("\t")[1]) for line in lines if "\t" in line]
    return [Block("paragraph", text, (), page=1, language="fr") for text in texts]


def test_written_sentences_lose_no_institution(nlp: Language) -> None:
    blocks, study = sentences(), StudyContext()
    chosen, whole = chosen_and_whole(nlp, blocks, study)
    for some, all_ in zip(chosen, whole, strict=True):
        assert some._.institution_mentions == all_._.institution_mentions, some.text
    assert any(not doc.has_annotation("POS") and doc._.institution_mentions for doc in chosen)
