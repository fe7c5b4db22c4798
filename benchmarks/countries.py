"""Countries and corridors: CPU per page, and how right roles and corridors are on the annotated pages.

Usage::

    python benchmarks/countries.py                     # CPU per page, sample studies and ../shared/corpus
    python benchmarks/countries.py DOCUMENT…           # these (PDF or HTML)
    python benchmarks/countries.py --quality           # F1 by role and by document, tuned on and held out

Tokenising is the same ``fr`` tokenizer as the model's, and the folded words that all our components share are
made with it; the components are timed on their own after it, over every passage of a document, the least of
three rounds. The countries are looked for twice, as ``extract_study`` does (once to know the document, once
with that context). Target: under 3 ms a page together.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import extractors.corridors
import extractors.countries  # noqa: F401 - registers the factory
from extractors.context import StudyContext, contexts_of, register_extensions
from extractors.corridors.linking import home_of
from extractors.corridors.tables import TablePassage, find_table_corridors
from extractors.evaluation.movements import Tally, tally_corridors, tally_roles
from extractors.folding import folded_twin
from extractors.html import read_html
from extractors.pdf import read_pdf
from extractors.study import StudyRows, extract_study
from schemas.document import Block, Document

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
ANNOTATED = ROOT / "tests" / "corridors"
ROUNDS = 3
TARGET_MS = 3.0


@dataclass(slots=True)
class Timing:
    """CPU seconds of a document's steps."""

    pages: int
    tokenising: float
    first_look: float
    countries: float
    corridors: float
    tables: float

    @property
    def per_page_ms(self) -> float:
        """Milliseconds a page of all but tokenising."""
        return 1000 * (self.first_look + self.countries + self.corridors + self.tables) / self.pages


def pipeline() -> Language:
    """The two components after a blank tokenizer."""
    register_extensions()
    nlp = spacy.blank("fr")
    nlp.add_pipe("countries")
    nlp.add_pipe("corridors")
    return nlp


def read(path: Path) -> Document:
    """A document as the pipeline reads it."""
    return read_html(path.read_bytes()) if path.suffix == ".html" else read_pdf(path.read_bytes())


def seconds(action: Callable[[], object]) -> float:
    """CPU seconds of the fastest of several rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        action()
        taken.append(time.process_time() - start)
    return min(taken)


def time_document(document: Document, nlp: Language) -> Timing:
    """The CPU seconds of each step over the passages of a document."""
    blocks = [block for block in document.blocks if block.text and not block.is_furniture]
    docs = [nlp.make_doc(block.text) for block in blocks]
    find_countries, find_corridors = nlp.get_pipe("countries"), nlp.get_pipe("corridors")
    tokenising = seconds(lambda: [folded_twin(nlp.make_doc(block.text)) for block in blocks])
    for doc in docs:
        folded_twin(doc)
    first_look = seconds(lambda: [find_countries(doc) for doc in docs])
    counts = Counter(m.iso3 for doc in docs for m in doc._.country_mentions if m.iso3 is not None)
    study = StudyContext(countries=counts)
    for doc, context in zip(docs, contexts_of(blocks, study), strict=True):
        doc._.context = context
    countries = seconds(lambda: [find_countries(doc) for doc in docs])
    corridors = seconds(lambda: [find_corridors(doc) for doc in docs])
    tables = seconds(lambda: list(find_table_corridors(shown(blocks, docs), home_of(study))))
    return Timing(max(len(document.pages), 1), tokenising, first_look, countries, corridors, tables)


def shown(blocks: Sequence[Block], docs: Sequence[Doc]) -> Iterable[TablePassage]:
    """The passages as the tables see them."""
    return (
        TablePassage(str(number), block, doc._.country_mentions)
        for number, (block, doc) in enumerate(zip(blocks, docs, strict=True))
    )


def print_timings(paths: Sequence[Path]) -> None:
    """Print the milliseconds a page of each document and of all."""
    nlp = pipeline()
    widths = {"pages": 6, "tokens": 9, "1st look": 9, "countries": 10, "corridors": 10, "tables": 8, "sum": 7}
    header = "".join(f"{name:>{width}}" for name, width in widths.items())
    print(f"{'milliseconds a page':44}{header}")
    timings = []
    for path in paths:
        t = time_document(read(path), nlp)
        timings.append(t)
        print_timing(path.name, t)
    total = Timing(
        sum(t.pages for t in timings),
        sum(t.tokenising for t in timings),
        sum(t.first_look for t in timings),
        sum(t.countries for t in timings),
        sum(t.corridors for t in timings),
        sum(t.tables for t in timings),
    )
    print_timing("all", total)
    print(
        "within the target" if total.per_page_ms < TARGET_MS else "ABOVE THE TARGET",
        f"of {TARGET_MS} ms a page",
    )


def print_timing(name: str, t: Timing) -> None:
    """Print a line of the table."""
    steps = (t.tokenising, t.first_look, t.countries, t.corridors, t.tables)
    cells = "".join(f"{1000 * s / t.pages:>{w}.2f}" for s, w in zip(steps, (9, 9, 10, 10, 8), strict=True))
    print(f"{name[:43]:44}{t.pages:>6}{cells}{t.per_page_ms:>7.2f}")


def print_quality() -> None:
    """Print F1 by role and by document of the annotated pages, for each split."""
    roles, corridors = ((ANNOTATED / name).read_text("utf-8") for name in ("roles.csv", "corridors.csv"))
    names = sorted(
        {row["document"] for text in (roles, corridors) for row in csv.DictReader(text.splitlines())}
    )
    paths = {name: path for name in names if (path := path_of(name)) is not None}
    for name in sorted(set(names) - set(paths)):
        print(f"not here, left out: {name}")
    nlp = pipeline()
    studies = {name: rows_of(path, nlp) for name, path in paths.items()}
    for split in ("tune", "held_out"):
        print(f"\n{split}: roles")
        print_tallies(tally_roles(roles, studies, split))
        print(f"\n{split}: corridors")
        print_tallies(tally_corridors(corridors, studies, split))


def path_of(name: str) -> Path | None:
    """Where an annotated document is, if it is."""
    places = (ROOT / "examples" / "studies", CORPUS / "pdf", CORPUS / "html")
    return next((place / name for place in places if (place / name).exists()), None)


def rows_of(path: Path, nlp: Language) -> StudyRows:
    """The rows of a document, institutions and recommendations left out."""
    return extract_study(read(path), nlp, study_id=path.stem, file_name=path.name)


def print_tallies(tallies: dict[str, Tally]) -> None:
    """Print a line for each tally and their sum."""
    rows = {**tallies, "all (micro)": sum(tallies.values(), Tally(0, 0, 0))}
    if "study" in tallies:
        rows["without study"] = sum((t for role, t in tallies.items() if role != "study"), Tally(0, 0, 0))
    for name, t in rows.items():
        print(f"  {name[:40]:42}right {t.right:>4}  found {t.found:>4}  gold {t.gold:>4}  F1 {t.f1:.3f}")


def main() -> None:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("documents", nargs="*", type=Path)
    parser.add_argument("--quality", action="store_true")
    arguments = parser.parse_args()
    if arguments.quality:
        print_quality()
        return
    default = [*sorted((ROOT / "examples" / "studies").glob("*.pdf"))]
    default += [
        path
        for name in ("sn_rgph5_ch6_migrations", "sn_ofnac_2023", "ua_cesa_16_25", "cd_etude_paix_nk_2017")
        if (path := CORPUS / "pdf" / f"{name}.pdf").exists()
    ]
    print_timings(arguments.documents or default)


if __name__ == "__main__":
    main()
