#!/usr/bin/env python3
"""How well and how fast PDFs are read, on the shared corpus: words kept, evidence, speed, memory.

    python benchmarks/reading.py [words] [evidence] [notes] [speed] [memory] [--corpus DIR] [--only NAME ...]

``words``     share of PDFium's words (and, on a sample of pages, pdfplumber's) that are in passages or furniture;
              a word cut at a line end counts when it is found joined, hyphenated or as its halves. Letters are
              counted too, however they are parted: pdfplumber cuts letter-spaced words.
``evidence``  share of rows whose text is what the printed words inside their evidence boxes say.
``notes``     footnotes, how many are tied to their call, and calls without a note.
``speed``     CPU milliseconds a page, beside pdfplumber's ``extract_words`` and pdftotext on the same sample.
``memory``    peak memory of a process that reads 100 and 500 pages.

Without a name, all five. Files that cannot be opened are named and left out. CPU time is that of this process.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium

from extractors.notes import calls_in
from extractors.pdf import read_pdf
from extractors.text import CORK_LETTERS, clean_character, is_control, repair_controls, uses_cork
from schemas.document import Document
from schemas.errors import UnreadableDocument

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "pdf"
TOKEN = re.compile(r"[^\W_]+(?:[\x02\ufffd]+[^\W_]+)*")
CALLED = re.compile(r"(.*[^\W\d_]|\d{4})([1-9]\d?)")
"""A word with the footnote call that engines glue to it: ``ans3``, ``20142``."""
CID = re.compile(r"\(cid:\d+\)")
"""What pdfplumber writes for a letter that it cannot name."""
SAMPLE = 3
"""Pages a document on which the slow engines are run."""


def main(arguments: Sequence[str]) -> int:
    """Run the measures asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("measures", nargs="*", metavar="MEASURE", default=list(MEASURES))
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--only", nargs="*", default=[])
    asked = parser.parse_args(arguments)
    files = [path for path in sorted(asked.corpus.glob("*.pdf")) if not asked.only or path.stem in asked.only]
    for name in asked.measures:
        print(f"\n## {name}")
        MEASURES[name](list(readable(files)))
    return 0


def readable(files: Sequence[Path]) -> Iterator[Path]:
    """The files that PDFium opens."""
    for path in files:
        try:
            pdfium.PdfDocument(path).close()
        except pdfium.PdfiumError as error:
            print(f"{path.stem}: not opened ({error})")
        else:
            yield path


def measure_words(files: Sequence[Path]) -> None:
    """Print the share of words kept, document by document, and in total."""
    print(
        f"{'document':32} {'PDFium words':>12} {'kept %':>8} {'pdfplumber':>10} {'kept %':>8} "
        f"{'letters %':>9} {'plumber letters %':>17}  missing"
    )
    total: Counter[str] = Counter()
    for path in files:
        document = read_pdf(path.read_bytes())
        texts = " ".join(f"{block.marker} {block.text}" for block in document.blocks)
        ours = Counter(tokens(texts))
        dropped = " ".join(w.text for b in document.blocks for w in b.words if w.start == w.end)
        ours += Counter(tokens(dropped))
        theirs = pdfium_text(path)
        missing = missing_words(theirs, ours)
        pages = sample(len(document.pages))
        sample_text = CID.sub("", plumber_text(path, pages))
        sample_ours = " ".join(w.text for b in document.blocks for w in b.words if w.page - 1 in pages)
        plumber_missing = missing_words(sample_text, ours)
        seen, sampled = len(tokens(theirs)), len(tokens(sample_text))
        total.update(seen=seen, missing=sum(missing.values()))
        total.update(sampled=sampled, plumber_missing=sum(plumber_missing.values()))
        shown = " ".join(f"{word}×{count}" for word, count in missing.most_common(6))
        print(
            f"{path.stem:32} {seen:12} {share(seen - sum(missing.values()), seen):8.2f} {sampled:10} "
            f"{share(sampled - sum(plumber_missing.values()), sampled):8.2f} "
            f"{letters_kept(theirs, texts + dropped):9.2f} {letters_kept(sample_text, sample_ours):17.2f}  {shown}"
        )
        lost = sum(page.words_lost for page in document.pages)
        if lost:
            print(f"{'':32} the ledger says {lost} words lost")
    print(
        f"{'total':32} {total['seen']:12} {share(total['seen'] - total['missing'], total['seen']):8.2f} "
        f"{total['sampled']:10} {share(total['sampled'] - total['plumber_missing'], total['sampled']):8.2f}"
    )


