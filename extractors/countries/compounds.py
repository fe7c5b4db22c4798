"""Compound demonyms: ``franco-malien`` names FRA and MLI, ``sino-africain`` CHN."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from extractors.countries.candidates import Candidate
from extractors.countries.vocabulary import Entry, prefixes
from extractors.folding import FoldedText

HYPHEN = re.compile(r"[-‐‑–]")


def with_compounds(
    twin: FoldedText, found: Sequence[Candidate], places: Mapping[int, str]
) -> list[Candidate]:
    """The candidates with those of the prefixes at ``places`` (word of the twin → prefix).

    Each country of a compound has the characters of the whole: ``franco-malien`` twice.
    """
    heads = {candidate.first: candidate for candidate in found}
    extra = []
    for index in sorted(set(places) - set(heads)):
        end, head = compound_end(twin, index, places, heads)
        if end is None:
            continue
        start = min(twin.starts[index], head.start) if head is not None else twin.starts[index]
        entry = Entry(prefixes()[places[index]], "demonym", "any", places[index])
        extra.append(Candidate(index, index + 1, start, end, places[index], entry))
        if head is not None:
            heads[head.first] = replace(head, start=start)
    return sorted([*heads.values(), *extra], key=lambda c: (c.start, c.first))


def compound_end(
    twin: FoldedText, index: int, places: Mapping[int, str], heads: Mapping[int, Candidate]
) -> tuple[int | None, Candidate | None]:
    """Where the compound that begins with a prefix ends (None: it is no prefix here), and its demonym.

    A prefix belongs to a demonym after it (``franco malien`` too), to another prefix, or with a hyphen to any
    word: then only the prefix is the mention.
    """
    after = index + 1
    if after >= len(twin.starts):
        return None, None
    between = twin.text[twin.ends[index] : twin.starts[after]]
    hyphened = HYPHEN.fullmatch(between) is not None
    head = heads.get(after)
    if head is not None and head.entry.kind == "demonym":
        return (head.end, head) if hyphened or between == " " else (None, None)
    if not hyphened:
        return None, None
    if after in places and head is None:
        end, last = compound_end(twin, after, places, heads)
        if last is not None:
            return end, last
    return twin.ends[index], None
