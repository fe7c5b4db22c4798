"""The clock of one document in its worker, and the note of what it is at, which outlives the worker.

A document may take a time that grows with its pages, and no step of it longer than :data:`STALL_SECONDS`: an alarm of
the system ends the process, even inside native code. Half of the time is for reading; pages that are not read by then
are lost, and the others kept. Whoever finds the process dead reads the note (:func:`last_step`) and has the document
read once more without that step.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from extractors.watch import Step
from flows.confinement import allow_cpu
from schemas.document import Loss

STALL_SECONDS = 60
SECONDS_A_PAGE = 2
READING_SHARE = 0.5
CPU_GRACE_SECONDS = 30
"""CPU is counted apart from the clock: what sleeps or waits is ended by the alarm, what counts in threads by this."""

MOST_LOSSES = 3
"""An engine that cost the worker on so many pages of a document is not asked for the pages after them."""

NOTE_LENGTH = 80


class DocumentWatch:
    """Watches one document while the context lasts: a :class:`extractors.watch.Watch` with a clock and a note.

    ``seconds`` is the time for a document besides that for its pages, ``most`` the longest for any, ``spent`` what
    earlier tries took of it; ``spared`` are the steps to leave out.
    """

    def __init__(
        self,
        seconds: float,
        most: float,
        spent: float = 0.0,
        spared: Mapping[Step, Loss] | None = None,
        note: Path | None = None,
    ) -> None:
        self._base, self._most, self._spared = seconds, most, spared or {}
        self._seconds = seconds
        self._began = time.monotonic() - spent
        self._note = None if note is None else os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def __enter__(self) -> DocumentWatch:
        self._allow()
        self.settled()
        return self

    def __exit__(self, *_: object) -> None:
        set_alarm(0)
        allow_cpu(0)
        if self._note is not None:
            os.close(self._note)

    def opened(self, pages: int) -> None:
        """Give the document the time that so many pages may take."""
        self._seconds = min(self._most, self._base + SECONDS_A_PAGE * pages)
        self._allow()

    def begin(self, engine: str, page: int) -> Loss | None:
        """Note a step and set the alarm; why the step is to be left out, or None."""
        loss = self._loss(engine, page)
        left = self._left() - (1 - READING_SHARE) * self._seconds
        if loss is not None or left <= 0:
            return loss or "time"
        self._write(f"{engine} {page}")
        set_alarm(min(STALL_SECONDS, left))
        return None

    def settled(self) -> None:
        """Give what comes now the time that is left."""
        self._write("")
        set_alarm(max(self._left(), 0.001))

    def stand_still(self, seconds: float) -> None:
        """Give back time that something with a time of its own took."""
        self._began += seconds
        self._allow()
        set_alarm(min(STALL_SECONDS, max(self._left(), 0.001)))

    def _left(self) -> float:
        return self._began + self._seconds - time.monotonic()

    def _allow(self) -> None:
        allow_cpu(max(self._left(), 0) + CPU_GRACE_SECONDS)

    def _loss(self, engine: str, page: int) -> Loss | None:
        """What the step cost before, or would by all appearances."""
        own = {number: loss for (name, number), loss in self._spared.items() if name == engine}
        if page in own or 0 in own:
            return own.get(page) or own[0]
        last = max(own, default=0)
        return own[last] if len(own) >= MOST_LOSSES and page > last else None

    def _write(self, note: str) -> None:
        if self._note is not None:
            os.pwrite(self._note, note.encode()[:NOTE_LENGTH].ljust(NOTE_LENGTH), 0)


def set_alarm(seconds: float) -> None:
    """Have the system kill this process after some seconds, 0 for never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def last_step(note: Path) -> Step | None:
    """The step that a process noted last; None where it was at none, or noted nothing."""
    try:
        engine, _, page = note.read_text("utf-8", "replace").strip().rpartition(" ")
    except OSError:
        return None
    return (engine, int(page)) if engine and page.isdigit() else None
