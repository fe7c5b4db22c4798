#!/usr/bin/env python3
"""How well the structure of pages is found: block kinds and reading order against pages annotated by hand.

    python benchmarks/layout.py [--corpus DIR] [--only NAME ...] [--set open|held|fresh] [--errors]

The annotation is in ``tests/layout/`` (its README says how). A block is right when its first and last words and its
kind are; *blocks F1* counts those. *Kinds F1* also counts blocks that begin where an annotated block of their kind
begins but end elsewhere. *Order* is the share of annotated neighbours (furniture apart) that come out in that
order; a neighbour that is not found is out of order. ``--errors`` prints what is wrong, page by page
(of held-out and fresh pages only with ``--set held`` or ``--set fresh``).
"""

from __future__ import annotations

import argparse
import csv
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from extractors.pdf import read_pdf
from schemas.document import FURNITURE, Block, Document, Word

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "pdf"
LAYOUT = ROOT / "tests" / "layout"
DIGITS = "0123456789"


@dataclass(frozen=True)
class Expected:
    """An annotated block: its kinds (any of them is right), first and last words (no last: all of it)."""

    kinds: frozenset[str]
    first: str
    last: str


@dataclass(frozen=True)
class Piece:
    """What one page holds of a block that was read."""

    kind: str
    texts: tuple[str, ...]


@dataclass
class AnnotatedPage:
    """The annotated blocks of a page in reading order, and the boxes of drawings whose words do not count."""

    part: str
    blocks: list[Expected]
    ignored: list[tuple[float, ...]]


def main(arguments: Sequence[str]) -> int:
    """Print the figures of each document and of all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--set", choices=["open", "held", "fresh"])
    parser.add_argument("--errors", action="store_true")
    asked = parser.parse_args(arguments)
    print(f"{'document':30} {'pages':>5} {'blocks':>6} {'blocks F1':>10} {'kinds F1':>9} {'order':>7}")
    total: Counter[str] = Counter()
    each: list[Counter[str]] = []
    for path in sorted(LAYOUT.glob("*.tsv")):
        if asked.only and path.stem not in asked.only:
            continue
        pages = {n: page for n, page in read_annotation(path).items() if asked.set in (None, page.part)}
        if not pages:
            continue
        document = read_pdf((asked.corpus / f"{path.stem}.pdf").read_bytes())
        here: Counter[str] = Counter()
        for number, page in sorted(pages.items()):
            counts, errors = score(page, pieces_of(document, number, page.ignored))
            here.update(counts)
            each.append(counts)
            if asked.errors and errors and (page.part == "open" or asked.set == page.part):
                print(f"  page {number} ({page.part})", *errors, sep="\n    ")
        show(path.stem, here)
        total.update(here)
    show("all blocks", total)
    if each:
        means = [sum(column) / len(each) for column in zip(*map(figures, each), strict=True)]
        print(
            f"{'mean of the pages':30} {len(each):5} {'':6} {means[0]:10.3f} {means[1]:9.3f} {means[2]:7.3f}"
        )
    return 0


def read_annotation(path: Path) -> dict[int, AnnotatedPage]:
    """The annotated pages of a document."""
    pages: dict[int, AnnotatedPage] = {}
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            page = pages.setdefault(int(row["page"]), AnnotatedPage(row["set"], [], []))
            if row["kind"] == "ignore":
                page.ignored.append(tuple(map(float, row["first"].split())))
            else:
                page.blocks.append(
                    Expected(frozenset(row["kind"].split("|")), key(row["first"]), key(row["last"]))
                )
    return pages


def key(text: str) -> str:
    """The letters and digits of a text, without case and accents (leaders, bullets and spaces do not count)."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    return "".join(c for c in plain if c.isalnum()).casefold()


def pieces_of(document: Document, page: int, ignored: Iterable[tuple[float, ...]]) -> list[Piece]:
    """What was read on a page, in reading order, leaving out what stands in the ignored boxes."""
    pieces = []
    boxes = list(ignored)
    for block in document.blocks:
        here = [word for word in block.words if word.page == page]
        if not here or sum(any(stands_in(word, box) for box in boxes) for word in here) > len(here) / 2:
            continue
        pieces.append(Piece(block.kind, tuple(texts_of(block, here, page))))
    return pieces


def stands_in(word: Word, box: tuple[float, ...]) -> bool:
    """Whether a word stands in a box."""
    if word.box is None:
        return False
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def texts_of(block: Block, words: Sequence[Word], page: int) -> Iterable[str]:
    """The comparison keys of a block's text on a page: as it is, with its marker, without its number."""
    spans = [word for word in words if word.start < word.end]
    text = block.text[min(w.start for w in spans) : max(w.end for w in spans)] if spans else ""
    marker = block.marker if block.page == page else ""
    yield key(text)
    yield key(marker + text)
    yield key(text).lstrip(DIGITS)


