"""A review sheet read back: each decided row becomes a decision or is refused, cell by cell, with what to do.

Nothing is guessed. A row with anything wrong gives no decision; the others are taken. What the reviewer did not
touch is not looked at.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from extractors.corrections import labels
from extractors.corrections.checks import faults_of
from extractors.corrections.labels import (
    AFTER,
    ANCHORS,
    BEFORE,
    DECISION,
    KEY,
    REASON,
    SHEETS,
    VALUE,
    SheetOf,
)
from extractors.corrections.quotes import Quote, StudyText
from flows.errors import UsageError
from flows.review_sheet import FORMAT
from schemas.corrections import DECISIONS, FINAL, Decision
from schemas.tables import Institution

MOST_BYTES = 50_000_000
"""A workbook of proposals is a hundredth of it; what unpacks to more is none of ours."""

Cells = Mapping[str, Any]
"""The cells of a row by heading."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with a cell (``Recommandations!L5``) or a sheet, and what to do."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision, the row that it comes from, and the key of what was proposed there."""

    place: str
    decision: Decision
    key: str


@dataclass(slots=True)
class Imported:
    """What a workbook gave: decisions, refusals, and the number of rows left undecided."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What decisions may refer to: the texts of studies, and institutions by identifier."""

    texts: Mapping[str, StudyText]
    institutions: Mapping[str, Institution]


