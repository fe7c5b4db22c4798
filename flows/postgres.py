"""A published version handed on to PostgreSQL: in one transaction, writing only what changed.

The CSV files of the version are copied into staging tables and compared there. A row that is new is put in, one that
differs is updated (``updated_at``), one that vanished is marked (``deleted_at``) and leaves the views; all others stay
as they are, so that publishing a version twice writes nothing the second time. Whatever goes wrong, the database
stays as it was, and so does what is on disk.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from flows.errors import DatabaseNotUpdated
from flows.postgres_schema import Connection, prepare
from schemas import postgres as ddl
from schemas.export import quoted
from schemas.row import Row
from schemas.tables import TABLES

LOCK = 0x7061737365726C  # "passerl": publications into one database go one after the other
WAITING = "120s"
CHUNK = 1 << 20


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


def publish(folder: Path, url: str) -> Publication:
    """Bring the database at an address to the version in a folder (``tables/<name>.csv``, ``passerelle.sqlite``).

    Raises:
        DatabaseNotUpdated: when the server is away, refuses, or holds another contract; never tells the address.
    """
    try:
        with psycopg.connect(
            url, connect_timeout=10, client_encoding="UTF8", application_name="passerelle"
        ) as database:
            return _publish(database, folder)
    except psycopg.Error as error:
        said = error.diag.message_primary or "le serveur ne répond pas"
    raise DatabaseNotUpdated(
        f"PostgreSQL ({_place(url)}) n'a pas reçu la version : {said}. Rien n'y a changé, et ce qui est sur le disque "
        "reste publié. Quand la base répond de nouveau : passerelle publish --postgres."
    )


def _place(url: str) -> str:
    """Host and database of an address, without user or password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        return "adresse illisible : PASSERELLE_POSTGRES_URL doit être postgresql://utilisateur@hôte/base"
    return f"hôte {parts.get('host', 'local')}, base {parts.get('dbname', 'par défaut')}"


def _publish(database: Connection, folder: Path) -> Publication:
    database.execute(f"SET LOCAL lock_timeout = '{WAITING}'")
    database.execute("SET LOCAL timezone = 'UTC'")
    database.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    prepared = prepare(database)
    _stage(database, folder)
    written = {name: _merge(database, table) for name, table in TABLES.items()}
    database.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in prepared.new:
        for statement in ddl.to_keys(TABLES[name]):
            database.execute(statement)
    for name in prepared.new:
        for source in TABLES[name].foreign_keys:
            database.execute(ddl.to_reference(TABLES[name], source))
        database.execute(f"ANALYZE {ddl.DATA}.{quoted(name)}")
    return Publication(written, prepared.notes)


def _stage(database: Connection, folder: Path) -> None:
    """Copy the files; each must bring as many rows as the version holds."""
    database.execute(f"TRUNCATE {', '.join(f'{ddl.STAGING}.{quoted(name)}' for name in TABLES)}")
    uri = f"{(folder / 'passerelle.sqlite').resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as version:
        for name, table in TABLES.items():
            copied = _copy(database, table, folder / "tables" / f"{name}.csv")
            (expected,) = version.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()  # noqa: S608
            if copied != expected:
                raise DatabaseNotUpdated(
                    f"PostgreSQL a lu {copied} lignes dans tables/{name}.csv, la version en a {expected} : rien n'a "
                    "changé dans la base. Vérifiez la version : passerelle verify."
                )


def _copy(database: Connection, table: type[Row], path: Path) -> int:
    if not path.is_file():
        raise DatabaseNotUpdated(
            f"Il manque à la version la table {path.name} : elle est d'un autre temps du programme. Rien n'a changé "
            "dans la base ; relancez passerelle run."
        )
    target = f"{ddl.STAGING}.{quoted(table.table)}"
    with database.cursor() as cursor:
        with path.open("rb") as file, cursor.copy(ddl.to_copy(table, target)) as copy:
            while chunk := file.read(CHUNK):
                copy.write(chunk)
        copied = cursor.rowcount
    database.execute(f"ANALYZE {target}")
    return copied


def _merge(database: Connection, table: type[Row]) -> Written:
    data, staging = f"{ddl.DATA}.{quoted(table.table)} d", f"{ddl.STAGING}.{quoted(table.table)} s"
    same = " AND ".join(
        f"d.{quoted(part)} {'IS NOT DISTINCT FROM' if table.is_nullable(part) else '='} s.{quoted(part)}"
        for part in table.primary_key
    )
    names = table.column_names()
    values = [name for name in names if name not in table.primary_key]
    changed = "d.deleted_at IS NOT NULL"
    if values:
        changed += f" OR ROW({ddl.listed(values, 'd.')}) IS DISTINCT FROM ROW({ddl.listed(values, 's.')})"
    assigned = "".join(f"{quoted(name)} = s.{quoted(name)}, " for name in values)
    updated = _count(
        database,
        f"UPDATE {data} SET {assigned}updated_at = now(), deleted_at = NULL "  # noqa: S608 - our names
        f"FROM {staging} WHERE {same} AND ({changed})",
    )
    inserted = _count(
        database,
        f"INSERT INTO {data.removesuffix(' d')} ({ddl.listed(names)}) "  # noqa: S608 - our names
        f"SELECT {ddl.listed(names, 's.')} FROM {staging} WHERE NOT EXISTS (SELECT FROM {data} WHERE {same})",
    )
    deleted = _count(
        database,
        f"UPDATE {data} SET deleted_at = now() WHERE deleted_at IS NULL "  # noqa: S608 - our names
        f"AND NOT EXISTS (SELECT FROM {staging} WHERE {same})",
    )
    return Written(inserted, updated, deleted)


def _count(database: Connection, statement: str, *arguments: Any) -> int:
    return database.execute(statement, arguments or None).rowcount
