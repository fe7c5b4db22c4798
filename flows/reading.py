"""Reading each document of a run, unless its result is there: ask the ledger, read, keep, write down.

A result is kept under a key: everything that it depends on besides the bytes of the document. The result itself says
that it is whole; the ledger says what was tried (``flows.ledger``).
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from flows import storage
from flows.ingest import Source, source_facts
from flows.ledger import Ledger, Work
from flows.ocr import engine_name
from flows.results import DamagedResult, Facts, read_facts
from flows.settings import Settings
from flows.summary import DocumentReport, Report, report_document
from flows.versions import code_version, fingerprint


class Pool(Protocol):
    """Where documents are read: worker processes here, or elsewhere; ``slots`` at once."""

    @property
    def slots(self) -> int:
        """How many documents it reads at once."""

    def extract(self, source: Source) -> bytes:
        """The result of a document, packed (``flows.results``), whatever became of its worker."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What of the documents given is to be read, and what may be published.

    Attributes:
        force: read again what is already read.
        failed: read again what failed, quarantined or not.
        only: identifiers (or beginnings of them), studies or file names; the other documents are not read, their
            results stay. Empty for all.
        accept_fall: publish even if tables fall.
    """

    force: bool = False
    failed: bool = False
    only: tuple[str, ...] = ()
    accept_fall: bool = False

    def concerns(self, source: Source) -> bool:
        """Whether a document may be read."""
        return not self.only or any(
            asked in (source.study_id, source.file_name)
            or (len(asked) >= 6 and source.document_id.startswith(asked.lower()))
            for asked in self.only
        )


@dataclass(slots=True)
class Reader:
    """Reads a document unless its result is known, keeps the result and reports. Called from several threads."""

    settings: Settings
    pool: Pool
    ledger: Ledger
    demand: Demand
    report: Report
    reports: dict[str, DocumentReport] = field(default_factory=dict)
    left_aside: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def __call__(self, source: Source) -> None:
        """Have the result of a document in its place, or note that it was left aside."""
        facts, seconds = self._known(source), 0.0
        reused = facts is not None
        if facts is None and self.demand.concerns(source):
            facts, seconds = self._read(source)
        with self.lock:
            if facts is None:
                self.left_aside.append(source.file_name)
                return
            self.reports[source.document_id] = report_document(source, facts, seconds, reused=reused)
            self.report.document(self.reports[source.document_id])

    def result(self, source: Source) -> bytes:
        """The result of a document that was gone through.

        Raises:
            DamagedResult: when it is no longer there.
        """
        work = self.ledger.work_on(source.document_id)
        result = storage.read_result(self.settings.processed, source.document_id, work.key if work else "")
        if result is None:
            raise DamagedResult(f"the result of {source.document_id} is gone")
        return result

    def _known(self, source: Source) -> Facts | None:
        """The facts of a result that still holds."""
        work = self.ledger.work_on(source.document_id)
        asked = self.demand.concerns(source)
        if asked and (self.demand.force or (self.demand.failed and work and work.status == "failed")):
            self.ledger.forgive(source.document_id)
            return None
        for key in keys_of(source, self.settings):
            result = storage.read_result(self.settings.processed, source.document_id, key)
            facts = None if result is None else self._facts(source, key, result, work)
            if facts is not None and (facts.failure is None or not asked or self._is_settled(source, key)):
                return facts
        return None

    def _facts(self, source: Source, key: str, result: bytes, work: Work | None) -> Facts | None:
        """The facts of a result, from the ledger where it knows these very bytes; None if they are damaged."""
        digest = hashlib.sha256(result).hexdigest()
        if work is not None and (work.key, work.result) == (key, digest):
            return work.facts
        try:
            facts = read_facts(result)
        except DamagedResult:
            return None
        if facts.failure is None:  # written down too late for a crash, or the ledger was lost
            self._start(source, key)
            self.ledger.close(source.document_id, digest, facts, 0.0)
        return facts

    def _is_settled(self, source: Source, key: str) -> bool:
        work = self.ledger.work_on(source.document_id)
        return work is not None and work.key == key and work.is_settled

    def _start(self, source: Source, key: str) -> None:
        code = code_version(self.settings.model)
        self.ledger.start(source.document_id, key, source.file_name, source.study_id, code)

    def _read(self, source: Source) -> tuple[Facts, float]:
        """Read a document; its facts and the seconds that it took."""
        plain, recognised = keys_of(source, self.settings)
        self._start(source, plain)
        began = time.monotonic()
        result = self.pool.extract(source)
        facts, seconds = read_facts(result), time.monotonic() - began
        key = recognised if facts.needs_engine and facts.failure is None else plain
        if key != plain:
            self._start(source, key)
        storage.write_result(self.settings.processed, source.document_id, key, result)
        self.ledger.close(source.document_id, hashlib.sha256(result).hexdigest(), facts, seconds)
        return facts, seconds


def keys_of(source: Source, settings: Settings) -> tuple[str, str]:
    """What a document's result depends on, as hashes: what is known of it, the code and the model.

    The second is for a document that has pages for an OCR engine: when another engine is installed or given more
    time, these documents are read again, and no others.
    """
    facts = json.dumps(source_facts(source), sort_keys=True) + fingerprint(settings.model)
    engine = f"\0{engine_name(settings.ocr)} {settings.ocr_seconds}"
    return _hash(facts), _hash(facts + engine)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
