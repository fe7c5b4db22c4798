"""The clock of one document in its worker, and the note of what it is at, which outlives the worker.

A document may take a time that grows with its pages, and no step of it longer than :data:`STALL_SECONDS`: an alarm of
the system ends the process, even inside native code. Half of the time is for reading; pages that are not read by then
are lost, and the others kept. The analysis has what is left, a batch of passages as long as a page, a single one
:data:`PASSAGE_SECONDS`. Whoever finds the process dead reads the note (:func:`last_step`) and has the document read
once more without that step.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from extractors.watch import ANALYSIS, PASSAGE, PASSAGES, Step
from flows.confinement import allow_cpu
from flows.tries import MOST_LOSSES
from schemas.document import Loss

STALL_SECONDS = 60
PASSAGE_SECONDS = 20
"""Ten times what the longest passage (10,000 characters) takes."""
SECONDS_A_PAGE = 2
READING_SHARE = 0.5
CPU_GRACE_SECONDS = 30
"""CPU is counted apart from the clock: what sleeps or waits is ended by the alarm, what counts in threads by this."""

NOTE_LENGTH = 80


class DocumentWatch:
    """Watches one document while the context lasts: a :class:`extractors.watch.Watch` with a clock and a note.

    ``seconds`` is the time for a document besides that for its pages, ``most`` the longest for any, ``spent`` what
    earlier tries took of it; ``spared`` are the steps to leave out. ``at`` is the part of the analysis that goes on;
    ``left_out`` are those that were not allowed, and why.
    """

    def __init__(
        self,
        seconds: float,
        most: float,
        spent: float = 0.0,
        spared: Mapping[Step, Loss] | None = None,
        note: Path | None = None,
    ) -> None:
        self._base, self._most, self._spared = seconds, most, dict(spared or {})
        self._seconds = seconds
        self.at: Step | None = None
        self.left_out: dict[Step, Loss] = {}
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
        left = self.left - (1 - READING_SHARE) * self._seconds
        if loss is not None or left <= 0:
            return loss or "time"
        self._write(f"{engine} {page}")
        set_alarm(min(STALL_SECONDS, left))
        return None

    def settled(self) -> None:
        """Give what comes now the time that is left."""
        self._write("")
        set_alarm(max(self.left, 0.001))

    def analyse(self, part: str, block: int) -> Loss | None:
        """Note a part of the analysis and set the alarm; why the part is to be left out, or None."""
        self.at = (part, block)
        loss = self._spared.get(self.at) or (self._loss_of_passages() if part == ANALYSIS else None)
        if loss is not None:
            if part != PASSAGES:  # its passages are asked for one by one
                self.left_out[self.at] = loss
            return loss
        self._write(f"{part} {block}")
        longest = {ANALYSIS: self._seconds, PASSAGE: PASSAGE_SECONDS}.get(part, STALL_SECONDS)
        set_alarm(max(min(longest, self.left), 0.001))
        return None

    def spare(self, step: Step, loss: Loss) -> None:
        """Have a step left out from now on."""
        self._spared[step] = loss
        self.left_out.clear()

    def stand_still(self, seconds: float) -> None:
        """Give back time that something with a time of its own took."""
        self._began += seconds
        self._allow()
        set_alarm(min(STALL_SECONDS, max(self.left, 0.001)))

    @property
    def left(self) -> float:
        """The seconds that the document has left."""
        return self._began + self._seconds - time.monotonic()

    def _allow(self) -> None:
        allow_cpu(max(self.left, 0) + CPU_GRACE_SECONDS)

    def _loss(self, engine: str, page: int) -> Loss | None:
        """What the step cost before, or would by all appearances."""
        own = {number: loss for (name, number), loss in self._spared.items() if name == engine}
        if page in own or 0 in own:
            return own.get(page) or own[0]
        last = max(own, default=0)
        return own[last] if len(own) >= MOST_LOSSES and page > last else None

    def _loss_of_passages(self) -> Loss | None:
        """What passages cost before, where they cost too much for any to be analysed."""
        losses = [loss for (part, _), loss in self._spared.items() if part == PASSAGE]
        return losses[-1] if len(losses) >= MOST_LOSSES else None

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
