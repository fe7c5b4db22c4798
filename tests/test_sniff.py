"""What a file is, from its first bytes."""

from __future__ import annotations

import pytest

from extractors.sniff import sniff
from schemas.errors import UnreadableDocument


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n...", "application/pdf"),
        (b"\n\n junk before the mark %PDF-1.4", "application/pdf"),
        (b"x" * 1000 + b"%PDF-1.4", "application/pdf"),
        (b"<!DOCTYPE html><html><body>", "text/html"),
        (b"\xef\xbb\xbf<!doctype HTML>", "text/html"),
        (b"<?xml version='1.0'?><html xmlns='...'>", "text/html"),
        (b"<!-- commentaire -->\n<HTML LANG=fr>", "text/html"),
        (b"<p>Un fragment de page</p>", "text/html"),
    ],
)
def test_pdf_and_html_are_told_by_their_bytes(content: bytes, expected: str) -> None:
    assert sniff(content) == expected


@pytest.mark.parametrize("content", [b"", b"\0" * 500, b"\r\n \t"])
def test_a_file_without_content_is_empty(content: bytes) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        sniff(content)
    assert caught.value.code == "empty_file"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04....", "ZIP"),
        (b"\x1f\x8b\x08....", "gzip"),
        (b"\xd0\xcf\x11\xe0....", "Word"),
        (b"{\\rtf1", "RTF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"du texte simple", "autre type"),
    ],
)
def test_other_files_are_refused_and_named(content: bytes, word: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        sniff(content)
    assert caught.value.code == "not_a_document"
    assert word in caught.value.message


def test_the_shared_hostile_disguises_are_seen(shared: object) -> None:
    from pathlib import Path

    folder = Path(str(shared)) / "hostile"
    assert sniff((folder / "synthetic__ok_french.pdf").read_bytes()) == "application/pdf"
    assert sniff((folder / "synthetic__html_login.pdf").read_bytes()) == "text/html"
    with pytest.raises(UnreadableDocument, match="gzip"):
        sniff((folder / "synthetic__gzip_disguised.pdf").read_bytes())
