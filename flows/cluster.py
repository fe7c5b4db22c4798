"""The per-document work on an existing Dask cluster: the same killable children, on other machines.

A Dask worker carries out no reading itself: it starts the pool of ``flows.pool``, whose processes have limits, no
network and a deadline, and sends back what they give. So a hostile file costs one document there too, and the
result is the same bytes as on one machine. Documents travel with the task: the workers need no shared folder, only
the same version of this program, which is compared before anything is read.
"""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

from flows import storage
from flows.errors import EnvironmentIncomplete
from flows.ingest import Source
from flows.ocr import engine_name
from flows.pool import WorkerPool, lost
from flows.settings import Settings
from flows.versions import fingerprint

CONNECT_SECONDS = 30
MISSING = "L'exécution sur une grappe Dask demande l'extra dask : pip install passerelle[dask], ou requirements.lock."
NO_WORKER = "La grappe {scheduler} n'a aucun worker : démarrez-en (dask worker {scheduler})."
KILLED = (
    "Plusieurs workers de la grappe sont tombés pendant la lecture de ce document ; les autres documents ne sont pas "
    "touchés. Voyez leurs journaux, ou traitez-le sur une seule machine."
)


class ClusterPool:
    """Extracts documents on a cluster; stands in for :class:`flows.pool.WorkerPool`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = connect(str(settings.scheduler))
        self._expected = version_here(settings)
        threads = self._client.nthreads()
        if not threads:
            self._client.close()
            raise EnvironmentIncomplete(NO_WORKER.format(scheduler=settings.scheduler))
        self.slots = sum(threads.values())

    def __enter__(self) -> ClusterPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, TimeoutError):  # a cluster that went away has nothing left to close
            self._client.run(close_there, self._settings)
        self._client.close()

    def extract(self, source: Source) -> bytes:
        """Extract a document on a worker of the cluster, waiting for it."""
        from distributed import KilledWorker

        path = storage.source_path(self._settings.raw, source.document_id, source.media_type)
        content = self._client.scatter(path.read_bytes(), hash=False)
        future = self._client.submit(
            extract_there, self._settings, source, content, self._expected, pure=False, retries=1
        )
        try:
            result: bytes = future.result()
        except KilledWorker:
            return lost(source, "crashed", KILLED)
        return result


def connect(scheduler: str) -> Any:
    """A client of the cluster.

    Raises:
        EnvironmentIncomplete: when Dask is not installed or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise EnvironmentIncomplete(MISSING) from error
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EnvironmentIncomplete(
            f"La grappe Dask ne répond pas à {scheduler} : vérifiez l'adresse (tcp://hôte:8786) et le réseau."
        ) from error


def version_here(settings: Settings) -> str:
    """All that the result of a document depends on, in this process: code, model, engine for pictures."""
    return f"{fingerprint(settings.model)} {engine_name(settings.ocr)}"


# -- On a worker of the cluster ------------------------------------------------------------------------------

LOCK = Lock()
POOLS: dict[Settings, tuple[Path, WorkerPool]] = {}


def extract_there(settings: Settings, source: Source, content: bytes, expected: str) -> bytes:
    """Extract a document whose bytes came with the task, in a child of this worker.

    Raises:
        EnvironmentIncomplete: when this worker has another version of the code, the model or the vocabularies.
    """
    if version_here(settings) != expected:
        raise EnvironmentIncomplete(
            "Un worker de la grappe a une autre version du programme, du modèle ou de la reconnaissance de "
            "caractères : installez partout la même."
        )
    with LOCK:
        raw, pool = _pool_here(settings)
    path = storage.source_path(raw, source.document_id, source.media_type)
    storage.write_atomically(path, content)
    try:
        return pool.extract(source)
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)


def close_there(settings: Settings) -> None:
    """End the children that a run started on this worker."""
    with LOCK:
        raw, pool = POOLS.pop(settings, (None, None))
    if pool is not None and raw is not None:
        pool.__exit__(None, None, None)
        shutil.rmtree(raw, ignore_errors=True)


def _pool_here(settings: Settings) -> tuple[Path, WorkerPool]:
    """The pool of a run on this worker, one process per thread of it, and the folder of its documents."""
    from distributed import get_worker

    if settings not in POOLS:
        _allow_children()
        raw = Path(tempfile.mkdtemp(prefix="passerelle-"))
        threads = get_worker().state.nthreads
        POOLS[settings] = raw, WorkerPool(settings.model_copy(update={"raw": raw, "workers": threads}))
    return POOLS[settings]


def _allow_children() -> None:
    """Let this process have children: a worker under a nanny is marked as one that may not (``daemon``).

    The mark is there lest children outlive it; ours end when their pipe closes.
    """
    config: dict[str, Any] = getattr(multiprocessing.current_process(), "_config", {})
    config.pop("daemon", None)
