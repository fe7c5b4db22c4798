"""A row's facts on the terminal, in French. What comes from documents is made printable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from flows.report.facts import Facts, Kind, Source
from flows.report.reading import Record
from flows.report.texts import texts
from flows.terminal import number, printable

NAME_WIDTH = 22

KINDS: dict[Kind, str] = {
    "recommendation": "Recommandation",
    "country_mention": "Mention d'un pays",
    "institution_mention": "Mention d'une institution",
    "corridor_mention": "Passage sur un couloir",
    "institution": "Institution",
    "corridor": "Couloir migratoire",
    "study": "Étude",
    "page": "Page",
    "passage": "Passage",
}
RELATED = {
    "addressees": "Destinataires",
    "themes": "Thèmes",
    "countries": "Pays",
    "country": "Pays",
    "group": "Aussi faite par",
    "institution": "Institution",
    "corridor": "Couloir",
    "names": "Noms",
    "addressed_in": "Recommandations qui s'adressent à elle",
    "candidates": "Institutions à rapprocher",
    "mentions": "Mentions",
    "documents": "Documents",
    "counts": "Lignes trouvées",
    "words": "Mots (lus, dans le texte, à part, perdus)",
    "rejects": "Ce qui n'a pas pu être utilisé",
    "recommendations": "Recommandations",
    "institution_mentions": "Mentions d'institutions",
    "country_mentions": "Mentions de pays",
    "corridor_mentions": "Passages sur des couloirs",
}
COLUMNS = {
    "name": "nom",
    "acronym": "sigle",
    "type": "type",
    "title": "titre",
    "level": "niveau",
    "country_iso3": "pays",
    "iso3": "pays",
    "region": "région",
    "year": "année",
    "language": "langue",
    "publisher": "éditeur",
    "page_count": "pages",
    "status": "état",
    "kind": "nature",
    "role": "rôle",
    "zone": "partie du document",
    "resolution": "décision",
    "reason": "raison",
    "surface": "mots imprimés",
    "section": "section",
    "modality": "tournure",
    "reported": "rapportée",
    "horizon": "échéance",
    "confidence": "confiance",
    "repeats": "redit",
    "registry": "dans le registre",
    "study_count": "études",
    "mention_count": "mentions",
    "institution_id": "institution",
    "corridor_id": "couloir",
    "origin_iso3": "origine",
    "destination_iso3": "destination",
    "direction": "sens dit",
    "width_pt": "largeur (points)",
    "height_pt": "hauteur (points)",
    "words_read": "mots lus",
    "words_in_blocks": "mots dans le texte",
    "words_furniture": "mots à part",
    "words_lost": "mots perdus",
    "text_quality": "verdict sur le texte",
    "engine": "moteur",
    "note": "note",
    "position": "rang",
    "table_number": "tableau",
    "row": "ligne du tableau",
    "column": "colonne du tableau",
    "xpath": "place dans la page web",
}
"""Columns of a row that are printed, in this order; the others are said by its source, passage or rule."""

CODED = ("modality", "role", "status", "level", "direction")
"""Columns whose codes ``texts.csv`` words."""

YES_NO = ("reported", "registry")
NOT_REPEATED = frozenset(
    {"label_en", "name_en", "actor", "theme", "sha256", "bytes", "group_id", "document_id"}
)
"""Columns of related rows that say again, in English or as a code, what another says."""


def print_facts(output: Console, facts: Facts, kept: Path | None, picture: Path | None) -> None:
    """Print everything: the words, the row, its rule and source, what is related, corrections and version."""
    output.print(Text.assemble((KINDS[facts.kind], "bold"), f"  {printable(facts.id)}"))
    _print_words(output, facts)
    for name, value in lines(facts, kept):
        _print_line(output, name, value)
    for name, rows in facts.related.items():
        output.print(Text(RELATED[name], style="bold"))
        for row in rows:
            output.print(Text(f"  {printable(related_line(row))}"))
    if facts.version:
        run = facts.version
        made = f"code {run['code_version']}, modèle {run['model']}, publié le {run['finished_at']}"
        _print_line(output, "version", made)
    if picture:
        _print_line(output, "image", str(picture))


def _print_line(output: Console, name: str, value: str) -> None:
    output.print(Text.assemble((f"  {name:<{NAME_WIDTH}}", "dim"), printable(value)))


def lines(facts: Facts, kept: Path | None) -> Iterator[tuple[str, str]]:
    """Name and value of each fact that has one."""
    for column, name in COLUMNS.items():
        value = facts.row.get(column)
        if value not in (None, "") and value != facts.id:
            yield name, _worded(column, value)
    if facts.rule:
        yield "règle", f"{facts.rule['label_fr']} ({facts.rule['code']})"
    if facts.source:
        yield from _source_lines(facts.source, facts.passage, kept)
    yield "rectangles", number(len(facts.boxes))
    for row in facts.corrections:
        who = f"{row['decided_by']}, {row['decided_on']}"
        yield "correction", f"{row['action']} ({row['outcome']}), {who} : {row['reason']}"


def _worded(column: str, value: object) -> str:
    if column in YES_NO:
        return "oui" if value else "non"
    if column in CODED:
        return texts()["fr"].get(f"{column}.{value}", str(value))
    return number(value, 0 if value == int(value) else 2) if isinstance(value, float) else str(value)


def _source_lines(source: Source, passage: Record | None, kept: Path | None) -> Iterator[tuple[str, str]]:
    yield "étude", f"{source.title} ({source.study_id})"
    yield "fichier", source.file_name
    if source.page:
        yield "page", str(source.page)
    if passage:
        yield "passage", passage["passage_id"]
    if source.url:
        yield "adresse", source.url
    if source.retrieved_at:
        yield "collecté le", source.retrieved_at
    yield "source du texte", source.text_source
    yield "SHA-256", source.document_id
    if kept:
        yield "document conservé", f"{kept}{f'#page={source.page}' if source.page else ''}"


def _print_words(output: Console, facts: Facts) -> None:
    """Print the words that introduce the row and its passage, the row's own words standing out."""
    passage, row = facts.passage, facts.row
    if passage is None or "start_char" not in row:
        if row.get("text"):
            output.print(Text(f"  {printable(row['text'])}"))
        return
    lead_in = row.get("lead_in") or passage["lead_in"]
    if lead_in:
        output.print(Text(f"  {printable(lead_in)}", style="italic"))
    text, start, end = passage["text"], row["start_char"], row["end_char"]
    own = (printable(text[start:end]), "bold black on yellow")
    output.print(Text.assemble(f"  {printable(text[:start])}", own, printable(text[end:])))


def related_line(row: Record) -> str:
    """A related row on one line, without what it says twice."""
    values = [value for name, value in row.items() if name not in NOT_REPEATED and value not in (None, "")]
    return " · ".join(number(value, 2) if isinstance(value, float) else str(value) for value in values)