def share(part: float, whole: float) -> float:
    """A percentage; 100 of nothing."""
    return 100 * part / whole if whole else 100.0


def tokens(text: str) -> list[str]:
    """The runs of letters and digits of a text, in lower case; a cut word keeps U+0002 at its cut."""
    return [match.group().casefold() for match in TOKEN.finditer(text)]


def pdfium_text(path: Path) -> str:
    """All that PDFium reads in a file, cleaned like our own text; cuts at line ends are U+0002."""
    with pdfium.PdfDocument(path) as pdf:
        pages = []
        for page in pdf:
            text = page.get_textpage()
            pages.append(text.get_text_range())
            text.close()
            page.close()
    return cleaned("\n".join(pages))


def cleaned(raw: str) -> str:
    """A text with its characters cleaned and repaired like a document's."""
    raw = re.sub(r"[\x02\ufffe\u00ad]+(?=\S)", "\x02", re.sub(r"(?<=\w)-\r?\n(?=\w)", "\x02", raw))
    kept = "".join("\x02" if c == "\x02" else clean_character(ord(c)) for c in raw)
    controls = kept.replace("\x02", "")
    if any(is_control(c) for c in controls):
        cork = uses_cork(controls.replace(" ", ""))
        kept = "\x02".join(repair_controls(part, cork=cork) for part in kept.split("\x02"))
        kept = CORK_LETTERS.sub("œ", kept) if cork else kept
    return unicodedata.normalize("NFC", kept)


def missing_words(text: str, ours: Counter[str]) -> Counter[str]:
    """The words of a text that are not among ours, with how often."""
    left = ours.copy()
    missing: Counter[str] = Counter()
    for token in sorted(tokens(text), key=lambda token: "\x02" in token):
        if not take(token, left):
            missing[token.replace("\x02", "-")] += 1
    return missing


def take(token: str, left: Counter[str]) -> bool:
    """Take a word from those left: whole, the two halves of a cut one, or a word and the note call glued to it."""
    whole = token.replace("\x02", "")
    if left[whole] > 0:
        left[whole] -= 1
        return True
    if "\ufffd" in token:
        return take_repaired(token, left)
    called = CALLED.fullmatch(whole)
    for parts in (token.split("\x02"), list(called.groups()) if called else []):
        if len(parts) > 1 and all(left[part] > 0 for part in parts):
            left.subtract(parts)
            return True
    return False


def take_repaired(token: str, left: Counter[str]) -> bool:
    """Take a word that has the letters of one with lost letters: those may be one to three."""
    pattern = re.compile("[^\\W_]{1,3}".join(map(re.escape, re.split("[\x02\ufffd]+", token))))
    found = next((word for word, count in left.items() if count > 0 and pattern.fullmatch(word)), None)
    if found is None:
        return all(take(part, left) for part in re.split("[\x02\ufffd]+", token))
    left[found] -= 1
    return True


def letters_kept(text: str, ours: str) -> float:
    """The share of the letters and digits of a text that are in ours, however they are parted into words."""
    theirs = Counter(c for c in text.casefold() if c.isalnum())
    missing = theirs - Counter(c for c in ours.casefold() if c.isalnum())
    return share(theirs.total() - missing.total(), theirs.total())


def sample(pages: int) -> list[int]:
    """Indices (from 0) of some pages, evenly spread."""
    return sorted({round((k + 0.5) * pages / SAMPLE - 0.5) for k in range(SAMPLE)})


def plumber_text(path: Path, pages: Sequence[int]) -> str:
    """What pdfplumber reads on some pages, cleaned like our own text."""
    import pdfplumber

    found = []
    with pdfplumber.open(path) as pdf:
        for index in pages:
            found += [word["text"] for word in pdf.pages[index].extract_words()]
            pdf.pages[index].close()
    return cleaned("\n".join(found))


