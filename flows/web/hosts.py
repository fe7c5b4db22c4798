"""One host: what waits for it, when it may be asked again, and whether it should be left alone."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from flows.web.limits import Limits
from flows.web.outcomes import Failure, Wanted


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to be sent: ``address`` is where the redirections have led so far.

    ``rules_of`` is the origin whose robots.txt is asked for, None for what was wanted.
    """

    wanted: Wanted
    address: str
    hops: int = 0
    attempts: int = 0
    rules_of: str | None = None


@dataclass(slots=True)
class Host:
    """The queue of a host and its clock (seconds of ``time.monotonic``)."""

    limits: Limits
    queue: deque[Visit] = field(default_factory=deque)
    busy: bool = False
    ready_at: float = 0.0
    pace: float = 1.0
    failures: int = 0
    requests: int = 0
    parked_until: float = 0.0
    """In seconds of the epoch."""

    def why_not(self) -> Failure | None:
        """Why this host is not asked any more in this run; None while it is."""
        wait = self.parked_until - time.time()
        if wait > self.limits.longest_wait:
            until = time.strftime("%d/%m à %H:%M", time.localtime(self.parked_until))
            return Failure("host_waiting", f"le site demande d'attendre jusqu'au {until}")
        if self.failures >= self.limits.failures:
            return Failure("host_waiting", f"{self.failures} échecs de suite sur ce site, laissé en paix")
        if self.requests >= self.limits.requests_per_host:
            return Failure(
                "host_waiting", f"{self.requests} demandes à ce site dans cette exécution, la limite"
            )
        return None

    def wait(self) -> float:
        """Seconds until the host may be asked."""
        return max(self.ready_at - time.monotonic(), self.parked_until - time.time(), 0.0)

    def asked(self) -> None:
        """Note that a request is on its way."""
        self.busy = True
        self.requests += 1

    def answered(self, failure: Failure | None, attempts: int) -> None:
        """Note how a request ended; the next one waits for the pace of the host, longer after failures."""
        self.busy = False
        pause = self.pace
        if failure is None or failure.code in HOST_IS_WELL:
            self.failures = 0
        else:
            self.failures += 1
            pause = max(pause, self.limits.back_off * 2**attempts)
        self.ready_at = time.monotonic() + pause
        if failure is not None and failure.retry_after is not None:
            self.parked_until = time.time() + min(failure.retry_after, self.limits.longest_park)


HOST_IS_WELL = frozenset({"not_found", "access_denied", "unexpected_answer", "too_large", "address_refused"})
"""Failures of one page that say nothing against its host."""
