"""The verdict on the text of a page, and its account of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from extractors.language import find_language
from extractors.lexicon import french_words
from extractors.limits import MAX_PAGE_CHARACTERS
from extractors.pdf.layout import LaidOutPage
from extractors.pdf.printed import PrintedPage
from extractors.text import visible
from schemas.document import Block, Loss, Page, TextQuality

NOTES: dict[TextQuality, str] = {
    "ok": "",
    "ocr_text": "Texte issu d'une reconnaissance de caractères : des erreurs sont possibles.",
    "garbled": "Le texte de cette page est illisible (codage des polices perdu).",
    "image_only": "Page image sans texte : une reconnaissance de caractères est nécessaire.",
    "empty": "Page sans texte.",
}


IMAGE_PAGE = 0.5


SCANNER_STAMP = re.compile(r"\b(?:camscanner|genius scan|adobe scan|scanned (?:by|with))\b", re.IGNORECASE)
"""What scanning applications print on each page: ``Scanned with CamScanner``."""


LOST: dict[Loss, str] = {
    "time": "La lecture de cette page demande plus de temps que la limite.",
    "memory": "La lecture de cette page demande plus de mémoire que la limite.",
    "crash": "Cette page fait tomber les moteurs qui la lisent.",
    "size": f"Cette page contient plus de {MAX_PAGE_CHARACTERS} caractères.",
    "unreadable": "Aucun moteur n'a pu lire cette page.",
}


FEW_WORDS = 5


GARBLED_SHARE = 0.05


STRANGE_SHARE = 0.6


def is_unusable(page: PrintedPage) -> bool:
    """Whether a page's own text does not serve."""
    return not page.lost and page_quality(page) in ("garbled", "image_only")


def page_note(page: PrintedPage, verdict: TextQuality) -> str:
    """What a reader should know about a page, in French."""
    if page.lost:
        return LOST[page.lost]
    if page.ocr_failed:
        return f"{NOTES[verdict]} {page.ocr_engine} n'a pas pu la lire dans le temps imparti."
    if page.is_recognised and verdict == "empty":
        return f"Image sans texte : {page.ocr_engine} n'y a rien reconnu."
    return NOTES[verdict]


def is_hidden_layer(page: PrintedPage) -> bool:
    """Whether the text of a page is not to be seen: the layer that OCR laid on a scan."""
    hidden = sum(word.hidden for word in page.words)
    return page.drawing.image_share >= IMAGE_PAGE and hidden > len(page.words) / 2


def page_quality(page: PrintedPage) -> TextQuality:
    """The verdict on the text of a page."""
    if page.lost:
        return "garbled"
    if page.is_recognised:
        return "ocr_text" if page.words else "empty"
    covered = page.drawing.image_share >= IMAGE_PAGE
    if len(page.words) < FEW_WORDS:
        text = " ".join(word.text for word in page.words)
        if covered and (not text or SCANNER_STAMP.search(text)):
            return "image_only"
        return "ok" if text else "empty"
    text = "".join(word.text for word in page.words)
    if text.count("\ufffd") > GARBLED_SHARE * len(text):
        return "garbled"
    lexicon = french_words()
    letters = [word.text.strip("().,;:«»\"'") for word in page.words]
    longer = [
        word for word in letters if len(word) >= 4 and word.isalpha() and word.islower()
    ]  # names are strange
    strange = sum(word not in lexicon for word in longer)
    if (
        len(longer) >= 40
        and strange > STRANGE_SHARE * len(longer)
        and find_language(" ".join(letters)) == "fr"
    ):
        return "garbled"
    return "ocr_text" if is_hidden_layer(page) else "ok"


def page_ledger(
    pages: Sequence[LaidOutPage],
    blocks: Sequence[Block],
    languages: Mapping[int, str | None],
    quality: Mapping[int, TextQuality],
) -> Iterator[Page]:
    """The account of each page: words read, placed, set aside, lost."""
    placed: Counter[int] = Counter()
    aside: Counter[int] = Counter()
    for block in blocks:
        for word in block.words:
            (aside if block.is_furniture else placed)[word.page] += visible(word.text)
    for page in pages:
        printed = page.printed
        characters = visible("".join([word.text for word in printed.words]))
        lost = max(characters - placed[printed.number] - aside[printed.number], 0)
        per_word = characters / max(len(printed.words), 1)
        words_lost = round(lost / per_word) if per_word else 0
        words_aside = round(aside[printed.number] / per_word) if per_word else 0
        verdict = quality[printed.number]
        yield Page(
            number=printed.number,
            width=printed.width,
            height=printed.height,
            words_read=len(printed.words),
            words_in_blocks=len(printed.words) - words_aside - words_lost,
            words_furniture=words_aside,
            words_lost=words_lost,
            quality=verdict,
            language=languages[printed.number],
            engine=printed.ocr_engine or printed.engine,
            note=page_note(printed, verdict),
            lost=printed.lost,
            defects=printed.defects,
        )
