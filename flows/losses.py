"""What of a document that was read is missing from the tables, and what to do about it, in French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from babel import Locale

from extractors.study import passage_ids
from extractors.watch import ANALYSIS, Step
from flows.ingest import Source, reject_row
from flows.ocr import OCR_ENGINES
from schemas.document import Document, Loss, Page
from schemas.tables import Reject, RejectCode

LOST_WORDS, LOST_SHARE = 10, 0.05
"""A page has lost text when it lost this many words and this share; footnote calls alone stay below."""

UNREAD = {
    "image_only": (
        "{what} sans texte (image numérisée) : installez un moteur de reconnaissance de caractères "
        "(tesseract avec le français), ou donnez un PDF qui contient le texte."
    ),
    "garbled": (
        "{what} au texte illisible (polices sans table de caractères) : donnez une autre copie du "
        "document, ou passez-le à la reconnaissance de caractères."
    ),
}
"""Qualities of a page whose text could not be had, and the message."""

READ = frozenset({"ok", "ocr_text"})
NO_TIME = (
    "{what} sans texte utilisable, que {engine} n'a pas pu lire dans le temps imparti : relevez "
    "PASSERELLE_OCR_SECONDS, ou découpez le document."
)
LOST: dict[Loss, tuple[RejectCode, str]] = {
    "time": ("resource_limit", "découpez-le, ou relevez PASSERELLE_READING_SECONDS"),
    "memory": ("resource_limit", "découpez-le, ou relevez PASSERELLE_MEMORY_MEGABYTES"),
    "crash": ("crashed", "enregistrez-le à nouveau depuis un lecteur PDF"),
    "size": ("too_large", "donnez-en une autre copie"),
    "unreadable": ("page_unreadable", "exportez-le à nouveau"),
}
"""Why a page was not read, as a code, and what to do with its document."""

NOT_ANALYSED: dict[Loss, tuple[RejectCode, str, str]] = {
    "time": (
        "resource_limit",
        "demande plus de temps que la limite",
        "relevez PASSERELLE_READING_SECONDS, ou découpez le document",
    ),
    "memory": (
        "resource_limit",
        "demande plus de mémoire que la limite",
        "relevez PASSERELLE_MEMORY_MEGABYTES, ou découpez le document",
    ),
    "crash": ("crashed", "fait tomber le processus qui s'en charge", "signalez-le"),
    "fault": ("internal_error", "rencontre une erreur du programme", "signalez-la avec ce message"),
}
"""Why something was not analysed, as a code, in words, and what to do."""

NO_PASSAGE = (
    "L'analyse du passage {passage_id} (« {beginning} ») {why} : il est publié sans pays, institutions ni "
    "recommandations, le reste du document avec les siens. Relisez-le ; pour l'avoir, {advice}."
)
NO_ANALYSIS = (
    "L'analyse de ce document {why} : ses pages et ses passages sont publiés, sans pays, institutions ni "
    "recommandations. Pour les avoir, {advice}, et relancez avec --failed."
)
BEGINNING = 40

NO_WORD = "{what} sans aucun mot : vérifiez le fichier, ou donnez un document qui contient le texte."


def losses(document: Document, source: Source) -> Iterator[Reject]:
    """A row per page not read, without usable text or that lost words, and one for a language that is not French.

    A document of which no page that was read has usable text gives one row for all of them, without a page.
    """
    yield from (_not_read(page, source, page.lost) for page in document.pages if page.lost)
    seen = [page for page in document.pages if not page.lost]
    unread = [page for page in seen if page.quality in UNREAD]
    if seen and not any(page.quality in READ for page in seen):
        yield _unread((unread or seen)[0], source, "Document", None)
    else:
        yield from (_unread(page, source, "Page", page.number) for page in unread)
    yield from (_lost_words(page, source) for page in document.pages if lost_text(page))
    if document.language not in ("fr", None):
        yield _other_language(str(document.language), source)


def not_analysed(
    document: Document, source: Source, left_out: Mapping[Step, Loss], faults: Mapping[Step, str]
) -> Iterator[Reject]:
    """A row per passage that the analysis had to leave out, or one without a page where that is all of them.

    ``faults`` tells the faults of the program that were met, by where.
    """
    ids = passage_ids(document)
    whole = left_out.get((ANALYSIS, 0))
    if whole is not None:
        yield analysis_lost(source, whole, [*faults.values(), ""][0])
        return
    for step, loss in left_out.items():
        block = document.blocks[step[1] - 1]
        code, why, advice = NOT_ANALYSED[loss]
        beginning = block.text if len(block.text) <= BEGINNING else block.text[: BEGINNING - 1] + "…"
        message = NO_PASSAGE.format(
            passage_id=ids[step[1] - 1],
            beginning=beginning,
            why=why,
            advice=_told(advice, faults.get(step, "")),
        )
        yield reject_row(source.document_id, source.file_name, "analyse", code, message, block.page)


def analysis_lost(source: Source, loss: Loss, fault: str = "") -> Reject:
    """The row of a document that is published without any analysis."""
    code, why, advice = NOT_ANALYSED[loss]
    message = NO_ANALYSIS.format(why=why, advice=_told(advice, fault))
    return reject_row(source.document_id, source.file_name, "analyse", code, message)


def _told(advice: str, fault: str) -> str:
    return f"{advice} [{fault}]" if fault else advice


def lost_text(page: Page) -> bool:
    """Whether so many words of a page found no place in a block that its text is not whole."""
    return page.words_lost >= LOST_WORDS and page.words_lost >= LOST_SHARE * page.words_read


def _not_read(page: Page, source: Source, loss: Loss) -> Reject:
    code, advice = LOST[loss]
    message = f"{page.note} Le reste du document est publié ; pour l'avoir entier, {advice}."
    return reject_row(source.document_id, source.file_name, "read", code, message, page.number)


def _unread(page: Page, source: Source, what: str, number: int | None) -> Reject:
    tried = page.quality in UNREAD and page.engine.startswith(OCR_ENGINES)
    template = NO_TIME if tried else UNREAD.get(page.quality, NO_WORD)
    message = template.format(what=what, engine=page.engine)
    code: RejectCode = "garbled" if page.quality == "garbled" else "image_only"
    return reject_row(source.document_id, source.file_name, "read", code, message, number)


def _lost_words(page: Page, source: Source) -> Reject:
    message = (
        f"{page.words_lost} mots sur {page.words_read} n'ont pas trouvé place dans le texte : comparez la "
        "table passages à la page, et signalez-la."
    )
    return reject_row(source.document_id, source.file_name, "read", "page_unreadable", message, page.number)


def _other_language(language: str, source: Source) -> Reject:
    name = Locale("fr").languages.get(language, language)
    message = (
        f"Document en {name} : son texte est publié, mais pays, institutions et recommandations ne sont "
        "cherchés qu'en français. Donnez la version française, s'il en existe une."
    )
    return reject_row(source.document_id, source.file_name, "analyse", "other_language", message)
