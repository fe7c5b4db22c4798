"""CPU time of extraction, by step and component: milliseconds per page, words per second, cost of a registry.

Usage::

    python benchmarks/extraction.py                       # the documents of ../shared that have gold
    python benchmarks/extraction.py DOCUMENT…             # these (PDF or HTML)
    python benchmarks/extraction.py --json DOCUMENT…      # one JSON document

Each document goes through the real code (``read_pdf``, ``extract_study``) in one process. Tokenizer and
components are replaced by stopwatches that hand on to them; a step's time is its own, without the steps that
it calls, so that the column adds up to the whole. Shared machines make wall time useless: all is CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from spacy.language import Language
from spacy.tokens import Doc

import extractors
from extractors.context import StudyContext
from extractors.html import read_html
from extractors.institutions.definitions import DefinedNames
from extractors.institutions.registered import RegisteredNames
from extractors.institutions.registry import Registry, RegistryEntry, packaged_registry
from extractors.institutions.tokens import is_shouting
from extractors.pdf import read_pdf
from extractors.study import extract_study
from schemas.document import Document

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SAMPLE = ROOT / "examples" / "studies" / "niger.pdf"
REGISTRY_SIZES = (500, 20_000)
REPEATS = 3
"""How often a registry goes through the passages; the least time counts."""

STEPS = {
    "read": "reading the file into blocks",
    "tokenizer": "tokenising (passages, titles, lead-ins)",
    "tok2vec": "model: vectors",
    "morphologizer": "model: parts of speech, morphology",
    "parser": "model: parser",
    "lemmatizer": "model: lemmas",
    "attribute_ruler": "model: exceptions",
    "countries": "countries (both looks)",
    "institutions": "institutions",
    "recommendations": "recommendations",
    "rows": "context, joining, rows and evidence",
}
"""What each step is, in the order of the table; steps not named here follow."""


class Clock:
    """CPU seconds by step; while a step runs inside another, only the inner one's time counts."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.running: list[str] = []
        self.since = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Charge what happens inside to a step."""
        self._charge()
        self.running.append(name)
        try:
            yield
        finally:
            self._charge()
            self.running.pop()

    def _charge(self) -> None:
        now = time.process_time()
        if self.running:
            self.seconds[self.running[-1]] += now - self.since
        self.since = now


class Stopwatch:
    """A tokenizer or component that charges its time and is otherwise the one that it stands for."""

    def __init__(self, inner: Any, name: str, clock: Clock) -> None:
        self.inner, self.name, self.clock = inner, name, clock
        self.docs = self.tokens = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def __call__(self, argument: Any) -> Any:
        """What the inner one gives for a text or a passage."""
        with self.clock.step(self.name):
            result = self.inner(argument)
        self._count([result])
        return result

    def pipe(self, stream: Iterable[Doc], **options: Any) -> Iterator[Doc]:
        """The passages after the component; the stream before it is drawn first, on its own account."""
        docs = list(stream)
        with self.clock.step(self.name):
            if hasattr(self.inner, "pipe"):
                docs = list(self.inner.pipe(docs, **options))
            else:
                docs = [self.inner(doc) for doc in docs]
        self._count(docs)
        yield from docs

    def _count(self, docs: Sequence[Any]) -> None:
        self.docs += len(docs)
        self.tokens += sum(len(doc) for doc in docs if isinstance(doc, Doc))


@dataclass(slots=True)
class Measures:
    """What a benchmark saw: CPU seconds by step, and how much went through each."""

    documents: int = 0
    pages: int = 0
    words: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    passages: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """CPU seconds of everything."""
        return sum(self.seconds.values())


def timed(nlp: Language, clock: Clock) -> dict[str, Stopwatch]:
    """Put stopwatches in the place of the tokenizer and the components."""
    tokenizer = Stopwatch(nlp.tokenizer, "tokenizer", clock)
    nlp.tokenizer = tokenizer
    watches = {name: Stopwatch(component, name, clock) for name, component in nlp.pipeline}
    nlp._components = [(name, watches.get(name, component)) for name, component in nlp._components]
    return {"tokenizer": tokenizer, **watches}


def measure(paths: Sequence[Path], nlp: Language) -> tuple[Measures, list[Document]]:
    """Extract the documents, and say what each step took."""
    clock, measures, documents = Clock(), Measures(), []
    watches = timed(nlp, clock)
    for path in paths:
        with clock.step("read"):
            document = (read_pdf if path.suffix == ".pdf" else read_html)(path.read_bytes())
        with clock.step("rows"):
            extract_study(document, nlp, study_id=path.stem, file_name=path.name)
        documents.append(document)
        measures.documents += 1
        measures.pages += len(document.pages)
        measures.words += sum(page.words_read for page in document.pages)
    measures.seconds = dict(clock.seconds)
    measures.passages = {name: watch.docs for name, watch in watches.items()}
    measures.tokens = {name: watch.tokens for name, watch in watches.items()}
    return measures, documents


# -- The registry --------------------------------------------------------------------------------------------

KINDS = ("Agence", "Office", "Direction générale", "Institut national", "Centre régional", "Fonds", "Conseil")
FIELDS = (
    *("l'emploi", "la formation professionnelle", "la migration", "la statistique", "la jeunesse", "l'eau"),
    *("l'apprentissage", "la santé", "l'artisanat", "la promotion des femmes", "l'énergie", "la pêche"),
    *("l'élevage", "la recherche", "la sécurité sociale", "l'aménagement du territoire", "la diaspora"),
)
PLACES = 200


def registry_of(names: int) -> Registry:
    """A registry of so many names: real ones as in the smallest registry, then ones made up in their manner."""
    entries: list[RegistryEntry] = []
    count = 0
    for entry in packaged_registry().entries:
        if count + len(entry.names) <= min(names, REGISTRY_SIZES[0]):
            entries.append(entry)
            count += len(entry.names)
    return Registry((*entries, *islice(made_up(), names - count)))


def made_up() -> Iterator[RegistryEntry]:
    """Institutions that no document names."""
    for place in range(PLACES):
        for kind in KINDS:
            for subject in FIELDS:
                name = f"{kind} de {subject} de la localité Imaginaire{place}"
                yield RegistryEntry(name, "", "public_body", None, (), (), "", "", "", "")


def registry_cost(documents: Sequence[Document], nlp: Language, names: int) -> tuple[float, int]:
    """CPU seconds to match a registry of so many names in all passages, and the places found."""
    registered = RegisteredNames(nlp.vocab, registry_of(names))
    defined = DefinedNames(nlp.vocab, StudyContext(), registered.registry)
    docs = [nlp.make_doc(b.text) for d in documents for b in d.blocks if b.text and not b.is_furniture]

    def match() -> int:
        return sum(len(list(registered.find(doc, is_shouting(doc), defined))) for doc in docs)

    match()  # folds the passages, once for all
    return least_seconds(match)


def least_seconds(function: Callable[[], int]) -> tuple[float, int]:
    """The least CPU seconds of a few calls, and what the function gives."""
    best, result = float("inf"), 0
    for _ in range(REPEATS):
        began = time.process_time()
        result = function()
        best = min(best, time.process_time() - began)
    return best, result


# -- Report --------------------------------------------------------------------------------------------------


def report(measures: Measures) -> str:
    """The table of steps, and the words per second."""
    lines = [
        f"{measures.documents} documents, {measures.pages} pages, {measures.words} words",
        f"{'step':16}{'ms/page':>9}{'share':>8}{'passages':>10}{'tokens':>9}  what",
    ]
    names = [*(n for n in STEPS if n in measures.seconds), *sorted(set(measures.seconds) - set(STEPS))]
    for name in names:
        seconds = measures.seconds[name]
        lines.append(
            f"{name:16}{1000 * seconds / measures.pages:9.2f}{seconds / measures.total:8.1%}"
            f"{measures.passages.get(name, ''):>10}{measures.tokens.get(name, ''):>9}  {STEPS.get(name, '')}"
        )
    lines.append(f"{'all':16}{1000 * measures.total / measures.pages:9.2f}{1:8.1%}")
    lines.append(f"{measures.words / measures.total:.0f} words per second of CPU")
    return "\n".join(lines)


def warm_up(nlp: Language) -> None:
    """Extract a sample study: vocabularies, dictionaries and language models load at their first use."""
    extract_study(read_pdf(SAMPLE.read_bytes()), nlp, study_id=SAMPLE.stem, file_name=SAMPLE.name)


def documents_with_gold() -> list[Path]:
    """The documents of the shared corpus that have gold."""
    names = sorted(path.stem for path in (SHARED / "gold" / "dev").glob("*.jsonl"))
    return [SHARED / "corpus" / "pdf" / f"{name}.pdf" for name in names]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("documents", type=Path, nargs="*")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    nlp = extractors.load()
    warm_up(nlp)
    measures, documents = measure(options.documents or documents_with_gold(), nlp)
    registries = {names: registry_cost(documents, nlp, names) for names in REGISTRY_SIZES}
    if options.json:
        found = {
            "pages": measures.pages,
            "words": measures.words,
            "ms_per_page": {n: 1000 * s / measures.pages for n, s in measures.seconds.items()},
            "registry_ms_per_page": {n: 1000 * s / measures.pages for n, (s, _) in registries.items()},
        }
        print(json.dumps(found, indent=2))
        return
    print(report(measures))
    for names, (seconds, places) in registries.items():
        print(
            f"registry of {names:6} names: {1000 * seconds / measures.pages:.2f} ms/page, {places} places found"
        )


if __name__ == "__main__":
    main()
