"""Out to annotation tools with our identifiers, and back from Label Studio as decisions."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import spacy
from spacy.tokens import DocBin

from extractors.corrections import NONE, Corrections
from extractors.corrections.checks import faults_of
from extractors.corrections.corpus import Tables, corrected_rows
from extractors.exchange import (
    LABELS,
    Annotated,
    annotated,
    from_label_studio,
    to_docbin,
    to_jsonl,
    to_label_studio,
)
from extractors.study import StudyRows

pytestmark = pytest.mark.model
WHO = {"decided_by": "A. Diarra", "decided_on": "2020-11-30"}


@pytest.fixture(scope="module")
def mali(samples: list[StudyRows]) -> StudyRows:
    return next(rows for rows in samples if rows.studies[0].study_id == "mali")


@pytest.fixture(scope="module")
def tables(mali: StudyRows) -> Tables:
    return corrected_rows([mali], NONE)


@pytest.fixture(scope="module")
def passages(tables: Tables) -> list[Annotated]:
    return annotated(tables)


def test_every_row_goes_out_with_its_words(tables: Tables, passages: list[Annotated]) -> None:
    counted = sum(
        len(tables[name]) for name in ("country_mentions", "institution_mentions", "recommendations")
    )
    assert sum(len(passage.spans) for passage in passages) == counted
    lines = [json.loads(line) for line in to_jsonl(passages).splitlines()]
    assert len(lines) == len(passages)
    surfaces = {row.mention_id: row.surface for row in tables["country_mentions"]}  # type: ignore[attr-defined]
    for line in lines:
        for span in line["spans"]:
            if span["table"] == "countries":
                assert line["text"][span["start"] : span["end"]] == surfaces[span["id"]]


def test_docbin_reads_back_with_identifiers(passages: list[Annotated]) -> None:
    docs = list(DocBin().from_bytes(to_docbin(passages)).get_docs(spacy.blank("fr").vocab))
    assert [doc.text for doc in docs] == [passage.text for passage in passages]
    for doc, passage in zip(docs, passages, strict=True):
        ids = {span.id_: span.kb_id_ for table in LABELS for span in doc.spans[table]}
        assert ids == {span.id: span.code for span in passage.spans}


def annotate(passages: list[Annotated], passage: Annotated) -> dict[str, Any]:
    """The task of a passage, annotated as it was predicted."""
    (task,) = to_label_studio([passage], "1.0")
    return {**task, "annotations": [{"result": copy.deepcopy(task["predictions"][0]["result"])}]}


def test_predictions_left_as_they_are_decide_nothing(tables: Tables, passages: list[Annotated]) -> None:
    returned = from_label_studio([annotate(passages, p) for p in passages], tables, **WHO)
    assert (returned.decisions, returned.refused) == ([], [])
    assert returned.unchanged == sum(len(passage.spans) for passage in passages)


def test_what_annotators_change_becomes_decisions_that_apply(
    mali: StudyRows, tables: Tables, passages: list[Annotated]
) -> None:
    passage = next(p for p in passages if {"CIV", "SEN", "infinitive"} <= {s.code for s in p.spans})
    task = annotate(passages, passage)
    result = task["annotations"][0]["result"]
    spans = {s.code: s for s in passage.spans if s.table == "countries"}
    advice = next(s for s in passage.spans if s.table == "recommendations")
    result[:] = [r for r in result if r["id"] != spans["SEN"].id]  # no country
    next(r for r in result if r["id"] == spans["CIV"].id and r["type"] == "textarea")["value"]["text"] = [
        "gin"
    ]
    next(r for r in result if r["id"] == advice.id and r["type"] == "labels")["value"]["end"] -= 10
    word = passage.text.split()[-1]
    start = passage.text.rindex(word)
    label = {"start": start, "end": start + len(word), "labels": ["Institution"]}
    result.append({"id": "x1", "type": "labels", "from_name": "label", "value": label})
    result.append({"id": "x1", "type": "textarea", "from_name": "code", "value": {"text": ["sectoral_body"]}})
    returned = from_label_studio([task], tables, **WHO)
    assert not returned.refused
    assert {(d.table, d.action_code, d.new) for d in returned.decisions} == {
        ("countries", "not_a_country", ""),
        ("countries", "other_country", "GIN"),
        ("recommendations", "edit_text", passage.text[advice.start : advice.end - 10]),
        ("institutions", "new", "sectoral_body"),
    }
    assert not [fault for decision in returned.decisions for fault in faults_of(decision)]
    corrected = corrected_rows([mali], Corrections.of(returned.decisions))
    assert {row.outcome for row in corrected["correction_outcomes"]} == {"applied"}  # type: ignore[attr-defined]


def test_what_cannot_be_decided_is_told(tables: Tables, passages: list[Annotated]) -> None:
    passage = next(p for p in passages if any(s.table == "institutions" for s in p.spans))
    task = annotate(passages, passage)
    one = next(s for s in passage.spans if s.table == "institutions")
    task["annotations"][0]["result"] = [r for r in task["annotations"][0]["result"] if r["id"] != one.id]
    unknown = {"data": {"passage_id": "none"}, "annotations": [{"result": []}]}
    skipped = {**annotate(passages, passage), "annotations": [{"was_cancelled": True, "result": []}]}
    returned = from_label_studio([task, unknown, skipped], tables, **WHO)
    assert not returned.decisions
    assert len(returned.refused) == 2
    assert "feuille de relecture" in returned.refused[0]
    assert "exportez de nouveau" in returned.refused[1]
