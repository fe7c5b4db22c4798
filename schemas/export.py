"""The contract in the languages of others: SQL, Arrow, Frictionless Data Package, data dictionary.

Everything here derives from the row classes and returns strings, dicts or schemas; nothing is written. A
column's constraints come from pydantic's JSON Schema, whose words (``enum``, ``pattern``, ``minimum``,
``maximum``) are also those of Frictionless Table Schema, and become CHECK clauses in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa

from schemas.row import Row
from schemas.view import View

CONSTRAINTS = ("enum", "pattern", "minimum", "maximum")
TABLE_SCHEMA_TYPES: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    datetime: "datetime",
}
SQL_TYPES: dict[type, str] = {str: "TEXT", int: "INTEGER", float: "REAL", bool: "INTEGER", datetime: "TEXT"}
ARROW_TYPES: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
}
FIXED_CLASS = re.compile(r"^\^\[(?P<chars>[^\]]+)\]\{(?P<length>\d+)\}\$$")
"""A pattern that SQLite can check without regular expressions: one class, n times (``^[A-Z]{3}$``)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A published column; ``constraints`` in the words of JSON Schema."""

    name: str
    type: type
    nullable: bool
    description_fr: str
    description_en: str
    constraints: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A published file: path inside the package, size and SHA-256."""

    path: str
    bytes: int
    sha256: str


@lru_cache(maxsize=128)
def columns(table: type[Row]) -> list[Column]:
    """The columns of a table in published order."""
    properties = table.model_json_schema()["properties"]
    return [_column(table, name, properties[name]) for name in table.column_names()]


def _column(table: type[Row], name: str, declared: dict[str, Any]) -> Column:
    value = next((part for part in declared.get("anyOf", []) if part.get("type") != "null"), declared)
    constraints = {word: value[word] for word in CONSTRAINTS if word in value}
    if "const" in value:
        constraints["enum"] = [value["const"]]
    return Column(
        name=name,
        type=table.python_type(name),
        nullable=table.is_nullable(name),
        description_fr=declared.get("description_fr", ""),
        description_en=declared.get("description", ""),
        constraints=constraints,
    )


def description(table: type[Row]) -> str:
    """What one row is, in English: the first line of the class."""
    return (table.__doc__ or "").strip().splitlines()[0]


# -- Arrow -------------------------------------------------------------------------------------------------


def to_arrow(table: type[Row]) -> pa.Schema:
    """The Arrow schema of a table: explicit types, required columns not nullable, timestamps in UTC."""
    return pa.schema(
        [pa.field(c.name, ARROW_TYPES[c.type], nullable=c.nullable) for c in columns(table)],
        metadata={"title_fr": table.title_fr, "description": description(table)},
    )


# -- SQL ---------------------------------------------------------------------------------------------------


def to_sql(table: type[Row]) -> str:
    """The SQLite DDL of a table: STRICT, with keys, references and the checks that SQLite can make."""
    lines = [_sql_column(column) for column in columns(table)]
    if not _has_open_key(table):
        lines.append(f"PRIMARY KEY ({', '.join(quoted(name) for name in table.primary_key)})")
    lines += [
        f"FOREIGN KEY ({quoted(source)}) REFERENCES {quoted(target)} ({quoted(target_column)})"
        for source, (target, target_column) in table.foreign_keys.items()
    ]
    return f"CREATE TABLE {quoted(table.table)} (\n  " + ",\n  ".join(lines) + "\n) STRICT;\n"


def to_sql_columns(table: type[Row]) -> str:
    """The SQLite DDL of a table that only carries rows: STRICT, without keys, references or checks."""
    lines = [
        f"{quoted(c.name)} {SQL_TYPES[c.type]}{'' if c.nullable else ' NOT NULL'}" for c in columns(table)
    ]
    return f"CREATE TABLE {quoted(table.table)} ({', '.join(lines)}) STRICT"


def to_sql_indexes(table: type[Row]) -> list[str]:
    """One index for each reference that the primary key does not begin with, and the key if it has one.

    A key with a column that may be empty, which a STRICT table refuses, is a unique index.
    """
    indexes = []
    if _has_open_key(table):
        key = ", ".join(
            f"ifnull({quoted(name)}, '')" if table.is_nullable(name) else quoted(name)
            for name in table.primary_key
        )
        indexes.append(
            f"CREATE UNIQUE INDEX {quoted(f'key_{table.table}')} ON {quoted(table.table)} ({key});"
        )
    return indexes + [
        f"CREATE INDEX {quoted(f'ix_{table.table}_{source}')} ON {quoted(table.table)} ({quoted(source)});"
        for source in table.foreign_keys
        if source != table.primary_key[0]
    ]


