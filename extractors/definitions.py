"""Acronyms that a document defines itself: in its list of acronyms, or in brackets in the text.

``Agence nationale pour l'emploi (ANPE)``, ``ANPE (Agence …)``, ``ANPE : Agence …``. A name is believed when its
words give the acronym's letters in order (accents folded, elisions stripped, small words free to be skipped);
in a list of acronyms the layout is believed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from extractors.context import Definition
from extractors.folding import WORD, common_letters, fold_word
from extractors.institutions.vocabulary import heads
from extractors.institutions.vocabulary import words as words_of
from schemas.document import Block

ACRONYM = r"\d?[A-ZÀ-ÖØ-Ý](?:[\w.&]|(?<=\w)\s?[-/]\s?(?=\w))*[A-ZÀ-ÖØ-Ýa-z0-9]\.?"
"""``ANPE``, ``3FPT``, ``DER/FJ``, ``CV -AV``, ``A.F.O.P``, ``Enabel``."""

BRACKETED = re.compile(rf"\(\s*(?:ci-après |en abrégé |ex[- ])?({ACRONYM})(?:\s*[,;:][^()]*)?\s*\)")
"""An acronym in brackets: ``(ANPE)``."""

BRACKETED_NAME = re.compile(rf"({ACRONYM})\s*\(([^()]{{8,160}})\)")
"""A name in brackets after its acronym: ``OIM (Organisation internationale pour les migrations)``."""

ENTRY = re.compile(rf"^\W{{0,3}}({ACRONYM})\s*(?:[:=–—-]+\s*|\s+)(.{{4,220}})$")
"""A line of a list of acronyms: ``ANPE : Agence nationale pour l'emploi``."""

RUN_ACRONYM = re.compile(rf"(?<![\w(/-]){ACRONYM}(?![\w)])")
LEAST_ENTRIES = 3

MOST_WORDS = 16
MOST_SKIPPED = 2
"""Content words of a name that may give no letter: ``institut national de la statistique … (INS)``."""

TRANSLATED = re.compile(rf",\s+{ACRONYM} en (?:français|anglais)\W*$")
"""``Panel on Climate Change, GIEC en français``."""

LEAST_CAPITALS = 2
MOST_LETTERS = 20
MOST_MIXED = 12
LOOSE_SHARE = 0.75
"""Share of an acronym's letters that the first two letters of a name's words must give, from a head noun on."""


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a candidate name: its characters and folded form."""

    start: int
    end: int
    folded: str

    @property
    def is_small(self) -> bool:
        """Whether it is an article or preposition, which an acronym may leave out."""
        return self.folded in words_of("small")


def find_definitions(blocks: Iterable[Block]) -> Mapping[str, Definition]:
    """The document's acronyms with their full names, by acronym as printed.

    A list of acronyms wins over the text, and the name given most often over the others.
    """
    listed: dict[str, Definition] = {}
    votes: dict[str, Counter[str]] = {}
    previous: Block | None = None
    for block in blocks:
        for definition in listed_in(block, previous):
            listed.setdefault(definition.acronym, definition)
        for definition in defined_in(block.text):
            votes.setdefault(definition.acronym, Counter())[definition.name] += 1
        previous = block
    found = {
        acronym: Definition(acronym, min(names, key=lambda name: (-names[name], -len(name), name)))
        for acronym, names in votes.items()
    }
    return found | listed


def listed_in(block: Block, previous: Block | None) -> Iterator[Definition]:
    """What a block of a list of acronyms defines: one entry, or a cell beside its acronym."""
    if block.kind != "acronym_entry" and block.zone != "acronyms":
        if block.kind in ("paragraph", "list_item", "table_cell"):
            yield from run_on_list(block.text)
        return
    cell, before = block.cell, previous.cell if previous else None
    if cell and before and previous and cell.table == before.table and cell.row == before.row:
        if is_acronym(previous.text) and not is_acronym(block.text):
            yield Definition(clean_acronym(previous.text), clean_name(block.text))
        return
    run = run_on_list(block.text, least=2)
    if run:
        yield from run
        return
    match = ENTRY.match(block.text)
    if match and is_acronym(match.group(1)) and not is_acronym(match.group(2)):
        yield Definition(clean_acronym(match.group(1)), clean_name(match.group(2)))


def run_on_list(text: str, least: int = LEAST_ENTRIES) -> list[Definition]:
    """The entries of a list of acronyms that was read as one paragraph: ``ANR Agence … DDR Désarmement …``.

    Believed when it begins with an acronym and most of its names spell theirs.
    """
    places = [m for m in RUN_ACRONYM.finditer(text) if is_acronym(m.group())]
    if len(places) < least or places[0].start() > 2:
        return []
    entries: list[tuple[Definition, bool]] = []
    taken = 0
    for place in places:
        if place.start() < taken:
            continue
        acronym = clean_acronym(place.group())
        end, spelled = end_of_entry(
            text, acronym, place.end(), [p.start() for p in places if p.start() > place.end()]
        )
        name = clean_name(text[place.end() : end])
        taken = end
        if len(name) > 3:
            entries.append((Definition(acronym, name), spelled))
    sure = sum(spelled for _, spelled in entries)
    return [d for d, _ in entries] if sure >= least and sure >= len(entries) / 2 else []


def end_of_entry(text: str, acronym: str, start: int, stops: list[int]) -> tuple[int, bool]:
    """Where an entry's name ends: at the first acronym before which its words spell it, else the first."""
    for stop in [*stops[:2], len(text)] if len(stops) < 2 else stops[:2]:
        words = name_words(text[start:stop])
        if words and spells(acronym, words):
            return stop, True
    return (stops[0] if stops else len(text)), False


