#!/usr/bin/env python3
"""Build the sample studies (PDF and web page) and their gold annotations from the marked-up sources.

    python examples/make_samples.py [SLUG ...] [--audit]

Every ``sources/<slug>.html`` becomes ``studies/<slug>.pdf`` and ``gold/<slug>.jsonl``; every
``sources/web/<slug>.html`` becomes ``web/<slug>.html`` and ``gold/<slug>.jsonl``. The markup is described in
README.md beside this file. The same sources give the same bytes on one machine. ``--audit`` prints words that
look like a forgotten annotation instead of building.
"""

import argparse
import copy
import csv
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree, html

if TYPE_CHECKING:
    from weasyprint import Document as Layout

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
WEB = SOURCES / "web"


def words(text: str) -> frozenset[str]:
    """Give the words of a string as a set."""
    return frozenset(text.split())


TYPES = words(
    "ministry training_provider employment_service sectoral_body employers_organisation workers_organisation "
    "public_body international_organisation regional_body development_partner civil_society research_body "
    "company"
)
ACTORS = (TYPES - {"public_body", "company"}) | {
    "government", "social_partners", "private_sector", "migrants", "other",
}  # fmt: skip
KINDS = frozenset({"name", "acronym", "demonym"})
ISO3 = words(
    "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS "
    "BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV "
    "CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM "
    "GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN "
    "IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE "
    "LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS "
    "MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK "
    "PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR "
    "SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY "
    "USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE"
)
PLAIN = words(
    "html head title meta body section nav div span p h1 h2 h3 h4 ul ol li dl dt dd table caption thead "
    "tbody tr th td em strong sup br hr a header footer main button"
)
PLAIN_ATTRIBUTES = frozenset(
    ("class", "lang", "href", "colspan", "rowspan", "start", "type", "name", "content", "charset")
)
ATTRIBUTES = {
    "c": frozenset({"k", "t"}),
    "i": frozenset({"id"}),
    "r": frozenset({"to", "reported"}),
    "fn": frozenset[str](),
}
BLOCKS = "ancestor::*[self::li or self::p or self::tr or self::dt or self::dd]"
HEADINGS = "//section[not(@class='cover' or @class='contents')]//*[self::h1 or self::h2 or self::h3]"
COLUMNS = ["id", "name", "acronym", "type", "country"]


class SourceError(ValueError):
    """A fault in a source: the message names the file, the line and the element."""


@dataclass(frozen=True)
class Institution:
    """A row of an institutions CSV."""

    id: str
    name: str
    acronym: str
    type: str
    country: str


@dataclass
class Mark:
    """An annotated element: the id of its anchor and the rows it gives in the gold file."""

    anchor: str
    kind: str  # countries, institutions or recommendations
    text: str
    block: etree._Element
    rows: list[dict[str, Any]] = field(default_factory=list)


