"""What the components find in a passage, before it becomes rows: frozen, with exact character offsets.

Offsets are characters of the passage's text, end exclusive. ``doc.spans`` shows the same findings on spaCy's
tokens; where a token holds two findings (``franco-malien``) or part of one, the offsets here are the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Doc

from schemas.tables import Actor, InstitutionType, MentionKind, Modality, Resolution, Role, ThemeCode


@dataclass(frozen=True, slots=True)
class CountryFinding:
    """A place where a country is named.

    ``iso3`` is None where the text does not say which of several (``resolution`` is then ``ambiguous`` and
    ``reason`` lists the candidates).
    """

    start: int
    end: int
    surface: str
    iso3: str | None
    kind: MentionKind
    resolution: Resolution
    reason: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class InstitutionFinding:
    """A place where an institution is named, with what this passage tells of it.

    ``name`` and ``acronym`` are what is known of it here (from the registry, the document's definitions or
    the words themselves); either may be empty. ``registry_id`` is set when it is in our registry. ``form``
    says what kind of name the surface is. ``rule`` names the rule that found it.
    """

    start: int
    end: int
    surface: str
    name: str
    acronym: str
    type: InstitutionType
    country: str | None
    form: Literal["full", "acronym", "variant", "former"]
    rule: str
    registry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is to act: the words, the kind of actor, and where they were found.

    ``source`` is ``subject``, ``agent``, ``label``, ``lead_in``, ``heading`` or ``column``.
    """

    surface: str
    actor: Actor
    source: str


@dataclass(frozen=True, slots=True)
class RecommendationFinding:
    """A unit of text that tells somebody what should be done."""

    start: int
    end: int
    text: str
    modality: Modality
    reported: bool
    horizon: str | None
    confidence: float
    rule: str
    addressees: tuple[Addressee, ...] = ()
    themes: tuple[ThemeCode, ...] = ("other",)


def show_as_spans(doc: Doc, key: str, found: list[tuple[int, int, str]]) -> None:
    """Put findings ``(start, end, label)`` into ``doc.spans[key]``, widened to whole tokens."""
    spans = (doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in found)
    doc.spans[key] = [span for span in spans if span is not None]
