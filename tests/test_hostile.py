"""Hostile documents: each comes to the verdict that it should, and costs others nothing.

``benchmarks/reliability.py hostile`` reads the whole set, bombs that burn their full time included.
"""

from __future__ import annotations

import faulthandler
import hashlib
import io
import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hostile_verdicts import Expected, index, is_as_expected, verdicts
from mutations import mutated
from pdfplumber.utils.exceptions import PdfminerException
from spacy.language import Language
from spacy.tokens import Doc

from extractors import limits
from extractors.institutions.component import InstitutionRecogniser
from extractors.pdf import read_pdf, reading, second_engine
from extractors.study import StudyRows, extract_study
from flows import pipeline, worker
from flows import watch as clock
from flows.ingest import Source
from flows.pool import WorkerPool
from flows.results import Facts, read_facts, read_rows
from flows.settings import Settings
from flows.watch import DocumentWatch, last_step
from flows.worker import Job
from schemas.document import Loss
from schemas.errors import UnreadableDocument
from schemas.hygiene import clean

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]
LINE = (
    "Les travailleurs du Mali partent chaque année vers la Côte d'Ivoire et reviennent avec des compétences."
)
BURNS_ITS_TIME = {
    "synthetic__bomb_nested_flate.pdf",
    "synthetic__bomb_rects_1M.pdf",
    "synthetic__xrefstream_size_2G.pdf",
    "synthetic__do_form_billion_laughs.pdf",
    "formatcorpus__027613.pdf",
    "formatcorpus__219789.pdf",
    "formatcorpus__435321.pdf",
}


@pytest.mark.shared
@pytest.mark.model
def test_every_hostile_file_comes_to_its_verdict(shared: Path, tmp_path: Path) -> None:
    folder, chosen = tmp_path / "inbox", index(shared / "hostile")
    folder.mkdir()
    chosen = [one for one in chosen if one.file not in BURNS_ITS_TIME]
    for one in chosen:
        shutil.copy(shared / "hostile" / one.file, folder)
    settings = Settings(raw=tmp_path / "raw", processed=tmp_path / "processed", workers=2)
    pipeline.run(settings, [folder])
    tables = {p.stem: pd.read_parquet(p) for p in (settings.processed / "tables").glob("*.parquet")}
    found = verdicts(tables)
    texts = [
        text
        for table in tables.values()
        for name in table.select_dtypes("string")
        for text in table[name].dropna()
    ]
    assert [text for text in texts if clean(text) != text] == []
    assert len(chosen) >= 55
    assert set(found) == {one.sha256 for one in chosen}
    assert [told(one, found) for one in chosen if not is_as_expected(one, found[one.sha256])] == []


def told(one: Expected, found: dict[str, object]) -> str:
    return f"{one.file}: {one.outcome} ({one.words} words) expected, found {found[one.sha256]}"


@pytest.mark.model
def test_damaged_documents_all_have_a_verdict(make_pdf: MakePdf, tmp_path: Path) -> None:
    """Sixty damaged copies in one run; ``benchmarks/reliability.py fuzz`` reads two thousand."""
    chance = random.Random(25)  # noqa: S311 - the same damage each time
    bases = [make_pdf([[LINE] * 5, [LINE]]), make_pdf([[LINE], []]), make_pdf([[LINE]] * 4)]
    mutants = {mutated(chance.choice(bases), bases, chance) for _ in range(60)} - set(bases)
    (tmp_path / "inbox").mkdir()
    for number, content in enumerate(sorted(mutants)):
        (tmp_path / "inbox" / f"{number}.pdf").write_bytes(content)
    settings = Settings(
        raw=tmp_path / "raw", processed=tmp_path / "processed", workers=2, model="fr_core_news_sm"
    )
    pipeline.run(settings, [tmp_path / "inbox"])
    tables = {p.stem: pd.read_parquet(p) for p in (settings.processed / "tables").glob("*.parquet")}
    found = verdicts(tables)
    assert set(found) == {hashlib.sha256(content).hexdigest() for content in mutants}
    assert [one for one in found.values() if one.status == "no study" and not one.codes] == []
    assert not {"internal_error", "crashed"} & {code for one in found.values() for code in one.codes}
    assert sum(one.status != "no study" for one in found.values()) > len(mutants) / 3
    assert multiprocessing.active_children() == []


