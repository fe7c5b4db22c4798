"""What a study is, from its title and the countries that it names."""

from __future__ import annotations

import pytest

from extractors.metadata import region_of, study_country


@pytest.mark.parametrize(
    ("title", "counts", "country"),
    [
        (["MLI"], {"FRA": 90, "MLI": 3}, "MLI"),
        ([], {"SEN": 60, "FRA": 15, "ITA": 14, "ESP": 12, "GAB": 11, "MRT": 10, "CIV": 9}, "SEN"),
        ([], {"SEN": 6, "FRA": 2, "ITA": 2, "ESP": 2, "GAB": 2}, None),
        ([], {"CMR": 5}, "CMR"),
        (["MLI", "NER"], {"MLI": 10, "NER": 10}, "MLI"),
        ([], {}, None),
    ],
)
def test_the_country_of_a_study(title: list[str], counts: dict[str, int], country: str | None) -> None:
    assert study_country(title, counts, None) == country


def test_a_regional_title_names_no_single_country() -> None:
    assert study_country([], {"NGA": 60, "MLI": 2}, "Afrique de l'Ouest et Sahel") is None


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("Compétences et migration en Afrique de l'Ouest et au Sahel", "Afrique de l'Ouest et Sahel"),
        ("ÉTUDE SOUS-RÉGIONALE – AFRIQUE CENTRALE", "Afrique centrale"),
        ("Rapport de la Banque des États de l'Afrique centrale sur le Gabon", None),
        ("Étude de pays : Togo", None),
    ],
)
def test_the_region_of_a_title(title: str, region: str | None) -> None:
    assert region_of(title) == region
