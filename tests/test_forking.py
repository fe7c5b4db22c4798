"""Workers are forked from a server: what happens when either is killed, interrupted, or no server can be had."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from test_confinement import is_alive

from flows import cli, forking
from flows.ingest import Source
from flows.pool import WorkerPool
from flows.results import read_facts
from flows.settings import Settings

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]
ROOT = Path(__file__).resolve().parent.parent
LINE = "Les travailleurs du Mali partent chaque année vers la Côte d'Ivoire et le Gabon."

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")


def below(process: int, word: str = "") -> list[int]:
    """The processes started by one, and by those, whose command line holds a word."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for one in map(int, task.read_text().split()):
                found += [one] if word in Path(f"/proc/{one}/cmdline").read_text() else []
                found += below(one, word)
    return found


@pytest.fixture
def read(tmp_path: Path, make_pdf: MakePdf) -> Iterator[Callable[[str], int]]:
    """Reads a new document in a pool of one worker; how many countries were found."""
    settings = Settings(raw=tmp_path / "raw", processed=tmp_path / "p", workers=1, model="fr_core_news_sm")

    with WorkerPool(settings) as pool:

        def go(text: str) -> int:
            content = make_pdf([[text, LINE]])
            source = Source(
                hashlib.sha256(content).hexdigest(), "application/pdf", "f.pdf", "f", len(content)
            )
            path = settings.raw / source.document_id / "source.pdf"
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
            facts = read_facts(pool.extract(source))
            assert facts.rejects == ()
            return facts.country_mentions

        yield go


def kill(processes: Sequence[int]) -> None:
    assert processes
    for one in processes:
        os.kill(one, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while any(map(is_alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.model
def test_a_worker_and_the_server_are_replaced(read: Callable[[str], int]) -> None:
    assert read("Un.") == 3
    (server,) = [one for one in below(os.getpid(), "forkserver") if below(one)]
    worker = below(server)
    kill(worker)
    assert read("Deux.") == 3
    assert not set(worker) & set(below(os.getpid()))
    kill([server])
    assert read("Trois.") == 3
    assert server not in below(os.getpid())


@pytest.mark.model
def test_without_a_server_workers_start_anew(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert forking.clean_context().get_start_method() == "spawn"
    forking.start_server("fr_core_news_sm")  # starts none
    assert request.getfixturevalue("read")("Un.") == 3


@pytest.mark.model
@pytest.mark.parametrize("moment", ["server", "workers"])
def test_interrupted_as_it_begins_it_says_one_line_and_leaves_nothing(
    tmp_path: Path, make_pdf: MakePdf, moment: str
) -> None:
    """Ctrl-C reaches the whole group: while the server loads the model, or once it has forked."""
    (tmp_path / "f.pdf").write_bytes(make_pdf([[LINE]]))
    command = [sys.executable, "-m", "flows.cli", "run", str(tmp_path / "f.pdf"), "--no-prefect"]
    command += ["--raw", str(tmp_path / "raw"), "--processed", str(tmp_path / "processed"), "--workers", "1"]
    with (tmp_path / "said").open("wb") as said:
        run = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said, start_new_session=True)
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        servers = below(run.pid, "forkserver")
        if servers and (moment == "server" or any(below(one) for one in servers)):
            break
        time.sleep(0.02)
    started = below(run.pid)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(60) == cli.EXIT_INTERRUPTED
    while any(map(is_alive, started)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(is_alive, started))
    lines = (tmp_path / "said").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("✓ f.pdf")] == [cli.INTERRUPTED]
