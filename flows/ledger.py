"""The ledger: what was done with each document and each run, in ``processed/.work/ledger.sqlite``.

A line is written before work starts and closed after it, each in a transaction of its own, so that a crash leaves
*started*, never silence. It is about the bytes of a document under one key (reader, model, vocabularies and code):
when the key changes, the line begins anew. The ledger says what was tried and why it failed; that a result is there
is told by the result itself, which is written first. So a ledger that is lost or damaged costs nothing but its
memory of failures and of runs, and a new one takes its place.

A document that fails through us (it kills its worker, takes too much, or meets a fault of ours) is tried at most
:data:`MOST_FAILURES` times under one key; then it is in quarantine, with its reason, until it is asked for.
A run that is killed is no fault of the documents it was reading: what was started and not closed is tried again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from flows.errors import NewerLedger
from flows.results import FACTS, Facts, from_sql_value, to_sql_value
from flows.tries import MOST_FAILURES
from schemas.tables import Run

VERSION = 1
"""Of the tables below; raised with each change of them."""

SECONDS_TO_WAIT = 10
"""For ``passerelle status`` to finish reading, which takes milliseconds."""

TABLES = """
CREATE TABLE IF NOT EXISTS documents (
  document_id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  file_name TEXT NOT NULL,
  study_id TEXT NOT NULL,
  code_version TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('started', 'done', 'failed')),
  failures INTEGER NOT NULL,
  seconds REAL NOT NULL,
  changed_at TEXT NOT NULL,
  result TEXT,
  facts TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS runs (
  run_id TEXT PRIMARY KEY,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  code_version TEXT NOT NULL,
  model TEXT NOT NULL,
  documents INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  outcome TEXT NOT NULL
) STRICT;
"""

Status = Literal["started", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Work:
    """What the ledger says of a document. ``result`` is the SHA-256 of its result, once there is one."""

    document_id: str
    key: str
    file_name: str
    study_id: str
    code_version: str
    status: Status
    failures: int
    seconds: float
    changed_at: datetime
    result: str | None
    facts: Facts | None

    @property
    def is_quarantined(self) -> bool:
        """Whether it failed as often as it may."""
        return self.status == "failed" and self.failures >= MOST_FAILURES

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to try again of its own accord."""
        return self.status == "done" or self.is_quarantined


class Ledger:
    """The ledger of a folder, for one run; called from several threads."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._lock = Lock()

    def _execute(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(statement, arguments).fetchall()

    # -- Documents -----------------------------------------------------------------------------------------

    def work_on(self, document_id: str) -> Work | None:
        """What is known of a document."""
        found = self._execute("SELECT * FROM documents WHERE document_id = ?", document_id)
        return _work(found[0]) if found else None

    def works(self) -> Iterator[Work]:
        """What is known of every document, by study."""
        yield from map(_work, self._execute("SELECT * FROM documents ORDER BY study_id, document_id"))

    def start(self, document_id: str, key: str, file_name: str, study_id: str, code_version: str) -> None:
        """Write down that work on a document starts; under a new key it starts anew."""
        self._execute(
            """
            INSERT INTO documents VALUES (?1, ?2, ?3, ?4, ?5, 'started', 0, 0.0, ?6, NULL, NULL)
            ON CONFLICT (document_id) DO UPDATE SET status = 'started', changed_at = ?6, result = NULL, facts = NULL,
              failures = CASE WHEN key = ?2 THEN failures ELSE 0 END,
              key = ?2, file_name = ?3, study_id = ?4, code_version = ?5
            """,
            document_id, key, file_name, study_id, code_version, _now(),
        )  # fmt: skip

    def close(self, document_id: str, result: str, facts: Facts, seconds: float) -> None:
        """Write down what work on a document gave, or that it failed."""
        failed = facts.failure is not None
        self._execute(
            """
            UPDATE documents SET status = ?2, failures = CASE WHEN ?3 THEN failures + 1 ELSE 0 END,
              result = ?4, facts = ?5, seconds = ?6, changed_at = ?7
            WHERE document_id = ?1
            """,
            document_id, "failed" if failed else "done", failed, result, FACTS.dump_json(facts).decode(), seconds,
            _now(),
        )  # fmt: skip

    def forgive(self, document_id: str) -> None:
        """Forget how often a document failed: somebody asks for it."""
        self._execute("UPDATE documents SET failures = 0 WHERE document_id = ?", document_id)

    # -- Runs ----------------------------------------------------------------------------------------------

    def remember(self, run: Run) -> None:
        """Write a run down, in place of what was known of it; the latest comes last."""
        values = [to_sql_value(getattr(run, name)) for name in Run.column_names()]
        marks = ", ".join("?" * len(values))
        with self._lock, self._database:
            self._database.execute("BEGIN")
            self._database.execute("DELETE FROM runs WHERE run_id = ?", (run.run_id,))
            self._database.execute(f"INSERT INTO runs VALUES ({marks})", values)  # noqa: S608

    def runs(self) -> list[Run]:
        """The runs of the folder, the latest last."""
        kinds = [(name, Run.python_type(name)) for name in Run.column_names()]
        columns = ", ".join(name for name, _ in kinds)
        return [
            Run(**{name: from_sql_value(value, kind) for (name, kind), value in zip(kinds, row, strict=True)})
            for row in self._execute(f"SELECT {columns} FROM runs ORDER BY rowid")  # noqa: S608 - our names
        ]


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """The ledger of a folder, made where there is none; one that is damaged is set aside.

    Raises:
        NewerLedger: when a later version of the program made it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        database = _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise  # it is in use, or the disk is full: the ledger itself is sound
        for suffix in ("", "-wal", "-shm"):
            damaged = path.with_name(path.name + suffix)
            with suppress(FileNotFoundError):
                damaged.replace(damaged.with_name(f"damaged-{damaged.name}"))
        database = _open(path)
    with closing(database):
        yield Ledger(database)


@contextmanager
def read_ledger(path: Path) -> Iterator[Ledger | None]:
    """The ledger of a folder, to be read while a run may go on; None where there is none."""
    if not path.exists():
        yield None
        return
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=SECONDS_TO_WAIT)) as database:
        yield Ledger(database)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=SECONDS_TO_WAIT)
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise NewerLedger(path)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")  # a line lost with the power is work done again
        if version == VERSION and database.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the ledger is damaged")
        database.executescript(TABLES)
        database.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        database.close()
        raise
    return database


def _work(row: Sequence[Any]) -> Work:
    """A line of the ledger; its columns are the fields of :class:`Work`, in their order."""
    values = dict(zip((part.name for part in fields(Work)), row, strict=True))
    facts = None if values["facts"] is None else FACTS.validate_json(values["facts"])
    return Work(**values | {"changed_at": datetime.fromisoformat(values["changed_at"]), "facts": facts})


def _now() -> str:
    return datetime.now(UTC).isoformat()
