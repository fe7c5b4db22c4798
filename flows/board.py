"""What Prefect shows of a run: progress, the table of documents, what changed, the report, an event.

Keys of the artifacts: ``passerelle-progress``, ``passerelle-run``, ``passerelle-changes`` and
``passerelle-report``. The event ``passerelle.published`` is about the resource
``passerelle.publication.<folder>``, so that an automation can react to one publication or to all.

Prefect shows a run and does not decide it: when its server answers no more, the run goes on without it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, cast
from uuid import UUID

import httpx
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.events import emit_event
from prefect.logging import get_run_logger

from flows.changes import changes
from flows.ingest import slug
from flows.remote import address_of
from flows.summary import DocumentReport, Report, RunSummary

AWAY = Event()
"""Set once the server no longer answered, after all the patience of its client; it is told nothing from then on."""

STEP = 5.0
"""Progress is written when it has moved by so many points: each time is a request to the server."""


@contextmanager
def without_server() -> Iterator[None]:
    """Do without the server where it does not answer."""
    try:
        yield
    except httpx.HTTPError:
        AWAY.set()


class Board:
    """A report to Prefect, and to whoever else is told."""

    def __init__(self, also: Report) -> None:
        self._also = also
        self._progress: UUID | None = None
        self._documents = self._done = 0
        self._shown = 0.0

    def fetched(self, address: str, verdict: str) -> None:
        """Log an address."""
        _logger().info("%s %s", verdict, address)
        self._also.fetched(address, verdict)

    def started(self, documents: int) -> None:
        """Put up the progress."""
        self._documents = documents
        with without_server():
            made = create_progress_artifact(0.0, key="passerelle-progress", description="Documents")
            self._progress = cast("UUID", made)
        self._also.started(documents)

    def document(self, report: DocumentReport) -> None:
        """Move the progress on; log what is missing from a document."""
        self._also.document(report)
        for problem in report.problems:
            _logger().warning("%s: %s", report.file_name, problem)
        self._done += 1
        progress = 100.0 * self._done / max(self._documents, 1)
        if self._progress is None or AWAY.is_set():
            return
        if progress - self._shown >= STEP or self._done == self._documents:
            self._shown = progress
            with without_server():
                update_progress_artifact(self._progress, progress)


def _logger() -> logging.Logger | logging.LoggerAdapter[Any]:
    return get_run_logger()


def show(before: RunSummary | None, after: RunSummary, processed: Path, report_url: str) -> None:
    """Put up the artifacts of a run that published, and tell that it did."""
    if AWAY.is_set():
        return
    with without_server():
        create_table_artifact(key="passerelle-run", table=balance(after), description=after.outcome)
        create_markdown_artifact(
            changes(before, after), key="passerelle-changes", description="Ce qui a changé"
        )
        address = report_address(processed, report_url)
        create_link_artifact(
            address, link_text="Rapport", key="passerelle-report", description="Le rapport publié"
        )
        emit_event(
            "passerelle.published",
            resource={
                "prefect.resource.id": f"passerelle.publication.{slug(str(processed.absolute()))}",
                "prefect.resource.name": str(processed.absolute()),
                "passerelle.run_id": after.run_id,
            },
            payload={
                "run_id": after.run_id,
                "outcome": after.outcome,
                "tables": after.tables,
                "documents": after.documents.model_dump(mode="json"),
                "paths": after.paths,
            },
        )


def report_address(processed: Path, report_url: str) -> str:
    """Where people open the report: below the address that the folder is served at, else its file."""
    if report_url:
        return f"{report_url.rstrip('/')}/report/index.html"
    far = address_of(processed)
    if far is not None:
        return f"{far}/current.json"
    return (processed.absolute() / "report" / "index.html").as_uri()


def balance(summary: RunSummary) -> list[dict[str, Any]]:
    """The table of documents: a line each, with its status."""
    return [
        {
            "file": detail.file_name,
            "status": detail.status,
            "pages": detail.pages,
            "countries": detail.country_mentions,
            "institutions": detail.institution_mentions,
            "recommendations": detail.recommendations,
            "reused": detail.reused,
            "problems": " ".join(detail.problems),
        }
        for detail in summary.details
    ]
