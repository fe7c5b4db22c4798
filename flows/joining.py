"""Joining the corpus where its tables are: the rules of ``extractors.resolve``, on rows that stay in SQLite.

What is held in memory are the different institutions with their names, the words of recommendations with their
frequencies, and one form of each different recommendation: they grow with what studies say that is new, not with
studies. Everything else is read study after study, in the order in which it was poured in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from extractors.corrections import Corrections
from extractors.corrections.entities import Ruling, undecided, with_names, with_values
from extractors.likeness import find_candidates
from extractors.recurrence import Forms, Frequencies, Saying, group_row, said_before, sayings_of
from extractors.resolve import decide, merge_institutions, names_of
from flows.results import insert, select
from schemas.tables import (
    CorrectionOutcome,
    Institution,
    InstitutionName,
    Recommendation,
    RecommendationAddressee,
    RecommendationTheme,
)

STAGED = """
CREATE TABLE staged.institutions (
  institution_id TEXT, name TEXT, acronym TEXT, type TEXT, country_iso3 TEXT, registry INTEGER, study_count INTEGER,
  mention_count INTEGER, study_id TEXT
);
CREATE TABLE staged.institution_names (institution_id TEXT, name TEXT, kind TEXT);
CREATE TABLE staged.standing (old TEXT PRIMARY KEY, new TEXT);
CREATE TABLE staged.forms (recommendation_id TEXT, form INTEGER);
"""
"""What studies say of institutions, what stands for what, and the form of each recommendation."""

ADDED_UP = """
SELECT institution_id, name, acronym, type, country_iso3, registry, 1, sum(mention_count), max(rowid) AS last
FROM staged.institutions GROUP BY institution_id ORDER BY last
"""
"""Each institution once, the last study's words (SQLite gives those of the row that ``max`` chose)."""

STANDING = """
SELECT i.institution_id, name, acronym, type, country_iso3, registry, study_count, mention_count, study_id,
       coalesce(new, institution_id) AS standing
FROM staged.institutions i LEFT JOIN staged.standing ON old = institution_id ORDER BY standing, i.rowid
"""

FOLLOW = """
UPDATE "{table}" SET institution_id = (SELECT new FROM staged.standing WHERE old = institution_id)
WHERE institution_id IN (SELECT old FROM staged.standing)
"""

GONE = (
    """DELETE FROM evidence WHERE table_name = 'institution_mentions' AND row_id IN
       (SELECT mention_id FROM institution_mentions WHERE institution_id = ?)""",
    "DELETE FROM institution_mentions WHERE institution_id = ?",
    "UPDATE recommendation_addressees SET institution_id = NULL WHERE institution_id = ?",
)


def join(database: sqlite3.Connection, corrections: Corrections) -> list[CorrectionOutcome]:
    """Fill the tables that are about all studies; what became of the decisions on institutions."""
    database.execute("BEGIN")
    names = [
        InstitutionName(institution_id=institution_id, name=name, kind=kind)
        for institution_id, name, kind in database.execute(
            "SELECT institution_id, name, kind FROM staged.institution_names GROUP BY 1, 2, 3 ORDER BY min(rowid)"
        )
    ]
    institutions = [institution(row) for row in database.execute(ADDED_UP)]
    ruling = decide(institutions, names, corrections)
    follow(database, ruling)
    fill_institutions(database, names, ruling)
    join_recommendations(database)
    database.execute("COMMIT")
    return ruling.outcomes


def institution(row: tuple[object, ...]) -> Institution:
    """A row of the staged table as it is published."""
    values = dict(zip(Institution.column_names(), row, strict=False))
    return Institution.model_validate(values | {"registry": bool(values["registry"])})


def follow(database: sqlite3.Connection, ruling: Ruling) -> None:
    """Have mentions and addressees point at the institutions that stay (``entities.follow`` does it to objects)."""
    database.executemany("INSERT INTO staged.standing VALUES (?, ?)", sorted(ruling.same.items()))
    for table in ("institution_mentions", "recommendation_addressees"):
        database.execute(FOLLOW.format(table=table))
    for key, (old, new) in sorted(ruling.actors.items()):
        database.execute(
            "UPDATE recommendation_addressees SET actor = ? WHERE institution_id = ? AND actor = ?",
            (new, key, old),
        )
    for key in sorted(ruling.gone):
        for statement in GONE:
            database.execute(statement, (key,))


def fill_institutions(database: sqlite3.Connection, names: list[InstitutionName], ruling: Ruling) -> None:
    """Add the institutions of the corpus, their names, and the pairs that may be one."""
    facts = ((row[-1], row[-2], institution(row)) for row in database.execute(STANDING))
    institutions = with_values(merge_institutions(facts, ruling.added), ruling)
    insert(database, "institutions", institutions)
    insert(database, "institution_names", with_names(names_of(names, ruling), institutions, ruling))
    insert(database, "institution_candidates", undecided(find_candidates(institutions), ruling))


def join_recommendations(database: sqlite3.Connection) -> None:
    """Say what recommendations repeat, and group those that several studies make."""
    frequencies, forms = Frequencies(), Forms()
    for own in sayings_by_study(database):
        for saying in own:
            frequencies.add(saying)
    for own in sayings_by_study(database):
        first = said_before(own, frequencies)
        database.executemany(
            "UPDATE recommendations SET repeats = ? WHERE recommendation_id = ?",
            [(root, again) for again, root in first.items()],
        )
        new = sorted(
            (s for s in own if s.recommendation_id not in first), key=lambda s: (s.page, s.recommendation_id)
        )
        numbered = [(saying.recommendation_id, forms.add(saying)) for saying in new]
        database.executemany("INSERT INTO staged.forms VALUES (?, ?)", numbered)
    groups = forms.groups(frequencies)
    numbers = database.execute("SELECT recommendation_id, form FROM staged.forms ORDER BY rowid")
    rows = (group_row(own, groups[number]) for own, number in numbers if number in groups)
    insert(database, "recommendation_groups", rows)


def sayings_by_study(database: sqlite3.Connection) -> Iterator[list[Saying]]:
    """The recommendations of each study in reading order, as they are compared."""
    of_study = "WHERE recommendation_id IN (SELECT recommendation_id FROM recommendations WHERE study_id = ?)"
    for (study_id,) in database.execute("SELECT study_id FROM studies ORDER BY study_id").fetchall():
        yield list(
            sayings_of(
                select(database, Recommendation, "WHERE study_id = ?", study_id),
                select(database, RecommendationTheme, of_study, study_id),
                select(database, RecommendationAddressee, of_study, study_id),
            )
        )
