"""The nightly deployment for real: server, `prefect deploy`, process worker, and a cron that fires.

    python benchmarks/schedule.py            # about three minutes, all on this machine

The cron of prefect.yaml is replaced by one that fires each minute; nothing else is. Then a second run is asked for
while the first works, which the limit of one has to cancel.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 300
PREFECT = [sys.executable, "-m", "prefect"]


def main() -> None:
    """Print what the server knows in the end."""
    with tempfile.TemporaryDirectory(prefix="passerelle-") as folder:
        here = Path(folder)
        inbox = here / "raw" / "inbox"
        inbox.mkdir(parents=True)
        for name in ("mali.pdf", "niger.pdf"):
            shutil.copy(ROOT / "examples" / "studies" / name, inbox)
        port = free_port()
        environment = os.environ | {
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_HOME": str(here / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PASSERELLE_RAW": str(here / "raw"),
            "PASSERELLE_PROCESSED": str(here / "processed"),
            "PASSERELLE_WORKERS": "1",
            "PASSERELLE_OCR": "none",
            "PWD": str(ROOT),
        }
        yaml = (ROOT / "prefect.yaml").read_text(encoding="utf-8")
        (here / "prefect.yaml").write_text(yaml.replace('"0 3 * * *"', '"* * * * *"'), encoding="utf-8")
        started: list[subprocess.Popen[bytes]] = []
        try:
            start(started, environment, "server", "start", "--host", "127.0.0.1", "--port", str(port))
            wait_for_server(port)
            do(environment, "work-pool", "create", "passerelle", "--type", "process")
            do(environment, "--no-prompt", "deploy", "--all", "--prefect-file", str(here / "prefect.yaml"))
            do(environment, "deployment", "ls")
            start(started, environment, "worker", "start", "--pool", "passerelle", "--type", "process")
            os.environ |= environment
            print(json.dumps(asyncio.run(watch()), indent=2))
        finally:
            for process in reversed(started):
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
        print("published:", sorted(path.name for path in (here / "processed").iterdir()))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(started: list[subprocess.Popen[bytes]], environment: dict[str, str], *command: str) -> None:
    """Start a long-lived prefect command."""
    started.append(
        subprocess.Popen(  # noqa: S603 - our own arguments
            [*PREFECT, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
    )


def do(environment: dict[str, str], *command: str) -> None:
    """Carry out a prefect command, showing it and what it says."""
    print("$ prefect", *command, flush=True)
    subprocess.run([*PREFECT, *command], cwd=ROOT, env=environment, check=True)  # noqa: S603


def wait_for_server(port: int) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError("the Prefect server did not start")


async def watch() -> dict[str, Any]:
    """Wait for a scheduled run to work, ask for another at that moment, and wait for both to end."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        deployment = await client.read_deployment_by_name("passerelle/nightly")
        deadline, asked = time.monotonic() + LONGEST, None
        while time.monotonic() < deadline:
            runs = await client.read_flow_runs()
            by_state = {
                state: [r for r in runs if r.state_name == state] for state in ("Running", "Completed")
            }
            if by_state["Running"] and asked is None:
                asked = await client.create_flow_run_from_deployment(deployment.id)
            if by_state["Completed"] and asked is not None:
                second = await client.read_flow_run(asked.id)
                if second.state is not None and second.state.is_final():
                    break
            await asyncio.sleep(1)
        artifacts = await client.read_artifacts()
        events: list[dict[str, Any]] = []
        while not events and time.monotonic() < deadline:  # the server writes events down in batches
            await asyncio.sleep(2)
            asked_for = {"filter": {"event": {"name": ["passerelle.published"]}}}
            events = (await client._client.post("/events/filter", json=asked_for)).json()["events"]
        shown = [r for r in await client.read_flow_runs() if r.state_name not in ("Scheduled", "Late")]
        schedule = deployment.schedules[0].schedule
        return {
            "schedule": str(schedule),
            "limit": deployment.global_concurrency_limit and deployment.global_concurrency_limit.limit,
            "strategy": str(
                deployment.concurrency_options and deployment.concurrency_options.collision_strategy
            ),
            "runs": [
                {
                    "name": r.name,
                    "by_schedule": r.auto_scheduled,
                    "state": r.state_name,
                    "seconds": r.total_run_time.seconds,
                }
                for r in shown
            ],
            "artifacts": sorted({str(a.key) for a in artifacts}),
            "changes": next((str(a.data) for a in artifacts if a.key == "passerelle-changes"), "")[:600],
            "events": [(event["event"], event["resource"]["prefect.resource.id"]) for event in events],
        }


if __name__ == "__main__":
    main()
