"""The component itself: from a passage and its setting to its recommendations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors.context import PassageContext
from extractors.findings import Addressee, RecommendationFinding, show_as_spans
from extractors.folding import text_of
from extractors.recommendations.addressees import LABEL, ActorMention, AddresseeFinder, unique
from extractors.recommendations.cues import Cue, CueFinder
from extractors.recommendations.forms import Form, form_of, has_finite_verb
from extractors.recommendations.grammar import is_finding, judge
from extractors.recommendations.horizon import HorizonFinder
from extractors.recommendations.setting import ADVISING, Announcement, Reader, Setting, header_kind
from extractors.recommendations.themes import MAXIMAL_HEADING, ThemeFinder
from extractors.recommendations.units import (
    Unit,
    cut_at_semicolons,
    enumerated,
    run_in,
    sentences,
    trimmed,
)
from extractors.recommendations.vocabulary import confidences, words
from schemas.tables import Modality, ThemeCode

PLACED_RULES = frozenset({"list", "lead_in", "run_in", "cell", "strategy_measure", "numbered", "section_act"})
"""Rules of units that their place announces, which adds those addressed there to those that they name."""

UNREAD_KINDS = frozenset({"contents_entry", "acronym_entry", "header", "footer", "page_number", "navigation"})
UNREAD_ZONES = frozenset({"contents", "acronyms", "bibliography"})

NUMBERED = re.compile(
    r"^\W*(?:recommandation|préconisation|proposition|piste)\s*(?:n[°o]\s*)?\d+\s*[:.–—-]\s*", re.IGNORECASE
)
"""The label of a numbered recommendation: ``Recommandation n° 1 :``."""

WITH_ACTS = frozenset({"paragraph", "list_item"})
"""Kinds of passages in which a section of recommendations states its acts."""

LABEL_WORDS = 8
"""A label such as ``Recommandations :`` has at most so many words."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A unit that is a recommendation, and the rule that says so."""

    start: int
    end: int
    rule: str
    modality: Modality
    reported: bool
    cues: tuple[Cue, ...] = ()
    addressees: tuple[Addressee, ...] = ()


@Language.factory("recommendations")
def make_recommendations(nlp: Language, name: str) -> RecommendationRecogniser:
    """The component with the packaged vocabularies."""
    return RecommendationRecogniser(nlp)


