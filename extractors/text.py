"""Text repair: what a printed character means, and how printed words become the clean text of a block.

Clean text is one line, NFC, with single spaces, straight apostrophes, plain hyphens, no control characters and
no line-end hyphens; every printed word keeps the characters of the clean text that it became, so that repaired
text still leads to the page. Defects and counter-measures: RELIABILITY R6 and the survey of text layers of
West and Central African studies (lost ligatures, odd apostrophes, soft hyphens, symbol-font bullets).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors.countries.vocabulary import prefixes
from schemas.hygiene import REPLACEMENT

LINE_END_HYPHENS = "-\u00ad"
BULLET = "•"

PLAIN: dict[str, str] = {
    "\u00ad": "\u00ad",
    **dict.fromkeys("\u2018\u2019\u201b\u201f\u02bc\u02bb\u00b4`\u2032\uff07", "'"),
    **dict.fromkeys("\x02\ufffe\u2010\u2011\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
    **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
}
"""Line-end hyphens, odd apostrophes and hyphens, invisible characters and bidirectional overrides."""

SYMBOL_FONTS = range(0xF020, 0xF100)
"""Symbol fonts (Wingdings, Symbol) keep their codes here; in running text they draw bullets."""
PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0x110000))
SURROGATES = range(0xD800, 0xE000)
COMPATIBLE = (range(0xFB00, 0xFB07), range(0x1D400, 0x1D800))
"""Latin ligatures (``ﬁ``) and the letters of formulas: they stand for plain letters."""

CORK = {0x15: "–", 0x16: "—", 0x17: "", 0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl"}
"""Cork (T1) codes that LaTeX fonts without a Unicode map leave as control characters (Ferguson 1990)."""
CORK_LETTERS = re.compile(r"(?<=[^\W\d_])÷|÷(?=[^\W\d_])")
"""``÷uvre``: œ is 0xF7 in the Cork encoding, the division sign in Latin-1."""

PIECES = re.compile(r"[^\W_]+|[\W_]")
"""Runs of letters and digits, and single other characters: ``l'Algérie)`` gives ``l ' Algérie )``."""


@lru_cache(maxsize=4096)
def clean_character(code: int) -> str:
    """What a printed character means: itself, a replacement, several letters (``ﬁ``), or nothing.

    White space of any kind is ``" "``; PDFium's line-end hyphen (U+0002) is a hyphen; other control
    characters are kept for :func:`repair_controls`; symbol-font bullets are ``•``.
    """
    if code in SURROGATES or code > 0x10FFFF:
        return REPLACEMENT
    character = chr(code)
    if character in PLAIN:
        return PLAIN[character]
    if (
        character.isspace() and not "\x1c" <= character <= "\x1f"
    ):  # control codes that Python calls white space
        return " "
    if any(code in area for area in PRIVATE):
        return BULLET if code in SYMBOL_FONTS else REPLACEMENT
    if any(code in letters for letters in COMPATIBLE):
        return unicodedata.normalize("NFKC", character)
    composed = unicodedata.normalize("NFC", character)
    return composed if composed == character else "".join(clean_character(ord(part)) for part in composed)


def is_control(character: str) -> bool:
    """Whether a character is a control code (C0 or C1), white space apart."""
    return character < " " or "\x7f" <= character <= "\x9f"


def uses_cork(text: str) -> bool:
    """Whether the control characters of a text are ligatures of the Cork encoding, not a garbled text layer."""
    controls = [c for c in text if is_control(c)]
    if not controls:
        return False
    known = sum(ord(c) in CORK for c in controls)
    return known >= 0.9 * len(controls) and len(controls) < 0.05 * len(text)


def repair_controls(text: str, *, cork: bool) -> str:
    """The text with control characters repaired (Cork ligatures) or replaced by U+FFFD."""
    if cork:
        text = CORK_LETTERS.sub("œ", text)
        return "".join(CORK.get(ord(c), REPLACEMENT) if is_control(c) else c for c in text)
    return "".join(REPLACEMENT if is_control(c) else c for c in text)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a printed word and the characters ``[start, end)`` of the clean text that it became.

    ``word`` is the rank of the printed word; ``first`` and ``last`` are its characters ``[first, last)``.
    """

    word: int
    first: int
    last: int
    start: int
    end: int


