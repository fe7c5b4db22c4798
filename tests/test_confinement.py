"""What a worker can no longer do once it is confined: each try is made, in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits and prctl of Linux")

CANARY = "canari-7f3a9c"

TRIES = """
import json, os, resource, socket, subprocess, sys, tempfile
from flows.confinement import allow_cpu, confine, forbid_network
forbid_network()
confine(4096)

def refused(action):
    try:
        action()
    except PermissionError:
        return True
    except Exception as error:
        return repr(error)
    return False

with tempfile.TemporaryFile("w") as file:
    own = file.write("x")
print(json.dumps({
    "connect": refused(lambda: socket.create_connection(("127.0.0.1", 9), 1)),
    "name": refused(lambda: socket.getaddrinfo("example.org", 80)),
    "datagram": refused(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))),
    "command": refused(lambda: subprocess.run(["true"])),
    "shell": refused(lambda: os.system("true")),
    "fork": refused(os.fork),
    "write": refused(lambda: open(os.path.expanduser("~/passerelle-canary"), "w")),
    "write_low": refused(lambda: os.open("/var/passerelle-canary", os.O_WRONLY | os.O_CREAT)),
    "climb": refused(lambda: open(tempfile.gettempdir() + "/../var/passerelle-canary", "w")),
    "own": own,
    "secrets": [name for name, value in os.environ.items() if "CANARY" in name or "canari-7f3a9c" in value],
    "privileges": open("/proc/self/status").read().split("NoNewPrivs:")[1].split()[0],
    "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
    "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
}))
"""


def test_a_confined_process_is_refused_all_that_it_does_not_need():
    environment = os.environ | {"CANARY_PASSWORD": CANARY, "PGPASSWORD": CANARY, "AWS_SECRET": CANARY}
    done = subprocess.run(
        [sys.executable, "-c", TRIES], capture_output=True, text=True, env=environment, check=True, timeout=60
    )
    answers = json.loads(done.stdout)
    told = ("connect", "name", "datagram", "command", "shell", "fork", "write", "write_low", "climb")
    assert {name: answers[name] for name in told} == dict.fromkeys(told, True)
    assert answers["own"] == 1
    assert answers["secrets"] == []
    assert answers["privileges"] == "1"
    assert (answers["core"], answers["files"], answers["memory"]) == (0, 64, 4_096_000_000)


@pytest.mark.parametrize(
    ("hostile", "ended_by"),
    [
        ("allow_cpu(0.2)\nwhile True: pass", -signal.SIGXCPU),
        ("open_files = [open('/dev/null') for _ in range(100)]", 1),
        ("bytearray(5_000_000_000)", 1),
    ],
)
def test_the_system_ends_what_takes_too_much(hostile, ended_by):
    script = f"from flows.confinement import allow_cpu, confine\nconfine(4096)\n{hostile}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert done.returncode == ended_by


POOL = """
import multiprocessing, os, time
from pebble import ProcessPool
from flows.confinement import die_with_parent

pool = ProcessPool(max_workers=1, initializer=die_with_parent, context=multiprocessing.get_context("forkserver"))
print(pool.schedule(os.getpid).result(), flush=True)
pool.schedule(time.sleep, args=(300,)).result()
"""


def test_no_worker_outlives_a_run_that_is_killed():
    run = subprocess.Popen([sys.executable, "-c", POOL], stdout=subprocess.PIPE, text=True)
    worker = int(run.stdout.readline())
    assert is_alive(worker)
    time.sleep(0.2)  # it sleeps now, as one that hangs in native code would
    run.kill()
    run.wait()
    deadline = time.monotonic() + 30
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(worker)


def is_alive(process: int) -> bool:
    """Whether a process exists and is not merely waiting to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
