"""Fetches many addresses at once: one request at a time to a host, several hosts side by side.

One thread decides, the others each carry out one request. Nobody sleeps for a host: its requests wait in its
queue, and a host that asks to wait for long is left for a later run. Redirections join the queue of the host they
lead to, with every check made again.
"""

from __future__ import annotations

import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import count
from pathlib import Path
from types import TracebackType

import httpx

from extractors.addresses import InvalidAddress, host_of, join, origin_of, tidy
from flows.web.answers import accept
from flows.web.exchange import Asker, Reply
from flows.web.hosts import Host, Visit
from flows.web.limits import Limits
from flows.web.memory import WebMemory
from flows.web.network import AddressPolicy
from flows.web.outcomes import TRANSIENT, Answer, Failure, FetchFailed, NotModified, Wanted
from flows.web.robots import RobotsBook

TICK = 0.2


class Fetcher:
    """Fetches within limits; bodies live in a temporary folder until the fetcher is left."""

    def __init__(
        self, user_agent: str, memory: WebMemory, *, limits: Limits | None = None, allow_private: bool = False
    ) -> None:
        self._limits = limits or Limits()
        self._memory = memory
        self._folder = tempfile.TemporaryDirectory(prefix="passerelle-")
        self._numbers = count()
        self._asker = Asker(
            user_agent, self._limits, AddressPolicy(allow_private), httpx.create_ssl_context()
        )
        self._hosts: dict[str, Host] = {}
        self._robots = RobotsBook(self._limits)
        self._asking: set[str] = set()
        """Origins whose robots.txt is on its way."""
        self._settled: deque[Answer] = deque()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[Answer]:
        """Exactly one answer for each thing wanted, as they come."""
        for item in wanted:
            self._enqueue(Visit(item, item.address), item.address)
        executor = ThreadPoolExecutor(self._limits.hosts_at_once, thread_name_prefix="fetch")
        running: dict[Future[Reply], Visit] = {}
        try:
            while True:
                self._start(executor, running)
                while self._settled:
                    yield self._settled.popleft()
                if not running and not any(host.queue for host in self._hosts.values()):
                    return
                self._finish(running)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    # -- Choosing ------------------------------------------------------------------------------------------

    def _enqueue(self, visit: Visit, address: str, *, base: str | None = None, first: bool = False) -> None:
        """Have a visit wait for its host, at an address that may be relative to another."""
        try:
            address = tidy(address) if base is None else join(base, address)
        except InvalidAddress as error:
            self._fail(visit, Failure("address_invalid", str(error)))
            return
        queue = self._host(host_of(address)).queue
        moved = Visit(visit.wanted, address, visit.hops, visit.attempts, visit.rules_of)
        if first:
            queue.appendleft(moved)
        else:
            queue.append(moved)

    def _host(self, name: str) -> Host:
        if name not in self._hosts:
            known = self._memory.host(name)
            self._hosts[name] = Host(self._limits, pace=self._limits.pace, parked_until=known.parked_until)
            for origin, robots in known.robots.items():
                self._robots.recall(origin, robots)
        return self._hosts[name]

    def _start(self, executor: ThreadPoolExecutor, running: dict[Future[Reply], Visit]) -> None:
        """Send what may be sent now."""
        for host in list(self._hosts.values()):
            stopped = host.why_not()
            while stopped is not None and host.queue:
                self._fail(host.queue.popleft(), stopped)
            if host.busy or not host.queue or host.wait() > 0 or len(running) >= self._limits.hosts_at_once:
                continue
            visit = self._next_allowed(host)
            if visit is not None:
                host.asked()
                running[executor.submit(self._carry_out, visit)] = visit

    def _next_allowed(self, host: Host) -> Visit | None:
        """The next visit of a host that its rules allow; one for its robots.txt where they are not known."""
        while host.queue:
            visit = host.queue.popleft()
            origin = origin_of(visit.address)
            if visit.rules_of is not None:
                return visit
            rules = self._robots.known(origin)
            if rules is None:
                host.queue.appendleft(visit)
                if origin in self._asking:
                    return None
                self._asking.add(origin)
                return Visit(Wanted(origin), f"{origin}/robots.txt", rules_of=origin)
            host.pace = rules.pace(self._limits)
            if rules.allow(visit.address):
                return visit
            self._fail(visit, rules.refusal())
        return None

    # -- Carrying out --------------------------------------------------------------------------------------

    def _carry_out(self, visit: Visit) -> Reply:
        """One request; runs in a thread of its own and touches nothing shared."""
        headers = {} if visit.rules_of else visit.wanted.validators.headers()
        return self._asker.ask(visit.address, headers, Path(self._folder.name, str(next(self._numbers))))

    def _finish(self, running: dict[Future[Reply], Visit]) -> None:
        """Wait for an answer, or for a host to be ready."""
        waits = [host.wait() for host in self._hosts.values() if host.queue and not host.busy]
        if not running:
            time.sleep(min([*waits, TICK]))
            return
        done, _ = wait(running, timeout=max(min([*waits, TICK]), 0.01), return_when=FIRST_COMPLETED)
        for future in done:
            visit = running.pop(future)
            error = future.exception()
            if error is not None and not isinstance(error, Failure):
                raise error
            self._take(visit, future.result() if error is None else error)

    # -- Judging -------------------------------------------------------------------------------------------

    def _take(self, visit: Visit, outcome: Reply | Failure) -> None:
        """Decide what an answer means for its visit and its host."""
        name = host_of(visit.address)
        host = self._host(name)
        failure = outcome if isinstance(outcome, Failure) else None
        host.answered(failure, visit.attempts)
        if failure is not None and failure.retry_after is not None:
            known = self._memory.host(name)
            self._memory.keep_host(name, known.model_copy(update={"parked_until": host.parked_until}))
        if failure is not None and self._again(visit, failure, host):
            return
        if isinstance(outcome, Reply) and outcome.location is not None:
            self._redirect(visit, outcome.location)
        elif visit.rules_of is not None:
            self._learn(visit.rules_of, outcome)
        elif isinstance(outcome, Failure):
            self._fail(visit, outcome)
        else:
            self._answer(visit, outcome)

    def _again(self, visit: Visit, failure: Failure, host: Host) -> bool:
        """Put a visit back where its failure may pass."""
        if failure.code not in TRANSIENT or visit.attempts + 1 >= self._limits.attempts:
            return False
        if host.why_not() is not None and visit.rules_of is not None:
            return False
        again = Visit(visit.wanted, visit.address, visit.hops, visit.attempts + 1, visit.rules_of)
        host.queue.appendleft(again)
        return True

    def _redirect(self, visit: Visit, location: str) -> None:
        if visit.hops >= self._limits.redirects:
            self._fail(visit, Failure("too_many_redirects", f"plus de {self._limits.redirects} redirections"))
            return
        moved = Visit(visit.wanted, visit.address, visit.hops + 1, 0, visit.rules_of)
        self._enqueue(moved, location, base=visit.address, first=True)

    def _learn(self, origin: str, outcome: Reply | Failure) -> None:
        self._asking.discard(origin)
        remembered = self._robots.learn(origin, outcome)
        if remembered is not None:
            name = host_of(origin)
            known = self._memory.host(name)
            robots = {**known.robots, origin: remembered}
            self._memory.keep_host(name, known.model_copy(update={"robots": robots}))

    def _answer(self, visit: Visit, reply: Reply) -> None:
        if reply.status == 304:
            if visit.wanted.validators.headers():
                self._settled.append(NotModified(visit.wanted, visit.address))
            else:
                self._fail(
                    visit, Failure("unexpected_answer", "le site répond 304 sans qu'on le lui demande")
                )
            return
        try:
            self._settled.append(accept(visit.wanted, visit.address, reply))
        except Failure as failure:
            if not self._again(visit, failure, self._host(host_of(visit.address))):
                self._fail(visit, failure)

    def _fail(self, visit: Visit, failure: Failure) -> None:
        if visit.rules_of is not None:
            self._learn(visit.rules_of, failure)
        else:
            self._settled.append(FetchFailed(visit.wanted, failure.code, str(failure)))
