"""A published version handed on to PostgreSQL: in one transaction, writing only what changed.

The CSV file of a table is copied straight into it where it is new, else into a staging table and compared there: a row
that is new is put in, one that differs is updated (``updated_at``), one that vanished is marked (``deleted_at``) and
leaves the views; all others stay as they are. A table that was loaded from this very file, and that nobody has written
in since, is not looked at (docs/decisions/0009). Whatever goes wrong, the database stays as it was, and so does
what is on disk.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from flows import storage
from flows.errors import DatabaseNotUpdated
from flows.postgres_schema import Connection, prepare
from schemas import postgres as ddl
from schemas.export import quoted
from schemas.row import Row
from schemas.tables import TABLES

logging.getLogger("psycopg").setLevel(logging.ERROR)  # DatabaseNotUpdated tells of a connection that is lost
LOCK = 0x7061737365726C  # "passerl": publications into one database go one after the other
WAITING = "120s"
SESSION = {"timezone": "UTC", "statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
"""What a publication needs whatever the server's settings are: a large table takes longer than a reader's question."""
CHUNK = 1 << 20
UNREADABLE = (
    "adresse illisible : PASSERELLE_POSTGRES_URL doit être postgresql://utilisateur:motdepasse@hôte/base ; dans le mot "
    "de passe, @ s'écrit %40, / s'écrit %2F, : s'écrit %3A et % s'écrit %25"
)


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of a table that a publication wrote."""

    inserted: int
    updated: int
    deleted: int

    @property
    def rows(self) -> int:
        """All of them."""
        return self.inserted + self.updated + self.deleted


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication wrote, by table, and what to tell (French)."""

    tables: dict[str, Written]
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows written in all."""
        return sum(written.rows for written in self.tables.values())


def publish(folder: Path, url: str, *, compare_all: bool = False) -> Publication:
    """Bring the database at an address to the version in a folder (``tables/<name>.csv``, ``passerelle.sqlite``).

    ``compare_all`` compares every row, also of tables that hold this very file as far as the database knows.

    Raises:
        DatabaseNotUpdated: when the server is away, refuses, or holds another contract; never tells the address.
    """
    try:
        with psycopg.connect(
            url, connect_timeout=10, client_encoding="UTF8", application_name="passerelle"
        ) as database:
            # each statement sees what was committed before it, also after it waited for another publication
            database.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            return _publish(database, folder, compare_all=compare_all)
    except psycopg.Error as error:
        place = _place(url)
        said = error.diag.message_primary or _refusal(error, place) or "le serveur ne répond pas"
    raise DatabaseNotUpdated(
        f"PostgreSQL ({place}) n'a pas reçu la version : {said}. Rien n'y a changé, et ce qui est sur le disque "
        "reste publié. Quand la base répond de nouveau : passerelle publish --postgres."
    )


def _refusal(error: psycopg.Error, place: str) -> str | None:
    """Why the server let nobody in, in its own words, which name the user and the database of the address."""
    words = str(error).partition("FATAL")[2].lstrip(" :\u00a0").splitlines()
    return words[0] if words and place != UNREADABLE else None


def _place(url: str) -> str:
    """Host and database of an address, without user or password."""
    try:
        parts = conninfo_to_dict(url)
        place = f"hôte {parts.get('host', 'local')}, base {parts.get('dbname', 'par défaut')}"
    except psycopg.Error:
        return UNREADABLE
    return UNREADABLE if "@" in place else place  # the rest of a password in which @ or / was not escaped


