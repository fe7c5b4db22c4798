"""Pages without usable text: a stub engine holds the rules; the engines of this machine read a sample page."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from extractors.ocr import OcrEngine, Picture, SeenWord, clean_seen, words_of_hocr, words_of_quads
from extractors.pdf import read_pdf
from extractors.pdf.recognition import MAX_PIXELS, legible, types_of
from flows import ocr
from flows.errors import EnvironmentIncomplete
from flows.ingest import Source
from flows.losses import losses
from flows.watch import DocumentWatch
from flows.worker import TimedReader
from schemas.document import Box, Document, Word

SAMPLES = Path(__file__).resolve().parent.parent / "examples" / "studies"
ENGINES = {"tesseract": ocr.tesseract(), "rapidocr": ocr.rapidocr()}
MakePdf = Callable[[Sequence[Sequence[str]]], bytes]


def seen(text: str, x0: float = 100, top: float = 100, size: float = 50, confidence: float = 0.9) -> SeenWord:
    return SeenWord(text, Box(x0, top, x0 + 25 * len(text), top + size), size, confidence)


def line_of(text: str, confidence: float = 0.9) -> list[SeenWord]:
    """The words of a text on one line, as an engine sees them."""
    words, x0 = [], 100.0
    for word in text.split():
        words.append(seen(word, x0, confidence=confidence))
        x0 = words[-1].box.x1 + 20
    return words


def engine(words: Sequence[SeenWord] | None) -> OcrEngine:
    return OcrEngine("stub 1.0", lambda _: words)


# -- Which pages, and what is said of them ---------------------------------------------------------------------


TEXT = ("Le présent rapport porte sur la migration de travail et", "la formation professionnelle au Sénégal.")


def test_only_pages_without_text_are_recognised(make_pdf: MakePdf) -> None:
    asked: list[Picture] = []

    def read(picture: Picture) -> list[SeenWord]:
        asked.append(picture)
        return line_of("Le conseil recommande une réforme")

    document = read_pdf(make_pdf([TEXT, []]), OcrEngine("stub 1.0", read))
    assert len(asked) == 1
    assert [(page.quality, page.engine) for page in document.pages] == [
        ("ok", "pdfium"),
        ("ocr_text", "stub 1.0"),
    ]
    assert document.pages[1].note.startswith("Texte issu d'une reconnaissance de caractères")
    assert "Le conseil recommande une réforme" in [block.text for block in document.blocks]
    assert document.text_source == "text"  # most words are the file's own


def test_engine_is_named_where_most_words_are_its(make_pdf: MakePdf) -> None:
    document = read_pdf(make_pdf([[]]), engine(line_of("Le conseil recommande une réforme")))
    assert document.text_source == "ocr:stub 1.0"
    page = document.pages[0]
    assert (page.words_read, page.words_in_blocks, page.words_lost) == (5, 5, 0)


def test_without_engine_the_page_is_reported(make_pdf: MakePdf) -> None:
    document = read_pdf(make_pdf([TEXT, []]))
    assert document.pages[1].quality == "image_only"
    (reject,) = losses(document, source_of(document))
    assert (reject.code, reject.page) == ("image_only", 2)
    assert "tesseract" in reject.message


def test_engine_that_gives_up_is_reported(make_pdf: MakePdf) -> None:
    document = read_pdf(make_pdf([TEXT, []]), engine(None))
    assert (document.pages[1].quality, document.pages[1].engine) == ("image_only", "stub 1.0")
    assert "stub 1.0" in document.pages[1].note
    named = read_pdf(make_pdf([TEXT, []]), OcrEngine("tesseract 5", lambda _: None))
    (reject,) = losses(named, source_of(named))
    assert reject.code == "image_only"
    assert "PASSERELLE_OCR_SECONDS" in reject.message


def test_picture_without_text_is_no_loss(make_pdf: MakePdf) -> None:
    noise = [seen("~"), seen("©e", 200, confidence=0.2), seen("ble", 300, confidence=0.4)]
    document = read_pdf(make_pdf([TEXT, []]), engine(noise))
    assert document.pages[1].quality == "empty"
    assert document.pages[1].note == "Image sans texte : stub 1.0 n'y a rien reconnu."
    assert list(losses(document, source_of(document))) == []


def test_document_without_a_word_is_reported_once(make_pdf: MakePdf) -> None:
    document = read_pdf(make_pdf([[], []]), engine([]))
    assert document.text_source == "none"
    (reject,) = losses(document, source_of(document))
    assert (reject.code, reject.page) == ("image_only", None)


def source_of(document: Document) -> Source:
    return Source(
        document_id=document.document_id,
        study_id="s",
        file_name="f.pdf",
        media_type="application/pdf",
        bytes=1,
        url=None,
    )


def test_huge_pages_are_drawn_coarser() -> None:
    pictures: list[Picture] = []

    def read(picture: Picture) -> list[SeenWord]:
        pictures.append(picture)
        return []

    read_pdf(picture_pdf(blank(3000, 4000)), OcrEngine("stub", read))
    (picture,) = pictures
    assert 0.98 * MAX_PIXELS < picture.width * picture.height < 1.02 * MAX_PIXELS
    assert len(picture.pixels) == picture.width * picture.height


def test_time_of_recognition_ends() -> None:
    with DocumentWatch(9, 9) as watch:
        reader = TimedReader(engine(line_of("Un mot")), 0.0, watch)
        assert reader(Picture(1, 1, 300, b"\0")) is None
        reader.seconds_left = 5
        assert reader(Picture(1, 1, 300, b"\0"))
        assert reader.seconds_left < 5


# -- Hidden text -----------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file_name", "pages", "verdict"),
    [
        ("sn_journal_officiel_7750.pdf", (1, 2, 3, 4), "ocr_text"),  # render mode 3 under a scan
        ("sn_bos_echos_2020.pdf", (1,), "ok"),  # text on a full-page picture
        ("bf_monographie_bobo.pdf", (7,), "ok"),
        ("sn_pse_rapport_2014_2018.pdf", (5, 21, 25, 41), "ok"),
    ],
)
def test_ocr_layers_are_told_from_pictures_behind_text(
    shared: Path, file_name: str, pages: Sequence[int], verdict: str
) -> None:
    pdf = pdfium.PdfDocument.new()
    pdf.import_pages(pdfium.PdfDocument(shared / "corpus" / "pdf" / file_name), [page - 1 for page in pages])
    assert {page.quality for page in read_pdf(saved(pdf)).pages} == {verdict}


# -- Engines' output -------------------------------------------------------------------------------------------

HOCR = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><body><div class="ocr_page" title="bbox 0 0 500 500">
<span class="ocr_line" title="bbox 100 100 400 150; baseline 0 -10; x_size 50; x_descenders 10; x_ascenders 10">
<span class="ocrx_word" title="bbox 100 100 250 140; x_wconf 95">L&#39;e&#x301;galité</span>
<span class="ocrx_word" title="bbox 260 120 280 125; x_wconf 88">–</span>
<span class="ocrx_word" title="bbox 290 100 295 150; x_wconf 60">|</span>
</span></div></body></html>"""


