"""What a component may know of a passage beyond its words: where it stands, and the study around it.

``doc._.context`` is a :class:`PassageContext`. In a notebook it is the default one (a body paragraph of an
unknown study); ``extractors.study`` sets it for each passage of a document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from types import MappingProxyType

from spacy.tokens import Doc

from schemas.document import Block, BlockKind, Cell, Zone
from schemas.tables import InstitutionType


@dataclass(frozen=True, slots=True)
class Definition:
    """An acronym that the document itself defines: in its list of acronyms or in brackets in the text."""

    acronym: str
    name: str


@dataclass(frozen=True, slots=True)
class StudyContext:
    """What is known of the whole document before its passages are analysed.

    ``country`` is the ISO alpha-3 code of the country that the study is about, or None.
    ``definitions`` maps each acronym that the document defines to its full name as printed.
    ``countries`` counts the unambiguous country mentions of the document by ISO alpha-3 code.
    ``acting`` maps each acronym that the document never expands but makes act as an organisation to its type.
    """

    country: str | None = None
    title: str = ""
    definitions: Mapping[str, Definition] = field(default_factory=lambda: MappingProxyType({}))
    countries: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    acting: Mapping[str, InstitutionType] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class PassageContext:
    """Where a passage stands. Fields as in :class:`schemas.document.Block`, and two that its neighbours tell.

    ``announced`` is the sentence ending in a colon that, headings apart, introduces this passage: ``Nos
    recommandations sont :`` above the headings ``Au Gouvernement`` and ``Aux partenaires sociaux``.
    ``row`` holds (column header, text) of the other cells of its table row.
    """

    kind: BlockKind = "paragraph"
    zone: Zone = "body"
    section: tuple[str, ...] = ()
    lead_in: str = ""
    cell: Cell | None = None
    study: StudyContext = field(default_factory=StudyContext)
    announced: str = ""
    row: tuple[tuple[str, str], ...] = ()
    language: str = "fr"


def context_of(block: Block, study: StudyContext) -> PassageContext:
    """The context of a block of a study."""
    return PassageContext(
        block.kind,
        block.zone,
        block.section,
        block.lead_in,
        block.cell,
        study,
        language=block.language or "fr",
    )


def contexts_of(blocks: Sequence[Block], study: StudyContext) -> list[PassageContext]:
    """The context of each block of a study, in reading order, with what the blocks around it tell."""
    rows: defaultdict[tuple[int, int], list[tuple[int, str, str]]] = defaultdict(list)
    for block in blocks:
        if block.cell is not None and block.text:
            cell = block.cell
            rows[cell.table, cell.row].append((cell.column, cell.column_header, block.text))
    return [
        replace(context_of(block, study), announced=announced, row=other_cells(block, rows))
        for block, announced in zip(blocks, announcements(blocks), strict=True)
    ]


def other_cells(
    block: Block, rows: Mapping[tuple[int, int], Sequence[tuple[int, str, str]]]
) -> tuple[tuple[str, str], ...]:
    """The (column header, text) of the other cells in the row of a cell; empty for other blocks."""
    if block.cell is None or block.cell.is_header:
        return ()
    row = rows.get((block.cell.table, block.cell.row), ())
    return tuple((header, text) for column, header, text in row if column != block.cell.column)


def announcements(blocks: Sequence[Block]) -> list[str]:
    """For each block, the announcement in force: text that ends in a colon and is followed by a heading.

    It holds for the headings that follow as long as they are not above the first of them, nor numbered where
    that one is not (``2. …`` after ``Au Gouvernement`` begins something else), nor announced anew.
    """
    found: list[str] = []
    current, first = "", None
    for block, following in zip_longest(blocks, blocks[1:]):  # none for a document without text
        if block.kind == "heading" and first is not None and ends_announcement(block, first):
            current, first = "", None
        found.append(current)
        if following is not None and following.kind == "heading" and block.text.rstrip().endswith(":"):
            current, first = block.text, following
    return found


def ends_announcement(heading: Block, first: Block) -> bool:
    """Whether a heading ends what was announced above the heading ``first``."""
    above = (heading.level or 1) < (first.level or 1)
    return above or (is_numbered(heading) and not is_numbered(first))


def is_numbered(heading: Block) -> bool:
    """Whether a heading bears a number, in its text or taken off it."""
    return bool(heading.marker) or heading.text[:1].isdigit()


def register_extensions() -> None:
    """Declare the extensions of ``Doc`` that our components read and write; may be called again."""
    defaults = {
        "context": PassageContext(),
        "country_mentions": (),
        "institution_mentions": (),
        "recommendations": (),
    }
    for name, default in defaults.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)
