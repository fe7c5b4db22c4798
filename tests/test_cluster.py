"""A run on a real Dask cluster on loopback: a scheduler and two workers in processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from flows import pipeline
from flows.cluster import ClusterPool
from flows.errors import EnvironmentIncomplete
from flows.settings import Settings
from flows.summary import DocumentReport, Silence

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]

ROOT = Path(__file__).resolve().parent.parent
LINES = (
    "Étude sur la migration de main-d'oeuvre au Niger",
    "Les travailleurs du Niger partent vers la Côte d'Ivoire et reviennent avec des compétences.",
    "Il est recommandé au ministère de l'Emploi de renforcer l'Agence nationale de l'emploi.",
)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, each under a nanny, as `dask worker` starts them."""
    pytest.importorskip("distributed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    here = tmp_path_factory.mktemp("dask")
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-dashboard",
    ]
    commands = [[*dask, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]]
    commands += [[*worker, "--nworkers", "2", "--host", "127.0.0.1", "--local-directory", str(here)]]
    environment = os.environ | {"PASSERELLE_OCR": "none"}
    processes = [
        subprocess.Popen(command, cwd=here, env=environment, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=90)
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(30)


@pytest.fixture
def inbox(tmp_path: Path, make_pdf: MakePdf) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.pdf").write_bytes(make_pdf([[f"Étude {number}", *LINES]] * (number + 1)))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of the kind\n%%EOF\n")
    return folder


def run(folder: Path, inbox: Path, **options: object) -> dict[str, bytes]:
    settings = Settings(
        raw=folder / "raw",
        processed=folder / "processed",
        ocr="none",
        source_date_epoch=1_600_000_000,
        **options,
    )
    pipeline.run(settings, [inbox])
    tables = folder / "processed" / "tables"
    return {path.name: path.read_bytes() for path in tables.iterdir()}


@pytest.mark.model
def test_a_cluster_gives_the_same_bytes(scheduler: str, inbox: Path, tmp_path: Path) -> None:
    far = run(tmp_path / "far", inbox, runner="dask", scheduler=scheduler)
    near = run(tmp_path / "near", inbox, workers=1)
    assert far == near
    assert len(far) > 20


class Killer(Silence):
    """When nothing but the long document is left, kills the child that works on it."""

    def __init__(self, others: int) -> None:
        self.left = others
        self.killed = False

    def document(self, report: DocumentReport) -> None:
        """Count, and set off when the time has come."""
        self.left -= 1
        if self.left == 0:
            threading.Thread(target=self.kill, daemon=True).start()

    def kill(self) -> None:
        """Kill the child that is at work: that whose CPU time grows."""
        deadline = time.monotonic() + 240
        before: dict[int, float] = {}
        while time.monotonic() < deadline and not self.killed:
            for child in children_of_workers():
                busy = busy_seconds(child)
                if busy - before.get(child.pid, busy) > 0.1:
                    child.kill()
                    self.killed = True
                    return
                before[child.pid] = busy
            time.sleep(0.25)


def children_of_workers() -> list[Any]:
    """The processes that read documents for the workers of the cluster."""
    import psutil  # comes with distributed

    below = psutil.Process().children(recursive=True)
    workers = [process for process in below if "dask_worker" in " ".join(process.cmdline())]
    inside = {child for worker in workers for child in worker.children(recursive=True)}
    return [child for child in inside if "forkserver" in " ".join(child.cmdline()) and not child.children()]


def busy_seconds(process: Any) -> float:
    """The CPU time of a process so far; 0 for one that is gone."""
    with suppress(Exception):
        return float(process.cpu_times().user)
    return 0.0


@pytest.mark.model
def test_a_child_that_dies_costs_its_document_a_second_reading(
    scheduler: str, inbox: Path, tmp_path: Path, make_pdf: MakePdf
) -> None:
    """The child of a worker dies in the middle of a document; the worker stays, and nothing is lost."""
    settings = Settings(
        raw=tmp_path / "raw", processed=tmp_path / "processed", ocr="none", runner="dask", scheduler=scheduler
    )
    pages = [[f"Page {number} du Niger, {number * 7919} fois.", *LINES] for number in range(500)]
    (inbox / "long.pdf").write_bytes(make_pdf(pages))
    killer = Killer(3)
    summary = pipeline.run(settings, [inbox], report=killer)
    assert killer.killed
    assert {row["file_name"]: row["code"] for row in summary.rejects} == {"broken.pdf": "broken"}
    assert summary.documents.read == 3
    with ClusterPool(settings) as pool:
        assert pool.slots == 2  # no worker died


def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("flows.cluster.CONNECT_SECONDS", 1)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings = Settings(runner="dask", scheduler=f"tcp://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(EnvironmentIncomplete, match="ne répond pas"):
            ClusterPool(settings)


def test_a_cluster_needs_an_address() -> None:
    with pytest.raises(ValueError, match="scheduler"):
        Settings(runner="dask")


@pytest.mark.model
def test_another_version_is_refused(
    scheduler: str, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.cluster.version_here", lambda _: "another version")
    with pytest.raises(EnvironmentIncomplete, match="autre version"):
        run(tmp_path / "x", inbox, runner="dask", scheduler=scheduler)
