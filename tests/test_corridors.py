"""Corridors: sentences, tables, rows of a study, annotated pages, and properties of any text."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import extractors.corridors
import extractors.countries  # noqa: F401 - registers the factory
from extractors.concerned import ConcernedCountries
from extractors.context import PassageContext, StudyContext, register_extensions
from extractors.corridors.findings import CorridorFinding
from extractors.corridors.linking import home_of
from extractors.corridors.rows import LocatedCorridor, corridor_rows
from extractors.corridors.tables import TablePassage, find_table_corridors
from extractors.countries.cues import sentences
from extractors.evaluation.movements import Tally, tally_corridors, tally_roles
from extractors.findings import RecommendationFinding
from extractors.folding import folded_twin
from extractors.pdf import read_pdf
from extractors.study import StudyRows, extract_study
from schemas.document import Block, BlockKind, Cell, Zone

FOLDER = Path(__file__).parent / "corridors"
SAMPLES = Path(__file__).parent.parent / "examples" / "studies"
SENTENCES = list(csv.DictReader((FOLDER / "sentences.csv").read_text("utf-8").splitlines()))


@lru_cache(maxsize=1)
def pipeline() -> Language:
    register_extensions()
    blank = spacy.blank("fr")
    blank.add_pipe("countries")
    blank.add_pipe("corridors")
    return blank


def analyse(text: str, context: PassageContext | None = None) -> Doc:
    doc = pipeline().make_doc(text)
    doc._.context = context or PassageContext()
    for _, component in pipeline().pipeline:
        doc = component(doc)
    return doc


def corridors(text: str, study: str = "", zone: Zone = "body", kind: BlockKind = "paragraph") -> str:
    context = PassageContext(kind=kind, zone=zone, study=StudyContext(country=study or None))
    return pairs(analyse(text, context)._.corridors)


def pairs(found: list[CorridorFinding]) -> str:
    marks = {"known": ">", "unknown": "~"}
    return " ".join(sorted(f"{f.origin}{marks[f.direction]}{f.destination}" for f in found))


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["text"])
def test_sentence(row: dict[str, str]) -> None:
    assert corridors(row["text"], row["study"]) == row["expected"]


def test_there_are_enough_sentences_of_both_kinds() -> None:
    assert len({(row["text"], row["study"]) for row in SENTENCES}) >= 80
    assert sum(row["expected"] == "" for row in SENTENCES) >= 30


@pytest.mark.parametrize("zone", ["contents", "acronyms", "bibliography"])
def test_zones_that_repeat_or_cite_are_left_out(zone: Zone) -> None:
    assert corridors("Les Togolais au Gabon", zone=zone) == ""


def test_a_heading_with_two_countries_is_a_corridor_of_a_study_of_migration() -> None:
    study = StudyContext(country="MLI", title="Compétences et migration au Mali")
    heading = PassageContext(kind="heading", study=study)
    assert pairs(analyse("6.3 Algérie – Mali : une coopération", heading)._.corridors) == "DZA~MLI"
    heading = PassageContext(kind="heading", study=StudyContext(country="MLI", title="La pêche au Mali"))
    assert pairs(analyse("6.3 Algérie – Mali : une coopération", heading)._.corridors) == ""


def test_a_section_tells_who_comes_and_who_leaves() -> None:
    coming = PassageContext(section=("2.2 Les immigrés",), study=StudyContext(country="MLI"))
    assert pairs(analyse("Les Togolais tiennent des étals.", coming)._.corridors) == "TGO>MLI"
    leaving = PassageContext(section=("2.1 Les départs",), study=StudyContext(country="MLI"))
    assert pairs(analyse("Les jeunes sont installés au Gabon.", leaving)._.corridors) == "MLI>GAB"


def test_nothing_goes_without_saying_where_no_country_is_the_study_s() -> None:
    assert corridors("Les principaux pays de destination sont la France et l'Italie.") == ""


@pytest.mark.parametrize(
    ("study", "home"),
    [
        (StudyContext(country="MLI", countries={"SEN": 90}), "MLI"),
        (StudyContext(countries={"SEN": 45, "MRT": 13, "GIN": 11}), "SEN"),
        (StudyContext(countries={"SEN": 45, "MRT": 16}), None),
        (StudyContext(countries={"SEN": 9}), None),
        (StudyContext(), None),
    ],
)
def test_the_country_that_goes_without_saying(study: StudyContext, home: str | None) -> None:
    assert home_of(study) == home


def test_the_ends_of_a_corridor_get_their_roles() -> None:
    text = "Les Mauritaniens au Sénégal et les Sénégalais en Mauritanie circulent librement."
    found = [(m.iso3, m.role) for m in analyse(text)._.country_mentions]
    assert found == [("MRT", "origin"), ("SEN", "destination"), ("SEN", "origin"), ("MRT", "destination")]


def test_what_people_are_named_for_is_no_role_without_a_movement() -> None:
    assert [m.role for m in analyse("Les pêcheurs sénégalais sont habiles.")._.country_mentions] == [None]


def test_the_spans_show_the_corridors() -> None:
    doc = analyse("Le couloir Mali – Algérie. Les Togolais vivent au Gabon.")
    assert [span.label_ for span in doc.spans["corridors"]] == ["MLI--DZA", "TGO-GAB"]


def test_brackets_end_no_sentence() -> None:
    doc = analyse("Les uns (13 % ; 27 %) restent. Les autres partent ; d'autres non.")
    assert len(sentences(folded_twin(doc))) == 3
    doc = analyse("Les uns (13 %, sans fin, restent. Les autres partent.")
    assert len(sentences(folded_twin(doc))) == 2


# Tables


def table(caption: str, *rows: tuple[str, ...]) -> list[TablePassage]:
    """A table with a caption and a header row, as passages."""
    passages = [passage("caption", caption, None)] if caption else []
    header, *body = rows
    for number, texts in enumerate((header, *body)):
        for column, text in enumerate(texts):
            cell = Cell(
                table=0,
                row=number,
                column=column,
                is_header=number == 0,
                column_header=header[column] if number else "",
                row_header=texts[0] if column else "",
            )
            passages.append(passage("table_cell", text, cell))
    return passages


def passage(kind: BlockKind, text: str, cell: Cell | None) -> TablePassage:
    block = Block(kind=kind, text=text, words=(), page=1, cell=cell)
    key = f"{cell.row}:{cell.column}" if cell is not None else "caption"
    return TablePassage(key, block, analyse(text)._.country_mentions)


TABLES = [
    ("", [("Pays de destination", "Effectif"), ("France", "12"), ("Togo, Ghana", "3")], "SEN",
     "SEN>FRA SEN>GHA SEN>TGO"),
    ("", [("Pays de destination", "Effectif"), ("France", "12")], None, ""),
    ("Émigrés nés au Mali, par pays de résidence", [("Pays", "Effectif"), ("France", "12")], "SEN",
     "MLI>FRA"),
    ("Immigrants par nationalité", [("Nationalité", "%"), ("Guinéenne", "7"), ("Sénégalaise", "9")], "SEN",
     "GIN>SEN"),
    ("Émigrants par nationalité", [("Nationalité", "%"), ("Guinéenne", "7")], "SEN", ""),
    ("Indicateurs", [("Pays", "PIB"), ("Gabon", "7")], "SEN", ""),
    ("", [("Pays", "Première destination"), ("Togo", "Gabon"), ("Mali", "Côte d'Ivoire")], None,
     "MLI>CIV TGO>GAB"),
    ("", [("Pays d'origine", "Pays de destination"), ("Togo", "Gabon")], "SEN", "TGO>GAB"),
]  # fmt: skip


@pytest.mark.parametrize(("caption", "rows", "home", "expected"), TABLES)
def test_table(caption: str, rows: list[tuple[str, ...]], home: str | None, expected: str) -> None:
    found = find_table_corridors(table(caption, *rows), home)
    assert " ".join(dict.fromkeys(pairs([f for _, f in found]).split())) == expected


def test_a_cell_under_corridor_is_one_without_direction() -> None:
    cell = Cell(table=0, row=1, column=0, is_header=False, column_header="Corridor", row_header="")
    doc = analyse("Mali – Algérie", PassageContext(kind="table_cell", cell=cell))
    assert pairs(doc._.corridors) == "MLI~DZA"


# Rows


def located(number: int, origin: str, destination: str, direction: str = "known") -> LocatedCorridor:
    finding = CorridorFinding(0, 4, origin, destination, direction, "pair")  # type: ignore[arg-type]
    return LocatedCorridor(f"d:1:{number}", 1, "mots", finding)


def test_rows_of_a_study() -> None:
    found = [
        located(0, "MLI", "FRA"),
        located(1, "MLI", "FRA"),
        located(1, "MLI", "FRA"),
        located(2, "TGO", "GAB"),
    ]
    rows, mentions = corridor_rows("mali", found)
    assert [(row.corridor_id, row.direction, row.mention_count) for row in rows] == [
        ("mali:MLI-FRA", "known", 2),
        ("mali:TGO-GAB", "known", 1),
    ]
    assert [m.mention_id for m, _ in mentions] == [
        "mali:MLI-FRA@d:1:0",
        "mali:MLI-FRA@d:1:1",
        "mali:TGO-GAB@d:1:2",
    ]


def test_a_direction_that_no_passage_says_is_not_invented() -> None:
    found = [located(0, "DZA", "MLI", "unknown"), located(1, "MLI", "DZA", "unknown")]
    (row,), mentions = corridor_rows("mali", found)
    assert (row.corridor_id, row.direction, row.mention_count) == ("mali:DZA--MLI", "unknown", 2)
    assert {m.direction for m, _ in mentions} == {"unknown"}


def test_a_passage_without_direction_belongs_to_the_corridors_that_have_one() -> None:
    found = [located(0, "CIV", "MLI", "unknown"), located(1, "MLI", "CIV")]
    (row,), mentions = corridor_rows("mali", found)
    assert (row.corridor_id, row.direction, row.mention_count) == ("mali:MLI-CIV", "known", 2)
    assert [(m.passage_id, m.direction) for m, _ in mentions] == [("d:1:0", "unknown"), ("d:1:1", "known")]


# Countries that recommendations concern


def concerned(
    text: str, *, study: str = "MLI", lead_in: str = "", section: tuple[str, ...] = ()
) -> list[str]:
    block = Block(kind="list_item", text=text, words=(), page=1, lead_in=lead_in, section=section)
    finding = RecommendationFinding(
        start=0,
        end=len(text),
        text=text,
        modality="infinitive",
        reported=False,
        horizon=None,
        confidence=1.0,
        rule="",
    )
    finder = ConcernedCountries(pipeline(), StudyContext(country=study or None))
    return finder.find(finding, block, analyse(text)._.country_mentions)


def test_the_countries_that_a_recommendation_concerns() -> None:
    assert concerned("Négocier avec le Gabon et le Togo.") == ["GAB", "TGO"]
    assert concerned("Former des jurys.", lead_in="Le Niger devrait :") == ["NER"]
    assert concerned("Former au Togo.", section=("Au Mali", "6.1 Gabon – Mali")) == ["TGO", "GAB", "MLI"]
    assert concerned("Former des jurys.") == ["MLI"]
    assert concerned("Former des jurys.", study="") == []


# Annotated pages


@lru_cache(maxsize=1)
def samples() -> dict[str, StudyRows]:
    return {
        path.name: extract_study(
            read_pdf(path.read_bytes()), pipeline(), study_id=path.stem, file_name=path.name
        )
        for path in sorted(SAMPLES.glob("*.pdf"))
    }


@pytest.mark.parametrize("split", ["tune", "held_out"])
def test_the_annotated_pages_of_the_samples(split: str) -> None:
    """The floors are below what benchmarks/countries.py measures, over the sample studies alone."""
    floors = {"tune": (0.85, 0.90), "held_out": (0.70, 0.70)}
    roles = tally_roles((FOLDER / "roles.csv").read_text("utf-8"), samples(), split)
    found = tally_corridors((FOLDER / "corridors.csv").read_text("utf-8"), samples(), split)
    measured = [sum(tallies.values(), Tally(0, 0, 0)).f1 for tallies in (roles, found)]
    assert all(value >= floor for value, floor in zip(measured, floors[split], strict=True)), measured


def test_corridors_lead_back_to_the_page() -> None:
    for rows in samples().values():
        texts = {p.passage_id: p.text for p in rows.passages}
        boxed = {e.row_id for e in rows.evidence if e.table_name == "corridor_mentions"}
        assert {m.mention_id for m in rows.corridor_mentions} == boxed
        for m in rows.corridor_mentions:
            assert m.text == texts[m.passage_id][m.start_char : m.end_char]
        counts = {row.corridor_id: row.mention_count for row in rows.corridors}
        assert sum(counts.values()) == len(rows.corridor_mentions)
        assert all(row.origin_iso3 != row.destination_iso3 for row in rows.corridors)


def test_the_annotations_are_enough_and_quote_little() -> None:
    roles = list(csv.DictReader((FOLDER / "roles.csv").read_text("utf-8").splitlines()))
    pages = list(csv.DictReader((FOLDER / "corridors.csv").read_text("utf-8").splitlines()))
    assert len(roles) >= 200
    assert max(len(row["context"].split()) for row in roles) <= 12
    assert sum(bool(row["origin"]) for row in pages) >= 60
    for rows in (roles, pages):
        assert 0.3 <= sum(row["split"] == "held_out" for row in rows) / len(rows) <= 0.5


# Properties

PIECES = st.sampled_from(
    [row["text"] for row in SENTENCES]
    + [" ", "; ", "(", "vers le Gabon", "les Togolais", "Mali – Niger", "y", "CEDEAO"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.lists(PIECES, max_size=5).map(" ".join), st.text(max_size=60)), st.sampled_from(["", "MLI"])
)
def test_any_text(text: str, study: str) -> None:
    context = PassageContext(study=StudyContext(country=study or None))
    doc = analyse(text, context)
    for found in doc._.corridors:
        assert 0 <= found.start < found.end <= len(text)
        assert found.origin != found.destination
        named = {m.iso3 for m in doc._.country_mentions if found.start <= m.start < found.end}
        named_before = {m.iso3 for m in doc._.country_mentions if m.start < found.start}
        assert found.pair & named
        assert found.pair <= named | named_before | {study}
    assert [text[m.start : m.end] for m in doc._.country_mentions] == [
        m.surface for m in doc._.country_mentions
    ]
    assert analyse(text, context)._.corridors == doc._.corridors


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab.;!? ()«»M\n", max_size=60))
def test_sentences_tile_the_words(text: str) -> None:
    doc = pipeline().make_doc(text)
    twin = folded_twin(doc)
    covered = [index for span in sentences(twin) for index in span]
    assert covered == list(range(len(twin.starts)))