def defined_in(text: str) -> Iterator[Definition]:
    """What running text defines in brackets, in either order."""
    for match in BRACKETED.finditer(text):
        acronym = clean_acronym(match.group(1))
        for part in (acronym, acronym.split("/")[0]):
            span = name_before(text[: match.start()], part) if is_acronym(part) else None
            if span is not None:
                yield Definition(part, clean_name(text[span[0] : span[1]]))
                break
    for match in BRACKETED_NAME.finditer(text):
        acronym = clean_acronym(match.group(1))
        words = name_words(match.group(2))
        if is_acronym(acronym) and words and spells(acronym, words):
            yield Definition(acronym, clean_name(match.group(2)))


def is_acronym(text: str) -> bool:
    """Whether a text is one acronym: two capitals at least, few small letters."""
    text = text.strip()
    capitals = sum(c.isupper() for c in text)
    if re.fullmatch(ACRONYM, text) is None or len(text) > MOST_LETTERS or capitals < LEAST_CAPITALS:
        return False
    return 2 * capitals >= sum(c.isalpha() for c in text) or (" " not in text and len(text) <= MOST_MIXED)


def clean_acronym(text: str) -> str:
    """The acronym without blanks around its strokes and without dots: ``CV -AV`` is ``CV-AV``."""
    text = re.sub(r"\s*([-/])\s*", r"\1", text.strip())
    return text.replace(".", "")


def clean_name(text: str) -> str:
    """The name without leading articles, trailing stops and a translation in brackets."""
    text = re.sub(r"\s+\([^()]*(?:\)|$).*$", "", text) or text
    text = TRANSLATED.sub("", text)
    text = text.strip(' .,;:–—-•«»"')
    return re.sub(
        r"^(?:l['’]|(?:la|le|les|du|des|de la|de l['’]|d['’])\s+)", "", text, flags=re.IGNORECASE
    ).strip()


def name_words(text: str) -> list[NameWord]:
    """The words of a text with their places."""
    return [NameWord(m.start(), m.end(), fold_word(m.group())) for m in WORD.finditer(text)]


