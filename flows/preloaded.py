"""Imported by the server that workers are forked from, before its first fork (``flows.forking``)."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from flows.forking import PRELOADED


def preload() -> None:
    """Import the code that reads, and load the model of this run: each worker begins with both.

    Ctrl-C reaches the whole group of processes: this one and its workers ignore it, and end when nobody needs them
    any more, without a word.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # absent on Windows
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    from flows import worker

    model = os.environ.pop(PRELOADED)
    if model:
        with suppress(Exception):  # the worker that lacks it says so
            worker.load_model(model)


if PRELOADED in os.environ:
    preload()
