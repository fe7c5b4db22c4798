"""What each block is within the document: heading levels, sections, zones, lead-ins. The same for PDF and web.

Everything here is decided from the order, kind and words of blocks; headings that open a list of acronyms, a
contents page, a bibliography or an annex are a reviewed vocabulary (``vocabularies/zone_headings.csv``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from extractors.folding import fold
from schemas.document import Block, BlockKind, Zone

SHORT_DOCUMENT = 5
"""Documents of at most so many pages have no cover: their first page is text."""
LEAD_IN_END = re.compile(r":\s*$")
CONTENTS_LINE = re.compile(r"(?<!\.)(?:\.\s?+){3,}+\s*+(?:\d{1,3}|[ivxl]+)\s*$|\D\s\d{1,3}\s*$")
NUMBERING = re.compile(
    r"^(?:(?:chapitre|partie|section|titre|annexe|fiche|encadre)\s+)?(?:[ivxlc]+|\d+(?: \d+)*|[a-z])\s+(?=\w{3})"
)


@lru_cache(maxsize=1)
def zone_headings() -> tuple[tuple[re.Pattern[str], Zone], ...]:
    """Patterns of folded headings and the zone that each opens."""
    text = files("extractors").joinpath("vocabularies/zone_headings.csv").read_text("utf-8")
    return tuple((re.compile(row["pattern"]), row["zone"]) for row in csv.DictReader(text.splitlines()))  # type: ignore[misc]


def zone_of_heading(text: str) -> Zone | None:
    """The zone that a heading opens: ``SIGLES ET ABREVIATIONS`` opens ``acronyms``; None for an ordinary one."""
    whole = fold(text)
    keys = (whole, NUMBERING.sub("", whole))
    return next((zone for key in keys for pattern, zone in zone_headings() if pattern.fullmatch(key)), None)


def arrange(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with their section, zone and lead-in; kinds corrected by zone."""
    return tuple(with_lead_ins(with_sections(blocks)))


def with_sections(blocks: Iterable[Block]) -> Iterator[Block]:
    """Each block with the headings above it and the zone that the nearest opening one gives."""
    path: list[tuple[int, str]] = []
    zone: Zone = "body"
    zone_level = 0
    blocks = list(blocks)
    cover = cover_page(blocks)
    for block in blocks:
        if block.is_furniture:
            yield block
            continue
        if block.kind == "heading" and block.page != cover:
            level = block.level or 1
            path = [entry for entry in path if entry[0] < level]
            opened = zone_of_heading(block.text)
            if opened is not None:
                zone, zone_level = opened, level
            elif closes_zone(zone, zone_level, level):
                zone, zone_level = "body", level
            yield replace(block, section=tuple(text for _, text in path), zone=zone)
            path.append((level, block.text))
            continue
        yield in_zone(replace(block, section=tuple(text for _, text in path)), zone)


def cover_page(blocks: Sequence[Block]) -> int | None:
    """The page of the cover, whose headings head nothing: the first, in documents of more than a few pages."""
    pages = {block.page for block in blocks if not block.is_furniture}
    return min(pages) if len(pages) > SHORT_DOCUMENT else None


def closes_zone(zone: Zone, zone_level: int, level: int) -> bool:
    """Whether an ordinary heading ends the zone: one as high as that which opened it (an annex goes on)."""
    return zone != "body" and level <= zone_level and zone != "annex"


def in_zone(block: Block, zone: Zone) -> Block:
    """A block with its zone, and the kind that the zone gives it."""
    if block.kind == "footnote":
        return replace(block, zone="footnote")
    if block.kind == "contents_entry" or (zone == "contents" and CONTENTS_LINE.search(block.text)):
        return replace(block, kind="contents_entry", zone="contents")
    if block.kind == "acronym_entry":
        return replace(block, zone="acronyms")
    if zone == "contents":
        return replace(block, zone="body")
    if zone == "acronyms" and block.cell is None:
        kind: BlockKind = "acronym_entry"
        return replace(block, kind=kind, zone=zone)
    return replace(block, zone=zone)


def with_lead_ins(blocks: Iterable[Block]) -> Iterator[Block]:
    """Each list item with the words that introduce it: the nearest text above that ends with a colon.

    An item of a deeper level takes the item above it as its lead-in where that one ends with a colon.
    """
    leads: list[tuple[int, str]] = []
    for block in blocks:
        if block.is_furniture or block.kind in ("caption", "footnote"):
            yield block
            continue
        if block.kind == "list_item":
            level = block.level or 1
            leads = [lead for lead in leads if lead[0] < level]
            yield replace(block, lead_in=" ".join(text for _, text in leads))
            if LEAD_IN_END.search(block.text):
                leads.append((level, block.text))
        else:
            leads = [(0, last_sentence(block.text))] if LEAD_IN_END.search(block.text) else []
            yield block


def last_sentence(text: str) -> str:
    """The last sentence of a paragraph: what introduces the list below it."""
    return re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý])", text)[-1]
