"""Page numbers as people write them."""

from __future__ import annotations

from collections.abc import Sequence


def page_ranges(numbers: Sequence[int]) -> str:
    """Page numbers as read by people: ``1, 3-5``."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)
