"""The rows of one study while they are corrected: where words are, and what is printed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol, TypeVar

from extractors.corrections.quotes import Found, Place, Quote, StudyText
from extractors.printed import unpack_words
from extractors.study import StudyRows, evidence_rows
from schemas.corrections import Decision
from schemas.document import Word
from schemas.row import Row
from schemas.tables import CorrectionOutcome

LEAST_OVERLAP = 0.5
"""Part of the shorter of two spans that the other covers, for both to be about the same words."""


class Spanned(Protocol):
    """A row about characters of a passage."""

    @property
    def passage_id(self) -> str:
        """The passage."""

    @property
    def start_char(self) -> int:
        """The first character."""

    @property
    def end_char(self) -> int:
        """The character after the last."""


S = TypeVar("S", bound=Spanned)
R = TypeVar("R", bound=Row)


@dataclass
class Draft:
    """The rows of a study, to be changed in place; what they were made from is not touched."""

    rows: StudyRows
    outcomes: list[CorrectionOutcome] = field(default_factory=list)

    @classmethod
    def of(cls, rows: StudyRows) -> Draft:
        """A draft with lists of its own."""
        copied = replace(rows)
        for name, own in rows.tables():
            setattr(copied, name, list(own))
        return cls(copied)

    @property
    def study_id(self) -> str:
        """The study."""
        return self.rows.studies[0].study_id

    @cached_property
    def text(self) -> StudyText:
        """The text of the study."""
        return StudyText.of(self.rows.passages)

    @cached_property
    def words(self) -> Mapping[str, Sequence[Word]]:
        """The printed words of each passage."""
        ordered = sorted(self.rows.passages, key=lambda passage: passage.position)
        return unpack_words(self.rows.printed, [passage.passage_id for passage in ordered])

    def find(self, decision: Decision) -> Found:
        """Where the words of a decision are now."""
        return self.text.find(Quote(decision.exact, decision.prefix, decision.suffix, decision.page))

    def page_of(self, place: Place) -> int:
        """The page on which a place begins."""
        words = self.words.get(place.passage.passage_id, ())
        return next((word.page for word in words if word.end > place.start), place.passage.page)

    def set_evidence(self, table: str, row_id: str, place: Place | None) -> None:
        """Replace the evidence of a row by that of a place, or take it away."""
        kept = [e for e in self.rows.evidence if (e.table_name, e.row_id) != (table, row_id)]
        if place is not None:
            passage, start, end = place.passage, place.start, place.end
            printed = self.words.get(passage.passage_id, ())
            words = [word for word in printed if word.start < end and word.end > start]
            kept += evidence_rows(table, row_id, passage.document_id, words)
        self.rows.evidence = kept


def row_at(rows: Iterable[S], place: Place) -> S | None:
    """The row about the words at a place: of several, the one that best covers them."""
    best, best_share = None, 0.0
    for row in rows:
        if row.passage_id == place.passage.passage_id:
            common = min(row.end_char, place.end) - max(row.start_char, place.start)
            shorter = min(row.end_char - row.start_char, place.end - place.start)
            longer = max(row.end_char, place.end) - min(row.start_char, place.start)
            if common >= LEAST_OVERLAP * shorter and common > 0 and common / longer > best_share:
                best, best_share = row, common / longer
    return best


def updated(row: R, **values: object) -> R:
    """A row with other values, held to the contract.

    Raises:
        pydantic.ValidationError: when a value is none that the column may have.
    """
    return type(row).model_validate({**row.model_dump(), **values})


def swap(rows: list[R], old: R, new: R | None) -> None:
    """Put a row in the place of another, or take it out."""
    index = next(i for i, row in enumerate(rows) if row is old)
    rows[index : index + 1] = [] if new is None else [new]
