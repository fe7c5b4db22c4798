"""The schema of the PostgreSQL database: made, brought forward where that loses nothing, else refused.

The database keeps the contract that it was made for. New tables and new columns that may be empty are added; whatever
else differs is refused before anything is written.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from flows.errors import DatabaseNotUpdated
from schemas import postgres as ddl
from schemas.export import columns, quoted
from schemas.tables import TABLES
from schemas.views import ALIASES, VIEWS

READER = "passerelle_reader"
CANNOT_CREATE_ROLES = (
    f"Le rôle de lecture {READER} n'a pas été créé ou réglé : l'utilisateur de la base n'en a pas le droit. Les tables "
    "sont à jour ; un administrateur peut le créer (CREATE ROLE), la publication suivante lui donnera ses droits."
)
FIXED = ("type", "type"), ("vide permis", "nullable"), ("référence", "references")

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done to the schema: tables that are new (their keys are still to be added) and what to tell."""

    new: tuple[str, ...]
    notes: tuple[str, ...]


def prepare(database: Connection) -> Prepared:
    """Bring the schema to the contract of the program.

    Raises:
        DatabaseNotUpdated: when the database was made for a contract that this one does not only add to.
    """
    kept, fingerprint = _kept(database)
    wanted = ddl.to_contract(TABLES)
    if differences := differing(kept, wanted):
        raise DatabaseNotUpdated(
            "Publication dans PostgreSQL refusée, rien n'y a été écrit : la base a été faite pour un autre contrat. "
            f"{' ; '.join(differences)}. Publiez dans une base neuve, ou avec la version du programme qui a fait "
            "celle-ci."
        )
    views = ddl.to_views(TABLES, VIEWS, ALIASES)
    statements = [json.dumps(wanted), *views.values(), *ddl.to_comments(TABLES, VIEWS), *ddl.to_memory()]
    current = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    new: tuple[str, ...] = ()
    if current != fingerprint:
        _drop_views(database)
        new = _migrate(database, kept, wanted)
        _make_views(database, views)
        _keep(database, wanted, current)
    return Prepared(new, _grant(database, again=current != fingerprint))


def differing(kept: ddl.Contract, wanted: ddl.Contract) -> list[str]:
    """What cannot be brought forward, in French, a line each; checks may change, PostgreSQL tests them anew."""
    found = []
    for name, table in kept.items():
        if name not in wanted:
            found.append(f"table {name} : absente du contrat")
            continue
        if table["key"] != wanted[name]["key"]:
            found.append(
                f"table {name} : clé ({', '.join(table['key'])}) → ({', '.join(wanted[name]['key'])})"
            )
        found += _differing_columns(name, table["columns"], wanted[name]["columns"])
    return found