def test_words_of_hocr_have_the_height_of_their_line() -> None:
    first, dash = words_of_hocr(HOCR.encode())
    assert (first.text, first.confidence) == ("L'égalité", 0.95)
    assert first.size == dash.size
    assert dash.box.top <= 110
    assert dash.box.bottom >= 145
    assert (dash.box.x0, dash.box.x1) == (260, 280)


@pytest.mark.parametrize(
    "broken", [b"", b"<html", b"\xff\xfe<<<", b"<html><span class='ocr_line' title='bbox'/></html>"]
)
def test_broken_hocr_gives_no_words(broken: bytes) -> None:
    assert words_of_hocr(broken) == []


def test_words_of_quads() -> None:
    (word,) = words_of_quads([[("réponse", 0.99, [[10, 20], [90, 21], [90, 51], [10, 50]])]])
    assert (word.text, word.box, word.confidence) == ("réponse", Box(10, 20, 90, 51), 0.99)


@pytest.mark.parametrize(
    ("raw", "clean"), [("|Mali", "Mali"), ("||", ""), ("e\u0301tat", "état"), ("a b\x0c", "ab"), ("—", "—")]
)
def test_clean_seen(raw: str, clean: str) -> None:
    assert clean_seen(raw) == clean


def test_few_sure_words_are_noise() -> None:
    assert legible(line_of("un deux ab cd")) == []
    assert [w.text for w in legible([*line_of("trois mots surs"), seen("x", confidence=0.1)])] == [
        "trois",
        "mots",
        "surs",
    ]


def test_sizes_settle_on_few_types() -> None:
    settled = types_of(Counter({10.8: 40, 11.0: 500, 11.3: 80, 16.0: 20, 16.9: 12, 8.0: 60}))
    assert {settled[size] for size in (10.8, 11.0, 11.3)} == {11.0}
    assert settled[16.9] == settled[16.0]
    assert settled[8.0] == 8.0


# -- Choice ----------------------------------------------------------------------------------------------------


def test_auto_prefers_tesseract_and_none_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    ocr.find_engine.cache_clear()
    monkeypatch.setattr(ocr, "tesseract", lambda: None)
    monkeypatch.setattr(ocr, "rapidocr", lambda: OcrEngine("rapidocr 0", lambda _: None))
    assert ocr.engine_name("auto") == "rapidocr 0"
    assert ocr.find_engine("none") is None
    with pytest.raises(EnvironmentIncomplete, match="tesseract-ocr-fra"):
        ocr.find_engine("tesseract")
    ocr.find_engine.cache_clear()


# -- The engines of this machine -------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=sorted(ENGINES))
def real_engine(request: pytest.FixtureRequest) -> OcrEngine:
    """Each engine that is installed here."""
    found = ENGINES[request.param]
    if found is None:
        pytest.skip(f"{request.param} is not installed")
    return found


