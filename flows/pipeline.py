"""The whole run without Prefect: take in, read each document, assemble, publish.

``flows.extract`` runs the same core as a Prefect flow. Nothing here depends on the number of workers or the
order in which documents finish, and nothing holds the rows of more than one document: results stay on disk
(``flows.reading``), a version is assembled from them study after study (``flows.assembly``) and put in place in one
step (``flows.editions``). Where others join in: ``read_corrections`` (decisions, replayed in ``flows.assembly``), and
the lists ``CHECKS``, ``WRITERS`` and ``AFTERWARDS`` of ``flows.publish``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from extractors.corrections import Corrections
from flows import editions, history, publish, storage
from flows.assembly import add_runs, assemble, unread_rejects
from flows.cluster import ClusterPool
from flows.collect import collect
from flows.corrections import corrections_hash, read_corrections
from flows.errors import NotAllRead, NotHandedOn
from flows.ingest import Intake, Source, take_in
from flows.ledger import Ledger, open_ledger
from flows.limits import limits_of
from flows.measurements import keep_quality
from flows.pool import WorkerPool
from flows.publish import DATABASE, Draft, open_readonly
from flows.reading import Demand, Reader
from flows.remote import localised
from flows.results import select
from flows.settings import Settings
from flows.summary import (
    Report,
    RunSummary,
    Silence,
    Words,
    counts_of,
    outcome_of,
    report_unusable,
    summarise,
)
from flows.versions import check_model, key_parts, publication_fingerprint
from schemas.tables import CorrectionOutcome, Reject, Run

ReadOne = Callable[[Source], None]
Each = Callable[[ReadOne, Sequence[Source], int], None]
"""How documents are gone through: what to do with one, the documents, how many at once."""

WHATEVER = Demand()


@dataclass(frozen=True, slots=True)
class Work:
    """A run that has read its documents: what is to be published, and what is known of it."""

    run: Run
    intake: Intake
    corrections: Corrections
    reader: Reader
    settings: Settings
    demand: Demand
    ledger: Ledger


def run(
    settings: Settings,
    paths: Sequence[Path],
    *,
    each: Each | None = None,
    report: Report | None = None,
    demand: Demand = WHATEVER,
) -> RunSummary:
    """Extract the documents at the paths and publish their tables: these, and no others.

    Without paths, the documents are those of the catalogue and of the inbox.

    A document is extracted again only if its bytes, its name, the code, the vocabularies or the model
    changed; human corrections are replayed on what was extracted. Nothing is published unless everything is in order,
    nor where the published version already holds all this.

    Raises:
        UsageError: when a path does not exist or holds nothing to take in, or corrections are faulty.
        EnvironmentIncomplete: when the model is not installed.
        RunInProgress: when another run holds the folder.
        PublicationWithheld: when tables fell, and the demand does not accept it.
        NotAllRead: when the demand leaves documents aside that nothing is known of.
        NotHandedOn: when everything is published, but a database did not take it in.
        TableError: when the rows of the corpus break the contract.
    """
    with localised(settings) as places:
        summary, faults = _run(places.settings, paths, each or in_threads, report or Silence(), demand)
        summary = places.published(summary)
    if faults:
        raise NotHandedOn(faults, summary)
    return summary


def _run(
    settings: Settings, paths: Sequence[Path], each: Each, report: Report, demand: Demand
) -> tuple[RunSummary, list[str]]:
    processed = settings.processed
    check_model(settings.model, allow_unknown=settings.allow_unknown_model)
    with storage.run_lock(processed), open_ledger(storage.ledger_path(processed)) as ledger:
        editions.clear_away(processed)
        corrections = read_corrections(settings.raw)
        intake = take_in(paths, settings) if paths else collect(settings, report)
        started = history.begin(intake, settings, corrections)
        with history.recorded(started, ledger, settings):
            reader = _read_all(intake, settings, ledger, demand, each, report)
            return _publish(Work(started, intake, corrections, reader, settings, demand, ledger))


def start_pool(settings: Settings) -> WorkerPool | ClusterPool:
    """What reads documents: processes of this machine, or a cluster."""
    return ClusterPool(settings) if settings.runner == "dask" else WorkerPool(settings)


def in_threads(read_one: ReadOne, sources: Sequence[Source], workers: int) -> None:
    """Go through documents with a few threads, each of which waits for a worker process."""
    remaining, lock = iter(sources), Lock()

    def work() -> None:
        while True:
            with lock:
                source = next(remaining, None)
            if source is None:
                return
            read_one(source)

    executor = ThreadPoolExecutor(workers)
    try:
        for done in wait([executor.submit(work) for _ in range(workers)], return_when=FIRST_EXCEPTION).done:
            done.result()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)  # after an interruption, nobody waits


def _read_all(
    intake: Intake, settings: Settings, ledger: Ledger, demand: Demand, each: Each, report: Report
) -> Reader:
    report.started(len(intake.sources) + len(unread_rejects(intake)))
    for reject in unread_rejects(intake):
        report.document(report_unusable(reject))
    with start_pool(settings) as pool:
        reader = Reader(settings, pool, ledger, demand, report)
        largest_first = sorted(intake.sources, key=lambda source: -source.bytes)
        each(reader, largest_first, pool.slots)  # so that no worker is left alone with a long one at the end
    if reader.left_aside:
        raise NotAllRead(sorted(reader.left_aside))
    return reader


def _publish(work: Work) -> tuple[RunSummary, list[str]]:
    """Publish a new version, unless the published one is whole and made of the same; what could not be handed on."""
    processed = work.settings.processed
    published = editions.current(processed)
    contents = contents_of(work)
    known = next((e for e in editions.editions(processed) if e.is_current), None)
    if known is not None and known.contents == contents and not editions.faults(known.folder):
        summary = _summary(work, known.folder, known.manifest["rows"], published=False)
        folder = known.folder
    else:
        with editions.building(processed) as folder:
            summary = _write(work, folder, published)
            sealed = editions.seal(processed, folder, _about(summary, contents))
            editions.put_in_place(processed, sealed)
            editions.prune(processed)
        folder = editions.current(processed) or sealed
    work.ledger.remember(history.end(work.run, work.settings, summary.outcome, _rows(summary.tables)))
    return summary, publish.hand_on(Draft(folder, published, summary, work.settings, force=work.demand.force))


def _about(summary: RunSummary, contents: str) -> dict[str, object]:
    """What the manifest of a version says besides its files."""
    return {
        "run_id": summary.run_id,
        "code_version": summary.code_version,
        "published_at": summary.finished_at,
        "contents": contents,
        "rows": summary.tables,
    }


def contents_of(work: Work) -> str:
    """What a version is made of, as a hash: the results, what was refused, the decisions, and what writes it."""
    total = hashlib.sha256(f"{publication_fingerprint()} {work.settings.report}".encode())
    total.update(corrections_hash(work.corrections).encode())
    for source in work.intake.sources:
        known = work.ledger.work_on(source.document_id)
        total.update(f"{source!r}\0{known.result if known else None}\n".encode())
    for part in (work.intake.unusable, work.intake.missing, work.intake.notes, work.intake.duplicates):
        total.update(repr(part).encode())
    return total.hexdigest()


def _write(work: Work, folder: Path, published: Path | None) -> RunSummary:
    """Write everything of a version but its manifest."""
    database = folder / DATABASE
    rows = assemble(database, work.intake, work.reader.result, work.corrections)
    rows |= keep_quality(database, published)
    before = history.runs_before(work.run, work.ledger, published)
    summary = _summary(work, folder, rows | {"runs": len(before) + 1}, published=True)
    done = history.end(work.run, work.settings, summary.outcome, _rows(rows))
    add_runs(database, [*before, done])
    draft = Draft(folder, published, summary, work.settings, accept_fall=work.demand.accept_fall)
    for step in (*publish.CHECKS, *publish.WRITERS):
        step(draft)
    return summary


def _rows(tables: dict[str, int]) -> int:
    return sum(count for name, count in tables.items() if name != "runs")


def _summary(work: Work, folder: Path, rows: dict[str, int], *, published: bool) -> RunSummary:
    """What the run says of itself, from the database of its version."""
    with closing(open_readonly(folder / DATABASE)) as database:
        rejects = sorted(
            select(database, Reject),
            key=lambda r: (r.file_name, r.document_id, r.stage, r.page or 0, r.code),
        )
        outcomes = select(database, CorrectionOutcome)
        sums = ", ".join(f"coalesce(sum(words_{name}), 0)" for name in Words.model_fields)
        words = database.execute(f"SELECT {sums} FROM pages").fetchone()  # noqa: S608 - our names
    reports = [work.reader.reports[source.document_id] for source in work.intake.sources]
    done = history.end(work.run, work.settings, outcome_of(rejects))
    return summarise(
        done,
        counts_of(work.intake, reports),
        Words(**dict(zip(Words.model_fields, words, strict=True))),
        [*map(report_unusable, unread_rejects(work.intake)), *reports],
        rejects,
        rows,
        published_paths(work.settings),
        outcomes,
        published=published,
    ).model_copy(
        update={
            "parts": key_parts(work.settings.model) | {"review": corrections_hash(work.corrections)[:16]},
            "limits": limits_of(work.settings),
        }
    )


def published_paths(settings: Settings) -> dict[str, str]:
    """Where what is published stands."""
    processed = settings.processed
    report = {} if settings.report == "off" else {"report": str(processed / "report" / "index.html")}
    return report | {
        "tables": str(processed / "tables"),
        "database": str(processed / DATABASE),
        "datapackage": str(processed / "datapackage.json"),
        "run": str(processed / "run.json"),
    }