def measure_evidence(files: Sequence[Path]) -> None:
    """Print the share of rows that their evidence boxes give back."""
    import extractors
    from extractors.study import extract_study

    nlp = extractors.load()
    print(f"{'document':32} {'rows':>6} {'right %':>8}  examples of wrong rows")
    rows_total = wrong_total = 0
    for path in files:
        document = read_pdf(path.read_bytes())
        study = extract_study(document, nlp, study_id="s", file_name=path.name)
        boxes: dict[tuple[str, str], list[tuple[int, float, float, float, float]]] = defaultdict(list)
        for e in study.evidence:
            boxes[e.table_name, e.row_id].append((e.page, e.x0, e.top, e.x1, e.bottom))
        rows = (
            [("country_mentions", r.mention_id, r.surface) for r in study.country_mentions]
            + [("institution_mentions", r.mention_id, r.surface) for r in study.institution_mentions]
            + [("corridor_mentions", r.mention_id, r.text) for r in study.corridor_mentions]
            + [("recommendations", r.recommendation_id, r.text) for r in study.recommendations]
        )
        inside = words_inside(document)
        wrong = [
            (text, found)
            for table, key, text in rows
            for found in [inside(boxes[table, key])]
            if squeezed(found) != squeezed(text)
        ]
        rows_total, wrong_total = rows_total + len(rows), wrong_total + len(wrong)
        shown = "; ".join(f"{text[:40]!r} ≠ {found[:40]!r}" for text, found in wrong[:3])
        print(f"{path.stem:32} {len(rows):6} {share(len(rows) - len(wrong), len(rows)):8.2f}  {shown}")
    print(f"{'total':32} {rows_total:6} {share(rows_total - wrong_total, rows_total):8.2f}")


def words_inside(document: Document):  # type: ignore[no-untyped-def]
    """A function from boxes to the printed words whose middle lies within, box by box, left to right."""
    by_page: dict[int, list[tuple[float, float, float, str]]] = defaultdict(list)
    for block in document.blocks:
        for word in block.words:
            if word.box is not None and word.start < word.end:
                x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
                by_page[word.page].append((x, y, word.box.x0, word.text))

    def inside(boxes: Sequence[tuple[int, float, float, float, float]]) -> str:
        found: list[str] = []
        for page, x0, top, x1, bottom in boxes:
            held = [
                (left, text)
                for x, y, left, text in by_page[page]
                if x0 - 0.02 <= x <= x1 + 0.02 and top - 0.02 <= y <= bottom + 0.02
            ]
            found += [text for _, text in sorted(held)]
        return "".join(found)

    return inside


def squeezed(text: str) -> str:
    """A text without white space, hyphens and case."""
    plain = unicodedata.normalize("NFKC", "".join(clean_character(ord(c)) for c in text))
    return "".join(c for c in plain if not c.isspace() and c not in "-\u00ad").casefold()


def measure_notes(files: Sequence[Path]) -> None:
    """Print the footnotes of each document and how many are tied to their call."""
    print(f"{'document':32} {'notes':>6} {'tied':>6} {'calls':>6}  notes that are not tied")
    totals: Counter[str] = Counter()
    for path in files:
        document = read_pdf(path.read_bytes())
        readable = {page.number for page in document.pages if page.quality == "ok"}
        notes = [block for block in document.blocks if block.kind == "footnote"]
        calls = sum(
            page in readable
            for block in document.blocks
            if block.kind not in ("footnote", "contents_entry")
            for page, _, _ in calls_in(block)
        )
        untied = [f"p. {note.page} {note.text[:40]}" for note in notes if note.call is None]
        totals.update(notes=len(notes), tied=len(notes) - len(untied), calls=calls)
        if notes or calls:
            print(
                f"{path.stem:32} {len(notes):6} {len(notes) - len(untied):6} {calls:6}  {'; '.join(untied)}"
            )
    print(f"{'total':32} {totals['notes']:6} {totals['tied']:6} {totals['calls']:6}")