@pytest.fixture(scope="module")
def sample() -> tuple[Document, Document, bytes]:
    """A page of a sample study, as text; and the same page printed and scanned, as a PDF."""
    path = sorted(SAMPLES.glob("*.pdf"))[0]
    pdf = pdfium.PdfDocument(path)
    number = max(range(len(pdf)), key=lambda page: letters(pdf[page].get_textpage().get_text_range()))
    one = pdfium.PdfDocument.new()
    one.import_pages(pdf, [number])
    original = read_pdf(saved(one))
    return original, read_pdf(scanned(one, 200)), scanned(one, 200)


def test_scanned_page_gives_its_words_near_their_places(
    real_engine: OcrEngine, sample: tuple[Document, Document, bytes]
) -> None:
    original, unread, scan = sample
    assert [page.quality for page in unread.pages] == ["image_only"]
    document = read_pdf(scan, real_engine)
    assert document.pages[0].quality == "ocr_text"
    assert document.text_source == f"ocr:{real_engine.name}"
    assert document.language == "fr"
    expected, found = words(original), words(document)
    wanted, got = Counter(filter(None, map(plain, expected))), Counter(filter(None, map(plain, found)))
    assert (wanted & got).total() >= 0.93 * wanted.total()
    accented = Counter({text: n for text, n in wanted.items() if not text.isascii()})
    assert (accented & got).total() >= 0.9 * accented.total()
    assert near(expected, found) >= 0.95


def test_rotated_scan_is_read_as_displayed(
    real_engine: OcrEngine, sample: tuple[Document, Document, bytes]
) -> None:
    original, _, scan = sample
    document = read_pdf(turned(scan), real_engine)
    page = document.pages[0]
    assert (page.width, page.height) == (original.pages[0].width, original.pages[0].height)
    assert near(words(original), words(document)) >= 0.95


def test_recognition_is_deterministic(
    real_engine: OcrEngine, sample: tuple[Document, Document, bytes]
) -> None:
    assert read_pdf(sample[2], real_engine) == read_pdf(sample[2], real_engine)


def letters(text: str) -> int:
    return sum(len(word) for word in text.split() if word.isalpha() and word.islower())


def words(document: Document) -> list[Word]:
    return [word for block in document.blocks for word in block.words]


def plain(word: Word) -> str:
    return unicodedata.normalize("NFC", word.text).replace("’", "'").strip('.,;:()«»"').lower()


def near(expected: Sequence[Word], found: Sequence[Word]) -> float:
    """The share of the words that were found once, of those printed once, whose box lies on the printed one."""
    once = [
        {t: w for w in side if (t := plain(w)) and tally[t] == 1} for side, tally in tallied(expected, found)
    ]
    shared = once[0].keys() & once[1].keys()
    assert len(shared) > 30
    return sum(overlap(once[0][text].box, once[1][text].box) > 0.5 for text in shared) / len(shared)


def tallied(*sides: Sequence[Word]) -> list[tuple[Sequence[Word], Counter[str]]]:
    return [(side, Counter(map(plain, side))) for side in sides]


def overlap(a: Box | None, b: Box | None) -> float:
    """The shared area as a share of the smaller box."""
    assert a is not None
    assert b is not None
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    smaller = min((box.x1 - box.x0) * (box.bottom - box.top) for box in (a, b))
    return max(wide, 0) * max(high, 0) / smaller


# -- Scans made on the spot ------------------------------------------------------------------------------------


def saved(pdf: pdfium.PdfDocument) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def blank(width: float, height: float) -> pdfium.PdfDocument:
    pdf = pdfium.PdfDocument.new()
    pdf.new_page(width, height)
    return pdf


def picture_pdf(pdf: pdfium.PdfDocument, dpi: int = 20) -> bytes:
    return scanned(pdf, dpi)


def scanned(pdf: pdfium.PdfDocument, dpi: int) -> bytes:
    """The first page as a scanner gives it: one picture, no text, the same size."""
    width, height = pdf[0].get_size()
    picture = pdf[0].render(scale=dpi / 72).to_pil().convert("L")
    scan = pdfium.PdfDocument.new()
    page = scan.new_page(width, height)
    image = pdfium.PdfImage.new(scan)
    jpeg = io.BytesIO()
    picture.save(jpeg, format="JPEG", quality=85)
    image.load_jpeg(jpeg, inline=True)
    image.set_matrix(pdfium.PdfMatrix().scale(width, height))
    page.insert_obj(image)
    page.gen_content()
    return saved(scan)


def turned(scan: bytes) -> bytes:
    """The same scan, lying on its side in the file and displayed upright (/Rotate 90)."""
    pdf = pdfium.PdfDocument(scan)
    width, height = pdf[0].get_size()
    page = pdf[0]
    for item in page.get_objects():
        item.set_matrix(pdfium.PdfMatrix().scale(width, height).rotate(90, ccw=True).translate(height, 0))
    page.set_mediabox(0, 0, height, width)
    page.set_rotation(90)
    page.gen_content()
    return saved(pdf)
