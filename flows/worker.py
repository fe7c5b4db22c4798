"""What runs in a worker process: one document at a time, with a model loaded once.

The process is expendable. It gives itself a deadline (an alarm that kills it even inside native code), a
limit of memory, and no network; whatever happens to it costs one document (``flows.pool``). Results travel
and are kept as images of plain tables (``flows.results``), never as pickled objects of a process that has read
hostile bytes.
"""

from __future__ import annotations

import gc
import logging
import os
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from spacy.language import Language

from extractors.html import read_html
from extractors.model import load
from extractors.ocr import OcrEngine, Picture, SeenWord
from extractors.pdf import read_pdf
from extractors.study import StudyRows, rows_as_read, with_findings
from extractors.watch import Step, Watch
from flows import storage
from flows.confinement import confine, forbid_network
from flows.ingest import Source, reject_row
from flows.losses import losses, not_analysed
from flows.ocr import PAGE_SECONDS, OcrChoice, find_engine
from flows.reference import reference_rows
from flows.results import Extraction, pack
from flows.watch import DocumentWatch, set_alarm
from schemas.document import Document, Loss, MediaType
from schemas.errors import TableError, UnreadableDocument
from schemas.row import check_rows
from schemas.tables import TABLES

OUT_OF_MEMORY_EXIT = 77
MESSAGE_LENGTH = 300
PAGE_ALLOWANCE = 2.0

BYTES_A_PAGE = 3_000
"""A web page has the time of so many pages of paper."""


