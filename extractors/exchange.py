"""Passages and what was found in them, for annotation tools; and what annotators made of it, as decisions.

Every span bears our own identifier, so that what comes back is known again: JSON lines, spaCy's ``DocBin``, and tasks
of Label Studio with what we found as predictions (labels, and the code of each span as a text of that region).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import spacy
from spacy.tokens import DocBin

from extractors.corrections.corpus import Tables
from extractors.corrections.proposals import Published
from extractors.corrections.quotes import StudyText
from schemas.corrections import CountryDecision, Decision, InstitutionDecision, RecommendationDecision
from schemas.document import FURNITURE

LABELS = {"countries": "Pays", "institutions": "Institution", "recommendations": "Recommandation"}
TABLE_OF = {label: table for table, label in LABELS.items()}

LABEL_CONFIG = """<View>
  <Labels name="label" toName="text">
    <Label value="Pays" background="#1b7837"/>
    <Label value="Institution" background="#2166ac"/>
    <Label value="Recommandation" background="#b2182b"/>
  </Labels>
  <Text name="text" value="$text" granularity="word"/>
  <TextArea name="code" toName="text" perRegion="true" editable="true" maxSubmissions="1"
            placeholder="Code : ISO du pays (MLI), type de l'institution (ministry)"/>
</View>
"""
"""The labelling interface for Label Studio."""


@dataclass(frozen=True, slots=True)
class Span:
    """A row found at characters ``[start, end)``: its identifier, its table, and its code (country, type, modality)."""

    id: str
    start: int
    end: int
    table: str
    code: str


@dataclass(frozen=True, slots=True)
class Annotated:
    """A passage with its spans, in reading order."""

    passage_id: str
    study_id: str
    page: int
    text: str
    spans: tuple[Span, ...]


def annotated(tables: Tables, study_ids: Iterable[str] = ()) -> list[Annotated]:
    """The passages of some studies (all of them without any), furniture aside."""
    published, wanted = Published(tables), set(study_ids)
    spans = spans_of(published)
    ordered = sorted(published.passages.values(), key=lambda p: (p.study_id, p.position))
    return [
        Annotated(p.passage_id, p.study_id, p.page, p.text, tuple(sorted(spans[p.passage_id], key=place_of)))
        for p in ordered
        if p.kind not in FURNITURE and p.text and (not wanted or p.study_id in wanted)
    ]


def place_of(span: Span) -> tuple[int, int, str]:
    """Where a span comes in its passage."""
    return span.start, -span.end, span.id


def spans_of(published: Published) -> defaultdict[str, list[Span]]:
    """The spans of each passage."""
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for country in published.countries:
        span = Span(country.mention_id, country.start_char, country.end_char, "countries", country.iso3 or "")
        found[country.passage_id].append(span)
    for key, mentions in published.mentions.items():
        kind = published.institutions[key].type
        for m in mentions:
            found[m.passage_id].append(Span(m.mention_id, m.start_char, m.end_char, "institutions", kind))
    for advice in published.recommendations:
        span = Span(
            advice.recommendation_id, advice.start_char, advice.end_char, "recommendations", advice.modality
        )
        found[advice.passage_id].append(span)
    return found


# -- Out ---------------------------------------------------------------------------------------------------------


def to_jsonl(passages: Iterable[Annotated]) -> str:
    """One JSON object for each passage."""
    return "".join(json.dumps(asdict(passage), ensure_ascii=False) + "\n" for passage in passages)


def to_docbin(passages: Iterable[Annotated]) -> bytes:
    """A ``DocBin`` of French documents: ``doc.spans`` by table, widened to whole tokens, with our identifiers.

    ``span.id_`` is the row, ``span.kb_id_`` the code; ``doc.user_data`` names passage, study and page.
    """
    nlp = spacy.blank("fr")
    docs = DocBin(store_user_data=True)
    for passage in passages:
        doc = nlp.make_doc(passage.text)
        doc.user_data |= {
            "passage_id": passage.passage_id,
            "study_id": passage.study_id,
            "page": passage.page,
        }
        for table in LABELS:
            doc.spans[table] = [
                span
                for one in passage.spans
                if one.table == table
                for span in [
                    doc.char_span(
                        one.start, one.end, label=LABELS[table], kb_id=one.code, span_id=one.id,
                        alignment_mode="expand",
                    )
                ]
                if span is not None
            ]  # fmt: skip
        docs.add(doc)
    content: bytes = docs.to_bytes()
    return content


def to_label_studio(passages: Iterable[Annotated], model_version: str) -> list[dict[str, Any]]:
    """Tasks of Label Studio; what we found are predictions."""
    return [
        {
            "data": {key: getattr(p, key) for key in ("text", "passage_id", "study_id", "page")},
            "predictions": [
                {"model_version": model_version, "result": [r for s in p.spans for r in regions(p, s)]}
            ],
        }
        for p in passages
    ]


def regions(passage: Annotated, span: Span) -> Iterator[dict[str, Any]]:
    """The label of a span, and its code as a text of the same region."""
    place = {"start": span.start, "end": span.end}
    words = passage.text[span.start : span.end]
    common = {"id": span.id, "to_name": "text"}
    label = {**place, "text": words, "labels": [LABELS[span.table]]}
    yield {**common, "from_name": "label", "type": "labels", "value": label}
    if span.code:
        yield {**common, "from_name": "code", "type": "textarea", "value": {**place, "text": [span.code]}}


# -- In ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Returned:
    """What came back of a tool: decisions, and what could not become one, with the task (French)."""

    decisions: list[Decision] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unchanged: int = 0


def from_label_studio(
    tasks: Iterable[Mapping[str, Any]], tables: Tables, *, decided_by: str, decided_on: str
) -> Returned:
    """The decisions that the last annotation of each task makes, against what is published.

    A task that was skipped or not annotated decides nothing.
    """
    known = {passage.passage_id: passage for passage in annotated(tables)}
    published = Published(tables)
    returned, who = Returned(), {"reason": "", "decided_by": decided_by, "decided_on": decided_on}
    for number, task in enumerate(tasks, 1):
        done = [a for a in task.get("annotations", ()) if not a.get("was_cancelled")]
        passage = known.get(str(task.get("data", {}).get("passage_id")))
        if passage is None:
            returned.refused.append(f"tâche {number} : son passage n'est plus publié ; exportez de nouveau.")
        elif done:
            reader = TaskReader(passage, published, f"tâche {number}", who, returned)
            reader.read(told_spans(done[-1].get("result", ())))
    return returned


def told_spans(result: Iterable[Mapping[str, Any]]) -> dict[str, Span]:
    """The spans of an annotation by identifier, each with its code."""
    labels: dict[str, Span] = {}
    codes: dict[str, str] = {}
    for region in result:
        value, key = region.get("value", {}), str(region.get("id"))
        if region.get("type") == "textarea":
            codes[key] = str((value.get("text") or [""])[-1]).strip()
        elif value.get("labels") and value["labels"][0] in TABLE_OF:
            table = TABLE_OF[value["labels"][0]]
            labels[key] = Span(key, int(value["start"]), int(value["end"]), table, "")
    return {key: Span(key, s.start, s.end, s.table, codes.get(key, "")) for key, s in labels.items()}


@dataclass(slots=True)
class TaskReader:
    """Makes decisions of one annotated passage."""

    passage: Annotated
    published: Published
    name: str
    who: Mapping[str, str]
    returned: Returned

    def read(self, told: Mapping[str, Span]) -> None:
        """Compare what came back with what is published."""
        known = {span.id: span for span in self.passage.spans}
        for key, span in known.items():
            if key not in told or told[key].table != span.table:
                self.removed(span)
            elif (told[key].start, told[key].end, told[key].code) != (span.start, span.end, span.code):
                self.changed(span, told[key])
            else:
                self.returned.unchanged += 1
        for key, span in told.items():
            if key not in known or known[key].table != span.table:
                self.added(span)

    def where(self, span: Span) -> dict[str, Any]:
        """The place of a span, as a decision says it."""
        text: StudyText = self.published.texts[self.passage.study_id]
        return {
            "study_id": self.passage.study_id,
            **asdict(text.quote(self.passage.passage_id, span.start, span.end, self.passage.page)),
            **self.who,
        }

    def removed(self, span: Span) -> None:
        """A span that the annotator took out."""
        if span.table == "countries":
            self.country("not_a_country", span, old=span.code, new="")
        elif span.table == "recommendations":
            self.recommendation("not_a_recommendation", span, new="")
        else:
            words = self.passage.text[span.start : span.end]
            self.returned.refused.append(
                f"{self.name} : « {words} » n'est plus une institution ici ; la décision vaudrait pour toutes les "
                "études, prenez-la dans la feuille de relecture."
            )

    def changed(self, span: Span, told: Span) -> None:
        """A span with other words or another code."""
        moved = (told.start, told.end) != (span.start, span.end)
        if span.table == "recommendations" and moved:
            self.recommendation("edit_text", span, new=self.passage.text[told.start : told.end])
        elif span.table == "countries" and not moved:
            self.country("other_country", span, old=span.code, new=told.code)
        elif span.table == "countries":
            self.removed(span)
            self.added(told)
        elif moved:
            self.returned.refused.append(
                f"{self.name} : une institution n'a pas d'autres mots ; décidez « nouvelle »."
            )
        elif span.table == "institutions":
            self.institution("retype", span, told.code)

    def added(self, span: Span) -> None:
        """A span that the annotator added."""
        if not 0 <= span.start < span.end <= len(self.passage.text):
            self.returned.refused.append(f"{self.name} : une annotation sort du texte.")
        elif span.table == "recommendations":
            self.recommendation("new", span, new="")
        elif span.table == "countries":
            self.country("new", span, old="", new=span.code)
        else:
            self.institution("new", span, span.code)

    def country(self, action: str, span: Span, *, old: str, new: str) -> None:
        """Decide on a country."""
        values = {**self.where(span), "action": action, "old": old, "new": new.upper()}
        self.returned.decisions.append(CountryDecision.model_validate(values))

    def recommendation(self, action: str, span: Span, *, new: str) -> None:
        """Decide on a recommendation."""
        old = self.passage.text[span.start : span.end] if action != "new" else ""
        values = {**self.where(span), "action": action, "old": old, "new": new}
        self.returned.decisions.append(RecommendationDecision.model_validate(values))

    def institution(self, action: str, span: Span, kind: str) -> None:
        """Decide on an institution: a new one, or the type of the one that is named there."""
        own = next(
            (
                m.institution_id
                for group in self.published.mentions.values()
                for m in group
                if m.mention_id == span.id
            ),
            None,
        )
        row = self.published.institutions.get(own) if own is not None else None
        words = self.passage.text[span.start : span.end]
        home = self.published.studies[self.passage.study_id].country_iso3
        values = {
            **self.where(span),
            "action": action,
            "institution_id": own,
            "name": words if row is None else row.name,
            "acronym": None,
            "country_iso3": home if row is None else row.country_iso3,
            "other_id": None,
            "other_name": "",
            "other_country_iso3": None,
            "old": "" if row is None else row.type,
            "new": kind,
        }
        self.returned.decisions.append(InstitutionDecision.model_validate(values))
