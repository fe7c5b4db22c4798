"""The contract in the words of PostgreSQL: three schemas, each with one use.

``passerelle_data`` holds the rows with keys, references and checks, and for each row when it last changed
(``updated_at``) and when it vanished (``deleted_at``); ``passerelle_staging`` takes a table in before it is compared;
``passerelle`` is what people read: live rows with the columns of the contract, and the views for dashboards.
Everything here returns SQL or what is compared; nothing is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from schemas.export import Column, columns, description, literal, quoted
from schemas.row import Row
from schemas.view import POSTGRES, View, to_sql_view

DATA, STAGING, READ = "passerelle_data", "passerelle_staging", "passerelle"
TYPES: dict[type, str] = {
    str: 'text COLLATE "C"',
    int: "bigint",
    float: "double precision",
    bool: "boolean",
    datetime: "timestamp with time zone",
}
"""Texts are ordered by their bytes, as in SQLite, so that both give lists in the same order."""

Contract = dict[str, dict[str, Any]]
"""Table → ``key`` (its columns) and ``columns`` (name → type, nullable, references, check)."""


def listed(names: Iterable[str], prefix: str = "") -> str:
    """Names between double quotes, separated by commas, each after a prefix (``d.``)."""
    return ", ".join(prefix + quoted(name) for name in names)


def to_contract(tables: Mapping[str, type[Row]]) -> Contract:
    """What a database must agree on before rows are put in."""
    return {
        name: {"key": list(table.primary_key), "columns": {c.name: _facts(table, c) for c in columns(table)}}
        for name, table in tables.items()
    }


def _facts(table: type[Row], column: Column) -> dict[str, Any]:
    target = table.foreign_keys.get(column.name)
    return {
        "type": TYPES[column.type],
        "nullable": column.nullable,
        "references": list(target) if target else None,
        "check": _check(table, column),
    }


def _check(table: type[Row], column: Column) -> str:
    """What the values of a column must be; a reference needs none, since the check of its target holds for it."""
    if column.name in table.foreign_keys:
        return ""
    return " AND ".join(_checks(quoted(column.name), column.constraints))


def _checks(name: str, constraints: Mapping[str, Any]) -> Iterator[str]:
    for word, value in constraints.items():
        if word == "enum":
            yield f"{name} IN ({', '.join(map(literal, value))})"
        elif word == "pattern":
            yield f"{name} ~ {literal(value)}"
        else:
            yield f"{name} {'>=' if word == 'minimum' else '<='} {value:g}"


# -- Tables ------------------------------------------------------------------------------------------------


def to_postgres(table: type[Row]) -> str:
    """The statement that makes a table with its checks; :func:`to_keys` follows once rows are in, which is faster."""
    lines = [to_column(table, column) for column in columns(table)]
    lines += [
        "updated_at timestamp with time zone NOT NULL DEFAULT now()",
        "deleted_at timestamp with time zone",
    ]
    return f"CREATE TABLE {DATA}.{quoted(table.table)} (\n  " + ",\n  ".join(lines) + "\n)"


def to_column(table: type[Row], column: Column) -> str:
    """A column as ``CREATE TABLE`` and ``ADD COLUMN`` declare it, without its reference."""
    parts = [quoted(column.name), TYPES[column.type]]
    if not column.nullable:
        parts.append("NOT NULL")
    if check := _check(table, column):
        parts.append(f"CONSTRAINT {check_name(table, column)} CHECK ({check})")
    return " ".join(parts)


def check_name(table: type[Row], column: Column) -> str:
    """The name of the check of a column, between quotes."""
    return quoted(f"{table.table}_{column.name}_check")


def to_keys(table: type[Row]) -> list[str]:
    """The statements that add the key of a table, then an index for each reference that the key does not begin with.

    A key with a column that may be empty is a unique index in which two empty values are the same.
    """
    name, key = f"{DATA}.{quoted(table.table)}", listed(table.primary_key)
    kind = "UNIQUE NULLS NOT DISTINCT" if any(map(table.is_nullable, table.primary_key)) else "PRIMARY KEY"
    return [
        f"ALTER TABLE {name} ADD {kind} ({key})",
        *(
            f"CREATE INDEX ON {name} ({quoted(source)})"
            for source in table.foreign_keys
            if source != table.primary_key[0]
        ),
    ]


def to_reference(table: type[Row], source: str) -> str:
    """The statement that adds the reference of a column, checked when a publication ends."""
    target, target_column = table.foreign_keys[source]
    return (
        f"ALTER TABLE {DATA}.{quoted(table.table)} ADD FOREIGN KEY ({quoted(source)}) "
        f"REFERENCES {DATA}.{quoted(target)} ({quoted(target_column)}) DEFERRABLE INITIALLY DEFERRED"
    )


def to_staging(table: type[Row]) -> str:
    """The statement that makes the table that a CSV file is copied into."""
    lines = (f"{quoted(c.name)} {TYPES[c.type]}" for c in columns(table))
    return f"CREATE UNLOGGED TABLE {STAGING}.{quoted(table.table)} ({', '.join(lines)})"


def to_copy(table: type[Row], target: str, *, new: bool = False) -> str:
    """The statement that copies the CSV file of a table; an empty cell of a required text is an empty text.

    The rows of a target that is ``new`` in this transaction need not be looked at again to know who may see them.
    """
    texts = [c.name for c in columns(table) if c.type is str and not c.nullable]
    force = f", FORCE_NOT_NULL ({listed(texts)})" if texts else ""
    names = listed(table.column_names())
    freeze = ", FREEZE" if new else ""
    return f"COPY {target} ({names}) FROM STDIN (FORMAT csv, HEADER match, ENCODING 'UTF8'{force}{freeze})"


def to_merge(table: type[Row]) -> str:
    """The statement that brings a table to what is staged, and tells how many rows came, changed and went.

    Both are gone through once, side by side by key (in an array, a value that is missing equals another); rows that are
    the same in both are not written.
    """
    data, names = f"{DATA}.{quoted(table.table)}", table.column_names()
    values = [name for name in names if name not in table.primary_key]
    key = " AND ".join(
        f"ARRAY[d.{part}] = ARRAY[s.{part}]" if table.is_nullable(name) else f"d.{part} = s.{part}"
        for name, part in ((name, quoted(name)) for name in table.primary_key)
    )
    differs = (
        f" OR ROW({listed(values, 'd.')}) IS DISTINCT FROM ROW({listed(values, 's.')})" if values else ""
    )
    assigned = "".join(f"{quoted(name)} = (c.new).{quoted(name)}, " for name in values)
    return (
        "WITH changed AS MATERIALIZED (SELECT d.ctid AS place, s.ctid AS staged, s AS new "  # noqa: S608 - our names
        f"FROM {data} d FULL JOIN {STAGING}.{quoted(table.table)} s ON {key} WHERE d.ctid IS NULL "
        f"OR CASE WHEN s.ctid IS NULL THEN d.deleted_at IS NULL ELSE d.deleted_at IS NOT NULL{differs} END), "
        f"updated AS (UPDATE {data} d SET {assigned}updated_at = now(), deleted_at = NULL FROM changed c "
        "WHERE d.ctid = c.place AND c.staged IS NOT NULL RETURNING 1), "
        f"inserted AS (INSERT INTO {data} ({listed(names)}) SELECT {listed(names, '(c.new).')} FROM changed c "
        "WHERE c.place IS NULL RETURNING 1), "
        f"deleted AS (UPDATE {data} d SET deleted_at = now() FROM changed c "
        "WHERE d.ctid = c.place AND c.staged IS NULL RETURNING 1) "
        "SELECT (SELECT count(*) FROM inserted), (SELECT count(*) FROM updated), (SELECT count(*) FROM deleted)"
    )


# -- What a table was loaded from ----------------------------------------------------------------------------

LOADED = f"{DATA}.loaded"
"""The SHA-256 of the file that a table holds, until somebody writes in the table."""


def to_memory() -> list[str]:
    """The statements that make :data:`LOADED`, and what empties it of a table that is written in.

    A table is known by its number in the system catalogue, so that one that was dropped and made anew is not known. The
    function runs as its owner: whoever may write in a table need not be allowed to write in the memory.
    """
    return [
        f"CREATE TABLE IF NOT EXISTS {LOADED} (relation oid PRIMARY KEY, sha256 text NOT NULL)",
        f"DELETE FROM {LOADED}",  # noqa: S608 - our name
        f"CREATE OR REPLACE FUNCTION {DATA}.forget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "  # noqa: S608
        "SET search_path = pg_catalog, pg_temp AS "
        f"$$ BEGIN DELETE FROM {LOADED} WHERE relation = TG_RELID; RETURN NULL; END $$",
    ]


def to_forgetting(table: type[Row]) -> str:
    """The statement after which a table that anybody writes in is no longer taken for the file it was loaded from."""
    return (
        "CREATE OR REPLACE TRIGGER forget AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
        f"ON {DATA}.{quoted(table.table)} FOR EACH STATEMENT EXECUTE FUNCTION {DATA}.forget()"
    )


# -- What people read --------------------------------------------------------------------------------------


def to_views(
    tables: Mapping[str, type[Row]], views: Mapping[str, View], aliases: Mapping[str, str]
) -> dict[str, str]:
    """View name → the statement that makes it in the schema that people read, which must be the search path."""
    live = {
        name: f"CREATE VIEW {quoted(name)} AS SELECT {listed(table.column_names())} "  # noqa: S608 - our names
        f"FROM {DATA}.{quoted(name)} WHERE deleted_at IS NULL"
        for name, table in tables.items()
    }
    joined = {name: to_sql_view(view, POSTGRES) for name, view in views.items()}
    old = {
        name: f"CREATE VIEW {quoted(name)} AS SELECT * FROM {quoted(target)}"  # noqa: S608 - our names
        for name, target in aliases.items()
    }
    return live | joined | old


def to_comments(tables: Mapping[str, type[Row]], views: Mapping[str, View]) -> list[str]:
    """The statements that describe tables, views and columns, French first, then English."""
    statements = []
    for name, table in tables.items():
        for kind, place in (("TABLE", DATA), ("VIEW", READ)):
            whole = f"{place}.{quoted(name)}"
            statements.append(_comment(f"{kind} {whole}", table.title_fr, description(table)))
            statements += [
                _comment(f"COLUMN {whole}.{quoted(c.name)}", c.description_fr, c.description_en)
                for c in columns(table)
            ]
    for name, view in views.items():
        whole = f"{READ}.{quoted(name)}"
        statements.append(_comment(f"VIEW {whole}", view.title_fr, view.title_en))
        statements += [
            _comment(f"COLUMN {whole}.{quoted(c.name)}", c.description_fr, c.description_en)
            for c in view.columns
        ]
    return statements


def _comment(what: str, french: str, english: str) -> str:
    return f"COMMENT ON {what} IS {literal(f'{french} / {english}')}"
