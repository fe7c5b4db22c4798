"""The files of human corrections: read whole and held to their contract, written in one order, in one step.

``raw/corrections/<table>.csv`` are in git; a person may edit them by hand. One fault in them stops a run before it
begins: to go on without a decision would undo it silently.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from extractors.corrections import Corrections
from extractors.corrections.checks import faults_of
from flows import storage
from flows.errors import UsageError
from schemas.corrections import DECISIONS, FINAL, Decision, columns_of
from schemas.tables import DecidedTable

FOLDER = "corrections"
MOST_SHOWN = 10
MISSING = "Cette valeur n'est pas admise ici"


def read_corrections(raw: Path) -> Corrections:
    """Every decision of ``<raw>/corrections``; none where the folder is not there.

    Raises:
        UsageError: naming the file, line and column of everything that is wrong.
    """
    faults: list[str] = []
    decisions: list[Decision] = []
    for table in DECISIONS:
        path = path_of(raw, table)
        if path.exists():
            decisions += read_file(path, table, faults)
    if faults:
        more = f"\n… et {len(faults) - MOST_SHOWN} autres." if len(faults) > MOST_SHOWN else ""
        raise UsageError(
            "Les corrections humaines ne peuvent pas être rejouées ; rien n'a été fait. À corriger :\n"
            + "\n".join(faults[:MOST_SHOWN])
            + more
        )
    return Corrections.of(decisions)


def path_of(raw: Path, table: DecidedTable) -> Path:
    """Where the decisions on a table are kept."""
    return raw / FOLDER / f"{table}.csv"


def read_file(path: Path, table: DecidedTable, faults: list[str]) -> Iterator[Decision]:
    """The decisions of a file; what is wrong with it goes to ``faults``."""
    kind = DECISIONS[table]
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        faults.append(f"{path.name} : le fichier n'est pas en UTF-8 ; enregistrez-le en « CSV UTF-8 ».")
        return
    reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    columns = columns_of(kind)
    if sorted(reader.fieldnames or ()) != sorted(columns):
        faults.append(f"{path.name}, ligne 1 : colonnes attendues : {','.join(columns)}")
        return
    seen: dict[tuple[object, ...], int] = {}
    try:
        for record in reader:
            place = f"{path.name}, ligne {reader.line_num}"
            decision = checked(kind, record, place, faults)
            if decision is None:
                continue
            first = seen.setdefault(decision.about, reader.line_num)
            if first != reader.line_num:
                faults.append(f"{place} : déjà décidé ligne {first} ; gardez l'une des deux lignes.")
            yield decision
    except csv.Error as error:
        faults.append(f"{path.name}, ligne {reader.line_num} : ce n'est pas du CSV ({error}).")


def checked(
    kind: type[Decision], record: Mapping[str | None, str], place: str, faults: list[str]
) -> Decision | None:
    """The decision of a line, or None with its faults noted."""
    if None in record or None in record.values():
        faults.append(f"{place} : le nombre de cellules n'est pas celui des colonnes.")
        return None
    try:
        decision = kind.model_validate(
            {name: value_of(kind, str(name), text) for name, text in record.items()}
        )
    except ValidationError as error:
        first = error.errors()[0]
        column = str(first["loc"][0])
        faults.append(f"{place}, {column} : {MISSING} : « {record[column]} ».")
        return None
    found = faults_of(decision)
    faults += [f"{place}, {column} : {message}" for column, message in found]
    return None if found else decision


def value_of(kind: type[Decision], column: str, text: str) -> object:
    """The value of a cell: nothing where it is empty and may be, a whole number where one is expected."""
    if kind.is_nullable(column) and not text:
        return None
    if kind.python_type(column) is int and text.isascii() and text.isdigit():
        return int(text)
    return text


def write_corrections(raw: Path, corrections: Corrections) -> None:
    """Write every decision, the files of tables without any included only if they are there."""
    for table, kind in DECISIONS.items():
        rows = [decision for decision in corrections if isinstance(decision, kind)]
        path = path_of(raw, table)
        if rows or path.exists():
            storage.write_atomically(path, to_csv(kind, rows).encode())


def to_csv(kind: type[Decision], rows: Iterable[Decision]) -> str:
    """The lines of a file: by study, then place, so that a new decision is one new line in git."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    columns = columns_of(kind)
    writer.writerow(columns)
    for row in sorted(rows, key=lambda d: (d.study_id or "", d.page or 0, [str(part) for part in d.about])):
        values = (getattr(row, column) for column in columns)
        writer.writerow("" if value is None else value for value in values)
    return content.getvalue()


def with_decisions(corrections: Corrections, new: Iterable[Decision]) -> Corrections:
    """The decisions with new ones, which replace those on the same and those that they contradict."""
    known = {decision.decision_id: decision for decision in corrections}
    for decision in new:
        for other in [other for other in known.values() if contradicts(other, decision)]:
            del known[other.decision_id]
        known[decision.decision_id] = decision
    return Corrections.of(known.values())


def contradicts(one: Decision, other: Decision) -> bool:
    """Whether two decisions on the same place or institution cannot both hold."""
    if one.table != other.table or one.action_code == other.action_code:
        return False
    final = {one.action_code, other.action_code} & FINAL
    return bool(final) and all(getattr(one, name) == getattr(other, name) for name in one.target)


def corrections_hash(corrections: Corrections) -> str:
    """SHA-256 of all decisions: what published bytes depend on besides documents, code and model."""
    total = hashlib.sha256()
    for decision in sorted(corrections, key=lambda d: d.decision_id):
        total.update(decision.model_dump_json().encode() + b"\0")
    return total.hexdigest()
