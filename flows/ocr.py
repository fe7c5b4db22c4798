"""The recognition engines of this machine: tesseract with French, or RapidOCR; or none.

Tesseract is called as a program, with a picture on its standard input and hOCR on its output: no temporary
file, a time limit that the system keeps, and a crash in it costs one page. See docs/decisions/0004-ocr.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Literal

from extractors.ocr import OcrEngine, Picture, SeenWord, words_of_hocr, words_of_quads
from flows.errors import EnvironmentIncomplete

OcrChoice = Literal["auto", "tesseract", "rapidocr", "none"]

OCR_ENGINES = ("tesseract", "rapidocr")
"""What the names of engines begin with."""
LANGUAGE = "fra"
PAGE_SECONDS = 60
"""Time for one page: thirty times what a page usually takes."""
PROBE_SECONDS = 20
MISSING = {
    "tesseract": "Tesseract avec le français n'est pas installé : apt install tesseract-ocr tesseract-ocr-fra, ",
    "rapidocr": "RapidOCR n'est pas installé : installez l'extra « ocr » (pip install 'passerelle[ocr]'), ",
}


@lru_cache(maxsize=4)
def find_engine(choice: OcrChoice) -> OcrEngine | None:
    """The engine to use, or None: ``auto`` takes tesseract, else RapidOCR, else none.

    Raises:
        EnvironmentIncomplete: when the engine asked for by name is not there.
    """
    if choice == "none":
        return None
    finders: dict[str, Callable[[], OcrEngine | None]] = {"tesseract": tesseract, "rapidocr": rapidocr}
    for name, find in finders.items():
        engine = find() if choice in ("auto", name) else None
        if engine is not None:
            return engine
    if choice == "auto":
        return None
    raise EnvironmentIncomplete(MISSING[choice] + "ou choisissez PASSERELLE_OCR=auto.")


def engine_name(choice: OcrChoice) -> str:
    """Name and version of the engine to use; empty where there is none."""
    engine = find_engine(choice)
    return "" if engine is None else engine.name


def tesseract() -> OcrEngine | None:
    """Tesseract, if it is installed and knows French."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    languages = _answer(program, "--list-langs").split()
    release = _answer(program, "--version").split()
    if LANGUAGE not in languages or len(release) < 2:
        return None
    return OcrEngine(f"tesseract {release[1]}", partial(read_with_tesseract, program))


def _answer(program: str, question: str) -> str:
    """What a program says when asked; nothing where it cannot."""
    try:
        asked = subprocess.run(  # noqa: S603 - a program of the system, fixed arguments
            [program, question], capture_output=True, timeout=PROBE_SECONDS, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return asked.stdout


def read_with_tesseract(program: str, picture: Picture) -> Sequence[SeenWord] | None:
    """The words that tesseract sees; None where it fails or takes too long.

    One thread: four gain little and, with several workers, lose much.
    """
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, fixed arguments
            [
                program,
                "stdin",
                "stdout",
                "-l",
                LANGUAGE,
                "--dpi",
                str(round(picture.dpi)),
                "--psm",
                "3",
                "hocr",
            ],
            input=picture.to_pgm(),
            capture_output=True,
            timeout=PAGE_SECONDS,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return words_of_hocr(done.stdout) if done.returncode == 0 else None


def rapidocr() -> OcrEngine | None:
    """RapidOCR, if the extra ``ocr`` is installed; its models are in its wheel."""
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return None
    try:
        return OcrEngine(f"rapidocr {version('rapidocr')}", read_with_rapidocr)
    except PackageNotFoundError:
        return None


def read_with_rapidocr(picture: Picture) -> Sequence[SeenWord]:
    """The words that RapidOCR sees."""
    import numpy

    grey = numpy.frombuffer(picture.pixels, numpy.uint8).reshape(picture.height, picture.width)
    colours = numpy.repeat(grey[:, :, None], 3, axis=2)
    found = _rapidocr_model()(colours, return_word_box=True, use_cls=False)
    return words_of_quads(found.word_results or ())


@lru_cache(maxsize=1)
def _rapidocr_model() -> Any:
    """RapidOCR with its own models, in one thread; loaded once in a process."""
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    return RapidOCR(params={**threads, "Global.log_level": "critical"})
