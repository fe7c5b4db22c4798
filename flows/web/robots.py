"""What a site lets robots read: robots.txt as RFC 9309 has it, parsed by protego."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from protego import Protego

from flows.web.exchange import Reply
from flows.web.limits import Limits
from flows.web.memory import RobotsMemory
from flows.web.outcomes import Failure

PRODUCT = "passerelle"
"""The name that rules for us bear in a robots.txt."""
ABSENT_HOST = frozenset({"too_slow", "connection_failed"})
UNREACHABLE = ABSENT_HOST | {"server_error", "host_waiting", "truncated"}


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin; ``parser`` None is for a site whose rules could not be had: nothing is allowed."""

    parser: Protego | None
    until: float
    failure: Failure | None = None

    def allow(self, address: str) -> bool:
        """Whether an address may be read."""
        return self.parser is not None and bool(self.parser.can_fetch(address, PRODUCT))

    def refusal(self) -> Failure:
        """Why an address may not be read: the rules say so, they cannot be had, or nobody answers at all."""
        if self.failure is None:
            return Failure("robots_disallowed", "le fichier robots.txt du site l'interdit")
        if self.failure.code in ABSENT_HOST:
            return self.failure
        return Failure(
            "robots_unavailable", f"le fichier robots.txt ne se laisse pas lire ({self.failure.found})"
        )

    def pace(self, limits: Limits) -> float:
        """The seconds between two requests that the site asks for, within our limits."""
        asked = self.parser.crawl_delay(PRODUCT) if self.parser is not None else None
        return min(max(limits.pace, float(asked or 0)), limits.longest_pace)


@dataclass(slots=True)
class RobotsBook:
    """The rules that are known, from this run and earlier ones, each for a day."""

    limits: Limits
    rules: dict[str, Rules] = field(default_factory=dict)

    def known(self, origin: str) -> Rules | None:
        """The rules of an origin, unless they are unknown or too old."""
        rules = self.rules.get(origin)
        return rules if rules is not None and rules.until > time.time() else None

    def recall(self, origin: str, memory: RobotsMemory) -> None:
        """Take up what an earlier run learnt."""
        self.rules[origin] = Rules(Protego.parse(memory.text), memory.fetched_at + self.limits.robots_age)

    def learn(self, origin: str, outcome: Reply | Failure) -> RobotsMemory | None:
        """Learn from the answer to a request for robots.txt; what is worth remembering.

        A file that is not there (4xx, RFC 9309 section 2.3.1.3) allows everything; a server that fails allows
        nothing, in this run only.
        """
        if isinstance(outcome, Failure) and outcome.code in UNREACHABLE:
            until = time.time() + self.limits.robots_age
            self.rules[origin] = Rules(None, until, outcome)
            return None
        text = "" if isinstance(outcome, Failure) or outcome.body is None else self._text(outcome.body.file)
        memory = RobotsMemory(fetched_at=time.time(), text=text)
        self.recall(origin, memory)
        return memory

    def _text(self, file: Path) -> str:
        with file.open("rb") as body:
            return body.read(self.limits.robots_bytes).decode("utf-8", "replace")
