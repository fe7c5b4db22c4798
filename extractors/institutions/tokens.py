"""A passage as a string with one letter per token, on which the grammar of names is a regular expression.

The letter says what a token can be in a name: capitals for words printed with one. ``Agence nationale pour
l'emploi des jeunes`` is ``HaolnDn``. Words that end a name are ``x``; see :data:`LETTERS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc, Token

from extractors.folding import fold, folded_twin, text_of
from extractors.institutions.vocabulary import excluded, heads, plural_heads, read_rows, words
from extractors.lexicon import french_words

LETTERS = {
    "M m": "ministère (capital, lower case)",
    "Q q": "ministères",
    "H h": "another head noun in the singular",
    "F f": "a head noun that is also a field of government (administration)",
    "P p": "a head noun in the plural",
    "G g": "a head noun that is a name only with its country",
    "R r": "a noun that takes à, contre, en, sur, pour",
    "N n": "a noun",
    "Y": "a proper name",
    "A a": "an adjective or participle",
    "S": "an acronym",
    "C": "a country's name",
    "Z z": "haut, sous, vice before a head",
    "d D l": "de; du, des; le, la, les",
    "b B o s c e w": "à; au, aux; pour; sur; contre; en; avec",
    "u v j t": "et; a comma; a hyphen or stroke inside a word; a dash between blanks",
    "k": "chargé",
    "x": "anything else: the name ends",
}

WORDS = {
    "de": "d",
    "d'": "d",
    "du": "D",
    "des": "D",
    "le": "l",
    "la": "l",
    "les": "l",
    "l'": "l",
    "à": "b",
    "a": "x",
    "au": "B",
    "aux": "B",
    "pour": "o",
    "sur": "s",
    "contre": "c",
    "en": "e",
    "avec": "w",
    "et": "u",
    ",": "v",
    "chargé": "k",
    "chargée": "k",
    "charge": "k",
    "non": "a",
    **dict.fromkeys(("tout", "toute", "tous", "toutes", "autre", "autres", "chaque", "certains"), "x"),
}
ACRONYM = re.compile(r"\d?[A-ZÀ-Ý][A-ZÀ-Ý0-9]*(?:\.[A-ZÀ-Ý])*[A-ZÀ-Ý0-9]\.?")
ADJECTIVAL = re.compile(
    r"(?:el|elle|al|trice|ale|aux|ique|aire|if|ive|ien|ienne|ain|aine|ois|oise|ais|aise|eux|euse)s?"
)
"""Endings of adjectives: corrects ``FORMATION PROFESSIONNELLE/NOUN``."""

MISTAKEN = frozenset({"VERB", "X", "ADV", "INTJ", "AUX", "SYM", "PRON"})
"""Parts of speech that the tagger gives to capitalised nouns that it does not know."""

FIXED = re.compile(
    r"\b(?:(?:établis )?[àa] l['’](?:extérieur|étranger)|ad hoc|(?<=assurance )(?:maladie|vieillesse|chômage|vie))\b",
    re.IGNORECASE,
)

LEAST_LOUD = 5
SHOUTING_SHARE = 0.7
LEAST_TITLE = 4
"""A run of capitals in a passage is a name set so from this many words on."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a passage and whether it is set in capitals throughout."""

    text: str
    shouting: bool


def normal(token: Token) -> str:
    """The token in lower case with one kind of apostrophe."""
    lower: str = token.lower_
    return lower.replace("’", "'").replace("ʼ", "'").lstrip('/-–•("“«').removeprefix("ex-")


def is_shouting(doc: Doc) -> bool:
    """Whether the passage is set in capitals: then a capital tells nothing. ``OIT, USTN, FOP`` is not."""
    letters = [c for c in text_of(doc) if c.isalpha()]
    if not letters or sum(c.isupper() for c in letters) <= SHOUTING_SHARE * len(letters):
        return False
    loud = [normal(token) for token in doc if token.is_alpha and token.is_upper]
    french = sum(word in WORDS or (len(word) > 3 and word in french_words()) for word in loud)
    return 2 * french >= len([token for token in doc if token.is_alpha])


@lru_cache(maxsize=1)
def relations() -> frozenset[str]:
    """Folded nouns that take a complement with ``à``, ``contre``, ``en``, ``sur`` or ``pour``."""
    return frozenset(fold(row["noun"]) for row in read_rows("institution_relations.csv"))


