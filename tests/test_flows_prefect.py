"""The flow really runs: a temporary Prefect server, a task per document, the same tables as without."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
import pytest
from test_confinement import is_alive

from flows.summary import DocumentReport

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]

ROOT = Path(__file__).resolve().parent.parent
LINES = (
    "Étude sur la migration de main-d'oeuvre au Niger",
    "Les travailleurs du Niger partent vers la Côte d'Ivoire et reviennent avec des compétences.",
    "Il est recommandé au ministère de l'Emploi de renforcer l'Agence nationale de l'emploi.",
)


@pytest.fixture
def inbox(tmp_path: Path, make_pdf: MakePdf) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "niger.pdf").write_bytes(make_pdf([LINES]))
    (folder / "vide.pdf").write_bytes(b"")
    return folder


def passerelle(inbox: Path, out: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows.cli", "run", str(inbox), "--json", "--workers", "1"]
    command += ["--raw", str(out / "raw"), "--processed", str(out / "processed"), *options]
    variables = os.environ | {"SOURCE_DATE_EPOCH": "1600000000"} | environment
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=240)


@pytest.mark.flow
@pytest.mark.model
def test_same_tables_with_and_without_prefect(inbox: Path, tmp_path: Path) -> None:
    secrets = {"AWS_SECRET_ACCESS_KEY": "canari-7c20", "PGPASSWORD": "canari-7c20"}
    home = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": "", **secrets}
    with_prefect = passerelle(inbox, tmp_path / "with", **home)
    without = passerelle(inbox, tmp_path / "without", "--no-prefect")
    assert with_prefect.returncode == without.returncode == 3, with_prefect.stderr
    summaries = [json.loads(done.stdout) for done in (with_prefect, without)]
    if summaries[0]["code_version"] != summaries[1]["code_version"]:
        pytest.skip("the code was edited between the two runs")
    tables = [
        {path.name: path.read_bytes() for path in (tmp_path / name / "processed" / "tables").iterdir()}
        for name in ("with", "without")
    ]
    assert tables[0] == tables[1]
    assert summaries[0]["documents"]["read"] == 1
    kept = [path for path in (tmp_path / "prefect").rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if b"canari-7c20" in path.read_bytes()] == []
    for noise in ("prefect", "INFO", "WARNING", "Traceback", "http://"):
        assert noise not in with_prefect.stderr


async def what_prefect_knows() -> tuple[list[Any], list[Any], list[Any]]:
    """The flow runs, task runs and artifacts of the server in use."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        return await client.read_flow_runs(), await client.read_task_runs(), await client.read_artifacts()


