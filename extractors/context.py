"""What a component may know of a passage beyond its words: where it stands, and the study around it.

``doc._.context`` is a :class:`PassageContext`. In a notebook it is the default one (a body paragraph of an
unknown study); ``extractors.study`` sets it for each passage of a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from spacy.tokens import Doc

from schemas.document import Block, BlockKind, Cell, Zone


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
    """

    country: str | None = None
    title: str = ""
    definitions: Mapping[str, Definition] = field(default_factory=lambda: MappingProxyType({}))
    countries: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class PassageContext:
    """Where a passage stands. Fields as in :class:`schemas.document.Block`."""

    kind: BlockKind = "paragraph"
    zone: Zone = "body"
    section: tuple[str, ...] = ()
    lead_in: str = ""
    cell: Cell | None = None
    study: StudyContext = field(default_factory=StudyContext)


def context_of(block: Block, study: StudyContext) -> PassageContext:
    """The context of a block of a study."""
    return PassageContext(block.kind, block.zone, block.section, block.lead_in, block.cell, study)


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
