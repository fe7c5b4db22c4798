"""Notes of web pages: the marks that call them, and the elements that hold them.

A mark is a link within the page whose text is a number, a star or a letter (``<sup><a href="#n1">1</a></sup>``,
``<a href="#_ftn1">[1]</a>``) and that leads forward; or a raised number after a word. Where a link leads back to it,
or a raised number that is called above begins a block, a note stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from urllib.parse import unquote

from lxml import html

from extractors.notes import LETTERED, NUMBERED, bracketed

Part = tuple[html.HtmlElement, str]
"""A piece of text and the element around it."""

MARK = re.compile(bracketed(rf"(?:{LETTERED}|note \d{{1,3}})"), re.IGNORECASE)
RAISED_MARK = re.compile(bracketed(NUMBERED))
NOTE_NAME = re.compile(r"(?:^|[^a-z])(?:foot|end)?note|ftn|fn|cite|ref(?:$|[^a-z])", re.IGNORECASE)
"""In the names of notes: ``_ftn1``, ``cite_note-3``, ``easy-footnote-1``, ``fn:2``."""
UNRAISED = re.compile(r"(?:^|[^\w²])(?:[^\W\d_]{1,2}|10)$")
"""After these a raised number is none of a note: ``km²``, ``CO²``, ``10³``."""


@dataclass(frozen=True)
class Marks:
    """The links of a page that call notes, with the element that each leads to."""

    root: html.HtmlElement

    @cached_property
    def targets(self) -> Mapping[str, html.HtmlElement]:
        """The elements that links within the page may lead to, by their names."""
        found: dict[str, html.HtmlElement] = {}
        for element in self.root.iter():
            for name in (element.get("id"), element.get("name")) if isinstance(element.tag, str) else ():
                if name:
                    found.setdefault(name, element)
        return found

    @cached_property
    def calls(self) -> Mapping[html.HtmlElement, html.HtmlElement]:
        """The element that prints each mark (its brackets included), and the element of its note."""
        place = {element: rank for rank, element in enumerate(self.root.iter())}
        found: dict[html.HtmlElement, html.HtmlElement] = {}
        for link in self.root.iter("a"):
            name = unquote((link.get("href") or "").partition("#")[2])
            note = self.targets.get(name)
            whole = whole_mark(link)
            if note is None or not MARK.fullmatch(text_of(whole)) or place[note] < place[link]:
                continue
            if whole.tag == "sup" or link.find(".//sup") is not None or NOTE_NAME.search(name):
                found[whole] = note
        return found

    @cached_property
    def notes(self) -> frozenset[html.HtmlElement]:
        """The elements of the notes that are called."""
        return frozenset(self.calls.values())

    def part(self, parts: Iterable[Part]) -> Iterator[tuple[html.HtmlElement | None, str]]:
        """Texts in order, marks apart: each with the element that prints it, or None for what is no mark."""
        before = ""
        for mark, members in groupby(parts, key=lambda part: self.mark_around(part[0])):
            text = "".join(text for _, text in members)
            if mark is None or (mark not in self.calls and before.strip() and not may_call(mark, before)):
                before += text
                continue
            yield None, before
            yield mark, text
            before = " "
        yield None, before

    def mark_around(self, element: html.HtmlElement) -> html.HtmlElement | None:
        """The element that prints the mark that text in an element belongs to, if it is one."""
        calling = next((e for e in around(element) if e in self.calls), None)
        return calling if calling is not None else next(filter(is_mark, around(element)), None)

    def notes_around(self, element: html.HtmlElement) -> Iterator[html.HtmlElement]:
        """The notes that text in an element belongs to."""
        return (e for e in (element, *element.iterancestors()) if e in self.notes)


DEEPEST = 6
"""A mark is printed at most so many elements deep (word processors nest theirs)."""


def around(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """An element and the nearest elements around it."""
    yield element
    for depth, ancestor in enumerate(element.iterancestors()):
        if depth == DEEPEST:
            return
        yield ancestor


def whole_mark(link: html.HtmlElement) -> html.HtmlElement:
    """The element that prints a mark: a link, or what raises it."""
    parent = link.getparent()
    if parent is not None and parent.tag == "sup" and MARK.fullmatch(text_of(parent)):
        return parent
    return link


def text_of(element: html.HtmlElement) -> str:
    """The text of an element in one line."""
    return " ".join("".join(element.itertext()).split())


def is_mark(element: html.HtmlElement) -> bool:
    """Whether an element is a raised number or star, or a link that is one."""
    linked = element.tag == "a" and "#" in (element.get("href") or "")
    return (linked or element.tag == "sup") and bool(RAISED_MARK.fullmatch(text_of(element)))


def may_call(mark: html.HtmlElement, before: str) -> bool:
    """Whether a mark without a note calls one: raised after a word, not after a unit or a power's base."""
    return mark.tag == "sup" and not before[-1:].isspace() and not UNRAISED.search(before)
