"""Recommendations on sentences written for this test: one row of the table, one expectation.

tests/data/recommendation_sentences.csv holds a sentence, the place where it stands, and what should come of it;
its wordings R1 to R18 are those of the domain notes, each with its traps. An empty expectation is not checked.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import get_args

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extractors import codes, model
from extractors.context import PassageContext, StudyContext, contexts_of
from extractors.recommendations import vocabulary
from schemas.document import Block, BlockKind, Cell
from schemas.tables import Actor, InstitutionType

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


def cell(column_header: str, row_header: str = "") -> Cell:
    return Cell(table=0, row=1, column=0, is_header=False, column_header=column_header, row_header=row_header)


def test_a_row_of_an_action_table(nlp: Language) -> None:
    doc = nlp.make_doc("Publier un répertoire des métiers")
    row = (
        ("Responsable", "Ministère de l'Emploi ; syndicats"),
        ("Échéance", "2e trimestre 2026"),
        ("Coût", "3"),
    )
    doc._.context = PassageContext(kind="table_cell", cell=cell("Recommandations"), row=row)
    (finding,) = nlp(doc)._.recommendations
    assert finding.rule == "cell"
    assert {a.actor for a in finding.addressees} == {"ministry", "workers_organisation"}
    assert {a.source for a in finding.addressees} == {"column"}
    assert finding.horizon == "2e trimestre 2026"


@pytest.mark.parametrize(
    ("header", "section", "count"),
    [
        ("Recommandations", (), 1),
        ("Mesures à prendre", (), 1),
        ("Actions", ("Recommandations",), 1),
        ("Actions", ("Bilan du plan",), 0),
        ("Activités", (), 0),
        ("Indicateurs", ("Recommandations",), 0),
        ("Responsable", ("Recommandations",), 0),
    ],
)
def test_the_column_decides(nlp: Language, header: str, section: tuple[str, ...], count: int) -> None:
    doc = nlp.make_doc("Renforcer les services de l'emploi")
    doc._.context = PassageContext(kind="table_cell", cell=cell(header), section=section)
    assert len(nlp(doc)._.recommendations) == count


def test_a_header_cell_is_none(nlp: Language) -> None:
    doc = nlp.make_doc("Recommandations")
    header = Cell(table=0, row=0, column=0, is_header=True, column_header="Recommandations", row_header="")
    doc._.context = PassageContext(kind="table_cell", cell=header)
    assert not nlp(doc)._.recommendations


def test_a_cell_with_several_acts(nlp: Language) -> None:
    doc = nlp.make_doc("Former les conseillers ; équiper les bureaux ; publier les offres.")
    doc._.context = PassageContext(kind="table_cell", cell=cell("Recommandations"))
    assert len(nlp(doc)._.recommendations) == 3


def test_an_announcement_above_headings_reaches_their_items(nlp: Language) -> None:
    blocks = [
        block("heading", "3.2 Analyse", 2),
        block("paragraph", "Les recommandations principales de cette étude sont :"),
        block("heading", "Au Gouvernement", 3),
        block("list_item", "Créer un fonds", section=("3.2 Analyse", "Au Gouvernement")),
        block("heading", "4. Annexe", 1),
        block("list_item", "Relever les noms", section=("4. Annexe",)),
    ]
    contexts = contexts_of(blocks, StudyContext())
    assert [bool(c.announced) for c in contexts] == [False, False, True, True, False, False]
    doc = nlp.make_doc("Créer un fonds")
    doc._.context = contexts[3]
    (finding,) = nlp(doc)._.recommendations
    assert [a.actor for a in finding.addressees] == ["government"]


def block(kind: BlockKind, text: str, level: int | None = None, section: tuple[str, ...] = ()) -> Block:
    return Block(kind=kind, text=text, words=(), page=1, level=level, section=section)


def test_an_item_ends_where_its_explanation_begins(nlp: Language) -> None:
    doc = nlp.make_doc("Créer un guichet unique. Les candidats y trouvent aujourd'hui peu d'informations.")
    doc._.context = PassageContext(kind="list_item", section=("Recommandations",))
    assert [f.text for f in nlp(doc)._.recommendations] == ["Créer un guichet unique."]


def test_findings_are_shown_as_spans(nlp: Language) -> None:
    doc = nlp("Il faut agir. Le taux devrait atteindre 5 %.")
    assert [(span.text, span.label_) for span in doc.spans["recommendations"]] == [("Il faut agir.", "must")]


def test_every_rule_has_a_confidence() -> None:
    rules = {pattern.rule for pattern in vocabulary.cue_patterns()} - {"lead_only"}
    assert rules <= set(vocabulary.confidences())
    assert all(0 < value <= 1 for value in vocabulary.confidences().values())


def test_a_rule_seldom_met_is_no_surer_than_one_often_right() -> None:
    sure = vocabulary.confidences()
    assert sure["lead_in"] > sure["necessity"] > sure["section_act"]
    for row in vocabulary.read_rows("recommendation_rules.csv"):
        assert 0 <= int(row["right"]) <= int(row["found"])
        assert sure[row["rule"]] < 1


def test_actors_are_those_of_the_tables() -> None:
    for row in vocabulary.read_rows("actors.csv"):
        assert all(vocabulary.checked_actor(code) for code in row["actor"].split("+"))


def test_no_phrase_stands_twice() -> None:
    for name, column in (
        ("actors.csv", "phrase"),
        ("action_verbs.csv", "lemma"),
        ("action_nouns.csv", "lemma"),
    ):
        terms = [row[column] for row in vocabulary.read_rows(name)]
        assert len(terms) == len(set(terms)), name


def test_codes_cover_the_closed_sets() -> None:
    assert {row.code for row in codes.actor_rows()} == set(get_args(Actor))
    assert {row.code for row in codes.institution_type_rows()} == set(get_args(InstitutionType))
    assert len(codes.theme_rows()) == 15
