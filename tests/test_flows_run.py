"""A whole run over good and bad documents: what is published and refused, and the same bytes every time."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from pebble import ProcessFuture

from extractors.study import StudyRows
from flows import pipeline, worker
from flows.ingest import Source
from flows.limits import limits_of
from flows.pool import SERVER_DIED, WorkerPool
from flows.results import Extraction, pack, read_facts
from flows.settings import Settings
from flows.summary import DocumentReport, RunSummary
from flows.watch import DocumentWatch, set_alarm
from flows.worker import Job

pytestmark = pytest.mark.model

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]

FRENCH = (
    "Étude sur la migration de main-d'oeuvre au Mali",
    "",
    "Recommandations",
    "Il est recommandé au ministère de l'Emploi et de la Formation professionnelle",
    "du Mali de renforcer l'Agence nationale pour l'emploi (ANPE) dans toutes les",
    "régions du pays. Les travailleurs partent vers la Côte d'Ivoire et le Sénégal.",
)
ENGLISH = (
    "Labour migration in Mali",
    "The Ministry of Employment should strengthen the national employment agency and the",
    "partnerships with neighbouring countries. Workers leave for the coast every year and",
    "come back with new skills that are not recognised by the employers of their region.",
)
SPANISH = (
    "La migración laboral en Guinea Ecuatorial",
    "El Ministerio de Trabajo debería reforzar la agencia nacional de empleo y las alianzas",
    "con los países vecinos. Los trabajadores salen cada año hacia la costa y vuelven con",
    "nuevas competencias que los empleadores de la región todavía no reconocen.",
)
PAGE = """<!doctype html><html lang="fr"><head><title>Études</title></head><body><main><h1>Les études</h1>
<p>Les études portent sur le Mali, le Niger et le Cameroun ; elles décrivent la migration de main-d'œuvre et
la formation professionnelle dans ces pays, et s'adressent aux ministères, aux agences et aux partenaires
sociaux.</p>
</main></body></html>"""

EXPECTED_REJECTS = {
    ("vide.pdf", "ingest", "empty_file"),
    ("notes.pdf", "ingest", "not_a_document"),
    ("tronque.pdf", "read", "broken"),
    ("chiffre.pdf", "read", "encrypted"),
    ("image.pdf", "read", "image_only"),
    ("anglais.pdf", "analyse", "other_language"),
    ("espagnol.pdf", "analyse", "other_language"),
    ("zzz-copie.pdf", "ingest", "duplicate"),
    ("moitie.pdf", "read", "image_only"),
}


def encrypted(content: bytes) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt("secret", algorithm="RC4-128")
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, make_pdf: MakePdf) -> Path:
    """Three good documents among every kind of bad one."""
    folder = tmp_path_factory.mktemp("inbox")
    good = make_pdf([FRENCH, FRENCH[2:]])
    files = {
        "mali.pdf": good,
        "zzz-copie.pdf": good,
        "page.html": PAGE.encode(),
        "moitie.pdf": make_pdf([FRENCH, []]),
        "vide.pdf": b"",
        "notes.pdf": b"Ceci n'est pas un PDF.",
        "tronque.pdf": make_pdf([FRENCH] * 3)[:700],
        "chiffre.pdf": encrypted(make_pdf([FRENCH[:1]])),
        "image.pdf": make_pdf([[], []]),
        "anglais.pdf": make_pdf([ENGLISH]),
        "espagnol.pdf": make_pdf([SPANISH]),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


class Listener:
    """A report that remembers."""

    def __init__(self) -> None:
        self.reports: list[DocumentReport] = []

    def started(self, documents: int) -> None:
        """Remember how many are to come."""
        self.expected = documents

    def document(self, report: DocumentReport) -> None:
        """Remember it."""
        self.reports.append(report)


@dataclass
class Done:
    """A run that ended."""

    summary: RunSummary
    listener: Listener
    settings: Settings
    tables: dict[str, pd.DataFrame]


def go(folder: Path, paths: Sequence[Path], workers: int) -> Done:
    settings = Settings(
        raw=folder / "raw", processed=folder / "processed", workers=workers, source_date_epoch=1_600_000_000
    )
    listener = Listener()
    summary = pipeline.run(settings, paths, report=listener)
    tables = {path.stem: pd.read_parquet(path) for path in (settings.processed / "tables").glob("*.parquet")}
    return Done(summary, listener, settings, tables)


@pytest.fixture(scope="module")
def done(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return go(tmp_path_factory.mktemp("two-workers"), [inbox], workers=2)


def test_bad_documents_are_refused_with_what_to_do(done: Done) -> None:
    rejects = done.tables["rejects"]
    found = {tuple(row) for row in rejects[["file_name", "stage", "code"]].itertuples(index=False)}
    assert found == EXPECTED_REJECTS
    assert rejects.message.str.len().between(20, 300).all()
    half = rejects[rejects.file_name == "moitie.pdf"]
    assert half.page.tolist() == [2]


def test_the_others_are_published(done: Done) -> None:
    studies = done.tables["studies"].set_index("file_name")
    assert studies.status.to_dict() == {
        "mali.pdf": "extracted",
        "page.html": "extracted",
        "moitie.pdf": "partial",
        "image.pdf": "no_text",
        "anglais.pdf": "other_language",
        "espagnol.pdf": "other_language",
    }
    named = done.tables["country_mentions"].groupby("study_id").iso3.agg(set)
    assert {"MLI", "CIV", "SEN"} <= named["mali"]
    assert {"MLI", "NER", "CMR"} <= named["page"]
    assert not {"anglais", "espagnol"} & set(named.index)
    assert set(done.tables["recommendations"].study_id) >= {"mali"}


def test_every_input_has_a_row_and_every_page_its_words(done: Done) -> None:
    documents, pages = done.tables["documents"], done.tables["pages"]
    assert len(documents) == done.summary.documents.documents == 10
    assert documents.document_id.equals(documents.sha256)
    assert (pages.words_read == pages.words_in_blocks + pages.words_furniture + pages.words_lost).all()
    per_document = pages.groupby("document_id").size()
    counts = done.tables["studies"].merge(documents, on="study_id").set_index("document_id").page_count
    assert per_document.sort_index().tolist() == counts.sort_index().tolist()


def test_the_summary_adds_up(done: Done) -> None:
    summary, counts = done.summary, done.summary.documents
    assert summary.outcome == "done_with_losses"
    assert counts.files == counts.documents + counts.duplicates == 11
    assert counts.documents == counts.read + counts.rejected
    assert (counts.read, counts.rejected, counts.duplicates, counts.reused) == (6, 4, 1, 0)
    words = summary.words
    assert words.read == words.in_blocks + words.furniture + words.lost
    assert summary.tables == {name: len(frame) for name, frame in done.tables.items()}
    assert len(done.listener.reports) == done.listener.expected == 10
    stored = RunSummary.model_validate_json((done.settings.processed / "run.json").read_text())
    assert stored == summary


def test_the_limits_that_applied_are_recorded_and_documented(done: Done) -> None:
    stored = RunSummary.model_validate_json((done.settings.processed / "run.json").read_text())
    assert stored.limits == limits_of(done.settings)
    assert stored.limits["memory_megabytes"] == done.settings.memory_megabytes
    for number in ("reading_seconds", "document_seconds", "ocr_seconds"):
        assert stored.limits[number] == getattr(done.settings, number)
    told = (Path(__file__).parents[1] / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert [name for name in stored.limits if not name.startswith("fetch_") and f"`{name}`" not in told] == []


def test_the_run_is_written_down(done: Done) -> None:
    (run,) = done.tables["runs"].to_dict("records")
    assert run["outcome"] == "done_with_losses"
    assert run["model"] == "fr_core_news_md 3.8.0"
    assert run["documents"] == 10
    assert run["rows"] == sum(len(frame) for name, frame in done.tables.items() if name != "runs")


EXPECTED_TABLES = {
    "studies": ["file_name", "title", "level", "country_iso3", "year", "language", "page_count", "status"],
    "passages": ["study_id", "page", "position", "kind", "zone", "section", "text"],
    "country_mentions": ["study_id", "page", "surface", "iso3", "kind", "role", "resolution"],
    "institution_mentions": ["study_id", "page", "surface", "institution_id", "zone"],
    "recommendations": ["study_id", "page", "text", "modality", "reported"],
    "rejects": ["file_name", "page", "stage", "code", "message"],
}
"""The columns that a change of the rules shows in; identifiers follow from them."""


@pytest.mark.parametrize("table", EXPECTED_TABLES)
def test_tables_are_as_reviewed(done: Done, expect: Callable[[str, str], None], table: str) -> None:
    frame = done.tables[table][EXPECTED_TABLES[table]]
    frame = frame.sort_values(list(frame.columns), kind="stable", key=lambda column: column.astype("string"))
    expect(f"{table}.csv", frame.to_csv(index=False, lineterminator="\n"))


def published_bytes(processed: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((processed / "tables").iterdir())}


def test_same_bytes_with_one_worker_in_another_order(done: Done, inbox: Path, tmp_path: Path) -> None:
    files = sorted(inbox.iterdir(), reverse=True)
    again = go(tmp_path, files, workers=1)
    assert published_bytes(again.settings.processed) == published_bytes(done.settings.processed)


def refuse(*_: object) -> None:
    """Stands for reading where nothing may be read."""
    raise AssertionError("a document was extracted again")


def test_rerun_reads_nothing_anew(done: Done, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = published_bytes(done.settings.processed)
    monkeypatch.setattr(WorkerPool, "extract", refuse)
    again = go(done.settings.processed.parent, [inbox], workers=2)
    assert again.summary.documents.reused == 8
    assert all(report.reused for report in again.listener.reports if report.study_id)
    assert published_bytes(done.settings.processed) == before


def test_damaged_result_is_made_again(done: Done, inbox: Path) -> None:
    before = published_bytes(done.settings.processed)
    folder = done.settings.processed / ".work" / "documents"
    (file,) = (folder / done.tables["documents"].set_index("file_name").document_id["mali.pdf"]).iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    again = go(done.settings.processed.parent, [inbox], workers=1)
    assert [r.file_name for r in again.listener.reports if r.study_id and not r.reused] == ["mali.pdf"]
    assert published_bytes(done.settings.processed) == before


def test_a_lost_ledger_costs_no_reading(done: Done, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = published_bytes(done.settings.processed)
    for file in (done.settings.processed / ".work").glob("ledger.sqlite*"):
        file.write_bytes(b"damaged" * 1000)
    monkeypatch.setattr(WorkerPool, "extract", refuse)
    again = go(done.settings.processed.parent, [inbox], workers=1)
    assert again.summary.documents.reused == 8
    assert published_bytes(done.settings.processed) == before


# -- Documents that take their worker with them -------------------------------------------------------------


def _misbehave(job: Job) -> bytes:
    """Stands for ``worker.extract`` in a worker process: the study's name says what goes wrong."""
    if job.source.study_id == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if job.source.study_id == "hangs":
        set_alarm(job.reading_seconds)
        while True:
            time.sleep(1)
    if job.source.study_id == "server died" and not (seen := job.note.with_suffix(".seen")).exists():
        seen.touch()
        os._exit(SERVER_DIED)
    if job.source.study_id == "memory":
        os._exit(worker.OUT_OF_MEMORY_EXIT)
    return pack(Extraction(StudyRows(), [], "text"))


