"""How deep headings and list items are: from numbering, type and indentation.

The lines of a cover are set as headings but head nothing: they are left out of the scale of the others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low

from extractors.pdf.blocks import Group
from extractors.structure import SHORT_DOCUMENT

DEEPEST = 6
DOTTED = re.compile(r"^(?:\d{1,2}|[IVXL]{1,5}|[A-Z])((?:\.\d{1,2})*)[.)]?$")
CHAPTER = re.compile(
    r"^(?:chapitre|partie|titre|(?:premi|deuxi|troisi|quatri|cinqui)\w+ partie)\b", re.IGNORECASE
)
SAME_INDENT = 6.0

Style = tuple[float, bool, bool]
"""Size in points, capitals, bold: how a heading is set. Greater is higher."""


def with_levels(groups: Sequence[Group]) -> list[Group]:
    """The groups with a level on each heading (1 is the highest) and on each list item (1 is the outermost)."""
    return with_list_levels(with_heading_levels(groups))


def with_heading_levels(groups: Sequence[Group]) -> list[Group]:
    """The level of headings: their numbering's depth, else that of headings set alike, else one below larger."""
    pages = {group.page for group in groups}
    cover = min(pages) if len(pages) > SHORT_DOCUMENT else None
    headings = [group for group in groups if group.kind == "heading" and group.page != cover]
    shift = int(any(CHAPTER.match(group.text) for group in headings))
    depths: dict[Style, list[int]] = defaultdict(list)
    for group in headings:
        depths[style_of(group)]
        depth = numbering_depth(group)
        if depth is not None:
            depths[style_of(group)].append(depth + shift)
    levels: dict[Style, int] = {}
    above = 0
    for style in sorted(depths, reverse=True):
        known = depths[style]
        levels[style] = median_low(known) if known else min(above + 1, DEEPEST)
        above = max(above, levels[style])
    return [
        replace(group, level=1 if group.page == cover else heading_level(group, levels, shift))
        if group.kind == "heading"
        else group
        for group in groups
    ]


def heading_level(group: Group, levels: dict[Style, int], shift: int) -> int:
    """The level of one heading."""
    if CHAPTER.match(group.text):
        return 1
    depth = numbering_depth(group)
    return min(depth + shift if depth is not None else levels[style_of(group)], DEEPEST)


def style_of(group: Group) -> Style:
    """How a heading is set."""
    return round(group.size), group.text.isupper(), group.bold


def numbering_depth(group: Group) -> int | None:
    """The depth of a heading's decimal numbering (``2.1`` is 2), or None."""
    head = group.marker[0].text if group.marker else group.lines[0].words[0].text
    match = DOTTED.match(head)
    if match is None or (len(head) == 1 and head.isalpha()):
        return None
    return 1 + match.group(1).count(".")


def with_list_levels(groups: Sequence[Group]) -> list[Group]:
    """The level of list items, from how far each is indented within its list."""
    indents: list[float] = []
    result = []
    for group in groups:
        if group.kind != "list_item":
            if group.kind == "heading" or group.text.rstrip().endswith(":"):
                indents = []
            result.append(group)
            continue
        while indents and group.indent < indents[-1] - SAME_INDENT:
            indents.pop()
        if not indents or group.indent > indents[-1] + SAME_INDENT:
            indents.append(group.indent)
        result.append(replace(group, level=len(indents)))
    return result
