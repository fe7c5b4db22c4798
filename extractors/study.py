"""The whole of one document: from blocks to the rows of one study, with no Prefect, disk or network.

The passages are tokenised once. A first look with the vocabularies alone tells which countries the document
is about and which acronyms it defines; then the pipeline runs on every passage with that context. Each
finding becomes a row with its evidence: the boxes of the words that its characters came from.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Protocol

from spacy.language import Language
from spacy.tokens import Doc

from extractors.annotation import annotate
from extractors.concerned import ConcernedCountries
from extractors.context import StudyContext, contexts_of
from extractors.corridors.linking import home_of
from extractors.corridors.rows import LocatedCorridor, corridor_rows
from extractors.corridors.tables import TablePassage, find_table_corridors
from extractors.definitions import find_definitions
from extractors.entities import Entity, identifiers_by_name, join_within_document
from extractors.folding import fold
from extractors.institutions.acting import find_acting
from extractors.institutions.registered import main_country
from extractors.metadata import NOTHING_STATED, StatedFacts, describe_study, title_of, with_stated
from extractors.printed import pack_words
from extractors.watch import ANALYSIS, UNWATCHED, Watch
from schemas.document import Block, Box, Document, Page, Word
from schemas.row import Row
from schemas.tables import (
    Corridor,
    CorridorMention,
    CountryMention,
    DocumentPage,
    Evidence,
    Institution,
    InstitutionMention,
    InstitutionName,
    Passage,
    Recommendation,
    RecommendationAddressee,
    RecommendationCountry,
    RecommendationTheme,
    Study,
    StudyStatus,
)

SECTION_SEPARATOR = " > "
OWN_WORDS = frozenset({"subject", "agent", "label"})
"""Where the words of a recommendation themselves name who is to act."""
READABLE = frozenset({"ok", "ocr_text", "empty"})
"""Verdicts on pages whose text, if any, can be analysed."""


class Finding(Protocol):
    """Anything found at the characters ``[start, end)`` of a passage."""

    @property
    def start(self) -> int:
        """The first character."""

    @property
    def end(self) -> int:
        """The character after the last."""


@dataclass(slots=True)
class StudyRows:
    """The rows that one document gives, a list per table; its institutions are those of it alone.

    ``printed`` says where the words of its passages are printed (``extractors.printed``): no table, but what
    the evidence of a row that a reviewer adds is drawn from.
    """

    studies: list[Study] = field(default_factory=list)
    pages: list[DocumentPage] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    country_mentions: list[CountryMention] = field(default_factory=list)
    corridors: list[Corridor] = field(default_factory=list)
    corridor_mentions: list[CorridorMention] = field(default_factory=list)
    institutions: list[Institution] = field(default_factory=list)
    institution_names: list[InstitutionName] = field(default_factory=list)
    institution_mentions: list[InstitutionMention] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    recommendation_addressees: list[RecommendationAddressee] = field(default_factory=list)
    recommendation_themes: list[RecommendationTheme] = field(default_factory=list)
    recommendation_countries: list[RecommendationCountry] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    printed: str = ""

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """Table name and rows, for every table that extraction fills."""
        for part in fields(self):
            if part.name != "printed":
                yield part.name, getattr(self, part.name)


@dataclass(frozen=True, slots=True)
class AnalysedPassage:
    """A block, its number in the document (from 1), the key of its passage and its ``Doc``."""

    number: int
    passage_id: str
    block: Block
    doc: Doc


def extract_study(
    document: Document,
    nlp: Language,
    *,
    study_id: str,
    file_name: str,
    source_url: str | None = None,
    stated: StatedFacts = NOTHING_STATED,
) -> StudyRows:
    """The rows of one document; what is ``stated`` of the study goes before what the document says.

    A document in a language other than French gives its study, pages and passages and no findings: the rules
    are French. So does one without text.
    """
    rows = rows_as_read(
        document, nlp, study_id=study_id, file_name=file_name, source_url=source_url, stated=stated
    )
    return with_findings(rows, document, nlp, stated)


def rows_as_read(
    document: Document,
    nlp: Language,
    *,
    study_id: str,
    file_name: str,
    source_url: str | None = None,
    stated: StatedFacts = NOTHING_STATED,
) -> StudyRows:
    """The study, pages and passages of a document, before it is analysed: a study that is read in part."""
    ids = passage_ids(document)
    status = study_status(document)
    known = "partial" if status == "extracted" else status
    study, _ = describe(document, (), nlp, study_id, file_name, source_url, known, stated)
    return StudyRows(
        studies=[study],
        pages=[page_row(document.document_id, page) for page in document.pages],
        passages=[
            passage_row(block, ids, position, study_id, document.document_id)
            for position, block in enumerate(document.blocks)
        ],
        printed=pack_words(document.blocks),
    )


def with_findings(
    read: StudyRows,
    document: Document,
    nlp: Language,
    stated: StatedFacts = NOTHING_STATED,
    watch: Watch = UNWATCHED,
) -> StudyRows:
    """The rows of a document, with what its analysis finds but where the ``watch`` has it left out.

    A study of which anything is left out is read in part, as is one whose whole analysis is.
    """
    status = study_status(document)
    if status not in ("extracted", "partial") or watch.analyse(ANALYSIS, 0):
        return read
    (known,) = read.studies
    analysed = tokenise(document, [passage.passage_id for passage in read.passages], nlp)
    study, context = describe(
        document, analysed, nlp, known.study_id, known.file_name, known.source_url, status, stated
    )
    if analyse(analysed, nlp, context, watch):
        study = study.model_copy(update={"status": "partial"})
    rows = StudyRows(studies=[study], pages=read.pages, passages=read.passages, printed=read.printed)
    add_countries(rows, analysed, document.document_id)
    add_corridors(rows, analysed, document.document_id, context)
    entities = add_institutions(rows, analysed, document.document_id, context)
    add_recommendations(rows, analysed, document.document_id, entities, context)
    add_recommendation_countries(rows, analysed, ConcernedCountries(nlp, context))
    return rows


def study_status(document: Document) -> StudyStatus:
    """What extraction can do with a document: all of it, part of its pages, or nothing."""
    if not any(page.quality in ("ok", "ocr_text") for page in document.pages):
        return "no_text"
    if document.language not in ("fr", None):
        return "other_language"
    readable = all(page.quality in READABLE for page in document.pages)
    return "extracted" if readable else "partial"


def passage_ids(document: Document) -> list[str]:
    """The key of each block's passage: document, page and rank on the page."""
    ranks: Counter[int] = Counter()
    ids = []
    for block in document.blocks:
        ids.append(f"{document.document_id[:12]}:{block.page}:{ranks[block.page]}")
        ranks[block.page] += 1
    return ids


