"""What the user gives is named by its bytes, whatever the order; every file is accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from flows.errors import UsageError
from flows.ingest import slug, take_in
from flows.settings import Settings

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(raw=tmp_path / "raw", processed=tmp_path / "processed", max_megabytes=1)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Étude Mali (2020)", "etude-mali-2020"),
        ("ndc_cmr_fr", "ndc-cmr-fr"),
        ("--", "etude"),
        ("研究", "etude"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_document_is_kept_under_its_digest(inbox: Path, settings: Settings, make_pdf: MakePdf) -> None:
    content = make_pdf([["Bonjour"]])
    (inbox / "Étude.pdf").write_bytes(content)
    (source,) = take_in([inbox], settings).sources
    assert source.document_id == hashlib.sha256(content).hexdigest()
    assert (source.study_id, source.file_name, source.media_type) == ("etude", "Étude.pdf", "application/pdf")
    assert (settings.raw / source.document_id / "source.pdf").read_bytes() == content


def test_same_bytes_under_two_names_are_one_document(
    inbox: Path, settings: Settings, make_pdf: MakePdf
) -> None:
    for name in ("b.pdf", "a.pdf", "c.pdf"):
        (inbox / name).write_bytes(make_pdf([["Bonjour"]]))
    intake = take_in([inbox / "c.pdf", inbox / "a.pdf", inbox], settings)
    assert [source.file_name for source in intake.sources] == ["a.pdf"]
    assert [(row.file_name, row.code, row.stage) for row in intake.duplicates] == [
        ("b.pdf", "duplicate", "ingest"),
        ("c.pdf", "duplicate", "ingest"),
    ]
    assert "« a.pdf »" in intake.duplicates[0].message
    assert (intake.files, intake.documents) == (3, 1)


def test_same_name_with_other_bytes_is_another_study(
    inbox: Path, settings: Settings, make_pdf: MakePdf
) -> None:
    for folder in ("x", "y"):
        (inbox / folder).mkdir()
        (inbox / folder / "mali.pdf").write_bytes(make_pdf([[folder]]))
    one, two = take_in([inbox], settings).sources
    assert one.study_id != two.study_id
    assert {one.study_id, two.study_id} == {f"mali-{source.document_id[:8]}" for source in (one, two)}


def test_what_is_not_a_document_says_so(inbox: Path, settings: Settings) -> None:
    (inbox / "vide.pdf").write_bytes(b"")
    (inbox / "vide2.pdf").write_bytes(b"")
    (inbox / "notes.pdf").write_text("Ceci n'est pas un PDF.")
    (inbox / "grand.pdf").write_bytes(b"%PDF-" + b"0" * 1_100_000)
    intake = take_in([inbox], settings)
    assert {item.file_name: item.reject.code for item in intake.unusable} == {
        "vide.pdf": "empty_file",
        "vide2.pdf": "empty_file",
        "notes.pdf": "not_a_document",
        "grand.pdf": "resource_limit",
    }
    assert (len(intake.sources), intake.files, intake.documents) == (0, 4, 3)
    assert not settings.raw.exists()


def test_order_of_paths_changes_nothing(inbox: Path, settings: Settings, make_pdf: MakePdf) -> None:
    for name, text in (("b.pdf", "x"), ("a.pdf", "x"), ("c.pdf", "y"), ("d.pdf", "")):
        (inbox / name).write_bytes(make_pdf([[text]]) if text else b"")
    files = sorted(inbox.iterdir())
    assert take_in(files, settings) == take_in(files[::-1], settings) == take_in([inbox], settings)


def test_nothing_to_take_in_is_a_wrong_use(inbox: Path, settings: Settings) -> None:
    with pytest.raises(UsageError, match="n'existe pas"):
        take_in([inbox / "absent.pdf"], settings)
    with pytest.raises(UsageError, match="Aucun fichier"):
        take_in([inbox], settings)
