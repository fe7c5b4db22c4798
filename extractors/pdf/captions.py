"""Captions without a label: the source of a table or figure, and titles set like the labelled captions around.

A line is a caption by where it stands and how it is set. ``Source : …`` is one beside a table, a figure or a
caption, or where it is set otherwise than the text. A short line right above or below a table or a picture is one
where the document sets its labelled captions so, and hardly anything else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from extractors.pdf.blocks import CAPTION, Group, Style
from schemas.document import Box

SOURCE = re.compile(r"^sources?(?:\s*\([^)]*\))?\s*:\s*\S", re.IGNORECASE)
LONGEST_SOURCE = 300
LONGEST_TITLE = 150
FEWEST_LABELLED = 2
OWN = 0.75
"""At least this share of what is set like labelled captions is captions, or stands where they do."""
NEAR = 2.5
"""A caption stands so near its figure, in font sizes."""
SMALLEST_FIGURE = 40.0
"""Pictures lower or narrower than this, in points, are logos and signs."""

TypeStyle = tuple[int, bool, bool]
"""Size in half points, bold, italic."""


def mark_captions(
    groups: Sequence[Group], pictures: Mapping[int, Sequence[Box]], style: Style
) -> list[Group]:
    """The groups of a document, captions without a label marked as such; ``pictures`` by page."""
    beside = [stands_beside(groups, rank, pictures) for rank in range(len(groups))]
    own = caption_styles(groups, beside, style)
    return [
        replace(group, kind="caption", level=None)
        if is_source(group, near, style) or (near and is_title(group) and type_of(group) in own)
        else group
        for group, near in zip(groups, beside, strict=True)
    ]


def type_of(group: Group) -> TypeStyle:
    """How a group is set."""
    return round(2 * group.size), group.bold, all(line.italic for line in group.lines)


def is_text(group: Group) -> bool:
    """Whether a group is running text or a heading, no cell, no item, no note."""
    return group.kind in ("paragraph", "heading") and group.cell is None and not group.marker


def is_source(group: Group, near: bool, style: Style) -> bool:
    """Whether a group names the source of a table or figure."""
    if not is_text(group) or len(group.text) > LONGEST_SOURCE or not SOURCE.match(group.text):
        return False
    apart = group.size <= 0.95 * style.size or group.bold or type_of(group)[2]
    return near or apart


def is_title(group: Group) -> bool:
    """Whether a group is short and may be the title of a table or figure."""
    text = group.text.rstrip()
    short = len(group.lines) <= 2 and len(text) <= LONGEST_TITLE
    whole = not any(line.gaps for line in group.lines)
    return is_text(group) and short and whole and text[:1].isupper() and text[-1:] not in ":;,"


def caption_styles(groups: Sequence[Group], beside: Sequence[bool], style: Style) -> set[TypeStyle]:
    """How the document sets its labelled captions, where that is not how it sets anything else."""
    labelled: Counter[TypeStyle] = Counter()
    placed: Counter[TypeStyle] = Counter()
    others: Counter[TypeStyle] = Counter()
    for group, near in zip(groups, beside, strict=True):
        if group.kind == "caption" and CAPTION.match(group.text):
            labelled[type_of(group)] += 1
        elif is_text(group):
            (placed if near and is_title(group) else others)[type_of(group)] += 1
    body = (round(2 * style.size), False, False)
    return {
        kind
        for kind, count in labelled.items()
        if kind != body
        and count >= FEWEST_LABELLED
        and count + placed[kind] >= OWN * (count + placed[kind] + others[kind])
        and placed[kind] <= count
    }


def stands_beside(groups: Sequence[Group], rank: int, pictures: Mapping[int, Sequence[Box]]) -> bool:
    """Whether a group stands right above or below a table, a caption or a picture."""
    group = groups[rank]
    if not is_text(group):
        return False
    return any(is_near(group, other) for other in neighbours(groups, rank)) or any(
        is_near_picture(group, box) for box in pictures.get(group.page, ())
    )


def neighbours(groups: Sequence[Group], rank: int) -> Iterator[Group]:
    """The caption right before or after a group, or the cells of the row of a table there."""
    for step in (-1, 1):
        place = rank + step
        first = groups[place] if 0 <= place < len(groups) else None
        while first is not None and 0 <= place < len(groups) and is_like(groups[place], first):
            if first.page == groups[rank].page and (first.cell is not None or first.kind == "caption"):
                yield groups[place]
            place += step


def is_like(group: Group, first: Group) -> bool:
    """Whether a group is the first one, or a cell in the same row of its table."""
    if group.cell is None or first.cell is None:
        return group is first
    return (group.cell.table, group.cell.row) == (first.cell.table, first.cell.row)


def is_near(group: Group, other: Group) -> bool:
    """Whether little white parts a group from a cell or caption above or below it."""
    return white(box_of(group), box_of(other)) <= NEAR * group.size


def is_near_picture(group: Group, picture: Box) -> bool:
    """Whether a picture stands right above or below a group, and is no logo."""
    box = box_of(group)
    large = min(picture.x1 - picture.x0, picture.bottom - picture.top) >= SMALLEST_FIGURE
    across = min(box.x1, picture.x1) - max(box.x0, picture.x0) >= 0.5 * (box.x1 - box.x0)
    return large and across and -group.size <= white(box, picture) <= NEAR * group.size


def white(a: Box, b: Box) -> float:
    """The height of the white between two boxes, less than nothing where they stand beside each other."""
    return max(a.top, b.top) - min(a.bottom, b.bottom)


def box_of(group: Group) -> Box:
    """The box of the lines of a group on its first page."""
    boxes = [line.box for line, page in zip(group.lines, group.pages(), strict=True) if page == group.page]
    return Box(
        min(box.x0 for box in boxes),
        min(box.top for box in boxes),
        max(box.x1 for box in boxes),
        max(box.bottom for box in boxes),
    )