def join_words(
    texts: Sequence[str], line_ends: Container[int], known: Container[str], dropped: Container[int] = ()
) -> tuple[str, tuple[Piece, ...]]:
    """The clean text of printed words and the pieces that lead from it back to them.

    ``line_ends`` holds the ranks of the words that end a printed line; a word cut there is joined with the
    next: without its hyphen where the joined form is a ``known`` word or the halves are not, with it where it
    is a real one (``sous-régional``, ``Guinée-Bissau``). The words of rank ``dropped`` (footnote calls) give no
    text; their piece is empty.
    """
    out: list[str] = []
    pieces: list[Piece] = []
    position = 0
    glue = True
    for rank, raw in enumerate(texts):
        if rank in dropped:
            pieces.append(Piece(rank, 0, len(raw), position, position))
            continue
        following = texts[rank + 1] if rank + 1 < len(texts) else ""
        joins = rank in line_ends and is_cut(raw, following)
        clean, places = clean_word(raw, joins=joins, hyphen=joins and keeps_hyphen(raw, following, known))
        if not clean:
            continue
        if not glue and not (rank - 1 in dropped and clean[0] in CLINGING):
            out.append(" ")
            position += 1
        for first, last in piece_spans(clean):
            start, end = position + first, position + last
            pieces.append(Piece(rank, places[first], places[last - 1] + 1, start, end))
        out.append(clean)
        position += len(clean)
        glue = joins
    return "".join(out), tuple(pieces)


CLINGING = ".,)]…"
"""Punctuation that clings to the word before it, also over a footnote call that stands between."""


def visible(text: str) -> int:
    """The characters of a text that repair never drops: all but hyphens."""
    return len(text) - sum(map(text.count, LINE_END_HYPHENS))


def clean_word(raw: str, *, joins: bool, hyphen: bool) -> tuple[str, Sequence[int]]:
    """A word without soft hyphens, and the rank in ``raw`` of each character kept.

    Where it ``joins`` the next word its last hyphen is kept, as a plain one, only if it is a real ``hyphen``.
    """
    if "\u00ad" not in raw:
        return (raw[:-1] if joins and not hyphen else raw), range(len(raw))
    kept = [rank for rank, character in enumerate(raw[:-1]) if character != "\u00ad"]
    clean = raw[:-1].replace("\u00ad", "")
    if hyphen or (not joins and raw[-1] != "\u00ad"):
        clean += "-" if hyphen else raw[-1]
        kept.append(len(raw) - 1)
    return clean, kept


def piece_spans(word: str) -> Iterator[tuple[int, int]]:
    """Where each piece of a word begins and ends (see ``PIECES``)."""
    if word.isalnum():
        yield 0, len(word)
    else:
        yield from (match.span() for match in PIECES.finditer(word))


RISE = re.compile(r"(?<=[a-zà-öø-ÿœ])(?=[A-ZÀ-ÖØ-ÞŒ])")
"""Where a capital follows a small letter inside a word."""
CAMEL_PART = re.compile(r"\W*[^\W\d_][a-zà-öø-ÿœ]{2,}\W*")
"""A part of a name written in one word: ``Afri`` and ``Labs``."""


def settle_case(words: Sequence[str], known: Container[str]) -> list[str]:
    """The words of a block, those that a font of small capitals left in a jumble of cases put right.

    ``EmErgEnt`` gives ``Emergent``, and with it ``sénégAl`` in the same block gives ``Sénégal``; what is short and
    no ``known`` word is an acronym (``sAeD`` gives ``SAED``); capitals with small accented letters
    (``MACROéCONOMIQUE``) give capitals. Names written in one word (``LuxDev``, ``AfriLabs``) and addresses are
    left as they are.
    """
    if not RISE.search(" ".join(words)):
        return list(words)
    jumbled = any(is_jumbled(word) for word in words)
    return [settle_word(word, jumbled, known) for word in words]


