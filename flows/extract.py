"""The run as a Prefect flow: the same core, with one task per document, and what Prefect shows of it.

Parallelism is in the pool of worker processes; a task's thread only waits for its document. Prefect's cache
is not used: the core knows what is out of date. For deployments, see ``prefect.yaml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
from prefect import flow, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.settings import PREFECT_API_URL
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows import pipeline
from flows.board import AWAY, Board, show
from flows.changes import published_summary
from flows.errors import EnvironmentIncomplete, NotHandedOn
from flows.ingest import Source
from flows.pipeline import ReadOne
from flows.reading import Demand
from flows.settings import Settings, settings_of
from flows.summary import Report, RunSummary, Silence
from flows.temporary import end_with_this_process

REPORT: ContextVar[Report | None] = ContextVar("report", default=None)
"""Who is told about the flow of this process; a flow's parameters are data, and this is not."""


@dataclass(slots=True)
class Ended:
    """How the work of a flow ended, whatever Prefect could note of it."""

    summary: RunSummary | None = None
    error: Exception | None = None


ENDED: ContextVar[Ended | None] = ContextVar("ended", default=None)
"""Who is told how the flow of this process ended."""

CLUSTER_THREADS = 64
"""So many documents are on their way to a cluster at once; a thread only waits for its document."""


NO_SERVER = (
    "Le serveur Prefect ne répond pas : rien n'a été lu. Démarrez-le ou corrigez PREFECT_API_URL, ou passez-vous-en "
    "avec --no-prefect."
)


@task(name="extract-document", task_run_name="{file_name}", cache_policy=NO_CACHE, persist_result=False)
def extract_document(file_name: str, read_one: ReadOne, source: Source) -> None:
    """Extract one document; Prefect shows it under its file name."""
    read_one(source)


def task_runner(workers: int) -> TaskRunner[PrefectFuture[Any]]:
    """Threads that wait for as many worker processes."""
    return cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=workers))


def as_tasks(read_one: ReadOne, sources: Sequence[Source], workers: int) -> None:
    """Go through documents as Prefect tasks."""
    names = [source.file_name for source in sources]
    futures = extract_document.map(names, unmapped(read_one), list(sources))
    for future in futures:
        future.result()


@flow(name="passerelle", task_runner=task_runner(16), persist_result=False)
def extract_studies(
    paths: list[str] | None = None,
    raw: str | None = None,
    processed: str | None = None,
    workers: int | None = None,
    model: str | None = None,
    allow_private: bool | None = None,
    force: bool = False,
    failed: bool = False,
    only: list[str] | None = None,
    accept_fall: bool = False,
    runner: str | None = None,
    scheduler: str | None = None,
) -> dict[str, Any]:
    """Extract the documents at some paths, or of the catalogue, and publish their tables; the summary of the run.

    What was published is shown also where it could not be handed on to a database; the run then ends as failed.
    Parameters that are not given come from the environment (``PASSERELLE_RAW`` and so on).
    """
    settings = settings_of(
        raw=raw,
        processed=processed,
        workers=workers,
        model=model,
        allow_private=allow_private,
        runner=runner,
        scheduler=scheduler,
    )
    demand = Demand(force, failed, tuple(only or ()), accept_fall)
    before = published_summary(settings.processed)
    board = Board(REPORT.get() or Silence())
    chosen = [Path(path) for path in paths or ()]
    ended = ENDED.get() or Ended()
    try:
        summary = ended.summary = pipeline.run(settings, chosen, each=as_tasks, report=board, demand=demand)
    except NotHandedOn as error:
        ended.error = error
        show(before, error.summary, settings.processed, settings.report_url)
        raise
    except Exception as error:
        ended.error = error
        raise
    show(before, summary, settings.processed, settings.report_url)
    return summary.model_dump(mode="json")


def run_flow(
    settings: Settings, paths: Sequence[Path], report: Report, demand: Demand = pipeline.WHATEVER
) -> RunSummary:
    """Run the flow in this process, with a temporary server or the one of ``PREFECT_API_URL``.

    A server that goes away in the middle costs nothing but what it would have shown.

    Raises:
        EnvironmentIncomplete: when no server answers as the run begins; and all that ``flows.pipeline.run`` raises.
    """
    ended = Ended()
    told, waits = REPORT.set(report), ENDED.set(ended)
    if not PREFECT_API_URL.value():
        start_temporary_server()
    try:
        return _run_flow(settings, paths, demand)
    except (httpx.HTTPError, RuntimeError) as error:
        if not is_unanswered(error):
            raise
        AWAY.set()
        if ended.error is not None:
            raise ended.error from None
        if ended.summary is None:
            raise EnvironmentIncomplete(NO_SERVER) from None
        return ended.summary
    finally:
        REPORT.reset(told)
        ENDED.reset(waits)


def is_unanswered(error: BaseException) -> bool:
    """Whether a server that does not answer is at the bottom of an error: Prefect has several words for it."""
    below = error.__cause__ or error.__context__
    return isinstance(error, httpx.HTTPError) or (below is not None and is_unanswered(below))


def start_temporary_server() -> None:
    """Start Prefect's temporary server, which its clients then find; it ends with this process, however that ends."""
    from prefect.server.api.server import SubprocessASGIServer  # seconds, for nothing where there is a server

    server = SubprocessASGIServer()
    server.start()
    if server.server_process is not None:
        end_with_this_process(server.server_process.pid)


def _run_flow(settings: Settings, paths: Sequence[Path], demand: Demand) -> RunSummary:
    threads = CLUSTER_THREADS if settings.runner == "dask" else settings.workers
    summary = extract_studies.with_options(task_runner=task_runner(threads))(
        paths=[str(path) for path in paths],
        raw=str(settings.raw),
        processed=str(settings.processed),
        workers=settings.workers,
        model=settings.model,
        allow_private=settings.allow_private,
        force=demand.force,
        failed=demand.failed,
        only=list(demand.only),
        accept_fall=demand.accept_fall,
        runner=settings.runner,
        scheduler=settings.scheduler,
    )
    return RunSummary.model_validate(summary)
