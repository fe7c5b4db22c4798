"""What a run survives, quickly: kills, failing disks, poison, falls; ``benchmarks/reliability.py`` is the long form."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from published_rows import lines_of, rows_lost
from typer.testing import CliRunner

from extractors.study import StudyRows
from flows import cli, editions, pipeline, publish, storage
from flows.bounds import check_bounds
from flows.errors import NewerLedger, NotAllRead, PublicationWithheld
from flows.ingest import Source, reject_row
from flows.ledger import open_ledger
from flows.reading import Demand
from flows.results import Extraction, pack, read_facts, read_rows
from flows.settings import Settings
from flows.summary import RunSummary
from schemas.row import Row
from schemas.tables import DocumentPage, Study

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]
NAMES = ("mali", "niger", "tchad", "togo", "gabon")


def rows_of(source: Source) -> StudyRows:
    """A study of one page."""
    page = DocumentPage(
        document_id=source.document_id, page=1, width_pt=595.0, height_pt=842.0, words_read=3, words_in_blocks=3,
        words_furniture=0, words_lost=0, text_quality="ok", language="fr", engine="pdfium", note="", defects=0,
    )  # fmt: skip
    study = Study(
        study_id=source.study_id, file_name=source.file_name, title="Étude", level="other", country_iso3=None,
        region=None, year=None, language="fr", publisher=None, source_url=None, page_count=1, status="extracted",
    )  # fmt: skip
    return StudyRows(studies=[study], pages=[page])


class Pool:
    """Reads at once, in this process; what it is told to lose is lost, as a pool says it."""

    lost: dict[str, str] = {}  # noqa: RUF012 - set by tests
    read: list[str] = []  # noqa: RUF012
    slots = 2

    def __init__(self, _: Settings) -> None: ...

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None: ...

    def extract(self, source: Source) -> bytes:
        """The result of a document."""
        Pool.read.append(source.study_id)
        code = Pool.lost.get(source.study_id)
        if code is None:
            return pack(Extraction(rows_of(source), [], "text"))
        reject = reject_row(source.document_id, source.file_name, "read", code, "Perdu pour cet essai.")
        return pack(Extraction(None, [reject], "none"))


@pytest.fixture
def inbox(tmp_path: Path, make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Five small documents, and a pool that reads at once."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.pdf").write_bytes(make_pdf([[name]]))
    monkeypatch.setattr(pipeline, "WorkerPool", Pool)
    Pool.lost, Pool.read = {}, []
    yield folder


def go(inbox: Path, demand: Demand = pipeline.WHATEVER) -> RunSummary:
    return pipeline.run(settings(inbox), [inbox], demand=demand)


def settings(inbox: Path) -> Settings:
    base = inbox.parent
    return Settings(
        raw=base / "raw", processed=base / "processed", workers=2, source_date_epoch=1_600_000_000
    )


def exports(inbox: Path) -> dict[str, bytes]:
    """Published tables; ``runs`` tells of the runs, not of the documents."""
    folder = inbox.parent / "processed" / "tables"
    return {f.name: f.read_bytes() for f in sorted(folder.iterdir()) if not f.name.startswith("runs.")}


# -- What is read again ------------------------------------------------------------------------------------


def test_poison_is_tried_twice_then_left_until_asked_for(inbox: Path) -> None:
    Pool.lost = {"niger": "internal_error"}
    for expected in (5, 6, 6, 6):  # a second try in the second run, then no more
        assert go(inbox).outcome == "done_with_losses"
        assert len(Pool.read) == expected
    Pool.lost = {}
    assert go(inbox, Demand(failed=True)).outcome == "done"
    assert Pool.read[6:] == ["niger"]


def test_what_costs_a_worker_each_time_is_put_in_quarantine(inbox: Path) -> None:
    Pool.lost = {"niger": "crashed"}
    for tries in (1, 2, 2):
        assert go(inbox).outcome == "done_with_losses"
        assert Pool.read.count("niger") == tries
    with open_ledger(storage.ledger_path(inbox.parent / "processed")) as ledger:
        assert [work.study_id for work in ledger.works() if work.is_quarantined] == ["niger"]


def test_force_and_only(inbox: Path) -> None:
    go(inbox)
    go(inbox, Demand(force=True, only=("niger",)))
    assert Pool.read[5:] == ["niger"]
    go(inbox, Demand(force=True))
    assert len(Pool.read) == 11


def test_only_never_publishes_a_part(inbox: Path) -> None:
    with pytest.raises(NotAllRead, match="4 documents"):
        go(inbox, Demand(only=("niger.pdf",)))
    assert Pool.read == ["niger"]
    assert go(inbox).outcome == "done"
    assert len(Pool.read) == 5


def test_nothing_new_publishes_nothing(inbox: Path) -> None:
    assert go(inbox).published
    assert not go(inbox).published
    assert len(editions.editions(inbox.parent / "processed")) == 1
    damaged = next((inbox.parent / "processed" / "tables").glob("studies.csv"))
    damaged.write_bytes(damaged.read_bytes() + b"x")
    assert go(inbox).published, "a damaged version is replaced"


def test_a_newer_ledger_is_left_alone(inbox: Path) -> None:
    go(inbox)
    path = storage.ledger_path(inbox.parent / "processed")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerLedger):
        go(inbox)


def test_runs_outlive_the_ledger(inbox: Path) -> None:
    go(inbox)
    for file in (inbox.parent / "processed" / ".work").glob("ledger.sqlite*"):
        file.unlink()
    (inbox / "mali.pdf").unlink()
    summary = go(inbox, Demand(accept_fall=True))
    assert summary.tables["runs"] == 2


def say(inbox: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, [*arguments, "--processed", str(inbox.parent / "processed")])
    return done.exit_code, done.output


def test_what_was_done_and_kept_is_told_and_gone_back_to(inbox: Path) -> None:
    assert say(inbox, "verify")[0] == 2
    assert "Rien n'a encore été fait" in say(inbox, "status")[1]
    Pool.lost = {"niger": "crashed"}
    go(inbox)
    Pool.lost = {}
    go(inbox, Demand(failed=True, only=("niger",)))
    Pool.lost = {"togo": "crashed"}
    go(inbox, Demand(force=True, only=("togo",)))
    go(inbox)
    code, told = say(inbox, "status")
    assert code == 0
    for words in ("mali.pdf", "lu", "en quarantaine", "Perdu pour cet essai.", "--failed"):
        assert words in told
    assert say(inbox, "versions")[1].count("études") == 3
    assert "→      3" in say(inbox, "versions")[1]
    assert say(inbox, "rollback") == (
        0,
        f"Version 2 publiée de nouveau dans « {inbox.parent / 'processed'} ».\n",
    )
    assert "→      2" in say(inbox, "versions")[1]
    assert say(inbox, "verify")[0] == 0
    (inbox.parent / "processed" / "tables" / "studies.csv").write_text("x")
    code, told = say(inbox, "verify")
    assert code == 1
    assert "tables/studies.csv" in told
    assert say(inbox, "rollback", "9")[0] == 2


# -- What may be published ---------------------------------------------------------------------------------


def test_a_fall_withholds_publication(inbox: Path) -> None:
    go(inbox)
    before = exports(inbox)
    for name in ("mali", "niger"):
        (inbox / f"{name}.pdf").unlink()
    with pytest.raises(
        PublicationWithheld, match=r"studies : de 5 à 3 lignes \(- 40 %\).*mali.*--accept-fall"
    ):
        go(inbox)
    assert exports(inbox) == before
    assert go(inbox, Demand(accept_fall=True)).tables["studies"] == 3
    assert len(Pool.read) == 5


def test_a_fall_within_the_same_studies_is_seen(
    tmp_path: Path, publish_rows: Callable[[Path, Mapping[str, Sequence[Row]]], Path]
) -> None:
    def version(folder: Path, *pages: int) -> Path:
        sources = [Source(f"{n}" * 64, "application/pdf", f"s{n}.pdf", f"s{n}", 1) for n in range(len(pages))]
        studies = [rows_of(source).studies[0] for source in sources]
        documents = [
            {"study_id": s.study_id, "document_id": s.document_id, "file_name": s.file_name} for s in sources
        ]
        from schemas.tables import Passage, SourceDocument

        kept = [
            SourceDocument.model_validate(
                about | {"sha256": about["document_id"], "media_type": "application/pdf", "bytes": 1, "url": None,
                         "retrieved_at": None, "text_source": "text"}
            )
            for about in documents
        ]  # fmt: skip
        empty = {"marker": ""} | dict.fromkeys(
            ("level", "note_of", "note_offset", "table_number", "row", "column", "language", "xpath")
        )
        texts = [
            Passage.model_validate(
                empty | {"passage_id": f"{s.study_id}:{k}", "study_id": s.study_id, "document_id": s.document_id,
                         "page": 1, "position": k, "kind": "paragraph", "zone": "body", "section": "", "lead_in": "",
                         "text": "x"}
            )
            for s, count in zip(sources, pages, strict=True)
            for k in range(count)
        ]  # fmt: skip
        return (
            publish_rows(folder, {"studies": studies, "documents": kept, "passages": texts})
            / publish.DATABASE
        )

    old, new = version(tmp_path / "old", 10, 10), version(tmp_path / "new", 5, 5, 90)
    with pytest.raises(PublicationWithheld, match=r"passages : de 20 à 10 lignes.*des deux côtés"):
        check_bounds(new, old)
    check_bounds(version(tmp_path / "fewer", 8, 9), old)


# -- Kills, full disks, faults -----------------------------------------------------------------------------


def fork(work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        os._exit(1)
    os._exit(0)


def wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_point_nothing_is_lost(inbox: Path, make_pdf: MakePdf) -> None:
    """Killed ever later, each time with something new to read and to publish: the version in place is always whole."""
    processed = inbox.parent / "processed"
    go(inbox)
    began = time.perf_counter()
    go(inbox, Demand(force=True))
    (inbox / "mali.pdf").write_bytes(make_pdf([["autre"]]))
    span = 3 * (time.perf_counter() - began) + 0.3
    killed = 0
    for step in range(12):
        child = fork(lambda: go(inbox, Demand(force=True)))
        time.sleep(span * step / 12)
        os.kill(child, signal.SIGKILL)
        killed += wait(child) == -signal.SIGKILL
        version = editions.current(processed)
        assert version is not None
        assert editions.faults(version) == []
    assert killed > 1
    go(inbox)
    alone = inbox.parent / "alone" / "inbox"
    alone.parent.mkdir()
    alone.symlink_to(inbox)
    go(alone)
    assert exports(inbox) == exports(alone)
    assert not list(processed.glob(".versions/.building*"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_when_most_is_read_the_rest_is_read(
    inbox: Path, make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``benchmarks/reliability.py resumed`` does it with a thousand documents and real workers."""
    for number in range(40):
        (inbox / f"{number}.pdf").write_bytes(make_pdf([[f"Étude {number}"]]))
    results = inbox.parent / "processed" / ".work" / "documents"

    def slowly(self: Pool, source: Source) -> bytes:
        time.sleep(0.02)
        return real(self, source)

    real = Pool.extract
    monkeypatch.setattr(Pool, "extract", slowly)
    child = fork(lambda: go(inbox))
    deadline = time.monotonic() + 60
    while len(list(results.glob("*/[!.]*"))) < 36 and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    wait(child)
    there = len(list(results.glob("*/[!.]*")))
    assert 36 <= there < 45
    assert go(inbox).documents.reused == there
    assert len(Pool.read) == 45 - there


