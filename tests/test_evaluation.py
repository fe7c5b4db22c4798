"""The measures on tables and gold made by hand: each rule of the guidelines' scores, on one or two pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from extractors.evaluation import (
    MEASURES,
    Evaluation,
    GoldPage,
    evaluate,
    gold_hash,
    new_floors,
    read_gold,
    under_floor,
)
from extractors.evaluation.comparison import dice, key, pair, shared_part
from extractors.evaluation.evaluation import calibrate
from extractors.evaluation.found import COLUMNS
from extractors.evaluation.gold import GoldError
from extractors.evaluation.pages import Verdict
from extractors.evaluation.scores import rates, times_drawn
from flows import cli

Rows = Sequence[tuple[Any, ...]]
MINISTRY = "ministère de l'Emploi"
ACT = "Renforcer les capacités de l'Agence nationale pour l'emploi dans les régions."


def page(
    number: int = 1,
    countries: Sequence[str] = (),
    institutions: Sequence[tuple[str, str, str]] = (),
    recommendations: Sequence[tuple[str, Sequence[str]]] = (),
) -> GoldPage:
    return GoldPage.model_validate(
        {
            "document": "a.pdf",
            "page": number,
            "countries": [{"iso3": iso3} for iso3 in countries],
            "institutions": [{"surface": s, "name": n, "type": t} for s, n, t in institutions],
            "recommendations": [
                {"text": text, "addressees": [{"actor": actor} for actor in actors]}
                for text, actors in recommendations
            ],
        }
    )


def tables(
    countries: Rows = (),
    institutions: Rows = (),
    types: Rows = (),
    recommendations: Rows = (),
    actors: Rows = (),
) -> dict[str, pd.DataFrame]:
    """Frames of one study; rows are given without study and row identifiers."""
    rows: dict[str, Rows] = {
        "studies": [("a", "a.pdf")],
        "country_mentions": [("a", f"c{i}", *row, "x") for i, row in enumerate(countries)],
        "institution_mentions": [("a", f"m{i}", *row, "rule") for i, row in enumerate(institutions)],
        "institutions": types,
        "recommendations": [("a", f"r{i}", *row) for i, row in enumerate(recommendations)],
        "recommendation_addressees": actors,
    }
    return {name: pd.DataFrame(list(rows[name]), columns=list(columns)) for name, columns in COLUMNS.items()}


def counts(evaluation: Evaluation, measure: str) -> tuple[int, int, int]:
    score = evaluation.pooled[measure]  # type: ignore[index]
    return score.right, score.gold, score.found


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("L’Agence nationale", "agence  nationale"),
        ("«\u00a0Banque mondiale\u00a0»", "la Banque mondiale,"),
        ("Burkina\u2011Faso", "burkina-faso"),
        ("e\u0301tat", "Éta\u00adt"),
        ("le l'Office", "l'Office"),
        ("(ANPE)", "ANPE"),
    ],
)
def test_what_does_not_count(a: str, b: str) -> None:
    assert key(a) == key(b) or key(a) == f"l'{key(b)}"


@pytest.mark.parametrize(
    ("a", "b"), [("Etat", "État"), ("Sénégal", "Senegal"), ("ANPE", "ANPEJ"), ("Lad", "d")]
)
def test_what_counts(a: str, b: str) -> None:
    assert key(a) != key(b)


def test_shared_words() -> None:
    assert shared_part("Agence nationale pour l'emploi", "Agence nationale") == pytest.approx(2 / 5)
    assert dice("a b c", "a b") == pytest.approx(4 / 5)
    assert (dice("", ""), shared_part("", "")) == (0, 0)


@given(st.text(), st.text())
def test_likeness_is_symmetric_and_a_share(a: str, b: str) -> None:
    for likeness in (dice, shared_part):
        assert likeness(a, b) == likeness(b, a)
        assert 0 <= likeness(a, b) <= 1


def test_pairs_are_the_most_alike_first_and_one_to_one() -> None:
    alike = {("a", "x"): 0.8, ("a", "y"): 0.9, ("b", "y"): 0.95, ("b", "x"): 0.2}
    assert pair("ab", "xy", lambda g, f: alike[g, f], 0.7) == {1: 1, 0: 0}
    assert pair("aa", "xx", lambda g, f: 1.0, 1.0) == {0: 0, 1: 1}
    assert pair("a", "xy", lambda g, f: 0.1, 0.7) == {}


def test_countries_are_counted_by_page_and_code() -> None:
    gold = [page(1, ["MLI", "MLI", "NER"]), page(2, ["SEN"])]
    found = tables([(1, "MLI"), (1, "NER"), (1, "NER"), (2, None), (3, "SEN")])
    evaluation = evaluate(found, gold)
    assert counts(evaluation, "countries") == (2, 4, 4)
    faults = {(f.page, f.fault, f.gold[:3], f.found[:6], f.row_id) for f in evaluation.faults}
    assert faults == {
        (1, "missed", "MLI", "", ""),
        (1, "extra", "", "NER x1", "c1 c2"),
        (2, "missed", "SEN", "", ""),
        (2, "extra", "", "ambigu", "c3"),
    }


def test_institutions_match_exactly_or_in_part_and_bear_a_type() -> None:
    gold = [
        page(
            institutions=[
                (MINISTRY, MINISTRY, "ministry"),
                ("Agence nationale pour l'emploi", "Agence nationale pour l'emploi", "employment_service"),
                ("ANPE", "Agence nationale pour l'emploi", "employment_service"),
            ]
        )
    ]
    found = tables(
        institutions=[
            (1, "i1", f"le {MINISTRY.capitalize()}"),
            (1, "i2", "Agence nationale pour l'emploi du Mali"),
            (1, "i3", "OIT"),
        ],
        types=[("i1", "public_body"), ("i2", "employment_service"), ("i3", "international_organisation")],
    )
    evaluation = evaluate(found, gold)
    assert counts(evaluation, "institutions_exact") == (1, 3, 3)
    assert counts(evaluation, "institutions_partial") == (2, 3, 3)
    assert counts(evaluation, "institution_type") == (1, 2, 2)
    assert counts(evaluation, "institution_entities") == (1, 2, 3)
    kinds = [(f.subject, f.fault) for f in evaluation.faults]
    assert kinds.count(("institution_mention", "span")) == 1
    assert kinds.count(("institution_mention", "type")) == 1
    assert [(r.rule, r.found, r.right, r.exact) for r in evaluation.institution_rules] == [("rule", 3, 2, 1)]


def test_an_institution_split_in_two_costs_and_so_do_two_lumped() -> None:
    name = "Agence nationale pour l'emploi"
    split = evaluate(
        tables(institutions=[(1, "i1", name), (1, "i2", "ANPE")], types=[("i1", "x"), ("i2", "x")]),
        [page(institutions=[(name, name, "employment_service"), ("ANPE", name, "employment_service")])],
    )
    assert counts(split, "institution_entities") == (1, 1, 2)
    lumped = evaluate(
        tables(institutions=[(1, "i1", "OIT"), (1, "i1", "OIM")], types=[("i1", "x")]),
        [page(institutions=[("OIT", "OIT", "company"), ("OIM", "OIM", "company")])],
    )
    assert counts(lumped, "institution_entities") == (1, 2, 1)


def test_recommendations_are_lenient_or_strict_about_their_words() -> None:
    gold = [page(recommendations=[(ACT, ["ministry", "government"])])]
    found = tables(
        recommendations=[(1, f"Enfin : il faudrait {ACT}", "list", 0.9), (1, "Créer un fonds.", "duty", 0.6)],
        actors=[("r0", "ministry"), ("r0", "ministry"), ("r0", "other")],
    )
    evaluation = evaluate(found, gold)
    assert counts(evaluation, "recommendations") == (1, 1, 2)
    assert counts(evaluation, "recommendations_strict") == (0, 1, 2)
    assert counts(evaluation, "addressees") == (1, 2, 2)
    assert [(r.rule, r.precision.value) for r in evaluation.recommendation_rules] == [
        ("duty", 0.0),
        ("list", 1.0),
    ]
    assert evaluation.calibration.error == pytest.approx((0.1 + 0.6) / 2)
    extra = next(f for f in evaluation.faults if f.fault == "extra")
    assert (extra.table_name, extra.row_id) == ("recommendations", "r1")


def test_a_recommendation_that_crosses_pages_may_stand_on_the_next() -> None:
    gold = [page(1), page(2, recommendations=[(ACT, [])])]
    crossing = evaluate(tables(recommendations=[(3, ACT, "list", 0.9)]), gold)
    assert counts(crossing, "recommendations") == (1, 1, 1)
    same_page_first = evaluate(
        tables(recommendations=[(1, ACT, "list", 0.9), (2, ACT, "list", 0.9)]),
        [page(2, recommendations=[(ACT, [])])],
    )
    assert counts(same_page_first, "recommendations") == (1, 1, 1)
    too_far = evaluate(tables(recommendations=[(4, ACT, "list", 0.9)]), gold)
    assert counts(too_far, "recommendations") == (0, 1, 0)


def test_a_document_without_tables_counts_as_empty() -> None:
    found = tables()
    found["studies"] = found["studies"].iloc[:0]
    evaluation = evaluate(found, [page(1, ["MLI"])])
    assert evaluation.absent == ("a.pdf",)
    assert counts(evaluation, "countries") == (0, 1, 0)
    assert evaluation.pooled["countries"].f1.value == 0
    assert evaluation.pooled["recommendations"].f1.value == 1


def test_rates_where_there_is_nothing() -> None:
    assert rates(np.array([0, 0, 0])).tolist() == [1, 1, 1]
    assert rates(np.array([0, 0, 3])).tolist() == [0, 0, 0]
    assert rates(np.array([0, 3, 0])).tolist() == [0, 0, 0]
    assert rates(np.array([3, 2, 2])).tolist() == [1, 1, 1]
    assert rates(np.array([1, 2, 4])).tolist() == pytest.approx([0.25, 0.5, 1 / 3])


def test_intervals_hold_the_value_narrow_with_pages_and_never_move() -> None:
    def f1(pages: int) -> tuple[float, float, float]:
        gold = [page(n, ["MLI", "NER"]) for n in range(1, pages + 1)]
        found = tables([(n, "MLI") for n in range(1, pages + 1)] + [(n, "NER") for n in range(1, pages, 2)])
        rate = evaluate(found, gold).pooled["countries"].f1
        return rate.low, rate.value, rate.high

    few, many = f1(8), f1(80)
    assert few[0] < few[1] < few[2]
    assert many[2] - many[0] < few[2] - few[0]
    assert f1(8) == few
    assert (times_drawn(7, 50).sum(axis=1) == 7).all()


def test_calibration_weighs_bins_by_their_size() -> None:
    verdicts = [Verdict("a", right, confidence=0.95) for right in (True, True, True, False)]
    verdicts += [Verdict("a", False, confidence=0.0), Verdict("a", True, confidence=1.0)]
    calibration = calibrate(verdicts)
    assert [(b.low, b.found) for b in calibration.bins] == [(0.0, 1), (0.9, 5)]
    assert calibration.error == pytest.approx(5 / 6 * abs(0.96 - 0.8))
    assert calibrate([]).error == 0


def test_floors_only_go_up_unless_asked() -> None:
    gold = [page(n, ["MLI", "NER"]) for n in range(1, 21)]
    good = evaluate(tables([(n, iso3) for n in range(1, 21) for iso3 in ("MLI", "NER")]), gold)
    bad = evaluate(tables([(n, "MLI") for n in range(1, 21)]), gold)
    floors = new_floors(good, gold_hash(gold))
    assert set(floors.f1) == set(MEASURES)
    assert floors.f1["countries"] == 1
    assert under_floor(good, floors) == {}
    assert set(under_floor(bad, floors)) == {"countries"}
    assert new_floors(bad, gold_hash(gold), floors).f1["countries"] == 1
    lowered = new_floors(bad, gold_hash(gold), floors, may_lower=True)
    assert lowered.f1["countries"] < 1
    assert under_floor(bad, lowered) == {}


def test_gold_that_is_not_in_the_format_names_its_line() -> None:
    good = page(1, ["MLI"]).model_dump_json()
    assert [p.page for p in read_gold(f"{good}\n\n", "a.jsonl")] == [1]
    with pytest.raises(GoldError, match=r"a\.jsonl, ligne 2, institutions"):
        read_gold(
            f'{good}\n{{"document": "a.pdf", "page": 1, "countries": [], "recommendations": []}}', "a.jsonl"
        )
    with pytest.raises(GoldError, match=r"a\.jsonl, ligne 1, JSON"):
        read_gold("{", "a.jsonl")


def test_gold_hash_depends_on_what_is_said_alone() -> None:
    pages = [page(1, ["MLI"]), page(2)]
    assert gold_hash(pages) == gold_hash(pages[::-1])
    assert gold_hash(pages) != gold_hash([page(1, ["NER"]), page(2)])


@pytest.fixture
def published(tmp_path: Path) -> Path:
    found = tables(
        [(1, "MLI")],
        recommendations=[(1, "=Créer un fonds.", "duty", 0.6)],
        actors=[("r0", "ministry")],
    )
    (tmp_path / "tables").mkdir()
    for name, frame in found.items():
        frame.to_parquet(tmp_path / "tables" / f"{name}.parquet")
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "a.jsonl").write_text(page(1, ["MLI", "NER"]).model_dump_json() + "\n")
    return tmp_path


def invoke(folder: Path, *options: str) -> Any:
    arguments = ["evaluate", str(folder / "tables"), "--gold", str(folder / "gold"), *options]
    return CliRunner().invoke(cli.app, arguments, env={"COLUMNS": "140"})


def test_command_shows_measures_in_french(published: Path) -> None:
    done = invoke(published)
    assert done.exit_code == 0, done.output
    for said in (
        "Qualité sur 1 pages annotées",
        "Précision",
        "Pays",
        "66,7",
        "Recommandations par règle",
        "duty",
    ):
        assert said in done.stdout


def test_command_writes_one_json_document(published: Path) -> None:
    done = invoke(published, "--json")
    said = json.loads(done.stdout)
    assert said["evaluation"]["pooled"]["countries"]["recall"]["value"] == 0.5
    assert len(said["gold"]) == 64


def test_command_writes_faults_that_no_spreadsheet_runs(published: Path) -> None:
    invoke(published, "--errors", str(published / "faults.csv"))
    rows = list(csv.DictReader(io.StringIO((published / "faults.csv").read_text(encoding="utf-8"))))
    assert [(row["page"], row["subject"], row["fault"], row["row_id"]) for row in rows] == [
        ("1", "country", "missed", ""),
        ("1", "recommendation", "extra", "r0"),
    ]
    assert rows[1]["found"] == "'=Créer un fonds."


def test_command_holds_floors(published: Path) -> None:
    floors = published / "floors.json"
    assert invoke(published, "--write-floors", str(floors)).exit_code == 0
    kept = json.loads(floors.read_text())
    kept["f1"]["countries"] = 0.9
    floors.write_text(json.dumps(kept))
    done = invoke(published, "--floors", str(floors))
    assert done.exit_code == 4
    assert "Pays : F1 de 66,7 %, sous le plancher de 90,0 %" in done.stderr
    assert invoke(published, "--write-floors", str(floors)).exit_code == 4
    assert json.loads(floors.read_text())["f1"]["countries"] == 0.9
    assert invoke(published, "--write-floors", str(floors), "--lower-floors").exit_code == 0
    kept["gold"] = "0" * 64
    floors.write_text(json.dumps(kept))
    assert invoke(published, "--floors", str(floors)).exit_code == 4


@pytest.mark.parametrize(
    ("tables_folder", "gold_folder", "message"),
    [("gold", "gold", "studies.parquet"), ("tables", "tables", "--gold"), ("tables", "none", "--gold")],
)
def test_wrong_folders_are_2(published: Path, tables_folder: str, gold_folder: str, message: str) -> None:
    arguments = ["evaluate", str(published / tables_folder), "--gold", str(published / gold_folder)]
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""
