"""The soak: thousands of small documents through a whole run, its memory and throughput, then the same run again.

    python benchmarks/soak.py --documents 2000 [--workers 2] [--folder DIR]

Documents are pages of the sample studies with every figure changed and a sentence of their own, one page each, three
quarters PDF and one quarter HTML. Prints, one JSON document: seconds and documents per second of each quarter; the
resident memory of the parent while documents are read (least squares, megabytes per 1,000 documents) and at its peak;
seconds of the second run, of a run with one document more, and of each step's ratio to the first.
"""

from __future__ import annotations

import argparse
import html
import itertools
import json
import os
import random
import re
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import pdf_bytes  # noqa: E402 - the small PDF writer of the tests

from flows import pipeline  # noqa: E402
from flows.settings import Settings  # noqa: E402
from flows.summary import DocumentReport, Silence  # noqa: E402

FIGURE = re.compile(r"\d+")
LINES_OF_A_PAGE = 45
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024


def sample_pages() -> list[list[str]]:
    """The lines of every page of the sample studies."""
    import pypdfium2

    pages = []
    for path in sorted((ROOT / "examples" / "studies").glob("*.pdf")):
        with pypdfium2.PdfDocument(path) as document:
            for page in document:
                text = page.get_textpage().get_text_range()
                pages.append([line.strip() for line in text.splitlines() if line.strip()][:LINES_OF_A_PAGE])
    return [page for page in pages if len(page) > 5]


def documents(count: int) -> Iterator[tuple[str, bytes]]:
    """File names and bytes of so many copies with changes; the same every time."""
    pages = sample_pages()
    for number in range(count):
        chance = random.Random(number)  # noqa: S311 - a benchmark, not a secret
        lines = [
            FIGURE.sub(lambda _, c=chance: str(c.randrange(2, 9999)), line)
            for line in pages[number % len(pages)]
        ]
        lines.append(f"La copie {number} compte {chance.randrange(9999)} travailleurs du Mali et du Niger.")
        if number % 4:
            safe = [line.encode("cp1252", "replace").decode("cp1252") for line in lines]
            yield f"copie-{number:05d}.pdf", pdf_bytes([safe])
        else:
            body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
            yield (
                f"copie-{number:05d}.html",
                f'<html lang="fr"><body><main>{body}</main></body></html>'.encode(),
            )


def resident_megabytes() -> float:
    """Resident memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KIB / 1024


class Watch(Silence):
    """A report that notes time and memory at each document."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.seen: list[tuple[float, float]] = []
        self.lock = threading.Lock()

    def document(self, report: DocumentReport) -> None:
        """Note it."""
        with self.lock:
            self.seen.append((time.perf_counter() - self.began, resident_megabytes()))


def slope(values: Sequence[float]) -> float:
    """Least squares: change per 1,000 documents."""
    n = len(values)
    mean_x, mean_y = (n - 1) / 2, sum(values) / n
    above = sum((x - mean_x) * (y - mean_y) for x, y in enumerate(values))
    return 1000 * above / sum((x - mean_x) ** 2 for x in range(n))


def timed(settings: Settings, inbox: Path) -> tuple[Watch, float, float]:
    """A run; what was noted, its seconds, and the CPU seconds of this process."""
    watch, cpu = Watch(), time.process_time()
    pipeline.run(settings, [inbox], report=watch)
    return watch, time.perf_counter() - watch.began, time.process_time() - cpu


def main() -> None:
    """Make the documents, run, run again, run with one more."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="soak-"))
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for name, content in documents(chosen.documents):
        (inbox / name).write_bytes(content)
    settings = Settings(
        raw=folder / "raw",
        processed=folder / "processed",
        workers=chosen.workers,
        model="fr_core_news_sm",
        ocr="none",
    )
    first, seconds, cpu = timed(settings, inbox)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    quarter = len(first.seen) // 4
    marks = [first.seen[min(k * quarter, len(first.seen)) - 1][0] for k in (1, 2, 3, 4)]
    warm = first.seen[0][0]  # workers load their model first
    spans = [marks[0] - warm, *(b - a for a, b in itertools.pairwise(marks))]
    reading = first.seen[-1][0]
    _, seconds_again, cpu_again = timed(settings, inbox)
    _, content = list(documents(chosen.documents + 1))[-1]
    (inbox / "une-de-plus.html").write_bytes(content)
    _, seconds_more, cpu_more = timed(settings, inbox)
    memory = [megabytes for _, megabytes in first.seen]
    print(
        json.dumps(
            {
                "documents": len(first.seen),
                "seconds": round(seconds, 1),
                "seconds_reading": round(reading, 1),
                "seconds_assembling_and_publishing": round(seconds - reading, 1),
                "parent_cpu_seconds": round(cpu, 1),
                "documents_per_second_by_quarter": [round(quarter / span, 2) for span in spans],
                "memory_mb_start_end": [round(memory[0], 1), round(memory[-1], 1)],
                "memory_slope_mb_per_1000_all": round(slope(memory), 2),
                "memory_slope_mb_per_1000_after_first_quarter": round(slope(memory[quarter:]), 2),
                "memory_peak_mb_with_publication": round(peak, 1),
                "second_run_seconds": round(seconds_again, 2),
                "second_run_cpu_seconds": round(cpu_again, 2),
                "first_over_second": round(seconds / seconds_again, 1),
                "run_with_one_more_seconds": round(seconds_more, 1),
                "run_with_one_more_cpu_seconds": round(cpu_more, 1),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