@pytest.fixture
def bad_pool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WorkerPool]:
    import multiprocessing

    monkeypatch.setattr("flows.pool.clean_context", lambda: multiprocessing.get_context("fork"))
    monkeypatch.setattr("flows.pool.extract", _misbehave)
    monkeypatch.setattr("flows.pool.start", lambda *_: None)
    with WorkerPool(Settings(raw=tmp_path, processed=tmp_path, workers=1, reading_seconds=1)) as pool:
        yield pool


def test_a_dead_worker_costs_one_document(bad_pool: WorkerPool) -> None:
    verdicts = {}
    for study in ("fine", "killed", "hangs", "server died", "memory", "fine too"):
        result = bad_pool.extract(Source("d" * 64, "application/pdf", f"{study}.pdf", study, 1))
        facts = read_facts(result)
        verdicts[study] = [reject.code for reject in facts.rejects]
        assert (facts.failure is None) == (facts.rejects == ())
    assert verdicts == {
        "fine": [],
        "killed": ["crashed"],
        "hangs": ["resource_limit"],
        "server died": [],
        "memory": ["resource_limit"],
        "fine too": [],
    }


def test_a_worker_that_dies_idle_costs_nothing(bad_pool: WorkerPool) -> None:
    """Something outside ends it (the system short of memory, an administrator) between two documents."""
    import multiprocessing

    for study in ("first", "second", "third"):
        result = bad_pool.extract(Source("d" * 64, "application/pdf", f"{study}.pdf", study, 1))
        assert read_facts(result).rejects == ()
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        time.sleep(0.5)  # long enough for the pool to see it