@pytest.mark.flow
@pytest.mark.model
def test_prefect_shows_the_run_and_a_task_per_document(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.testing.utilities import prefect_test_harness

    from flows import board
    from flows.errors import NotHandedOn
    from flows.extract import run_flow
    from flows.settings import Settings
    from flows.summary import Silence

    events: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(board, "emit_event", lambda event, **about: events.append((event, about)))
    settings = Settings(raw=tmp_path / "raw", processed=tmp_path / "processed", workers=1)
    with prefect_test_harness(server_startup_timeout=120):
        summary = run_flow(settings, [inbox], Silence())
        flows, tasks, artifacts = asyncio.run(what_prefect_knows())
        monkeypatch.setenv("PASSERELLE_POSTGRES_URL", "postgresql://127.0.0.1:1/nowhere")
        with pytest.raises(NotHandedOn, match="reste publié") as failure:
            run_flow(settings, [inbox], Silence())
        ended = asyncio.run(what_prefect_knows())[0]
    assert summary.outcome == "done_with_losses"
    assert [run.state_name for run in flows] == ["Completed"]
    assert sorted(run.state_name for run in ended) == ["Completed", "Failed"]
    assert failure.value.summary.tables == summary.tables
    assert len(events) == 2
    assert [run.name for run in tasks] == ["niger.pdf"]
    (artifact,) = (item for item in artifacts if item.key == "passerelle-run")
    rows = json.loads(str(artifact.data))
    assert {row["file"]: row["status"] for row in rows} == {"vide.pdf": "rejected", "niger.pdf": "extracted"}
    by_key = {item.key: item for item in artifacts}
    assert by_key["passerelle-progress"].data == 100.0
    assert "niger.pdf" in str(by_key["passerelle-changes"].data)
    assert "report/index.html" in str(by_key["passerelle-report"].data)
    ((event, about), *_) = events
    assert event == "passerelle.published"
    assert about["payload"]["run_id"] == summary.run_id


# -- A run that is killed at once ------------------------------------------------------------------------------


def processes_below(parent: int) -> dict[int, str]:
    """The processes below one by number, with their command lines (Linux)."""
    found: dict[int, str] = {}
    waiting = [parent]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            with suppress(OSError):
                below = [int(word) for word in task.read_text().split()]
                waiting += below
                found |= {one: Path(f"/proc/{one}/cmdline").read_text().replace("\0", " ") for one in below}
    return found


@pytest.mark.flow
@pytest.mark.model
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")
def test_nothing_outlives_a_run_that_is_killed(inbox: Path, tmp_path: Path) -> None:
    """Its workers, its temporary server and who waits for its end are gone; the next run takes away its notes."""
    room = tmp_path / "tmp"
    room.mkdir()
    home = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": "", "TMPDIR": str(room)}
    command = [sys.executable, "-m", "flows.cli", "run", str(inbox), "--workers", "1"]
    command += ["--raw", str(tmp_path / "raw"), "--processed", str(tmp_path / "processed")]
    run = subprocess.Popen(command, cwd=ROOT, env=os.environ | home, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (notes := list(room.glob("passerelle-notes-*"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    below = processes_below(run.pid)
    assert any("prefect.server.api.server:create_app" in line for line in below.values())
    run.kill()
    run.wait()
    while (left := [one for one in below if is_alive(one)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []
    assert len(notes) == 1
    done = passerelle(inbox, tmp_path, "--no-prefect", TMPDIR=str(room))
    assert done.returncode == 3, done.stderr
    assert [path.name for path in room.iterdir() if path.name.startswith("passerelle")] == []


# -- A server that does not answer -----------------------------------------------------------------------------


@pytest.mark.flow
def test_a_server_that_is_not_there_is_told(inbox: Path, tmp_path: Path) -> None:
    nowhere = {"PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_CLIENT_MAX_RETRIES": "0"}
    done = passerelle(inbox, tmp_path, PREFECT_HOME=str(tmp_path / "prefect"), **nowhere)
    assert done.returncode == 5, done.stderr
    assert "Le serveur Prefect ne répond pas" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "processed" / "tables").exists()


def gone(*_: object, **__: object) -> None:
    raise httpx.ConnectError("connection refused")


def test_a_server_that_goes_away_is_told_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """``benchmarks/reliability.py away`` does it with a real one."""
    from flows import board

    asked: list[float] = []
    monkeypatch.setattr(board, "AWAY", Event())
    monkeypatch.setattr(board, "_logger", lambda: logging.getLogger("test"))
    monkeypatch.setattr(board, "create_progress_artifact", lambda *_, **__: uuid4())
    monkeypatch.setattr(board, "update_progress_artifact", lambda _, done: asked.append(done) or gone())
    told: list[str] = []
    shown = board.Board(Told(told))
    shown.started(10)
    for number in range(10):
        shown.document(report_of(f"{number}.pdf"))
    assert asked == [10.0]
    assert told == [f"{number}.pdf" for number in range(10)]
    assert board.AWAY.is_set()


@pytest.mark.parametrize("ending", ["published", "withheld", "never begun"])
def test_how_a_run_ended_is_told_although_prefect_could_not_note_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    from flows import extract
    from flows.errors import EnvironmentIncomplete, PublicationWithheld
    from flows.settings import Settings
    from flows.summary import RunSummary, Silence

    summary = RunSummary.model_construct(run_id="r")

    def body(*_: object) -> None:
        ended = extract.ENDED.get()
        assert ended is not None
        if ending == "published":
            ended.summary = summary
        if ending == "withheld":
            ended.error = PublicationWithheld([], [])
        gone()

    monkeypatch.setattr(extract, "AWAY", Event())
    monkeypatch.setattr(extract, "start_temporary_server", lambda: None)
    monkeypatch.setattr(extract, "_run_flow", body)
    settings = Settings(raw=tmp_path / "raw", processed=tmp_path / "processed")
    if ending == "published":
        assert extract.run_flow(settings, [], Silence()) is summary
        return
    with pytest.raises(PublicationWithheld if ending == "withheld" else EnvironmentIncomplete):
        extract.run_flow(settings, [], Silence())


class Told:
    """A report that notes the documents it is told of."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def fetched(self, address: str, verdict: str) -> None:
        """Say nothing."""

    def started(self, documents: int) -> None:
        """Say nothing."""

    def document(self, report: DocumentReport) -> None:
        """Note it."""
        self._names.append(report.file_name)


def report_of(name: str) -> DocumentReport:
    return DocumentReport(name, name, "extracted", 1, 0, 0, 0, 0.0, False, ())