def letters_of(doc: Doc) -> Letters:
    """One letter per token (see :data:`LETTERS`)."""
    shouting = is_shouting(doc)
    text = [letter_of(token, shouting) for token in doc]
    correct_heads(doc, text)
    for start, end in fixed_tokens(doc):
        text[start:end] = ["a"] * (end - start)
    for start, end in country_tokens(doc):
        text[start:end] = ["C"] * (end - start)
    for start, end in stop_tokens(doc):
        text[start:end] = ["x"] * (end - start)
    if not shouting:
        mark_titles(doc, text)
    mark_joiners(doc, text)
    mark_compounds(doc, text)
    return Letters("".join(text), shouting)


def mark_titles(doc: Doc, text: list[str]) -> None:
    """Mark ``Y`` the acronyms in a run of capitals that holds French words, in place.

    ``CONSEIL REGIONAL DE LA BOUCLE DU MOUHOUN (2015), Plan …``: ``MOUHOUN`` is a name set in capitals.
    """
    start = 0
    for index in range(len(text) + 1):
        if index < len(text) and ((doc[index].is_upper and doc[index].is_alpha) or text[index] == "l"):
            continue
        run = range(start, index)
        loud = [i for i in run if doc[i].is_upper and text[i] != "S"]
        if len(run) >= LEAST_TITLE and 2 * len(loud) >= len(run):
            for i in run:
                if text[i] == "S":
                    text[i] = "a" if is_adjectival(normal(doc[i])) else "Y"
        start = index + 1


def correct_heads(doc: Doc, text: list[str]) -> None:
    """Mark ``a`` what is an adjective after a head (``Banque centrale``), ``x`` what is no head, in place."""
    for index in range(1, len(text)):
        if text[index] == "p" and text[index - 1] in "Pp":
            text[index] = "a"  # ``sociétés coopératives``
        if text[index] in "Hh" and text[index - 1] in "HhFf":
            text[index] = "a" if text[index] == "h" else "A"
        if normal(doc[index]) == "office" and follows_english(doc, index):
            text[index] = "x"
        if text[index] == "w" and not follows_relation(doc, index):
            text[index] = "x"


def letter_of(token: Token, shouting: bool) -> str:
    """The letter of one token, out of its passage."""
    word = normal(token)
    if word in WORDS:
        return WORDS[word]
    if not word:
        return "x"
    capital = token.text[-len(word) :][:1].isupper()  # some letters fold into two
    if not shouting and fold(word) in words("common_acronym") and token.text.isupper():
        return "N"
    if not shouting and ACRONYM.fullmatch(token.text) and word not in heads() and not is_loud_word(word):
        return "S"
    letter = head_letter(word) or noun_letter(token, word, capital)
    return (
        letter.upper() if capital and letter in "mqhfpgrnaz" else letter.replace("Y", "Y" if capital else "n")
    )


def is_loud_word(word: str) -> bool:
    """Whether a word in capitals is a French word set so, not an acronym: ``REGIONAL``."""
    return len(word) >= LEAST_LOUD and word in french_words()


def head_letter(word: str) -> str:
    """The letter of a head noun or of its prefix, or nothing."""
    folded = fold(word)
    head = heads().get(folded)
    if head is not None:
        if head.role in ("ministry", "field") or head.words in words("field_unit"):
            return "m" if head.role == "ministry" else "f"
        return "g" if head.strength == "country" else "h"
    plural = plural_heads().get(folded)
    if plural is not None:
        return "q" if plural.role == "ministry" else "p"
    return "z" if folded in words("prefix") else ""


def noun_letter(token: Token, word: str, capital: bool) -> str:
    """The letter of a word that is no head: by its part of speech."""
    if fold(word) in relations():
        return "r"
    if not capital and follows_noun(token) and fold(word) in words("verb"):
        return "x"
    if (
        token.pos_ == "ADJ"
        or fold(word) in words("participle")
        or (word.startswith("anti") and len(word) > 6 and not capital)
    ):
        return "a"
    if token.pos_ in ("NOUN", "PROPN"):
        if follows_noun(token) and is_adjectival(word):
            return "a"
        return "Y" if token.pos_ == "PROPN" else "n"
    if token.pos_ == "VERB" and "Part" in token.morph.get("VerbForm") and (capital or is_inside(token)):
        return "a"
    if capital and token.i > 0 and token.pos_ in MISTAKEN and len(word) > 2:
        return "n"
    return "x"