def tokenise(document: Document, ids: Sequence[str], nlp: Language) -> list[AnalysedPassage]:
    """The blocks to analyse (running text of readable pages), tokenised, in reading order.

    Foreign passages of a French study (a bibliography, a copyright page) name countries and institutions too.
    """
    unreadable = {page.number for page in document.pages if page.quality not in READABLE}
    return [
        AnalysedPassage(number, passage_id, block, nlp.make_doc(block.text))
        for number, (passage_id, block) in enumerate(zip(ids, document.blocks, strict=True), start=1)
        if block.text and not block.is_furniture and block.page not in unreadable
    ]


def describe(
    document: Document,
    analysed: Sequence[AnalysedPassage],
    nlp: Language,
    study_id: str,
    file_name: str,
    source_url: str | None,
    status: StudyStatus,
    stated: StatedFacts,
) -> tuple[Study, StudyContext]:
    """The study's own row, and what its passages may know of it."""
    find_countries = nlp.get_pipe("countries").find
    counts = Counter(
        finding.iso3
        for passage in analysed
        for finding in find_countries(passage.doc)
        if finding.iso3 is not None
    )
    title = title_of(document, file_name)
    in_title = [f.iso3 for f in find_countries(nlp.make_doc(title)) if f.iso3 is not None]
    description = with_stated(describe_study(document, file_name, in_title, counts), stated)
    study = Study(
        study_id=study_id,
        file_name=file_name,
        title=description.title,
        level=description.level,
        country_iso3=description.country,
        region=description.region,
        year=description.year,
        language=document.language,
        publisher=description.publisher,
        source_url=source_url,
        page_count=len(document.pages),
        status=status,
    )
    blocks = [passage.block for passage in analysed]
    definitions = find_definitions(blocks)
    acting = find_acting(blocks, definitions)
    return study, StudyContext(description.country, description.title, definitions, counts, acting)


def analyse(
    analysed: Sequence[AnalysedPassage], nlp: Language, study: StudyContext, watch: Watch = UNWATCHED
) -> list[int]:
    """Run the pipeline on every passage, in place, with its context; the numbers of those that were left out."""
    contexts = contexts_of([passage.block for passage in analysed], study)
    for passage, context in zip(analysed, contexts, strict=True):
        passage.doc._.context = context
    return annotate(
        nlp, [passage.doc for passage in analysed], watch, [passage.number for passage in analysed]
    )


def page_row(document_id: str, page: Page) -> DocumentPage:
    """The published row of a page."""
    return DocumentPage(
        document_id=document_id,
        page=page.number,
        width_pt=page.width,
        height_pt=page.height,
        words_read=page.words_read,
        words_in_blocks=page.words_in_blocks,
        words_furniture=page.words_furniture,
        words_lost=page.words_lost,
        text_quality=page.quality,
        language=page.language,
        engine=page.engine,
        note=page.note,
        defects=page.defects,
    )