def _sql_column(column: Column) -> str:
    parts = [quoted(column.name), SQL_TYPES[column.type]]
    if not column.nullable:
        parts.append("NOT NULL")
    checks = list(_checks(column))
    if checks:
        parts.append(f"CHECK ({' AND '.join(checks)})")
    return " ".join(parts)


def _checks(column: Column) -> Iterable[str]:
    name = quoted(column.name)
    if column.type is bool:
        yield f"{name} IN (0, 1)"
    if column.type is datetime:
        yield f"({name} IS NULL OR datetime({name}) IS NOT NULL)"
    for word, value in column.constraints.items():
        if word == "enum":
            yield f"{name} IN ({', '.join(literal(item) for item in value)})"
        elif word in ("minimum", "maximum"):
            yield f"{name} {'>=' if word == 'minimum' else '<='} {value:g}"
        elif word == "pattern" and (fixed := FIXED_CLASS.match(value)):
            chars = fixed["chars"]
            yield f"length({name}) = {fixed['length']} AND {name} NOT GLOB '*[^{chars}]*'"


def quoted(name: str) -> str:
    """A name as SQL writes it, between double quotes."""
    return '"' + name.replace('"', '""') + '"'


def _has_open_key(table: type[Row]) -> bool:
    return any(table.is_nullable(name) for name in table.primary_key)


def literal(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


# -- Frictionless Data Package -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A work that the tables come from; ``url`` is where it was taken, if it was on the web."""

    title: str
    url: str | None


def to_datapackage(
    tables: Mapping[str, type[Row]],
    csv_files: Mapping[str, FileFacts],
    parquet_files: Mapping[str, FileFacts],
    *,
    version: str,
    sources: Sequence[PackageSource] = (),
) -> dict[str, Any]:
    """The Data Package (Frictionless, version 2) of a publication: a resource per CSV table, with its Parquet twin.

    It holds no time, so that the same tables give the same bytes.
    """
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "passerelle",
        "title": "Passerelle : pays, institutions et recommandations des études de politique publique",
        "description": (
            "Tables tirées d'études en français ; chaque valeur renvoie aux mots de la page. Les CSV sont "
            "exacts (UTF-8, LF) : une cellule peut commencer par =, +, - ou @ ; dans un tableur, importez "
            "les colonnes comme texte. / Tables extracted from studies in French; every value leads back to "
            "the words on its page. CSV cells are exact and may begin with =, +, - or @: import them into "
            "a spreadsheet as text."
        ),
        "version": version,
        "contributors": [{"title": "Passerelle", "roles": ["extractor"]}],
        "licenses": [
            {
                "name": "LicenseRef-sources",
                "title": "Les mots cités restent à leurs auteurs : voyez sources. / The words quoted remain their "
                "authors': see sources.",
            }
        ],
        "sources": [
            {key: value for key, value in (("title", one.title), ("path", one.url)) if value}
            for one in sources
        ],
        "resources": [
            _resource(table, csv_files[name], parquet_files[name]) for name, table in tables.items()
        ],
    }


def _resource(table: type[Row], csv_file: FileFacts, parquet_file: FileFacts) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
        "type": "table",
        "name": table.table,
        "title": table.title_fr,
        "description": description(table),
        "path": csv_file.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "bytes": csv_file.bytes,
        "hash": f"sha256:{csv_file.sha256}",
        "parquet": {
            "path": parquet_file.path,
            "bytes": parquet_file.bytes,
            "hash": f"sha256:{parquet_file.sha256}",
        },
        "schema": to_table_schema(table),
    }