def test_a_pool_that_sees_its_workers_no_more_is_replaced(
    bad_pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server process was killed while a worker started: nothing ever comes of the document."""
    monkeypatch.setattr("flows.pool.START_SECONDS", 0)
    monkeypatch.setattr("flows.pool.longest", lambda _: 2)
    monkeypatch.setattr(bad_pool._pool, "schedule", lambda *_, **__: ProcessFuture())
    result = bad_pool.extract(Source("d" * 64, "application/pdf", "fine.pdf", "fine", 1))
    assert read_facts(result).rejects == ()


def test_a_fault_of_ours_is_a_reject_of_that_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("line\x1b[31m one\nline two")

    (tmp_path / "f.pdf").write_bytes(b"%PDF-")
    monkeypatch.setitem(worker.READERS, "application/pdf", fail)
    source = Source("d" * 64, "application/pdf", "f.pdf", "f", 5)
    job = Job(source, tmp_path / "f.pdf", "fr_core_news_md", 9, 9)
    with DocumentWatch(9, 9) as watch:
        extraction = worker.extract_source(job, None, watch)  # type: ignore[arg-type]
    (reject,) = extraction.rejects
    assert (reject.code, reject.stage) == ("internal_error", "read")
    assert "ZeroDivisionError" in reject.message
    assert reject.message.isprintable()
