"""Themes of recommendations: sentences, the vocabulary, and a floor on annotated recommendations.

``tests/themes/README.md`` tells how they were annotated; only the sample studies are read here.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import get_args

import pytest
from spacy.language import Language

from extractors import codes
from extractors.context import PassageContext
from extractors.pdf import read_pdf
from extractors.recommendations.themes import terms_by_initial
from extractors.recommendations.vocabulary import read_rows
from extractors.study import extract_study
from schemas.tables import ThemeCode

ROOT = Path(__file__).resolve().parent.parent
FLOOR = 0.80
"""Least micro F1 on the open annotation of the sample studies."""

SENTENCES = {
    "Il faut faciliter la reconnaissance mutuelle des compétences.": "skills_recognition",
    "Il faut former les enseignants.": "vocational_training",
    "Il convient d'équiper les agences pour l'emploi.": "employment_services",
    "Il faut mieux anticiper les besoins en compétences.": "skills_anticipation",
    "Il faut étendre l'assurance maladie aux apprentis.": "social_protection vocational_training",
    "Il faut publier les offres d'emploi.": "labour_market_information",
    "Il faut négocier des accords de main-d'œuvre.": "recruitment_mobility",
    "Il faut accompagner la réinsertion des personnes de retour.": "reintegration",
    "Il faut créer un comité de pilotage interministériel.": "governance_coordination",
    "Il faut ouvrir une ligne de crédit.": "financing",
    "Il faut désagréger les statistiques.": "data_statistics",
    "Il faut associer les femmes et les jeunes.": "gender_youth",
    "Il faut mobiliser la diaspora.": "diaspora",
    "Il faut réunir les partenaires sociaux.": "social_dialogue",
    "Il faut éclairer les rues.": "other",
    "Le ministère de la Formation professionnelle devrait éclairer les rues.": "other",
    "Les partenaires techniques et financiers devraient éclairer les rues.": "other",
}


@pytest.mark.model
@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence(nlp: Language, sentence: str) -> None:
    (finding,) = nlp(sentence)._.recommendations
    assert set(finding.themes) == set(SENTENCES[sentence].split())


@pytest.mark.model
def test_a_unit_without_a_theme_has_that_of_its_heading(nlp: Language) -> None:
    doc = nlp.make_doc("Ouvrir trois points de contact.")
    doc._.context = PassageContext(kind="list_item", section=("Recommandations", "2. Dialogue social"))
    (finding,) = nlp(doc)._.recommendations
    assert finding.themes == ("social_dialogue",)


def test_the_vocabulary_has_terms_for_every_theme_and_none_twice() -> None:
    rows = [(row["theme"], row["term"]) for row in read_rows("themes.csv")]
    assert len(rows) == len(set(rows))
    assert {theme for theme, _ in rows} == {*get_args(ThemeCode), "ignored"} - {"other"}
    assert sum(map(len, terms_by_initial().values())) == len(rows)


def test_the_codes_are_those_published() -> None:
    assert [row.code for row in codes.theme_rows()] == list(get_args(ThemeCode))


def annotated(half: str, studies: set[str]) -> list[dict[str, str]]:
    text = (ROOT / "tests" / "themes" / f"{half}.csv").read_text(encoding="utf-8")
    return [row for row in csv.DictReader(text.splitlines()) if row["study"] in studies]


@pytest.mark.model
def test_themes_of_the_sample_studies_reach_the_floor(nlp: Language) -> None:
    files = {path.stem: path for path in (ROOT / "examples" / "studies").glob("*.pdf")}
    themes: dict[tuple[str, int, str], set[str]] = {}
    for study, path in files.items():
        rows = extract_study(read_pdf(path.read_bytes()), nlp, study_id=study, file_name=path.name)
        for row in rows.recommendations:
            own = {
                t.theme for t in rows.recommendation_themes if t.recommendation_id == row.recommendation_id
            }
            themes[study, row.page, " ".join(row.text.split()[:15])] = own
    right = gold = found = 0
    for line in annotated("open", set(files)):
        own = themes[line["study"], int(line["page"]), line["first_words"]]
        wanted = set(line["themes"].split())
        right, gold, found = right + len(own & wanted), gold + len(wanted), found + len(own)
    assert 2 * right / (gold + found) >= FLOOR
