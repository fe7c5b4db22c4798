"""What is found of corridors in a passage."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.tables import Direction


@dataclass(frozen=True, slots=True)
class CorridorFinding:
    """A pair of countries between which the characters ``[start, end)`` of a passage say that people move.

    Where ``direction`` is ``unknown``, ``origin`` and ``destination`` only stand in printed order. ``rule``
    names the rule that found it.
    """

    start: int
    end: int
    origin: str
    destination: str
    direction: Direction
    rule: str

    @property
    def pair(self) -> frozenset[str]:
        """The two countries, without order."""
        return frozenset((self.origin, self.destination))
