"""Sections, zones and lead-ins, from the order, kind and words of blocks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extractors.structure import arrange, last_sentence, zone_of_heading
from schemas.document import Block, BlockKind


def block(kind: BlockKind, text: str, level: int | None = None, page: int = 1) -> Block:
    return Block(kind, text, (), page, level=level)


def zones(blocks: Sequence[Block]) -> list[str]:
    return [found.zone for found in arrange(blocks)]


@pytest.mark.parametrize(
    ("heading", "zone"),
    [
        ("SIGLES ET ABRÉVIATIONS", "acronyms"),
        ("Liste des sigles et acronymes", "acronyms"),
        ("Liste des abréviations", "acronyms"),
        ("Sommaire", "contents"),
        ("TABLE DES MATIÈRES", "contents"),
        ("Table des matières", "contents"),
        ("Bibliographie", "bibliography"),
        ("Références bibliographiques", "bibliography"),
        ("Annexe 1", "annex"),
        ("ANNEXES", "annex"),
        ("Annexe 2 : Guide d'entretien", "annex"),
        ("Remerciements", "front_matter"),
        ("Avant-propos", "front_matter"),
        ("5. Bibliographie", "bibliography"),
        ("VI. BIBLIOGRAPHIE", "bibliography"),
    ],
)
def test_headings_that_open_a_zone(heading: str, zone: str) -> None:
    assert zone_of_heading(heading) == zone


@pytest.mark.parametrize(
    "heading",
    [
        "Contexte",
        "Les références des employeurs",
        "Recommandations",
        "Sommaire exécutif",
        "Le marché annexe",
        "",
    ],
)
def test_ordinary_headings_open_none(heading: str) -> None:
    assert zone_of_heading(heading) in (None, "body")


def test_sections_hold_the_headings_above() -> None:
    found = arrange(
        [
            block("heading", "1. Contexte", 1),
            block("paragraph", "Un."),
            block("heading", "1.1. Emploi", 2),
            block("paragraph", "Deux."),
            block("footer", "Page 3"),
            block("heading", "2. Mesures", 1),
            block("paragraph", "Trois."),
        ]
    )
    assert [b.section for b in found if b.kind == "paragraph"] == [
        ("1. Contexte",), ("1. Contexte", "1.1. Emploi"), ("2. Mesures",)
    ]  # fmt: skip
    assert found[2].section == ("1. Contexte",)


def test_a_zone_ends_at_a_heading_as_high() -> None:
    assert zones(
        [
            block("heading", "Bibliographie", 1),
            block("heading", "Ouvrages", 2),
            block("paragraph", "Titre."),
            block("heading", "Conclusion", 1),
            block("paragraph", "Texte."),
        ]
    ) == ["bibliography", "bibliography", "bibliography", "body", "body"]


def test_an_annex_goes_on() -> None:
    assert (
        zones([block("heading", "Annexe 1", 1), block("heading", "Guide", 1), block("paragraph", "Texte.")])
        == ["annex"] * 3
    )


def test_lines_of_a_contents_page_become_entries() -> None:
    found = arrange(
        [
            block("heading", "Sommaire", 1),
            block("paragraph", "Résumé 3"),
            block("paragraph", "1. Contexte ...... 5"),
            block("heading", "Résumé", 1),
            block("paragraph", "Le texte commence ici en 2020"),
        ]
    )
    assert [b.kind for b in found] == ["heading", "contents_entry", "contents_entry", "heading", "paragraph"]
    assert found[-1].zone == "body"


def test_items_know_what_introduces_them() -> None:
    found = arrange(
        [
            block("paragraph", "Le pays change. Le ministère devrait :"),
            block("list_item", "publier :", 1),
            block("list_item", "les chiffres ;", 2),
            block("footer", "Page 3"),
            block("footnote", "1 Une note :"),
            block("list_item", "les accords ;", 2),
            block("list_item", "former.", 1),
            block("paragraph", "Fin."),
            block("list_item", "seul", 1),
        ]
    )
    assert [b.lead_in for b in found if b.kind == "list_item"] == [
        "Le ministère devrait :",
        "Le ministère devrait : publier :",
        "Le ministère devrait : publier :",
        "Le ministère devrait :",
        "",
    ]


def test_the_last_sentence_introduces() -> None:
    assert last_sentence("Un. Deux ! Trois : ") == "Trois : "
    assert last_sentence("une seule phrase") == "une seule phrase"


def test_the_cover_of_a_long_document_heads_nothing() -> None:
    blocks = [block("heading", "Titre de l'étude", 1, page=1)]
    blocks += [block("paragraph", f"Page {page}.", page=page) for page in range(2, 9)]
    assert all(found.section == () for found in arrange(blocks))


def test_furniture_is_left_as_it_is() -> None:
    blocks = [block("heading", "Annexe 1", 1), block("header", "Étude du bassin"), block("page_number", "12")]
    assert [b.zone for b in arrange(blocks)[1:]] == ["body", "body"]
