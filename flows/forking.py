"""How processes that read documents start: forked from a server that has loaded the model for all of them.

The server is the ``forkserver`` of ``multiprocessing``: a process without threads that imports ``flows.preloaded``,
never sees a document and does nothing but fork. A worker that takes the place of one that died is so ready at once.
Where the platform has no such server, each process starts anew and loads the model itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext

PRELOADED = "PASSERELLE_PRELOADED"
"""The variable that tells the server which model to load, empty where it loads none; only the server ever has it."""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def clean_context() -> BaseContext:
    """How processes start: forked from the server (:func:`start_server`), or anew where there can be none."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.preloaded"])
    return context


def start_server(model: str | None = None) -> None:
    """Start the server, with a model or without, and do not wait for it; one that runs stays as it is.

    Ctrl-C reaches the whole group of processes: it is held back until the server knows that it must ignore it.
    """
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")  # the processes are the parallelism
    if clean_context().get_start_method() != "forkserver":
        return
    resource_tracker.ensure_running()  # where it has to be started, it lets Ctrl-C through when it is
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.environ[PRELOADED] = model or ""
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop(PRELOADED, None)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
