"""The base of every published row: one frozen pydantic class per table, from which all else derives.

A table is declared once (``schemas.tables``); dtypes, keys, DDL, Table Schema and the data dictionary are
derived from that declaration (``schemas.export``), because pydantic's JSON Schema and Frictionless Table
Schema use the same words.
"""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from schemas.errors import TableError

R = TypeVar("R", bound="Row")

DTYPES: dict[type, str] = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}


def described(en: str, fr: str, **constraints: Any) -> Any:
    """A described column: what it holds, in English and French, with its constraints."""
    return Field(description=en, json_schema_extra={"description_fr": fr}, **constraints)


class Row(BaseModel):
    """A published row. Subclasses state table name, key and references; no column has a default value."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    table: ClassVar[str]
    title_fr: ClassVar[str]
    primary_key: ClassVar[tuple[str, ...]]
    foreign_keys: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Column → (table, column) that it refers to."""

    @classmethod
    def column_names(cls) -> list[str]:
        """Column names in published order."""
        return list(cls.model_fields)

    @classmethod
    def python_type(cls, name: str) -> type:
        """The scalar type of a column: str, int, float, bool or datetime."""
        return _scalar(cls.model_fields[name].annotation)

    @classmethod
    def is_nullable(cls, name: str) -> bool:
        """Whether a column may be empty."""
        return type(None) in get_args(cls.model_fields[name].annotation)

    @classmethod
    def dtype(cls, name: str) -> str:
        """The pandas dtype of a column; timestamps are UTC with microseconds."""
        scalar = cls.python_type(name)
        return "datetime64[us, UTC]" if scalar is datetime else DTYPES[scalar]


def _scalar(annotation: Any) -> type:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _scalar(next(arg for arg in get_args(annotation) if arg is not type(None)))
    if origin is Literal:
        return type(get_args(annotation)[0])
    if isinstance(annotation, type):
        return annotation
    raise TableError(f"column type {annotation!r} has no published form; use str, int, float, bool, datetime")


def to_frame(table: type[R], rows: Iterable[R]) -> pd.DataFrame:
    """A typed frame of the rows, sorted by primary key.

    Raises:
        TableError: when two rows share a primary key.
    """
    names = table.column_names()
    records = [tuple(getattr(row, name) for name in names) for row in rows]
    columns: list[Any] = list(zip(*records, strict=True)) if records else [[] for _ in names]
    frame = pd.DataFrame(
        {n: pd.array(list(c), dtype=table.dtype(n)) for n, c in zip(names, columns, strict=True)}  # type: ignore[call-overload]
    )
    key = list(table.primary_key)
    doubled = frame.duplicated(key, keep=False)
    if doubled.any():
        first = frame.loc[doubled, key].head(3).to_dict("records")
        raise TableError(f"{table.table}: {int(doubled.sum())} rows share a primary key, such as {first}")
    return frame.sort_values(key, kind="stable", ignore_index=True)


def check_rows(tables: Mapping[str, type[Row]], rows: Mapping[str, Sequence[Row]]) -> None:
    """Check that no two rows share a key and that every reference finds its row.

    A reference to a table that ``rows`` does not hold is not checked.

    Raises:
        TableError: naming the table or column and the first rows at fault.
    """
    for name, held in rows.items():
        keys = Counter(tuple(getattr(row, part) for part in tables[name].primary_key) for row in held)
        doubled = [key for key, count in keys.items() if count > 1]
        if doubled:
            raise TableError(f"{name}: {len(doubled)} primary keys are held twice, such as {doubled[:3]}")
        for source, (target, target_column) in tables[name].foreign_keys.items():
            if target not in rows:
                continue
            known = {getattr(row, target_column) for row in rows[target]} | {None}
            orphans = sorted({getattr(row, source) for row in held} - known)
            if orphans:
                raise TableError(
                    f"{name}.{source}: {len(orphans)} values are not in {target}.{target_column}, "
                    f"such as {orphans[:5]}"
                )
