"""Joining across documents: by registry, by name or acronym within a country, never by likeness."""

from __future__ import annotations

from itertools import permutations

from extractors.resolve import resolve
from extractors.study import StudyRows
from schemas.tables import Institution, InstitutionMention, InstitutionName, Study


def study(study_id: str, *institutions: Institution) -> StudyRows:
    row = Study(
        study_id=study_id, file_name=f"{study_id}.pdf", title=study_id, level="national", country_iso3="MLI",
        region=None, year=None, language="fr", publisher=None, source_url=None, page_count=1, status="extracted",
    )  # fmt: skip
    mentions = [
        InstitutionMention(
            mention_id=f"{study_id}:{i}", study_id=study_id, page=1, passage_id=f"{study_id}:1:0", start_char=0,
            end_char=1, surface="x", institution_id=institution.institution_id, zone="body", rule="test",
        )
        for i, institution in enumerate(institutions)
    ]  # fmt: skip
    names = [InstitutionName(institution_id=i.institution_id, name=i.name, kind="full") for i in institutions]
    return StudyRows(
        studies=[row], institutions=list(institutions), institution_mentions=mentions, institution_names=names
    )


def institution(
    name: str,
    country: str = "MLI",
    *,
    acronym: str | None = None,
    registry: bool = False,
    kind: str = "public_body",
) -> Institution:
    return Institution(
        institution_id=f"inst:{country[:2].lower()}:{kind}:{name.lower().replace(' ', '-')}", name=name,
        acronym=acronym, type=kind, country_iso3=country, registry=registry, study_count=1, mention_count=2,  # type: ignore[arg-type]
    )  # fmt: skip


def joined(*studies: StudyRows) -> list[Institution]:
    return [row for row in resolve(studies)["institutions"] if isinstance(row, Institution)]


def test_one_name_in_one_country_is_one_institution() -> None:
    rows = joined(
        study("a", institution("Office des eaux")), study("b", institution("Office des Eaux", kind="company"))
    )
    assert [(row.study_count, row.mention_count) for row in rows] == [(2, 4)]


def test_one_name_in_two_countries_is_two() -> None:
    assert len(joined(study("a", institution("Office")), study("b", institution("Office", "NER")))) == 2


def test_an_acronym_alone_joins_its_only_bearer() -> None:
    rows = joined(
        study("a", institution("Agence des eaux", acronym="AE")), study("b", institution("AE", acronym="AE"))
    )
    assert [row.name for row in rows] == ["Agence des eaux"]


def test_an_acronym_with_two_bearers_joins_none() -> None:
    rows = joined(
        study(
            "a", institution("Agence des eaux", acronym="AE"), institution("Agence des enfants", acronym="AE")
        ),
        study("b", institution("AE", acronym="AE")),
    )
    assert len(rows) == 3


def test_the_registry_s_row_stays() -> None:
    rows = joined(
        study("a", institution("Office")), study("b", institution("office", registry=True, kind="ministry"))
    )
    assert [row.registry for row in rows] == [True]


def test_likeness_joins_nothing() -> None:
    assert (
        len(
            joined(
                study("a", institution("Office des eaux")), study("b", institution("Office des eaux usees"))
            )
        )
        == 2
    )


def test_mentions_and_names_follow() -> None:
    tables = resolve(
        [study("a", institution("Office", registry=True)), study("b", institution("office", kind="company"))]
    )
    known = {row.institution_id for row in tables["institutions"]}  # type: ignore[attr-defined]
    for table in ("institution_mentions", "institution_names"):
        assert {row.institution_id for row in tables[table]} <= known  # type: ignore[attr-defined]


def test_the_order_of_studies_does_not_matter() -> None:
    studies = [
        study("a", institution("Agence des eaux", acronym="AE")),
        study("b", institution("AE", acronym="AE")),
        study("c", institution("agence des Eaux", kind="company")),
    ]
    results = [resolve(order) for order in permutations(studies)]
    assert all(result == results[0] for result in results)
