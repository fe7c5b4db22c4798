"""The language of pages and passages."""

from __future__ import annotations

import pytest

from extractors.language import find_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Les ministères chargés de l'emploi devraient publier chaque année les statistiques des départs.",
            "fr",
        ),
        ("The ministries in charge of employment should publish the figures on departures every year.", "en"),
        (
            "Los ministerios encargados del empleo deberían publicar cada año las estadísticas de salidas.",
            "es",
        ),
        (
            "Os ministérios encarregados do emprego deveriam publicar todos os anos as estatísticas de saída.",
            "pt",
        ),
        (
            "LES TRAVAILLEURS MIGRANTS ONT DROIT À LA RECONNAISSANCE DE LEURS COMPÉTENCES ET DE LEURS ACQUIS",
            "fr",
        ),
    ],
)
def test_sentences_show_their_language(text: str, expected: str) -> None:
    assert find_language(text) == expected


@pytest.mark.parametrize(
    "text", ["", "Burkina Faso", "12 450 30 112 8 904", "CEDEAO, UEMOA, OIT", "1234567890 " * 40]
)
def test_names_and_figures_show_none(text: str) -> None:
    assert find_language(text) is None
