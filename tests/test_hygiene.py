"""What is no text reaches no table, whichever reader met it; texts that are too long are analysed in parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from spacy.language import Language

from extractors.html import read_html
from extractors.pdf import read_pdf
from extractors.pdf.second_engine import SecondEngine
from extractors.splitting import LONGEST, short_blocks
from extractors.study import extract_study
from extractors.watch import UNWATCHED
from flows.ingest import take_in
from flows.results import to_sql_value
from flows.settings import Settings
from schemas.document import Block, Document, Word
from schemas.hygiene import REPLACEMENT, clean, cleaned

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]
EVERY = [chr(code) for code in range(0x110000)]
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def is_clean(text: str) -> bool:
    """Whether a text holds nothing that is no text, by the properties that Unicode gives each character."""
    kinds = {unicodedata.category(char) for char in set(text) - {"\n", "\t"}}
    return (
        not kinds & {"Cc", "Cs"}
        and not set(text) & set(OVERRIDES)
        and "(cid:" not in text
        and unicodedata.is_normalized("NFC", text)
    )


def test_every_code_point_is_kept_replaced_or_removed() -> None:
    counts = {"kept": 0, "replaced": 0, "removed": 0, "composed": 0}
    ends = set("\r\x0b\x0c\x85")
    for char in EVERY:
        text, defects = cleaned(f"|{char}|")
        assert is_clean(text)
        assert cleaned(text) == (text, 0)
        middle = text[1:-1]
        what = "kept" if middle == char else "composed" if middle else "removed"
        what = "replaced" if middle == REPLACEMENT != char else what
        counts[what] += 1
        assert defects == (what in ("replaced", "removed"))
        assert (middle == "\n") == (char in ends or char == "\n")
    assert counts["replaced"] == 2_048 + 2, "halves of characters, U+FFFE and U+FFFF"
    assert counts["removed"] == 27 + 32 + len(OVERRIDES), (
        "C0 without tab and four ends of lines; DEL, C1 without NEL"
    )
    assert sum(counts.values()) == 0x110000
    assert is_clean(clean("".join(EVERY)))


@pytest.mark.parametrize(
    ("raw", "text", "defects"),
    [
        ("Étude\r\nsur\rle Mali", "Étude\nsur\nle Mali", 0),
        ("e\u0301cole", "école", 0),
        ("don(cid:3)(cid:12)es", f"don{REPLACEMENT}{REPLACEMENT}es", 2),
        ("(ci\u202ed:5)", REPLACEMENT, 2),
        ("\x1b[2Jtexte\x00\x85", "[2Jtexte\n", 2),
        ("moitié \ud800 seule", f"moitié {REPLACEMENT} seule", 1),
        ("l'Afrique\u200d de l'Ouest\u00a0: 5 €", "l'Afrique\u200d de l'Ouest\u00a0: 5 €", 0),
    ],
)
def test_what_is_no_text_is_counted(raw: str, text: str, defects: int) -> None:
    assert cleaned(raw) == (text, defects)


# -- Through the readers -----------------------------------------------------------------------------------------


def texts_of(document: Document) -> Iterator[str]:
    """Every text of a document that reaches a table."""
    yield from (document.title, *document.metadata.values())
    for block in document.blocks:
        yield from (block.text, block.lead_in, block.marker, *block.section)
        if block.cell:
            yield from (block.cell.row_header, block.cell.column_header)


def test_code_points_of_every_kind_on_a_web_page() -> None:
    body = "".join(
        f"<p>Le texte numéro {start:x} : {''.join(f'&#{code};' for code in range(start, start + 512))} fin.</p>"
        for start in (*range(0, 0x3000, 512), *range(0x3000, 0x110000, 8_192), *range(0xD800, 0x10000, 512))
    )
    page = f"<html><head><title>&#x202e;Titre&#1;</title></head><body><main>{body}</main></body></html>"
    document = read_html(page.encode())
    assert len(document.blocks) > 100
    assert all(map(is_clean, texts_of(document)))
    assert document.pages[0].defects >= len(OVERRIDES)
    assert read_html(b"<main><p>Texte sans d\xc3\xa9faut, pour le Mali.</p></main>").pages[0].defects == 0


CODES = [
    *range(0x180),
    *range(0x300, 0x370),
    *range(0x2000, 0x2070),
    0xD800,
    0xDFFF,
    *range(0xE000, 0xE010),
    0xFFFE,
]
"""Where what is no text stands, and letters and accents besides."""


def pdf_of(codes: Sequence[int], line: str = "") -> bytes:
    """A PDF whose glyphs stand for the codes, 64 on each page, between two letters each."""
    pages = [codes[start : start + 64] for start in range(0, len(codes), 64)]
    kids = " ".join(f"{4 * n + 3} 0 R" for n in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()]
    for number, page in enumerate(pages):
        at = 4 * number + 3
        shown = " ".join(
            f"1 0 0 1 {20 + 60 * (n % 8)} {700 - 30 * (n // 8)} Tm <41{n + 0x80:02x}42> Tj"
            for n in range(len(page))
        )
        mapped = "\n".join(f"<{n + 0x80:02x}> <{code:04x}>" for n, code in enumerate(page))
        cmap = (
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
            f"2 beginbfchar\n<41> <0041>\n<42> <0042>\nendbfchar\n{len(page)} beginbfchar\n{mapped}\nendbfchar\n"
            "endcmap end"
        )
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {at + 1} 0 R"
            f"/Resources<</Font<</F {at + 2} 0 R>>>>>>".encode(),
            stream(f"BT /F 12 Tf {shown} ET".encode()),
            f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode {at + 3} 0 R>>".encode(),
            stream(cmap.encode()),
        ]
    info = (
        b"<</Title<%s>/Author(a\\000b)>>"
        % "\ufeff\u202eTitre\x00\ud800".encode("utf-16-be", "surrogatepass").hex().encode()
    )
    objects.append(info)
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, content) for n, content in enumerate(objects, 1))
    return b"%%PDF-1.4\n%strailer<</Root 1 0 R/Info %d 0 R>>\n%%%%EOF" % (body, len(objects))


def stream(content: bytes) -> bytes:
    """A stream object."""
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def test_codes_that_are_no_text_in_a_pdf() -> None:
    """By either engine: what is no text reaches no block, and is counted on its page."""
    content = pdf_of(CODES)
    document = read_pdf(content)
    assert sum(page.words_read for page in document.pages) > 300
    assert all(map(is_clean, texts_of(document)))
    assert document.pages[0].defects >= 25, "C0"
    assert document.pages[2].defects >= 30, "C1"
    assert document.pages[1].defects <= 1, "letters and DEL"
    words = [word for page in SecondEngine(content, UNWATCHED).pages() for word in page.words]
    assert len(words) > 300
    text = " ".join(word.text for word in words)
    assert "(cid:" not in text
    assert unicodedata.is_normalized("NFC", text)
    assert not set(text) & set(OVERRIDES)
    assert all(len(word.places()) == len(word.text) for word in words)


def test_file_names_and_values_are_clean(tmp_path: Path, make_pdf: MakePdf) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    name = "\u202efdp.e\u0301tude\x1b[2J\n.pdf"
    (inbox / name).write_bytes(make_pdf([["Étude"]]))
    (source,) = take_in([inbox], Settings(raw=tmp_path / "raw", processed=tmp_path / "processed")).sources
    assert source.file_name == "fdp.étude[2J .pdf"
    assert to_sql_value("\ud800\r\n\x00") == "\ufffd\n"


# -- Texts that are too long -------------------------------------------------------------------------------------


def test_long_blocks_are_cut_at_sentences_and_keep_their_words() -> None:
    sentence = "Le ministère forme des jeunes au Mali. "
    text = (sentence * 40).strip()
    words, place = [], 0
    for word in text.split():
        words.append(Word(word, 1, None, place, place + len(word)))
        place += len(word) + 1
    parts = list(short_blocks([Block("paragraph", text, tuple(words), 1)], 500))
    assert " ".join(part.text for part in parts) == text
    assert all(len(part.text) <= 500 and part.text.endswith("Mali.") for part in parts)
    for part in parts:
        assert [part.text[word.start : word.end] for word in part.words] == part.text.split()


@pytest.mark.parametrize("unit", ["a", "a ", "a. "])
def test_any_text_is_cut(unit: str) -> None:
    text = (unit * 1_000).strip()
    parts = [part.text for part in short_blocks([Block("paragraph", text, (), 1)], 100)]
    assert max(map(len, parts)) <= 100
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")


@pytest.mark.model
def test_a_long_paragraph_is_analysed_in_parts(nlp: Language) -> None:
    text = (
        "Il est recommandé au ministère de l'Emploi du Mali de former les jeunes. "
        + "Le pays avance. " * 1_000
    )
    document = read_html(f"<main><p>{text}</p></main>".encode())
    assert len(text) > LONGEST
    rows = extract_study(document, nlp, study_id="s", file_name="s.html")
    assert max(len(passage.text) for passage in rows.passages) <= LONGEST
    assert [mention.iso3 for mention in rows.country_mentions] == ["MLI"]
    assert len(rows.recommendations) == 1
