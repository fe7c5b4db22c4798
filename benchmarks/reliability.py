"""Kills, full disks, faults and two runs at once: what they do to what is published.

    python benchmarks/reliability.py kills [--count 200]
    python benchmarks/reliability.py full [--count 50]        (mounts a small tmpfs: needs root)
    python benchmarks/reliability.py faults
    python benchmarks/reliability.py together [--count 20]
    python benchmarks/reliability.py stops [--count 50]
    python benchmarks/reliability.py flips [--count 200]
    python benchmarks/reliability.py fuzz FOLDER [--count 2000]   (mutations of the smaller documents of that folder)
    python benchmarks/reliability.py hostile FOLDER           (documents made to break readers, with their index)
    python benchmarks/reliability.py mixed FOLDER             (the same among good ones)
    python benchmarks/reliability.py bombs FOLDER             (ten of them at once)
    python benchmarks/reliability.py resumed [--count 1000]
    python benchmarks/reliability.py away [--count 20]

Each prints one JSON document. A run is a fork of this process, which has everything imported, so that hundreds of
them take minutes; it runs the real pipeline on the sample studies, whose results are there after the first run, and
on small documents that have to be read each time. Nothing else is simulated: files, locks, workers and signals are
real. What is published alternates between two sets of documents, so that every run has a version to write.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ |= {
    "PASSERELLE_OCR": "none",
    "SOURCE_DATE_EPOCH": "1600000000",
    "PASSERELLE_MODEL": "fr_core_news_sm",
}

import pandas as pd  # noqa: E402
from conftest import pdf_bytes  # noqa: E402 - the small PDF writer of the tests
from hostile_verdicts import ANOTHER, index, is_as_expected, verdicts  # noqa: E402
from mutations import mutated  # noqa: E402
from published_rows import OVER_ALL, lines_of, rows_lost  # noqa: E402

from flows import cli, editions, pipeline, publish, storage  # noqa: E402, F401 - imported once, before forking
from flows.settings import settings_of  # noqa: E402

LINES = (
    "Étude sur la migration de main-d'oeuvre au Niger",
    "Les travailleurs du Niger partent vers la Côte d'Ivoire et reviennent avec des compétences.",
    "Il est recommandé au ministère de l'Emploi de renforcer l'Agence nationale de l'emploi.",
)
SMALL = "petit.pdf"


SEED = [0]
"""Added to the seed of each: other moments, and others damaged."""


def chances(seed: int) -> random.Random:
    """What falls by chance, the same each time for a seed."""
    return random.Random(seed + SEED[0])  # noqa: S311 - a benchmark, not a secret


def prepare(folder: Path) -> tuple[Path, Path]:
    """Two sets of documents: the samples with a small one, and the same without one sample."""
    sets = folder / "a", folder / "b"
    for name in sets:
        name.mkdir(parents=True)
        for file in [
            *(ROOT / "examples" / "studies").glob("*.pdf"),
            *(ROOT / "examples" / "web").glob("*.html"),
        ]:
            shutil.copy(file, name)
        (name / SMALL).write_bytes(pdf_bytes([LINES]))
    (folder / "b" / "mali.pdf").unlink()
    return sets


def start(folder: Path, inbox: Path, *, processed: Path | None = None, log: Path | None = None) -> int:
    """A run in a fork of this process; its process id, which is also that of its group."""
    child = os.fork()
    if child:
        with contextlib.suppress(OSError):
            os.setpgid(child, child)
        return child
    try:
        os.setpgid(0, 0)
        out = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        where = ["--raw", str(folder / "raw"), "--processed", str(processed or folder / "processed")]
        sys.argv = [
            "passerelle",
            "run",
            str(inbox),
            *where,
            "--no-prefect",
            "--accept-fall",
            "--workers",
            "1",
        ]
        cli.main()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(99)
    os._exit(0)


def wait(child: int) -> int:
    """The exit code of a run; negative: the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def exports(processed: Path) -> dict[str, bytes]:
    """What is published and does not tell of the run: every table but ``runs``."""
    return {
        file.name: file.read_bytes()
        for file in sorted((processed / "tables").iterdir())
        if not file.name.startswith("runs.")
    }


