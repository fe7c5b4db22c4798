"""Recommendations on sentences written for this test: one row of the table, one expectation.

tests/data/recommendation_sentences.csv holds a sentence, the place where it stands, and what should come of it;
its wordings R1 to R18 are those of the domain notes, each with its traps. An empty expectation is not checked.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extractors import model
from extractors.context import PassageContext, StudyContext

TABLE = Path(__file__).parent / "data" / "recommendation_sentences.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def nlp() -> Language:
    return model.load()


def analyse(nlp: Language, row: dict[str, str]) -> Doc:
    doc = nlp.make_doc(row["text"])
    doc._.context = PassageContext(
        kind=row["kind"],  # type: ignore[arg-type]
        section=tuple(row["section"].split(" > ")) if row["section"] else (),
        lead_in=row["lead_in"],
        study=StudyContext(title=row["title"]),
    )
    return nlp(doc)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['wording']}: {row['text'][:60]}")
def test_sentence(nlp: Language, row: dict[str, str]) -> None:
    found = analyse(nlp, row)._.recommendations
    assert len(found) == int(row["found"])
    for finding in found:
        assert finding.text == row["text"][finding.start : finding.end]
        if row["modality"]:
            assert finding.modality == row["modality"]
        if row["reported"]:
            assert finding.reported
        if row["actors"]:
            assert {a.actor for a in finding.addressees} == set(row["actors"].split("; "))
        if row["horizon"]:
            assert finding.horizon == row["horizon"]


def test_the_table_is_large_and_holds_traps() -> None:
    refused = [row for row in ROWS if row["found"] == "0"]
    assert len(ROWS) >= 250
    assert len(refused) >= 100
    assert {f"R{n}" for n in range(1, 19)} - {row["wording"] for row in ROWS} <= {"R13"}
