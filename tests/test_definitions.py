"""Acronyms that a document defines: in brackets in either order, in lists, in run-on paragraphs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.definitions import defined_in, find_definitions, run_on_list
from schemas.document import Block, Cell

TABLE = Path(__file__).with_name("definitions_sentences.tsv")
IN_TEXT = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
"""Sentence, acronym and name that it defines (empty: none)."""


def block(text: str, *, kind: str = "paragraph", zone: str = "body", cell: Cell | None = None) -> Block:
    return Block(kind=kind, text=text, words=(), page=1, zone=zone, cell=cell)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "acronym", "name"), IN_TEXT)
def test_defined_in_brackets(text: str, acronym: str, name: str) -> None:
    assert {d.acronym: d.name for d in defined_in(text)} == ({acronym: name} if acronym else {})


@pytest.mark.parametrize(
    "text",
    [
        "ANPE : Agence nationale pour l'emploi",
        "ANPE: Agence nationale pour l'emploi",
        "ANPE Agence nationale pour l'emploi",
        "ANPE – Agence nationale pour l'emploi",
        "A.N.P.E : Agence nationale pour l'emploi",
    ],
)
def test_entries_of_a_list(text: str) -> None:
    found = find_definitions([block(text, kind="acronym_entry", zone="acronyms")])
    assert {a: d.name for a, d in found.items()} == {"ANPE": "Agence nationale pour l'emploi"}


def test_entries_in_cells() -> None:
    cells = [Cell(1, 0, column, False, "", "") for column in (0, 1)]
    blocks = [
        block("OIT", kind="table_cell", zone="acronyms", cell=cells[0]),
        block("Organisation internationale du Travail", kind="table_cell", zone="acronyms", cell=cells[1]),
    ]
    assert find_definitions(blocks)["OIT"].name == "Organisation internationale du Travail"


def test_a_list_read_as_one_paragraph() -> None:
    text = (
        "ANR Agence Nationale de Renseignement DDR Désarmement, Démobilisation et Réinsertion "
        "INS Institut National de la Statistique SIDA Swedish International development cooperation Agency"
    )
    assert {d.acronym: d.name for d in run_on_list(text)} == {
        "ANR": "Agence Nationale de Renseignement",
        "DDR": "Désarmement, Démobilisation et Réinsertion",
        "INS": "Institut National de la Statistique",
        "SIDA": "Swedish International development cooperation Agency",
    }


def test_prose_is_no_list() -> None:
    assert run_on_list("L'OIT, l'OIM et le PNUD ont signé avec la CEDEAO un accord.") == []


def test_the_list_wins_over_the_text() -> None:
    blocks = [
        block("le Conseil national du travail (CNT)"),
        block("CNT : Confédération nigérienne du travail", kind="acronym_entry", zone="acronyms"),
    ]
    assert find_definitions(blocks)["CNT"].name == "Confédération nigérienne du travail"


@given(st.text(alphabet="AaBbÉé ()-/,.:'", max_size=80))
def test_any_text_is_read(text: str) -> None:
    for definition in defined_in(text):
        assert definition.name
        assert definition.acronym
    run_on_list(text)
