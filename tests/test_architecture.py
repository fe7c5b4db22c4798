"""The house keeps its order: imports go one way, extractors are pure, the wheel holds what it should."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("schemas", "extractors", "flows")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

FORBIDDEN = {
    "schemas": {"extractors", "flows", "prefect", "spacy", "socket", "sqlite3", "pathlib"},
    "extractors": {
        *("flows", "prefect", "typer", "rich"),
        *("httpx", "requests", "socket", "sqlite3", "ssl", "urllib3"),
        *("glob", "shutil", "subprocess", "tempfile"),
    },
    "flows": {"re", "pdfplumber", "pypdfium2", "lxml", "trafilatura"},
}
"""What a package never imports: schemas ← extractors ← flows; no disk or network in extractors; no parsing in
flows."""

READS_TABLES = {"schemas/__init__.py", "schemas/frames.py"}
"""What a notebook asks for published tables; nothing else in schemas touches a disk."""

NEVER = {"pickle", "joblib", "marshal", "shelve", "dill", "cloudpickle"}
"""Formats that run code when they are read."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    tops = {name.partition(".")[0] for name in imports(path)}
    allowed = {"pathlib"} if path.relative_to(ROOT).as_posix() in READS_TABLES else set()
    assert not tops & ((FORBIDDEN[package] - allowed) | NEVER)


@pytest.mark.parametrize("path", sorted((ROOT / "extractors").rglob("*.py")), ids=lambda path: path.name)
def test_extractors_open_no_file(path: Path) -> None:
    assert "pathlib.Path" not in set(imports(path))
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call, ast.Name) and call.id == "open"]


def test_prefect_stays_in_its_modules() -> None:
    """The flow, what it shows, and its schedule; the core runs without."""
    users = {
        p.name for p in (ROOT / "flows").rglob("*.py") if any(n.startswith("prefect") for n in imports(p))
    }
    assert users == {"extract.py", "board.py", "serve.py"}


def test_wheel_holds_the_three_packages_and_their_vocabularies(tmp_path: Path) -> None:
    builder = pytest.importorskip("hatchling.builders.wheel").WheelBuilder(str(ROOT))
    (wheel,) = builder.build(directory=str(tmp_path))
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert {name.partition("/")[0] for name in names} == set(PACKAGES)
    vocabularies = {path.relative_to(ROOT).as_posix() for path in (ROOT / "extractors").rglob("*.csv")}
    assert vocabularies
    assert vocabularies <= names
    report = {
        p.relative_to(ROOT).as_posix() for p in (ROOT / "flows" / "report").rglob("*.*") if p.suffix != ".pyc"
    }
    assert {"flows/report/templates/index.html", "flows/report/static/map.json"} <= report <= names