def undisturbed(folder: Path, inbox: Path) -> dict[str, bytes]:
    """What a run publishes that nobody disturbs."""
    code = wait(start(folder, inbox, processed=folder / "undisturbed"))
    if code:
        raise SystemExit(f"the undisturbed run ended with {code}")
    return exports(folder / "undisturbed")


def read_forever(processed: Path, stop: object, told: object) -> None:
    """Read whole versions in a loop, as a dashboard does, and count what is not as one run wrote it."""
    reads, mixtures, gone = 0, [], 0
    while not stop.is_set():  # type: ignore[attr-defined]
        version = editions.current(processed)
        if version is None:
            continue
        found = editions.faults(version)
        if found and version.exists() and version == editions.current(processed):
            mixtures.append(found)
        elif found:
            gone += 1  # read so slowly that four versions were published meanwhile
        reads += 1
        time.sleep(0.05)
    told.put((reads, gone, mixtures[:3]))  # type: ignore[attr-defined]


@contextmanager
def readers(processed: Path, count: int = 2) -> Iterator[Counter[str]]:
    """Readers that look on while something happens; what they saw."""
    context = multiprocessing.get_context("fork")
    stop, told = context.Event(), context.Queue()
    processes = [context.Process(target=read_forever, args=(processed, stop, told)) for _ in range(count)]
    for process in processes:
        process.start()
    seen: Counter[str] = Counter()
    try:
        yield seen
    finally:
        stop.set()
        for _ in processes:
            reads, gone, mixtures = told.get(timeout=60)
            seen.update({"reads": reads, "versions_pruned_under_a_reader": gone, "mixtures": len(mixtures)})
        for process in processes:
            process.join()


