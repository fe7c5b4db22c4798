"""The links of a web page, one by one, each with what the page says around it.

A landing page names a study in the text of a link, in its table cell, in the first cell of the row, or in the
heading above (``Burkina Faso | Français | English``): all four are kept apart, the nearest first, since a link that
only says ``Télécharger`` is told by what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from lxml import html

from extractors.addresses import InvalidAddress, join, source_key
from extractors.folding import fold
from extractors.html import cell_of, cell_text, decode, is_furniture_element, parse

LinkKind = Literal["pdf", "page"]
PDF_PATH = re.compile(r"\.pdf$|/download(?:s)?/?$|/media/\d+", re.IGNORECASE)
OTHER_FILE = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|zip|rar|7z|gz|jpe?g|png|gif|svg|webp|mp[34]|avi|mov|epub|csv|json|xml|rss|ics|js|css)$",
    re.IGNORECASE,
)
LANGUAGE_PATH = re.compile(r"/lang--(\w\w)(?:/|$)|^/(fr|en|es|pt|ar)(?:/|$)", re.IGNORECASE)
LANGUAGE_WORDS = {
    **dict.fromkeys(("fr", "francais", "french", "version francaise"), "fr"),
    **dict.fromkeys(("en", "anglais", "english", "english version"), "en"),
    **dict.fromkeys(("es", "espagnol", "spanish", "espanol"), "es"),
    **dict.fromkeys(("pt", "portugais", "portuguese", "portugues"), "pt"),
}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption"})
LONGEST_CONTEXT = 300
MOST_LINKS = 2000


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it leads, what it is likely to be, and the words around it, nearest first.

    ``language`` (ISO 639-1) is what the page or the address says of the target, or None.
    """

    address: str
    kind: LinkKind
    text: str
    cell: str = ""
    row: str = ""
    heading: str = ""
    language: str | None = None
    is_furniture: bool = False

    @property
    def contexts(self) -> tuple[str, str, str, str]:
        """The words around the link, nearest first."""
        return self.text, self.cell, self.row, self.heading


def read_links(content: bytes, address: str) -> tuple[Link, ...]:
    """The links of a page fetched from an address, in document order, each target once.

    What is neither a page nor a PDF, and the page itself, are left out. A PDF that the head of the page names
    (``citation_pdf_url``) comes first.

    Raises:
        UnreadableDocument: when the bytes hold no page.
    """
    root = parse(decode(content))
    base = next(iter(root.xpath("//base/@href")), "")
    here = _joined(address, base) or address
    seen, links = {source_key(address)}, []
    for link in _links(root, here):
        key = source_key(link.address)
        if key not in seen:
            seen.add(key)
            links.append(link)
        if len(links) >= MOST_LINKS:
            break
    return tuple(links)


def _links(root: html.HtmlElement, here: str) -> Iterator[Link]:
    for meta in root.xpath("//meta[@name='citation_pdf_url']/@content"):
        target = _joined(here, str(meta))
        if target is not None:
            yield Link(target, "pdf", " ".join((root.findtext(".//title") or "").split()))
    tables = {table: number for number, table in enumerate(root.iter("table"))}
    heading = ""
    for element in root.iter():
        heading = heading_text(element) or heading
        target = _joined(here, element.get("href") or "#") if element.tag in ("a", "area") else None
        if target is not None and not OTHER_FILE.search(urlsplit(target).path):
            yield _link(element, target, heading, tables)


def _joined(here: str, reference: str) -> str | None:
    if reference.startswith("#"):
        return None
    try:
        return join(here, reference)
    except InvalidAddress:
        return None


def _link(element: html.HtmlElement, target: str, heading: str, tables: dict[html.HtmlElement, int]) -> Link:
    text = _words(element)
    holder = next(element.iterancestors("td", "th", "li", "dd", "p"), None)
    cell = cell_of(holder, tables) if holder is not None and holder.tag in ("td", "th") else None
    column = cell.column_header if cell is not None else ""
    is_pdf = PDF_PATH.search(urlsplit(target).path) or element.get("type") == "application/pdf"
    return Link(
        address=target,
        kind="pdf" if is_pdf else "page",
        text=text,
        cell="" if holder is None else cell_text(holder)[:LONGEST_CONTEXT],
        row="" if cell is None else cell.row_header[:LONGEST_CONTEXT],
        heading=heading,
        language=language_of(target, element.get("hreflang") or "", text, column),
        is_furniture=any(is_furniture_element(part, False) for part in (element, *element.iterancestors())),
    )


def _words(element: html.HtmlElement) -> str:
    """The words of a link: its text, else its title, label or picture."""
    pictures = " ".join(str(alt) for alt in element.xpath(".//img/@alt"))
    found = (cell_text(element), element.get("title") or "", element.get("aria-label") or "", pictures)
    return next((" ".join(words.split()) for words in found if words.strip()), "")[:LONGEST_CONTEXT]


def heading_text(element: html.HtmlElement) -> str:
    """The text of an element that heads what follows, else nothing; ``<p><strong>…</strong></p>`` counts as one.

    What holds a link, or stands in one, heads nothing.
    """
    if element.tag == "strong":
        around = element.getparent()
        outside = "" if around is None else (around.text or "") + "".join(part.tail or "" for part in around)
        if outside.strip():
            return ""
    elif element.tag not in HEADINGS:
        return ""
    linked = next(element.iter("a"), None) is not None or next(element.iterancestors("a"), None) is not None
    return "" if linked else cell_text(element)[:LONGEST_CONTEXT]


def language_of(address: str, stated: str, *texts: str) -> str | None:
    """The language of a target: as stated, in its address, or named by a text around the link."""
    if stated:
        return stated[:2].lower()
    found = LANGUAGE_PATH.search(urlsplit(address).path)
    if found:
        return (found.group(1) or found.group(2)).lower()
    words = (fold(text).replace("pdf", "").strip(" ()[]") for text in texts)
    return next((LANGUAGE_WORDS[word] for word in words if word in LANGUAGE_WORDS), None)
