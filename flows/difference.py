"""What is different between two published versions, row by row, and why.

The bytes of a document are in the identifiers of its rows; here its study stands for them: a study saved anew is
the same. A row that is somewhere else with the same content has moved, which is no change. What a change comes from:
a new or changed source; a human decision on that very row; else the parts of the key that differ between the runs
(code, model, vocabulary), or what several studies together make of a source or a decision.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet

from schemas.tables import TABLES

COMPARED = tuple(
    name for name in TABLES if name not in ("runs", "quality", "evidence", "correction_outcomes")
)
"""Tables that are compared; boxes follow their rows, and the others tell of runs."""

PLACES = frozenset({"page", "position", "start_char", "end_char"})
CAUSES = {
    "source": "sources",
    "review": "décisions",
    "code": "code",
    "model": "modèle",
    "vocabulary": "vocabulaires",
}
"""Causes and their labels (French), in the order in which they are shown."""

UNKNOWN = "unknown"
"""The cause where the run did not say what it was made of."""

DOCUMENT_DIGITS = 12
"""Digits of a document's identifier in the identifiers of its rows."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row that was ``added``, ``removed`` or ``changed`` (in ``columns``), and the causes, joined by ``+``."""

    table: str
    kind: str
    cause: str
    key: str
    study_id: str
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class Changes:
    """Every change between two versions, and by table the rows that only stand elsewhere."""

    changes: list[Change] = field(default_factory=list)
    moved: Counter[str] = field(default_factory=Counter)

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Changes by table, kind and cause."""
        return dict(Counter((change.table, change.kind, change.cause) for change in self.changes))


@dataclass(slots=True)
class Version:
    """A version as it is compared."""

    rows: Mapping[str, Mapping[str, dict[str, Any]]]
    documents: Mapping[str, str]
    parts: Mapping[str, str]
    decisions: Mapping[str, tuple[str, frozenset[str]]]

    @classmethod
    def read(cls, folder: Path) -> Version:
        """A version from its folder."""
        documents = {
            row["document_id"]: row["study_id"] for row in records(folder, "documents") if row["study_id"]
        }
        short = {key[:DOCUMENT_DIGITS]: study for key, study in documents.items()}
        rows = {name: keyed(name, records(folder, name), documents, short) for name in COMPARED}
        summary = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        decisions = {
            row["decision_id"]: (
                f"{row['action']}|{row['new']}|{row['outcome']}",
                frozenset({plain(row["row_id"], documents, short)} if row["row_id"] else ()),
            )
            for row in records(folder, "correction_outcomes")
        }
        by_study = {study: key for key, study in documents.items()}
        return cls(rows, by_study, summary.get("parts", {}), decisions)


def records(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table; none in a version that did not have it yet."""
    path = folder / "tables" / f"{name}.parquet"
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist() if path.is_file() else []
    return rows


def keyed(
    name: str, rows: Iterable[dict[str, Any]], documents: Mapping[str, str], short: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Rows by key, with studies in the place of documents."""
    found = {}
    for row in rows:
        told = {column: plain(value, documents, short) for column, value in row.items()}
        found["|".join(str(told[column]) for column in TABLES[name].primary_key)] = told
    return found


def plain(value: Any, documents: Mapping[str, str], short: Mapping[str, str]) -> Any:
    """A value with the study in the place of its document."""
    if not isinstance(value, str):
        return value
    if value in documents:
        return documents[value]
    for part in value.replace("@", ":").split(":"):
        if part in short:
            return value.replace(part, short[part])
    return value


def compare(old_folder: Path, new_folder: Path) -> Changes:
    """Every change from one version to another, by table and key."""
    old, new = Version.read(old_folder), Version.read(new_folder)
    causes = Causes(old, new)
    found = Changes()
    for name in COMPARED:
        before, after = dict(old.rows[name]), dict(new.rows[name])
        for key in [key for key in before if before[key] == after.get(key)]:
            del before[key], after[key]
        found.moved[name] = drop_moved(name, before, after)
        for key in sorted(before.keys() | after.keys()):
            row = after.get(key) or before[key]
            kind = "changed" if key in before and key in after else "added" if key in after else "removed"
            columns = tuple(
                column for column in row if kind == "changed" and before[key].get(column) != row[column]
            )
            study = study_of(row)
            found.changes.append(Change(name, kind, causes.of(name, row, study), key, study, columns))
    found.moved = +found.moved
    return found


def drop_moved(name: str, before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> int:
    """Take out the rows that are the same elsewhere in their study; how many there are."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for key, row in before.items():
        places[content_of(name, row)].append(key)
    moved = 0
    for key, row in list(after.items()):
        if places.get(content_of(name, row)):
            del before[places[content_of(name, row)].pop(0)], after[key]
            moved += 1
    return moved


def content_of(name: str, row: Mapping[str, Any]) -> str:
    """What a row says, wherever it stands; identifiers tell where, but for those of studies and institutions."""
    kept = ("study_id", "institution_id", "other_id")
    said = {c: v for c, v in row.items() if c not in PLACES and (not c.endswith("_id") or c in kept)}
    where = "" if "study_id" in row else study_of(row)
    return f"{name}|{where}|{sorted(said.items())!r}"


def study_of(row: Mapping[str, Any]) -> str:
    """The study of a row: as it says itself, or as its identifiers do; empty for what is of all studies."""
    if row.get("study_id"):
        return str(row["study_id"])
    for column in ("recommendation_id", "document_id"):
        if row.get(column):
            return str(row[column]).partition(":")[0]
    return ""


class Causes:
    """Tells what a change comes from."""

    def __init__(self, old: Version, new: Version) -> None:
        studies = old.documents.keys() | new.documents.keys()
        self.sources = {study for study in studies if old.documents.get(study) != new.documents.get(study)}
        decided = old.decisions.keys() | new.decisions.keys()
        changed = [key for key in decided if old.decisions.get(key) != new.decisions.get(key)]
        self.touched = {
            row
            for key in changed
            for one in (old, new)
            if key in one.decisions
            for row in one.decisions[key][1]
        }
        self.reviewed = bool(changed) or old.parts.get("review") != new.parts.get("review")
        self.parts = [
            name
            for name in ("code", "model", "vocabulary")
            if old.parts and new.parts and old.parts.get(name) != new.parts.get(name)
        ]
        self.told = bool(old.parts and new.parts)

    def of(self, name: str, row: Mapping[str, Any], study: str) -> str:
        """The causes of a change of a row of a study."""
        if study in self.sources:
            return "source"
        keys = {str(value) for column, value in row.items() if column.endswith("_id") or column == "repeats"}
        if self.touched & keys:
            return "review"
        causes = self.parts or [
            c for c, holds in (("source", self.sources), ("review", self.reviewed)) if holds
        ]
        return "+".join(causes) or UNKNOWN


def in_order(counts: Mapping[tuple[str, str, str], int]) -> Iterator[tuple[str, str, Sequence[int]]]:
    """Table, cause, and the rows added, removed and changed, in the order of the contract."""
    pairs = {(table, cause) for table, _, cause in counts}
    for table in COMPARED:
        for cause in sorted(cause for name, cause in pairs if name == table):
            kinds = ("added", "removed", "changed")
            yield table, cause, [counts.get((table, kind, cause), 0) for kind in kinds]
