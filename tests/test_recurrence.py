"""What a study says again, and what several studies ask for."""

from __future__ import annotations

import random

import pytest

from extractors.recurrence import find_recurrence, stems_of
from schemas.row import Row
from schemas.tables import (
    Actor,
    Recommendation,
    RecommendationAddressee,
    RecommendationGroup,
    RecommendationTheme,
    ThemeCode,
)

FILLERS = (
    "Renforcer les capacités des enseignants du cycle primaire",
    "Publier chaque année un rapport sur la pêche",
    "Alléger la fiscalité des ateliers de menuiserie",
    "Construire un pont sur le fleuve",
)


def recommendation(study: str, number: int, text: str) -> Recommendation:
    return Recommendation(
        recommendation_id=f"{study}:{number}:0:0",
        study_id=study,
        page=number,
        passage_id=f"{study}:{number}:0",
        start_char=0,
        end_char=len(text),
        text=text,
        section="",
        lead_in="",
        modality="should",
        reported=False,
        horizon=None,
        confidence=0.9,
        rule="list",
        repeats=None,
    )


def about(row: Recommendation, theme: ThemeCode) -> RecommendationTheme:
    return RecommendationTheme(recommendation_id=row.recommendation_id, theme=theme)


def asked_of(row: Recommendation, actor: Actor, surface: str) -> RecommendationAddressee:
    return RecommendationAddressee(
        recommendation_id=row.recommendation_id,
        position=0,
        surface=surface,
        actor=actor,
        institution_id=None,
        source="subject",
    )


def corpus(*texts: tuple[str, str]) -> list[Recommendation]:
    rows = [recommendation(study, number, text) for number, (study, text) in enumerate(texts, start=1)]
    return rows + [recommendation("z", 50 + n, text) for n, text in enumerate(FILLERS)]


def groups(rows: list[Recommendation], *others: Row) -> list[RecommendationGroup]:
    themes = [about(row, "recruitment_mobility") for row in rows]
    addressees = [row for row in others if isinstance(row, RecommendationAddressee)]
    return [g for g in find_recurrence(rows, themes, addressees)[1] if isinstance(g, RecommendationGroup)]


def test_what_a_study_says_again_points_at_the_first_place() -> None:
    text = "Créer un guichet unique pour les candidats au départ"
    rows = corpus(("a", text), ("a", f"{text}."), ("b", text), ("a", text.upper()))
    found = {str(r.recommendation_id): r.repeats for r in find_recurrence(rows, (), ())[0]}  # type: ignore[attr-defined]
    assert found["a:2:0:0"] == found["a:4:0:0"] == "a:1:0:0"
    assert found["a:1:0:0"] is None
    assert found["b:3:0:0"] is None, "another study does not repeat"


def test_alike_recommendations_of_two_studies_are_a_group() -> None:
    rows = corpus(
        ("a", "Les agences doivent adopter une charte de recrutement équitable."),
        ("b", "Signer la charte du recrutement équitable"),
    )
    found = groups(rows)
    assert {g.recommendation_id for g in found} == {"a:1:0:0", "b:2:0:0"}
    assert len({g.group_id for g in found}) == 1


def test_actors_that_differ_part_a_group() -> None:
    rows = corpus(("a", "Signer la charte du recrutement équitable"), ("b", "Signer la charte équitable"))
    bank = asked_of(rows[0], "development_partner", "BAD")
    assert groups(rows)
    assert groups(rows, bank, asked_of(rows[1], "development_partner", "bailleurs"))
    assert not groups(rows, bank, asked_of(rows[1], "migrants", "migrants"))


def test_social_partners_are_both_sides() -> None:
    rows = corpus(("a", "Signer la charte du recrutement équitable"), ("b", "Signer la charte équitable"))
    both = asked_of(rows[0], "social_partners", "partenaires sociaux")
    assert groups(rows, both, asked_of(rows[1], "workers_organisation", "syndicats"))


def test_names_of_those_addressed_make_nothing_alike() -> None:
    name = "la Banque ouest-africaine de développement"
    rows = corpus(("a", f"Que {name} ouvre un crédit"), ("b", f"Que {name} publie ses comptes"))
    named = [asked_of(row, "development_partner", name) for row in rows[:2]]
    assert not groups(rows, *named)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_studies_does_not_matter(seed: int) -> None:
    rows = corpus(
        ("a", "Adopter une charte de recrutement équitable"),
        ("b", "Signer la charte du recrutement équitable"),
        ("c", "Négocier une charte du recrutement équitable"),
    )
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a test, not a secret
    assert groups(shuffled) == groups(rows)


def test_nothing_gives_nothing() -> None:
    assert find_recurrence((), (), ()) == ([], [])


def test_stems() -> None:
    assert stems_of("Le renforcement des métiers") == stems_of("renforcer le métier")