def passage_row(block: Block, ids: Sequence[str], position: int, study_id: str, document_id: str) -> Passage:
    """The published row of the block at a position; ``ids`` has the keys of all passages."""
    return Passage(
        passage_id=ids[position],
        study_id=study_id,
        document_id=document_id,
        page=block.page,
        position=position,
        kind=block.kind,
        zone=block.zone,
        level=block.level,
        section=SECTION_SEPARATOR.join(block.section),
        lead_in=block.lead_in,
        marker=block.marker,
        note_of=ids[block.call.block] if block.call else None,
        note_offset=block.call.offset if block.call else None,
        table_number=block.cell.table if block.cell else None,
        row=block.cell.row if block.cell else None,
        column=block.cell.column if block.cell else None,
        language=block.language,
        xpath=block.xpath,
        text=block.text,
    )


def add_countries(rows: StudyRows, analysed: Sequence[AnalysedPassage], document_id: str) -> None:
    """Add a row and its evidence for each country mention."""
    for passage in analysed:
        for finding in passage.doc._.country_mentions:
            code = finding.iso3 or "ambiguous"
            mention_id = f"{passage.passage_id}:{finding.start}-{finding.end}:{code}"
            rows.country_mentions.append(
                CountryMention(
                    mention_id=mention_id,
                    study_id=rows.studies[0].study_id,
                    page=passage.block.page_of(finding.start),
                    passage_id=passage.passage_id,
                    start_char=finding.start,
                    end_char=finding.end,
                    surface=finding.surface,
                    iso3=finding.iso3,
                    kind=finding.kind,
                    role=finding.role,
                    zone=passage.block.zone,
                    resolution=finding.resolution,
                    reason=finding.reason,
                )
            )
            add_evidence(rows, "country_mentions", mention_id, document_id, passage.block, finding)


def add_corridors(
    rows: StudyRows, analysed: Sequence[AnalysedPassage], document_id: str, context: StudyContext
) -> None:
    """Add the corridors, those that tables show included, the passages that name them and evidence."""
    by_id = {passage.passage_id: passage for passage in analysed}
    found = [(passage.passage_id, f) for passage in analysed for f in passage.doc._.corridors]
    shown = [TablePassage(p.passage_id, p.block, p.doc._.country_mentions) for p in analysed]
    found += find_table_corridors(shown, home_of(context))
    rank = {passage_id: position for position, passage_id in enumerate(by_id)}
    located = [
        LocatedCorridor(
            passage_id,
            by_id[passage_id].block.page_of(finding.start),
            by_id[passage_id].block.text[finding.start : finding.end],
            finding,
        )
        for passage_id, finding in sorted(found, key=lambda item: rank[item[0]])
    ]
    rows.corridors, mentions = corridor_rows(rows.studies[0].study_id, located)
    for mention, one in mentions:
        rows.corridor_mentions.append(mention)
        block = by_id[one.passage_id].block
        add_evidence(rows, "corridor_mentions", mention.mention_id, document_id, block, one.finding)


def add_institutions(
    rows: StudyRows, analysed: Sequence[AnalysedPassage], document_id: str, context: StudyContext
) -> dict[tuple[str, int], Entity]:
    """Add the institutions, their names, their mentions and evidence.

    Returns the institution named at each (passage key, first character).
    """
    located = [(passage, f) for passage in analysed for f in passage.doc._.institution_mentions]
    joined = join_within_document([finding for _, finding in located], context)
    by_place: dict[tuple[str, int], Entity] = {}
    for (passage, finding), entity in zip(located, joined, strict=True):
        mention_id = f"{passage.passage_id}:{finding.start}-{finding.end}"
        by_place[passage.passage_id, finding.start] = entity
        rows.institution_mentions.append(
            InstitutionMention(
                mention_id=mention_id,
                study_id=rows.studies[0].study_id,
                page=passage.block.page_of(finding.start),
                passage_id=passage.passage_id,
                start_char=finding.start,
                end_char=finding.end,
                surface=finding.surface,
                institution_id=entity.institution_id,
                zone=passage.block.zone,
                rule=finding.rule,
            )
        )
        add_evidence(rows, "institution_mentions", mention_id, document_id, passage.block, finding)
    counts = Counter(entity.institution_id for entity in joined)
    for entity in {e.institution_id: e for e in joined}.values():
        rows.institutions.append(institution_row(entity, counts[entity.institution_id]))
        rows.institution_names += [
            InstitutionName(institution_id=entity.institution_id, name=name, kind=kind)
            for name, kind in entity.names
        ]
    return by_place


