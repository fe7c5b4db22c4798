"""Reading of small PDFs, one per behaviour (made by ``documents/make_reading_documents.py``)."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from extractors.pdf import read_pdf
from schemas.document import Block, Document
from schemas.errors import UnreadableDocument
from tests.conftest import MakePdf

READING = Path(__file__).resolve().parent / "documents" / "reading"
DOCUMENTS = sorted(path.stem for path in READING.glob("*.pdf"))


TABLE = (
    ("Recommandation", "Responsable", "Échéance"),
    ("Créer un guichet unique pour les travailleurs migrants de retour", "Ministère du Travail", "2022"),
    ("Publier chaque année les statistiques des départs", "Institut de la statistique", "Court terme"),
    ("Réviser l'accord bilatéral de main-d'œuvre", "Ministère des Affaires étrangères", "2025"),
)
"""The table of ``tinted_table``."""


@cache
def read(name: str) -> Document:
    return read_pdf((READING / f"{name}.pdf").read_bytes())


def running(name: str) -> list[Block]:
    return [block for block in read(name).blocks if not block.is_furniture]


def kinds(name: str) -> list[str]:
    return [block.kind for block in running(name)]


def texts(name: str, kind: str) -> list[str]:
    return [block.text for block in running(name) if block.kind == kind]


def numbers_after(word: str, blocks: list[Block]) -> list[int]:
    """The numbers printed after a word, in reading order: ``Repère 3`` gives 3."""
    tokens = " ".join(block.text for block in blocks).replace(".", " ").split()
    return [int(b) for a, b in pairwise(tokens) if a == word and b.isdigit()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_word_is_lost(name: str) -> None:
    for page in read(name).pages:
        assert page.words_lost == 0
        assert page.words_in_blocks + page.words_furniture == page.words_read


def test_one_column_gives_its_title_and_paragraphs() -> None:
    assert kinds("single_column") == ["heading"] + ["paragraph"] * 4
    assert running("single_column")[0].text == "Le marché du travail"


@pytest.mark.parametrize(("name", "count"), [("two_columns", 8), ("three_columns", 12), ("right_to_left", 8)])
def test_columns_are_read_one_after_the_other(name: str, count: int) -> None:
    assert running(name)[0].text == "Bulletin des réformes"
    assert numbers_after("Repère", running(name)) == list(range(1, count + 1))
    assert kinds(name) == ["heading"] + ["paragraph"] * count


def test_right_to_left_files_read_like_others() -> None:
    assert [b.text for b in running("right_to_left")] == [b.text for b in running("two_columns")]


def test_framed_text_is_a_paragraph_of_its_own() -> None:
    framed = [b for b in running("boxed") if b.text.startswith("Encadré sur les retours.")]
    assert [b.kind for b in framed] == ["paragraph"]
    assert framed[0].text.endswith("de leurs compétences.")


def test_a_side_note_is_not_mixed_with_the_text_beside_it() -> None:
    note = [b.text for b in running("boxed") if b.text.startswith("Note de côté")]
    assert note == ["Note de côté : les chiffres sont provisoires et seront revus."]
    assert any("leur application soit suivie. La saison sèche" in b.text for b in running("boxed"))


def test_landscape_and_turned_pages_read_alike() -> None:
    for name in ("landscape", "rotated"):
        page = read(name).pages[0]
        assert page.width > page.height
        assert kinds(name) == ["heading", "paragraph", "paragraph"]
    assert [b.text for b in running("landscape")] == [b.text for b in running("rotated")]


def test_boxes_of_a_turned_page_are_where_it_is_displayed() -> None:
    plain, turned = running("landscape"), running("rotated")
    for a, b in zip(plain, turned, strict=True):
        for one, other in zip(a.words, b.words, strict=True):
            assert one.box and other.box
            assert abs(one.box.x0 - other.box.x0) < 1.5
            assert abs(one.box.top - other.box.top) < 4


def test_rotated_text_is_set_apart() -> None:
    assert [b.text for b in running("side_text")][-1] == "Source : enquête auprès des ménages"
    assert kinds("side_text") == ["paragraph", "paragraph", "caption"]


def test_a_letterhead_is_read_side_by_side() -> None:
    text = " ".join(block.text for block in running("letterhead"))
    places = [text.index(words) for words in ("MINISTÈRE DU TRAVAIL", "DIRECTION DE L'EMPLOI", "RÉPUBLIQUE")]
    assert places == sorted(places)


def test_a_title_below_a_letterhead_comes_after_both_sides() -> None:
    text = " ".join(block.text for block in running("letterhead"))
    assert text.index("Paix – Travail – Patrie") < text.index("Note de synthèse")


def test_bullets_of_any_glyph_begin_items() -> None:
    items = [b for b in running("glyph_bullets") if b.kind == "list_item"]
    assert [b.marker for b in items] == ["•", "▪", "➢", "✓", "–", "o", "Ÿ", "E", "→", "❖"]
    assert all(b.text.startswith(f"Mesure {k} : ") for k, b in enumerate(items, 1))
    assert all(b.text.endswith("par les services ;") for b in items)
    assert {b.lead_in for b in items} == {"Le ministère devrait :"}


def test_numbered_and_lettered_items_keep_their_markers() -> None:
    items = [b for b in running("numbered_items") if b.kind == "list_item"]
    assert [b.marker for b in items] == ["1.", "2.", "3.", "4.", "5.", "6.", "a)", "b)", "c)", "d)", "e)"]
    assert [b.lead_in for b in items] == ["Il est recommandé de :"] * 6 + ["Par ailleurs :"] * 5


def test_an_item_goes_on_over_a_page_break() -> None:
    item = next(b for b in running("numbered_items") if b.marker == "d)")
    assert item.text.endswith("travailleurs et les collectivités du bassin, avec un budget propre.")
    assert [word.page for word in item.words] == sorted(word.page for word in item.words)
    assert {word.page for word in item.words} == {1, 2}
    assert item.page_of(item.text.index("collectivités")) == 2


def test_headings_have_levels_and_make_sections() -> None:
    found = {b.text.split(". ")[-1].removeprefix("1.1 "): b.level for b in running("headings") if b.level}
    assert list(found.values()) == [1, 2, 3, 3, 2, 1, 2]
    under = next(b for b in running("headings") if b.text.startswith("Les services publics"))
    assert [title.split(". ")[-1] for title in under.section] == [
        "Contexte", "Le marché du travail", "Les jeunes"
    ]  # fmt: skip


def test_captions_and_footnotes_are_set_apart() -> None:
    assert texts("notes_and_captions", "caption") == [
        "Figure 1 : Part des jeunes dans l'emploi",
        "Tableau 2 : Effectifs par région",
    ]
    notes = [b for b in running("notes_and_captions") if b.kind == "footnote"]
    assert len(notes) == 2
    assert {b.zone for b in notes} == {"footnote"}
    assert notes[0].text.endswith("enquête emploi, deuxième rapport.")


def test_captions_without_a_label_are_told_by_their_type_and_place() -> None:
    assert texts("unlabelled_captions", "caption") == [
        "Tableau 1 : Mesures en cours",
        "Tableau 2 : Mesures prévues",
        "Mesures reportées",
        "Source : enquête auprès des ménages du bassin.",
        "Sources : les entretiens menés en ville et les registres tenus par les communes.",
    ]
    assert texts("unlabelled_captions", "heading") == ["Mesures closes"]


def test_footnote_calls_do_not_stick_to_words() -> None:
    text = " ".join(texts("notes_and_captions", "paragraph"))
    assert "élevée dans les villes" in text
    assert "augmentent en saison" in text


def test_running_lines_are_furniture() -> None:
    blocks = read("running_lines").blocks
    for page in range(1, 6):
        aside = " ".join(b.text for b in blocks if b.page == page and b.is_furniture)
        assert "Étude du bassin 2020" in aside
        assert "Direction de l'emploi" in aside
        assert f"Page {page} sur 5" in aside
    assert "Étude du bassin" not in " ".join(b.text for b in running("running_lines"))


def test_numbered_headings_at_the_top_of_pages_are_not_running_headers() -> None:
    assert texts("running_lines", "heading") == [f"Partie {k}" for k in range(1, 6)]


def test_a_contents_page_gives_entries() -> None:
    entries = [b for b in running("contents") if b.kind == "contents_entry"]
    assert len(entries) == 6
    assert {b.zone for b in entries} == {"contents"}
    assert [b.zone for b in running("contents") if b.kind == "paragraph"] == ["body"]


@pytest.mark.parametrize("name", ["acronyms", "ruled_acronyms"])
def test_a_list_of_acronyms_gives_pairs(name: str) -> None:
    entries = [b for b in running(name) if b.kind == "acronym_entry"]
    assert [b.text.split()[0] for b in entries] == ["AGR", "CEDEAO", "OIT", "PME", "VAE", "ONG"]
    assert entries[1].text.endswith("Communauté économique des États de l'Afrique de l'Ouest")
    assert {b.zone for b in entries} == {"acronyms"}


def test_a_ruled_table_gives_cells_with_their_headers() -> None:
    cells = [b for b in running("ruled_table") if b.kind == "table_cell"]
    assert [(b.cell.row, b.cell.column) for b in cells if b.cell] == [
        (r, c) for r in range(4) for c in range(3)
    ]
    first = cells[3]
    assert first.text == "Créer un guichet unique pour les travailleurs migrants de retour"
    due = cells[8].cell
    assert cells[8].text == "Court terme"
    assert due is not None
    assert (due.column_header, due.row_header) == (
        "Échéance",
        "Publier chaque année les statistiques des départs",
    )
    assert [b.cell.is_header for b in cells if b.cell] == [True] * 3 + [False] * 9


def test_a_table_whose_rows_alone_are_ruled_gives_whole_cells() -> None:
    cells = [b for b in running("rowed_table") if b.kind == "table_cell"]
    assert [b.text for b in cells] == [cell for row in TABLE for cell in row]
    assert [(b.cell.row, b.cell.column) for b in cells if b.cell] == [
        (r, c) for r in range(4) for c in range(3)
    ]


def test_rules_that_stop_short_part_the_cells_of_some_columns() -> None:
    cells = [b for b in running("stepped_table") if b.kind == "table_cell"]
    assert [b.text for b in cells if b.cell and b.cell.column == 0] == [
        "Domaine", "Emploi", "Formation", "Retour"
    ]  # fmt: skip
    assert [b.text for b in cells if b.cell and b.cell.column == 2] == [
        "Responsable", *(f"Service {k}" for k in range(1, 8))
    ]  # fmt: skip
    assert len({b.cell.table for b in cells if b.cell}) == 1


def test_rules_under_lines_of_text_make_no_table() -> None:
    assert set(kinds("underlined_lines")) == {"paragraph"}


@pytest.mark.parametrize("name", ["ruled_articles", "gridded_articles"])
def test_articles_in_columns_between_rules_are_no_table(name: str) -> None:
    assert "table_cell" not in kinds(name)
    assert len(running(name)) == 5
    assert "premier emploi salarié" in running(name)[0].text


def test_a_caption_is_joined_with_the_title_below_its_label() -> None:
    assert texts("rowed_table", "caption") == ["Tableau 08 : Mesures proposées par les ministères"]


def test_a_title_below_two_columns_comes_after_both() -> None:
    assert [b.text.split()[0] for b in running("short_columns")] == [
        "Sigles", "ANPE", "BIT", "CEDEAO", "OIM", "ONG", "PME", "Introduction", "Le",
    ]  # fmt: skip
    assert kinds("short_columns")[1:7] == ["acronym_entry"] * 6


def test_an_unruled_table_gives_cells() -> None:
    cells = [b for b in running("unruled_table") if b.kind == "table_cell"]
    assert len(cells) == 20
    cell = next(b for b in cells if b.text == "31 007").cell
    assert cell is not None
    assert (cell.column_header, cell.row_header) == ("Femmes", "Centre")


def test_a_header_row_repeated_on_the_next_page_heads_its_cells() -> None:
    for k in range(1, 31):
        cell = next(b for b in running("table_over_pages") if b.text == f"Service {k}").cell
        assert cell is not None
        assert cell.column_header == "Responsable"
        assert cell.row_header.startswith(f"Mesure {k} :")


def test_words_cut_at_line_ends_are_joined_and_real_hyphens_kept() -> None:
    text = running("line_end_hyphens")[0].text
    for word in (
        "formation professionnelle",
        "développement",
        "sous-régional",
        "Guinée-Bissau",
        "procès-verbaux",
    ):
        assert word in text


def test_characters_are_made_plain() -> None:
    text = " ".join(b.text for b in running("characters"))
    assert "La finalité de l'étude est d'éclairer l'affectation des flux d'aide." in text
    assert "Un total de 12 500 personnes, soit 45 % : « beaucoup »." in text
    assert "Le côté nord, la main-d'œuvre et l'espace, cœur, Œuvre." in text


def test_paragraphs_of_one_line_stay_apart() -> None:
    assert len(running("characters")) == 3


def test_ligatures_that_latex_lost_come_back() -> None:
    text = running("lost_ligatures")[0].text
    assert text.startswith(
        "La modification des effets et des flux de main-d'œuvre qualifiée demande du temps."
    )


def test_control_characters_are_replaced_one_for_one() -> None:
    text = running("control_characters")[0].text
    assert text == "Les don\ufffdnées \ufffddu ministère\ufffd sont \ufffdpubliées."


def test_a_contents_page_without_leaders_gives_entries() -> None:
    entries = [b.text for b in running("plain_contents") if b.kind == "contents_entry"]
    assert [text.split()[-1] for text in entries] == ["ii", "iv", "3", "5", "6", "11", "24", "31"]


def test_a_table_in_small_type_at_the_foot_is_no_footnote() -> None:
    cells = [b for b in running("small_table") if b.kind == "table_cell"]
    assert len(cells) == 20
    assert "footnote" not in kinds("small_table")


def test_a_caption_at_the_foot_of_the_page_is_no_footnote() -> None:
    assert texts("small_table", "caption") == ["Figure 3 : Effectifs de l'enquête par région"]


def test_notes_close_together_are_notes_of_their_own() -> None:
    notes = texts("close_notes", "footnote")
    assert notes == [f"{rank} note du bas de page." for rank in ("Première", "Deuxième", "Troisième")]


def test_a_note_numbered_with_a_point_is_the_note_of_its_call() -> None:
    (note,) = texts("italic_note", "footnote")
    assert note.endswith("intitulé Situation du marché du travail et perspectives.")
    assert "depuis dix ans. Les jeunes" in running("italic_note")[0].text


def called_at(name: str) -> dict[str, tuple[str, str]]:
    """Marker of each note → the words before and after its call."""
    blocks = read(name).blocks
    found = {}
    for note in blocks:
        if note.kind == "footnote":
            assert note.call is not None
            text, place = blocks[note.call.block].text, note.call.offset
            found[note.marker] = (text[:place].split()[-1], text[place : place + 1])
    return found


def test_notes_are_tied_to_the_place_that_calls_them() -> None:
    assert called_at("called_notes") == {
        "1": ("départs", ""), "2": ("2018", ","), "3": ("passeurs", " "), "4": ("villages", "."),
        "5": ("accords", " "), "6": ("accords", " "), "7": ("guichet", " "), "8": ("43,7", ""),
        "9": ("étude", "."), "*": ("diaspora", " "), "10": ("mot", "."), "11": ("autre", " "),
    }  # fmt: skip


def test_calls_are_not_in_the_text_and_keep_their_place_on_the_page() -> None:
    text = " ".join(b.text for b in running("called_notes") if b.page == 1 and b.kind != "footnote")
    assert "depuis 2018, disent les « passeurs ». Le bassin couvre 12 km2 et" in text
    assert "La diaspora envoie des fonds, selon une étude." in text
    paragraph = next(b for b in running("called_notes") if b.text.startswith("Les départs augmentent"))
    calls = [word for word in paragraph.words if word.start == word.end]
    assert [word.text for word in calls] == ["2", "3", "4", "5,6"]
    assert all(word.box is not None for word in calls)


def test_a_note_goes_on_at_the_foot_of_the_next_page() -> None:
    note = next(b for b in running("called_notes") if b.marker == "10")
    assert note.text == "Début de la note, qui se poursuit sur la page suivante."
    assert {word.page for word in note.words} == {2, 3}


def test_notes_gathered_below_a_heading_are_tied_to_the_text_before_it() -> None:
    blocks = read("endnotes").blocks
    notes = [b for b in blocks if b.kind == "footnote"]
    assert [b.marker for b in notes] == ["1", "2", "3", "1.", "2.", "3."]
    assert [b.page for b in notes] == [2] * 3 + [4] * 3
    places = [b.call.block for b in notes if b.call]
    assert [blocks[place].page for place in places] == [1] * 3 + [3] * 3
    assert places == sorted(set(places))
    assert texts("endnotes", "heading") == ["Chapitre 1", "Notes", "Chapitre 2", "Notes", "Conclusion"]


def test_references_are_notes_only_where_brackets_call_them() -> None:
    assert called_at("numbered_references") == {
        "[1]": ("ans", "."), "[2]": ("salarié", " "), "[3]": ("places", ".")
    }  # fmt: skip
    assert "et ailleurs." in running("numbered_references")[1].text
    assert [b.marker for b in running("numbered_references") if b.kind == "list_item"] == ["1.", "2.", "3."]


def test_notes_at_the_feet_of_two_columns_are_two() -> None:
    assert texts("column_notes", "footnote") == ["Note de la colonne 1.", "Note de la colonne 2."]
    assert called_at("column_notes") == {"1": ("ans", "."), "2": ("salarié", ".")}


def test_the_figures_of_a_chart_are_no_notes() -> None:
    assert "footnote" not in kinds("chart_figures")


def test_a_drop_cap_belongs_to_its_word() -> None:
    text = running("drop_cap")[0].text
    assert text.startswith(
        "Le marché du travail du bassin a connu de fortes variations depuis dix ans. Les jeunes"
    )
    assert text.endswith("de plombiers et de mécaniciens.")


def test_an_initial_without_white_after_it_belongs_to_its_word() -> None:
    begun = [text.split(".")[0] for text in texts("standing_cap", "paragraph")]
    assert begun[1:5] == [
        "Le marché du travail du bassin a connu de fortes variations depuis dix ans",
        "Des accords bilatéraux existent, sans que leur application soit suivie",
        "L'emploi des jeunes augmente",
        "Les jeunes femmes des zones rurales trouvent plus difficilement un premier emploi salarié",
    ]
    assert len(begun) == 6


def test_lines_beside_something_tall_are_not_mixed() -> None:
    first, second = texts("tall_numbers", "heading")
    assert first.startswith("1 Les jeunes femmes des zones rurales trouvent plus difficilement")
    assert first.endswith("La reconnaissance des acquis reste peu connue des travailleurs de retour au pays")
    assert second.startswith("2 Les centres de formation reçoivent chaque année davantage")


def test_text_wrapped_round_a_box_goes_on_beside_it() -> None:
    text = " ".join(b.text for b in running("wrapped_box"))
    assert len(running("wrapped_box")) == 9
    assert numbers_after("Repère", running("wrapped_box")) == list(range(1, 9))
    assert "Le financement acquis provient de deux sources et des partenaires du plan." in text


def test_a_box_that_lines_nearly_touch_is_read_apart() -> None:
    found = [block.text for block in running("near_box")]
    (box,) = [text for text in found if text.startswith("Encadré.")]
    assert box.endswith("sans que leur application soit suivie.")
    assert " ".join(text for text in found if text != box).endswith(
        "Les jeunes femmes des zones rurales trouvent plus difficilement un premier emploi salarié. "
        "Les centres de formation reçoivent chaque année davantage de demandes que de places. "
        "Une enquête menée auprès de six cents ménages montre le poids des envois de fonds. "
        "Les employeurs interrogés disent manquer surtout de soudeurs, de plombiers et de mécaniciens. "
        "La reconnaissance des acquis reste peu connue des travailleurs de retour au pays. "
        "Les services publics de l'emploi couvrent les chefs-lieux mais rarement les communes éloignées."
    )


@pytest.mark.parametrize("name", ["tinted_table", "tinted_cells"])
def test_cells_told_by_their_tint_are_whole(name: str) -> None:
    cells = [b for b in running(name) if b.kind == "table_cell"]
    assert [b.text for b in cells] == [cell for row in TABLE for cell in row]


def test_a_large_footer_is_furniture() -> None:
    for page in range(1, 5):
        aside = [b.text for b in read("large_footer").blocks if b.page == page and b.is_furniture]
        assert sorted(" ".join(aside).split()) == sorted(["BULLETIN", "BOS", str(page)])


def test_letter_spaced_titles_and_doubled_letters_are_plain() -> None:
    assert [b.text for b in running("spaced_title")][:2] == ["RECOMMANDATIONS", "Le texte en faux gras"]


@pytest.mark.parametrize("name", ["two_columns", "rotated", "ruled_table"])
def test_reading_is_deterministic(name: str) -> None:
    assert read_pdf((READING / f"{name}.pdf").read_bytes()) == read(name)


def test_a_page_without_words_is_reported(make_pdf: MakePdf) -> None:
    document = read_pdf(make_pdf([["Le marché du travail du bassin a connu de fortes variations."], []]))
    assert [page.quality for page in document.pages] == ["ok", "image_only"]
    assert document.pages[1].note


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4 rien d'autre", b""])
def test_a_broken_file_is_refused_in_french(content: bytes) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_pdf(content)
    assert caught.value.code == "broken"


def test_a_line_to_write_on_is_not_lost(make_pdf: MakePdf) -> None:
    document = read_pdf(make_pdf([["Nom et adresse du candidat", "______________________", "Date"]]))
    assert document.pages[0].words_lost == 0