def _publish(database: Connection, folder: Path, *, compare_all: bool) -> Publication:
    for name, value in {"lock_timeout": WAITING, **SESSION}.items():
        database.execute("SELECT set_config(%s, %s, true)", (name, value))
    database.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    prepared = prepare(database)
    loaded = {} if compare_all else _loaded(database)
    written = {}
    uri = f"{(folder / 'passerelle.sqlite').resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as version:
        for name, table in TABLES.items():
            file = _file_of(folder, name)
            if name in loaded and loaded[name] == storage.digest(file):
                written[name] = Written(0, 0, 0)
                continue
            (rows,) = version.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()  # noqa: S608
            load = _fill if name in prepared.new else _compare
            written[name], sha256 = load(database, table, file, rows)
            _remember(database, name, sha256)
    database.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in prepared.new:
        for statement in ddl.to_keys(TABLES[name]):
            database.execute(statement)
    for name in prepared.new:
        for source in TABLES[name].foreign_keys:
            database.execute(ddl.to_reference(TABLES[name], source))
        database.execute(f"ANALYZE {ddl.DATA}.{quoted(name)}")
    return Publication(written, prepared.notes)


def _loaded(database: Connection) -> dict[str, str]:
    """Table → the SHA-256 of the file that it holds, for tables that nobody has written in since."""
    return dict(
        database.execute(
            f"SELECT c.relname, l.sha256 FROM {ddl.LOADED} l JOIN pg_class c ON c.oid = l.relation "  # noqa: S608
            "WHERE c.relnamespace = to_regnamespace(%s)",
            (ddl.DATA,),
        ).fetchall()
    )


def _remember(database: Connection, name: str, sha256: str) -> None:
    database.execute(
        f"INSERT INTO {ddl.LOADED} VALUES (to_regclass(%s), %s) "  # noqa: S608 - our name
        "ON CONFLICT (relation) DO UPDATE SET sha256 = EXCLUDED.sha256",
        (f"{ddl.DATA}.{quoted(name)}", sha256),
    )


def _file_of(folder: Path, name: str) -> Path:
    path = folder / "tables" / f"{name}.csv"
    if not path.is_file():
        raise DatabaseNotUpdated(
            f"Il manque à la version la table {path.name} : elle est d'un autre temps du programme. Rien n'a changé "
            "dans la base ; relancez passerelle run."
        )
    return path


def _fill(database: Connection, table: type[Row], file: Path, rows: int) -> tuple[Written, str]:
    """Copy a file into a table that is new, whose key and references are added afterwards; the SHA-256 of the file."""
    copying = ddl.to_copy(table, f"{ddl.DATA}.{quoted(table.table)}", new=True)
    sha256 = _copy(database, copying, file, rows)
    return Written(rows, 0, 0), sha256


def _compare(database: Connection, table: type[Row], file: Path, rows: int) -> tuple[Written, str]:
    """Copy a file beside a table and write what differs; the SHA-256 of the file.

    Nobody else writes in the table until all is committed.
    """
    staging = f"{ddl.STAGING}.{quoted(table.table)}"
    database.execute(f"LOCK TABLE {ddl.DATA}.{quoted(table.table)} IN SHARE ROW EXCLUSIVE MODE")
    database.execute(f"TRUNCATE {staging}")
    sha256 = _copy(database, ddl.to_copy(table, staging), file, rows)
    database.execute(f"ANALYZE {staging}")
    ((inserted, updated, deleted),) = database.execute(ddl.to_merge(table)).fetchall()
    return Written(inserted, updated, deleted), sha256


def _copy(database: Connection, copying: str, file: Path, rows: int) -> str:
    """Copy a file, which must bring as many rows as the version holds; the SHA-256 of what was sent."""
    sent = hashlib.sha256()
    with database.cursor() as cursor:
        with file.open("rb") as source, cursor.copy(copying) as copy:
            while chunk := source.read(CHUNK):
                copy.write(chunk)
                sent.update(chunk)
        copied = cursor.rowcount
    if copied != rows:
        raise DatabaseNotUpdated(
            f"PostgreSQL a lu {copied} lignes dans tables/{file.name}, la version en a {rows} : rien n'a changé dans "
            "la base. Vérifiez la version : passerelle verify."
        )
    return sent.hexdigest()
