"""The smallest things that can be one recommendation: sentences, and the parts of a run-in list.

Sentences end at a full stop, question or exclamation mark that the tokenizer keeps apart (it knows the
abbreviations) before a capital, a figure or an opening quote: the parser's own boundaries also fall at
semicolons and inside list items, where it is right about grammar and wrong about units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

ENDS = frozenset({".", "!", "?", "…", "...", "!...", "?..."})
CLOSERS = frozenset({"»", '"', "”", ")", "]", "’"})

ENUMERATOR = re.compile(r"(?<![\w(])\(?(?:[ivx]{1,5}|[a-h]|\d{1,2})(?:\)|°\))\s+", re.IGNORECASE)
"""``i) ``, ``(ii) ``, ``a) ``, ``1) ``, ``1°) `` at the beginning of a part of a run-in list."""

CAPITAL_ACT = re.compile(r",\s+(?=[A-ZÉÈÊÀÂÎÔÛÇ][a-zéèêàâîôûç]+(?:er|ir|re)\b)")
"""A comma before a capitalised infinitive, printed for a semicolon: ``les scénarios, Vulgariser``."""

TRIM = " \t;,:•·–—-\ufffd"


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters ``[start, end)`` of a passage; ``lead_in`` is what introduces a part of a run-in list."""

    start: int
    end: int
    lead_in: str = ""


def sentences(doc: Doc) -> list[Span]:
    """The printed sentences of a passage."""
    starts = [0, *(token.i for token in doc[1:] if begins_sentence(token)), len(doc)]
    return [doc[a:b] for a, b in pairwise(starts) if a < b]


def begins_sentence(token: Token) -> bool:
    """Whether a printed sentence begins at a token (not the first of its passage)."""
    previous = token.nbor(-1)
    while previous.text in CLOSERS and previous.i > 0:
        previous = previous.nbor(-1)
    if previous.text not in ENDS or token.text in CLOSERS | ENDS:
        return False
    return not token.text[0].islower() and token.text not in {",", ";", ":"}


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Characters ``[start, end)`` without the blanks and list punctuation at their edges."""
    while start < end and text[start] in TRIM:
        start += 1
    while end > start and text[end - 1] in TRIM:
        end -= 1
    return start, end


def enumerated(text: str, start: int, end: int) -> list[Unit]:
    """The parts of a run-in list ``lead : i) …; ii) …``; empty when there are fewer than two."""
    marks = list(ENUMERATOR.finditer(text, start, end))
    if len(marks) < 2 or not in_sequence([match.group().strip(" ()°").lower() for match in marks]):
        return []
    lead = text[start : marks[0].start()].strip()
    stops = [*(match.start() for match in marks[1:]), end]
    parts = [trimmed(text, match.end(), stop) for match, stop in zip(marks, stops, strict=True)]
    return [Unit(a, strip_final_and(text, a, b), lead) for a, b in parts if b > a]


def strip_final_and(text: str, start: int, end: int) -> int:
    """The end of a part without the ``et`` that introduces the last one."""
    match = re.search(r"[\s;,]+et\s*$", text[start:end])
    return start + match.start() if match else end


def in_sequence(marks: list[str]) -> bool:
    """Whether marks count from the first on: ``i, ii``, ``a, b`` or ``1, 2``."""
    series = (["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"], list("abcdefgh"))
    numbers = [str(n) for n in range(1, 30)]
    return any(marks == list(names[: len(marks)]) for names in (*series, numbers))


def run_in(text: str, start: int, end: int) -> list[Unit]:
    """The parts of ``Recommandations : a ; b ; c``: what follows the first colon, cut at semicolons."""
    colon = text.find(":", start, end)
    if colon < 0:
        return []
    lead = text[start : colon + 1].strip()
    return [Unit(a, b, lead) for a, b in cut_at_semicolons(text, colon + 1, end)]


def cut_at_semicolons(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The trimmed parts between semicolons, and commas that stand for one."""
    body = CAPITAL_ACT.sub(lambda match: ";" + " " * (len(match.group()) - 1), text[start:end])
    offset = start
    for part in body.split(";"):
        a, b = trimmed(text, offset, offset + len(part))
        offset += len(part) + 1
        if b > a:
            yield a, b
