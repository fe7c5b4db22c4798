"""The review sheet: an XLSX workbook with a sheet for each table, its proposals, and the words to decide them with.

Cells that hold text of documents are text, whatever they begin with. What a decision needs to find its place again
stands in a hidden sheet, by the key in the last column; so the file can come back after another run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from extractors.corrections import labels
from extractors.corrections.labels import (
    AFTER,
    ANCHORS,
    BEFORE,
    DECISION,
    GUIDE,
    LISTS,
    REASON,
    SHEETS,
    VALUE,
    SheetOf,
)
from extractors.corrections.proposals import Proposal

FORMAT = "passerelle-review-1"
SPARE_ROWS = 30
"""Empty rows under the proposals, for what was missed."""

WIDTHS = {
    "N°": 5, "Étude": 13, "Page": 7, "Extrait": 58, "Image": 70, "Recommandation": 42, "Destinataires": 32,
    "Thèmes": 26, "Institution": 38, "Sigle": 12, "Type": 20, "Pays": 8, "Peut-être la même que": 38, "Mots": 20,
    "Rôle": 14, "Fichier": 28, "Colonne": 18, "Valeur": 28, "Confiance": 11, "Effet": 8, "Décision": 26,
    "Nouvelle valeur": 40, "Motif": 30, "Clé": 4,
}  # fmt: skip
EDITABLE = frozenset({DECISION, VALUE, REASON})
FONT, SIZE = "Calibri", 11
HEAD, OPEN, LINE = "1F4E79", "FFF8DC", "BFBFBF"
IMAGE_WIDTH, POINT = 500, 0.75
"""Pixels of a picture in its column; points for a pixel."""

MOST_HEIGHT, LINE_HEIGHT = 400, 14
AROUND = 160
"""Characters of the passage shown before and after the words."""

Picture = Callable[[Proposal], bytes | None]
"""The PNG of the part of the page that a proposal is about, or None."""


@dataclass(frozen=True, slots=True)
class About:
    """What the workbook was made from, for the guide and the import."""

    run_id: str
    made_on: str
    waiting: int


def write_sheet(proposals: Sequence[Proposal], about: About, picture: Picture) -> bytes:
    """The workbook of some proposals."""
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)  # noqa: S101 - a new workbook has one
    guide.title = GUIDE
    write_guide(guide, about, len(proposals))
    for kind in SHEETS:
        own = [proposal for proposal in proposals if proposal.table == kind.table]
        write_table(book.create_sheet(kind.title), kind, own, picture)
    write_lists(book.create_sheet(LISTS))
    write_anchors(book.create_sheet(ANCHORS), proposals, about)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


# -- Cells ---------------------------------------------------------------------------------------------------------


def put(sheet: Worksheet, row: int, column: int, value: str | float | CellRichText) -> Cell:
    """Write a cell; text is text, even where it looks like a formula."""
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, Cell)  # noqa: S101 - nothing is merged
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in "=+-@"
    else:
        cell.value = value
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def passage_of(proposal: Proposal) -> str | CellRichText:
    """The passage around the words, which are bold."""
    text = ILLEGAL_CHARACTERS_RE.sub("", proposal.passage)
    exact = ILLEGAL_CHARACTERS_RE.sub("", proposal.quote.exact) if proposal.quote is not None else ""
    start = text.find(exact) if exact else -1
    if start < 0:
        return text
    end = start + len(exact)
    before, after = text[:start], text[end:]
    before = before if len(before) <= AROUND else f"…{before[-AROUND:]}"
    after = after if len(after) <= AROUND else f"{after[:AROUND]}…"
    parts = [before, TextBlock(InlineFont(rFont=FONT, sz=SIZE, b=True, color="9C2A00"), exact), after]
    return CellRichText(*[part for part in parts if part])


# -- Tables --------------------------------------------------------------------------------------------------------


def write_table(sheet: Worksheet, kind: SheetOf, proposals: Sequence[Proposal], picture: Picture) -> None:
    """Write the proposals of one table, with a drop-down in the column of decisions."""
    columns = [*BEFORE, *kind.shown, *AFTER]
    for index, name in enumerate(columns, 1):
        cell = put(sheet, 1, index, name)
        cell.font = Font(name=FONT, size=SIZE, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD)
        sheet.column_dimensions[get_column_letter(index)].width = WIDTHS[name]
    sheet.column_dimensions[get_column_letter(len(columns))].hidden = True
    sheet.freeze_panes = sheet.cell(row=2, column=2)
    sheet.row_dimensions[1].height = 22
    for number, proposal in enumerate(proposals, 1):
        write_proposal(sheet, number, columns, proposal, picture)
    last = 1 + len(proposals) + SPARE_ROWS
    style_rows(sheet, columns, len(proposals), last)
    add_choices(sheet, kind, columns.index(DECISION) + 1, last)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:{get_column_letter(len(columns) - 1)}{max(2, 1 + len(proposals))}"


def write_proposal(
    sheet: Worksheet, number: int, columns: Sequence[str], proposal: Proposal, picture: Picture
) -> None:
    """Write one proposal."""
    row = number + 1
    values: dict[str, str | float | CellRichText] = {
        "N°": number,
        "Étude": proposal.study_id,
        "Extrait": passage_of(proposal),
        **{name: shown_value(name, value) for name, value in proposal.now.items()},
        "Confiance": round(proposal.confidence, 2),
        "Effet": proposal.effect,
        "Clé": proposal.key,
    }
    if proposal.quote is not None and proposal.quote.page is not None:
        values["Page"] = proposal.quote.page
    for name, value in values.items():
        put(sheet, row, columns.index(name) + 1, value)
    sheet.cell(row=row, column=columns.index("Confiance") + 1).number_format = "0%"
    height = 3 * LINE_HEIGHT
    for name in ("Extrait", *proposal.now):
        lines = len(str(values[name])) // int(WIDTHS[name] * 0.95) + 1
        height = max(height, lines * LINE_HEIGHT)
    content = picture(proposal)
    if content is not None:
        image = Image(BytesIO(content))
        shrunk = min(1.0, IMAGE_WIDTH / image.width, (MOST_HEIGHT - 6) / POINT / image.height)
        image.width, image.height = int(image.width * shrunk), int(image.height * shrunk)
        image.anchor = f"{get_column_letter(columns.index('Image') + 1)}{row}"
        sheet.add_image(image)
        height = max(height, int(image.height * POINT) + 6)
    sheet.row_dimensions[row].height = min(MOST_HEIGHT, height)


def shown_value(name: str, value: str) -> str:
    """A value as a reviewer reads it: the label of a code where there is one."""
    known = {"Type": labels.institution_types(), "Rôle": labels.ROLES, "Colonne": labels.FIELDS}
    return known.get(name, {}).get(value, value)


def style_rows(sheet: Worksheet, columns: Sequence[str], proposals: int, last: int) -> None:
    """Give cells their lines, and open those that a reviewer fills: all of the spare rows, but for the key."""
    side = Side(style="thin", color=LINE)
    for row in range(2, last + 1):
        for index, name in enumerate(columns, 1):
            cell = sheet.cell(row=row, column=index)
            cell.border = Border(left=side, right=side, top=side, bottom=side)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if name in EDITABLE or (row > proposals + 1 and name not in ("Clé", "Image")):
                cell.protection = Protection(locked=False)
                cell.fill = PatternFill("solid", fgColor=OPEN)
            if name in (VALUE, "Page"):
                cell.number_format = "@" if name == VALUE else "0"


def add_choices(sheet: Worksheet, kind: SheetOf, column: int, last: int) -> None:
    """Add the drop-down of decisions."""
    choices = DataValidation(type="list", formula1=f'"{",".join(kind.decisions)}"', allow_blank=True)
    choices.showErrorMessage = True
    choices.errorTitle, choices.error = "Décision inconnue", "Choisissez une décision de la liste."
    letter = get_column_letter(column)
    choices.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(choices)


# -- Other sheets ----------------------------------------------------------------------------------------------------


def write_lists(sheet: Worksheet) -> None:
    """Write the codes that « Nouvelle valeur » may hold, with their labels."""
    groups = (
        ("Types d'institution", labels.institution_types()),
        ("Acteurs (destinataires)", labels.actors()),
        ("Thèmes", labels.themes()),
        ("Rôles d'un pays", labels.ROLES),
        ("Niveaux d'une étude", labels.LEVELS),
    )
    for place, (title, codes) in enumerate(groups):
        column = 3 * place + 1
        cell = put(sheet, 1, column, title)
        cell.font = Font(name=FONT, size=SIZE, bold=True, color=HEAD)
        cell.alignment = Alignment(wrap_text=False)
        for row, (code, label) in enumerate(labels.labelled(codes.items()), 2):
            put(sheet, row, column, label)
            put(sheet, row, column + 1, code).font = Font(name=FONT, size=SIZE, color="7F7F7F")
        sheet.column_dimensions[get_column_letter(column)].width = 42
        sheet.column_dimensions[get_column_letter(column + 1)].width = 26
        sheet.column_dimensions[get_column_letter(column + 2)].width = 3
    sheet.protection.sheet = True


def write_anchors(sheet: Worksheet, proposals: Iterable[Proposal], about: About) -> None:
    """Write what the import needs of each proposal, out of sight."""
    put(sheet, 1, 1, FORMAT)
    put(sheet, 1, 2, json.dumps(asdict(about), ensure_ascii=False))
    for row, proposal in enumerate(proposals, 2):
        put(sheet, row, 1, proposal.key)
        put(sheet, row, 2, json.dumps(anchor_of(proposal), ensure_ascii=False))
    sheet.sheet_state = "veryHidden"


def anchor_of(proposal: Proposal) -> dict[str, Any]:
    """What a decision on a proposal says of its place."""
    quote = None if proposal.quote is None else asdict(proposal.quote)
    return {
        "table": proposal.table,
        "study_id": proposal.study_id,
        "quote": quote,
        "now": dict(proposal.now),
        "row_id": proposal.row_id,
        "other_id": proposal.other_id,
        "field": proposal.field,
    }


GUIDE_LINES: tuple[tuple[str, str], ...] = (
    ("titre", "Relecture des tables de Passerelle"),
    ("", "Chaque feuille propose les lignes qui comptent le plus et dont nous sommes le moins sûrs."),
    ("", "Une ligne décidée ne revient plus ; une ligne laissée vide reviendra. Rien n'oblige à tout faire."),
    ("sous-titre", "Comment faire"),
    ("", "1. Lisez l'extrait (les mots en cause sont en gras) et l'image de la page (surlignés en jaune)."),
    ("", "2. Choisissez une décision dans la liste de la colonne « Décision »."),
    ("", "3. Si elle en demande une, écrivez la « Nouvelle valeur ». Dites pourquoi dans « Motif » (facultatif)."),
    ("", "4. Enregistrez au format XLSX, puis : passerelle review import FICHIER --by \"Votre nom\"."),
    ("sous-titre", "Recommandations"),
    ("", "juste · pas une recommandation : rien à écrire de plus."),
    ("", "corriger le texte : le texte exact, tel qu'imprimé si possible."),
    ("", "corriger les destinataires : ANPE [employment_service] ; ministère de l'Emploi [ministry]. Vide : personne."),
    ("", "corriger les thèmes : codes ou libellés séparés par « ; » (feuille « Listes »)."),
    ("sous-titre", "Institutions (la décision vaut pour toutes les études, présentes et à venir)"),
    ("", "juste : elle est telle quelle, et n'est pas celle de la colonne « Peut-être la même que »."),
    ("", "même que : c'est la même que celle proposée, ou que l'identifiant (inst:…) écrit en nouvelle valeur."),
    ("", "différente de : ce n'est pas celle proposée ; ou le nom écrit en nouvelle valeur n'est pas un nom d'elle."),
    ("", "renommer · changer le type : le nom juste · le type, code ou libellé (feuille « Listes »)."),
    ("", "pas une institution : elle disparaît de toutes les études."),
    ("sous-titre", "Pays"),
    ("", "autre pays : le code ISO à trois lettres (MLI, CIV…). changer le rôle : code ou libellé, vide : aucun rôle."),
    ("sous-titre", "Études"),
    ("", "corriger : la valeur juste de la colonne indiquée, vide : inconnue."),
    ("sous-titre", "Ce qui a été manqué"),
    ("", "Dans les lignes vides du bas : donnez l'étude, la page, les mots exacts (« Extrait »), « nouvelle »."),
    ("", "Institution nouvelle : « Institution » (nom complet), « Sigle », « Pays » (code) ; type en nouvelle valeur."),
    ("", "Pays nouveau : le code ISO en nouvelle valeur. Recommandation nouvelle : rien de plus."),
    ("sous-titre", "À ne pas faire"),
    ("", "Ne fusionnez pas de cellules, n'écrivez pas de formule, ne supprimez ni colonne ni feuille."),
    ("", "Deux décisions sur une même ligne (texte et thèmes) : copiez la ligne entière, colonne « Clé » comprise."),
)  # fmt: skip


def write_guide(sheet: Worksheet, about: About, proposals: int) -> None:
    """Write how to use the workbook."""
    sheet.column_dimensions["A"].width = 120
    sheet.sheet_view.showGridLines = False
    made = f"{proposals} propositions, faites le {about.made_on} sur l'exécution {about.run_id}."
    waiting = f"{about.waiting} décisions anciennes attendent d'être revues (passerelle review list)."
    lines = [GUIDE_LINES[0], ("", made), *([("", waiting)] if about.waiting else []), *GUIDE_LINES[1:]]
    for row, (kind, text) in enumerate(lines, 1):
        cell = put(sheet, row, 1, text)
        if kind:
            cell.font = Font(name=FONT, bold=True, size=16 if kind == "titre" else 12, color=HEAD)
            sheet.row_dimensions[row].height = 26 if kind == "titre" else 22
            cell.alignment = Alignment(vertical="bottom")
    sheet.protection.sheet = True
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
