"""Measures in the published tables: ``evaluate`` writes them into a new version, and later runs keep them.

The table ``quality`` is the only one that no run makes. Its rows say on which version of the code they were measured.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from extractors.evaluation import Evaluation, quality_rows
from flows import editions, storage
from flows.publish import DATABASE, batches, facts, open_readonly, write_table
from flows.results import insert, select
from schemas.export import to_arrow
from schemas.tables import Quality


def kept_quality(version: Path | None) -> list[Quality]:
    """The measures of a version; none before there were any."""
    if version is None or not (version / DATABASE).is_file():
        return []
    with closing(open_readonly(version / DATABASE)) as database:
        known = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'quality'").fetchone()[0]
        return select(database, Quality) if known else []


def keep_quality(path: Path, published: Path | None) -> dict[str, int]:
    """Carry the measures of the published version over to the database of a new one; how many rows that is."""
    rows = kept_quality(published)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        insert(database, Quality.table, rows)
    return {Quality.table: len(rows)}


def publish_quality(tables: Path, evaluation: Evaluation, gold: str) -> bool:
    """Publish an evaluation beside the tables that it measured; False where they are of no published version.

    Raises:
        RunInProgress: when a run holds the folder.
    """
    processed = tables.absolute().parent
    if editions.current(processed) is None:
        return False
    with storage.run_lock(processed):
        edition = next(edition for edition in editions.editions(processed) if edition.is_current)
        run = json.loads((edition.folder / "run.json").read_text(encoding="utf-8"))
        new = quality_rows(evaluation, gold, code_version=run["code_version"], model=run["model"])
        rows = [*(row for row in kept_quality(edition.folder) if row.gold != gold), *new]
        with editions.building(processed) as folder:
            shutil.copytree(edition.folder, folder, dirs_exist_ok=True)
            (folder / editions.MANIFEST).unlink()
            write_quality(folder, rows)
            about = {key: value for key, value in edition.manifest.items() if key not in ("version", "files")}
            about["rows"] = about.get("rows", {}) | {Quality.table: len(rows)}
            editions.put_in_place(processed, editions.seal(processed, folder, about))
            editions.prune(processed)
    return True


def write_quality(folder: Path, rows: Sequence[Quality]) -> None:
    """Write the table into every format of a version, and its new sizes and hashes into the data package."""
    ordered = sorted(rows, key=lambda row: [str(getattr(row, name)) for name in Quality.primary_key])
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as database:
        database.execute("BEGIN")
        database.execute("DELETE FROM quality")
        insert(database, Quality.table, ordered)
        database.execute("COMMIT")
        write_table(folder / "tables" / Quality.table, to_arrow(Quality), batches(database, Quality))
    package = folder / "datapackage.json"
    described = json.loads(package.read_text(encoding="utf-8"))
    update(described, folder)
    storage.write_json(package, described)


def update(described: Any, folder: Path) -> None:
    """Put right what a data package says of the table's files, wherever it says it."""
    if isinstance(described, list):
        for item in described:
            update(item, folder)
    elif isinstance(described, dict):
        if Path(str(described.get("path", ""))).stem == Quality.table and "hash" in described:
            file = facts(folder, folder / str(described["path"]))
            described |= {"bytes": file.bytes, "hash": f"sha256:{file.sha256}"}
        for item in described.values():
            update(item, folder)
