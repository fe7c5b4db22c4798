"""Nothing on disk is ever half written: files, versions, locks."""

from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path

import pytest

from flows import storage
from flows.errors import RunInProgress

NAMES = ("tables", "run.json")


def write_version(processed: Path, text: str) -> Path:
    with storage.new_version(processed, "run") as folder:
        (folder / "tables").mkdir()
        for name in ("a.csv", "b.csv"):
            (folder / "tables" / name).write_text(text)
        (folder / "run.json").write_text(text)
        storage.swap_in(processed, folder, NAMES)
    return folder


def test_published_names_lead_to_the_current_version(tmp_path: Path) -> None:
    for text in ("1", "2", "3"):
        write_version(tmp_path, text)
    assert (tmp_path / "tables" / "a.csv").read_text() == "3"
    assert (tmp_path / "run.json").read_text() == "3"
    kept = sorted(path.name for path in (tmp_path / ".versions").iterdir())
    assert kept == ["000002-run", "000003-run"]
    assert (tmp_path / "current").readlink() == Path(".versions/000003-run")


def test_reader_sees_the_old_version_or_the_new(tmp_path: Path) -> None:
    """A reader that resolves ``current`` once reads files of one version while others are swapped in."""
    write_version(tmp_path, "0")
    stop = threading.Event()

    def publish() -> None:
        for number in range(1, 60):
            write_version(tmp_path, str(number))
        stop.set()

    writer = threading.Thread(target=publish)
    writer.start()
    seen = set()
    while not stop.is_set():
        version = Path(os.path.realpath(tmp_path / "current"))
        try:
            texts = {file.read_text() for file in (version / "tables").iterdir()}
        except FileNotFoundError:
            continue  # read so slowly that two versions were published meanwhile
        assert len(texts) == 1
        seen |= texts
        assert (tmp_path / "run.json").read_text()  # a published name always leads to a whole file
    writer.join()
    assert len(seen) > 1


def test_failed_version_leaves_no_trace(tmp_path: Path) -> None:
    write_version(tmp_path, "good")
    with pytest.raises(RuntimeError), storage.new_version(tmp_path, "run") as folder:
        (folder / "run.json").write_text("half")
        raise RuntimeError
    assert (tmp_path / "run.json").read_text() == "good"
    assert len(list((tmp_path / ".versions").iterdir())) == 1


def test_without_symbolic_links_names_are_renamed_into_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no symbolic links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    for text in ("1", "2", "3"):
        write_version(tmp_path, text)
    assert not (tmp_path / "tables").is_symlink()
    assert (tmp_path / "tables" / "b.csv").read_text() == "3"
    assert (tmp_path / "run.json").read_text() == "3"


def test_something_in_the_way_is_set_aside_not_deleted(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "mine.txt").write_text("mine")
    write_version(tmp_path, "1")
    assert (tmp_path / "tables" / "a.csv").read_text() == "1"
    assert (tmp_path / ".versions" / "replaced" / "tables" / "mine.txt").read_text() == "mine"


def test_write_atomically_keeps_the_old_file_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.json"
    storage.write_atomically(file, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        storage.write_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_results_of_other_keys_go(tmp_path: Path) -> None:
    storage.write_result(tmp_path, "d" * 64, "first", b"1")
    storage.write_result(tmp_path, "d" * 64, "second", b"2")
    assert storage.read_result(tmp_path, "d" * 64, "first") is None
    assert storage.read_result(tmp_path, "d" * 64, "second") == b"2"


def test_sources_are_kept_once(tmp_path: Path) -> None:
    storage.keep_source(tmp_path, "d" * 64, "text/html", b"page", {"file_name": "first.html"})
    storage.keep_source(tmp_path, "d" * 64, "text/html", b"page", {"file_name": "second.html"})
    assert (tmp_path / ("d" * 64) / "source.html").read_bytes() == b"page"
    assert "first.html" in (tmp_path / ("d" * 64) / "source.json").read_text()


def _hold(processed: Path, ready: object, release: object) -> None:
    with storage.run_lock(processed):
        ready.set()  # type: ignore[attr-defined]
        release.wait(30)  # type: ignore[attr-defined]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, ready, release))
    other.start()
    assert ready.wait(30)
    with pytest.raises(RunInProgress, match="Une autre exécution"), storage.run_lock(tmp_path):
        pass
    other.kill()  # a run that dies leaves nothing to clean up
    other.join()
    with storage.run_lock(tmp_path):
        pass


def test_folders_are_searched_for_documents(tmp_path: Path) -> None:
    for name in ("a.pdf", "sub/b.HTML", "sub/notes.docx", ".hidden.pdf", ".git/c.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found, others = storage.find_files([tmp_path, tmp_path / "a.pdf", tmp_path / "sub" / "notes.docx"])
    assert [path.name for path in found] == ["a.pdf", "b.HTML", "notes.docx"]
    assert others == 1