def institution_row(entity: Entity, mention_count: int) -> Institution:
    """The published row of an institution that one study names."""
    return Institution(
        institution_id=entity.institution_id,
        name=entity.name,
        acronym=entity.acronym or None,
        type=entity.type,
        country_iso3=entity.country,
        registry=entity.registry,
        study_count=1,
        mention_count=mention_count,
    )


def add_recommendations(
    rows: StudyRows,
    analysed: Sequence[AnalysedPassage],
    document_id: str,
    entities: dict[tuple[str, int], Entity],
    context: StudyContext,
) -> None:
    """Add the recommendations, their addressees and evidence.

    An addressee whom the unit itself names is the institution of that name in its passage, else in the document.
    """
    named = identifiers_by_name(entities.values(), main_country(context))
    for passage in analysed:
        here = [entities[passage.passage_id, f.start] for f in passage.doc._.institution_mentions]
        within = ChainMap(identifiers_by_name(here), named)
        for finding in passage.doc._.recommendations:
            recommendation_id = f"{passage.passage_id}:{finding.start}"
            rows.recommendations.append(
                Recommendation(
                    recommendation_id=recommendation_id,
                    study_id=rows.studies[0].study_id,
                    page=passage.block.page_of(finding.start),
                    passage_id=passage.passage_id,
                    start_char=finding.start,
                    end_char=finding.end,
                    text=finding.text,
                    section=SECTION_SEPARATOR.join(passage.block.section),
                    lead_in=passage.block.lead_in,
                    modality=finding.modality,
                    reported=finding.reported,
                    horizon=finding.horizon,
                    confidence=finding.confidence,
                    rule=finding.rule,
                    repeats=None,  # told by extractors.recurrence
                )
            )
            rows.recommendation_addressees += [
                RecommendationAddressee(
                    recommendation_id=recommendation_id,
                    position=position,
                    surface=addressee.surface,
                    actor=addressee.actor,
                    institution_id=(within if addressee.source in OWN_WORDS else named).get(
                        fold(addressee.surface)
                    ),
                    source=addressee.source,
                )
                for position, addressee in enumerate(finding.addressees)
            ]
            rows.recommendation_themes += [
                RecommendationTheme(recommendation_id=recommendation_id, theme=theme)
                for theme in finding.themes
            ]
            add_evidence(rows, "recommendations", recommendation_id, document_id, passage.block, finding)


def add_recommendation_countries(
    rows: StudyRows, analysed: Sequence[AnalysedPassage], concerned: ConcernedCountries
) -> None:
    """Add the countries that each recommendation concerns."""
    for passage in analysed:
        for finding in passage.doc._.recommendations:
            rows.recommendation_countries += [
                RecommendationCountry(recommendation_id=f"{passage.passage_id}:{finding.start}", iso3=iso3)
                for iso3 in concerned.find(finding, passage.block, passage.doc._.country_mentions)
            ]


def add_evidence(
    rows: StudyRows, table: str, row_id: str, document_id: str, block: Block, finding: Finding
) -> None:
    """Add the boxes of a finding's words: one box for each printed line."""
    words = block.words_between(finding.start, finding.end)
    rows.evidence += evidence_rows(table, row_id, document_id, words)


def evidence_rows(table: str, row_id: str, document_id: str, words: Iterable[Word]) -> Iterator[Evidence]:
    """The evidence of a row: one box for each printed line of its words."""
    for position, (page, box) in enumerate(line_boxes(words)):
        yield Evidence(
            table_name=table,
            row_id=row_id,
            position=position,
            document_id=document_id,
            page=page,
            x0=round(box.x0, 2),
            top=round(box.top, 2),
            x1=round(box.x1, 2),
            bottom=round(box.bottom, 2),
        )


def line_boxes(words: Iterable[Word]) -> list[tuple[int, Box]]:
    """The page and box of each printed line of some words, in printed order."""
    lines: list[tuple[int, Box]] = []
    for word in words:
        if word.box is None:
            continue
        if lines and lines[-1][0] == word.page and on_one_line(lines[-1][1], word.box):
            lines[-1] = (word.page, union(lines[-1][1], word.box))
        else:
            lines.append((word.page, word.box))
    return lines


def on_one_line(line: Box, word: Box) -> bool:
    """Whether a word goes on a printed line: to its right, at the same height."""
    return word.x0 >= line.x1 - 1 and min(line.bottom, word.bottom) > max(line.top, word.top)


def union(a: Box, b: Box) -> Box:
    """The smallest box around two boxes."""
    return Box(min(a.x0, b.x0), min(a.top, b.top), max(a.x1, b.x1), max(a.bottom, b.bottom))
