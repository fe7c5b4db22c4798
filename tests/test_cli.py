"""The command line as scripts and researchers meet it: exit codes, one JSON document, French messages."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli, pipeline, versions
from flows.ledger import read_ledger
from flows.summary import RunSummary
from flows.terminal import number, printable, shorten

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]

ROOT = Path(__file__).resolve().parent.parent
PASSERELLE = [sys.executable, "-m", "flows.cli"]
LINES = (
    "Les travailleurs du Niger partent vers la Côte d'Ivoire et reviennent avec des compétences utiles.",
)


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    return ["--raw", str(tmp_path / "raw"), "--processed", str(tmp_path / "processed")]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PASSERELLE, "run", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_help_answers_at_once() -> None:
    """Nothing heavy is imported to show help or refuse a wrong option."""
    heavy = ("spacy", "prefect", "pandas", "pyarrow", "pydantic")
    code = f"import sys, flows.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    shown = CliRunner().invoke(cli.app, ["run", "--help"])
    assert shown.exit_code == 0
    for option in ("--raw", "--processed", "--workers", "--model", "--no-prefect", "--json"):
        assert option in shown.output


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["absent.pdf"], {}, "n'existe pas"),
        (["tests", "--workers", "0"], {}, "workers"),
        (["tests"], {"PASSERELLE_MODEL": "en_core_web_sm"}, "en_core_web_sm"),
        ([], {}, ""),
        (["--wrong"], {}, ""),
    ],
)
def test_wrong_usage_is_2(
    arguments: list[str], environment: dict[str, str], message: str, folders: list[str], tmp_path: Path
) -> None:
    done = run(*arguments, *folders, "--no-prefect", "--json", **environment)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_empty_folder_is_2(tmp_path: Path, folders: list[str]) -> None:
    (tmp_path / "inbox").mkdir()
    done = run(str(tmp_path / "inbox"), *folders, "--no-prefect")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Aucun fichier PDF ou HTML" in done.stderr


def test_missing_model_is_5(tmp_path: Path, folders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise versions.PackageNotFoundError(name)

    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    monkeypatch.setattr(versions, "version", missing)
    versions.fingerprint.cache_clear()
    done = CliRunner().invoke(cli.app, ["run", str(tmp_path / "a.pdf"), *folders, "--no-prefect"])
    versions.fingerprint.cache_clear()
    assert done.exit_code == 5
    assert "requirements.lock" in done.stderr


def test_fault_of_ours_is_1_and_publishes_nothing(
    tmp_path: Path, folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("table\x1b[31m broken")

    monkeypatch.setattr(pipeline, "run", fail)
    done = CliRunner().invoke(cli.app, ["run", str(tmp_path), *folders, "--no-prefect", "--json"])
    assert done.exit_code == 1
    assert "rien n'a été publié" in done.stderr
    assert "\x1b[31m broken" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "processed" / "current").exists()


@pytest.mark.model
def test_json_is_one_document_and_losses_are_3(tmp_path: Path, folders: list[str], make_pdf: MakePdf) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "niger.pdf").write_bytes(make_pdf([LINES]))
    done = run(str(inbox), *folders, "--no-prefect", "--json", "--workers", "1")
    assert done.returncode == 0, done.stderr
    summary = RunSummary.model_validate_json(done.stdout)
    assert [detail.file_name for detail in summary.details] == ["niger.pdf"]
    assert set(summary.paths) == {"tables", "database", "datapackage", "run"}
    assert all(Path(path).exists() for path in summary.paths.values())

    (inbox / "vide\x1b[31m.pdf").write_bytes(b"")
    done = run(str(inbox), *folders, "--no-prefect", "--workers", "1")
    assert done.returncode == 3
    assert "inchangé" in done.stderr  # niger.pdf
    assert "vide" in done.stderr
    assert "Le fichier est vide" in done.stderr
    assert "\x1b[31m.pdf" not in done.stderr + done.stdout
    for said in ("passerelle.sqlite", "run.json", "tables", "mots lus", "Terminé avec des pertes"):
        assert said in done.stdout


@pytest.mark.model
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interruption_is_130_and_publishes_nothing(
    tmp_path: Path, folders: list[str], make_pdf: MakePdf, sent: signal.Signals
) -> None:
    for number_ in range(3):
        (tmp_path / f"{number_}.pdf").write_bytes(make_pdf([LINES] * (number_ + 1)))
    command = [*PASSERELLE, "run", str(tmp_path), *folders, "--no-prefect", "--workers", "1", "--json"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    path = tmp_path / "processed" / ".work" / "ledger.sqlite"
    while not outcomes(path):
        time.sleep(0.05)
        assert process.poll() is None
    time.sleep(0.5)
    process.send_signal(sent)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Interrompu" in errors
    assert "Traceback" not in errors
    assert output == ""
    assert not (tmp_path / "processed" / "tables").exists()
    assert outcomes(path) == ["interrupted"]


def outcomes(path: Path) -> list[str]:
    with suppress(sqlite3.OperationalError), read_ledger(path) as ledger:
        return [known.outcome for known in ledger.runs()] if ledger else []
    return []


def test_numbers_and_names_as_shown() -> None:
    assert number(12345.6, 1) == "12\u202f345,6"
    assert shorten("a" * 50 + ".pdf", 20) == "aaaaaaaaa…aaaaaa.pdf"
    assert printable("a\x1b[2J\nb") == "a [2J b"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (errno.ENOSPC, "Plus de place sur le disque"),
        (errno.EIO, "Le disque refuse l'écriture"),
        (errno.EROFS, "Le disque refuse l'écriture"),
    ],
)
def test_a_disk_that_fails_is_no_fault_of_the_program(
    folders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int, said: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(fault, os.strerror(fault))

    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    monkeypatch.setattr(os, "fsync", fail)
    done = CliRunner().invoke(cli.app, ["run", str(tmp_path / "a.pdf"), *folders, "--no-prefect"])
    assert done.exit_code == 5
    assert said in " ".join(done.output.split())