def descendants(parent: int) -> list[int]:
    """Processes below one, found through /proc."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found, last = set(), {parent}
    while last:
        last = {child for child, above in parents.items() if above in last} - found
        found |= last
    return sorted(found)


def kills(count: int, folder: Path) -> dict[str, object]:
    """SIGKILL at random moments: three of five over the publisher, one over the flow as it reads, one over a worker."""
    chance, processed = chances(7), folder / "processed"
    sets = prepare(folder)
    expected = {inbox: undisturbed(folder, inbox) for inbox in sets}
    wait(start(folder, sets[0]))
    wait(start(folder, sets[1]))
    began = time.perf_counter()
    wait(start(folder, sets[0]))
    wait(start(folder, sets[1]))
    publishing = (time.perf_counter() - began) / 2
    codes: Counter[str] = Counter()
    left: set[int] = set()
    with readers(processed) as seen:
        for number in range(count):
            inbox = sets[number % 2]
            aim = ("publisher", "publisher", "publisher", "flow", "worker")[number % 5]
            if aim != "publisher":
                forget_small(processed)
            child = start(folder, inbox)
            time.sleep(chance.uniform(0, publishing if aim == "publisher" else 6))
            below = descendants(child)
            victim = chance.choice(below) if aim == "worker" and below else child
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            code = wait(child)
            left |= set(below)
            if number % 20 == 19:
                print(f"{number + 1} kills: {dict(sorted(codes.items()))}", file=sys.stderr, flush=True)
            codes[f"{aim}: {'killed' if code == -9 else f'exit {code}'}"] += 1
    results = {}
    for inbox in sets:
        results[inbox.name] = [wait(start(folder, inbox)), exports(processed) == expected[inbox]]
    time.sleep(3)
    orphans = [pid for pid in left if Path(f"/proc/{pid}").exists()]
    return {
        "kills": count,
        "ended": dict(sorted(codes.items())),
        "readers": dict(seen),
        "final_bytes_equal_undisturbed": {name: same for name, (_, same) in results.items()},
        "final_exit_codes": {name: code for name, (code, _) in results.items()},
        "rows_lost_or_doubled": 0 if all(same for _, same in results.values()) else "see bytes",
        "orphans_after_3_s": len(orphans),
        "versions_whole": all(not editions.faults(e.folder) for e in editions.editions(processed)),
    }


def forget_small(processed: Path) -> None:
    """Have the small document be read again by the next run."""
    from flows.ingest import slug
    from flows.ledger import read_ledger

    with read_ledger(storage.ledger_path(processed)) as ledger:
        works = list(ledger.works()) if ledger else []
    for work in works:
        if work.study_id == slug(Path(SMALL).stem):
            shutil.rmtree(processed / ".work" / "documents" / work.document_id, ignore_errors=True)


def full(count: int, folder: Path) -> dict[str, object]:
    """A disk that is full at so many points of a run: a tmpfs with room for a share of what the run writes."""
    sets = prepare(folder)
    expected = {inbox: undisturbed(folder, inbox) for inbox in sets}
    disk = folder / "disk"
    disk.mkdir()
    version = editions.current(folder / "undisturbed") or folder
    needed = sum(file.stat().st_size for file in version.rglob("*") if file.is_file())
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={16 * needed}", "tmpfs", disk], check=True)  # noqa: S603, S607
    tally: Counter[str] = Counter()
    messages: Counter[str] = Counter()
    try:
        processed, log = disk / "processed", folder / "log"
        if wait(start(folder, sets[0], processed=processed)):
            raise SystemExit("the first run failed")
        room = 1.02 * needed
        for number in range(count):
            inbox, other = sets[(number + 1) % 2], sets[number % 2]
            forget_small(processed) if number % 10 == 0 else None
            free = int(room * number / count)
            ballast = disk / "ballast"
            status = os.statvfs(disk)
            with contextlib.suppress(OSError), ballast.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(1, status.f_bavail * status.f_frsize - free))
            code = wait(start(folder, inbox, processed=processed, log=log))
            text = log.read_text(errors="replace")
            version = editions.current(processed)
            whole = version is not None and not editions.faults(version)
            old = exports(processed) == expected[other]
            tally[f"exit {code}"] += 1
            tally["version in place whole"] += whole
            tally[
                "old version"
                if old
                else "new version"
                if exports(processed) == expected[inbox]
                else "MIXTURE"
            ] += 1
            tally["clear message"] += code == cli.EXIT_ENVIRONMENT and "Plus de place sur le disque" in text
            if code not in (0, cli.EXIT_ENVIRONMENT):
                messages[text.strip().splitlines()[-1][:160]] += 1
            ballast.unlink()
            resumed = wait(start(folder, inbox, processed=processed))
            tally["resumed"] += resumed == 0 and exports(processed) == expected[inbox]
    finally:
        subprocess.run(["umount", disk], check=False)  # noqa: S603, S607
    return {"points": count, "bytes_a_run_writes": needed, **tally, "other_messages": dict(messages)}


FAULTY: tuple[tuple[object, str], ...] = ((os, "fsync"), (os, "replace"), (Path, "replace"), (Path, "rename"))
"""Calls through which everything that counts reaches the disk."""


def faults(folder: Path) -> dict[str, object]:
    """An I/O error at the nth of these calls, n = 1, 2, … until a run passes clean (the way of SQLite's tests)."""
    sets = prepare(folder)
    expected = {inbox: undisturbed(folder, inbox) for inbox in sets}
    processed = folder / "processed"
    wait(start(folder, sets[0]))
    tally: Counter[str] = Counter()
    for kind in (errno.EIO, errno.ENOSPC):
        nth = 0
        while True:
            nth += 1
            inbox, other = sets[nth % 2], sets[(nth + 1) % 2]
            if exports(processed) != expected[other]:
                wait(start(folder, other))
            code = wait(fail_at(nth, kind, folder, inbox))
            version = editions.current(processed)
            tally["version in place whole"] += version is not None and not editions.faults(version)
            tally["old or new"] += exports(processed) in (expected[inbox], expected[other])
            tally[f"{errno.errorcode[kind]}: exit {code}"] += 1
            if code == 0:
                break
        tally[f"{errno.errorcode[kind]}: calls"] = nth - 1
    return dict(tally)


def fail_at(nth: int, kind: int, folder: Path, inbox: Path) -> int:
    """A run in which the nth of the calls fails."""
    child = os.fork()
    if child:
        return child
    calls = iter(range(1, 1_000_000))
    for owner, name in FAULTY:
        setattr(owner, name, failing(getattr(owner, name), calls, nth, kind))
    os._exit(max(0, wait(start(folder, inbox))))


def failing(call: Callable[..., object], calls: Iterator[int], nth: int, kind: int) -> Callable[..., object]:
    """A call that fails when it is the nth of all."""

    def counted(*arguments: object, **named: object) -> object:
        if next(calls) == nth:
            raise OSError(kind, os.strerror(kind))
        return call(*arguments, **named)

    return counted


def together(count: int, folder: Path) -> dict[str, object]:
    """Two runs started at once, as commands of their own; one in four meets the lock of a run that was killed."""
    inbox = prepare(folder)[0]
    expected = undisturbed(folder, inbox)
    tally: Counter[str] = Counter()
    slowest = 0.0
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "run",
        str(inbox),
        "--no-prefect",
        "--workers",
        "1",
        "--force",
    ]
    command += ["--only", SMALL, "--raw", str(folder / "raw"), "--processed", str(folder / "processed")]
    wait(start(folder, inbox))
    for number in range(count):
        if number % 4 == 0:
            killed = start(folder, inbox)
            time.sleep(0.05)
            os.kill(killed, signal.SIGKILL)
            wait(killed)
        began = time.perf_counter()
        pair = [
            subprocess.Popen(  # noqa: S603
                command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        refused = 0
        ended: set[int] = set()
        while len(ended) < len(pair):
            for process in pair:
                if process.pid not in ended and process.poll() is not None:
                    ended.add(process.pid)
                    if process.returncode == cli.EXIT_BUSY:
                        refused += 1
                        slowest = max(slowest, time.perf_counter() - began)
            time.sleep(0.02)
        said = [process.communicate()[1] for process in pair]
        tally[f"{sorted(process.returncode for process in pair)}"] += 1
        tally["says so"] += sum("Une autre exécution est en cours" in text for text in said) == refused
        tally["bytes as of one run"] += exports(folder / "processed") == expected
    return {"starts": count, **tally, "slowest_refusal_seconds": round(slowest, 2)}


def hostile(inbox: Path, folder: Path) -> dict[str, object]:
    """Two runs over documents made to break readers: each verdict beside the one expected, and what the runs took."""
    runs = [watched(inbox, folder / str(number)) for number in (1, 2)]
    found = verdicts(tables_of(folder / "1" / "processed"))
    verdict_of = {one.file: (one, found.get(one.sha256)) for one in index(inbox)}
    for file, (one, verdict) in verdict_of.items():
        mark = "  " if is_as_expected(one, verdict) else "! "
        print(f"{mark}{file}: expected {one.outcome} ({one.words} words), found {verdict}", file=sys.stderr)
    summary = json.loads((folder / "1" / "processed" / "run.json").read_text())
    over = {d["file_name"]: d["seconds"] for d in summary["details"] if d["seconds"] > limit_of(d["pages"])}
    return {
        "files": len(verdict_of),
        "as_expected": sum(is_as_expected(*pair) for pair in verdict_of.values()),
        "outcomes_accepted_for_a_reason": {file: why for file, (_, _, why) in ANOTHER.items()},
        "runs": runs,
        "slowest": sorted(((d["seconds"], d["file_name"]) for d in summary["details"]), reverse=True)[:5],
        "past_limit_plus_5_s": over,
        "same_tables": exports(folder / "1" / "processed") == exports(folder / "2" / "processed"),
    }


def stops(count: int, folder: Path) -> dict[str, object]:
    """SIGTERM at random moments of runs that read and publish: how they end, how soon, what the next run finds."""
    chance, processed = chances(11), folder / "processed"
    sets = prepare(folder)
    expected = {inbox: undisturbed(folder, inbox) for inbox in sets}
    wait(start(folder, sets[0]))
    tally: Counter[str] = Counter()
    slowest, below = 0.0, set[int]()
    for number in range(count):
        inbox = sets[(number + 1) % 2]
        forget_small(processed)
        child = start(folder, inbox)
        time.sleep(chance.uniform(0, 8))
        below |= set(descendants(child))
        began = time.perf_counter()
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
        tally[f"exit {wait(child)}"] += 1
        slowest = max(slowest, time.perf_counter() - began)
        version = editions.current(processed)
        tally["version in place whole"] += version is not None and not editions.faults(version)
        tally["resumed"] += wait(start(folder, inbox)) == 0 and exports(processed) == expected[inbox]
    time.sleep(3)
    orphans = sum(Path(f"/proc/{pid}").exists() for pid in below)
    return {"stops": count, **tally, "slowest_end_seconds": round(slowest, 1), "orphans_after_3_s": orphans}


def flips(count: int, folder: Path) -> dict[str, object]:
    """One bit flipped in a published file, in each in turn: whether it is seen."""
    chance = chances(23)
    wait(start(folder, prepare(folder)[0]))
    version = editions.current(folder / "processed") or folder
    files = [file for file in sorted(version.rglob("*")) if file.is_file() and file.stat().st_size]
    seen = 0
    for number in range(count):
        file = files[number % len(files)]
        content = file.read_bytes()
        damaged = bytearray(content)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        seen += bool(editions.faults(version))
        file.write_bytes(content)
    return {"files": len(files), "flips": count, "seen": seen, "whole_again": not editions.faults(version)}


LARGEST_MUTANT = 60_000


def fuzz(count: int, inbox: Path, folder: Path) -> dict[str, object]:
    """Damaged copies of the smaller documents with text of a folder, read in one run: a verdict for each, no crash."""
    chance = chances(25)
    files = [inbox / one.file for one in index(inbox) if one.outcome.startswith("text")]
    bases = [file.read_bytes() for file in files if file.stat().st_size <= LARGEST_MUTANT]
    mutants = {mutated(chance.choice(bases), bases, chance) for _ in range(count)}
    (folder / "inbox").mkdir()
    for number, content in enumerate(sorted(mutants)):
        (folder / "inbox" / f"{number}.pdf").write_bytes(content)
    seen = watched(folder / "inbox", folder)
    found = verdicts(tables_of(folder / "processed"))
    ends = Counter(one.status if one.status != "no study" else "+".join(one.codes) for one in found.values())
    silent = sum(one.status == "no study" and not one.codes for one in found.values())
    return {
        "mutants": len(mutants),
        "verdicts": len(found),
        "without_reason": silent,
        "ends": dict(ends),
        "run": seen,
    }


def mixed(inbox: Path, folder: Path) -> dict[str, object]:
    """The samples alone, and among all that was made to break readers: whether their rows are the same bytes."""
    sets = prepare(folder)
    alone = exports_of(folder / "alone", sets[0])
    both = folder / "both"
    shutil.copytree(sets[0], both)
    for one in index(inbox):
        shutil.copy(inbox / one.file, both)
    among = exports_of(folder / "among", both)
    told = {name: rows_lost(rows, among[name]) for name, rows in alone.items()}
    return {
        "good": len(alone["studies.csv"]) - 1,
        "documents_among": len(among["documents.csv"]) - 1,
        "rows_compared": sum(len(rows) - 1 for rows in alone.values()),
        "tables_compared": len(told),
        "tables_over_all_studies": sorted(OVER_ALL),
        "rows_changed_or_gone": {name: count for name, count in told.items() if count},
    }


def exports_of(folder: Path, inbox: Path) -> dict[str, list[bytes]]:
    """The lines of each table that a run of its own publishes and that tells of single studies."""
    seen = watched(inbox, folder)
    if seen["exit"] not in (0, cli.EXIT_LOSSES):
        raise SystemExit(f"a run ended with {seen['exit']}")
    return lines_of(folder / "processed")


def resumed(count: int, folder: Path) -> dict[str, object]:
    """SIGKILL when nine of ten small documents are read: how many the next run reads again."""
    inbox, processed = folder / "inbox", folder / "processed"
    inbox.mkdir()
    for number in range(count):
        (inbox / f"{number}.pdf").write_bytes(pdf_bytes([[*LINES, f"Dossier {number}."]]))
    run = command_on(inbox, folder)
    while run.poll() is None and len(results_of(processed)) < 0.9 * count:
        time.sleep(0.05)
    run.kill()
    run.wait()
    there = results_of(processed)
    workers = settings_of().workers
    began = time.perf_counter()
    code = command_on(inbox, folder).wait()
    after = results_of(processed)
    again = sum(after[file] != when for file, when in there.items())
    return {
        "documents": count,
        "results_at_the_kill": len(there),
        "workers": workers,
        "exit": code,
        "next_run_read": len(after) - len(there) + again,
        "read_again": again,
        "next_run_seconds": round(time.perf_counter() - began, 1),
    }


def results_of(processed: Path) -> dict[Path, int]:
    """The results of documents, and when each was written."""
    files = (processed / ".work" / "documents").glob("*/[!.]*")
    return {file: file.stat().st_mtime_ns for file in files}


def away(count: int, folder: Path) -> dict[str, object]:
    """Prefect's server killed in the middle of a run; every other time it comes back: what is published and said."""
    chance = chances(12)
    inbox = folder / "inbox"
    inbox.mkdir()
    for number in range(12):
        (inbox / f"{number}.pdf").write_bytes(pdf_bytes([[*LINES, f"Dossier {number}."]]))
    expected = undisturbed(folder, inbox)
    tally: Counter[str] = Counter()
    slowest = 0.0
    for number in range(count):
        here, port, back = folder / str(number), free_port(), number % 2 == 1
        here.mkdir()
        api = {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
        api |= {} if back else {"PREFECT_CLIENT_MAX_RETRIES": "2"}
        server = prefect_server(here, port)
        began = time.perf_counter()
        run = command_on(inbox, here, "--prefect", environment=api)
        while run.poll() is None and len(results_of(here / "processed")) < 1 + number % 9:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.5))
        stop(server)
        server = prefect_server(here, port) if back else None
        code = run.wait()
        slowest = max(slowest, time.perf_counter() - began)
        tally[f"exit {code}"] += 1
        tally["same tables"] += exports(here / "processed") == expected
        tally["said that the server went away"] += b"Prefect ne r" in (here / "log").read_bytes()
        if server is not None:
            tally[f"back: {states(port)}"] += 1
            stop(server)
    return {"stops": count, **tally, "slowest_run_seconds": round(slowest, 1)}


def prefect_server(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """A server that answers."""
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_API_URL": ""}
    server = subprocess.Popen(  # noqa: S603
        [*command, "--no-ui"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5).close()
            return server
        time.sleep(0.1)
    raise SystemExit("the Prefect server did not start")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Kill a server and what it started."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def states(port: int) -> list[str]:
    """The states of the flow runs that a server knows."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/flow_runs/filter", b"{}", {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        return sorted(run["state_name"] for run in json.load(answer))


BOMBS = (
    "synthetic__bomb_nested_flate.pdf",
    "synthetic__bomb_rects_1M.pdf",
    "synthetic__xrefstream_size_2G.pdf",
    "synthetic__do_form_billion_laughs.pdf",
)
"""What takes all the time or memory that it is given."""


def bombs(inbox: Path, folder: Path) -> dict[str, object]:
    """Ten bombs at once, each in a process, and the samples behind them: memory, times, and who finishes."""
    good = prepare(folder)[0]
    names = {file.name for file in good.iterdir()}
    for number in range(10):
        content = (inbox / BOMBS[number % len(BOMBS)]).read_bytes()
        (good / f"bombe-{number}.pdf").write_bytes(content + b"\n%% %d\n" % number)
    environment = {"PASSERELLE_MEMORY_MEGABYTES": "2048", "PASSERELLE_WORKERS": "10"}
    seen = watched(good, folder, environment)
    details = json.loads((folder / "processed" / "run.json").read_text())["details"]
    times = {d["file_name"]: d["seconds"] for d in details if d["file_name"] not in names}
    return {
        "bombs": len(times),
        "run": seen,
        "slowest_bomb_seconds": max(times.values()),
        "past_limit_plus_5_s": {
            d["file_name"]: d["seconds"] for d in details if d["seconds"] > limit_of(d["pages"])
        },
        "good_documents_read": sum(d["study_id"] is not None for d in details if d["file_name"] in names),
        "good_documents": len(names),
    }


def command_on(
    inbox: Path, folder: Path, prefect: str = "--no-prefect", environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """A run as a command of its own; what it says stands in ``log``."""
    command = [sys.executable, "-m", "flows.cli", "run", str(inbox), prefect]
    command += ["--raw", str(folder / "raw"), "--processed", str(folder / "processed")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=os.environ | (environment or {}), stdout=log, stderr=log
        )


def tables_of(processed: Path) -> dict[str, pd.DataFrame]:
    """The published tables."""
    return {file.stem: pd.read_parquet(file) for file in (processed / "tables").glob("*.parquet")}


def limit_of(pages: int) -> float:
    """The seconds after which reading a document has ended, whatever it is."""
    settings = settings_of()
    return min(settings.document_seconds, settings.reading_seconds + 2 * pages) + 5


def watched(inbox: Path, folder: Path, environment: dict[str, str] | None = None) -> dict[str, object]:
    """A run as a command of its own, and what is seen of it from outside."""
    folder.mkdir(exist_ok=True)
    began = time.perf_counter()
    run = command_on(inbox, folder, environment=environment)
    most, below = Counter[str](), dict[int, str]()
    while run.poll() is None:
        children = descendants(run.pid)
        below |= {child: born(child) for child in children if child not in below}
        most["parent"] = max(most["parent"], peak_memory(run.pid))
        most["child"] = max([most["child"], *map(peak_memory, children)])
        time.sleep(0.1)
    time.sleep(3)
    return {
        "exit": run.returncode,
        "seconds": round(time.perf_counter() - began - 3, 1),
        "peak_memory_mb": {name: round(kilobytes / 1000) for name, kilobytes in most.items()},
        "children": len(below),
        "orphans_after_3_s": sum(bool(when) and born(child) == when for child, when in below.items()),
    }


def born(process: int) -> str:
    """When a process began, in ticks of the system; empty when it is gone. Its number may be another's by then."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    return ""


def peak_memory(process: int) -> int:
    """The most memory that a process held, in kilobytes; 0 when it is gone."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return 0


COUNTED = {
    "kills": (kills, 200),
    "full": (full, 50),
    "together": (together, 20),
    "stops": (stops, 50),
    "flips": (flips, 200),
    "resumed": (resumed, 1_000),
    "away": (away, 20),
}
"""What is done so many times, and how often unless told."""


GIVEN = {"hostile": hostile, "mixed": mixed, "bombs": bombs}
"""What is done with a folder of hostile documents."""


def main() -> None:
    """Run the one that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["faults", "fuzz", *GIVEN, *COUNTED])
    parser.add_argument("inbox", type=Path, nargs="?", help="documents made to break readers")
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=0, help="for other chances than the last time")
    parser.add_argument("--folder", type=Path, help="where to work, such as a file system in memory")
    chosen = parser.parse_args()
    SEED[0] = chosen.seed
    settings_of()
    folder = Path(tempfile.mkdtemp(prefix=f"passerelle-{chosen.what}-", dir=chosen.folder))
    try:
        if chosen.what in GIVEN:
            done = GIVEN[chosen.what](chosen.inbox.resolve(), folder)
        elif chosen.what == "fuzz":
            done = fuzz(chosen.count or 2_000, chosen.inbox.resolve(), folder)
        elif chosen.what == "faults":
            done = faults(folder)
        else:
            run, usual = COUNTED[chosen.what]
            done = run(chosen.count or usual, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(done, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