class BadCell(Exception):  # noqa: N818 - named by what it is about
    """A cell that cannot be used: its heading and what to do."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


def read_sheet(content: bytes, known: Known, *, decided_by: str, decided_on: date) -> Imported:
    """The decisions of a workbook.

    Raises:
        UsageError: when the file is no workbook of ours.
    """
    book = open_workbook(content)
    anchors = read_anchors(book)
    imported = Imported()
    for kind in SHEETS:
        if kind.title not in book.sheetnames:
            imported.refused.append(
                Refusal(kind.title, f"La feuille « {kind.title} » manque ; ses lignes ne sont pas lues.")
            )
            continue
        reader = TableReader(book[kind.title], kind, anchors, known, decided_by, decided_on.isoformat())
        reader.read(imported)
    without_contradictions(imported)
    return imported


def open_workbook(content: bytes) -> Workbook:
    """The workbook in some bytes, its formulas as such.

    Raises:
        UsageError: when there is none, or one that is too large to be ours.
    """
    wrong = "Ce fichier n'est pas un classeur XLSX : enregistrez la feuille de relecture au format « XLSX »."
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = sum(item.file_size for item in archive.infolist())
        if size > MOST_BYTES:
            raise UsageError(f"Ce classeur est trop gros une fois décompressé ({size // 1_000_000} Mo).")
        return load_workbook(BytesIO(content), data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise UsageError(wrong) from error


def read_anchors(book: Workbook) -> dict[str, dict[str, Any]]:
    """What the workbook remembers of each proposal, by key.

    Raises:
        UsageError: when it is not there: the file is not from ``passerelle review export``.
    """
    missing = (
        "Ce classeur ne vient pas de « passerelle review export », ou sa feuille cachée a été supprimée."
    )
    if ANCHORS not in book.sheetnames:
        raise UsageError(missing)
    sheet = book[ANCHORS]
    if sheet.cell(row=1, column=1).value != FORMAT:
        raise UsageError(f"{missing} (format attendu : {FORMAT})")
    found = {}
    for key, told, *_ in sheet.iter_rows(min_row=2, max_col=2, values_only=True):
        if isinstance(key, str) and isinstance(told, str):
            found[key] = json.loads(told)
    return found


@dataclass(slots=True)
class TableReader:
    """Reads the decisions of one sheet."""

    sheet: Worksheet
    kind: SheetOf
    anchors: Mapping[str, Mapping[str, Any]]
    known: Known
    decided_by: str
    decided_on: str
    columns: dict[str, int] = field(default_factory=dict)

    def read(self, imported: Imported) -> None:
        """Read every row; a sheet without one of its columns is refused whole."""
        self.columns = {
            str(cell.value).strip(): cell.column for cell in self.sheet[1] if cell.value is not None
        }
        missing = [name for name in (*BEFORE, *self.kind.shown, *AFTER) if name not in self.columns]
        if missing:
            told = ", ".join(f"« {name} »" for name in missing)
            message = (
                f"Colonnes absentes : {told}. Repartez de la feuille exportée ; ses lignes ne sont pas lues."
            )
            imported.refused.append(Refusal(f"{self.kind.title}!1:1", message))
            return
        merged = self.merged()
        for row in range(2, self.sheet.max_row + 1):
            if row in merged:
                message = "Cellules fusionnées : défusionnez-les, une ligne par décision."
                imported.refused.append(Refusal(f"{self.kind.title}!{merged[row]}", message))
            else:
                self.read_row(row, imported)

    def merged(self) -> dict[int, str]:
        """Row → the merged cells that cover a part of it."""
        return {
            row: str(cells.coord)
            for cells in self.sheet.merged_cells.ranges
            for row in range(cells.min_row, cells.max_row + 1)
        }

    def read_row(self, row: int, imported: Imported) -> None:
        """Read one row, if anything was decided in it."""
        cells = {name: self.sheet.cell(row=row, column=column) for name, column in self.columns.items()}
        if not any(is_filled(cells[name]) for name in (DECISION, VALUE, REASON)):
            imported.undecided += is_filled(cells[KEY])
            return
        try:
            decision = self.decision(cells)
        except BadCell as error:
            place = f"{self.kind.title}!{get_column_letter(self.columns[error.column])}{row}"
            imported.refused.append(Refusal(place, error.message))
        else:
            key = str(cells[KEY].value or "").strip()
            imported.taken.append(Taken(f"{self.kind.title}!{row}", decision, key))

    def decision(self, cells: Cells) -> Decision:
        """The decision of a row.

        Raises:
            BadCell: for the first cell that cannot be used.
        """
        told = text_of(cells, DECISION)
        if not told:
            raise BadCell(DECISION, "Il manque la décision : choisissez-la dans la liste.")
        choices = {labels.plain(label): action for label, action in self.kind.decisions.items()}
        action = choices.get(labels.plain(told))
        if action is None:
            raise BadCell(DECISION, f"« {told} » n'est pas une décision : {', '.join(self.kind.decisions)}.")
        key, value, reason = text_of(cells, KEY), text_of(cells, VALUE), text_of(cells, REASON)
        if action == "new":
            values = self.new_values(cells, value)
        elif not key:
            raise BadCell(
                DECISION, "Cette ligne n'a pas de clé : seule « nouvelle » convient à une ligne ajoutée."
            )
        elif key not in self.anchors or self.anchors[key]["table"] != self.kind.table:
            raise BadCell(
                KEY, f"Clé inconnue « {key} » : la ligne a été modifiée ou vient d'une autre feuille."
            )
        else:
            values = self.known_values(self.anchors[key], action, value)
        who = {"reason": reason, "decided_by": self.decided_by, "decided_on": self.decided_on}
        told_action = {} if action == "edit" else {"action": action}
        return checked(self.kind, {**told_action, **values, **who}, cells)

    # -- What was proposed -------------------------------------------------------------------------------------

    def known_values(self, anchor: Mapping[str, Any], action: str, value: str) -> dict[str, Any]:
        """The values of a decision on a proposal."""
        table = self.kind.table
        if table == "studies":
            values = {
                "field": anchor["field"],
                **place_of(anchor, anywhere=True),
                "old": anchor["now"]["Valeur"],
            }
            return {**values, "new": study_value(anchor["field"], value)}
        if table == "institutions":
            if action == "confirm" and anchor["other_id"]:  # it is right as it is: another than was proposed
                return {**self.institution_values(anchor, "different", ""), "action": "different"}
            return self.institution_values(anchor, action, value)
        if table == "countries":
            new = labels.code_of(value, labels.ROLES) if action == "role" else value.upper()
            needed = action in ("role", "other_country")
            return {**place_of(anchor), "old": anchor["now"]["Pays"], "new": new if needed else ""}
        shown = {"addressees": "Destinataires", "themes": "Thèmes"}.get(action, "Recommandation")
        return {**place_of(anchor), "old": anchor["now"][shown], "new": recommendation_value(action, value)}

    def institution_values(self, anchor: Mapping[str, Any], action: str, value: str) -> dict[str, Any]:
        """The values of a decision on an institution."""
        now = anchor["now"]
        other = self.other(anchor, action, value) if action in ("same_as", "different") else None
        old = {"rename": now["Institution"], "retype": now["Type"]}.get(action, "")
        new = labels.code_of(value, labels.institution_types()) if action == "retype" else value
        return {
            **place_of(anchor, anywhere=True),
            "institution_id": anchor["row_id"],
            "name": now["Institution"],
            "acronym": None,
            "country_iso3": now["Pays"] or None,
            "other_id": None if other is None or not other.institution_id else other.institution_id,
            "other_name": "" if other is None else other.name,
            "other_country_iso3": None if other is None else other.country_iso3,
            "old": old,
            "new": new if action in ("rename", "retype") else "",
        }

    def other(self, anchor: Mapping[str, Any], action: str, value: str) -> Institution:
        """The other institution of a decision: as written, else as proposed."""
        if value in self.known.institutions:
            return self.known.institutions[value]
        if value.startswith("inst:") or (value and action == "same_as"):
            raise BadCell(
                VALUE,
                f"Aucune institution publiée n'a l'identifiant « {value} » : copiez-le (inst:…) de la table "
                "institutions, ou laissez vide pour celle proposée.",
            )
        if value:  # a name that is none of its own
            row = self.known.institutions.get(anchor["row_id"])
            if row is None:
                raise BadCell(KEY, "L'institution de cette ligne n'est plus publiée : exportez de nouveau.")
            return row.model_copy(update={"institution_id": "", "name": value, "country_iso3": None})
        proposed = self.known.institutions.get(anchor["other_id"])
        if proposed is None:
            raise BadCell(VALUE, "Il manque l'autre institution : écrivez son identifiant (inst:…).")
        return proposed

    # -- What was missed ---------------------------------------------------------------------------------------

    def new_values(self, cells: Cells, value: str) -> dict[str, Any]:
        """The values of a decision on something that was missed; its words are looked for in the study."""
        if self.kind.table == "studies":
            raise BadCell(DECISION, "Une étude ne s'ajoute pas ici.")
        study, words = text_of(cells, "Étude"), text_of(cells, "Extrait")
        page = whole_number(cells, "Page")
        quote = self.quote(study, words, page)
        values: dict[str, Any] = {"study_id": study, **quote_values(quote), "old": "", "new": ""}
        if self.kind.table == "countries":
            return {**values, "new": value.upper()}
        if self.kind.table == "recommendations":
            return values
        name = text_of(cells, "Institution")
        if not name:
            raise BadCell("Institution", "Il manque le nom complet de la nouvelle institution.")
        return {
            **values,
            "institution_id": None,
            "name": name,
            "acronym": text_of(cells, "Sigle") or None,
            "country_iso3": text_of(cells, "Pays").upper() or None,
            "other_id": None,
            "other_name": "",
            "other_country_iso3": None,
            "new": labels.code_of(value, labels.institution_types()),
        }

    def quote(self, study: str, words: str, page: int | None) -> Quote:
        """The quote of some words of a study, the first on that page if there are several."""
        text = self.known.texts.get(study)
        if text is None:
            raise BadCell(
                "Étude", f"« {study} » n'est pas une étude publiée : {', '.join(sorted(self.known.texts))}."
            )
        if not words:
            raise BadCell("Extrait", "Il manque les mots exacts, tels qu'imprimés.")
        found = text.find(Quote(words, page=page))
        if found.verdict != "here" or found.place is None:
            raise BadCell(
                "Extrait", f"Ces mots ne sont pas dans l'étude « {study} » : copiez-les du document."
            )
        place = found.place
        return text.quote(place.passage.passage_id, place.start, place.end, place.passage.page)


# -- Cells -----------------------------------------------------------------------------------------------------------


def is_filled(cell: Any) -> bool:
    """Whether a cell holds anything."""
    return cell.value is not None and str(cell.value).strip() != ""


def text_of(cells: Cells, column: str) -> str:
    """The text of a cell; a whole number is its figures.

    Raises:
        BadCell: for a formula, an error, a date, a truth value or a decimal.
    """
    cell = cells[column]
    value = cell.value
    if cell.data_type == "f" or (cell.data_type != "s" and str(value).startswith("=")):
        raise BadCell(column, f"Formule « {str(value)[:60]} » : écrivez la valeur elle-même.")
    if cell.data_type == "e":
        raise BadCell(column, f"Erreur de calcul « {value} » : écrivez la valeur elle-même.")
    if isinstance(value, bool | datetime | date):
        raise BadCell(
            column, f"« {value} » est une {kind_of(value)}, pas un texte : mettez la cellule au format Texte."
        )
    if isinstance(value, float) and not value.is_integer():
        raise BadCell(
            column, f"« {value} » est un nombre à virgule ; un texte ou un nombre entier est attendu."
        )
    return "" if value is None else str(int(value) if isinstance(value, float) else value).strip()


def kind_of(value: object) -> str:
    """What a value is, in French."""
    return "valeur logique" if isinstance(value, bool) else "date"


def whole_number(cells: Cells, column: str) -> int | None:
    """The whole number in a cell, or None where it is empty.

    Raises:
        BadCell: for anything else, such as ``12,0``.
    """
    text = text_of(cells, column)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise BadCell(
            column, f"« {text} » n'est pas un numéro de page : un nombre entier, sans virgule ni point."
        )
    return int(text)


# -- Values ----------------------------------------------------------------------------------------------------------


def place_of(anchor: Mapping[str, Any], *, anywhere: bool = False) -> dict[str, Any]:
    """Where a proposal is; nowhere in particular for what holds for a whole study or for all."""
    if anywhere or anchor["quote"] is None:
        return {"study_id": anchor["study_id"] or None, "page": None, "exact": "", "prefix": "", "suffix": ""}
    return {"study_id": anchor["study_id"], **anchor["quote"]}


def quote_values(quote: Quote) -> dict[str, Any]:
    """The columns of a quote."""
    return {"exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix, "page": quote.page}


def recommendation_value(action: str, value: str) -> str:
    """What a decision on a recommendation holds, labels as codes."""
    if action == "themes":
        return labels.codes_of(value, labels.themes())
    if action == "addressees":
        return labels.addressees_of(value, labels.actors())
    return value if action == "edit_text" else ""


def study_value(name: str, value: str) -> str:
    """What a decision on a study holds, labels as codes."""
    if name == "level":
        return labels.code_of(value, labels.LEVELS)
    return value.upper() if name == "country_iso3" else value


def checked(kind: SheetOf, values: Mapping[str, Any], cells: Cells) -> Decision:
    """The decision of some values, held to its contract.

    Raises:
        BadCell: for the first value that is wrong.
    """
    shown = {
        "new": VALUE,
        "exact": "Extrait",
        "study_id": "Étude",
        "country_iso3": "Pays",
        "other_name": VALUE,
    }
    try:
        decision = DECISIONS[kind.table].model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        column = shown.get(str(first["loc"][0]), VALUE)
        told = f"« {first['input']} » n'est pas admis ici ({first['loc'][0]})."
        raise BadCell(column if column in cells else DECISION, told) from error
    for column, message in faults_of(decision):
        place = shown.get(column, VALUE)
        raise BadCell(place if place in cells else DECISION, message)
    return decision


def without_contradictions(imported: Imported) -> None:
    """Refuse the rows that contradict each other; what is said twice alike is taken once."""
    groups: dict[str, list[Taken]] = {}
    for taken in imported.taken:
        groups.setdefault(taken.key or taken.decision.decision_id, []).append(taken)
    imported.taken = []
    for group in groups.values():
        said = {(taken.decision.decision_id, taken.decision.new): taken for taken in group}
        ids = {decision_id for decision_id, _ in said}
        final = any(taken.decision.action_code in FINAL for taken in said.values())
        if len(ids) == len(said) and not (final and len(said) > 1):
            imported.taken += said.values()
            continue
        places = ", ".join(taken.place for taken in group)
        message = f"Décidé de deux façons ({places}) : gardez une seule ligne."
        imported.refused += [Refusal(taken.place, message) for taken in group]
