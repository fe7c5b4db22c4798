"""Pages per second of the whole run beside those of a script of an afternoon, on the same files, one after the other.

    python benchmarks/end_to_end.py SCRIPT FILE... [--workers 2]

``SCRIPT`` is started as ``python SCRIPT OUT FILE...`` (``bench/naive.py`` of the shared folder). Each is a process
of its own whose wall time, CPU and largest memory the system counts (``getrusage`` of the children); a run of ours
ends when its tables are published. Recognition of characters is off, since the script has none. On a machine that
others use too, the ratio of CPU is the one to trust.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds by the clock, seconds of CPU and the largest memory of one process, in MB."""

    wall: float
    cpu: float
    megabytes: float
    exit_code: int


def measure(command: Sequence[str]) -> Cost:
    """Run a command to its end; its cost and that of all its children.

    The memory is that of the largest process: a small process in between reads the count, since the system keeps
    one maximum for all children that this one ever had.
    """
    environment = os.environ | {"PASSERELLE_OCR": "none", "OMP_NUM_THREADS": "1"}
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        began = time.monotonic()
        code = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode  # noqa: S603
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.monotonic() - began
        line = f"{wall} {used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {code}"
        os.write(write_end, line.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        wall_s, cpu, megabytes, code_s = answer.read().split()
    os.waitpid(child, 0)
    return Cost(float(wall_s), float(cpu), float(megabytes), int(code_s))


def count_pages(files: Sequence[Path]) -> int:
    """The pages that PDFium counts; files that it refuses count for none."""
    total = 0
    for file in files:
        try:
            with pdfium.PdfDocument(file) as document:
                total += len(document)
        except pdfium.PdfiumError:
            print(f"refused: {file.name}", file=sys.stderr)
    return total


def main() -> None:
    """Run both and print a line each, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("script", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    files = [str(file) for file in options.files]
    pages = count_pages(options.files)
    with tempfile.TemporaryDirectory() as folder:
        script = measure([sys.executable, str(options.script), f"{folder}/script", *files])
        ours = measure(
            [
                *(str(Path(sys.executable).with_name("passerelle")), "run", *files),
                *("--raw", f"{folder}/raw", "--processed", f"{folder}/processed"),
                *("--workers", str(options.workers), "--json"),
            ]
        )
    print(f"{pages} pages, {len(files)} files, {options.workers} workers")
    for name, cost in (("script", script), ("passerelle", ours)):
        print(
            f"{name:12}{pages / cost.wall:7.2f} pages/s {cost.wall:8.1f} s {1000 * cost.cpu / pages:8.1f} ms CPU/page "
            f"{cost.megabytes:7.0f} MB largest process, exit {cost.exit_code}"
        )
    print(f"pages per second {script.wall / ours.wall:.2f} times, CPU {script.cpu / ours.cpu:.2f} times less")


if __name__ == "__main__":
    main()