def clean(text: str) -> str:
    """Write a text as the gold does: NFC, one kind of apostrophe, white space collapsed."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("’", "'").replace("ʼ", "'")
    return re.sub(r"\s+", " ", text).strip()


def squeeze(text: str) -> str:
    """Reduce a text to its letters, to look for it in a PDF page among hyphens and footnote calls."""
    return re.sub(r"[\W\d_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def text_of(element: etree._Element) -> str:
    """Give the text of an element without its footnotes."""

    def parts(node: etree._Element) -> Iterator[str]:
        yield node.text or ""
        for child in node:
            if child.tag == "br":
                yield " "
            elif child.tag not in ("fn", etree.Comment):
                yield from parts(child)
            yield child.tail or ""

    return clean("".join(parts(element)))


def where(path: Path, element: etree._Element) -> str:
    """Name a place in a source for an error message."""
    tag = etree.tostring(element, encoding="unicode", with_tail=False)[:90]
    return f"{path.name}, line {element.sourceline}: {tag}"


def load_institutions(path: Path) -> dict[str, Institution]:
    """Read and check the institutions of one source."""
    if not path.exists():
        return {}
    found: dict[str, Institution] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise SourceError(f"{path.name}: columns {reader.fieldnames}, expected {COLUMNS}")
        for line, row in enumerate(reader, 2):
            if None in row or None in row.values():
                raise SourceError(f"{path.name}, line {line}: not {len(COLUMNS)} cells")
            institution = Institution(**row)
            if institution.type not in TYPES:
                raise SourceError(f"{path.name}, line {line}: unknown type {institution.type!r}")
            if institution.country and institution.country not in ISO3:
                raise SourceError(f"{path.name}, line {line}: unknown country {institution.country!r}")
            if institution.id in found:
                raise SourceError(f"{path.name}, line {line}: id {institution.id!r} stands twice")
            found[institution.id] = institution
    return found


def read_source(path: Path) -> etree._Element:
    """Parse a source; elements and attributes outside the markup are refused."""
    tree = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    for element in tree.iter(etree.Element):
        allowed = ATTRIBUTES.get(element.tag, PLAIN_ATTRIBUTES if element.tag in PLAIN else None)
        if allowed is None:
            raise SourceError(f"{where(path, element)}: unknown element <{element.tag}>")
        unknown = set(element.keys()) - allowed
        if unknown:
            raise SourceError(f"{where(path, element)}: unknown attribute {', '.join(sorted(unknown))}")
    return tree


def country_rows(element: etree._Element) -> list[dict[str, Any]]:
    """Give the gold rows of a country mention, one for each country named."""
    codes, kind = (element.get("k") or "").split(), element.get("t", "name")
    bad = [code for code in codes if code not in ISO3]
    if not codes or bad:
        raise SourceError(f"unknown country {' '.join(bad) or '(none)'}")
    if kind not in KINDS:
        raise SourceError(f"unknown kind {kind!r}")
    return [{"iso3": code, "surface": text_of(element), "kind": kind} for code in codes]


def institution_rows(element: etree._Element, known: dict[str, Institution]) -> list[dict[str, Any]]:
    """Give the gold row of an institution mention."""
    institution = known.get(element.get("id", ""))
    if institution is None:
        raise SourceError(f"unknown institution {element.get('id')!r}")
    row = {"surface": text_of(element), "name": institution.name, "acronym": institution.acronym}
    return [row | {"type": institution.type, "country": institution.country}]


def recommendation_rows(element: etree._Element) -> list[dict[str, Any]]:
    """Give the gold row of a recommendation."""
    addressees = []
    for pair in filter(None, map(str.strip, element.get("to", "").split(";"))):
        actor, colon, surface = pair.partition(":")
        if actor.strip() not in ACTORS or not colon or not surface.strip():
            raise SourceError(f"addressee {pair!r} is not actor:surface")
        addressees.append({"surface": clean(surface), "actor": actor.strip()})
    reported = element.get("reported", "false")
    if reported not in ("true", "false"):
        raise SourceError(f"reported={reported!r}")
    return [{"text": text_of(element), "addressees": addressees, "reported": reported == "true"}]


def fill_contents(tree: etree._Element) -> None:
    """Repeat the headings of the chapters, with their annotations, in the empty contents page."""
    headings = tree.xpath(HEADINGS)
    for nav in tree.xpath("//nav[@class='contents'][not(*)]"):
        for number, heading in enumerate(headings):
            heading.set("id", f"h{number}")
            entry = etree.SubElement(nav, "p", {"class": f"entry {heading.tag}"})
            link = copy.deepcopy(heading)
            for note in link.xpath(".//fn"):
                note.drop_tree()
            for line_break in link.xpath(".//br"):
                line_break.tail = " " + (line_break.tail or "")
                line_break.drop_tag()
            link.tag, link.tail = "a", None
            link.attrib.clear()
            link.set("href", f"#h{number}")
            entry.append(link)


def annotate(tree: etree._Element, path: Path, known: dict[str, Institution]) -> list[Mark]:
    """Turn the annotated elements into anchored spans and give their marks in the order of the text."""
    marks: list[Mark] = []
    for number, element in enumerate(tree.xpath("//c | //i | //r")):
        try:
            if element.tag == "c":
                kind, rows = "countries", country_rows(element)
            elif element.tag == "i":
                kind, rows = "institutions", institution_rows(element, known)
            else:
                kind, rows = "recommendations", recommendation_rows(element)
        except SourceError as error:
            raise SourceError(f"{where(path, element)}: {error}") from None
        text = text_of(element)
        if not text:
            raise SourceError(f"{where(path, element)}: empty")
        block = next(iter(reversed(element.xpath(BLOCKS))), element)
        marks.append(Mark(f"m{number}", kind, text, block, rows))
    for mark, element in zip(marks, tree.xpath("//c | //i | //r"), strict=True):
        element.tag = "span"
        element.attrib.clear()
        element.set("id", mark.anchor)
    for note in tree.xpath("//fn"):
        note.tag = "span"
        note.set("class", "fn")
    return marks


def layout(tree: etree._Element) -> "Layout":
    """Lay the study out on A4 pages."""
    from weasyprint import CSS, HTML

    title = (tree.findtext("head/title") or "").replace('"', "”")
    running = CSS(string=f'@page {{ @top-center {{ content: "{title}" }} }}')
    text = etree.tostring(tree, encoding="unicode", method="html", doctype="<!DOCTYPE html>")
    return HTML(string=text, base_url=str(SOURCES)).render(
        stylesheets=[running, CSS(SOURCES / "studies.css")]
    )


@contextmanager
def fixed_clock() -> Iterator[None]:
    """Have fontTools write a fixed date, not today's, in the fonts that it cuts down."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "1591920000"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def place(pages: "Layout", marks: list[Mark]) -> dict[str, int]:
    """Give the 1-based page of each mark: the first that holds its anchor."""
    found: dict[str, int] = {}
    for number, page in enumerate(pages.pages, 1):
        for anchor in page.anchors:
            found.setdefault(anchor, number)
    lost = [mark.text for mark in marks if mark.anchor not in found]
    if lost:
        raise SourceError(f"not on any page: {lost}")
    return {mark.anchor: found[mark.anchor] for mark in marks}


