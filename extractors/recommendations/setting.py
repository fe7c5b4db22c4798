"""What the place of a passage announces: recommendations, aims, a law, the measures of a strategy.

A lead-in says more than a heading, an inner heading more than an outer one. What decides is a phrase of
recommendation_sections.csv, found on folded words: anywhere in a heading that names recommendations, at its
beginning where it names aims (``Objectifs``, but not ``Renforcer le suivi des objectifs``), and the last one
of a lead-in (``Pour atteindre ces objectifs, il faudra :``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from extractors.context import PassageContext, StudyContext
from extractors.findings import Addressee
from extractors.folding import fold, fold_text, folded_twin
from extractors.recommendations.addressees import AddresseeFinder
from extractors.recommendations.cues import CueFinder
from extractors.recommendations.grammar import weigh
from extractors.recommendations.phrases import Phrase, PhraseFinder
from extractors.recommendations.themes import ThemeFinder
from extractors.recommendations.units import sentences
from extractors.recommendations.vocabulary import (
    ColumnKind,
    DocumentKind,
    SectionKind,
    phrases,
    read_rows,
)
from schemas.tables import Modality, ThemeCode

NUMBERING = re.compile(r"^(?:\d+|[ivxlc]+|[a-h])$")
"""A folded word that numbers a heading: ``2``, ``iv``, ``a``."""

Kind = SectionKind | None
ADVISING: tuple[SectionKind, ...] = (
    "message",
    "recommendation",
    "prescription",
    "strategy_role",
    "strategic_objective",
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one heading or lead-in says of what stands under it."""

    kind: Kind = None
    reported: bool = False
    modality: Modality | None = None
    addressees: tuple[Addressee, ...] = ()
    binds: bool = False
    """Whether it says whose duty what follows is, without asking: ``enjeux que le Sénégal devra maîtriser :``."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the place of a passage announces.

    ``direct`` is true where the lead-in or the innermost heading itself announces recommendations.
    ``column`` is the kind of the table column, ``document`` that of the document, where they say it.
    """

    kind: Kind = None
    direct: bool = False
    reported: bool = False
    modality: Modality | None = None
    from_lead_in: bool = False
    addressees: tuple[Addressee, ...] = ()
    binds: bool = False
    column: ColumnKind | None = None
    document: DocumentKind | None = None

    @property
    def prescribes(self) -> bool:
        """Whether what stands here is announced as what should be done."""
        return self.kind in {"recommendation", "prescription", "message"}

    @property
    def is_legal(self) -> bool:
        """Whether what stands here states the law: duties in it are not advice."""
        return self.document == "legal" or self.kind == "legal"


