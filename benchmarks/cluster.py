"""What the machine that drives a Dask cluster pays per page, and that the bytes are those of one machine.

    python benchmarks/cluster.py [FOLDER]      # default: the sample studies; everything on loopback

Prints, for the pool of this machine and for a scheduler with two workers: pages, wall seconds (both share the cores of
this machine, so they say little), CPU seconds of this process alone, and the bytes sent and received per page.
"""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows import pipeline
from flows.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Print both runs and whether their tables are the same bytes."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "studies"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as here:
        module = [sys.executable, "-m"]
        commands = [
            [
                *module,
                "distributed.cli.dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--no-dashboard",
            ],
            [
                *module,
                "distributed.cli.dask_worker",
                address,
                "--nworkers",
                "2",
                "--nthreads",
                "1",
                "--no-dashboard",
            ],
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = os.environ | {"PASSERELLE_OCR": "none"}
        started = [subprocess.Popen(c, cwd=here, env=environment, **quiet) for c in commands]  # noqa: S603 # type: ignore[call-overload]
        try:
            from distributed import Client

            with Client(address, timeout=60, set_as_default=False) as client:
                client.wait_for_workers(2, timeout=120)
            near = run(Path(here, "near"), folder, workers=2)
            far = run(Path(here, "far"), folder, runner="dask", scheduler=address)
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(30)
    print("same bytes:", near == far, f"({len(far)} files)")


def run(here: Path, folder: Path, **options: object) -> dict[str, bytes]:
    """Run once, print its figures, return its tables."""
    settings = Settings(
        raw=here / "raw", processed=here / "processed", ocr="none", source_date_epoch=0, **options
    )  # type: ignore[arg-type]
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    summary = pipeline.run(settings, [folder])
    after, seconds = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sent = sum(path.stat().st_size for path in (here / "raw").rglob("source.*"))
    kept = sum(path.stat().st_size for path in (here / "processed" / ".work").rglob("*") if path.is_file())
    print(
        f"{settings.runner:>6}: {summary.pages} pages of {summary.documents.read} documents, {seconds:.1f} s, "
        f"{cpu:.2f} s of CPU here ({1000 * cpu / summary.pages:.1f} ms a page), "
        f"{sent / summary.pages / 1000:.1f} kB out and {kept / summary.pages / 1000:.1f} kB back a page",
        flush=True,
    )
    return {path.name: path.read_bytes() for path in (here / "processed" / "tables").iterdir()}


if __name__ == "__main__":
    main()
