"""Institutions that look alike are proposed, within a country, in an order that never changes."""

from __future__ import annotations

import pytest

from extractors.likeness import find_candidates
from schemas.tables import Institution


def institution(name: str, country: str | None = "MLI", acronym: str | None = None) -> Institution:
    return Institution(
        institution_id=f"inst:{country}:{name}",
        name=name,
        acronym=acronym,
        type="public_body",
        country_iso3=country,
        registry=False,
        study_count=1,
        mention_count=1,
    )


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("Direction de la police judiciaire", "police judiciaire", "longer_name"),
        ("Agence de promotion des emplois ruraux", "Agence de promotion des emplois rurraux", "spelling"),
        (
            "Conseil supérieur des chambres de commerce",
            "Conseil supérieur des chambres de métiers",
            "shared_words",
        ),
        ("Agence de promotion de l'emploi", "Conseil du patronat", None),
    ],
)
def test_reasons(first: str, second: str, reason: str | None) -> None:
    found = find_candidates([institution(first), institution(second)])
    assert [row.reason for row in found] == ([] if reason is None else [reason])


def test_not_between_countries() -> None:
    name = "Agence nationale pour l'emploi des jeunes"
    assert find_candidates([institution(name), institution(f"{name} ruraux", "NER")]) == []
    assert len(find_candidates([institution(name), institution(f"{name} ruraux", None)])) == 1


def test_two_acronyms_must_agree() -> None:
    a = institution("Agence de promotion des emplois ruraux", acronym="APER")
    b = institution("Agence de promotion des emplois", acronym="APE")
    assert find_candidates([a, b]) == []
    same = institution("Agence de promotion des emplois", acronym="APER")
    assert [row.reason for row in find_candidates([a, same])] == ["same_acronym"]


def test_order_does_not_count() -> None:
    rows = [
        institution(f"Agence de promotion des emplois {place}") for place in ("ruraux", "urbains", "verts")
    ]
    assert find_candidates(rows) == find_candidates(rows[::-1])
    assert len(find_candidates(rows)) == 3