class RecommendationRecogniser:
    """Sets ``doc._.recommendations`` and ``doc.spans["recommendations"]`` (label: modality)."""

    def __init__(self, nlp: Language) -> None:
        self.cues = CueFinder(nlp.vocab)
        self.addressees = AddresseeFinder(nlp.vocab)
        self.horizons = HorizonFinder(nlp.vocab)
        self.themes = ThemeFinder()
        self.reader = Reader(nlp, self.cues, self.addressees)

    def __call__(self, doc: Doc) -> Doc:
        """The passage with its recommendations."""
        found = tuple(self.find(doc))
        doc._.recommendations = found
        show_as_spans(doc, "recommendations", [(f.start, f.end, f.modality) for f in found])
        return doc

    def may_find(self, doc: Doc) -> bool:
        """Whether a passage can hold a recommendation, by its place and its words alone.

        Where it can not, nothing is found, whatever the model says of its words.
        """
        context: PassageContext = doc._.context
        if not is_read(doc):
            return False
        setting, text = self.reader.setting(context), text_of(doc)
        if NUMBERED.match(text):
            return True
        if is_title(context):
            return False
        if is_listed(context, setting) or (setting.prescribes and context.kind in WITH_ACTS):
            return True
        return any(
            self.cues.may_find(sentence)
            or (not setting.is_legal and parts_of_list(text, sentence.start_char, sentence.end_char))
            for sentence in sentences(doc)
        )

    def find(self, doc: Doc) -> Iterator[RecommendationFinding]:
        """The recommendations of a passage, in its order."""
        if not is_read(doc):
            return
        context: PassageContext = doc._.context
        setting = self.reader.setting(context)
        told: tuple[Addressee, ...] = ()
        for decision in Passage(self, doc, context, setting).decide():
            finding = self.finding(doc, context, setting, decision)
            if not finding.addressees and names_again(decision):
                finding = replace(finding, addressees=told)
            told = finding.addressees or told
            yield finding

    def finding(
        self, doc: Doc, context: PassageContext, setting: Setting, decision: Decision
    ) -> RecommendationFinding:
        """A decision with its addressees, horizon and confidence."""
        span = doc.char_span(decision.start, decision.end, alignment_mode="expand")
        own = self.addressees.of_unit(span, decision.cues)
        inherits = (
            setting.prescribes
            or setting.binds
            or setting.kind in ADVISING
            or decision.rule == "strategy_measure"
        )
        by_row, until = self.row(context) if decision.rule == "cell" else ([], None)
        labelled = any(a.source == LABEL for a in own)
        told = bool(own) and decision.rule not in PLACED_RULES  # a sentence that says who acts says it all
        around = setting.addressees if inherits and not labelled and not told else ()
        addressees = tuple(unique([*around, *by_row, *decision.addressees, *own]))
        return RecommendationFinding(
            start=decision.start,
            end=decision.end,
            text=doc.text[decision.start : decision.end],
            modality=decision.modality,
            reported=decision.reported or (inherits and setting.reported),
            horizon=self.horizons.find(span) or until or self.horizon_above(context, setting),
            confidence=confidences()[decision.rule],
            rule=decision.rule,
            addressees=addressees,
            themes=self.themes_of(span, context, [a.surface for a in addressees]),
        )

    def themes_of(self, span: Span, context: PassageContext, names: list[str]) -> tuple[ThemeCode, ...]:
        """The themes that the words of a unit name, else its lead-in, else the innermost heading.

        The names of those addressed and of ministries say nothing of the theme.
        """
        text = span.doc.text
        hidden = [(m.start(), m.end()) for name in names for m in re.finditer(re.escape(name), text)]
        hidden += [(f.start, f.end) for f in span.doc._.institution_mentions if f.type == "ministry"]
        around = [context.lead_in, *context.section[-1:]]
        near = [text for text in around if len(text.split()) <= MAXIMAL_HEADING]
        return (
            self.themes.of_span(span, hidden)
            or next((found for text in near if (found := self.reader.themes(text, self.themes))), ())
            or ("other",)
        )

    def row(self, context: PassageContext) -> tuple[list[Addressee], str | None]:
        """Who is to act and by when, as the other cells of a table row say."""
        who: list[Addressee] = []
        until = None
        for header, text in context.row:
            kind = header_kind(header)
            if kind == "responsible":
                who += [a.addressed("column") for a in self.addressees.actors(self.reader.parse(text))]
            elif kind == "horizon":
                until = text
        return who, until

    def horizon_above(self, context: PassageContext, setting: Setting) -> str | None:
        """The horizon that the innermost heading names: ``Mesures à court terme``."""
        if not context.section or not setting.prescribes:
            return None
        return self.horizons.find(self.reader.nlp.make_doc(context.section[-1]))


def is_read(doc: Doc) -> bool:
    """Whether a passage is one of French text, not of furniture, contents or references: the rules are French."""
    context: PassageContext = doc._.context
    return (
        len(doc) > 0
        and context.kind not in UNREAD_KINDS
        and context.zone not in UNREAD_ZONES
        and context.language == "fr"
    )


def names_again(decision: Decision) -> bool:
    """Whether a pronoun stands for who was told before: ``Il lui a rappelé l'urgence de finaliser``."""
    for cue in decision.cues:
        around = cue.verb.doc[max(cue.start - 2, 0) : cue.end]
        if cue.rule in {"instruct", "stress"} and any(t.lower_ in {"lui", "leur"} for t in around):
            return True
    return False


def is_title(context: PassageContext) -> bool:
    """Whether a passage only names what follows: a heading, the header of a column."""
    return context.kind == "heading" or (context.cell is not None and context.cell.is_header)


def is_listed(context: PassageContext, setting: Setting) -> bool:
    """Whether a passage is an item or a cell that its place announces as a unit."""
    if context.kind == "table_cell":
        return setting.column == "recommendation" or (setting.column == "action" and setting.prescribes)
    if setting.is_legal or context.kind != "list_item":
        return False
    return setting.prescribes or is_measure(context, setting)


def is_measure(context: PassageContext, setting: Setting) -> bool:
    """Whether a passage is an item of a strategy that addresses its measures to others."""
    if setting.kind in {"aims", "excluded", "legal"}:
        return False
    return setting.document == "strategy" and context.study.country is None