def name_before(text: str, acronym: str) -> tuple[int, int] | None:
    """The characters of the name that ends the text and spells the acronym, or None.

    Of the starts that fit, the best is a head noun, then has a capital, then skips the fewest content words,
    then gives the longest name.
    """
    clause = re.split(r"[.;:()•](?=\s|$)|[()]", text)[-1]
    offset = len(text) - len(clause)
    words = name_words(clause)[-MOST_WORDS:]
    best: tuple[tuple[bool, bool, int], int] | None = None
    for start in range(len(words) - 1, -1, -1):
        word = words[start]
        is_head = word.folded in heads()
        if word.is_small or (not is_head and "," in clause[word.start :]):
            continue
        skipped = skipped_words(acronym, words[start:])
        if skipped is None:
            continue
        rank = (not is_head, not clause[word.start].isupper(), skipped)
        if best is None or rank <= best[0]:
            best = (rank, start)
    if best is None:
        return loose_name(words, acronym, offset)
    first = best[1]
    if first and words[first - 1].folded in heads() and clause[words[first - 1].start].isupper():
        first -= 1
    return offset + words[first].start, offset + words[-1].end


def loose_name(words: list[NameWord], acronym: str, offset: int) -> tuple[int, int] | None:
    """The name from the nearest head noun that begins as the acronym and gives most of its letters in order.

    ``Réseau national des jeunes femmes/filles leaders (RENAJELF)``.
    """
    letters = "".join(fold_word(m.group()) for m in WORD.finditer(acronym))
    for start in range(len(words) - 2, -1, -1):
        word = words[start].folded
        if word in heads() and word[0] == letters[0]:
            sounds = "".join(w.folded[:2] for w in words[start:] if not w.is_small)
            if common_letters(letters, sounds) >= LOOSE_SHARE * len(letters):
                return offset + words[start].start, offset + words[-1].end
    return None


def spells(acronym: str, words: list[NameWord]) -> bool:
    """Whether the words give the acronym's letters in order."""
    return skipped_words(acronym, words) is not None


def skipped_words(acronym: str, words: list[NameWord]) -> int | None:
    """How many content words give no letter to the acronym; None when the words do not spell it.

    The first letter is that of the first word. Each word gives its first letters, or none.
    """
    letters = "".join(fold_word(m.group()) for m in WORD.finditer(acronym))
    if not words or not letters or words[0].folded[0] != letters[0]:
        return None
    best = align(letters, tuple(word.folded for word in words), {})
    return best if best is not None and best <= MOST_SKIPPED and len(words) <= MOST_WORDS else None


def align(
    letters: str, words: tuple[str, ...], seen: dict[tuple[int, int], int | None], at: int = 0, word: int = 0
) -> int | None:
    """The fewest content words skipped so that the words from ``word`` on give the letters from ``at`` on."""
    if at == len(letters):
        return sum(w not in words_of("small") for w in words[word:])
    if word == len(words):
        return None
    key = (at, word)
    if key in seen:
        return seen[key]
    options = [
        align(letters, words, seen, at + taken, word + 1) for taken in letters_given(letters, at, words[word])
    ]
    if word > 0:
        rest = align(letters, words, seen, at, word + 1)
        options.append(None if rest is None else rest + (words[word] not in words_of("small")))
    seen[key] = min((option for option in options if option is not None), default=None)
    return seen[key]


def letters_given(letters: str, at: int, word: str) -> list[int]:
    """How many letters of the acronym from ``at`` on a word may give: as its beginning or from inside it."""
    return [*range(common_prefix(letters[at:], word), 0, -1), *inner_letters(letters, at, word)]


def common_prefix(letters: str, word: str) -> int:
    """How many letters the word's beginning gives: ``minader`` and ``ministere`` share 3."""
    size = 0
    while size < min(len(letters), len(word)) and letters[size] == word[size]:
        size += 1
    return size


def inner_letters(letters: str, at: int, word: str) -> list[int]:
    """How many letters a word gives as its first letter and later ones: ``intercommunale`` gives ``icom``."""
    if word[0] != letters[at] or len(word) < 6:
        return []
    taken, place = 1, 1
    found = []
    while at + taken < len(letters):
        place = word.find(letters[at + taken], place)
        if place < 0:
            break
        taken, place = taken + 1, place + 1
        found.append(taken)
    return found
