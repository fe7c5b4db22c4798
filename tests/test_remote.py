"""Sources and publications in an object store: moto's S3 on loopback, read back as a consumer would."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows import pipeline, remote
from flows.additions import add_sources
from flows.errors import RunInProgress
from flows.remote import Store, address_of
from flows.settings import Settings
from flows.summary import Silence

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]
LINES = (
    "Étude sur la migration de main-d'oeuvre au Niger",
    "Les travailleurs du Niger partent vers la Côte d'Ivoire et reviennent avec des compétences.",
)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """The address of an empty bucket on a server of this test."""
    s3fs = pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    name = hashlib.sha256(str(tmp_path).encode()).hexdigest()[
        :20
    ]  # moto keeps its buckets as long as the process
    s3fs.S3FileSystem().mkdir(name)
    yield f"s3://{name}"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def settings_of(bucket: str, cache: Path, **options: Any) -> Settings:
    return Settings(
        raw=Path(f"{bucket}/raw"),
        processed=Path(f"{bucket}/processed"),
        cache=cache,
        workers=1,
        ocr="none",
        **options,
    )


@pytest.mark.model
def test_sources_and_tables_in_a_bucket(bucket: str, tmp_path: Path, make_pdf: MakePdf) -> None:
    content = make_pdf([LINES])
    raw, processed = Store(f"{bucket}/raw"), Store(f"{bucket}/processed")
    raw.fs.pipe_file(raw.path("inbox/niger.pdf"), content)
    epoch = {"source_date_epoch": 1_600_000_000}
    summary = pipeline.run(settings_of(bucket, tmp_path / "one", **epoch), [])
    pointer = json.loads(processed.read("current.json") or b"")
    assert summary.paths["tables"] == f"{bucket}/processed/{pointer['path']}/tables"
    studies = processed.read(f"{pointer['path']}/tables/studies.parquet") or b""
    assert pq.read_table(io.BytesIO(studies)).column("study_id").to_pylist() == ["niger"]
    for name, facts in pointer["files"].items():
        body = processed.read(f"{pointer['path']}/{name}") or b""
        assert (len(body), hashlib.sha256(body).hexdigest()) == (facts["bytes"], facts["sha256"])
    digest = hashlib.sha256(content).hexdigest()
    assert raw.read(f"{digest}/source.pdf") == content

    local = Settings(
        raw=tmp_path / "raw", processed=tmp_path / "processed", workers=1, ocr="none", **epoch
    )  # the same on a disk gives the same bytes
    (tmp_path / "raw" / "inbox").mkdir(parents=True)
    (tmp_path / "raw" / "inbox" / "niger.pdf").write_bytes(content)
    pipeline.run(local, [])
    for file in (tmp_path / "processed" / "tables").iterdir():
        assert processed.read(f"{pointer['path']}/tables/{file.name}") == file.read_bytes(), file.name


def publication(folder: Path, text: str) -> None:
    version = folder / ".versions" / "000001-x"
    (version / "tables").mkdir(parents=True, exist_ok=True)
    (version / "tables" / "a.csv").write_text(text)
    if not (folder / "current").exists():
        (folder / "current").symlink_to(version)


def test_versions_go_up_whole_and_the_pointer_last(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(f"{bucket}/processed")
    for number in range(1, 6):
        publication(tmp_path, str(number))
        remote.remember_pointer(tmp_path, store)
        assert remote.publish(tmp_path, store, f"run{number}") == f"{number:06d}-run{number}"
        assert current(store) == str(number)
    assert len({name.split("/")[1] for name in store.sizes("versions")}) == remote.KEEP

    publication(tmp_path, "6")
    remote.remember_pointer(tmp_path, store)

    def broken(*_: object) -> None:
        raise OSError("the network is gone")

    with monkeypatch.context() as without_network, pytest.raises(OSError, match="network"):
        without_network.setattr(remote, "point", broken)
        remote.publish(tmp_path, store, "run6")
    assert current(store) == "5"  # what is there already is not what readers find


def current(store: Store) -> str:
    path = json.loads(store.read("current.json") or b"")["path"]
    return (store.read(f"{path}/tables/a.csv") or b"").decode()


def test_of_two_runs_at_once_one_publishes(bucket: str, tmp_path: Path) -> None:
    store = Store(f"{bucket}/processed")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        publication(tmp_path / name, name)
        remote.remember_pointer(tmp_path / name, store)
    remote.publish(tmp_path / "one", store, "one")
    with pytest.raises(RunInProgress, match="rien n'a été publié"):
        remote.publish(tmp_path / "two", store, "two")
    assert current(store) == "one"


def test_a_pointer_that_changes_at_the_last_moment_is_kept(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The condition is the store's, not only ours: here our own look at the pointer comes too early."""
    store = Store(f"{bucket}/processed")
    store.fs.pipe_file(store.path("current.json"), b"{}")
    monkeypatch.setattr(Store, "tag", lambda *_: None)
    with pytest.raises(RunInProgress):
        remote.point(store, b"other", None)
    assert store.read("current.json") == b"{}"


def test_what_people_write_is_brought_and_never_sent(bucket: str, tmp_path: Path) -> None:
    store = Store(f"{bucket}/raw")
    store.fs.pipe_file(store.path("catalogue.toml"), b"# one")
    store.fs.pipe_file(store.path(f"{'a' * 64}/source.pdf"), b"%PDF-")
    remote.bring(store, tmp_path)
    assert (tmp_path / "catalogue.toml").read_text() == "# one"
    store.fs.pipe_file(store.path("catalogue.toml"), b"# two")
    (tmp_path / ("b" * 64)).mkdir()
    (tmp_path / ("b" * 64) / "source.pdf").write_bytes(b"%PDF-2")
    remote.bring(store, tmp_path)
    remote.send(tmp_path, store)
    assert (tmp_path / "catalogue.toml").read_text() == "# two"
    assert set(store.sizes()) == {"catalogue.toml", f"{'a' * 64}/source.pdf", f"{'b' * 64}/source.pdf"}


def test_add_writes_the_catalogue_of_a_bucket(bucket: str, tmp_path: Path, make_pdf: MakePdf) -> None:
    store = Store(f"{bucket}/raw")
    store.fs.pipe_file(store.path("catalogue.toml"), b"# ours\n")
    content = make_pdf([LINES])
    (tmp_path / "niger.pdf").write_bytes(content)
    add_sources([str(tmp_path / "niger.pdf")], {}, settings_of(bucket, tmp_path / "cache"), Silence())
    text = (store.read("catalogue.toml") or b"").decode()
    assert text.startswith("# ours\n")
    assert 'id = "niger"' in text
    assert store.read(f"{hashlib.sha256(content).hexdigest()}/source.pdf") == content


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("s3://b/x", "s3://b/x"),
        ("raw", None),
        ("/data/x", None),
        ("C:/x", None),
        ("memory://a", "memory://a"),
    ],
)
def test_addresses_survive_paths(given: str, address: str | None) -> None:
    assert address_of(Path(given)) == address
