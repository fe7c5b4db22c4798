"""Row-count bounds: a version that lost a fifth of a table is not published unless somebody accepts it.

Two comparisons with the published version: all rows of a table, so that a folder given by mistake or a source gone
silent is seen; and the rows of the studies that both versions hold, so that a fault of extraction is seen even when
new studies make up for it. Tables that may rightly shrink (rejects, pairs for a person to decide, …) are not bounded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flows.errors import PublicationWithheld
from schemas.export import quoted
from schemas.tables import TABLES

MOST_LOST = 0.2
BOUNDED = (
    "studies",
    "documents",
    "pages",
    "passages",
    "country_mentions",
    "corridors",
    "corridor_mentions",
    "institutions",
    "institution_names",
    "institution_mentions",
    "recommendations",
    "recommendation_addressees",
    "recommendation_themes",
    "recommendation_countries",
    "evidence",
)


@dataclass(frozen=True, slots=True)
class Fall:
    """A table that lost more than it may: rows before and now, of all studies or of those in both versions."""

    table: str
    before: int
    now: int
    same_studies: bool

    def __str__(self) -> str:
        """What fell, from what to what (French)."""
        share = round(100 * (self.before - self.now) / self.before)
        of = " dans les études présentes des deux côtés" if self.same_studies else ""
        return f"{self.table} : de {self.before} à {self.now} lignes (- {share} %){of}"


def check_bounds(new: Path, published: Path) -> None:
    """Compare the rows of a new database with those of the published one.

    Raises:
        PublicationWithheld: naming every table that fell, from what to what.
    """
    if not published.exists():
        return
    with closing(sqlite3.connect(f"{new.resolve().as_uri()}?mode=ro", uri=True)) as database:
        database.execute("ATTACH ? AS old", (f"{published.resolve().as_uri()}?mode=ro",))
        falls = list(_falls(database))
        if falls:
            raise PublicationWithheld([str(fall) for fall in falls], _gone(database))


def _falls(database: sqlite3.Connection) -> Iterator[Fall]:
    known = {name for (name,) in database.execute("SELECT name FROM old.sqlite_schema WHERE type = 'table'")}
    for name in BOUNDED:
        if name not in known:
            continue  # an older version of the contract
        total = Fall(name, _count(database, "old", name), _count(database, "main", name), same_studies=False)
        if _is_too_much(total):
            yield total
        elif "study_id" in TABLES[name].column_names():
            common = Fall(
                name,
                _count(database, "old", name, in_both=True),
                _count(database, "main", name, in_both=True),
                same_studies=True,
            )
            if _is_too_much(common):
                yield common


def _is_too_much(fall: Fall) -> bool:
    return fall.before - fall.now > MOST_LOST * fall.before


def _count(database: sqlite3.Connection, schema: str, table: str, *, in_both: bool = False) -> int:
    both = (
        "WHERE study_id IN (SELECT study_id FROM main.studies INTERSECT SELECT study_id FROM old.studies)"
        if in_both
        else ""
    )
    (count,) = database.execute(f"SELECT count(*) FROM {schema}.{quoted(table)} {both}").fetchone()  # noqa: S608
    return int(count)


def _gone(database: sqlite3.Connection) -> list[str]:
    """The studies that are published and no longer given."""
    rows = database.execute(
        "SELECT study_id FROM old.studies EXCEPT SELECT study_id FROM main.studies ORDER BY 1"
    )
    return [study_id for (study_id,) in rows]