# -- The clock of the machine ------------------------------------------------------------------------------------


def test_impossible_dates_are_no_year(make_pdf: MakePdf, nlp: Language) -> None:
    for date in (b"D:99991231235959Z", b"D:-1", b"D:20389999", b"demain", b"\xfe\xff\xd8\x00"):
        content = make_pdf([["Rapport sans date"]]).replace(
            b"trailer\n<< ", b"trailer\n<< /Info << /CreationDate (%s) /ModDate (%s) >> " % (date, date)
        )
        document = read_pdf(content)
        assert document.blocks
        (study,) = extract_study(document, nlp, study_id="s", file_name="s.pdf").studies
        assert study.year in (None, 2038)


def test_a_clock_that_is_set_back_gives_no_negative_duration(
    make_pdf: MakePdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vide.pdf").write_bytes(b"")
    times = iter(range(2_000_000_000, 0, -3_600))
    monkeypatch.setattr("flows.history.time.time", lambda: next(times))
    settings = Settings(raw=tmp_path / "raw", processed=tmp_path / "processed", workers=1)
    pipeline.run(settings, [tmp_path / "vide.pdf"])
    runs = pd.read_parquet(settings.processed / "tables" / "runs.parquet")
    assert (runs.finished_at >= runs.started_at).all()
    summary = json.loads((settings.processed / "run.json").read_text())
    assert all(document["seconds"] >= 0 for document in summary["details"])


# -- Documents that hold too much --------------------------------------------------------------------------------


def test_a_page_with_too_many_characters_is_lost_alone(
    make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make_pdf([[LINE], [LINE] * 20, [LINE]])
    monkeypatch.setattr("extractors.pdf.pdfium.MAX_PAGE_CHARACTERS", 1_000)
    document = read_pdf(content)
    assert [page.lost for page in document.pages] == [None, "size", None]
    monkeypatch.setattr("extractors.pdf.second_engine.MAX_PAGE_CHARACTERS", 1_000)
    pages = list(second_engine.SecondEngine(content, reading.UNWATCHED).pages())
    assert [page.lost for page in pages] == [None, "size", None]


@pytest.mark.parametrize(("limit", "most"), [("MAX_CHARACTERS", 2_000), ("FREE_CHARACTERS", 100)])
def test_a_document_with_too_many_characters_is_refused(
    make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    content = make_pdf([[LINE] * 20, [LINE] * 20])
    monkeypatch.setattr(limits, "MAX_EXPANSION", 0.1)
    read_pdf(content)
    monkeypatch.setattr(limits, limit, most)
    with pytest.raises(UnreadableDocument) as refused:
        read_pdf(content)
    assert refused.value.code == "too_large"


# -- Documents that take their reader with them ------------------------------------------------------------------


@dataclass
class Trap:
    """Stands for an engine's reader of one page: springs on the second page, so many times (None: each time)."""

    read: Callable[..., object]
    spring: Callable[[], object]
    told: Path
    times: int | None = None

    def __call__(self, *arguments: Any) -> object:
        """What the engine reads, unless the trap springs."""
        last = arguments[-1]
        page = last + 1 if isinstance(last, int) else last.page_number
        sprung = len(self.told.read_text()) if self.told.exists() else 0
        if page == 2 and (self.times is None or sprung < self.times):
            with self.told.open("a") as file:
                file.write("x")
            self.spring()
        return self.read(*arguments)


def abort() -> None:
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGABRT)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    while True:
        time.sleep(1)


def fill() -> None:
    raise MemoryError


Read = Callable[..., tuple[Facts, list[str], int]]


@pytest.fixture
def read(tmp_path: Path, make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch, nlp: Language) -> Read:
    """Reads three pages in a real worker whose engines are trapped; facts, the engine of each page, workers lost."""
    monkeypatch.setattr("flows.pool.clean_context", lambda: multiprocessing.get_context("fork"))
    monkeypatch.setattr("flows.pool.start", lambda *_: None)
    monkeypatch.setattr(clock, "STALL_SECONDS", 1)
    settings = Settings(raw=tmp_path / "raw", processed=tmp_path / "processed", workers=1)
    content = make_pdf([[LINE], [LINE, LINE], [LINE]])
    source = Source(hashlib.sha256(content).hexdigest(), "application/pdf", "f.pdf", "f", len(content))
    path = tmp_path / "raw" / source.document_id / "source.pdf"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    def go(
        first: Callable[[], None], second: Callable[[], None] | None = None, times: int | None = None
    ) -> tuple[Facts, list[str], int]:
        told = tmp_path / "told"
        monkeypatch.setattr(reading, "read_page", Trap(reading.read_page, first, told, times))
        if second:
            monkeypatch.setattr(second_engine, "read_page", Trap(second_engine.read_page, second, told))
        with WorkerPool(settings) as pool:
            result = pool.extract(source)
        rows = read_rows(result)
        return read_facts(result), [page.engine for page in rows.pages] if rows else [], len(told.read_text())

    return go


def test_what_ends_a_worker_from_outside_costs_nothing(read: Read) -> None:
    facts, engines, tries = read(kill, times=1)
    assert (facts.rejects, engines, tries) == ((), ["pdfium"] * 3, 1)


@pytest.mark.parametrize(("spring", "lost"), [(abort, 1), (hang, 1), (kill, 2)])
def test_a_page_that_kills_its_engine_is_read_by_the_other(
    read: Read, spring: Callable[[], None], lost: int
) -> None:
    facts, engines, tries = read(spring)
    assert (facts.rejects, engines, tries) == ((), ["pdfium", "pdfplumber", "pdfium"], lost)


@pytest.mark.parametrize(
    ("spring", "code"), [(abort, "crashed"), (hang, "resource_limit"), (fill, "resource_limit")]
)
def test_a_page_that_kills_both_engines_is_lost_alone(
    read: Read, spring: Callable[[], None], code: str
) -> None:
    """Each engine is tried once on it: what fails by itself would fail again."""
    facts, engines, tries = read(spring, spring)
    assert [(reject.code, reject.page) for reject in facts.rejects] == [(code, 2)]
    assert (facts.status, facts.failure, engines, tries) == ("partial", None, ["pdfium", "none", "pdfium"], 2)


# -- An analysis that takes its worker with it -------------------------------------------------------------------

TRAPPED = "Le ministère de l'Emploi du Niger a formé les jeunes du piège à Niamey."
PLAIN = "Le ministère de l'Emploi du Togo a formé les jeunes de la région à Lomé."
OTHER = "Depuis 2012, les travailleurs du Bénin s'adressent au ministère du Travail avant de partir."
Analyse = Callable[..., tuple[Facts, StudyRows, int]]


@pytest.fixture
def analyse(tmp_path: Path, make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch, nlp: Language) -> Analyse:
    """Analyses pages in a real worker, with a trap where institutions are looked for; how often it sprang."""
    monkeypatch.setattr("flows.pool.clean_context", lambda: multiprocessing.get_context("fork"))
    monkeypatch.setattr("flows.pool.start", lambda *_: None)
    monkeypatch.setattr(clock, "STALL_SECONDS", 1)
    monkeypatch.setattr(clock, "PASSAGE_SECONDS", 1)
    told, real = tmp_path / "told", InstitutionRecogniser.__call__

    def go(
        spring: Callable[[], None], pages: Sequence[Sequence[str]], reading_seconds: int = 120
    ) -> tuple[Facts, StudyRows, int]:
        def trapped(self: InstitutionRecogniser, doc: Doc) -> Doc:
            if "piège" in doc.text:
                with told.open("a") as file:
                    file.write("x")
                spring()
            return real(self, doc)

        monkeypatch.setattr(InstitutionRecogniser, "__call__", trapped)
        content = make_pdf(pages)
        source = Source(hashlib.sha256(content).hexdigest(), "application/pdf", "f.pdf", "f", len(content))
        path = tmp_path / "raw" / source.document_id / "source.pdf"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        settings = Settings(
            raw=tmp_path / "raw", processed=tmp_path / "p", workers=1, reading_seconds=reading_seconds
        )
        with WorkerPool(settings) as pool:
            result = pool.extract(source)
        rows = read_rows(result)
        assert rows is not None
        return read_facts(result), rows, len(told.read_text())

    return go


def divide() -> None:
    raise ZeroDivisionError("what was not foreseen")


def named(rows: StudyRows) -> tuple[set[int], set[int]]:
    """The pages on which countries and institutions were found."""
    return {row.page for row in rows.country_mentions}, {row.page for row in rows.institution_mentions}


@pytest.mark.model
@pytest.mark.parametrize(
    ("spring", "code", "sprung"),
    [
        (abort, "crashed", 2),
        (hang, "resource_limit", 2),
        (fill, "resource_limit", 2),
        (divide, "internal_error", 2),
        (kill, "crashed", 4),
    ],
)
def test_a_passage_that_kills_its_analysis_is_left_out_alone(
    analyse: Analyse, spring: Callable[[], None], code: str, sprung: int
) -> None:
    """Once among others, once alone; and again where something outside may have been at fault."""
    facts, rows, times = analyse(spring, [[PLAIN], [TRAPPED], [OTHER]])
    ((found, page, stage, message),) = [(r.code, r.page, r.stage, r.message) for r in facts.rejects]
    assert (found, page, stage, times) == (code, 2, "analyse", sprung)
    passage = next(row for row in rows.passages if row.page == 2)
    assert passage.passage_id in message
    assert passage.text == TRAPPED
    assert named(rows) == ({1, 3}, {1, 3})
    assert (facts.status, facts.failure) == ("partial", None)


@pytest.mark.model
def test_an_analysis_that_died_of_three_passages_is_left_out_as_a_whole(analyse: Analyse) -> None:
    traps = [f"{TRAPPED[:-1]}, {reason}." for reason in ("en été", "sans eux", "dix fois", "encore une fois")]
    facts, rows, times = analyse(abort, [[PLAIN], *[[text] for text in traps]])
    assert [(r.code, r.page, r.stage) for r in facts.rejects] == [("crashed", None, "analyse")]
    assert "--failed" in facts.rejects[0].message
    assert times == 4
    assert [row.text for row in rows.passages] == [PLAIN, *traps]
    assert named(rows) == (set(), set())
    assert facts.failure is not None, "it is tried again by the next run"


@pytest.mark.model
def test_a_document_without_time_for_its_analysis_is_published_as_it_was_read(analyse: Analyse) -> None:
    facts, rows, _ = analyse(hang, [[PLAIN], [TRAPPED]], reading_seconds=1)
    ((code, stage),) = [(r.code, r.stage) for r in facts.rejects]
    assert (code, stage) == ("resource_limit", "analyse")
    assert [row.text for row in rows.passages] == [PLAIN, TRAPPED]
    assert (facts.status, facts.pages) == ("partial", 2)


@pytest.mark.model
def test_a_fault_outside_passages_leaves_out_the_analysis(
    make_pdf: MakePdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nlp: Language
) -> None:
    monkeypatch.setattr("extractors.study.add_corridors", lambda *_: divide())
    content = make_pdf([[PLAIN]])
    (tmp_path / "f.pdf").write_bytes(content)
    source = Source(hashlib.sha256(content).hexdigest(), "application/pdf", "f.pdf", "f", len(content))
    with DocumentWatch(9, 9) as watch:
        extraction = worker.extract_source(Job(source, tmp_path / "f.pdf", "", 9, 9), nlp, watch)
    assert extraction.rows is not None
    assert [row.text for row in extraction.rows.passages] == [PLAIN]
    ((code, page, message),) = [(r.code, r.page, r.message) for r in extraction.rejects]
    assert (code, page) == ("internal_error", None)
    assert "ZeroDivisionError: what was not foreseen" in message


# -- The clock ---------------------------------------------------------------------------------------------------


def test_time_grows_with_pages_and_ends() -> None:
    with DocumentWatch(120, 600) as watch:
        for pages, seconds in ((1, 122), (100, 320), (5_000, 600)):
            watch.opened(pages)
            assert seconds - 1 < watch.left <= seconds
            assert signal.getitimer(signal.ITIMER_REAL)[0] <= seconds
        assert watch.begin("pdfium", 1) is None
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= clock.STALL_SECONDS
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_long_web_page_has_the_time_of_a_long_document() -> None:
    with DocumentWatch(120, 600) as watch:
        worker.READERS["text/html"](f"<main><p>{LINE * 3_000}</p></main>".encode(), None, watch)
        assert 300 < watch.left <= 600


def test_pages_that_are_not_reached_in_time_are_lost_and_the_others_kept(make_pdf: MakePdf) -> None:
    with DocumentWatch(120, 600, spent=59.5) as watch:
        document = read_pdf(make_pdf([[LINE]] * 3), None, LateFrom(2, watch))
    assert [page.lost for page in document.pages] == [None, "time", "time"]
    assert document.pages[1].note.endswith("plus de temps que la limite.")


@dataclass
class LateFrom:
    """A watch whose time is up from a page on."""

    page: int
    watch: DocumentWatch

    def opened(self, pages: int) -> None:
        """Go on."""
        self.watch.opened(pages)

    def begin(self, engine: str, page: int) -> Loss | None:
        """Too late, or not."""
        return "time" if engine != "layout" and page >= self.page else self.watch.begin(engine, page)

    def settled(self) -> None:
        """Go on."""
        self.watch.settled()


def test_an_engine_that_died_three_times_is_asked_no_more(tmp_path: Path) -> None:
    spared: dict[tuple[str, int], Loss] = {("pdfium", page): "crash" for page in (4, 7, 9)}
    with DocumentWatch(120, 600, spared=spared, note=tmp_path / "note") as watch:
        watch.opened(20)
        assert [watch.begin("pdfium", page) for page in (3, 4, 8, 9, 10)] == [
            None,
            "crash",
            None,
            "crash",
            "crash",
        ]
        assert watch.begin("pdfplumber", 10) is None
        assert last_step(tmp_path / "note") == ("pdfplumber", 10)
        watch.settled()
        assert last_step(tmp_path / "note") is None


def test_memory_that_runs_out_ends_the_process_however_it_is_told(
    make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise PdfminerException(MemoryError())

    monkeypatch.setattr(second_engine, "printed_words", fail)
    with pytest.raises(MemoryError):
        list(second_engine.SecondEngine(make_pdf([[LINE]]), reading.UNWATCHED).pages())


def test_a_file_without_pages_is_not_what_the_file_before_it_was(make_pdf: MakePdf) -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf([[LINE]])))
    writer.encrypt("secret", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    codes = []
    for content in (locked.getvalue(), make_pdf([])):
        with pytest.raises(UnreadableDocument) as refused:
            read_pdf(content)
        codes.append(refused.value.code)
    assert codes == ["encrypted", "broken"]


def test_a_damaged_page_that_gives_no_word_is_told(make_pdf: MakePdf) -> None:
    """PDFium gives nothing for a stream that it cannot decode, and no error."""
    before, _, after = make_pdf([[LINE], [LINE]]).rpartition(b"<<  /Length")
    document = read_pdf(before + b"<< /Filter /ASCIIHexDecode /Length" + after)
    assert [(page.words_read > 0, page.lost) for page in document.pages] == [
        (True, None),
        (False, "unreadable"),
    ]


def test_a_page_that_is_really_blank_is_empty(make_pdf: MakePdf) -> None:
    document = read_pdf(make_pdf([[LINE], [" "]]))
    assert [(page.quality, page.lost) for page in document.pages] == [("ok", None), ("empty", None)]


@pytest.mark.model
def test_letters_that_fold_into_two_are_analysed(nlp: Language) -> None:
    (passage,) = nlp.pipe(["Le ministère de l'Emploi du Mali et par 慘Ñİ䏐 ont formé des jeunes à İzmir."])
    assert passage._.institution_mentions
