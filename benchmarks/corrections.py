#!/usr/bin/env python3
"""What becomes of the sixty decisions of ``tests/corrections/`` after what happens to files: prints a table.

    python benchmarks/corrections.py

The four sample studies as they are, extracted again, saved by another program, with two pages of another study
inserted before the fifth, and set anew in larger type and other margins (WeasyPrint).
"""

from __future__ import annotations

import importlib.util
import io
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdf

import extractors
from extractors.corrections.corpus import corrected_rows
from extractors.pdf import read_pdf
from extractors.study import extract_study
from flows.corrections import read_corrections

ROOT = Path(__file__).resolve().parent.parent
STUDIES = sorted((ROOT / "examples" / "studies").glob("*.pdf"))
LAYOUT = (
    ("font-size: 9.5pt; line-height: 1.4", "font-size: 11pt; line-height: 1.5"),
    ("margin: 27mm 24mm 25mm 24mm", "margin: 22mm 30mm 25mm 20mm"),
    ("font-size: 8.3pt; line-height: 1.3", "font-size: 9.5pt; line-height: 1.4"),
)

Change = Callable[[Path], bytes]


def same(path: Path) -> bytes:
    """The file itself."""
    return path.read_bytes()


def saved_anew(path: Path) -> bytes:
    """The same pages, written by another program."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(path.read_bytes()))
    for page in writer.pages:
        page.compress_content_streams()
    writer.add_metadata({"/Producer": "Autre"})
    return written(writer)


def with_two_pages(path: Path) -> bytes:
    """Two pages of another study before the fifth."""
    other = pypdf.PdfReader(next(p for p in STUDIES if p != path))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(path.read_bytes()))
    for number in range(2):
        writer.insert_page(other.pages[6 + number], 4 + number)
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    """The bytes of a PDF."""
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def set_anew(path: Path) -> bytes:
    """The same text in larger type and other margins."""
    with tempfile.TemporaryDirectory() as folder:
        examples = Path(folder) / "examples"
        shutil.copytree(ROOT / "examples", examples)
        css = examples / "sources" / "studies.css"
        text = css.read_text(encoding="utf-8")
        for old, new in LAYOUT:
            text = text.replace(old, new)
        css.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("maker", examples / "make_samples.py")
        if spec is None or spec.loader is None:
            raise ImportError("examples/make_samples.py")
        maker = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(maker)
        content: bytes = maker.build_study(examples / "sources" / f"{path.stem}.html")[0]
        return content


def main() -> int:
    """Print the outcomes of the decisions after each change."""
    nlp = extractors.load()
    with tempfile.TemporaryDirectory() as raw:
        shutil.copytree(ROOT / "tests" / "corrections", Path(raw) / "corrections")
        corrections = read_corrections(Path(raw))
    changes: dict[str, Change] = {
        "unchanged": same,
        "saved by another program": saved_anew,
        "two pages inserted": with_two_pages,
        "set anew": set_anew,
    }
    for name, change in changes.items():
        rows = [
            extract_study(read_pdf(change(path)), nlp, study_id=path.stem, file_name=path.name)
            for path in STUDIES
        ]
        found = corrected_rows(rows, corrections)["correction_outcomes"]
        counts = Counter(str(getattr(row, "outcome", "")) for row in found)
        print(f"{name:<26} {len(found)} decisions: {dict(sorted(counts.items()))}")
        for row in found:
            if getattr(row, "outcome", "") in ("source_changed", "orphan"):
                print(f"    {row}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
