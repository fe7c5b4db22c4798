"""The lines of published tables that tell of single studies, to compare what two runs say of the same documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

OVER_ALL = frozenset({"institutions.csv", "recommendation_groups.csv", "runs.csv", "quality.csv"})
"""Tables that count over all studies, join what several of them say, or tell of runs."""


def lines_of(processed: Path) -> dict[str, list[bytes]]:
    """The lines of each table of a folder but those of :data:`OVER_ALL`."""
    files = sorted((processed / "tables").glob("*.csv"))
    return {file.name: file.read_bytes().splitlines() for file in files if file.name not in OVER_ALL}


def rows_lost(few: Sequence[bytes], many: Sequence[bytes]) -> int:
    """How many lines of some are not among others, each counted as often as it stands."""
    return (Counter(few) - Counter(many)).total()