def is_jumbled(word: str) -> bool:
    """Whether small letters and capitals alternate inside a word as in no name."""
    parts = RISE.split(word)
    return len(parts) > 2 and not all(CAMEL_PART.fullmatch(part) for part in parts)


LONGEST_ACRONYM = 6


def settle_word(word: str, jumbled: bool, known: Container[str]) -> str:
    """One word of a block in which words are jumbled, or not."""
    if not RISE.search(word) or "@" in word or "/" in word or len(word) != len(word.upper()):
        return word
    small = [c for c in word if c.islower()]
    if all(not c.isascii() for c in small) and sum(c.isupper() for c in word) > 1:
        return word.upper()
    if not jumbled:
        return word
    start = word.rfind("'") + 1
    core = last_letters(word.rstrip(".,;:)»")).casefold()
    is_short = word.startswith("(") or len(core) <= LONGEST_ACRONYM
    if is_short and core not in known:
        return word[:start].lower() + word[start:].upper()
    return word[0].upper() + word[1:].lower()


def is_cut(word: str, following: str) -> bool:
    """Whether a word at a line end is cut: it ends with a hyphen after a letter and a letter follows."""
    return len(word) > 1 and word[-1] in LINE_END_HYPHENS and word[-2].isalpha() and following[:1].isalpha()


def keeps_hyphen(word: str, following: str, known: Container[str]) -> bool:
    """Whether the hyphen of a word cut at a line end is a real one.

    It is when the next half begins with a capital (``Guinée-Bissau``) or an elided word (``main-d'œuvre``), or when
    the hyphenated word is known, or when the joined word is unknown and both halves are words.
    """
    if following[0].isupper() and not word[:-1].isupper():
        return True
    if ELIDED.match(following):
        return last_letters(word[:-1]).casefold() != "aujour"
    left = last_letters(word[:-1]).casefold()
    right = first_letters(following).casefold()
    if f"{left}{right}" in known:
        return False
    if f"{left}-{right}" in known:
        return True
    if left in prefixes() or left in HYPHENATED:
        return True
    return left in known and right in known and min(len(left), len(right)) > 2


ELIDED = re.compile(r"[dl]'\w", re.IGNORECASE)
"""What follows the hyphen in ``main-d'œuvre`` and ``chef-d'œuvre``; ``aujourd'hui`` alone is cut there without one."""
HYPHENATED = frozenset(
    {"non", "sous", "vice", "ex", "demi", "mi", "semi", "quasi", "avant", "après", "contre", "sans"}
)
"""Prefixes that keep their hyphen before an unknown word (Rectifications de 1990, § II)."""


LOST = ("tt", "ti", "fi", "fl", "ff", "ffi", "ft", "th", "tti")
"""Ligatures that fonts without a Unicode map lose most."""


def lost_letters(word: str, known: Container[str]) -> str:
    """What one unknown glyph inside a word stands for: the only ligature that gives a word, else U+FFFD."""
    core = re.search(rf"[^\W\d_]*{REPLACEMENT}[^\W\d_]*", word)
    if core is None or len(core.group()) < 4:
        return REPLACEMENT
    fitting = [letters for letters in LOST if core.group().replace(REPLACEMENT, letters).casefold() in known]
    return fitting[0] if len(fitting) == 1 else REPLACEMENT


def last_letters(text: str) -> str:
    """The letters and inner hyphens at the end of a text: ``l'inter`` gives ``inter``."""
    match = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*$", text)
    return match.group() if match else ""


def first_letters(text: str) -> str:
    """The letters at the beginning of a text."""
    match = re.match(r"[^\W\d_]+", text)
    return match.group() if match else ""


def words_of(texts: Iterable[str]) -> set[str]:
    """The words and hyphenated words of texts, in lower case: what a document itself attests."""
    found: set[str] = set()
    for text in texts:
        for match in re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)*", text):
            found.add(match.group().casefold())
    return found
