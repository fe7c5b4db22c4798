"""Text quotes: found again after reflow, elsewhere in the study, told from edited and removed text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.corrections.quotes import CONTEXT, Quote, StudyText
from schemas.tables import Passage

TEXT = [
    "Les travailleurs maliens partent vers la Côte d'Ivoire.",
    "Le ministère devrait renforcer l'agence dans toutes les régions du pays.",
    "La diaspora envoie chaque année des fonds importants aux familles.",
    "Les travailleurs maliens reviennent aussi de la Libye.",
]


def study(texts: Sequence[str], first_page: int = 1) -> StudyText:
    """A study of one passage a page."""
    return StudyText.of(
        [
            Passage(
                passage_id=f"p{i}", study_id="s", document_id="d", page=first_page + i, position=i,
                kind="paragraph", zone="body", level=None, section="", lead_in="",
                marker="", note_of=None, note_offset=None, table_number=None, row=None,
                column=None, language="fr", xpath=None, text=text,
            )
            for i, text in enumerate(texts)
        ]
    )  # fmt: skip


def quote_of(text: StudyText, words: str, passage: int) -> Quote:
    own = text.passages[passage]
    start = own.text.index(words)
    return text.quote(own.passage_id, start, start + len(words), own.page)


def found(texts: Sequence[str], quote: Quote, first_page: int = 1) -> tuple[str, str, int]:
    """The verdict, the words that stand there now and their page."""
    result = study(texts, first_page).find(quote)
    if result.place is None:
        return result.verdict, "", 0
    passage = result.place.passage
    return result.verdict, passage.text[result.place.start : result.place.end], passage.page


def test_a_quote_has_what_stands_around_it() -> None:
    quote = quote_of(study(TEXT), "maliens", 3)
    assert quote.exact == "maliens"
    assert quote.prefix == " aux familles. Les travailleurs "
    assert quote.suffix == " reviennent aussi de la Libye."
    assert quote.page == 4
    assert len(quote.prefix) == CONTEXT


@pytest.mark.parametrize("passage", [0, 3])
def test_the_same_word_is_told_apart_by_its_neighbours(passage: int) -> None:
    quote = quote_of(study(TEXT), "maliens", passage)
    assert found(["Une page de plus.", "Les travailleurs maliens.", *TEXT], quote) == (
        "here",
        "maliens",
        passage + 3,
    )


def test_equals_are_told_apart_by_the_page() -> None:
    twice = [TEXT[1], TEXT[1], TEXT[1]]
    assert (
        study(twice).find(Quote("devrait", "ministère ", " renforcer", 3)).place
        == study(twice).find(Quote("devrait", "", "", 3)).place
    )
    assert found(twice, Quote("devrait", "Le ministère ", " renforcer", 2))[2] == 2


REFLOWED = [
    ["Les travailleurs ma-liens par- tent vers la  Côte d’Ivoire .", *TEXT[1:]],
    ["Les travailleurs maliens partent", "vers la Côte d'Ivoire.", *TEXT[1:]],
    ["LES TRAVAILLEURS MALIENS PARTENT VERS LA CÔTE D'IVOIRE.", *TEXT[1:]],
]


@pytest.mark.parametrize("texts", REFLOWED)
def test_spaces_hyphens_case_and_blocks_do_not_count(texts: list[str]) -> None:
    verdict, words, _ = found(texts, quote_of(study(TEXT), "Côte d'Ivoire", 0))
    assert verdict == "here"
    assert words.casefold().replace("’", "'") == "côte d'ivoire"
    assert found(texts, quote_of(study(TEXT), "maliens", 0))[0] == "here"


def test_part_of_a_word_is_no_place() -> None:
    assert found(["Les Maliens et le Malien."], Quote("Mali", "Les ", "ens et le Ma"))[0] == "gone"


def test_an_edited_sentence_is_changed_and_a_removed_one_gone() -> None:
    quote = quote_of(study(TEXT), TEXT[1], 1)
    edited = "Le ministère pourrait renforcer l'agence dans quatre régions du pays."
    assert found([TEXT[0], edited, *TEXT[2:]], quote) == ("changed", edited[:-1], 2)
    assert found([TEXT[0], *TEXT[2:]], quote)[0] == "gone"


def test_another_word_in_the_same_place_is_changed() -> None:
    quote = quote_of(study(TEXT), "Libye", 3)
    assert found([*TEXT[:3], TEXT[3].replace("Libye", "Tunisie"), "Suite du texte."], quote)[0] in (
        "changed",
        "gone",
    )
    quote = quote_of(study(TEXT), "diaspora", 2)
    assert found([*TEXT[:2], TEXT[2].replace("diaspora", "jeunesse"), TEXT[3]], quote)[:2] == (
        "changed",
        "jeunesse",
    )


def test_a_long_sentence_is_found_among_other_neighbours() -> None:
    quote = quote_of(study(TEXT), TEXT[1], 1)
    assert found(["Autre chose.", TEXT[1], "Et autre chose encore."], quote) == ("here", TEXT[1], 2)


def test_figures_change_around_a_heading_of_contents() -> None:
    contents = ["Se former 7", "Se former au Niger 7", "Se former ailleurs 8"]
    moved = ["Se former 9", "Se former au Niger 9", "Se former ailleurs 11"]
    assert found(moved, quote_of(study(contents), "Niger", 1)) == ("here", "Niger", 2)


def test_nothing_to_look_for_is_gone() -> None:
    assert found(TEXT, Quote("…"))[0] == "gone"
    assert found([], Quote("mot"))[0] == "gone"


texts = st.lists(st.text(alphabet="abé É-'. \u00ad1Œß", min_size=1, max_size=40), min_size=1, max_size=6)


@given(texts, st.data())
def test_every_quote_of_words_is_found_in_its_own_text(given_texts: list[str], data: st.DataObject) -> None:
    text = study(given_texts)
    rank = data.draw(st.integers(0, len(given_texts) - 1))
    own = text.passages[rank].text
    words = [w for w in own.split() if w.isalpha()]
    if words:
        word = data.draw(st.sampled_from(words))
        start = f" {own} ".index(f" {word} ")
        result = text.find(text.quote(f"p{rank}", start, start + len(word), rank + 1))
        assert result.verdict == "here"
        assert result.place is not None
        place = result.place
        assert place.passage.text[place.start : place.end].casefold() == word.casefold()
