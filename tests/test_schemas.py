"""The contract: every column is described in two languages, every reference leads to a key."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from schemas.errors import TableError
from schemas.export import columns
from schemas.row import DTYPES, Row, check_rows, to_frame
from schemas.tables import TABLES, Country, RecommendationCountry, Reject

CONTRACT = {
    "studies": "study_id file_name title level country_iso3 region year language publisher source_url "
    "page_count status",
    "documents": "document_id study_id sha256 media_type bytes url retrieved_at text_source",
    "pages": "document_id page width_pt height_pt words_read words_in_blocks text_quality language note",
    "passages": "passage_id study_id document_id page position kind section text",
    "countries": "iso3 iso2 name_fr name_en region sub_region",
    "country_mentions": "mention_id study_id page passage_id start_char end_char surface iso3 kind role zone",
    "groupings": "code name_fr name_en kind",
    "grouping_members": "grouping_code iso3 since until",
    "corridors": "corridor_id study_id origin_iso3 destination_iso3 mention_count",
    "corridor_mentions": "corridor_id study_id page passage_id text",
    "institutions": "institution_id name acronym type country_iso3 registry study_count mention_count",
    "institution_names": "institution_id name kind",
    "institution_candidates": "institution_id other_id score reason",
    "institution_mentions": "mention_id study_id page passage_id start_char end_char surface "
    "institution_id zone",
    "recommendations": "recommendation_id study_id page passage_id start_char end_char text section modality "
    "reported horizon confidence rule repeats",
    "recommendation_addressees": "recommendation_id position surface actor institution_id",
    "recommendation_themes": "recommendation_id theme",
    "recommendation_groups": "recommendation_id group_id theme actor",
    "recommendation_countries": "recommendation_id iso3",
    "themes": "code label_fr label_en",
    "institution_types": "code label_fr label_en",
    "actors": "code label_fr label_en",
    "evidence": "table_name row_id page x0 top x1 bottom",
    "rejects": "document_id page stage code message",
    "correction_outcomes": "decision_id decided_table action outcome message",
    "quality": "gold scope name measure precision precision_low precision_high recall f1 code_version model",
    "runs": "run_id started_at finished_at code_version model documents rows outcome",
}
"""Tables and columns that must exist (DESIGN.md §3, issue 4); columns may be added, never renamed."""

EVERY_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
MALI = Country(iso3="MLI", iso2="ML", name_fr="Mali", name_en="Mali", region=None, sub_region=None)


def test_contract_is_kept() -> None:
    assert set(TABLES) == set(CONTRACT)
    for name, required in CONTRACT.items():
        assert set(required.split()) <= set(TABLES[name].column_names()), name


@EVERY_TABLE
def test_every_column_is_described_in_both_languages(table: type[Row]) -> None:
    assert table.title_fr
    assert table.__doc__
    for column in columns(table):
        assert column.description_en.endswith("."), column.name
        assert column.description_fr.endswith((".", " ?")), column.name


@EVERY_TABLE
def test_no_column_has_a_default(table: type[Row]) -> None:
    assert all(field.is_required() for field in table.model_fields.values())


@EVERY_TABLE
def test_keys_and_references_exist(table: type[Row]) -> None:
    assert set(table.primary_key) <= set(table.column_names())
    before = list(TABLES)[: list(TABLES).index(table.table)]
    for source, (target, target_column) in table.foreign_keys.items():
        assert source in table.column_names()
        assert target in before, f"{target} is made before the tables that refer to it"
        assert TABLES[target].primary_key == (target_column,)


@EVERY_TABLE
def test_empty_table_keeps_its_columns(table: type[Row]) -> None:
    frame = to_frame(table, [])
    assert list(frame.columns) == table.column_names()
    assert {str(kind) for kind in frame.dtypes} <= {*DTYPES.values(), "datetime64[us, UTC]"}


def test_doubled_keys_are_refused() -> None:
    with pytest.raises(TableError, match="countries: 2 rows share a primary key"):
        to_frame(Country, [MALI, MALI])


def test_orphans_are_named() -> None:
    row = RecommendationCountry(recommendation_id="r", iso3="XXX")
    rows: dict[str, Sequence[Row]] = {"countries": [MALI], "recommendation_countries": [row]}
    with pytest.raises(TableError, match=r"recommendation_countries\.iso3: 1 values .* \['XXX'\]"):
        check_rows(TABLES, rows)
    with pytest.raises(TableError, match="countries: 1 primary keys are held twice"):
        check_rows(TABLES, {"countries": [MALI, MALI]})


@pytest.mark.parametrize(
    "change", [{"iso3": "mli"}, {"iso3": 12}, {"name_fr": None}, {"unknown": "x"}], ids=lambda c: str(c)
)
def test_rows_that_break_the_contract_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Country.model_validate(MALI.model_dump() | change)


def test_key_columns_that_may_be_empty_are_known() -> None:
    """Such a column costs its table the PRIMARY KEY in SQL (it becomes a unique index): only one has it."""
    empty = [(t.table, c) for t in TABLES.values() for c in t.primary_key if t.is_nullable(c)]
    assert empty == [(Reject.table, "page")]