def score(page: AnnotatedPage, pieces: Sequence[Piece]) -> tuple[Counter[str], list[str]]:
    """The counts of a page, and its errors in words."""
    whole: dict[int, int] = {}
    begun: dict[int, int] = {}
    for ends in (True, False):
        for rank, expected in enumerate(page.blocks):
            if rank in begun:
                continue
            place = find(
                expected, pieces, set(begun.values()), whole_text=ends, after=begun.get(rank - 1, -1)
            )
            if place is not None:
                begun[rank] = place
                if ends:
                    whole[rank] = place
    right = [rank for rank in whole if is_kind(page.blocks[rank], pieces[whole[rank]])]
    kinds = [rank for rank in begun if is_kind(page.blocks[rank], pieces[begun[rank]])]
    neighbours, ordered = order_of(page, pieces, begun)
    counts = Counter(
        pages=1, blocks=len(page.blocks), read=len(pieces), right=len(right), kinds=len(kinds),
        neighbours=neighbours, ordered=ordered,
    )  # fmt: skip
    return counts, list(errors_of(page, pieces, begun, whole))


def find(
    expected: Expected, pieces: Sequence[Piece], taken: set[int], *, whole_text: bool, after: int
) -> int | None:
    """The rank of the piece that an annotated block is: preferably the next one, and one of its kind."""
    found = [k for k, piece in enumerate(pieces) if k not in taken and matches(expected, piece, whole_text)]
    return min(
        found, key=lambda k: (not is_kind(expected, pieces[k]), k < after, abs(k - after)), default=None
    )


def matches(expected: Expected, piece: Piece, whole_text: bool) -> bool:
    """Whether a piece begins, and if asked ends, with the words of an annotated block."""
    for text in piece.texts:
        for first in filter(None, (expected.first, expected.first.lstrip(DIGITS))):
            if not whole_text:
                if text.startswith(first):
                    return True
            elif (
                text == first
                if not expected.last
                else text.startswith(first) and text.endswith(expected.last)
            ):
                return True
    return False


def is_kind(expected: Expected, piece: Piece) -> bool:
    """Whether a piece is of an annotated kind; all furniture is one."""
    return piece.kind in expected.kinds or (piece.kind in FURNITURE and bool(expected.kinds & FURNITURE))


def order_of(page: AnnotatedPage, pieces: Sequence[Piece], begun: dict[int, int]) -> tuple[int, int]:
    """How many annotated neighbours there are that were both found, and how many come in their order."""
    starts, position = [], 0
    for piece in pieces:
        starts.append(position)
        position += len(piece.texts[0])
    text = "".join(piece.texts[0] for piece in pieces)
    places = [
        starts[begun[rank]] if rank in begun else text.find(expected.first)
        for rank, expected in enumerate(page.blocks)
        if not expected.kinds & FURNITURE
    ]
    return max(len(places) - 1, 0), sum(0 <= a < b for a, b in pairwise(places))


def errors_of(
    page: AnnotatedPage, pieces: Sequence[Piece], begun: dict[int, int], whole: dict[int, int]
) -> Iterable[str]:
    """What is wrong on a page, in words."""
    for rank, expected in enumerate(page.blocks):
        name = f"{'|'.join(sorted(expected.kinds))} {expected.first[:30]}…{expected.last[-20:]}"
        if rank not in begun:
            yield f"not found: {name}"
        elif not is_kind(expected, pieces[begun[rank]]):
            yield f"read as {pieces[begun[rank]].kind}: {name}"
        elif rank not in whole:
            yield f"ends elsewhere: {name}; read …{pieces[begun[rank]].texts[0][-20:]}"
    for k, piece in enumerate(pieces):
        if k not in begun.values():
            yield f"not expected: {piece.kind} {piece.texts[0][:40]}"
    yield from disorder_of(page, begun)


def disorder_of(page: AnnotatedPage, begun: dict[int, int]) -> Iterable[str]:
    """Where the reading order is wrong, in words."""
    found = [rank for rank in sorted(begun) if not page.blocks[rank].kinds & FURNITURE]
    for rank, following in pairwise(found):
        if begun[following] < begun[rank]:
            yield f"order: what follows {page.blocks[rank].first[:30]} comes before it"


def figures(counts: Counter[str]) -> tuple[float, float, float]:
    """Blocks F1, kinds F1 and order."""
    size = max(counts["blocks"] + counts["read"], 1)
    order = counts["ordered"] / counts["neighbours"] if counts["neighbours"] else 1.0
    return 2 * counts["right"] / size, 2 * counts["kinds"] / size, order


def show(name: str, counts: Counter[str]) -> None:
    """Print the figures of a document."""
    blocks, kinds, order = figures(counts)
    print(f"{name:30} {counts['pages']:5} {counts['blocks']:6} {blocks:10.3f} {kinds:9.3f} {order:7.3f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