def cut(content: bytes, marks: list[Mark], places: dict[str, int]) -> list[Mark]:
    """Give the marks whose text is not whole on their page."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(content)
    texts = [squeeze(page.get_textpage().get_text_bounded()) for page in pdf]
    return [mark for mark in marks if squeeze(mark.text) not in texts[places[mark.anchor] - 1]]


def build_pdf(tree: etree._Element, marks: list[Mark]) -> tuple[bytes, dict[str, int], int]:
    """Render until no annotated text is cut by the end of a page.

    Returns:
        The PDF, the page of each mark, and the number of pages.
    """
    for _ in range(6):
        pages = layout(tree)
        places = place(pages, marks)
        with fixed_clock():
            content: bytes = pages.write_pdf(pdf_identifier=b"passerelle-sample")
        broken = cut(content, marks, places)
        if not broken:
            return content, places, len(pages.pages)
        for mark in broken:
            mark.block.set("class", f"{mark.block.get('class', '')} keep".strip())
    raise SourceError(f"cut by a page break: {[mark.text for mark in broken]}")


def set_dates(tree: etree._Element, path: Path) -> None:
    """Copy the date of the study to the metadata that WeasyPrint writes in the PDF."""
    dates = tree.xpath("//meta[@name='date']/@content")
    if not dates:
        raise SourceError(f'{path.name}: <meta name="date"> is missing')
    for name in ("dcterms.created", "dcterms.modified"):
        etree.SubElement(tree.find("head"), "meta", {"name": name, "content": f"{dates[0]}T00:00:00Z"})


def gold_lines(document: str, marks: list[Mark], places: dict[str, int], page_count: int) -> str:
    """Write the gold annotations of a document, one JSON object a page."""
    pages: list[dict[str, Any]] = [
        {"document": document, "page": page, "countries": [], "institutions": [], "recommendations": []}
        for page in range(1, page_count + 1)
    ]
    for mark in marks:
        pages[places[mark.anchor] - 1][mark.kind].extend(mark.rows)
    return "".join(json.dumps(page, ensure_ascii=False) + "\n" for page in pages)


def build_study(path: Path) -> tuple[bytes, str]:
    """Build one study.

    Args:
        path: The source, with ``<slug>.institutions.csv`` beside it.

    Returns:
        The PDF and its gold annotations.

    Raises:
        SourceError: The source is faulty.
    """
    known = load_institutions(path.with_suffix(".institutions.csv"))
    tree = read_source(path)
    set_dates(tree, path)
    fill_contents(tree)
    marks = annotate(tree, path, known)
    try:
        content, places, page_count = build_pdf(tree, marks)
    except SourceError as error:
        raise SourceError(f"{path.name}: {error}") from None
    return content, gold_lines(f"{path.stem}.pdf", marks, places, page_count)


def build_web(path: Path) -> tuple[bytes, str]:
    """Build one web page: the source without its annotations, and the gold (page 1)."""
    tree = read_source(path)
    plain = copy.deepcopy(tree)
    for element in plain.xpath("//c | //i | //r"):
        element.drop_tag()
    marks = annotate(tree, path, load_institutions(path.with_suffix(".institutions.csv")))
    content = etree.tostring(plain, encoding="utf-8", method="html", doctype="<!DOCTYPE html>")
    return content + b"\n", gold_lines(path.name, marks, {mark.anchor: 1 for mark in marks}, 1)


# --- audit: words that look like a forgotten annotation ---------------------------------------------------

COUNTRY_WORDS = re.compile(
    r"\b(?:mali(?:en|enne)?s?|nigéri(?:en|enne|an|ane)s?|niger|nig[ée]ria|burkina(?:b[èé])?s?|ivoir\w*|sénégal\w*"
    r"|guinée\w*|guinéen\w*|mauritan\w+|togo\w*|béni\w+|cameroun\w*|gabon\w*|congo\w*|tchad\w*|ghan\w+|gambi\w+"
    r"|alg[ée]ri\w+|maroc\w*|tunisi\w+|liby\w+|libéri\w+|sierra\w*|cap-ver\w+|cabo|franc(?:e|o)\b|français\w*"
    r"|espagn\w+|itali\w+|allem\w+|portug\w+|belg\w+|suiss\w+|luxemb\w+|norv\w+|états-unis|américain\w*|canad\w+"
    r"|chin\w+|turqu?\w*|saoud\w+|arabie|émirats|qatar\w*|liban\w*|afrique du sud|angol\w+|rdc|rca"
    r"|centrafri\w+"
    r"|royaume-uni|britanni\w+|japon\w*|corée\w*|soudan\w*|rwand\w*|danemark|danois\w*|néerland\w+|pays-bas)\b",
    re.IGNORECASE,
)
ADVICE_WORDS = re.compile(
    r"\b(?:devr(?:a|ont|ai[ts]|aient)|doi(?:t|vent)|il (?:convient|faut|faudrait|importe)|recommand\w+"
    r"|souhaitable|nécessaire d|gagnerai\w+|invité\w* à|essentiel|indispensable|crucial)\b",
    re.IGNORECASE,
)


def outside(tree: etree._Element, tags: tuple[str, ...]) -> str:
    """Give the text of the body that stands outside certain elements, blocks parted by line ends."""

    def parts(node: etree._Element) -> Iterator[str]:
        if isinstance(node.tag, str) and node.tag not in tags:
            yield ("\n" if node.tag in ("p", "li", "td", "th", "h1", "h2", "h3", "h4", "dt", "dd") else "")
            yield node.text or ""
            for child in node:
                yield from parts(child)
        else:
            yield "░"
        yield node.tail or ""

    return "".join(parts(tree.find("body")))


def audit(path: Path) -> list[str]:
    """List untagged countries, institutions and prescriptive words with their surroundings."""
    tree = read_source(path)
    known = load_institutions(path.with_suffix(".institutions.csv"))
    names = sorted({name for row in known.values() for name in (row.name, row.acronym) if name}, key=len)
    surfaces = sorted({text_of(element) for element in tree.iter("i")} | set(names), key=len, reverse=True)
    bodies = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, surfaces)) + r")(?!\w)", re.IGNORECASE)
    tags_of = {"country": ("c",), "institution": ("i",), "advice": ("r",)}
    patterns = {"country": COUNTRY_WORDS, "institution": bodies, "advice": ADVICE_WORDS}
    found = []
    for what, pattern in patterns.items():
        text = re.sub(r"[^\S\n]+", " ", outside(tree, tags_of[what]).replace("’", "'"))
        for match in pattern.finditer(text) if surfaces or what != "institution" else ():
            around = text[max(0, match.start() - 45) : match.end() + 45].replace("\n", " ¶ ")
            found.append(f"{path.name}: {what}: {match.group()}: … {around} …")
    return found


def write(path: Path, content: bytes | str) -> None:
    """Write a built file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


def main(arguments: list[str] | None = None) -> int:
    """Build or audit the sources named, all of them by default."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slug", nargs="*", help="sources to build (default: all)")
    parser.add_argument("--audit", action="store_true", help="print what looks like a forgotten annotation")
    options = parser.parse_args(arguments)
    paths = [*sorted(SOURCES.glob("*.html")), *sorted(WEB.glob("*.html"))]
    wanted = [path for path in paths if not options.slug or path.stem in options.slug]
    try:
        for path in wanted:
            if options.audit:
                print("\n".join(audit(path)))
                continue
            content, gold = build_web(path) if path.parent == WEB else build_study(path)
            target = HERE / "web" / path.name if path.parent == WEB else HERE / "studies" / f"{path.stem}.pdf"
            write(target, content)
            write(HERE / "gold" / f"{path.stem}.jsonl", gold)
            print(f"{path.stem}: {gold.count(chr(10))} pages, {len(content)} bytes")
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
