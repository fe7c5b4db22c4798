"""Contents pages: lines that end with the number of a page of the document, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extractors.pdf.order import Line
from extractors.pdf.printed import PrintedWord

LEADERS = re.compile(r"[.…_·]{2,}|…")
"""The dots that lead from an entry to its page number."""
FEWEST_ENTRIES = 5
SHARE = 0.45
"""A page is a contents page when at least this share of its lines are entries."""
IN_ORDER = 0.85


def entry_page(line: Line, page_count: int) -> int | None:
    """The page number that a line ends with, apart from its text or after leaders, or None."""
    last = line.words[-1].text
    number = page_number(last.lstrip(".…_·"))
    if number is None or number > page_count + SLACK:
        return None
    led = last[0] in ".…_·" or (len(line.words) > 1 and line.words[-2].text[-1] in ".…_·")
    apart = len(line.words) - 1 in line.gaps or led
    worded = any(sum(c.isalpha() for c in word.text) > 2 for word in line.words[:-1])
    return number if apart and worded else None


ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
"""Page numbers of front matter, to xxxix."""


def page_number(text: str) -> int | None:
    """The number that digits, or small Roman numerals, write."""
    if re.fullmatch(r"\d{1,4}", text):
        return int(text)
    if not text or not ROMAN.fullmatch(text):
        return None
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in text]
    return sum(-a if a < b else a for a, b in pairwise([*values, 0]))


def closing_number(line: Line, page_count: int) -> int | None:
    """The page number that an entry of a contents page ends with, however close to its text, or None."""
    text = line.words[-1].text
    digits = re.search(r"(?<!\d)\d{1,4}$", text)
    number = int(digits.group()) if digits else page_number(text)
    return number if number is not None and number <= page_count + SLACK else None


SLACK = 30
"""Printed page numbers may run past the pages of the file (front matter numbered apart)."""


def is_contents_page(lines: Sequence[Line], page_count: int) -> bool:
    """Whether the lines of a page are mostly contents entries whose numbers go up."""
    numbers = [number for line in lines if (number := entry_page(line, page_count)) is not None]
    if len(numbers) < FEWEST_ENTRIES or len(numbers) < SHARE * len(lines):
        return False
    rising = sum(a <= b for a, b in pairwise(numbers))
    return rising >= IN_ORDER * (len(numbers) - 1) and len(set(numbers)) > 2


def without_leaders(line: Line) -> Line:
    """A line whose leaders are words of their own: ``Résumé.....3`` gives ``Résumé``, ``.....`` and ``3``."""
    words = [part for word in line.words for part in part_leaders(word)]
    return replace(line, words=tuple(words), gaps=())


def part_leaders(word: PrintedWord) -> Iterator[PrintedWord]:
    """A word parted before and after the leaders in it."""
    found = re.search(r"[.…_·]{3,}", word.text)
    edges = sorted({0, len(word.text), *(found.span() if found else ())})
    for first, last in pairwise(edges):
        yield word.part(first, last)
