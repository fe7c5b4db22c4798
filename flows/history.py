"""The runs of a folder: the one going on and those before it, for the table ``runs``.

A run is written down before it works, as interrupted; only its end changes that. The same documents, code,
model and corrections make the same run, whose latest times count.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from extractors.corrections import Corrections
from flows.corrections import corrections_hash
from flows.errors import NotAllRead, PublicationWithheld
from flows.ingest import Intake
from flows.ledger import Ledger
from flows.publish import DATABASE, open_readonly
from flows.results import select
from flows.settings import Settings
from flows.versions import code_version, fingerprint, model_version
from schemas.tables import Outcome, Run


def now(settings: Settings) -> datetime:
    """The time in UTC, or the one that ``SOURCE_DATE_EPOCH`` gives."""
    epoch = time.time() if settings.source_date_epoch is None else settings.source_date_epoch
    return datetime.fromtimestamp(epoch, UTC)


def begin(intake: Intake, settings: Settings, corrections: Corrections) -> Run:
    """The run of these documents, not yet done."""
    moment = now(settings)
    return Run(
        run_id=run_id(intake, settings.model, corrections),
        started_at=moment,
        finished_at=moment,
        code_version=code_version(settings.model),
        model=model_version(settings.model),
        documents=intake.documents,
        rows=0,
        outcome="interrupted",
    )


def end(run: Run, settings: Settings, outcome: Outcome, rows: int = 0) -> Run:
    """The same run, done; it never ends before it began, whatever became of the clock in between."""
    finished = max(now(settings), run.started_at)
    return run.model_copy(update={"finished_at": finished, "outcome": outcome, "rows": rows})


def run_id(intake: Intake, model: str, corrections: Corrections) -> str:
    """The identifier of a run: a hash of the documents, their names, the code, the model and the corrections."""
    files = [
        *((source.document_id, source.file_name) for source in intake.sources),
        *((item.document_id, item.file_name) for item in intake.unusable),
        *((row.document_id, row.file_name) for row in intake.duplicates),
    ]
    total = hashlib.sha256(fingerprint(model).encode())
    for document_id, file_name in sorted(files):
        total.update(f"{document_id}\0{file_name}\0".encode())
    if corrections:
        total.update(corrections_hash(corrections).encode())
    return total.hexdigest()[:16]


@contextmanager
def recorded(run: Run, ledger: Ledger, settings: Settings) -> Iterator[None]:
    """Write a run down as interrupted while it works, and as failed or withheld if it ends so."""
    ledger.remember(run)
    try:
        yield
    except Exception as error:
        outcome: Outcome = "withheld" if isinstance(error, PublicationWithheld | NotAllRead) else "failed"
        with suppress(sqlite3.Error):  # a full disk: what is written down already says interrupted
            ledger.remember(end(run, settings, outcome))
        raise


def runs_before(run: Run, ledger: Ledger, published: Path | None) -> list[Run]:
    """The runs of the folder before this one: from the ledger, else from the published version."""
    known = ledger.runs()
    if published is not None and [other.run_id for other in known] in ([], [run.run_id]):
        with (
            suppress(sqlite3.Error, ValidationError),
            closing(open_readonly(published / DATABASE)) as database,
        ):
            known = select(database, Run)
    return [other for other in known if other.run_id != run.run_id]