def parts_of_list(text: str, start: int, end: int) -> list[Unit]:
    """The parts of a list that runs on in the characters ``[start, end)``; empty where there is none."""
    return enumerated(text, start, end) or run_in(text, start, end)


class Passage:
    """One passage under decision."""

    def __init__(
        self, recogniser: RecommendationRecogniser, doc: Doc, context: PassageContext, setting: Setting
    ) -> None:
        self.recogniser = recogniser
        self.doc = doc
        self.text: str = text_of(doc)
        self.context = context
        self.setting = setting
        self.cues = recogniser.cues.find(doc)
        self.known_actors: list[ActorMention] | None = None

    def decide(self) -> Iterator[Decision]:
        """The units that are recommendations."""
        numbered = NUMBERED.match(self.text)
        if numbered and not (self.context.kind == "heading" and numbered.group().lower().startswith("piste")):
            yield from self.numbered(numbered.end())
        elif is_title(self.context):
            return
        elif is_listed(self.context, self.setting):
            yield from self.listed()
        else:
            yield from self.sentences()

    @property
    def rule(self) -> str:
        """The rule of a listed unit."""
        if self.context.kind == "table_cell":
            return "cell"
        if not self.setting.prescribes:
            return "strategy_measure"
        return "lead_in" if self.setting.from_lead_in else "list"

    def numbered(self, start: int) -> Iterator[Decision]:
        """The act after the label ``Recommandation 1 :``."""
        a, b = trimmed(self.text, start, len(self.text))
        span = self.doc.char_span(a, b, alignment_mode="expand")
        if span is None or not len(span):
            return
        yield Decision(a, b, "numbered", self.modality_of(form_of(span), ()), self.setting.reported)

    def listed(self) -> Iterator[Decision]:
        """The units of an item or cell that its place announces."""
        text = self.text
        parts = enumerated(text, 0, len(text)) or self.cell_parts()
        if parts:
            for part in parts:
                span = self.doc.char_span(part.start, part.end, alignment_mode="expand")
                yield Decision(
                    part.start,
                    part.end,
                    self.rule,
                    self.modality_of(form_of(span), ()),
                    self.setting.reported,
                )
            return
        for rank, sentence in enumerate(sentences(self.doc)):
            yield from self.listed_sentence(rank, sentence)

    def cell_parts(self) -> list[Unit]:
        """The acts of a cell that holds several, cut at semicolons."""
        if self.context.kind != "table_cell":
            return []
        parts = [Unit(a, b) for a, b in cut_at_semicolons(self.text, 0, len(self.text))]
        spans = [self.doc.char_span(p.start, p.end, alignment_mode="expand") for p in parts]
        return parts if len(parts) > 1 and all(form_of(span) for span in spans) else []

    def listed_sentence(self, rank: int, sentence: Span) -> Iterator[Decision]:
        """A sentence of an item: an act by its form or its cue, or the item as such."""
        form = None if sentence.text.rstrip().endswith("?") else form_of(sentence)
        if self.rule == "strategy_measure" and not self.fits_strategy(form):
            form = None
        cues, reported = self.accepted(sentence, lenient=self.setting.prescribes)
        asked = form is not None and (rank == 0 or form != "nominal")
        bare = rank == 0 and self.setting.prescribes and self.setting.direct and self.can_stand(sentence)
        if asked or cues or bare:
            a, b = trimmed(self.text, sentence.start_char, sentence.end_char)
            if b > a:
                modality = self.modality_of(form, cues)
                yield Decision(a, b, self.rule, modality, reported or self.setting.reported, cues)

    def can_stand(self, sentence: Span) -> bool:
        """Whether an item is a unit by its place alone: not a finding, not a lead-in of its own."""
        return (
            not is_finding(sentence) and not sentence.text.rstrip().endswith((":", "?")) and len(sentence) > 2
        )

    def fits_strategy(self, form: Form | None) -> bool:
        """Whether the form of an item is that of a measure of a strategy."""
        return form == "infinitive" or (form == "nominal" and self.setting.kind == "strategy_role")

    def modality_of(self, form: Form | None, cues: tuple[Cue, ...]) -> Modality:
        """The modality of a unit: its own cue's, that of its lead-in, that of its form."""
        if cues:
            return cues[0].modality
        if self.setting.modality is not None:
            return self.setting.modality
        if form == "infinitive":
            return "infinitive"
        return "should" if form in {"wish", "addressed"} else "nominal"

    def sentences(self) -> Iterator[Decision]:
        """The sentences of a passage that prescribe, and the parts of its run-in lists."""
        for sentence in sentences(self.doc):
            parts, said = self.run_in_parts(sentence)
            if parts:
                for part in parts:
                    span = self.doc.char_span(part.start, part.end, alignment_mode="expand")
                    form = form_of(span)
                    modality = said.modality or self.modality_of(form, ())
                    yield Decision(
                        part.start, part.end, "run_in", modality, said.reported, (), said.addressees
                    )
                continue
            yield from self.prescribing(sentence)

    def run_in_parts(self, sentence: Span) -> tuple[list[Unit], Announcement]:
        """The parts of a run-in list whose lead announces recommendations."""
        text, start, end = self.text, sentence.start_char, sentence.end_char
        parts = parts_of_list(text, start, end)
        if not parts or self.setting.is_legal:
            return [], Announcement()
        said = self.recogniser.reader.announcement("lead_in", parts[0].lead_in)
        if said.kind not in {"recommendation", "prescription"}:
            return [], said
        label = len(parts[0].lead_in.split()) <= LABEL_WORDS and said.kind == "recommendation"
        spans = [self.doc.char_span(p.start, p.end, alignment_mode="expand") for p in parts]
        acts = [form_of(span) for span in spans]
        if label or (len(parts) > 1 and all(acts)):
            return parts, said
        return [], said

    def prescribing(self, sentence: Span) -> Iterator[Decision]:
        """A sentence that prescribes by a cue, or by its act where recommendations are announced."""
        lenient = self.setting.prescribes and not self.setting.is_legal
        cues, reported = self.accepted(sentence, lenient=lenient)
        a, b = trimmed(self.text, sentence.start_char, sentence.end_char)
        if cues and b > a:
            yield Decision(a, b, cues[0].rule, cues[0].modality, reported, cues)
        elif lenient and b > a and self.is_section_act(sentence):
            modality = self.modality_of(form_of(sentence), ())
            yield Decision(a, b, "section_act", modality, self.setting.reported)

    def is_section_act(self, sentence: Span) -> bool:
        """Whether a sentence of a section of recommendations begins with its act."""
        if self.context.kind not in WITH_ACTS or sentence.text.rstrip().endswith(":"):
            return False
        form = form_of(sentence)
        if form == "infinitive":
            return not has_finite_verb(list(sentence)) or self.has_effect(sentence)
        if form in {"wish", "addressed"}:
            return True
        return form == "nominal" and not has_finite_verb(list(sentence))

    def has_effect(self, sentence: Span) -> bool:
        """Whether a sentence whose subject is an act tells its good: ``investir … permettra de``."""
        finite = [t for t in sentence if "VerbForm=Fin" in str(t.morph) and t.dep_ in {"ROOT", "conj"}]
        return not finite or any(t.lemma_ in words("effects") for t in finite)

    def accepted(self, sentence: Span, *, lenient: bool) -> tuple[tuple[Cue, ...], bool]:
        """The cues of a sentence that prescribe, and whether it only reports them."""
        kept, reported = [], False
        for cue in self.cues:
            if not sentence.start <= cue.start < sentence.end or not self.may_hold(cue, lenient=lenient):
                continue
            verdict = judge(cue, sentence, self.actors, lenient=lenient)
            if verdict.accepted:
                kept.append(cue)
                reported = reported or verdict.reported
        return tuple(kept), reported

    def may_hold(self, cue: Cue, *, lenient: bool) -> bool:
        """Whether a cue can prescribe in this kind of document and zone."""
        if lenient:
            return True
        if self.setting.is_legal or self.context.zone == "front_matter":
            return cue.rule == "recommend"
        if self.setting.document == "manual":
            return cue.rule not in {"need_verb", "duty", "suit", "necessary"}
        return True

    @property
    def actors(self) -> list[ActorMention]:
        """The actors that the passage names, found once."""
        if self.known_actors is None:
            self.known_actors = self.recogniser.addressees.actors(self.doc)
        return self.known_actors
