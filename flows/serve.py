"""``passerelle serve``: the nightly run on one machine, without a work pool, and a Prefect server if there is none.

The deployment is the one of ``prefect.yaml`` (a test compares them): one run at a time, and a run that comes while
another works is cancelled, not queued.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

CRON, TIMEZONE = "0 3 * * *", "Africa/Abidjan"
NAME = "nightly"
DESCRIPTION = "Collecte les études du catalogue, lit ce qui est nouveau et publie les tables."
STARTUP_SECONDS = 120
SERVER = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
}


def serve(
    cron: Annotated[str, typer.Option(metavar="CRON", help="Quand lancer l'exécution.")] = CRON,
    timezone: Annotated[str, typer.Option(metavar="FUSEAU", help="Fuseau horaire de CRON.")] = TIMEZONE,
    raw: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Dossier des sources conservées. [défaut : raw]")
    ] = None,
    processed: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Dossier des tables publiées. [défaut : processed]")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processus de lecture. [défaut : nombre de cœurs]")
    ] = None,
    allow_private: Annotated[
        bool | None,
        typer.Option("--allow-private", help="Lire aussi des adresses qui ne sont pas publiques (intranet)."),
    ] = None,
    port: Annotated[
        int, typer.Option(metavar="N", help="Port du serveur Prefect, si PREFECT_API_URL n'en donne pas un.")
    ] = 4200,
) -> None:
    """Lance chaque nuit la collecte et la publication, sur cette machine, jusqu'à ce qu'on l'arrête.

    Le serveur Prefect est celui de PREFECT_API_URL ; sans elle, un serveur est démarré sur cette machine
    (http://127.0.0.1:4200), où suivre les exécutions.
    """
    from flows.settings import settings_of

    settings = settings_of(raw=raw, processed=processed, workers=workers, allow_private=allow_private)
    parameters = {
        "raw": str(settings.raw.absolute()),
        "processed": str(settings.processed.absolute()),
        "workers": settings.workers,
        "allow_private": settings.allow_private,
    }
    with server(port):
        from prefect import serve as serve_deployments

        print(f"Chaque « {cron} » ({timezone}). Suivre les exécutions : {os.environ['PREFECT_API_URL']}")
        # not paused when it stops: after a restart the nights go on
        serve_deployments(
            deployment(cron, timezone, parameters),
            limit=1,
            pause_on_shutdown=False,
            print_starting_message=False,
        )


def deployment(cron: str, timezone: str, parameters: Mapping[str, Any]) -> RunnerDeployment:
    """The nightly deployment."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.extract import extract_studies

    made = extract_studies.to_deployment(
        NAME,
        schedule=Cron(cron, timezone=timezone),
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        parameters=dict(parameters),
        description=DESCRIPTION,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return cast("RunnerDeployment", made)


@contextmanager
def server(port: int) -> Iterator[None]:
    """A Prefect server on this machine for the time of the context, unless ``PREFECT_API_URL`` names one."""
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    for name, value in SERVER.items():
        os.environ.setdefault(name, value)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own arguments
    try:
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        wait_for(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server answers.

    Raises:
        EnvironmentIncomplete: when it ends first, or does not answer in time.
    """
    import time

    import httpx

    from flows.errors import EnvironmentIncomplete

    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/api/health", trust_env=False, timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise EnvironmentIncomplete(
        f"Le serveur Prefect n'a pas démarré sur le port {port} : vérifiez que ce port est libre, ou donnez "
        "--port ou PREFECT_API_URL."
    )
