"""Two versions chosen, and their difference on the terminal, as JSON, or row by row in a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows import editions, storage
from flows.difference import CAUSES, Changes, compare, in_order
from flows.editions import Edition
from flows.errors import UsageError
from flows.terminal import number

MOST_VERSIONS = 2
FORMULA = ("=", "+", "-", "@", "\t")


def chosen(processed: Path, runs: Sequence[str]) -> tuple[Edition, Edition]:
    """The versions to compare: two, or one and the published one, or the two last.

    Raises:
        UsageError: when there are no such versions.
    """
    if len(runs) > MOST_VERSIONS:
        raise UsageError("Indiquez deux versions au plus (passerelle versions les liste).")
    now = next((edition for edition in editions.editions(processed) if edition.is_current), None)
    if now is None:
        raise UsageError(f"Rien n'est publié dans « {processed} » : lancez d'abord passerelle run.")
    first = editions.find(processed, runs[0] if runs else None)
    return first, editions.find(processed, runs[1]) if len(runs) == MOST_VERSIONS else now


def show(before: Edition, after: Edition, *, rows: Path | None, as_json: bool) -> None:
    """Show what changed from one version to another; write the rows to a file if asked to."""
    changes = compare(before.folder, after.folder)
    if rows is not None:
        storage.write_atomically(rows, to_csv(changes).encode())
    if as_json:
        print(json.dumps(as_document(before, after, changes), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    title = f"De la version {before.number} à la version {after.number}"
    if not changes.changes:
        console.print(f"{title} : les tables disent la même chose.")
    else:
        console.print(summary_table(title, changes))
    if changes.moved:
        console.print(f"{number(sum(changes.moved.values()))} lignes ont le même contenu à une autre place.")


def as_document(before: Edition, after: Edition, changes: Changes) -> dict[str, object]:
    """The counts of a difference, for programs and for the report."""
    return {
        "before": before.number,
        "after": after.number,
        "changes": [
            {"table": table, "cause": cause, "added": added, "removed": removed, "changed": changed}
            for table, cause, (added, removed, changed) in in_order(changes.counts())
        ],
        "moved": dict(sorted(changes.moved.items())),
    }


def summary_table(title: str, changes: Changes) -> Table:
    """The counts by table and cause."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in ("Table", "Cause"):
        table.add_column(heading)
    for heading in ("ajoutées", "retirées", "changées"):
        table.add_column(heading, justify="right")
    for name, cause, counts in in_order(changes.counts()):
        told = " + ".join(CAUSES.get(part, "non dite par l'exécution") for part in cause.split("+"))
        table.add_row(name, told, *map(number, counts))
    return table


def to_csv(changes: Changes) -> str:
    """Every changed row: table, kind, cause, study, key, columns."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(["table", "change", "cause", "study_id", "key", "columns"])
    for one in changes.changes:
        cells = (one.table, one.kind, one.cause, one.study_id, one.key, " ".join(one.columns))
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return content.getvalue()
