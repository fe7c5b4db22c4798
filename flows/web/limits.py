"""How much a fetch may take, and how often a host may be asked. Numbers of docs/reliability.md, section web."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of fetching. Times in seconds, sizes in bytes."""

    connect: float = 10
    read: float = 30
    total: float = 300
    slow_after: float = 30
    slowest_rate: float = 1024
    """Bytes per second that a body has to reach on average once ``slow_after`` has passed."""
    wire: int = 100_000_000
    decoded: int = 300_000_000
    ratio: float = 100
    """Decoded bytes per byte received, beyond the first million."""
    ratio_from: int = 1_000_000
    redirects: int = 5
    attempts: int = 3
    pace: float = 1.0
    """Between two requests to a host; more if its robots.txt says so."""
    longest_pace: float = 60
    back_off: float = 2.0
    """Before the second attempt; twice as long before the next."""
    longest_wait: float = 60
    """A host that asks to wait longer is left for a later run."""
    longest_park: float = 86_400
    failures: int = 10
    """Failures in a row after which a host is left alone for the rest of the run."""
    requests_per_host: int = 2_000
    hosts_at_once: int = 8
    robots_age: float = 86_400
    robots_bytes: int = 512_000
    """A robots.txt is read up to here (RFC 9309, section 2.5)."""
