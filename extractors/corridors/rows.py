"""From what was found in the passages of a study to its corridors.

A passage that names a pair without a direction belongs to the corridors between the two countries to which the
study gives one elsewhere. Where it never does, the corridor's direction is ``unknown``: nothing is invented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.corridors.findings import CorridorFinding
from schemas.tables import Corridor, CorridorMention, Direction


@dataclass(frozen=True, slots=True)
class LocatedCorridor:
    """A finding, the passage that it is in, its page and its words."""

    passage_id: str
    page: int
    text: str
    finding: CorridorFinding


@dataclass(frozen=True, slots=True)
class _Pair:
    origin: str
    destination: str
    direction: Direction

    def row_id(self, study_id: str) -> str:
        """``mali:MLI-FRA``; ``mali:CIV--MLI`` where the direction is unknown."""
        join = "-" if self.direction == "known" else "--"
        return f"{study_id}:{self.origin}{join}{self.destination}"


def corridor_rows(
    study_id: str, located: Sequence[LocatedCorridor]
) -> tuple[list[Corridor], list[tuple[CorridorMention, LocatedCorridor]]]:
    """The corridors of a study, and their mentions in reading order, each with what it rests on."""
    directed = dict.fromkeys(
        _Pair(f.origin, f.destination, "known")
        for f in (one.finding for one in located)
        if f.direction == "known"
    )
    undirected: dict[frozenset[str], _Pair] = {}
    mentions: dict[tuple[_Pair, str], tuple[CorridorMention, LocatedCorridor]] = {}
    for one in sorted(located, key=lambda item: item.finding.direction == "unknown"):
        for pair in pairs_of(one.finding, directed, undirected):
            mention = mention_row(study_id, pair, one)
            mentions.setdefault((pair, one.passage_id), (mention, one))
    counts = Counter(pair for pair, _ in mentions)
    order = {id(one): rank for rank, one in enumerate(located)}
    corridors = [
        Corridor(
            corridor_id=pair.row_id(study_id),
            study_id=study_id,
            origin_iso3=pair.origin,
            destination_iso3=pair.destination,
            direction=pair.direction,
            mention_count=count,
        )
        for pair, count in counts.items()
    ]
    return corridors, sorted(mentions.values(), key=lambda item: order[id(item[1])])


def pairs_of(
    finding: CorridorFinding, directed: dict[_Pair, None], undirected: dict[frozenset[str], _Pair]
) -> list[_Pair]:
    """The corridors that a finding is a mention of."""
    there = _Pair(finding.origin, finding.destination, "known")
    if finding.direction == "known":
        return [there]
    back = _Pair(finding.destination, finding.origin, "known")
    known = [pair for pair in (there, back) if pair in directed]
    first = undirected.setdefault(finding.pair, _Pair(finding.origin, finding.destination, "unknown"))
    return known or [first]


def mention_row(study_id: str, pair: _Pair, one: LocatedCorridor) -> CorridorMention:
    """The row of a passage that names a corridor."""
    corridor_id = pair.row_id(study_id)
    return CorridorMention(
        mention_id=f"{corridor_id}@{one.passage_id}",
        corridor_id=corridor_id,
        study_id=study_id,
        page=one.page,
        passage_id=one.passage_id,
        start_char=one.finding.start,
        end_char=one.finding.end,
        text=one.text,
        direction=one.finding.direction,
        rule=one.finding.rule,
    )
