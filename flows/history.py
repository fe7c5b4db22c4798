"""The runs of a folder: the one going on and those before it, for the table ``runs``.

A run is written down before it works, as interrupted; only its end changes that. The same documents, code,
model and corrections make the same run, whose latest times count.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from extractors.corrections import Corrections
from flows import storage
from flows.corrections import corrections_hash
from flows.ingest import Intake
from flows.settings import Settings
from flows.versions import code_version, fingerprint, model_version
from schemas.tables import Outcome, Run

RUNS = TypeAdapter(list[Run])


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
    """The same run, done."""
    return run.model_copy(update={"finished_at": now(settings), "outcome": outcome, "rows": rows})


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
def recorded(run: Run, settings: Settings) -> Iterator[None]:
    """Write a run down as interrupted while it works, and as failed if it fails."""
    remember(settings.processed, run)
    try:
        yield
    except Exception:
        remember(settings.processed, end(run, settings, "failed"))
        raise


def remember(processed: Path, run: Run) -> None:
    """Write a run down, in place of what was known of it."""
    runs = [*(known for known in runs_of(processed) if known.run_id != run.run_id), run]
    storage.write_atomically(storage.history_path(processed), RUNS.dump_json(runs, indent=2))


def runs_of(processed: Path) -> list[Run]:
    """The runs of a folder that are remembered; none when the file is not there or not ours."""
    with suppress(FileNotFoundError, ValidationError):
        return RUNS.validate_json(storage.history_path(processed).read_bytes())
    return []


def with_history(run: Run, known: Iterable[Run]) -> list[Run]:
    """A run and those before it."""
    return [*(other for other in known if other.run_id != run.run_id), run]
