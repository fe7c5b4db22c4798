"""Text repair: characters, line ends, and the pieces that lead from clean text to printed words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.lexicon import french_words
from extractors.text import (
    Piece,
    clean_character,
    is_control,
    join_words,
    repair_controls,
    settle_case,
    uses_cork,
)

KNOWN = {
    "formation", "sous-régional", "sous", "régional", "inter", "intersaison", "saison", "main", "œuvre",
    "développement", "procès-verbaux", "verbaux", "socio", "économique", "socio-économique",
}  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("forma-", "tion", "formation"),
        ("développe-", "ment,", "développement,"),
        ("(forma-", "tion)", "(formation)"),
        ("l'inter-", "saison", "l'intersaison"),
        ("sous-", "régional", "sous-régional"),
        ("Guinée-", "Bissau", "Guinée-Bissau"),
        ("Guinée-", "Bissau.", "Guinée-Bissau."),
        ("socio-", "économique", "socio-économique"),
        ("procès-", "verbaux", "procès-verbaux"),
        ("main-", "d'œuvre", "main-d'œuvre"),
        ("aujour-", "d'hui", "aujourd'hui"),
        ("SOUS-", "RÉGIONAL", "SOUS-RÉGIONAL"),
        ("FORMA-", "TION", "FORMATION"),
        pytest.param(
            "2015-",
            "2020",
            "2015-2020",
            marks=pytest.mark.xfail(strict=True, reason="only letters are joined"),
        ),
        ("–", "texte", "– texte"),
        ("forma\u00ad", "tion", "formation"),
        ("(2018)-", "suite", "(2018)- suite"),
    ],
)
def test_words_cut_at_a_line_end(left: str, right: str, expected: str) -> None:
    text, _ = join_words([left, right], {0, 1}, KNOWN)
    assert text == expected


def test_hyphens_inside_a_line_are_left_alone() -> None:
    assert join_words(["forma-", "tion"], set(), KNOWN)[0] == "forma- tion"
    assert join_words(["main-d'œuvre"], {0}, KNOWN)[0] == "main-d'œuvre"


def test_soft_hyphens_inside_a_line_disappear() -> None:
    text, pieces = join_words(["for\u00adma\u00adtion", "pro\u00ad"], set(), KNOWN)
    assert text == "formation pro"
    assert pieces[0] == Piece(0, 0, 11, 0, 9)


def test_the_halves_of_a_cut_word_touch() -> None:
    text, pieces = join_words(["La", "forma-", "tion"], {1, 2}, KNOWN)
    assert text == "La formation"
    assert [(p.word, p.start, p.end) for p in pieces] == [(0, 0, 2), (1, 3, 8), (2, 8, 12)]


def test_words_are_parted_at_apostrophes_and_punctuation() -> None:
    text, pieces = join_words(["l'Algérie)"], {0}, KNOWN)
    assert [text[p.start : p.end] for p in pieces] == ["l", "'", "Algérie", ")"]


def test_french_forms_are_known() -> None:
    lexicon = french_words()
    for word in ("formation", "formations", "développement", "chômage", "finançons"):
        assert word in lexicon, word
    for word in ("formati", "développe-ment", "qzxw", ""):
        assert word not in lexicon, word


def test_forms_with_ligatures_are_known() -> None:
    assert all(word in french_words() for word in ("œuvre", "cœur", "sœur", "nœud", "vœu"))


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("ﬁ", "fi"), ("ﬀ", "ff"), ("ﬄ", "ffl"), ("’", "'"), ("ʼ", "'"), ("´", "'"), ("‑", "-"), ("−", "-"),
        ("\u00a0", " "), ("\u202f", " "), ("\u2009", " "), ("\t", " "), ("\n", " "), ("\u200b", ""), ("\ufeff", ""),
        ("\u202e", ""), ("\u00ad", "\u00ad"), ("\uf0b7", "•"), ("\uf0d8", "•"), ("\ue123", "\ufffd"), ("é", "é"),
        ("œ", "œ"), ("«", "«"), ("–", "–"), ("𝐀", "A"),
    ],
)  # fmt: skip
def test_what_characters_mean(character: str, expected: str) -> None:
    assert clean_character(ord(character)) == expected


@pytest.mark.parametrize("code", [0x1B, 0x1C, 0x1D, 0x1E, 0x1F])
def test_cork_codes_are_kept_for_repair(code: int) -> None:
    assert clean_character(code) == chr(code)


def test_lone_surrogates_are_replaced() -> None:
    assert clean_character(0xD800) == clean_character(0xDFFF) == "\ufffd"


def test_every_code_point_is_cleaned_to_something_that_prints() -> None:
    for code in range(0x110000):
        clean = clean_character.__wrapped__(code)
        assert len(clean) <= 18
        if clean in ("", " ", "\u00ad"):
            continue
        plain = unicodedata.category(clean[0]) in ("Cn", "Cf", "Mn")
        assert clean.isprintable() or is_control(clean) or plain
        assert not any(0xD800 <= ord(c) <= 0xDFFF or c in "\u2019\u200b\ufeff\u00a0" for c in clean)


def test_letters_of_the_private_planes_are_lost_letters() -> None:
    assert clean_character(0xF0041) == clean_character(0x100041) == "\ufffd"


def test_cleaning_twice_is_cleaning_once() -> None:
    for code in range(0x3000):
        once = clean_character(code)
        assert "".join(clean_character(ord(c)) for c in once) == once


def test_cork_ligatures_are_told_from_garbled_text() -> None:
    latex = "Le texte quali\x1c\x1ce des e\x1bets " * 3 + "a" * 200
    assert uses_cork(latex)
    assert repair_controls("quali\x1cé e\x1bet ÷uvre", cork=True) == "qualifié effet œuvre"
    assert not uses_cork("\x01\x02\x03\x1c" * 10 + "a" * 300)
    assert not uses_cork("\x1c" * 50 + "a" * 50)
    assert not uses_cork("du texte ordinaire")
    assert repair_controls("don\x01nées", cork=False) == "don\ufffdnées"


WORDS = st.lists(
    st.text(st.sampled_from("abéÉœ-'\u00ad.,)«0 1").filter(lambda c: c != " "), min_size=1, max_size=8),
    max_size=12,
)


@given(WORDS, st.sets(st.integers(0, 12)), st.sets(st.text("abé-", max_size=6)))
def test_pieces_slice_to_the_text_and_are_in_order(texts: list[str], ends: set[int], known: set[str]) -> None:
    text, pieces = join_words(texts, ends, known)
    position = 0
    for piece in pieces:
        assert position <= piece.start < piece.end <= len(text)
        assert text[position : piece.start].strip() == ""
        position = piece.end
        printed = texts[piece.word][piece.first : piece.last].replace("\u00ad", "")
        made = text[piece.start : piece.end]
        assert made.replace("-", "") == printed.replace("-", "")
    assert text[position:].strip() == ""
    assert [p.word for p in pieces] == sorted(p.word for p in pieces)


@given(WORDS, st.sets(st.integers(0, 12)))
def test_clean_text_is_one_line_of_single_spaces(texts: list[str], ends: set[int]) -> None:
    text, _ = join_words(texts, ends, set())
    assert text == " ".join(text.split())
    assert "\u00ad" not in text


@given(WORDS, st.sets(st.integers(0, 12)))
def test_only_hyphens_are_dropped(texts: list[str], ends: set[int]) -> None:
    text, _ = join_words(texts, ends, set())
    drop = str.maketrans("", "", "-\u00ad ")
    assert text.translate(drop) == "".join(texts).translate(drop)


@given(st.lists(st.text("abcdeé'.,", min_size=1, max_size=8), max_size=12))
def test_words_without_hyphens_are_joined_by_spaces(texts: list[str]) -> None:
    assert join_words(texts, set(range(len(texts))), set())[0] == " ".join(texts)


@pytest.mark.parametrize(
    ("printed", "clean"),
    [
        ("Plan SénégAl EmErgEnt", "Plan Sénégal Emergent"),
        ("SITUATION MACROéCONOMIQUE", "SITUATION MACROÉCONOMIQUE"),
        ("LuxDev et AfriLabs au Mali", "LuxDev et AfriLabs au Mali"),
        ("le PNUD, l'OIT et la GIZ", "le PNUD, l'OIT et la GIZ"),
        ("d'Ivoire, l'Agence et l'Emploi", "d'Ivoire, l'Agence et l'Emploi"),
        ("la (sOmivA) et l'ADePme du PlAn EmErgEnt", "la (SOMIVA) et l'ADEPME du Plan Emergent"),
        ("le sénégAl éMeRgEnT", "le Sénégal Émergent"),
        ("AfricanUnionCommission", "AfricanUnionCommission"),
    ],
)
def test_a_jumble_of_cases_is_put_right(printed: str, clean: str) -> None:
    assert " ".join(settle_case(printed.split(), french_words())) == clean
