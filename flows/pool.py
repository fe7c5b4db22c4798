"""A pool of worker processes, each with one loaded model; whatever kills a worker costs a page, at most a document.

A document that killed its worker is read once more without the step that did (``flows.watch``), in the time that is
left to it; what ends a worker from outside is no fault of the document, which is read once more as it is.
``pebble`` replaces a worker that dies and fails only the document it held; where a worker dies that held none, it
gives up all of them, and others are started here. Workers are forked from a clean server process
(``flows.forking``), never from this process and its threads.
"""

from __future__ import annotations

import signal
import time
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from threading import Lock
from types import TracebackType

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from extractors.watch import Step
from flows import storage
from flows.forking import clean_context, start_server
from flows.ingest import Source, reject_row
from flows.losses import analysis_lost
from flows.results import DamagedResult, Extraction, pack, read_facts, read_rows
from flows.settings import Settings
from flows.temporary import TemporaryFolder
from flows.tries import MOST_STARTS, MOST_TRIES
from flows.watch import SECONDS_A_PAGE, STALL_SECONDS, last_step
from flows.worker import OUT_OF_MEMORY_EXIT, Job, extract, start
from schemas.document import Loss

GRACE_SECONDS = 5
"""A worker keeps its own deadline; where it cannot, the pool ends it this much later."""

START_SECONDS = 120
"""A worker has long loaded its model by then: it takes some six seconds of CPU."""

SERVER_DIED = 255
"""Exit code that ``multiprocessing`` gives a worker whose server process died, and all its workers with it."""

FROM_OUTSIDE = {-getattr(signal, name, 0) for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")} | {
    SERVER_DIED
}
"""What somebody else does to a process: an administrator, or a system short of memory."""

GIVEN_UP = (
    "Les processus de lecture sont tombés plusieurs fois de suite pendant que ce document attendait : vérifiez la "
    "mémoire de la machine, et relancez."
)


class WorkerPool:
    """Processes that extract documents. They start with the first document and stop with the context."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.slots = settings.workers
        self._lock = Lock()
        self._stopped = False
        self._waiting: set[ProcessFuture] = set()
        self._notes = TemporaryFolder()
        self._pool = self._started()

    def _started(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.slots,
            initializer=start,
            initargs=(self._settings.model, self._settings.memory_megabytes),
            context=clean_context(),
        )

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
            self._pool.join()
        else:
            self._stop()
        self._notes.close()

    def _stop(self) -> None:
        """End the processes and free every thread that waits for one."""
        with self._lock:
            self._stopped = True
            self._pool.stop()
        self._pool.join()
        for future in list(self._waiting):
            future.cancel()  # pebble leaves unresolved what it had not yet given to a worker

    def _schedule(self, job: Job) -> tuple[ProcessPool, ProcessFuture]:
        """Give a document to the workers, to others where all were given up; who has it, and its result to come."""
        with self._lock:
            if self._stopped:
                raise CancelledError
            start_server(self._settings.model)
            if not self._pool.active:
                self._pool.stop()
                self._pool.join()
                self._pool = self._started()
            try:
                future = self._pool.schedule(extract, args=(job,), timeout=longest(job))
            except RuntimeError as error:  # it broke since it was looked at
                raise BrokenProcessPool from error
            self._waiting.add(future)
            return self._pool, future

    def _result(self, job: Job) -> bytes:
        """What a worker gives for a document, waiting for it.

        A document is given to workers when one is free; where it is neither done nor given up in its time, the pool
        no longer sees its processes (their server died while they started), and others are started.
        """
        pool, future = self._schedule(job)
        try:
            result: bytes = future.result(longest(job) + START_SECONDS)
        except FutureTimeoutError:
            if future.done():
                raise  # its worker was ended for its time
            with self._lock:
                pool.stop()
            raise BrokenProcessPool from None
        finally:
            self._waiting.discard(future)
        return result

    def extract(self, source: Source) -> bytes:
        """Extract a document in a worker, waiting for it; its result, packed, whatever became of the workers."""
        settings = self._settings
        note = self._notes.path / source.document_id
        job = Job(
            source,
            storage.source_path(settings.raw, source.document_id, source.media_type),
            settings.model,
            settings.reading_seconds,
            settings.document_seconds,
            settings.ocr,
            settings.ocr_seconds,
            note,
        )
        starts, code = 0, 0
        loss: Loss = "crash"
        ended_from_outside: set[Step | None] = set()
        for _ in range(MOST_TRIES):  # what it was at is noted, and what was read is kept
            began = time.monotonic()
            try:
                return self._result(job)
            except BrokenProcessPool:
                starts += 1
                if starts == MOST_STARTS:
                    return lost(source, "crashed", GIVEN_UP)
                time.sleep(
                    starts
                )  # a large process that was killed still seems to live while it is taken down
                continue
            except FutureTimeoutError:
                code, loss = 0, "time"
            except ProcessExpired as error:
                code, loss = error.exitcode, loss_of(error.exitcode)
            finally:
                step = last_step(note)
                note.unlink(missing_ok=True)
            if code in FROM_OUTSIDE and step not in ended_from_outside:
                ended_from_outside.add(step)
                continue
            if step is None or step in job.spared:
                break
            job = replace(job, spared={**job.spared, step: loss}, spent=job.spent + time.monotonic() - began)
        return as_read(job, loss) or lost(source, *_verdict(loss, code, settings))


def as_read(job: Job, loss: Loss) -> bytes | None:
    """The result of a document that was read and not analysed, as its worker kept it; None where it kept nothing."""
    try:
        kept = job.kept.read_bytes() if job.kept else b""
        rows, facts = read_rows(kept), read_facts(kept)
    except (OSError, DamagedResult):
        return None
    rejects = [*facts.rejects, analysis_lost(job.source, loss)]
    return pack(Extraction(rows, rejects, facts.text_source))


def longest(job: Job) -> int:
    """The seconds after which a worker that has not ended a document itself is ended."""
    return job.document_seconds + job.ocr_seconds + GRACE_SECONDS


def loss_of(exit_code: int) -> Loss:
    """What a worker died of, from its exit code (negative: by that signal)."""
    if exit_code in (-getattr(signal, "SIGALRM", 0), -getattr(signal, "SIGXCPU", 0)):
        return "time"
    return "memory" if exit_code == OUT_OF_MEMORY_EXIT else "crash"


def _verdict(loss: Loss, exit_code: int, settings: Settings) -> tuple[str, str]:
    """The reject code and message for a document that could not be read for what it cost."""
    if loss == "time":
        return "resource_limit", (
            f"Le document demande plus de temps que la limite ({settings.reading_seconds} s et {SECONDS_A_PAGE} s par "
            f"page, {settings.document_seconds} s en tout, {STALL_SECONDS} s sans finir une page) : découpez-le, ou "
            "relevez PASSERELLE_READING_SECONDS."
        )
    if loss == "memory":
        return "resource_limit", (
            f"Le document demande plus de mémoire que la limite ({settings.memory_megabytes} Mo) : "
            "découpez-le, ou relevez PASSERELLE_MEMORY_MEGABYTES."
        )
    return "crashed", (
        f"La lecture de ce document a fait tomber le processus qui le lisait (code {exit_code}) ; les autres "
        "documents ne sont pas touchés. Réenregistrez-le depuis un lecteur PDF, ou signalez-le."
    )


def lost(source: Source, code: str, message: str) -> bytes:
    """The result of a document that cost its worker."""
    return pack(
        Extraction(None, [reject_row(source.document_id, source.file_name, "read", code, message)], "none")
    )