@dataclass(slots=True)
class Reader:
    """Reads headings and lead-ins with the pipeline's own components, each once per study."""

    nlp: Language
    cues: CueFinder
    addressees: AddresseeFinder
    sections: PhraseFinder = field(init=False)
    documents: PhraseFinder = field(init=False)
    study: StudyContext | None = None
    known: dict[tuple[str, str], Announcement] = field(default_factory=dict)
    known_themes: dict[str, tuple[ThemeCode, ...]] = field(default_factory=dict)
    parsed: dict[str, Doc] = field(default_factory=dict)
    document: DocumentKind | None = None

    def __post_init__(self) -> None:
        self.sections = PhraseFinder(
            self.nlp.vocab, phrases("recommendation_sections.csv", "kind", "phrase"), overlapping=True
        )
        self.documents = PhraseFinder(
            self.nlp.vocab, phrases("recommendation_documents.csv", "kind", "phrase"), overlapping=True
        )

    def begin(self, study: StudyContext) -> None:
        """Forget what was read of another study."""
        if study is not self.study:
            self.study, self.known, self.known_themes, self.parsed = study, {}, {}, {}
            self.document = self.document_kind(study)

    def prepare(self, contexts: Sequence[PassageContext]) -> None:
        """Parse the headings and lead-ins of a study in one batch: ten times as fast as one by one."""
        if not contexts:
            return
        self.begin(contexts[0].study)
        around = ((c.lead_in, c.announced, *c.section) for c in contexts if c.language == "fr")
        texts = dict.fromkeys(text for texts in around for text in texts if text)
        docs = [self.unread(text) for text in texts]
        for doc in self.nlp.pipe(docs, disable=["recommendations"]):
            self.parsed[doc.text] = doc

    def unread(self, text: str) -> Doc:
        """A heading or lead-in with the context of its study, not yet annotated."""
        doc = self.nlp.make_doc(text)
        doc._.context = PassageContext(study=self.study or StudyContext())
        return doc

    def setting(self, context: PassageContext) -> Setting:
        """The setting of a passage."""
        self.begin(context.study)
        column = column_kind(context)
        lead_in = self.announcement("lead_in", context.lead_in)
        announced = self.announcement("lead_in", context.announced)
        headings = [self.announcement("heading", text) for text in context.section]
        said, direct, rank = most_specific(lead_in, announced, headings)
        addressees = [*lead_in.addressees]
        if not addressees and said.kind in (None, *ADVISING):
            addressees += innermost_addressees(headings[rank:]) or announced.addressees
        return Setting(
            said.kind,
            direct=direct,
            reported=said.reported or lead_in.reported,
            modality=said.modality,
            from_lead_in=said is lead_in or said is announced,
            addressees=tuple(addressees),
            binds=lead_in.binds,
            column=column,
            document=self.document,
        )

    def announcement(self, place: str, text: str) -> Announcement:
        """What a heading or a lead-in says, read once."""
        if not text:
            return Announcement()
        read: Callable[[str], Announcement] = self.read_lead_in if place == "lead_in" else self.read_heading
        key = (place, text)
        if key not in self.known:
            self.known[key] = read(text)
        return self.known[key]

    def read_heading(self, text: str) -> Announcement:
        """What a heading announces."""
        folded = fold_text(self.nlp.vocab, text)
        found = self.sections.find(folded)
        first = next((i for i, t in enumerate(folded.doc) if not NUMBERING.match(t.text)), 0)
        addressees = self.addressees.of_heading(self.parse(text))
        kinds = {p.label for p in found}
        kind = heading_kind(found, first, folded.doc)
        if kind is None and text.rstrip().endswith("?"):
            kind = "aims"
        return Announcement(kind, "reported" in kinds, None, tuple(addressees))

    def read_lead_in(self, text: str) -> Announcement:
        """What a lead-in announces: the last phrase of its last sentence decides."""
        doc = self.parse(text)
        last = sentences(doc)[-1]
        found = [p for p in self.sections.find(folded_twin(doc)) if p.start >= last.start_char]
        actors = self.addressees.actors(doc)
        verdicts = [
            (cue, weigh(cue, last, actors, lenient=False))
            for cue in self.cues.find(doc)
            if cue.start >= last.start
        ]
        cues = [cue for cue, verdict in verdicts if verdict.accepted]
        kind = lead_in_kind(found, [doc[cue.end - 1].idx for cue in cues])
        if kind not in {"recommendation", "prescription"}:
            bound = tuple(self.addressees.of_duty(doc, [cue for cue, _ in verdicts]))
            if bound:
                return Announcement(kind, addressees=bound, binds=True)
            read = self.addressees.of_lead_in if kind == "strategy_role" else self.addressees.of_address
            return Announcement(kind, addressees=tuple(read(doc)))
        labels = {p.label for p in found}
        reported = ("reported" in labels or any(v.reported for _, v in verdicts)) and "own" not in labels
        return Announcement(
            kind,
            reported,
            cues[-1].modality if cues else "should",
            tuple(self.addressees.of_lead_in(doc, cues)),
        )

    def themes(self, text: str, finder: ThemeFinder) -> tuple[ThemeCode, ...]:
        """The themes that a heading or a lead-in names beside the ministries and the addressed, read once."""
        if text and text not in self.known_themes:
            doc = self.parse(text)
            hidden = [(f.start, f.end) for f in doc._.institution_mentions if f.type == "ministry"]
            self.known_themes[text] = finder.of_span(doc[:], hidden)
        return self.known_themes.get(text, ())

    def parse(self, text: str) -> Doc:
        """A heading or lead-in with the annotation of every component before this one, made once."""
        if text not in self.parsed:
            self.parsed[text] = self.annotate(text)
        return self.parsed[text]

    def annotate(self, text: str) -> Doc:
        """A text with the annotation of every component before this one."""
        doc = self.unread(text)
        for name, pipe in self.nlp.pipeline:
            if name == "recommendations":
                break
            doc = pipe(doc)
        return doc

    def document_kind(self, study: StudyContext) -> DocumentKind | None:
        """The kind of document that a title names."""
        found = self.documents.find(fold_text(self.nlp.vocab, study.title))
        kinds = {phrase.label for phrase in found}
        order: tuple[DocumentKind, ...] = ("strategy", "legal", "plan", "manual")
        return next((kind for kind in order if kind in kinds), None)


