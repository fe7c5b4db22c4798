"""Acronyms that a document never expands but makes act as organisations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extractors.context import Definition
from extractors.institutions.acting import find_acting
from schemas.document import Block, Cell


def acting(*texts: str, **definitions: str) -> dict[str, str]:
    blocks = [Block("paragraph", text, (), 1) for text in texts]
    return dict(find_acting(blocks, {a: Definition(a, n) for a, n in definitions.items()}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Le rapport produit par la SOGEPX est rendu.", {"SOGEPX": "public_body"}),
        ("au sein du MEFX ou sous sa tutelle", {"MEFX": "ministry"}),
        ("L'ANSDX publie les comptes.", {"ANSDX": "public_body"}),
        ("les membres de l'ONPTX", {"ONPTX": "public_body"}),
        ("au sein de la BANQUE", {}),
        ("au sein du PADEX", {}),
        ("au sein du TVA", {}),
        ("La SOGEPX est citée.", {}),
    ],
)
def test_one_place_tells(text: str, found: dict[str, str]) -> None:
    assert acting(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "L'émigration augmente (BUCREX, 2011 ; SOGEPX, 2013).",
            {"BUCREX": "public_body", "SOGEPX": "public_body"},
        ),
        ("Source : ANSDX, 2014.", {"ANSDX": "public_body"}),
        ("Mme Ba, secrétaire générale, SYNTRAX", {"SYNTRAX": "public_body"}),
        ("Les données (RGPH, 2013) sont anciennes.", {}),
        ("Mme Ba, secrétaire générale, Bamako", {}),
    ],
)
def test_citations_and_offices(text: str, found: dict[str, str]) -> None:
    assert acting(text) == found


def test_a_column_of_institutions() -> None:
    cell = Cell(1, 2, 2, is_header=False, column_header="Structure responsable", row_header="")
    blocks = [Block("table_cell", "SOGEPX, ANSDX", (), 1, cell=cell)]
    assert dict(find_acting(blocks, {})) == {"ANSDX": "public_body", "SOGEPX": "public_body"}
    other = [Block("table_cell", "SOGEPX, ANSDX", (), 1, cell=replace(cell, column_header="Indicateur"))]
    assert dict(find_acting(other, {})) == {}


def test_what_is_carried_out_is_no_institution() -> None:
    assert acting("Un appui financier de la SOGEPX.", "La mise en œuvre de la SOGEPX est en cours.") == {}


def test_acronyms_in_p_need_two_places() -> None:
    assert acting("au sein du PADEX", "le siège du PADEX") == {"PADEX": "public_body"}


def test_a_defined_acronym_is_left_to_its_definition() -> None:
    assert acting("au sein de la SOGEPX", SOGEPX="Stratégie de gestion") == {}