def to_table_schema(table: type[Row]) -> dict[str, Any]:
    """The Frictionless Table Schema of a table.

    An empty cell is a missing value, except in a required text column, where it is an empty text.
    """
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [_field(column) for column in columns(table)],
        "primaryKey": list(table.primary_key),
        "foreignKeys": [
            {"fields": [source], "reference": {"resource": target, "fields": [target_column]}}
            for source, (target, target_column) in table.foreign_keys.items()
        ],
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": TABLE_SCHEMA_TYPES[column.type],
        "description": f"{column.description_fr} / {column.description_en}",
        "constraints": {**({} if column.nullable else {"required": True}), **column.constraints},
    }
    if column.type is datetime:
        field["format"] = "%Y-%m-%dT%H:%M:%S.%fZ"
    if column.type is str and not column.nullable:
        field["missingValues"] = []
    return field


# -- Data dictionary ---------------------------------------------------------------------------------------

DICTIONARY_HEAD = """\
# Dictionnaire des données / Data dictionary

Engendré depuis `schemas/tables.py` par `make dictionary` ; ne pas modifier à la main.
*Generated from `schemas/tables.py` by `make dictionary`; do not edit.*

Chaque table est publiée en Parquet, en CSV et dans `passerelle.sqlite`. Positions de caractères : la fin
est exclue. Pages : comptées à partir de 1 (une page web est la page 1). Rectangles : points PDF, origine en
haut à gauche. Les CSV sont exacts (UTF-8, fins de ligne LF, cellule vide = valeur absente ou texte vide) :
une cellule peut commencer par `=`, `+`, `-` ou `@` ; dans un tableur, importez les colonnes comme texte.

*Every table is published as Parquet, CSV and in `passerelle.sqlite`. Character offsets have an exclusive end.
Pages count from 1 (a web page is page 1). Boxes: PDF points, origin at the top left. CSV files are exact
(UTF-8, LF, empty cell = no value or empty text): a cell may begin with `=`, `+`, `-` or `@`; import the
columns into a spreadsheet as text.*
"""


def to_markdown(tables: Mapping[str, type[Row]], views: Mapping[str, View]) -> str:
    """The data dictionary of tables and views: French first, then English."""
    index = [
        f"| [`{name}`](#{name}) | {table.title_fr} | {description(table)} |" for name, table in tables.items()
    ]
    head = ["| table | contenu | content |", "| --- | --- | --- |"]
    sections = [
        *(_section(table) for table in tables.values()),
        VIEWS_HEAD,
        *map(_view_section, views.values()),
    ]
    return "\n".join([DICTIONARY_HEAD, *head, *index, "", *sections])


VIEWS_HEAD = """\
# Vues / Views

Dans `passerelle.sqlite` et PostgreSQL, pour les tableaux de bord : les tables jointes, avec les libellés dans les deux
langues. *In `passerelle.sqlite` and PostgreSQL, for dashboards: the tables joined, with labels in both languages.*
"""


def _view_section(view: View) -> str:
    lines = [f"## {view.name}", "", f"{view.title_fr} *{view.title_en}*", ""]
    lines += ["| colonne | type | contenu | content |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{c.name}` | {TABLE_SCHEMA_TYPES[c.type]} | {c.description_fr} | {c.description_en} |"
        for c in view.columns
    ]
    return "\n".join([*lines, ""])


def _section(table: type[Row]) -> str:
    lines = [f"## {table.table}", "", f"**{table.title_fr}.** {description(table)}", ""]
    lines.append(f"Clé / *key*: {', '.join(f'`{name}`' for name in table.primary_key)}")
    lines += ["", "| colonne | type | vide ? | contrainte | contenu | content |"]
    lines.append("| --- | --- | --- | --- | --- | --- |")
    lines += [_dictionary_line(table, column) for column in columns(table)]
    return "\n".join([*lines, ""])


def _dictionary_line(table: type[Row], column: Column) -> str:
    cells = [
        f"`{column.name}`",
        TABLE_SCHEMA_TYPES[column.type],
        "oui" if column.nullable else "",
        _constraint_text(table, column),
        column.description_fr,
        column.description_en,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _constraint_text(table: type[Row], column: Column) -> str:
    reference = table.foreign_keys.get(column.name)
    words = [f"→ `{reference[0]}.{reference[1]}`"] if reference else []
    for word, value in column.constraints.items():
        if word == "enum":
            words.append(", ".join(f"`{item}`" for item in value))
        elif word == "pattern":
            words.append(f"`{value}`")
        else:
            words.append(f"{'≥' if word == 'minimum' else '≤'} {value:g}")
    return " ; ".join(words)