def most_specific(
    lead_in: Announcement, announced: Announcement, headings: list[Announcement]
) -> tuple[Announcement, bool, int]:
    """What decides on a passage, whether it is next to it, and the rank of the heading from which it holds.

    The lead-in comes first, then the innermost heading, what was announced above it, the outer headings.
    """
    rank = next((i for i in reversed(range(len(headings))) if headings[i].kind), None)
    if lead_in.kind is not None:
        return lead_in, True, rank or 0
    if rank is not None and rank == len(headings) - 1:
        return headings[rank], headings[rank].kind != "message", rank
    if announced.kind is not None:
        return announced, True, max(len(headings) - 1, 0)
    return (headings[rank], False, rank) if rank is not None else (Announcement(), False, 0)


def innermost_addressees(headings: list[Announcement]) -> list[Addressee]:
    """The addressees of the innermost heading that has some."""
    return list(next((h.addressees for h in reversed(headings) if h.addressees), ()))


def heading_kind(found: list[Phrase], first: int, folded: Doc) -> Kind:
    """The kind of a heading; ``first`` is its first folded word after the numbering."""
    kinds = {p.label for p in found}
    starting = {p.label for p in found if p.word <= first + 1}
    if "excluded" in kinds:
        return "excluded"
    if "strategic_objective" in {p.label for p in found if p.word <= 1}:
        return "strategic_objective"
    if "recommendation" in kinds:
        return "recommendation"
    if "message" in kinds:
        return "message"
    if "aims" in starting:
        return "aims"
    if "strategy_role" in starting:
        return "strategy_role"
    return "legal" if is_article(found, folded) else None


def is_article(found: list[Phrase], folded: Doc) -> bool:
    """Whether a heading is that of a legal article: ``Article 12``, ``Chapitre II``."""
    legal = [p for p in found if p.label == "legal" and p.word == 0]
    return (
        bool(legal)
        and len(folded) > 1
        and folded[1].text in {"article", "art", "premier", "1er"} | {str(n) for n in range(1, 2000)}
        and folded[0].text in {"article", "art", "articles"}
    )


LEAD_IN_KINDS: tuple[SectionKind, ...] = ("recommendation", "prescription", "aims", "strategy_role")


def lead_in_kind(found: list[Phrase], cues: list[int]) -> Kind:
    """The kind of a lead-in: that of its last phrase or cue (``cues`` are the characters where they end).

    What only speaks about recommendations (``le suivi des recommandations``) announces none.
    """
    excluded = any(p.label == "excluded" for p in found)
    last: tuple[int, int] = (-1, 0)
    kind: Kind = None
    for phrase in found:
        known = next((k for k in LEAD_IN_KINDS if k == phrase.label), None)
        if known is None or (excluded and known == "recommendation"):
            continue
        if (phrase.end, phrase.end - phrase.start) > last:
            last, kind = (phrase.end, phrase.end - phrase.start), known
    if cues and max(cues) > last[0]:
        return "prescription"
    return "excluded" if kind is None and excluded else kind


MINIMAL_HEADER = 8
"""Letters from which a known header may be followed by more words."""

COLUMN_KINDS: tuple[ColumnKind, ...] = ("recommendation", "action", "responsible", "horizon")


def column_kind(context: PassageContext) -> ColumnKind | None:
    """The kind of the table column that a cell stands in."""
    return header_kind(context.cell.column_header) if context.cell is not None else None


@lru_cache(maxsize=4096)
def header_kind(header: str) -> ColumnKind | None:
    """The kind of a table column by its header: the longest known header that it is or begins with.

    ``Recommandation de l'étude`` is a column of recommendations; ``Qui`` must stand alone.
    """
    folded = fold(header) + " "
    known = [
        (len(row["header"]), kind)
        for row in read_rows("recommendation_columns.csv")
        for kind in COLUMN_KINDS
        if kind == row["kind"] and begins_with(folded, fold(row["header"]))
    ]
    return max(known)[1] if known else None


def begins_with(header: str, known: str) -> bool:
    """Whether a folded header (with a blank at its end) is a known one, or a known one of some length and more."""
    return header == f"{known} " or (len(known) >= MINIMAL_HEADER and header.startswith(f"{known} "))
