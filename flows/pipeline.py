"""The whole run without Prefect: take in, extract each document, resolve, publish.

``flows.extract`` runs the same core as a Prefect flow. Nothing here depends on the number of workers or the
order in which documents finish: results are gathered by study before anything is joined.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from extractors.corrections import Corrections
from extractors.corrections.corpus import corrected_rows
from flows import history, storage
from flows.collect import collect
from flows.corrections import read_corrections
from flows.ingest import Intake, Source, source_facts, take_in
from flows.losses import UNREAD
from flows.ocr import OCR_ENGINES, engine_name
from flows.pool import WorkerPool
from flows.publish import DATABASE, publish, to_frames
from flows.reference import reference_rows
from flows.settings import Settings
from flows.summary import (
    DocumentReport,
    Report,
    RunSummary,
    Silence,
    counts_of,
    outcome_of,
    report_document,
    report_unusable,
    summarise,
    words_of,
)
from flows.versions import fingerprint
from flows.worker import EXTRACTION, Extraction
from schemas.row import Row
from schemas.tables import CorrectionOutcome, Reject, Run, SourceDocument

ExtractOne = Callable[[Source], Extraction]
Each = Callable[[ExtractOne, Sequence[Source], int], list[Extraction]]
"""How documents are gone through: what to do with one, the documents, how many at once; results in order."""

NO_CODE_TYPE = "application/octet-stream"


def run(
    settings: Settings, paths: Sequence[Path], *, each: Each | None = None, report: Report | None = None
) -> RunSummary:
    """Extract the documents at the paths and publish their tables: these, and no others.

    Without paths, the documents are those of the catalogue and of the inbox.

    A document is extracted again only if its bytes, its name, the code, the vocabularies or the model
    changed; human corrections are replayed on what was extracted. Nothing is published unless everything is in order.

    Raises:
        UsageError: when a path does not exist or holds nothing to take in, or corrections are faulty.
        EnvironmentIncomplete: when the model is not installed.
        RunInProgress: when another run holds the folder.
        TableError: when the rows of the corpus break the contract.
    """
    report = report or Silence()
    with storage.run_lock(settings.processed):
        corrections = read_corrections(settings.raw)
        intake = take_in(paths, settings) if paths else collect(settings, report)
        started = history.begin(intake, settings, corrections)
        with history.recorded(started, settings):
            extractions, reports = _extract_all(intake, settings, each or in_threads, report)
            return _publish(started, intake, extractions, reports, corrections, settings)


def in_threads(extract_one: ExtractOne, sources: Sequence[Source], workers: int) -> list[Extraction]:
    """Go through documents with a few threads, each of which waits for a worker process."""
    executor = ThreadPoolExecutor(workers)
    try:
        return list(executor.map(extract_one, sources))
    finally:
        executor.shutdown(wait=False, cancel_futures=True)  # after an interruption, nobody waits


def _extract_all(
    intake: Intake, settings: Settings, each: Each, report: Report
) -> tuple[list[Extraction], list[DocumentReport]]:
    report.started(len(intake.sources) + len(unread_rejects(intake)))
    for reject in unread_rejects(intake):
        report.document(report_unusable(reject))
    with WorkerPool(settings) as pool:
        extractor = _Extractor(settings, pool, report)
        extractions = each(extractor, intake.sources, settings.workers)
    return extractions, [extractor.reports[source.document_id] for source in intake.sources]


@dataclass(slots=True)
class _Extractor:
    """Extracts a document unless its result is known, keeps the result and reports."""

    settings: Settings
    pool: WorkerPool
    report: Report
    reports: dict[str, DocumentReport] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def __call__(self, source: Source) -> Extraction:
        plain = result_key(source, self.settings.model)
        engine = f"{engine_name(self.settings.ocr)} {self.settings.ocr_seconds}"
        recognised = result_key(source, self.settings.model, engine)
        known = (_known(self.settings.processed, source, key) for key in (plain, recognised))
        extraction = next((result for result in known if result is not None), None)
        reused = extraction is not None
        if extraction is None:
            extraction, result = self.pool.extract(source)
            if result is not None:
                key = recognised if depends_on_ocr(extraction) else plain
                storage.write_result(self.settings.processed, source.document_id, key, result)
        done = report_document(source, extraction, reused=reused)
        with self.lock:
            self.reports[source.document_id] = done
            self.report.document(done)
        return extraction


def result_key(source: Source, model: str, engine: str | None = None) -> str:
    """What a document's result depends on, as a hash: what is known of it, the code and the model.

    With an engine and its time, the key is for a document that has pages for it: when another engine is installed
    or given more time, these documents are read again, and no others.
    """
    facts = json.dumps(source_facts(source), sort_keys=True) + fingerprint(model)
    if engine is not None:
        facts += f"\0{engine}"
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


def depends_on_ocr(extraction: Extraction) -> bool:
    """Whether a document has pages without usable text of their own: the engine decides what they give."""
    pages = [] if extraction.rows is None else extraction.rows.pages
    return any(page.text_quality in UNREAD or page.engine.startswith(OCR_ENGINES) for page in pages)


def _known(processed: Path, source: Source, key: str) -> Extraction | None:
    """The result kept for a document, unless it is damaged."""
    result = storage.read_result(processed, source.document_id, key)
    try:
        return None if result is None else EXTRACTION.validate_json(result)
    except ValidationError:
        return None


def _publish(
    started: Run,
    intake: Intake,
    extractions: Sequence[Extraction],
    reports: Sequence[DocumentReport],
    corrections: Corrections,
    settings: Settings,
) -> RunSummary:
    rows, rejects = corpus_rows(intake, extractions, corrections), all_rejects(intake, extractions)
    frames = to_frames(rows)
    counts = {name: len(frame) for name, frame in frames.items() if name != "runs"}
    words = words_of(extractions)
    done = history.end(started, settings, outcome_of(rejects), sum(counts.values()))
    known = history.with_history(done, history.runs_of(settings.processed))
    frames |= {"runs": to_frames({"runs": known})["runs"]}
    summary = summarise(
        done,
        counts_of(intake, reports),
        words,
        [*map(report_unusable, unread_rejects(intake)), *reports],
        rejects,
        counts | {"runs": len(known)},
        published_paths(settings.processed),
        [row for row in rows["correction_outcomes"] if isinstance(row, CorrectionOutcome)],
    )
    publish(settings.processed, frames, summary.model_dump(mode="json"), version=done.code_version)
    history.remember(settings.processed, done)
    return summary


def corpus_rows(
    intake: Intake, extractions: Sequence[Extraction], corrections: Corrections
) -> dict[str, list[Row]]:
    """The rows of all tables but ``runs``, as corrected."""
    rows = corrected_rows([e.rows for e in extractions if e.rows is not None], corrections)
    rows |= reference_rows()
    rows["documents"] = list(document_rows(intake, extractions))
    rows["rejects"] = list(all_rejects(intake, extractions))
    return rows


def unread_rejects(intake: Intake) -> list[Reject]:
    """The rows of what was never read: studies that are missing, files that are no documents."""
    return [*intake.missing, *(item.reject for item in intake.unusable)]


def all_rejects(intake: Intake, extractions: Sequence[Extraction]) -> list[Reject]:
    """The rows of ``rejects``, each once, by file and page."""
    rejects = [*unread_rejects(intake), *intake.duplicates, *intake.notes]
    rejects += [reject for extraction in extractions for reject in extraction.rejects]
    unique = {(r.document_id, r.file_name, r.stage, r.page, r.code): r for r in rejects}
    return sorted(unique.values(), key=lambda r: (r.file_name, r.document_id, r.stage, r.page or 0, r.code))


def document_rows(intake: Intake, extractions: Sequence[Extraction]) -> list[SourceDocument]:
    """The rows of ``documents``: one for each different file, used or not."""
    rows = {
        item.document_id: SourceDocument(
            document_id=item.document_id,
            study_id=None,
            file_name=item.file_name,
            sha256=item.document_id,
            media_type=NO_CODE_TYPE,
            bytes=item.bytes,
            url=None,
            retrieved_at=None,
            text_source="none",
        )
        for item in reversed(intake.unusable)
    }
    for source, extraction in zip(intake.sources, extractions, strict=True):
        rows[source.document_id] = SourceDocument(
            document_id=source.document_id,
            study_id=source.study_id if extraction.rows else None,
            file_name=source.file_name,
            sha256=source.document_id,
            media_type=source.media_type,
            bytes=source.bytes,
            url=source.url,
            retrieved_at=source.retrieved_at,
            text_source=extraction.text_source,
        )
    return list(rows.values())


def published_paths(processed: Path) -> dict[str, str]:
    """Where what is published stands."""
    return {
        "tables": str(processed / "tables"),
        "database": str(processed / DATABASE),
        "datapackage": str(processed / "datapackage.json"),
        "run": str(processed / "run.json"),
    }
