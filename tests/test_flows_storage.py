"""Nothing on disk is ever half written: files, versions, locks."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
from pathlib import Path

import pytest

from flows import editions, storage
from flows.errors import RunInProgress, UsageError
from flows.temporary import TemporaryFolder


def write_version(processed: Path, text: str) -> Path:
    with editions.building(processed) as folder:
        (folder / "tables").mkdir()
        for name in ("a.csv", "b.csv"):
            (folder / "tables" / name).write_text(text)
        (folder / "run.json").write_text(text)
        sealed = editions.seal(processed, folder, {"contents": text})
        editions.put_in_place(processed, sealed)
        editions.prune(processed)
    return sealed


def numbers(processed: Path) -> list[int]:
    return [edition.number for edition in editions.editions(processed)]


def test_published_names_lead_to_the_current_version(tmp_path: Path) -> None:
    for text in "123456":
        write_version(tmp_path, text)
    assert (tmp_path / "tables" / "a.csv").read_text() == "6"
    assert (tmp_path / "run.json").read_text() == "6"
    assert numbers(tmp_path) == [3, 4, 5, 6]  # the published one and three before it
    assert (tmp_path / "current").readlink().parts[0] == ".versions"


def test_going_back_and_on_again(tmp_path: Path) -> None:
    for text in "123456":
        write_version(tmp_path, text)
    assert editions.roll_back(tmp_path, None).number == 5
    assert (tmp_path / "run.json").read_text() == "5"
    assert editions.roll_back(tmp_path, "3").number == 3
    assert (tmp_path / "run.json").read_text() == "3"
    with pytest.raises(UsageError, match="gardées : 3, 4, 5, 6"):
        editions.roll_back(tmp_path, "2")
    write_version(tmp_path, "7")
    assert (tmp_path / "run.json").read_text() == "7"
    assert numbers(tmp_path) == [4, 5, 6, 7]


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    version = write_version(tmp_path, "some text")
    assert editions.faults(version) == []
    for file in sorted(path for path in version.rglob("*") if path.is_file()):
        content = file.read_bytes()
        for place in range(len(content)):
            flipped = bytearray(content)
            flipped[place] ^= 1 << (place % 8)
            file.write_bytes(flipped)
            assert editions.faults(version), (file, place)
        file.write_bytes(content[:-1])
        assert editions.faults(version)
        file.unlink()
        assert editions.faults(version)
        file.write_bytes(content)
    (version / "stray").write_text("x")
    assert editions.faults(version) == ["stray : absent du manifeste"]
    with pytest.raises(UsageError, match="n'est plus entière"):
        editions.roll_back(tmp_path, "1")


def test_what_a_crash_left_is_cleared_away(tmp_path: Path) -> None:
    write_version(tmp_path, "1")
    (tmp_path / ".versions" / ".building" / "tables").mkdir(parents=True)
    (tmp_path / ".run.json.1.link").symlink_to("current/run.json")
    editions.clear_away(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".versions", "current", "manifest.json", "run.json", "tables",
    ]  # fmt: skip
    assert numbers(tmp_path) == [1]


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
            continue  # read so slowly that four versions were published meanwhile
        assert len(texts) == 1
        seen |= texts
        assert (tmp_path / "run.json").read_text()  # a published name always leads to a whole file
    writer.join()
    assert len(seen) > 1


def test_failed_version_leaves_no_trace(tmp_path: Path) -> None:
    write_version(tmp_path, "good")
    with pytest.raises(RuntimeError), editions.building(tmp_path) as folder:
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
    assert editions.faults(editions.current(tmp_path) or tmp_path) == []


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


def test_a_reserved_folder_is_held_for_the_next_run_alone(tmp_path: Path) -> None:
    storage.reserve(tmp_path)
    with pytest.raises(RunInProgress):
        storage.reserve(tmp_path)
    with storage.run_lock(tmp_path), pytest.raises(RunInProgress), storage.run_lock(tmp_path):
        pass
    with storage.run_lock(tmp_path):
        pass


def test_folders_are_searched_for_documents(tmp_path: Path) -> None:
    for name in ("a.pdf", "sub/b.HTML", "sub/notes.docx", ".hidden.pdf", ".git/c.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found, others = storage.find_files([tmp_path, tmp_path / "a.pdf", tmp_path / "sub" / "notes.docx"])
    assert [path.name for path in found] == ["a.pdf", "b.HTML", "notes.docx"]
    assert others == 1


def test_the_folder_of_a_run_that_goes_on_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = tmp_path / "passerelle-notes-dead"
    dead.mkdir()
    (dead / "lock").touch()
    one, other = TemporaryFolder(), TemporaryFolder()
    assert {path.name for path in tmp_path.iterdir()} == {one.path.name, other.path.name}
    one.close()
    other.close()
    assert list(tmp_path.iterdir()) == []
