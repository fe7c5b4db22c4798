"""What a worker process gives up before it sees a document: network, commands, files, privileges, secrets, room.

The audit hook holds back Python code (ours and that of every library); native code is held by what the system
enforces: limits on memory, CPU, files and open files, no new privileges, and death with its parent. Neither is a
sandbox against a process that is already taken over: for hostile collections run the whole under an account and a
network of its own (docs/security.md).
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

NETWORK = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto", "socket.sendmsg"}
)
COMMANDS = frozenset({"os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"})
ENGINE = "tesseract"
"""The one command that a worker may start, which recognises characters."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

LARGEST_FILE = 1 << 30
OPEN_FILES = 64

KEPT = frozenset(
    {
        *("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "TESSDATA_PREFIX"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_THREAD_LIMIT", "VIRTUAL_ENV"),
    }
)
KEPT_BEGINNINGS = ("LC_", "PYTHON", "LD_")

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
"""``prctl(2)``, Linux."""


def forbid_network() -> None:
    """Have every attempt to reach the network refused, for good: nothing in a document is ever fetched."""

    def refuse(event: str, _arguments: tuple[Any, ...]) -> None:
        if event in NETWORK:
            raise PermissionError("documents do not reach the network")

    sys.addaudithook(refuse)


def confine(memory_megabytes: int) -> None:
    """Give up all that a reader does not need, for good; the model is loaded before, the network left before that."""
    forget_secrets()
    die_with_parent()
    _forbid_commands_and_writing()
    limit_room(memory_megabytes)


def forget_secrets() -> None:
    """Keep of the environment only what names paths, languages and threads."""
    for name in list(os.environ):
        if name not in KEPT and not name.startswith(KEPT_BEGINNINGS):
            del os.environ[name]


def die_with_parent() -> None:
    """Have the system kill this process when the run that made it dies, and never grant it more privileges.

    Its parent for the system is the server that forks workers, which lives as long as one of them does; so the end
    of the run is seen by the pipe that it holds open. The signal comes from the system (``SIGIO``, which ends a
    process that does not expect it): a thread that watches would wait for native code to give it its turn.
    """
    if not sys.platform.startswith("linux"):
        return
    import fcntl  # absent on Windows

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    run = multiprocessing.parent_process()
    if run is None:
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(run.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(run.sentinel, fcntl.F_SETFL, fcntl.fcntl(run.sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if not run.is_alive():  # it died in between
        os.kill(os.getpid(), signal.SIGKILL)


def _forbid_commands_and_writing() -> None:
    room = str(Path(tempfile.gettempdir()).resolve()) + os.sep

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in COMMANDS or (event == "subprocess.Popen" and not is_engine(arguments[0])):
            raise PermissionError("documents start no command")
        if event == "open" and is_writing(*arguments) and not is_inside(arguments[0], room):
            raise PermissionError("documents write nothing outside their folder")

    sys.addaudithook(refuse)


def is_engine(executable: object) -> bool:
    """Whether a command is the engine that recognises characters."""
    return os.path.basename(os.fsdecode(str(executable))) == ENGINE  # noqa: PTH119 - no object made in a hook


def is_writing(_path: object, mode: object, flags: object) -> bool:
    """Whether a file is opened to be written."""
    if isinstance(mode, str) and set(mode) & set("wax+"):
        return True
    return isinstance(flags, int) and bool(flags & WRITING)


def is_inside(path: object, folder: str) -> bool:
    """Whether a path is that of a file below a folder, of the null device, or a file already open."""
    if isinstance(path, int):
        return True
    real = os.path.realpath(str(os.fsdecode(path) if isinstance(path, bytes) else path))
    return bool(real == os.devnull or (real + os.sep).startswith(folder))


def limit_room(megabytes: int) -> None:
    """Limit memory, the size of a file, open files; leave no image of memory behind."""
    try:
        import resource  # absent on Windows
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: megabytes * 1_000_000,
        resource.RLIMIT_FSIZE: LARGEST_FILE,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, wanted in limits.items():
        hard = resource.getrlimit(kind)[1]
        limit = wanted if hard < 0 else min(wanted, hard)
        resource.setrlimit(kind, (limit, hard if kind == resource.RLIMIT_AS else limit))


def allow_cpu(seconds: float) -> None:
    """Give this process so many more seconds of CPU before the system ends it (``SIGXCPU``); 0 lifts the limit."""
    with suppress(ImportError):
        import resource  # absent on Windows

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + seconds) + 1 if seconds else resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_CPU, (limit if hard < 0 else min(limit, hard), hard))
