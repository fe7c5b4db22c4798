"""Damage as disks, networks and attackers do it: bits flipped, the end cut off, a piece of another file put in."""

from __future__ import annotations

import random
from collections.abc import Sequence


def mutated(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """A damaged copy of a file."""
    kind = chance.choice(("flip", "cut", "splice"))
    place = chance.randrange(1, len(content))
    if kind == "cut":
        return content[:place]
    if kind == "splice":
        other = chance.choice(others)
        first = chance.randrange(len(other))
        piece = other[first : first + chance.randrange(1, 2_000)]
        return content[:place] + piece + content[place + chance.randrange(len(piece) + 1) :]
    damaged = bytearray(content)
    for _ in range(chance.randrange(1, 20)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)
