"""Joining mentions within a document: registry, names, acronyms, ministries; identifiers."""

from __future__ import annotations

from extractors.context import StudyContext
from extractors.entities import identifiers_by_name, institution_id, join_within_document, name_key
from extractors.findings import InstitutionFinding
from schemas.tables import InstitutionType


def finding(
    surface: str,
    *,
    name: str = "",
    acronym: str = "",
    form: str = "full",
    country: str | None = "MLI",
    kind: InstitutionType = "public_body",
    registry_id: str | None = None,
    rule: str = "pattern",
) -> InstitutionFinding:
    return InstitutionFinding(
        0,
        len(surface),
        surface,
        name or surface,
        acronym,
        kind,
        country,
        form,
        rule,
        registry_id,  # type: ignore[arg-type]
    )


def ids(*findings: InstitutionFinding) -> list[str]:
    return [entity.institution_id for entity in join_within_document(findings, StudyContext(country="MLI"))]


def test_identifier() -> None:
    assert institution_id("Agence nationale pour l'emploi", "employment_service", "MLI") == (
        "inst:ml:employment_service:agence-nationale-pour-l-emploi"
    )
    assert (
        institution_id("OIT", "international_organisation", None) == "inst:xx:international_organisation:oit"
    )


def test_case_accents_small_words_and_plurals_do_not_count() -> None:
    assert name_key("Comité de Suivi des recommandations") == name_key("comite suivi de la Recommandation")
    assert len(set(ids(finding("Comité de suivi"), finding("comité de Suivi")))) == 1


def test_an_acronym_joins_its_name() -> None:
    full = finding("Agence des eaux", acronym="AE")
    alone = finding("AE", name="AE", acronym="AE", form="acronym")
    assert len(set(ids(full, alone))) == 1


def test_two_names_under_one_acronym_stay_apart() -> None:
    first = finding("Confédération nigérienne du travail", acronym="CNT", country="NER")
    second = finding("Conseil national du travail", acronym="CNT", country="NER")
    assert len(set(ids(first, second))) == 2


def test_one_name_in_two_countries_stays_apart() -> None:
    assert len(set(ids(finding("Office de l'eau"), finding("Office de l'eau", country="NER")))) == 2


def test_a_name_without_country_joins_the_only_one_that_has_one() -> None:
    assert len(set(ids(finding("Office de l'eau"), finding("Office de l'eau", country=None)))) == 1


def test_a_short_ministry_joins_the_only_longer_one() -> None:
    short = finding("ministère de l'Emploi", kind="ministry")
    long = finding("Ministère de l'Emploi et de la Formation professionnelle", kind="ministry")
    other = finding("Ministère de l'Emploi et de la Jeunesse", kind="ministry")
    assert len(set(ids(short, long))) == 1
    assert len(set(ids(short, long, other))) == 3


def test_a_charged_ministry_is_the_same() -> None:
    plain = finding("ministère de l'emploi", kind="ministry")
    assert len(set(ids(plain, finding("ministère chargé de l'emploi", kind="ministry")))) == 1


def test_likeness_joins_nothing() -> None:
    assert len(set(ids(finding("Direction de l'emploi"), finding("Direction de l'emplois publics")))) == 2


def test_governments_join_by_country() -> None:
    first = finding("Gouvernement du Mali", rule="pattern:government")
    assert len(set(ids(first, finding("gouvernement malien", rule="pattern:government")))) == 1


def test_the_registry_names_the_institution() -> None:
    full = finding("organisation internationale du travail", name="Organisation internationale du Travail",
                   registry_id=":organisation internationale du travail", kind="international_organisation",
                   country=None, acronym="OIT")  # fmt: skip
    (entity,) = join_within_document([full], StudyContext())
    assert entity.registry
    assert entity.name == "Organisation internationale du Travail"
    assert ("OIT", "acronym") in entity.names


def test_every_surface_is_a_name_once() -> None:
    entities = join_within_document(
        [finding("Office de l'eau"), finding("office de l'Eau"), finding("Office de l'eau")], StudyContext()
    )
    names = [name for name, _ in entities[0].names]
    assert sorted(names) == ["Office de l'eau", "office de l'Eau"]


def test_order_does_not_matter() -> None:
    findings = [finding("Office de l'eau"), finding("Agence des eaux", acronym="AE"),
                finding("AE", name="AE", acronym="AE", form="acronym")]  # fmt: skip
    assert sorted(ids(*findings)) == sorted(ids(*reversed(findings)))


def test_a_ministry_is_addressed_through_its_minister() -> None:
    entities = join_within_document([finding("ministère de la Santé", kind="ministry")], StudyContext("MLI"))
    named = identifiers_by_name(entities)
    assert (
        named["ministre de la sante"]
        == named["ministere de la sante"]
        == "inst:ml:ministry:ministere-de-la-sante"
    )


def test_a_name_of_two_institutions_identifies_none() -> None:
    found = [finding("ANPE", form="acronym", country=country) for country in ("MLI", "NER")]
    assert "anpe" not in identifiers_by_name(join_within_document(found, StudyContext("MLI")))
