"""Institutions in passages: a table of marked sentences by pattern, the rules of the reference, properties.

``institutions_sentences.tsv``: a pattern and a sentence in which each institution stands as ``[[surface::type]]``;
a sentence without marks must give none. The study is about Mali.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.context import Definition, PassageContext, StudyContext
from extractors.institutions.grammar import find_ministries, find_ministry_lists, find_names
from extractors.institutions.tokens import LETTERS

if TYPE_CHECKING:
    from spacy.language import Language

    from extractors.findings import InstitutionFinding

TABLE = Path(__file__).with_name("institutions_sentences.tsv")
MARK = re.compile(r"\[\[(.+?)::(\w+)\]\]")
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
MALI = StudyContext(country="MLI")

pytestmark = pytest.mark.model


def found_in(nlp: Language, text: str, study: StudyContext = MALI) -> tuple[InstitutionFinding, ...]:
    doc = nlp.make_doc(text)
    doc._.context = PassageContext(study=study)
    return tuple(nlp(doc)._.institution_mentions)


def defining(**names: str) -> StudyContext:
    return StudyContext(country="MLI", definitions={a: Definition(a, n) for a, n in names.items()})


@pytest.mark.parametrize(("pattern", "marked"), ROWS, ids=[f"{p}-{i}" for i, (p, _) in enumerate(ROWS)])
def test_sentences(nlp: Language, pattern: str, marked: str) -> None:
    wanted = [(match.group(1), match.group(2)) for match in MARK.finditer(marked)]
    found = found_in(nlp, MARK.sub(r"\1", marked))
    assert [(f.surface, f.type) for f in found] == wanted
    assert pattern.endswith("_no") <= (not wanted)


def test_the_table_is_large() -> None:
    assert len(ROWS) >= 400
    assert len({marked for _, marked in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("text", "surface", "country"),
    [
        ("Le ministère de l'Emploi a signé.", "ministère de l'Emploi", "MLI"),
        ("L'Agence nigérienne des certifications est prête.", "Agence nigérienne des certifications", "NER"),
        ("L'ambassade de France au Niger est fermée.", "ambassade de France au Niger", "FRA"),
        ("L'OIT a adopté la norme.", "OIT", None),
        ("La CEDEAO siège à Abuja.", "CEDEAO", None),
        ("L'AFD finance.", "AFD", "FRA"),
        ("Le Gouvernement du Niger a signé.", "Gouvernement du Niger", "NER"),
        ("Diplômé de l'École supérieure de Paris (France).", "École supérieure de Paris", "FRA"),
        ("L'ANPE inscrit.", "ANPE", "MLI"),
    ],
)
def test_country(nlp: Language, text: str, surface: str, country: str | None) -> None:
    assert [(f.surface, f.country) for f in found_in(nlp, text)] == [(surface, country)]


def test_the_document_defines_its_acronyms(nlp: Language) -> None:
    study = defining(SRD="Service régional de la décentralisation", PNE="Politique nationale de l'emploi")
    assert [(f.surface, f.name) for f in found_in(nlp, "Le SRD applique la PNE.", study)] == [
        ("SRD", "Service régional de la décentralisation")
    ]


def test_a_definition_wins_over_the_registry(nlp: Language) -> None:
    study = defining(ANPE="Association nationale des pêcheurs et éleveurs")
    (finding,) = found_in(nlp, "L'ANPE s'est réunie.", study)
    assert (finding.name, finding.type, finding.registry_id) == (
        "Association nationale des pêcheurs et éleveurs",
        "civil_society",
        None,
    )


def test_a_defined_project_is_no_institution(nlp: Language) -> None:
    assert (
        found_in(nlp, "La PADE finance.", defining(PADE="Programme d'appui au développement de l'emploi"))
        == ()
    )


@pytest.mark.parametrize("country", ["MLI", "BFA", "NER", "TGO", "BEN"])
def test_one_acronym_in_several_countries(nlp: Language, country: str) -> None:
    (finding,) = found_in(nlp, "L'ANPE inscrit les demandeurs.", StudyContext(country=country))
    assert finding.country == country
    assert finding.registry_id is not None


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("La CNSS du Niger et la CNSS du Togo signent un accord.", ["NER", "TGO"]),
        ("L'ANPE (Niger) et l'ANPE (Bénin) ont signé.", ["NER", "BEN"]),
        ("Au Niger, l'ANPE et, au Bénin, l'ANPE ont signé.", ["NER", "BEN"]),
        ("La CNSS togolaise reverse les pensions.", ["TGO"]),
        ("L'ANPE signe un accord avec le Togo.", ["MLI"]),
        ("La CNSS du Kenya signe un accord.", ["KEN"]),
    ],
)
def test_the_country_beside_an_acronym_decides(nlp: Language, text: str, countries: list[str]) -> None:
    """Before the country of the study, and where the registry knows none of that name there."""
    assert [finding.country for finding in found_in(nlp, text, StudyContext(country="MLI"))] == countries


def test_an_acronym_of_two_countries_named_alike_stays_undecided(nlp: Language) -> None:
    (finding,) = found_in(nlp, "Le Togo et le Niger ont une CNSS.", StudyContext())
    assert (finding.type, finding.country, finding.registry_id) == ("public_body", None, None)


def test_a_defined_acronym_of_another_country_is_that_country_s(nlp: Language) -> None:
    study = defining(ANPE="Agence nationale pour l'emploi")
    findings = found_in(nlp, "L'ANPE reçoit l'ANPE du Bénin.", study)
    assert [finding.country for finding in findings] == ["MLI", "BEN"]


def test_another_country_s_short_acronym_is_not_taken(nlp: Language) -> None:
    assert found_in(nlp, "Le dossier CNP est clos.", StudyContext(country="MLI")) == ()


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("La Banque Mondiale et l’Organisation internationale du travail", 2),
        ("Le FEDERAL Ministry of Labour and Employment", 1),
        ("l'ONEMO, ex-Office", 0),
        ("ANPE/Mali et CNP-Togo", 1),
        ("Le 3FPT et la DER/FJ financent.", 0),
    ],
)
def test_variants_of_writing(nlp: Language, text: str, surfaces: int) -> None:
    assert len(found_in(nlp, text)) >= surfaces


def test_acronyms_with_digits_and_strokes(nlp: Language) -> None:
    found = found_in(nlp, "Le 3FPT et la DER/FJ financent.", StudyContext(country="SEN"))
    assert [f.surface for f in found] == ["3FPT", "DER/FJ"]


def test_spans_show_the_findings(nlp: Language) -> None:
    doc = nlp("L'OIM appuie le ministère de l'Emploi.")
    assert [(span.text, span.label_) for span in doc.spans["institutions"]] == [
        ("OIM", "international_organisation"),
        ("ministère de l'Emploi", "ministry"),
    ]


WORDS = (
    "le la l' du de des et , ( ) - / « » . à aux Ministère ministère Agence nationale pour emploi Emploi ANPE OIT "
    "Banque mondiale Direction générale Mali malien Gouvernement Université Dakar formation professionnelle "
    "entreprises comme Perenco Zalkor Motors SARL Total Gabon"
)
PIECES = st.sampled_from(WORDS.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30).map(" ".join))
def test_offsets_slice_to_surfaces(nlp: Language, text: str) -> None:
    found = found_in(nlp, text)
    assert all(text[f.start : f.end] == f.surface and f.surface for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(f.rule for f in found)


ALPHABET = "".join(key.replace(" ", "") for key in LETTERS)


@settings(max_examples=200, deadline=500)
@given(st.text(alphabet=ALPHABET, max_size=400))
def test_the_grammar_ends_soon_on_any_letters(letters: str) -> None:
    for found in find_names(letters):
        assert found.start <= found.head < found.end <= len(letters)
    assert all(start < end for start, end in find_ministries(letters))
    assert all(start < end for parts in find_ministry_lists(letters) for start, end in parts)