def measure_speed(files: Sequence[Path]) -> None:
    """Print CPU time a page, ours and others'."""
    started = time.process_time()
    read_pdf(files[0].read_bytes())
    print(f"first document, with what is loaded once: {time.process_time() - started:.1f} s")
    print(f"{'document':32} {'pages':>6} {'ruled':>6} {'ms/page':>8}")
    plain = [0, 0.0]
    whole = [0, 0.0]
    for path in files:
        content = path.read_bytes()
        started = time.process_time()
        read = read_pdf(content)
        seconds = time.process_time() - started
        pages = len(read.pages)
        ruled = ruled_pages(content)
        whole = [whole[0] + pages, whole[1] + seconds]
        if not ruled and read.text_source == "text":
            plain = [plain[0] + pages, plain[1] + seconds]
        print(f"{path.stem:32} {pages:6} {ruled:6} {1000 * seconds / pages:8.1f}")
    print(
        f"{'text PDFs without ruled tables':32} {plain[0]:6} {'':6} {1000 * plain[1] / max(plain[0], 1):8.1f}"
    )
    print(f"{'whole corpus':32} {whole[0]:6} {'':6} {1000 * whole[1] / max(whole[0], 1):8.1f}")
    compare_engines(files)


def ruled_pages(content: bytes) -> int:
    """How many pages of a PDF have a ruled table."""
    from extractors.pdf.pdfium import read_page
    from extractors.pdf.tables import find_tables

    with pdfium.PdfDocument(content) as pdf:
        return sum(bool(find_tables(read_page(pdf, index).drawing)) for index in range(len(pdf)))


def compare_engines(files: Sequence[Path]) -> None:
    """Print pages a second of CPU of each engine on the same sample of pages, as files of their own."""
    from pypdf import PdfReader, PdfWriter

    count, ours, plumber, poppler = 0, 0.0, 0.0, 0.0
    for path in files:
        reader, writer = PdfReader(path), PdfWriter()
        for index in sample(len(reader.pages)):
            writer.add_page(reader.pages[index])
            count += 1
        with tempfile.NamedTemporaryFile(suffix=".pdf") as part:
            writer.write(part)
            part.flush()
            here = Path(part.name)
            started = time.process_time()
            read_pdf(here.read_bytes())
            ours += time.process_time() - started
            started = time.process_time()
            plumber_text(here, range(len(writer.pages)))
            plumber += time.process_time() - started
            poppler += poppler_seconds(here)
    print(
        f"same {count} pages, pages a second of CPU: ours {count / ours:.0f}, pdfplumber {count / plumber:.1f}, ",
        end="",
    )
    print(f"pdftotext -bbox-layout {count / poppler:.0f}" if poppler else "pdftotext not installed")


def poppler_seconds(path: Path) -> float:
    """CPU seconds that pdftotext takes, or 0 where it is not installed."""
    program = shutil.which("pdftotext")
    if program is None:
        return 0.0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "-bbox-layout", str(path), "/dev/null"], check=False, capture_output=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_memory(files: Sequence[Path]) -> None:
    """Print the peak memory of a process that reads long documents."""
    from pypdf import PdfWriter

    for wanted in (100, 500):
        writer = PdfWriter()
        while len(writer.pages) < wanted:
            for path in files:
                if len(writer.pages) < wanted:
                    writer.append(path)
        for page in list(writer.pages)[wanted:]:
            writer.remove_page(page)
        with tempfile.NamedTemporaryFile(suffix=".pdf") as long:
            writer.write(long)
            long.flush()
            done = subprocess.run(  # noqa: S603
                [sys.executable, __file__, "memory-of", long.name], check=True, capture_output=True, text=True
            )
            print(f"{wanted} pages: {done.stdout.strip()}")


def memory_of(path: str) -> int:
    """Read a file and print the peak memory of this process, before and after."""
    import extractors.lexicon

    extractors.lexicon.french_words()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    try:
        pages = len(read_pdf(Path(path).read_bytes()).pages)
    except UnreadableDocument as error:
        print(error)
        return 1
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{pages} pages read, {before} MB before, {after} MB at most")
    return 0


MEASURES = {
    "words": measure_words,
    "evidence": measure_evidence,
    "notes": measure_notes,
    "speed": measure_speed,
    "memory": measure_memory,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["memory-of"]:
        sys.exit(memory_of(sys.argv[2]))
    sys.exit(main(sys.argv[1:]))