def is_proper(word: str) -> bool:
    """Whether a word is neither common, nor a town, nor a noun that heads names."""
    folded = fold(word)
    common = word.lower() in french_words() or folded in heads() or folded in plural_heads()
    if word[0] == "E" and f"é{word[1:].lower()}" in french_words():
        return False  # ``Education``: capitals often lack their accent
    return bool(folded) and not common and folded not in words("town") | words("small") | words("indefinite")


def is_inside(token: Token) -> bool:
    """Whether a past participle stands between a noun and its complement: ``patrimoine bâti de l'État``."""
    return (
        token.i + 1 < len(token.doc)
        and follows_noun(token)
        and WORDS.get(normal(token.nbor()), "") in ("d", "D")
        and "Past" in token.morph.get("Tense")
    )


def is_adjectival(word: str) -> bool:
    """Whether a word ends as adjectives do."""
    match = ADJECTIVAL.search(word)
    return match is not None and match.end() == len(word) and match.start() > 1


def follows_noun(token: Token) -> bool:
    """Whether the token before is a noun."""
    return token.i > 0 and token.nbor(-1).pos_ in ("NOUN", "PROPN", "ADJ") and not token.nbor(-1).is_upper


def mark_compounds(doc: Doc, text: list[str]) -> None:
    """Mark ``a`` the first half of a compound adjective, in place: ``nigéro-nigériane``."""
    for index in range(len(text) - 2):
        if "".join(text[index : index + 3]) == "nja" and doc[index].text[-1] == "o":
            text[index] = "a"


def follows_english(doc: Doc, index: int) -> bool:
    """Whether the token is the second half of ``front-office``."""
    return any(normal(token) in words("office") for token in doc[max(0, index - 2) : index])


def follows_relation(doc: Doc, index: int) -> bool:
    """Whether ``avec`` belongs to a noun before it: ``Relations avec les institutions``; not ``avec l'appui de``."""
    return any(fold(normal(token)) in words("with_other") for token in doc[max(0, index - 2) : index])


def fixed_tokens(doc: Doc) -> Iterator[tuple[int, int]]:
    """The tokens of expressions that stand for an adjective: ``à l'extérieur``, ``nigéro-nigériane``."""
    for match in FIXED.finditer(text_of(doc)):
        span = doc.char_span(*match.span(), alignment_mode="contract")
        if span is not None:
            yield span.start, span.end
    for mention in doc._.country_mentions:
        span = doc.char_span(mention.start, mention.end, alignment_mode="contract")
        if (
            mention.kind == "demonym"
            and span is not None
            and "-" in text_of(doc)[mention.end : mention.end + 1]
        ):
            yield span.start, span.end


def country_tokens(doc: Doc) -> list[tuple[int, int]]:
    """The tokens of each country named (not of demonyms, which are words of the name)."""
    spans = (
        doc.char_span(mention.start, mention.end, alignment_mode="contract")
        for mention in doc._.country_mentions
        if mention.kind != "demonym"
    )
    return [(span.start, span.end) for span in spans if span is not None and len(span)]


def stop_tokens(doc: Doc) -> list[tuple[int, int]]:
    """The tokens of each expression that ends a name (``de manière``, ``au titre``)."""
    twin = folded_twin(doc)
    folded = [word.text for word in twin.doc]
    found = []
    for size in (1, 2, 3):
        for start in range(len(folded) - size + 1):
            if " ".join(folded[start : start + size]) in excluded("stop"):
                span = doc.char_span(twin.starts[start], twin.ends[start + size - 1], alignment_mode="expand")
                if span is not None and span.text.islower():
                    found.append((span.start, span.end))
    return found


def mark_joiners(doc: Doc, text: list[str]) -> None:
    """Mark hyphens and strokes inside a word ``j`` and dashes between blanks ``t``, in place."""
    for token in doc[1:-1]:
        if token.text in ("-", "/", "‑", "‐", "–", "—"):
            before = doc[token.i - 1].whitespace_ != ""
            after = token.whitespace_ != ""
            if before and after and fold(doc[token.i - 1].text) in words("compounding"):
                before = after = False  # ``Anti – corruption``, as some texts set it
            text[token.i] = (
                "t"
                if before and after and token.text != "/"
                else "j"
                if token.text == "/" or not (before or after)
                else "x"
            )
