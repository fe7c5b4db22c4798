"""The vocabularies of countries, held against Babel's CLDR and against each other."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
from babel import Locale

from extractors.countries import country_rows, iso2_of, members
from extractors.countries.cues import START, class_words, role_cues
from extractors.countries.groupings import grouping_names, grouping_rows, memberships
from extractors.countries.phrases import alternatives
from extractors.countries.vocabulary import (
    DEMONYM_FORMS,
    ambiguities,
    clues,
    entries,
    not_countries,
    prefixes,
    read_vocabulary,
)
from extractors.folding import fold
from tests.test_countries import countries

# CLDR lists these two-letter codes too; ISO 3166-1 does not (reservations, groupings, Kosovo).
NOT_ISO = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
WITHOUT_DEMONYM = {
    "ATA", "ATF", "BES", "BVT", "CCK", "CXR", "FSM", "HMD", "IOT", "MNP", "NFK", "PCN", "SGS", "SJM", "TCA",
    "UMI", "VGB", "VIR",
}  # fmt: skip
HOMOGRAPHS = {
    "en": {"GEO", "JOR", "MEX", "MAF", "REU"},  # Georgia (USA), Jordan (first name), Mexico (city)
    "es": {"BLM", "GEO", "GLP", "GRD", "LCA", "MAF", "MEX", "MUS", "REU", "SHN", "COG"},  # Guadalupe, saints
    "pt": {"BLM", "GEO", "GRD", "GUY", "IRN", "LCA", "MAF", "MEX", "MUS", "REU", "SHN", "GLP"},  # Irã is ira
}
"""Foreign names left out because in French they are somebody or something else."""
ROWS = country_rows()
ISO3 = {row.iso3 for row in ROWS}
FILES = [
    "country_names.csv", "demonyms.csv", "country_prefixes.csv", "country_ambiguities.csv",
    "country_clues.csv", "country_roles.csv", "not_countries.csv", "groupings.csv", "groupings_names.csv",
    "groupings_members.csv", "movement_words.csv", "corridor_words.csv", "corridor_pairs.csv",
]  # fmt: skip


def test_countries_are_those_of_iso_3166_with_their_cldr_names() -> None:
    for language, column in (("fr", "name_fr"), ("en", "name_en")):
        known = {k: v for k, v in Locale(language).territories.items() if len(k) == 2 and k.isalpha()}
        assert {row.iso2 for row in ROWS} == set(known) - NOT_ISO
        for row in ROWS:
            assert getattr(row, column) == known[row.iso2].replace("’", "'").replace("\xa0", " ")
    assert len(ISO3) == len(ROWS) == 249
    assert iso2_of("CIV") == "CI"


@pytest.mark.parametrize("language", ["fr", "en", "es", "pt"])
def test_every_cldr_name_is_recognised(language: str) -> None:
    names = Locale(language).territories
    missed = {
        row.iso3: found
        for row in ROWS
        if (found := countries(f"Belgique, {names[row.iso2]}, Canada.")) != f"BEL {row.iso3} CAN"
    }
    assert set(missed) <= HOMOGRAPHS.get(language, set()), missed


def test_every_demonym_is_recognised_in_its_four_inflections() -> None:
    rows = read_vocabulary("demonyms.csv")
    assert ISO3 - {row["iso3"] for row in rows} == WITHOUT_DEMONYM
    meant = defaultdict(set)
    for row in rows:
        for form in DEMONYM_FORMS:
            meant[row[form]].add(row["iso3"])
    for form, isos in meant.items():
        found = countries(f"Nous citons {form}.")
        possible = ambiguities().get(fold(form))
        assert found in isos | {"?"} | set(possible.candidates if possible else ()), form


def test_every_prefix_makes_a_compound() -> None:
    for prefix, isos in prefixes().items():
        found = countries(f"le comité {prefix}-jamaïcain").split()
        assert len(found) == 2, prefix
        assert found[1] == "JAM", prefix
        assert found[0] in {*isos, "?", "KOR"}, prefix


def test_a_name_of_two_countries_is_declared_ambiguous() -> None:
    several = {
        words for words, found in entries().items() if len({i for e in found for i in e.countries}) > 1
    }
    plural = {words for words, found in entries().items() if any(e.status == "plural" for e in found)}
    assert several - plural <= set(ambiguities())


def test_names_blockers_and_groupings_are_disjoint() -> None:
    blockers = {" ".join(words) for expression in not_countries() for words in alternatives(expression)}
    assert not blockers & set(entries())
    assert not blockers & set(grouping_names())
    assert not set(entries()) & set(grouping_names())


def test_every_class_of_words_is_declared() -> None:
    expressions = [entry.expression for entry in role_cues()]
    expressions += [row["expression"] for row in read_vocabulary("corridor_pairs.csv")]
    used = {word for e in expressions for words in alternatives(e) for word in words if word[0] == "<"}
    assert used - {START} | {"<article>"} == set(class_words())  # articles tell people from qualities


def test_expressions_stay_few_enough_to_load_fast() -> None:
    expressions = [*not_countries(), *(entry.expression for entry in role_cues())]
    assert sum(1 for expression in expressions for _ in alternatives(expression)) < 25_000


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_a_source_and_stands_once(name: str) -> None:
    rows = read_vocabulary(name)
    assert all(row["source"] for row in rows)
    keys = [tuple(value for column, value in row.items() if column != "source") for row in rows]
    assert len(keys) == len(set(keys))


def test_every_code_is_known() -> None:
    for name in (
        "country_names.csv",
        "demonyms.csv",
        "country_prefixes.csv",
        "country_clues.csv",
        "groupings_members.csv",
    ):
        assert {row["iso3"] for row in read_vocabulary(name)} <= ISO3, name
    assert {iso3 for ambiguity in ambiguities().values() for iso3 in ambiguity.candidates} <= ISO3
    assert set(clues().values()) <= ISO3
    assert {m.code for m in memberships()} <= {g.code for g in grouping_rows()}
    roles = {"origin", "destination", "transit", "partner", "donor", "comparison"}
    assert {entry.cue.role for entry in role_cues()} == roles


@pytest.mark.parametrize(
    ("code", "day", "count"),
    [
        ("CEDEAO", date(2019, 12, 31), 15),
        ("CEDEAO", date(2025, 2, 1), 12),
        ("CEDEAO", date(1999, 1, 1), 16),
        ("UEMOA", date(2019, 12, 31), 8),
        ("CEMAC", date(2019, 12, 31), 6),
        ("CEEAC", date(2019, 12, 31), 11),
        ("G5S", date(2019, 12, 31), 5),
        ("AES", date(2019, 12, 31), 0),
        ("AES", date(2024, 1, 1), 3),
        ("UE", date(2019, 12, 31), 28),
        ("UE", date(2020, 6, 11), 27),
        ("UA", date(2020, 6, 11), 55),
        ("SADC", date(2020, 6, 11), 16),
        ("CILSS", date(2020, 6, 11), 13),
        ("CCG", date(2020, 6, 11), 6),
        ("CPLP", date(2020, 6, 11), 9),
    ],
)
def test_membership_on_a_day(code: str, day: date, count: int) -> None:
    assert len(members(code, day)) == count


def test_membership_follows_the_dates() -> None:
    assert "MLI" in members("CEDEAO", date(2019, 6, 1))
    assert "MLI" not in members("CEDEAO", date(2025, 6, 1))
    assert "MRT" not in members("CEDEAO", date(2019, 6, 1))
    assert "COD" not in members("CEMAC", date(2019, 6, 1))