def read_page(content: bytes, watch: Watch) -> Document:
    """A web page, which has the time of a paper of its length."""
    watch.opened(len(content) // BYTES_A_PAGE)
    return read_html(content)


READERS: dict[MediaType, Callable[[bytes, OcrEngine | None, Watch], Document]] = {
    "application/pdf": read_pdf,
    "text/html": lambda content, _, watch: read_page(content, watch),
}


@dataclass(frozen=True, slots=True)
class Job:
    """A document to extract: where its bytes are, and how long it may take (``flows.watch``).

    ``note`` is the file in which the worker notes what it is at; ``spared`` are the steps that cost a worker before,
    ``spent`` the seconds that it took.
    """

    source: Source
    path: Path
    model: str
    reading_seconds: int
    document_seconds: int
    ocr: OcrChoice = "none"
    ocr_seconds: int = 0
    note: Path | None = None
    spared: Mapping[Step, Loss] = field(default_factory=dict)
    spent: float = 0.0

    @property
    def kept(self) -> Path | None:
        """Where the worker keeps what it read before it analyses it."""
        return None if self.note is None else self.note.with_suffix(".read")


def start(model: str, memory_megabytes: int) -> None:
    """Prepare a worker process: the model, unless it was forked with it, then all that confines it."""
    load_model(model)
    logging.getLogger("pdfminer").setLevel(
        logging.CRITICAL
    )  # it says on the terminal what damaged files hold
    confine(memory_megabytes)


def load_model(model: str) -> None:
    """Load a model without a way to the network, and never look at its objects again."""
    forbid_network()
    load(model)
    collect_seldom()


SMALL_OBJECTS = 100_000
"""Objects made before Python looks for circles among them: a page makes tens of thousands that hold none."""


def collect_seldom() -> None:
    """Have Python look for circles of objects seldom, and never among those of the model (a tenth of all CPU)."""
    gc.freeze()
    gc.set_threshold(SMALL_OBJECTS, 20, 20)


def extract(job: Job) -> bytes:
    """Extract one document; its result, packed (``flows.results``)."""
    with DocumentWatch(job.reading_seconds, job.document_seconds, job.spent, job.spared, job.note) as watch:
        try:
            return pack(extract_source(job, load(job.model), watch))
        except MemoryError:
            os._exit(OUT_OF_MEMORY_EXIT)  # such a process cannot be trusted with another document


@dataclass(slots=True)
class TimedReader:
    """An engine's reader with a time of its own: while it works, the clock of the document stands still.

    Each page that it reads gives the document some seconds more, in which the page is drawn and laid out.
    """

    engine: OcrEngine
    seconds_left: float
    watch: DocumentWatch

    def __call__(self, picture: Picture) -> Sequence[SeenWord] | None:
        """The words of a picture; None where the engine gives up or no time is left."""
        if self.seconds_left <= 0:
            return None
        began = time.monotonic()
        set_alarm(2 * PAGE_SECONDS)
        try:
            return self.engine.read(picture)
        finally:
            took = time.monotonic() - began
            self.watch.stand_still(took + PAGE_ALLOWANCE)
            self.seconds_left -= took


def timed_engine(job: Job, watch: DocumentWatch) -> OcrEngine | None:
    """The engine for one document, or None."""
    engine = find_engine(job.ocr)
    return engine and replace(engine, read=TimedReader(engine, job.ocr_seconds, watch))


def extract_source(job: Job, nlp: Language, watch: DocumentWatch) -> Extraction:
    """Extract a document. The one place where any fault becomes a row of ``rejects``."""
    source, stage = job.source, "read"
    faults: dict[Step, str] = {}
    try:
        document = READERS[source.media_type](job.path.read_bytes(), timed_engine(job, watch), watch)
        stage = "analyse"
        rows = rows_as_read(
            document,
            nlp,
            study_id=source.study_id,
            file_name=source.file_name,
            source_url=source.page_url or source.url,
            stated=source.stated,
        )
        rejects = list(losses(document, source))
        keep(job, Extraction(rows, rejects, document.text_source))
        rows = analysed(rows, document, nlp, source, watch, faults)
    except UnreadableDocument as error:
        reject = reject_row(
            source.document_id, source.file_name, stage, error.code, _clean(error.message), error.page
        )
        return Extraction(None, [reject], "none")
    except MemoryError:
        raise
    except Exception as error:
        message = (
            "Erreur du programme sur ce document (les autres ne sont pas touchés) ; signalez-la avec ce "
            f"message : {_told(error)}"
        )
        reject = reject_row(source.document_id, source.file_name, stage, "internal_error", _clean(message))
        return Extraction(None, [reject], "none")
    rejects += not_analysed(document, source, watch.left_out, faults)
    return Extraction(rows, rejects, document.text_source)


def keep(job: Job, extraction: Extraction) -> None:
    """Keep what was read of a document whose analysis may cost the process; where there is no room, do without."""
    if job.kept is None or extraction.rows is None or not extraction.rows.passages:
        return
    with suppress(OSError):
        storage.write_atomically(job.kept, pack(extraction))


def analysed(
    read: StudyRows,
    document: Document,
    nlp: Language,
    source: Source,
    watch: DocumentWatch,
    faults: dict[Step, str],
) -> StudyRows:
    """The rows of a document with what its analysis finds; where that meets a fault of ours, without that part of it.

    A fault among passages that are analysed together is looked for in each of them. The faults are added, by part.
    """
    while True:
        try:
            rows = with_findings(read, document, nlp, source.stated, watch)
            check_study(rows, source.document_id)
        except MemoryError:
            raise
        except Exception as error:
            step = watch.at
            if step is None or step in faults:
                raise
            faults[step] = _clean(_told(error))
            watch.spare(step, "fault")
        else:
            return rows


def check_study(rows: StudyRows, document_id: str) -> None:
    """Check one study's keys and references alone, so that a fault in it cannot hold back the others.

    Raises:
        TableError: when they break the contract.
    """
    check_rows(TABLES, {**dict(rows.tables()), **reference_rows()})
    named = {row.document_id for part in (rows.pages, rows.passages, rows.evidence) for row in part}
    strays = sorted(named - {document_id})
    if strays:
        raise TableError(f"rows of {document_id} that name other documents, such as {strays[:5]}")


def _told(error: Exception) -> str:
    """A fault, with the module and line where it arose."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {type(error).__name__}: {error}"


def _clean(message: str) -> str:
    """A message fit for a table and a terminal: one printable line, not too long."""
    line = "".join(char if char.isprintable() else " " for char in message)
    return line if len(line) <= MESSAGE_LENGTH else line[: MESSAGE_LENGTH - 1] + "…"
