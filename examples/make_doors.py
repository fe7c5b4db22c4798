#!/usr/bin/env python3
"""Write what other tools need to know of the tables, from ``schemas/`` and ``examples/questions/`` (``make doors``).

``datasette/metadata.yaml`` describes tables, views and columns in French and holds the questions as canned queries;
``duckdb/views.sql`` makes every table and view over the Parquet files, for DuckDB in any language. Both are committed;
a test compares them with what this gives.

A question is a query that SQLite, PostgreSQL and DuckDB all answer, in the notation of Metabase: its first comment
line is its title, the others say what it shows, and ``[[AND … {{name}} …]]`` is a condition that only holds when
``name`` has a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from schemas.export import columns, literal, quoted, to_datapackage
from schemas.tables import TABLES
from schemas.view import POSTGRES, to_sql_view
from schemas.views import ALIASES, VIEWS

EXAMPLES = Path(__file__).resolve().parent
QUESTIONS = EXAMPLES / "questions"
METADATA = EXAMPLES / "datasette" / "metadata.yaml"
DUCKDB = EXAMPLES / "duckdb" / "views.sql"

OPTIONAL = re.compile(r"\[\[AND (?P<condition>.+?)\]\]", re.DOTALL)
VARIABLE = re.compile(r"\{\{(\w+)\}\}")

FACETS = {
    "v_recommendations": ["country_fr", "modality_fr", "reported"],
    "v_institutions": ["type_fr", "country_fr", "registry"],
    "v_institution_mentions": ["type_fr", "zone_fr"],
    "v_country_mentions": ["country_fr", "role_fr"],
    "v_corridors": ["origin_fr", "destination_fr"],
    "v_country_roles": ["role_fr", "country_fr"],
    "v_recurring_recommendations": ["theme_fr", "actor_fr"],
    "v_evidence": ["table_name", "study_title"],
}
"""View → columns that Datasette counts beside its rows."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query in the notation of Metabase, with a title and a description in French."""

    name: str
    title: str
    description: str
    sql: str

    def for_datasette(self) -> str:
        """The query in which a variable is a named parameter, and an empty one holds nothing back."""
        return OPTIONAL.sub(_or_empty, self.sql)

    def for_metabase(self, values: Mapping[str, str]) -> str:
        """The query that Metabase sends when its variables have these values and the others none."""

        def kept(found: re.Match[str]) -> str:
            names = VARIABLE.findall(found["condition"])
            return f"AND {found['condition']}" if all(map(values.get, names)) else ""

        return VARIABLE.sub(lambda found: literal(values[found[1]]), OPTIONAL.sub(kept, self.sql))

    def variables(self) -> list[str]:
        """Its variables, each once, in the order in which they come."""
        return list(dict.fromkeys(VARIABLE.findall(self.sql)))


def _or_empty(found: re.Match[str]) -> str:
    names = dict.fromkeys(VARIABLE.findall(found["condition"]))
    empty = [f":{name} = ''" for name in names]
    condition = VARIABLE.sub(r":\1", found["condition"])
    return f"AND ({' OR '.join([*empty, condition])})"


def questions() -> list[Question]:
    """The questions of ``examples/questions/``, by name."""
    return [read_question(path) for path in sorted(QUESTIONS.glob("*.sql"))]


def read_question(path: Path) -> Question:
    """A question from its file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    sql = "\n".join(line for line in lines if not line.startswith("--"))
    return Question(path.stem, said[0], " ".join(said[1:]), sql)


def to_metadata() -> dict[str, Any]:
    """The metadata of Datasette: what the data package says of the whole, then tables, views and questions."""
    package = to_datapackage({}, {}, {}, version="")
    french = package["licenses"][0]["title"].partition(" / ")[0]
    tables = {
        name: {"title": table.title_fr, "columns": {c.name: c.description_fr for c in columns(table)}}
        for name, table in TABLES.items()
    }
    views = {
        name: {
            "description": view.title_fr,
            "columns": {c.name: c.description_fr for c in view.columns},
            **({"facets": FACETS[name]} if name in FACETS else {}),
        }
        for name, view in VIEWS.items()
    }
    old = {name: {"description": f"Ancien nom de {target}."} for name, target in ALIASES.items()}
    return {
        "title": package["title"],
        "description": "Chaque ligne renvoie aux mots de la page : voyez v_evidence.",
        "license": french,
        "source": "les études de la table studies, à leur adresse source_url",
        "databases": {
            "passerelle": {
                "description": (
                    "Les vues v_… joignent les tables et portent les libellés en français et en anglais ; "
                    "les questions ci-dessous s'ouvrent d'un clic."
                ),
                "tables": tables | views | old,
                "queries": {
                    one.name: {
                        "title": one.title,
                        "description": one.description,
                        "sql": one.for_datasette(),
                        "hide_sql": True,
                    }
                    for one in questions()
                },
            }
        },
    }


def to_duckdb() -> str:
    """The statements that make every table and view over the Parquet files of the folder in a variable of DuckDB."""
    tables = (
        f"CREATE OR REPLACE VIEW {quoted(name)} AS FROM read_parquet({FOLDER} || '/tables/{name}.parquet');"
        for name in TABLES
    )
    views = (
        f"{to_sql_view(view, POSTGRES).strip()};".replace("CREATE", "CREATE OR REPLACE", 1)
        for view in VIEWS.values()
    )
    return "\n".join([DUCKDB_HEAD, *tables, "", *views, ""])


FOLDER = "coalesce(getvariable('passerelle'), 'processed')"

DUCKDB_HEAD = """\
-- Toutes les tables et les vues v_… de Passerelle, dans DuckDB, lues dans les fichiers Parquet ; aucune extension.
-- Engendré par `make doors` ; ne pas modifier à la main.
--
--     SET VARIABLE passerelle = '/dossier/publié';   -- sans cela, processed dans le dossier courant
--     .read examples/duckdb/views.sql
"""

METADATA_HEAD = (
    "# Engendré par `make doors` depuis schemas/ et examples/questions/ ; ne pas modifier à la main.\n"
)


class _Dumper(yaml.SafeDumper):
    """YAML in which texts of several lines stand as they are."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def files() -> dict[Path, str]:
    """Path → what it should hold."""
    metadata = yaml.dump(to_metadata(), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return {METADATA: METADATA_HEAD + metadata, DUCKDB: to_duckdb()}


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
