"""The review sheet: what it proposes, and what comes back of it, from good rows and from twenty kinds of bad ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from extractors.corrections import NONE, Corrections
from extractors.corrections.corpus import Tables, corrected_rows
from extractors.corrections.gold import to_gold
from extractors.corrections.proposals import Proposal, propose
from extractors.corrections.quotes import StudyText
from extractors.evaluation import read_gold
from extractors.study import StudyRows
from flows import cli
from flows.corrections import read_corrections, with_decisions, write_corrections
from flows.errors import UsageError
from flows.reference import reference_rows
from flows.review_import import Imported, Known, read_sheet
from flows.review_sheet import About, write_sheet
from schemas.corrections import CountryDecision, RecommendationDecision
from schemas.row import Row
from schemas.tables import Institution, Run, SourceDocument

pytestmark = pytest.mark.model

TODAY = date(2020, 11, 30)
SENTENCE = "Recommandations"


@pytest.fixture(scope="module")
def studies(samples: list[StudyRows]) -> list[StudyRows]:
    """Two studies are enough."""
    return [rows for rows in samples if rows.studies[0].study_id in ("mali", "niger")]


def tables_of(studies: list[StudyRows], corrections: Corrections = NONE) -> dict[str, list[Row]]:
    """What a run publishes of some studies."""
    documents: list[Row] = [
        SourceDocument(
            document_id=rows.pages[0].document_id, study_id=rows.studies[0].study_id, bytes=1, url=None,
            file_name=rows.studies[0].file_name, sha256=rows.pages[0].document_id, media_type="application/pdf",
            retrieved_at=None, text_source="text",
        )
        for rows in studies
    ]  # fmt: skip
    moment = datetime.fromisoformat("2020-11-30T00:00:00+00:00")
    run = Run(
        run_id="abc", started_at=moment, finished_at=moment, code_version="1", model="m", documents=2, rows=1,
        outcome="done",
    )  # fmt: skip
    return {**reference_rows(), **corrected_rows(studies, corrections), "documents": documents, "runs": [run]}


@pytest.fixture(scope="module")
def tables(studies: list[StudyRows]) -> Tables:
    return tables_of(studies)


@pytest.fixture(scope="module")
def known(studies: list[StudyRows], tables: Tables) -> Known:
    rows = [row for row in tables["institutions"] if isinstance(row, Institution)]
    texts = {own.studies[0].study_id: StudyText.of(own.passages) for own in studies}
    return Known(texts, {row.institution_id: row for row in rows})


@pytest.fixture(scope="module")
def proposals(tables: Tables) -> list[Proposal]:
    return propose(tables, NONE, 60)


@pytest.fixture(scope="module")
def workbook(proposals: list[Proposal]) -> bytes:
    return write_sheet(proposals, About("abc", "2020-11-30", 0), lambda _: None)


Change = Callable[[Workbook], None]


def taken(workbook: bytes, known: Known, change: Change) -> Imported:
    """What is taken of a workbook after someone changed it."""
    book = load_workbook(io.BytesIO(workbook), rich_text=True)
    change(book)
    content = io.BytesIO()
    book.save(content)
    return read_sheet(content.getvalue(), known, decided_by="A. Diarra", decided_on=TODAY)


def cell(book: Workbook, sheet: str, heading: str, row: int = 2) -> Any:
    """A cell by the heading of its column."""
    column = next(c.column for c in book[sheet][1] if c.value == heading)
    return book[sheet].cell(row=row, column=column)


def fill(book: Workbook, sheet: str, row: int, **values: object) -> None:
    """Write cells of a row: ``Nouvelle_valeur`` stands for the heading with a space."""
    for heading, value in values.items():
        cell(book, sheet, heading.replace("_", " "), row).value = value


# -- Proposals -----------------------------------------------------------------------------------------------------


def test_proposals_come_by_their_weight(proposals: list[Proposal]) -> None:
    weights = [proposal.weight for proposal in proposals]
    assert weights == sorted(weights, reverse=True)
    assert {proposal.table for proposal in proposals} == {"institutions", "recommendations", "studies"}
    assert len({proposal.key for proposal in proposals}) == len(proposals)
    assert all(0 <= proposal.confidence <= 1 and proposal.effect > 0 for proposal in proposals)


def test_what_was_decided_is_proposed_no_more(
    studies: list[StudyRows], tables: Tables, workbook: bytes, known: Known, proposals: list[Proposal]
) -> None:
    def decide(book: Workbook) -> None:
        for sheet, decision in (("Recommandations", "juste"), ("Institutions", "juste")):
            fill(book, sheet, 2, Décision=decision)
        fill(book, "Études", 2, Décision="corriger", Nouvelle_valeur="Atelier")

    imported = taken(workbook, known, decide)
    assert len(imported.taken) == 3
    assert not imported.refused
    corrections = Corrections.of(taken.decision for taken in imported.taken)
    keys = {taken.key for taken in imported.taken}
    assert keys < {proposal.key for proposal in proposals}
    for later in (
        propose(tables, corrections, 300),
        propose(tables_of(studies, corrections), corrections, 300),
    ):
        assert not keys & {proposal.key for proposal in later}


# -- The sheet, filled in well ---------------------------------------------------------------------------------------


def test_an_untouched_sheet_decides_nothing(workbook: bytes, known: Known, proposals: list[Proposal]) -> None:
    imported = taken(workbook, known, lambda _: None)
    assert (imported.taken, imported.refused, imported.undecided) == ([], [], len(proposals))


def test_labels_and_codes_are_understood(workbook: bytes, known: Known) -> None:
    def decide(book: Workbook) -> None:
        fill(
            book,
            "Recommandations",
            2,
            Décision="Corriger les thèmes",
            Nouvelle_valeur="FINANCEMENT ; diaspora",
        )
        fill(book, "Recommandations", 3, Décision="corriger les destinataires",
             Nouvelle_valeur="ANPE [service de l’emploi] ; État [government]")  # fmt: skip
        fill(book, "Institutions", 2, Décision="changer le type", Nouvelle_valeur="ministère", Motif="Vu")

    imported = taken(workbook, known, decide)
    new = {t.decision.action_code: t.decision.new for t in imported.taken}
    assert not imported.refused, imported.refused
    assert new["themes"] == "financing ; diaspora"
    assert new["addressees"] == "ANPE [employment_service] ; État [government]"
    assert new["retype"] == "ministry"
    assert all(t.decision.decided_by == "A. Diarra" for t in imported.taken)


def test_two_decisions_on_one_row_are_two_lines(workbook: bytes, known: Known) -> None:
    def decide(book: Workbook) -> None:
        fill(book, "Recommandations", 2, Décision="corriger les thèmes", Nouvelle_valeur="diaspora")
        last = book["Recommandations"].max_row
        for heading in ("Étude", "Clé"):
            cell(book, "Recommandations", heading, last).value = cell(book, "Recommandations", heading).value
        fill(book, "Recommandations", last, Décision="corriger le texte", Nouvelle_valeur="Autre texte.")

    imported = taken(workbook, known, decide)
    assert {t.decision.action_code for t in imported.taken} == {"themes", "edit_text"}
    assert not imported.refused


def test_what_was_missed_can_be_added(workbook: bytes, known: Known) -> None:
    def add(book: Workbook) -> None:
        last = book["Recommandations"].max_row
        words = "Les travailleurs"
        fill(book, "Recommandations", last, Étude="mali", Page=6, Extrait=words, Décision="nouvelle")
        last = book["Pays"].max_row
        fill(book, "Pays", last, Étude="mali", Extrait="Abidjan", Décision="nouvelle", Nouvelle_valeur="civ")
        last = book["Institutions"].max_row
        fill(book, "Institutions", last, Étude="niger", Extrait="Assamaka", Institution="Poste d'Assamaka",
             Pays="NER", Décision="nouvelle", Nouvelle_valeur="public_body")  # fmt: skip

    imported = taken(workbook, known, add)
    found = {t.decision.decided_table: t.decision for t in imported.taken}
    assert found["countries"].new == "CIV"
    assert found["countries"].prefix
    assert len(imported.taken) + len(imported.refused) == 3
    assert all("ne sont pas dans l'étude" in refusal.message for refusal in imported.refused)


def test_text_that_looks_like_a_formula_stays_text(workbook: bytes, proposals: list[Proposal]) -> None:
    first = next(proposal for proposal in proposals if proposal.table == "institutions")
    hostile = replace(first, passage='=HYPERLINK("x")', quote=None, now={"Institution": "=1+1\x00"})
    content = write_sheet([hostile], About("abc", "2020-11-30", 0), lambda _: None)
    book = load_workbook(io.BytesIO(content))
    for sheet in book:
        assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"]


# -- Twenty sheets filled in badly ------------------------------------------------------------------------------------


def formula(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="corriger le texte", Nouvelle_valeur='=CONCATENATE("a";"b")')


def formula_for_decision(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="=L3")


def error_value(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="corriger le texte", Nouvelle_valeur="#REF!")
    cell(book, SENTENCE, "Nouvelle valeur").data_type = "e"


def merged_cells(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="juste")
    book[SENTENCE].merge_cells("K2:K4")


def unknown_key(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="juste", Clé="recommendations|000000000000:1:1:0")


def key_of_another_sheet(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="juste", Clé=cell(book, "Institutions", "Clé").value)


def no_key(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="juste", Clé=None)


def unknown_decision(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="peut-être")


def number_for_decision(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision=3.5)


def value_without_decision(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Nouvelle_valeur="diaspora")


def unknown_theme(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="corriger les thèmes", Nouvelle_valeur="diaspora ; astrologie")


def unknown_actor(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="corriger les destinataires", Nouvelle_valeur="ANPE (agence)")


def unknown_type(book: Workbook) -> None:
    fill(book, "Institutions", 2, Décision="changer le type", Nouvelle_valeur="club")


def unknown_institution(book: Workbook) -> None:
    fill(book, "Institutions", 2, Décision="même que", Nouvelle_valeur="inst:xx:ministry:inconnu")


def no_name(book: Workbook) -> None:
    fill(book, "Institutions", 2, Décision="renommer")


def empty_text(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="corriger le texte", Nouvelle_valeur="   ")


def french_decimal_page(book: Workbook) -> None:
    last = book[SENTENCE].max_row
    fill(book, SENTENCE, last, Étude="mali", Page="6,0", Extrait="Les travailleurs", Décision="nouvelle")


def decimal_page(book: Workbook) -> None:
    last = book[SENTENCE].max_row
    fill(book, SENTENCE, last, Étude="mali", Page=6.5, Extrait="Les travailleurs", Décision="nouvelle")


def date_for_text(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="corriger le texte", Nouvelle_valeur=datetime(2020, 3, 5))


def unknown_study(book: Workbook) -> None:
    last = book[SENTENCE].max_row
    fill(book, SENTENCE, last, Étude="malli", Extrait="Les travailleurs", Décision="nouvelle")


def words_that_are_not_there(book: Workbook) -> None:
    last = book[SENTENCE].max_row
    fill(book, SENTENCE, last, Étude="mali", Extrait="Des mots que personne n'a écrits", Décision="nouvelle")


def unknown_country(book: Workbook) -> None:
    last = book["Pays"].max_row
    fill(book, "Pays", last, Étude="mali", Extrait="Abidjan", Décision="nouvelle", Nouvelle_valeur="RCI")


def two_ways(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="juste")
    fill(book, SENTENCE, 3, Décision="pas une recommandation", Clé=cell(book, SENTENCE, "Clé").value)


def removed_column(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision="juste")
    book[SENTENCE].delete_cols(cell(book, SENTENCE, "Nouvelle valeur").column)


def removed_sheet(book: Workbook) -> None:
    del book[SENTENCE]


def true_for_decision(book: Workbook) -> None:
    fill(book, SENTENCE, 2, Décision=True)


BAD: dict[Change, tuple[str, str]] = {
    formula: ("Recommandations!L2", "Formule « =CONCATENATE"),
    formula_for_decision: ("Recommandations!K2", "Formule « =L3 »"),
    error_value: ("Recommandations!L2", "Erreur de calcul « #REF! »"),
    merged_cells: ("Recommandations!K2:K4", "Cellules fusionnées"),
    unknown_key: ("Recommandations!N2", "Clé inconnue"),
    key_of_another_sheet: ("Recommandations!N2", "Clé inconnue"),
    no_key: ("Recommandations!K2", "Cette ligne n'a pas de clé"),
    unknown_decision: ("Recommandations!K2", "« peut-être » n'est pas une décision : juste,"),
    number_for_decision: ("Recommandations!K2", "« 3.5 » est un nombre à virgule"),
    value_without_decision: ("Recommandations!K2", "Il manque la décision"),
    unknown_theme: ("Recommandations!L2", "« astrologie » n'est pas attendu ici"),
    unknown_actor: ("Recommandations!L2", "« ANPE (agence) » n'est pas attendu ici"),
    unknown_type: ("Institutions!N2", "« club » n'est pas un type d'institution : ministry,"),
    unknown_institution: ("Institutions!N2", "Aucune institution publiée n'a l'identifiant"),
    no_name: ("Institutions!N2", "Il manque le nouveau nom"),
    empty_text: ("Recommandations!L2", "Il manque le texte juste"),
    french_decimal_page: ("Recommandations!C", "« 6,0 » n'est pas un numéro de page"),
    decimal_page: ("Recommandations!C", "« 6.5 » est un nombre à virgule"),
    date_for_text: ("Recommandations!L2", "est une date, pas un texte"),
    unknown_study: ("Recommandations!B", "« malli » n'est pas une étude publiée : mali, niger"),
    words_that_are_not_there: ("Recommandations!D", "Ces mots ne sont pas dans l'étude « mali »"),
    unknown_country: ("Pays!", "« RCI » n'est pas un code de pays"),
    two_ways: ("Recommandations!2", "Décidé de deux façons"),
    removed_column: ("Recommandations!1:1", "Colonnes absentes : « Nouvelle valeur »"),
    removed_sheet: ("Recommandations", "La feuille « Recommandations » manque"),
    true_for_decision: ("Recommandations!K2", "valeur logique"),
}
"""What was done to a sheet → where it is told, and how."""


@pytest.mark.parametrize("spoil", BAD, ids=lambda spoil: spoil.__name__)
def test_a_bad_row_is_refused_with_its_cell_and_the_others_are_taken(
    workbook: bytes, known: Known, spoil: Change
) -> None:
    def change(book: Workbook) -> None:
        spoil(book)
        fill(book, "Études", 2, Décision="corriger", Nouvelle_valeur="Atelier")

    imported = taken(workbook, known, change)
    place, message = BAD[spoil]
    assert imported.refused
    assert imported.refused[0].place.startswith(place)
    assert message in imported.refused[0].message
    assert [t.decision.decided_table for t in imported.taken] == ["studies"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "n'est pas un classeur"),
        (b"%PDF-1.7", "n'est pas un classeur"),
        (b"PK\x03\x04 et rien de plus", "n'est pas un classeur"),
    ],
)
def test_what_is_no_workbook_is_refused(known: Known, content: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_sheet(content, known, decided_by="A", decided_on=TODAY)


def test_another_workbook_is_refused(known: Known) -> None:
    content = io.BytesIO()
    Workbook().save(content)
    with pytest.raises(UsageError, match="passerelle review export"):
        read_sheet(content.getvalue(), known, decided_by="A", decided_on=TODAY)


# -- From end to end ---------------------------------------------------------------------------------------------------


@pytest.fixture
def folders(
    studies: list[StudyRows], tmp_path: Path, publish_rows: Callable[[Path, Tables], Path]
) -> tuple[Path, Path]:
    """A raw folder without corrections, and a published version of two studies."""
    publish_rows(tmp_path / "processed", tables_of(studies))
    return tmp_path / "raw", tmp_path / "processed"


def passerelle(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
    return result.exit_code, " ".join(result.output.split())


def test_export_decide_import(folders: tuple[Path, Path], tmp_path: Path) -> None:
    raw, processed = folders
    where = ("--raw", raw, "--processed", processed)
    sheet = tmp_path / "relecture.xlsx"
    code, told = passerelle("review", "export", sheet, "--limit", 12, *where)
    assert (code, told[:15]) == (0, "12 propositions")
    book = load_workbook(sheet, rich_text=True)
    assert book.sheetnames[:2] == ["Mode d'emploi", "Recommandations"]
    row = next(r for r in range(2, 14) if cell(book, "Institutions", "Clé", r).value)
    fill(book, "Institutions", row, Décision="pas une institution")
    fill(book, "Institutions", row + 1, Décision="renommer")
    book.save(sheet)
    code, told = passerelle("review", "import", sheet, "--by", "A. Diarra", "--dry-run", *where)
    assert code == 3
    assert "Rien n'a été écrit" in told
    assert not raw.exists()
    code, told = passerelle("review", "import", sheet, "--by", "A. Diarra", *where)
    assert code == 3
    assert f"✗ Institutions!N{row + 1} : Il manque le nouveau nom." in told
    assert "1 décisions reprises, 1 refusées" in told
    assert "institutions" in told.partition("Effet sur les tables publiées")[2]
    (decision,) = read_corrections(raw)
    assert (decision.action_code, decision.decided_by) == ("not_an_institution", "A. Diarra")
    code, told = passerelle("review", "list", *where)
    assert code == 0
    assert "1 décisions à rejouer" in told
    code, told = passerelle("review", "to-gold", tmp_path / "gold", *where)
    assert code == 2
    assert "lancez d'abord passerelle run" in told


def test_without_results_it_says_what_to_do(tmp_path: Path) -> None:
    code, told = passerelle("review", "list", "--raw", tmp_path, "--processed", tmp_path)
    assert code == 2
    assert "lancez d'abord passerelle run" in told


# -- Decisions that replace others --------------------------------------------

PLACE = {"study_id": "mali", "page": 3, "exact": "Mali", "prefix": "au ", "suffix": " et"}
WHO = {"reason": "", "decided_by": "A", "decided_on": "2020-11-30"}


def country(action: str, new: str = "") -> CountryDecision:
    return CountryDecision.model_validate({**PLACE, "action": action, "old": "MLI", "new": new, **WHO})


def test_a_new_decision_replaces_the_old_and_what_it_contradicts(tmp_path: Path) -> None:
    known = Corrections.of([country("not_a_country")])
    known = with_decisions(known, [country("role", "origin")])
    assert [d.action_code for d in known] == ["role"]
    known = with_decisions(known, [country("role", "transit"), country("other_country", "GIN")])
    assert {(d.action_code, d.new) for d in known} == {("role", "transit"), ("other_country", "GIN")}
    known = with_decisions(known, [country("confirm")])
    assert [d.action_code for d in known] == ["confirm"]
    write_corrections(tmp_path, known)
    assert read_corrections(tmp_path) == known


# -- Gold --------------------------------------------


def test_pages_become_gold_when_all_of_them_is_decided(studies: list[StudyRows], tables: Tables) -> None:
    advice = next(row for row in studies[0].recommendations if row.page == 14)
    quote = StudyText.of(studies[0].passages).quote(
        advice.passage_id, advice.start_char, advice.end_char, advice.page
    )
    where = {
        "exact": quote.exact,
        "prefix": quote.prefix,
        "suffix": quote.suffix,
        "page": 14,
        "study_id": "mali",
    }
    decision = RecommendationDecision.model_validate(
        {"action": "not_a_recommendation", **where, "old": advice.text, "new": "", **WHO}
    )
    corrections = Corrections.of([decision])
    corrected = tables_of(studies, corrections)
    begun = to_gold(corrected, corrections)
    assert not begun.pages
    assert begun.unfinished.keys() == {("mali", 14)}
    gold = to_gold(corrected, corrections, {("mali", 14)})
    (page,) = gold.pages
    (read,) = read_gold(__import__("json").dumps(page), "review")
    assert read.document == "mali.pdf"
    assert advice.text not in {r.text for r in read.recommendations}
    assert len(read.recommendations) == sum(r.page == 14 for r in studies[0].recommendations) - 1
    assert len(read.countries) == sum(m.page == 14 for m in studies[0].country_mentions)
