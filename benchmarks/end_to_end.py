"""Pages per second of the whole run beside those of a script of an afternoon, on the same files, one after the other.

    python benchmarks/end_to_end.py SCRIPT FILE... [--workers 2]

``SCRIPT`` is started as ``python SCRIPT OUT FILE...`` (``bench/naive.py`` of the shared folder). Files that PDFium
refuses are left out of both, since the script ends at the first that it cannot read. Both write tables and nothing
else: no recognition of characters, no report, no Prefect. CPU and memory are those of every process below the
command, looked at five times a second. On a machine that others use too, the ratio of CPU is the one to trust.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

EVERY_SECONDS = 0.2
COMPLETE = frozenset({0, 3})
"""Exit codes of a run that published; 3 with losses, which scans without recognition are."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds by the clock, seconds of CPU, the largest memory of one process in MB."""

    wall: float
    cpu: float
    megabytes: float


def measure(command: Sequence[str]) -> Cost:
    """Run a command to its end; its cost and that of every process below it.

    Raises:
        SystemExit: when it fails, since nothing can then be compared.
    """
    import psutil  # comes with distributed

    environment = os.environ | {"PASSERELLE_OCR": "none", "PASSERELLE_REPORT": "off", "OMP_NUM_THREADS": "1"}
    began = time.monotonic()
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    cpu: dict[int, float] = {}
    memory = 0
    while started.poll() is None:
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(started.pid)
            for process in (root, *root.children(recursive=True)):
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    times = process.cpu_times()
                    cpu[process.pid] = times.user + times.system
                    memory = max(memory, process.memory_info().rss)
        time.sleep(EVERY_SECONDS)
    if started.returncode not in COMPLETE:
        sys.exit(f"{' '.join(command[:3])} … ended with {started.returncode}: nothing to compare")
    return Cost(time.monotonic() - began, sum(cpu.values()), memory / 1_000_000)


def readable(files: Sequence[Path]) -> Iterator[tuple[Path, int]]:
    """The files that PDFium opens, with their pages."""
    for file in files:
        try:
            with pdfium.PdfDocument(file) as document:
                yield file, len(document)
        except pdfium.PdfiumError:
            print(f"left out: {file.name}", file=sys.stderr)


def main() -> None:
    """Run both and print a line each, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("script", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    known = dict(readable(options.files))
    files, pages = [str(file) for file in known], sum(known.values())
    with tempfile.TemporaryDirectory() as folder:
        script = measure([sys.executable, str(options.script), f"{folder}/script", *files])
        ours = measure(
            [
                *(str(Path(sys.executable).with_name("passerelle")), "run", *files),
                *("--raw", f"{folder}/raw", "--processed", f"{folder}/processed"),
                *("--workers", str(options.workers), "--no-prefect"),
            ]
        )
    print(f"{pages} pages, {len(files)} files, {options.workers} workers")
    for name, cost in (("script", script), ("passerelle", ours)):
        print(
            f"{name:12}{pages / cost.wall:7.2f} pages/s {cost.wall:8.1f} s {1000 * cost.cpu / pages:8.1f} ms CPU/page "
            f"{cost.megabytes:7.0f} MB largest process"
        )
    print(f"pages per second {script.wall / ours.wall:.2f} times, CPU {script.cpu / ours.cpu:.2f} times less")


if __name__ == "__main__":
    main()