def _differing_columns(table: str, kept: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    found = [f"{table}.{name} : absente du contrat" for name in kept if name not in wanted]
    found += [
        f"{table}.{name} : nouvelle colonne obligatoire"
        for name, facts in wanted.items()
        if name not in kept and not facts["nullable"]
    ]
    for name in (name for name in kept if name in wanted):
        found += [
            f"{table}.{name} : {word} {_said(kept[name][key])} → {_said(wanted[name][key])}"
            for word, key in FIXED
            if kept[name][key] != wanted[name][key]
        ]
    return found


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ".".join(value)
    return {None: "aucune", True: "oui", False: "non"}.get(value, str(value))


def _kept(database: Connection) -> tuple[ddl.Contract, str]:
    (there,) = database.execute("SELECT to_regclass('passerelle_data.contract') IS NOT NULL").fetchall()[0]
    if not there:
        return {}, ""
    contract, fingerprint = database.execute(
        "SELECT contract, fingerprint FROM passerelle_data.contract"
    ).fetchall()[0]
    return contract, fingerprint


def _keep(database: Connection, wanted: ddl.Contract, fingerprint: str) -> None:
    database.execute("DELETE FROM passerelle_data.contract")
    database.execute(
        "INSERT INTO passerelle_data.contract VALUES (%s::jsonb, %s)", (json.dumps(wanted), fingerprint)
    )


def _migrate(database: Connection, kept: ddl.Contract, wanted: ddl.Contract) -> tuple[str, ...]:
    """Add tables and columns, put checks that changed in place, make the staging tables anew; the new tables."""
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {ddl.DATA}")
    database.execute(
        f"CREATE TABLE IF NOT EXISTS {ddl.DATA}.contract (contract jsonb NOT NULL, fingerprint text NOT NULL)"
    )
    for statement in ddl.to_memory():
        database.execute(statement)
    database.execute(f"DROP SCHEMA IF EXISTS {ddl.STAGING} CASCADE")
    database.execute(f"CREATE SCHEMA {ddl.STAGING}")
    for name, table in TABLES.items():
        database.execute(ddl.to_staging(table))
        if name in kept:
            _bring_forward(database, name, kept[name]["columns"], wanted[name]["columns"])
        else:
            database.execute(ddl.to_postgres(table))
        database.execute(ddl.to_forgetting(table))
    return tuple(name for name in wanted if name not in kept)


def _bring_forward(database: Connection, name: str, kept: dict[str, Any], wanted: dict[str, Any]) -> None:
    table, place = TABLES[name], f"{ddl.DATA}.{quoted(name)}"
    for column in columns(table):
        facts = wanted[column.name]
        if column.name not in kept:
            database.execute(f"ALTER TABLE {place} ADD COLUMN {ddl.to_column(table, column)}")
            if facts["references"]:
                database.execute(ddl.to_reference(table, column.name))
        elif facts["check"] != kept[column.name]["check"]:
            check = ddl.check_name(table, column)
            database.execute(f"ALTER TABLE {place} DROP CONSTRAINT IF EXISTS {check}")
            if facts["check"]:
                database.execute(f"ALTER TABLE {place} ADD CONSTRAINT {check} CHECK ({facts['check']})")


def _drop_views(database: Connection) -> None:
    """Drop the views; one that somebody else made on top of them stops the publication, rather than be dropped."""
    found = database.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'v'",
        (ddl.READ,),
    ).fetchall()
    if found:
        database.execute(f"DROP VIEW {', '.join(f'{ddl.READ}.{quoted(name)}' for (name,) in found)}")


def _make_views(database: Connection, views: dict[str, str]) -> None:
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {ddl.READ}")
    database.execute(f"SET LOCAL search_path = {ddl.READ}")
    for statement in [*views.values(), *ddl.to_comments(TABLES, VIEWS)]:
        database.execute(statement)


def _grant(database: Connection, *, again: bool) -> tuple[str, ...]:
    """Let the reader read the views and nothing else; what to tell when the user may not make roles."""
    (ready,) = database.execute(
        "SELECT coalesce((SELECT has_schema_privilege(r.oid, to_regnamespace(%s)::oid, 'USAGE') "
        "FROM pg_roles r WHERE r.rolname = %s), false)",
        (ddl.READ, READER),
    ).fetchall()[0]
    if ready and not again:
        return ()
    with suppress(psycopg.errors.InsufficientPrivilege), database.transaction():
        _make_reader(database)
    try:
        with database.transaction():
            database.execute(f"GRANT USAGE ON SCHEMA {ddl.READ} TO {READER}")
            database.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {ddl.READ} TO {READER}")
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject):
        return (CANNOT_CREATE_ROLES,)
    return ()


def _make_reader(database: Connection) -> None:
    """Make the role, and give it its settings, where it has none: those that somebody chose stay."""
    known = database.execute("SELECT rolconfig FROM pg_roles WHERE rolname = %s", (READER,)).fetchone()
    if known is None:
        database.execute(f"CREATE ROLE {READER} NOLOGIN")
    elif known[0] is not None:
        return
    database.execute(f"ALTER ROLE {READER} SET search_path = {ddl.READ}")
    database.execute(f"ALTER ROLE {READER} SET statement_timeout = '60s'")
