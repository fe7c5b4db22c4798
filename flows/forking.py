"""How processes that read documents start: forked from a server that has loaded the model for all of them.

The server is the ``forkserver`` of ``multiprocessing``: a process without threads that imports ``flows.preloaded``,
never sees a document and does nothing but fork. A worker that takes the place of one that died is so ready at once.
Where the platform has no such server, each process starts anew and loads the model itself.
"""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

PRELOADED_MODEL = "PASSERELLE_PRELOADED_MODEL"
"""The variable that tells the server which model to load; without it, it loads none."""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def clean_context() -> BaseContext:
    """How processes start: forked from the server, which starts with the first of them, or anew where none can be."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.preloaded"])
    return context


def preload(model: str) -> None:
    """Have a server that starts from now on load a model; one that runs already stays as it is."""
    os.environ[PRELOADED_MODEL] = model
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")  # the processes are the parallelism


def start_server(model: str) -> None:
    """Start the server with a model, and do not wait for it."""
    preload(model)
    if clean_context().get_start_method() == "forkserver":
        forkserver.ensure_running()
