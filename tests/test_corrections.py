"""Human decisions replayed on the sample studies: they change what they should, and outlive new files and new text.

``tests/corrections/`` holds 60 decisions of all kinds on the samples, in the form of ``raw/corrections/``.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extractors.corrections import NONE, Corrections, correct_study
from extractors.corrections.corpus import corrected_rows, studies_of
from extractors.corrections.countries import rebuild_corridors
from extractors.corrections.draft import Draft
from extractors.corrections.quotes import StudyText
from extractors.study import StudyRows
from flows.corrections import path_of, read_corrections, write_corrections
from flows.errors import UsageError
from schemas.corrections import (
    DECISIONS,
    CountryDecision,
    Decision,
    InstitutionDecision,
    RecommendationDecision,
    StudyDecision,
    columns_of,
)
from schemas.row import Row, check_rows
from schemas.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
STUDIES = ("cameroun", "mali", "niger", "synthese")
WHO: dict[str, Any] = {"reason": "", "decided_by": "A. Diarra", "decided_on": "2020-11-30"}
NOWHERE: dict[str, Any] = {"study_id": None, "page": None, "exact": "", "prefix": "", "suffix": ""}

Tables = dict[str, list[Row]]

pytestmark = pytest.mark.model


@pytest.fixture(scope="session")
def studies(samples: list[StudyRows]) -> dict[str, StudyRows]:
    """The four sample studies by name."""
    return {rows.studies[0].study_id: rows for rows in samples if rows.studies[0].study_id in STUDIES}


@pytest.fixture(scope="session")
def before(studies: dict[str, StudyRows]) -> Tables:
    """The tables without a decision."""
    return corrected_rows(list(studies.values()), NONE)


@pytest.fixture(scope="session")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Corrections:
    """Sixty decisions."""
    raw = tmp_path_factory.mktemp("raw")
    shutil.copytree(ROOT / "tests" / "corrections", raw / "corrections")
    return read_corrections(raw)


# -- Making decisions ------------------------------------------------------------------------------------------


def at(rows: StudyRows, row: Any) -> dict[str, Any]:
    """Where a row of a study stands."""
    quote = StudyText.of(rows.passages).quote(row.passage_id, row.start_char, row.end_char, row.page)
    place = {"page": quote.page, "exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix}
    return {"study_id": rows.studies[0].study_id, **place}


def on_country(rows: StudyRows, row: Any, action: str, new: str = "") -> Decision:
    old = row.iso3 or ""
    return CountryDecision.model_validate({"action": action, **at(rows, row), "old": old, "new": new, **WHO})


def on_recommendation(rows: StudyRows, row: Any, action: str, new: str = "") -> Decision:
    return RecommendationDecision.model_validate(
        {"action": action, **at(rows, row), "old": row.text, "new": new, **WHO}
    )


def on_institution(row: Any, action: str, new: str = "", other: Any = None, **more: Any) -> Decision:
    values = {
        "action": action, "institution_id": row.institution_id, "name": row.name, "acronym": None,
        "country_iso3": row.country_iso3, "other_id": other and other.institution_id,
        "other_name": other.name if other else "", "other_country_iso3": other and other.country_iso3,
        **NOWHERE, "old": "", "new": new, **WHO, **more,
    }  # fmt: skip
    return InstitutionDecision.model_validate(values)


def after(studies: dict[str, StudyRows], *decisions: Decision) -> Tables:
    """The tables as decided; every reference leads to its row."""
    tables = corrected_rows(list(studies.values()), Corrections.of(decisions))
    check_rows(TABLES, tables)
    assert all(row.outcome in ("applied", "moved") for row in outcomes(tables)), outcomes(tables)
    return tables


def outcomes(tables: Tables) -> list[Any]:
    return list(tables["correction_outcomes"])


def changes(before: Tables, after: Tables) -> dict[str, tuple[int, int]]:
    """Rows that went and rows that came, by table; tables that stayed as they were are left out."""
    found = {}
    for name in before.keys() | after.keys():
        old = Counter(row.model_dump_json() for row in before.get(name, ()))
        new = Counter(row.model_dump_json() for row in after.get(name, ()))
        if old != new and name != "correction_outcomes":
            found[name] = ((old - new).total(), (new - old).total())
    return found


def one(rows: Sequence[Any], **values: object) -> Any:
    """The first row with these values."""
    return next(row for row in rows if all(getattr(row, name) == value for name, value in values.items()))


def of_two_studies(tables: Tables) -> list[Any]:
    """Two institutions, each of another study alone."""
    studies_of_one: dict[str, set[str]] = {}
    for mention in tables["institution_mentions"]:
        studies_of_one.setdefault(mention.institution_id, set()).add(mention.study_id)  # type: ignore[attr-defined]
    first = next(key for key in sorted(studies_of_one) if studies_of_one[key] == {"mali"})
    other = next(key for key in sorted(studies_of_one) if studies_of_one[key] == {"niger"})
    return [one(tables["institutions"], institution_id=key) for key in (first, other)]


def evidence_of(tables: Tables, table: str, key: str) -> list[Any]:
    return [row for row in tables["evidence"] if (row.table_name, row.row_id) == (table, key)]  # type: ignore[attr-defined]


# -- A decision changes what it should, and nothing else -----------------------------------------------------------


def test_without_decisions_nothing_changes(studies: dict[str, StudyRows]) -> None:
    for rows in studies.values():
        same, found = correct_study(rows, NONE)
        assert (same, found) == (rows, [])


def test_confirmations_change_nothing(studies: dict[str, StudyRows], before: Tables) -> None:
    mali = studies["mali"]
    tables = after(
        studies,
        on_country(mali, mali.country_mentions[5], "confirm"),
        on_recommendation(mali, mali.recommendations[5], "confirm"),
        on_institution(before["institutions"][3], "confirm"),
    )
    assert changes(before, tables) == {}


def test_corridors_made_anew_are_the_same(studies: dict[str, StudyRows]) -> None:
    for rows in studies.values():
        draft = Draft.of(rows)
        rebuild_corridors(draft, lambda _, finding: finding)
        assert draft.rows == rows


def test_a_country_that_is_none_takes_its_corridors_and_nothing_else(
    studies: dict[str, StudyRows], before: Tables
) -> None:
    mali = studies["mali"]
    corridor = next(m for m in mali.corridor_mentions if m.rule != "table" and m.direction == "known")
    _, _, pair = corridor.corridor_id.rpartition(":")
    named = [
        m
        for m in mali.country_mentions
        if m.passage_id == corridor.passage_id
        and corridor.start_char <= m.start_char < corridor.end_char
        and m.iso3 == pair[-3:]
    ]
    tables = after(studies, *(on_country(mali, m, "not_a_country") for m in named))
    gone = {(m.mention_id) for m in mali.corridor_mentions} - {
        m.mention_id
        for m in tables["corridor_mentions"]  # type: ignore[attr-defined]
    }
    assert corridor.mention_id in gone
    assert all(pair[-3:] in key.partition("@")[0] for key in gone)
    assert changes(before, tables).keys() <= {
        "country_mentions", "corridor_mentions", "corridors", "recommendation_countries", "evidence",
    }  # fmt: skip
    assert not evidence_of(tables, "country_mentions", named[0].mention_id)
    assert not evidence_of(tables, "corridor_mentions", corridor.mention_id)
    counts = Counter(m.corridor_id for m in tables["corridor_mentions"])  # type: ignore[attr-defined]
    assert all(c.mention_count == counts[c.corridor_id] for c in tables["corridors"])  # type: ignore[attr-defined]


def test_another_country_moves_the_recommendation_that_names_it(
    studies: dict[str, StudyRows], before: Tables
) -> None:
    mali = studies["mali"]
    advice = next(r for r in mali.recommendations if "accords de main-d'œuvre" in r.text)
    mention = next(
        m
        for m in mali.country_mentions
        if m.passage_id == advice.passage_id and m.iso3 == "SEN" and advice.start_char <= m.start_char
    )
    tables = after(studies, on_country(mali, mention, "other_country", "GMB"))
    concerned = {
        r.iso3
        for r in tables["recommendation_countries"]
        if r.recommendation_id == advice.recommendation_id  # type: ignore[attr-defined]
    }
    assert concerned == {"CIV", "GMB"}
    assert changes(before, tables)["country_mentions"] == (1, 1)
    assert changes(before, tables).keys() <= {
        "country_mentions", "corridor_mentions", "corridors", "recommendation_countries", "evidence",
    }  # fmt: skip


def test_a_role_is_that_of_one_mention(studies: dict[str, StudyRows], before: Tables) -> None:
    mali = studies["mali"]
    mention = next(m for m in mali.country_mentions if m.role is None)
    tables = after(studies, on_country(mali, mention, "role", "transit"))
    assert changes(before, tables) == {"country_mentions": (1, 1)}


def test_each_of_two_countries_on_the_same_words_can_be_decided(studies: dict[str, StudyRows]) -> None:
    mali = studies["mali"]
    both = [m for m in mali.country_mentions if m.surface == "franco-malien"][:2]
    assert {m.iso3 for m in both} == {"FRA", "MLI"}
    for mention in both:
        tables = after(studies, on_country(mali, mention, "not_a_country"))
        assert mention.mention_id not in {m.mention_id for m in tables["country_mentions"]}  # type: ignore[attr-defined]


def test_a_recommendation_that_is_none_goes_with_all_that_hangs_on_it(
    studies: dict[str, StudyRows], before: Tables
) -> None:
    mali = studies["mali"]
    advice = next(r for r in mali.recommendations if "point focal" in r.text)
    tables = after(studies, on_recommendation(mali, advice, "not_a_recommendation"))
    for name, rows in tables.items():
        if name.startswith("recommendation"):
            assert advice.recommendation_id not in {r.recommendation_id for r in rows}  # type: ignore[attr-defined]
    assert not evidence_of(tables, "recommendations", advice.recommendation_id)
    changed = changes(before, tables)
    assert changed["recommendations"] == (1, 0)
    assert changed.keys() <= {
        "recommendations", "recommendation_addressees", "recommendation_themes", "recommendation_countries",
        "recommendation_groups", "evidence",
    }  # fmt: skip


def test_a_text_cut_shorter_has_its_characters_and_boxes(
    studies: dict[str, StudyRows], before: Tables
) -> None:
    mali = studies["mali"]
    advice = next(r for r in mali.recommendations if "ajouter à son questionnaire" in r.text)
    text = advice.text[advice.text.index("ajouter") :]
    tables = after(studies, on_recommendation(mali, advice, "edit_text", text))
    row = one(tables["recommendations"], recommendation_id=advice.recommendation_id)
    passage = one(tables["passages"], passage_id=row.passage_id)
    assert passage.text[row.start_char : row.end_char] == row.text == text
    old = evidence_of(before, "recommendations", advice.recommendation_id)
    new = evidence_of(tables, "recommendations", advice.recommendation_id)
    assert new
    assert new[-1].x1 == old[-1].x1
    assert (new[0].top, new[0].x0) > (old[0].top, old[0].x0)


def test_addressees_and_themes_are_those_decided(studies: dict[str, StudyRows], before: Tables) -> None:
    mali = studies["mali"]
    advice = next(r for r in mali.recommendations if "étendre ce texte" in r.text)
    tables = after(
        studies,
        on_recommendation(mali, advice, "addressees", "UEMOA [regional_body] ; ANPE [employment_service]"),
        on_recommendation(mali, advice, "themes", "diaspora ; financing"),
    )
    own = [r for r in tables["recommendation_addressees"] if r.recommendation_id == advice.recommendation_id]  # type: ignore[attr-defined]
    assert [(r.surface, r.actor) for r in own] == [("UEMOA", "regional_body"), ("ANPE", "employment_service")]  # type: ignore[attr-defined]
    assert own[1].institution_id == "inst:ml:employment_service:agence-nationale-pour-l-emploi"  # type: ignore[attr-defined]
    themes = {
        r.theme for r in tables["recommendation_themes"] if r.recommendation_id == advice.recommendation_id
    }  # type: ignore[attr-defined]
    assert themes == {"diaspora", "financing"}


def test_a_missed_recommendation_has_its_evidence(studies: dict[str, StudyRows]) -> None:
    mali = studies["mali"]
    passage = next(p for p in mali.passages if p.kind == "paragraph" and p.page == 6 and ". " in p.text)
    words = passage.text[: passage.text.index(". ") + 1]
    place = StudyText.of(mali.passages).quote(passage.passage_id, 0, len(words), passage.page)
    where = {"study_id": "mali", "page": place.page, "prefix": place.prefix, "suffix": place.suffix}
    decision = RecommendationDecision.model_validate(
        {"action": "new", **where, "exact": place.exact, "old": "", "new": "", **WHO}
    )
    tables = after(studies, decision)
    (row,) = [r for r in tables["recommendations"] if r.rule == "correction"]  # type: ignore[attr-defined]
    assert row.text == words  # type: ignore[attr-defined]
    boxes = evidence_of(tables, "recommendations", row.recommendation_id)  # type: ignore[attr-defined]
    assert boxes
    assert {box.page for box in boxes} == {6}
    assert [
        r.theme for r in tables["recommendation_themes"] if r.recommendation_id == row.recommendation_id
    ] == [  # type: ignore[attr-defined]
        "other"
    ]


def test_joined_institutions_add_up(studies: dict[str, StudyRows], before: Tables) -> None:
    pair = of_two_studies(before)
    tables = after(studies, on_institution(pair[0], "same_as", other=pair[1]))
    kept = one(tables["institutions"], institution_id=pair[1].institution_id)
    assert kept.mention_count == sum(row.mention_count for row in pair)
    assert kept.study_count == 2
    assert len(tables["institutions"]) == len(before["institutions"]) - 1
    named = Counter(m.institution_id for m in tables["institution_mentions"])  # type: ignore[attr-defined]
    assert named[kept.institution_id] == kept.mention_count
    assert changes(before, tables).keys() <= {
        "institutions", "institution_mentions", "institution_names", "institution_candidates",
        "recommendation_addressees",
    }  # fmt: skip


def test_institutions_told_apart_are_proposed_no_more(studies: dict[str, StudyRows], before: Tables) -> None:
    candidate: Any = before["institution_candidates"][0]
    pair = [
        one(before["institutions"], institution_id=key)
        for key in (candidate.institution_id, candidate.other_id)
    ]
    tables = after(studies, on_institution(pair[0], "different", other=pair[1]))
    assert changes(before, tables) == {"institution_candidates": (1, 0)}


def test_a_name_told_apart_becomes_an_institution(studies: dict[str, StudyRows], before: Tables) -> None:
    anpe = one(
        before["institutions"], institution_id="inst:ml:employment_service:agence-nationale-pour-l-emploi"
    )
    tables = after(studies, on_institution(anpe, "different", other_name="ANPE"))
    own = one(tables["institutions"], name="ANPE", country_iso3="MLI")
    rest = one(tables["institutions"], institution_id=anpe.institution_id)
    assert own.mention_count + rest.mention_count == anpe.mention_count
    assert {m.surface for m in tables["institution_mentions"] if m.institution_id == own.institution_id} == {
        "ANPE"
    }  # type: ignore[attr-defined]
    assert not [
        m
        for m in tables["institution_mentions"]
        if m.institution_id == rest.institution_id and m.surface == "ANPE"
    ]  # type: ignore[attr-defined]


def test_a_renamed_institution_keeps_its_identifier(studies: dict[str, StudyRows], before: Tables) -> None:
    row = one(before["institutions"], institution_id="inst:ne:ministry:ministere-de-elevage")
    tables = after(studies, on_institution(row, "rename", "Ministère de l'Élevage"))
    assert one(tables["institutions"], institution_id=row.institution_id).name == "Ministère de l'Élevage"
    names = {(n.name, n.kind) for n in tables["institution_names"] if n.institution_id == row.institution_id}  # type: ignore[attr-defined]
    assert ("Ministère de l'Élevage", "full") in names
    assert (row.name, "variant") in names
    assert changes(before, tables).keys() <= {"institutions", "institution_names", "institution_candidates"}


def test_a_retyped_institution_takes_its_actors_along(studies: dict[str, StudyRows], before: Tables) -> None:
    row = one(
        before["institutions"], institution_id="inst:ml:employment_service:agence-nationale-pour-l-emploi"
    )
    tables = after(studies, on_institution(row, "retype", "public_body"))
    assert one(tables["institutions"], institution_id=row.institution_id).type == "public_body"
    actors = {a.actor for a in tables["recommendation_addressees"] if a.institution_id == row.institution_id}  # type: ignore[attr-defined]
    assert actors == {"government"}
    assert changes(before, tables).keys() <= {
        "institutions",
        "recommendation_addressees",
        "recommendation_groups",
    }


def test_what_is_no_institution_is_named_nowhere(studies: dict[str, StudyRows], before: Tables) -> None:
    row = one(
        before["institutions"], institution_id="inst:ml:employment_service:agence-nationale-pour-l-emploi"
    )
    tables = after(studies, on_institution(row, "not_an_institution"))
    assert row.institution_id not in str(tables["institutions"]) + str(tables["institution_mentions"])
    addressed = [a for a in before["recommendation_addressees"] if a.institution_id == row.institution_id]  # type: ignore[attr-defined]
    assert changes(before, tables)["recommendation_addressees"] == (len(addressed), len(addressed))
    gone = {m.mention_id for m in before["institution_mentions"] if m.institution_id == row.institution_id}  # type: ignore[attr-defined]
    assert not [e for e in tables["evidence"] if e.row_id in gone and e.table_name == "institution_mentions"]  # type: ignore[attr-defined]


def test_a_new_institution_is_found_in_every_study(studies: dict[str, StudyRows], before: Tables) -> None:
    decision = on_institution(
        one(before["institutions"], name="Caritas Mali"), "new", "civil_society",
        institution_id=None, name="Diaspora", exact="diaspora", study_id="mali",
    )  # fmt: skip
    tables = after(studies, decision)
    found = [m for m in tables["institution_mentions"] if m.rule == "correction"]  # type: ignore[attr-defined]
    assert {m.surface for m in found} == {"diaspora"}  # type: ignore[attr-defined]
    assert len({m.study_id for m in found}) > 1  # type: ignore[attr-defined]
    (row,) = [r for r in tables["institutions"] if r.name == "Diaspora"]  # type: ignore[attr-defined]
    assert row.mention_count == len(found)  # type: ignore[attr-defined]
    assert all(evidence_of(tables, "institution_mentions", m.mention_id) for m in found)  # type: ignore[attr-defined]


def test_the_study_s_country_takes_roles_and_recommendations_along(studies: dict[str, StudyRows]) -> None:
    values = {"field": "country_iso3", **NOWHERE, "study_id": "mali", "old": "MLI", "new": "SEN", **WHO}
    tables = after(studies, StudyDecision.model_validate(values))
    own = [m for m in tables["country_mentions"] if m.study_id == "mali" and m.role == "study"]  # type: ignore[attr-defined]
    assert {m.iso3 for m in own} == {"SEN"}  # type: ignore[attr-defined]
    before_home = [m for m in studies["mali"].country_mentions if m.iso3 == "MLI" and m.role == "study"]
    assert before_home


# -- Sixty decisions outlive what happens to files ----------------------------------------------------------------


def states(studies: dict[str, StudyRows], corrections: Corrections) -> dict[str, str]:
    """What became of each decision."""
    found = outcomes(corrected_rows(list(studies.values()), corrections))
    assert len(found) == 60
    return {row.decision_id: row.outcome for row in found}


def test_sixty_decisions_of_every_kind_are_applied(studies: dict[str, StudyRows], sixty: Corrections) -> None:
    actions = {(d.table, d.action_code) for d in sixty}
    assert len(actions) == 6 + 7 + 5 + 1  # every action there is
    assert Counter(states(studies, sixty).values()) == {"applied": 60}


def test_a_rerun_in_another_order_gives_the_same(studies: dict[str, StudyRows], sixty: Corrections) -> None:
    tables = corrected_rows(list(studies.values()), sixty)
    again = corrected_rows(list(studies.values())[::-1], Corrections.of(reversed(list(sixty))))
    assert changes(tables, again) == {}
    assert outcomes(tables) == outcomes(again)


def test_corrected_twice_is_corrected_once(studies: dict[str, StudyRows], sixty: Corrections) -> None:
    """A decision that the code has come to agree with changes nothing."""
    once = {name: correct_study(rows, sixty)[0] for name, rows in studies.items()}
    twice = {name: correct_study(rows, sixty)[0] for name, rows in once.items()}
    for name in studies:
        assert dict(once[name].tables()).keys() == dict(twice[name].tables()).keys()
        assert changes(dict(once[name].tables()), dict(twice[name].tables())) == {}  # type: ignore[arg-type]


Extract = Callable[[Path], StudyRows]
CHANGED = ("mali", "niger")
"""Studies whose files are changed; the two others stand for those that are not (benchmarks/corrections.py: all)."""


def with_files(
    studies: dict[str, StudyRows], folder: Path, extract: Extract, change: Callable[[bytes], bytes]
) -> dict[str, StudyRows]:
    """The studies, of which some have a changed file."""
    found = dict(studies)
    for name in CHANGED:
        path = folder / f"{name}.pdf"
        path.write_bytes(change((ROOT / "examples" / "studies" / path.name).read_bytes()))
        found[name] = extract(path)
        assert found[name].pages[0].document_id != studies[name].pages[0].document_id
    return found


def resaved(content: bytes) -> bytes:
    """The same pages, written by another program."""
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    for page in writer.pages:
        page.compress_content_streams()
    writer.add_metadata({"/Producer": "Autre"})
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


INSERTED_BEFORE, INSERTED = 5, 2


def with_pages(content: bytes) -> bytes:
    """Two pages of another study come in before the fifth."""
    pypdf = pytest.importorskip("pypdf")
    other = pypdf.PdfReader(ROOT / "examples" / "studies" / "synthese.pdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    for number in range(INSERTED):
        writer.insert_page(other.pages[5 + number], INSERTED_BEFORE - 1 + number)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_files_saved_anew_keep_every_decision(
    studies: dict[str, StudyRows], sixty: Corrections, extract: Extract, tmp_path: Path
) -> None:
    again = with_files(studies, tmp_path, extract, resaved)
    assert Counter(states(again, sixty).values()) == {"applied": 60}


def test_two_pages_more_move_what_follows(
    studies: dict[str, StudyRows], sixty: Corrections, extract: Extract, tmp_path: Path
) -> None:
    found = states(with_files(studies, tmp_path, extract, with_pages), sixty)
    for decision in sixty:
        after_them = decision.study_id in CHANGED and (decision.page or 0) >= INSERTED_BEFORE
        assert found[decision.decision_id] == ("moved" if after_them else "applied"), decision


EDITED = ("devrait ajouter à son questionnaire", "pourrait joindre à son enquête annuelle")
REMOVED = '<li><r to="government:Gouvernement">Allouer au '


def test_an_edited_and_a_removed_sentence_are_reported(
    studies: dict[str, StudyRows], sixty: Corrections, extract: Extract, tmp_path: Path
) -> None:
    pytest.importorskip("weasyprint")
    sources = ROOT / "examples" / "sources"
    lines = (sources / "mali.html").read_text(encoding="utf-8").replace(*EDITED).splitlines()
    (tmp_path / "mali.html").write_text(
        "\n".join(line for line in lines if REMOVED not in line), encoding="utf-8"
    )
    shutil.copy(sources / "mali.institutions.csv", tmp_path)
    spec = importlib.util.spec_from_file_location("maker", ROOT / "examples" / "make_samples.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    content, _ = maker.build_study(tmp_path / "mali.html")
    (tmp_path / "mali.pdf").write_bytes(content)
    tables = corrected_rows(list({**studies, "mali": extract(tmp_path / "mali.pdf")}.values()), sixty)
    unusual = {row.quote: row for row in outcomes(tables) if row.outcome not in ("applied", "moved")}
    assert len(outcomes(tables)) == 60
    edited = one(list(unusual.values()), outcome="source_changed")
    removed = one(list(unusual.values()), outcome="orphan")
    assert len(unusual) == 2
    assert "questionnaire" in edited.quote
    assert "pourrait joindre à son enquête annuelle" in edited.message
    assert "Allouer au CIGEM" in removed.quote
    assert not [r for r in tables["recommendations"] if r.text == edited.new]  # type: ignore[attr-defined]


def test_decisions_on_other_studies_wait(studies: dict[str, StudyRows], sixty: Corrections) -> None:
    found = outcomes(corrected_rows([studies["niger"]], sixty))
    assert len(found) == 60
    for row in found:
        if row.decided_table != "institutions":
            assert row.outcome == ("applied" if row.study_id == "niger" else "not_in_run")


# -- Files -------------------------------------------------------------------------------------------------------


def test_files_are_written_as_they_are_read(sixty: Corrections, tmp_path: Path) -> None:
    write_corrections(tmp_path, sixty)
    assert read_corrections(tmp_path) == sixty
    first = {table: path_of(tmp_path, table).read_bytes() for table in DECISIONS}
    write_corrections(tmp_path, Corrections.of(reversed(list(sixty))))
    assert first == {table: path_of(tmp_path, table).read_bytes() for table in DECISIONS}
    assert first == {t: (ROOT / "tests" / "corrections" / f"{t}.csv").read_bytes() for t in DECISIONS}


HEADER = ",".join(columns_of(CountryDecision))
FAULTY = {
    "action,study_id\n": "colonnes attendues",
    f"{HEADER}\nrole,mali,3,Mali,,,MLI,captain,,A,2020-01-01\n": "ligne 2, new : « captain » n'est pas un rôle",
    f"{HEADER}\nrole,mali,trois,Mali,,,MLI,origin,,A,2020-01-01\n": "ligne 2, page",
    f"{HEADER}\nother_country,mali,3,Mali,,,MLI,MALI,,A,2020-01-01\n": "« MALI » n'est pas un code de pays",
    f"{HEADER}\nrole,,3,Mali,,,MLI,origin,,A,2020-01-01\n": "study_id : Il manque l'étude",
    f"{HEADER}\nrole,mali,3,Mali,,,MLI,origin,,,2020-01-01\n": "decided_by",
    f"{HEADER}\nrole,mali,3,Mali,,,MLI,origin,,A,hier\n": "decided_on",
    f"{HEADER}\nrole,mali,3\n": "le nombre de cellules",
    f'{HEADER}\nrole,mali,3,"Mali,,,MLI,origin,,A,2020-01-01\n': "ligne",
    f"{HEADER}\n" + 2 * "role,mali,3,Mali,,,MLI,origin,,A,2020-01-01\n": "ligne 3 : déjà décidé ligne 2",
}


@pytest.mark.parametrize("content", FAULTY)
def test_a_faulty_file_stops_the_run_with_its_place(tmp_path: Path, content: str) -> None:
    path = path_of(tmp_path, "countries")
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_corrections(tmp_path)
    assert FAULTY[content] in str(caught.value)
    assert "countries.csv" in str(caught.value)


def test_decisions_that_contradict_each_other_do_not_go_in_circles(
    studies: dict[str, StudyRows], before: Tables
) -> None:
    pair = of_two_studies(before)
    both = [
        on_institution(pair[0], "same_as", other=pair[1]),
        on_institution(pair[1], "same_as", other=pair[0]),
    ]
    tables = corrected_rows(list(studies.values()), Corrections.of(both))
    assert Counter(row.outcome for row in outcomes(tables)) == {"applied": 1, "orphan": 1}


def test_a_decision_holds_when_the_identifier_is_another(
    studies: dict[str, StudyRows], before: Tables
) -> None:
    row = one(before["institutions"], institution_id="inst:ne:ministry:ministere-de-elevage")
    decision = on_institution(row, "retype", "public_body", institution_id="inst:ne:company:other")
    tables = after(studies, decision)
    assert one(tables["institutions"], institution_id=row.institution_id).type == "public_body"


def test_an_institution_that_no_study_names_may_stand_for_others(
    studies: dict[str, StudyRows], before: Tables
) -> None:
    row = one(before["institutions"], name="Caritas Mali")
    other = row.model_copy(
        update={"institution_id": "inst:xx:civil_society:caritas", "name": "Caritas", "country_iso3": None}
    )
    tables = after(studies, on_institution(row, "same_as", other=other))
    kept = one(tables["institutions"], institution_id=other.institution_id)
    assert (kept.name, kept.type, kept.study_count) == ("Caritas", "civil_society", 1)
    names = {
        (n.name, n.kind) for n in tables["institution_names"] if n.institution_id == other.institution_id
    }  # type: ignore[attr-defined]
    assert names >= {("Caritas", "full"), ("Caritas Mali", "variant")}


def test_published_tables_lead_back_to_studies(
    studies: dict[str, StudyRows], before: Tables, sixty: Corrections
) -> None:
    """Decisions tried on published tables do what they do in a run, but for evidence of what they add."""
    documents = [
        type("Document", (), {"document_id": rows.pages[0].document_id, "study_id": name})()
        for name, rows in studies.items()
    ]
    tried = corrected_rows(studies_of({**before, "documents": documents}), sixty)
    made = corrected_rows(list(studies.values()), sixty)
    assert changes(made, tried).keys() <= {"evidence"}
    assert outcomes(tried) == outcomes(made)


def test_rows_are_not_shared(studies: dict[str, StudyRows], sixty: Corrections) -> None:
    copies = {name: replace(rows) for name, rows in studies.items()}
    kept = {name: [list(part) for _, part in rows.tables()] for name, rows in copies.items()}
    corrected_rows(list(studies.values()), sixty)
    assert kept == {name: [list(part) for _, part in rows.tables()] for name, rows in studies.items()}