@pytest.mark.model
def test_rows_of_good_documents_are_the_same_bytes_among_bad_ones(tmp_path: Path, make_pdf: MakePdf) -> None:
    """``benchmarks/reliability.py mixed`` does it with every hostile document there is."""
    line = "Il est recommandé au ministère de l'Emploi du {} de former les travailleurs du Togo avant 2030."
    published = []
    for kind in ("alone", "among"):
        folder = tmp_path / kind / "inbox"
        folder.mkdir(parents=True)
        for country in ("Mali", "Niger"):
            (folder / f"{country}.pdf").write_bytes(
                make_pdf([[line.format(country)], [f"Le {country} recrute."]])
            )
        if kind == "among":
            good = make_pdf([[line.format("Bénin")]])
            (folder / "coupe.pdf").write_bytes(good[: len(good) // 2])
            (folder / "vide.pdf").write_bytes(b"")
            (folder / "page.pdf").write_bytes(b"<html><body><p>Le Mali recrute.</p></body></html>")
            (folder / "image.pdf").write_bytes(make_pdf([[]]))
            (folder / "memes-mots.pdf").write_bytes(make_pdf([[line.format("Mali")], ["\x01\x02 Gabon"]]))
        settings = Settings(
            raw=tmp_path / kind / "raw",
            processed=tmp_path / kind / "processed",
            workers=1,
            model="fr_core_news_sm",
            source_date_epoch=1_600_000_000,
        )
        pipeline.run(settings, [folder])
        published.append(lines_of(settings.processed))
    alone, among = published
    assert len(alone["recommendations.csv"]) > 2
    assert {name: rows_lost(rows, among[name]) for name, rows in alone.items()} == dict.fromkeys(alone, 0)


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_at_the_nth_write(
    inbox: Path, make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch, kind: int
) -> None:
    """At every call that a run makes durable, in turn: the old version stays, and the next run goes on."""
    processed = inbox.parent / "processed"
    go(inbox)
    (inbox / "lome.pdf").write_bytes(make_pdf([["lome"]]))
    before, calls, nth, real = exports(inbox), [0], 0, os.fsync
    for nth in range(1, 400, 6):
        calls[0] = 0

        def fsync(handle: int, nth: int = nth) -> None:
            calls[0] += 1
            if calls[0] == nth:
                raise OSError(kind, os.strerror(kind))
            real(handle)

        monkeypatch.setattr(os, "fsync", fsync)
        try:
            go(inbox, Demand(force=nth % 2 == 0))
        except OSError:
            version = editions.current(processed)
            assert version is not None
            assert editions.faults(version) == []
            assert exports(inbox) == before or b"lome" in exports(inbox)["studies.csv"]
        else:
            break
        finally:
            monkeypatch.setattr(os, "fsync", real)
    assert nth > 6
    go(inbox)
    assert b"lome" in exports(inbox)["studies.csv"]


# -- Results -----------------------------------------------------------------------------------------------


def test_a_result_gives_back_its_rows_and_the_same_bytes() -> None:
    source = Source("d" * 64, "application/pdf", "s.pdf", "s", 1)
    extraction = Extraction(rows_of(source), [], "text")
    result = pack(extraction)
    assert result == pack(extraction)
    assert read_rows(result) == extraction.rows
    assert read_facts(result).words_read == 3
    assert read_rows(pack(Extraction(None, [], "none"))) is None
