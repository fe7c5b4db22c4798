"""What a run leaves outside its folders while it works, cleared away even where it is killed at once (``SIGKILL``).

A temporary folder holds a lock that the system frees with the process; the next run takes away those whose lock is
free. The temporary server of Prefect is a process of its own: another that only waits for the end of the run ends it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = "passerelle-notes-"
LOCK = "lock"
PATIENCE_SECONDS = 5

WHEN_THE_RUN_ENDS = f'trap "" HUP INT TERM; read _; kill "$1" && sleep {PATIENCE_SECONDS} && kill -9 "$1"'
"""``read`` ends when nobody holds the other end of its input any more; Ctrl-C reaches the whole group of processes."""


class TemporaryFolder:
    """A folder for the notes of workers, gone when it is closed or, at the latest, when another is made."""

    def __init__(self) -> None:
        clear_away()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        aside = self.path / f".{LOCK}"
        self._lock = aside.open("w")
        _lock(self._lock.fileno())
        aside.rename(self.path / LOCK)  # nobody sees it unlocked

    def close(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def clear_away() -> None:
    """Take away the folders of runs that were killed."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError), lock.open("r+") as file:  # another account's, or gone meanwhile
            if _lock(file.fileno()):
                shutil.rmtree(lock.parent, ignore_errors=True)


def _lock(handle: int) -> bool:
    """Lock a file for as long as it is open; whether nobody holds it, False also where the system has no locks."""
    try:
        import fcntl  # absent on Windows

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def end_with_this_process(process: int) -> None:
    """Have a child of this process ended when this one dies, however it dies; not on Windows.

    Where this process comes to its own end, it sees to its children itself.
    """
    if sys.platform == "win32":
        return
    waiting = subprocess.Popen(  # noqa: S603 - our own arguments
        ["/bin/sh", "-c", WHEN_THE_RUN_ENDS, "sh", str(process)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=os.sep,
    )

    def no_longer() -> None:
        waiting.kill()
        waiting.communicate()

    atexit.register(no_longer)
