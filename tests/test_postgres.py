"""What a PostgreSQL server holds after publications is what was published, and a publication writes what changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import make_doors
import pytest
from conftest import some_summary
from test_export import sample_rows
from typer.testing import CliRunner

from flows import publish
from flows.cli import app
from flows.errors import DatabaseNotUpdated
from flows.settings import Settings
from schemas.row import Row
from schemas.tables import TABLES
from schemas.views import ALIASES, VIEWS

psycopg = pytest.importorskip("psycopg")

from flows import postgres, postgres_schema  # noqa: E402 - they need psycopg

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
PASSWORD = "tr3s-secret"  # noqa: S105 - of a server that trusts everybody
PublishRows = Callable[[Path, Mapping[str, Sequence[Row]]], Path]

pytestmark = pytest.mark.skipif(not PROGRAMS, reason="no PostgreSQL server is installed")


@dataclass(frozen=True)
class Server:
    """A PostgreSQL on loopback, run by a user without privileges."""

    folder: Path
    port: int

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql://{user}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of the server as a user without privileges."""
        as_somebody = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_somebody, str(PROGRAMS[-1].parent / program), *arguments]
        log = subprocess.DEVNULL
        subprocess.run(command, check=True, stdout=log, stderr=log, cwd="/", timeout=60)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c fsync=off -c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        self.run(
            "pg_ctl", "start", "-w", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", options
        )

    def stop(self) -> None:
        """Stop it as a power cut does."""
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", f"{self.folder}/data")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server(folder, free.getsockname()[1])
    try:
        server.run(
            "initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"
        )
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def url(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own for each test."""
    name = re.sub(r"\W", "_", request.node.name)[:60]
    run(server.url(), f"CREATE DATABASE {name}")
    yield server.url(name)
    run(server.url(), f"DROP DATABASE {name} WITH (FORCE)")


def run(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as database:
        cursor = database.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    held = sample_rows()
    base = held["passages"][0]
    texts = ("\\.", "avant\n\\.\naprès", "fin\r\nde ligne", "\\N", "\\n", "é\u0301 😀", " ")
    changed = [base.model_copy(update={"passage_id": f"q{n}", "text": t}) for n, t in enumerate(texts)]
    return held | {"passages": [*held["passages"], *changed]}


@pytest.fixture(scope="module")
def version(
    tmp_path_factory: pytest.TempPathFactory, publish_rows: PublishRows, rows: dict[str, list[Row]]
) -> Path:
    return publish_rows(tmp_path_factory.mktemp("first"), rows)


@pytest.fixture(scope="module")
def later(
    tmp_path_factory: pytest.TempPathFactory, publish_rows: PublishRows, rows: dict[str, list[Row]]
) -> Path:
    """A version in which one passage has other words, and one reject is gone: that of the whole file."""
    first, *others = rows["passages"]
    passages = [first.model_copy(update={"text": "Autres mots"}), *others]
    return publish_rows(
        tmp_path_factory.mktemp("later"), rows | {"passages": passages, "rejects": rows["rejects"][1:]}
    )


def contents(path: Path, name: str, key: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path / "passerelle.sqlite")) as database:
        return database.execute(f'SELECT * FROM "{name}" ORDER BY {key}').fetchall()  # noqa: S608


def as_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return int(value) if isinstance(value, bool) else value


def test_database_holds_what_the_version_holds(url: str, version: Path) -> None:
    done = postgres.publish(version, url)
    keys = {name: table.primary_key for name, table in TABLES.items()}
    keys |= {name: view.key for name, view in VIEWS.items()}
    keys |= {name: VIEWS[target].key for name, target in ALIASES.items()}
    assert done.notes == ()
    for name, key in keys.items():
        order = ", ".join(f'"{part}" NULLS FIRST' for part in key)
        expected = contents(version, name, order)
        with psycopg.connect(url, options="-c timezone=UTC -c search_path=passerelle") as database:
            cursor = database.execute(f'SELECT * FROM "{name}" ORDER BY {order}')  # noqa: S608
            assert [[as_sqlite(v) for v in row] for row in cursor] == [list(row) for row in expected], name
        if name in TABLES:
            assert done.tables[name] == postgres.Written(len(expected), 0, 0)


def test_second_publication_writes_nothing(url: str, version: Path) -> None:
    assert postgres.publish(version, url).rows > 0
    before = run(url, "SELECT passage_id, updated_at, xmin::text FROM passerelle_data.passages ORDER BY 1")
    assert postgres.publish(version, url).rows == 0
    assert before == run(
        url, "SELECT passage_id, updated_at, xmin::text FROM passerelle_data.passages ORDER BY 1"
    )


def test_only_what_changed_is_written(url: str, version: Path, later: Path) -> None:
    postgres.publish(version, url)
    times = "SELECT passage_id, updated_at FROM passerelle_data.passages"
    before = dict(run(url, times))
    done = postgres.publish(later, url)
    assert {name: w for name, w in done.tables.items() if w.rows} == {
        "passages": postgres.Written(0, 1, 0),
        "rejects": postgres.Written(0, 0, 1),
    }
    assert [key for key, when in run(url, times) if when != before[key]] == ["p0"]
    assert run(url, "SELECT page FROM passerelle_data.rejects WHERE deleted_at IS NOT NULL") == [(None,)]
    assert run(url, "SELECT count(*) FROM passerelle.rejects") == [(2,)]
    back = postgres.publish(version, url)
    assert (back.tables["rejects"], back.rows) == (postgres.Written(0, 1, 0), 2)
    assert run(url, "SELECT count(*) FROM passerelle.rejects") == [(3,)]


def test_columns_are_described_and_references_hold(url: str, version: Path) -> None:
    postgres.publish(version, url)
    silent = """SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'passerelle'::regnamespace AND a.attnum > 0 AND c.relname NOT IN ({})
        AND coalesce(col_description(c.oid, a.attnum), '') !~ '. / .'"""
    assert run(url, silent.format(", ".join(f"'{name}'" for name in ALIASES))) == []
    (references,) = run(url, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferred")[0]
    assert references == sum(len(table.foreign_keys) for table in TABLES.values())
    for wrong in (
        "UPDATE passerelle_data.studies SET country_iso3 = 'XXX'",
        "UPDATE passerelle_data.studies SET level = 'local'",
        "UPDATE passerelle_data.countries SET iso3 = 'ml' WHERE iso3 = 'MLI'",
        "INSERT INTO passerelle_data.rejects SELECT * FROM passerelle_data.rejects WHERE page IS NULL",
    ):
        with pytest.raises(psycopg.IntegrityError):
            run(url, wrong)


BY_HAND: list[tuple[str, str, tuple[int, int, int]]] = [
    ("passages", "UPDATE {} SET text = 'faux' WHERE passage_id = 'p0'", (0, 1, 0)),
    ("passages", "UPDATE {} SET deleted_at = now() WHERE passage_id = 'p0'", (0, 1, 0)),
    ("passages", "DELETE FROM {} WHERE passage_id = 'q0'", (1, 0, 0)),
    ("themes", "INSERT INTO {} VALUES ('own', 'à moi', 'mine')", (0, 0, 1)),
    ("rejects", "TRUNCATE {}", (3, 0, 0)),
]


@pytest.mark.parametrize("number", range(len(BY_HAND)))
def test_what_somebody_wrote_by_hand_is_put_right(url: str, version: Path, number: int) -> None:
    table, statement, expected = BY_HAND[number]
    postgres.publish(version, url)
    run(url, statement.format(f"passerelle_data.{table}"))
    done = postgres.publish(version, url)
    assert {name: w for name, w in done.tables.items() if w.rows} == {table: postgres.Written(*expected)}
    assert postgres.publish(version, url).rows == 0


def test_every_row_is_compared_on_demand(url: str, version: Path) -> None:
    """Whoever switches triggers off hides a change from the memory, but not from a comparison."""
    postgres.publish(version, url)
    unseen = "SET session_replication_role = replica; UPDATE passerelle_data.passages SET text = 'faux'"
    run(url, f"{unseen} WHERE passage_id = 'p0'")
    assert postgres.publish(version, url).rows == 0
    assert postgres.publish(version, url, compare_all=True).tables["passages"] == postgres.Written(0, 1, 0)
    assert postgres.publish(version, url, compare_all=True).rows == 0
    run(url, f"{unseen} WHERE passage_id = 'p0'")
    settings = Settings.model_validate({"postgres_url": url})
    assert publish.hand_on(publish.Draft(version, None, some_summary(), settings, force=True)) == []
    assert run(url, "SELECT count(*) FROM passerelle.passages WHERE text = 'faux'") == [(0,)]


def test_unchanged_tables_are_left_alone_and_others_wait_for_their_writer(
    url: str, version: Path, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "WAITING", "100ms")
    postgres.publish(version, url)
    with closing(psycopg.connect(url)) as other:
        other.execute("UPDATE passerelle_data.passages SET text = 'faux' WHERE passage_id = 'q0'")
        assert postgres.publish(version, url).rows == 0
        with pytest.raises(DatabaseNotUpdated, match="reste publié"):
            postgres.publish(later, url)
        other.commit()
    assert postgres.publish(later, url).tables["passages"] == postgres.Written(0, 2, 0)


def test_a_server_that_is_set_otherwise_is_published_to(url: str, version: Path, later: Path) -> None:
    name = url.rsplit("/", 1)[1]
    for setting in (
        "statement_timeout = '30ms'",
        "idle_in_transaction_session_timeout = '30ms'",
        "default_transaction_isolation = serializable",
        "timezone = 'Pacific/Auckland'",
        "datestyle = 'German'",
    ):
        run(url, f"ALTER DATABASE {name} SET {setting}")
    postgres.publish(version, url)
    assert postgres.publish(later, url).rows == 2
    (stored,) = run(url, "SELECT retrieved_at AT TIME ZONE 'UTC' FROM passerelle.documents")
    assert as_sqlite(stored[0]) in contents(later, "documents", "document_id")[0]


FORBIDDEN = [
    "SELECT * FROM passerelle_data.studies",
    "SELECT * FROM passerelle_data.contract",
    "SELECT * FROM passerelle_staging.studies",
    "INSERT INTO passerelle.themes VALUES ('a', 'b', 'c')",
    "UPDATE passerelle.studies SET title = ''",
    "DELETE FROM passerelle.studies",
    "UPDATE passerelle_data.studies SET deleted_at = NULL",
    "DELETE FROM passerelle_data.studies",
    "TRUNCATE passerelle_data.studies CASCADE",
    "DROP VIEW passerelle.v_studies",
    "DROP SCHEMA passerelle CASCADE",
    "CREATE TABLE passerelle.mine (a int)",
    "CREATE TABLE public.mine (a int)",
    "CREATE SCHEMA mine",
    "COPY passerelle.studies TO '/tmp/out.csv'",
]


def test_reader_reads_views_and_nothing_else(server: Server, url: str, version: Path) -> None:
    postgres.publish(version, url)
    run(server.url(), "CREATE ROLE dashboard LOGIN IN ROLE passerelle_reader CONNECTION LIMIT 10")
    run(server.url(), "ALTER ROLE dashboard SET search_path = passerelle")
    reader = url.replace("postgres:", "dashboard:")
    for name in (*TABLES, *VIEWS, *ALIASES):
        run(reader, f'SELECT * FROM "{name}"')  # noqa: S608
    assert len(FORBIDDEN) == 15
    for statement in FORBIDDEN:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(reader, statement)


def test_user_who_may_not_create_roles_is_told(server: Server, version: Path) -> None:
    run(server.url(), "DROP ROLE IF EXISTS passerelle_reader")
    run(server.url(), "CREATE ROLE small LOGIN")
    run(server.url(), "CREATE DATABASE small OWNER small")
    url = server.url("small", "small")
    assert postgres.publish(version, url).notes == (postgres_schema.CANNOT_CREATE_ROLES,)
    assert run(url, "SELECT count(*) FROM passerelle.passages") == [(12,)]
    run(server.url(), "CREATE ROLE passerelle_reader")
    assert postgres.publish(version, url).notes == ()
    assert run(url, "SELECT has_table_privilege('passerelle_reader', 'passerelle.v_studies', 'SELECT')") == [
        (True,)
    ]


def in_thread(folder: Path, url: str) -> tuple[threading.Thread, list[DatabaseNotUpdated]]:
    """A publication that goes on while a test does something else, and how it failed."""
    failures: list[DatabaseNotUpdated] = []

    def work() -> None:
        try:
            postgres.publish(folder, url)
        except DatabaseNotUpdated as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, failures


WAITING = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'passerelle' AND wait_event_type = 'Lock'"


@pytest.mark.parametrize("table", ["passages", "rejects"])
def test_server_that_stops_in_the_middle_is_repaired(
    server: Server, url: str, version: Path, later: Path, table: str
) -> None:
    postgres.publish(version, url)
    with closing(psycopg.connect(url)) as other:
        other.execute(f"LOCK passerelle_data.{table} IN SHARE MODE")  # the publication stops at this table
        thread, failures = in_thread(later, url)
        for _ in range(300):
            if run(server.url(), WAITING):
                break
            time.sleep(0.1)
        server.stop()
        thread.join(60)
    try:
        (failure,) = failures
        assert "reste publié" in str(failure)
        assert PASSWORD not in "".join(traceback.format_exception(failure))
    finally:
        server.start()
    assert run(url, "SELECT text FROM passerelle.passages WHERE passage_id = 'p0'") != [("Autres mots",)]
    assert postgres.publish(later, url).rows == 2
    assert postgres.publish(later, url).rows == 0


@pytest.mark.parametrize("part", [0.2, 0.8])
def test_first_publication_is_whole_or_nothing_when_the_server_stops(
    server: Server, url: str, version: Path, part: float
) -> None:
    started = time.monotonic()
    whole = postgres.publish(version, url).rows
    spent = time.monotonic() - started
    run(url, "DROP SCHEMA passerelle, passerelle_data, passerelle_staging CASCADE")
    thread, _ = in_thread(version, url)
    time.sleep(part * spent)
    server.stop()
    thread.join(60)
    server.start()
    (there,) = run(url, "SELECT to_regclass('passerelle_data.contract') IS NOT NULL")[0]
    assert postgres.publish(version, url).rows == (0 if there else whole)
    assert postgres.publish(version, url, compare_all=True).rows == 0


def test_contract_grows_and_does_not_shrink(url: str, version: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database was made before a table, a column and a code of the contract were there; then, after."""
    smaller = {name: table for name, table in TABLES.items() if name != "quality"}
    wanted = postgres_schema.ddl.to_contract(TABLES)
    postgres.publish(version, url)
    run(url, "DROP VIEW passerelle.v_quality")
    run(url, "DROP VIEW passerelle.quality")
    run(url, "DROP TABLE passerelle_data.quality")
    run(url, "ALTER TABLE passerelle_data.studies DROP COLUMN region CASCADE")
    run(
        url,
        "UPDATE passerelle_data.contract SET fingerprint = '', "
        "contract = contract - 'quality' #- '{studies,columns,region}'",
    )
    assert postgres.publish(version, url).rows == 0
    assert run(url, "SELECT count(region) FROM passerelle.v_studies") == [(0,)]
    for name in ("postgres", "postgres_schema"):
        monkeypatch.setattr(f"flows.{name}.TABLES", smaller)
    with pytest.raises(DatabaseNotUpdated, match="table quality : absente du contrat"):
        postgres.publish(version, url)
    narrower = {"studies": {"key": ["study_id"], "columns": dict(wanted["studies"]["columns"])}}
    narrower["studies"]["columns"]["year"] = wanted["studies"]["columns"]["title"]
    found = postgres_schema.differing({"studies": wanted["studies"]}, narrower)
    assert found == ['studies.year : type bigint → text COLLATE "C"', "studies.year : vide permis oui → non"]


def test_run_hands_its_version_on_where_the_settings_name_a_database(url: str, version: Path) -> None:
    settings = Settings.model_validate({"postgres_url": url})
    assert PASSWORD not in repr(settings)
    for known in (Settings(), settings):
        for step in publish.AFTERWARDS:
            step(publish.Draft(version, None, some_summary(), known))
        there = run(url, "SELECT to_regclass('passerelle.v_studies') IS NOT NULL")
        assert there == [(known is settings,)]


def test_command_publishes_the_version_on_disk(
    server: Server, url: str, version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["publish", "--postgres", "--processed", str(version.parent.parent)]
    without = CliRunner().invoke(app, arguments)
    assert (without.exit_code, "PASSERELLE_POSTGRES_URL" in without.output) == (2, True)
    monkeypatch.setenv("PASSERELLE_POSTGRES_URL", url)
    assert "lignes ajoutées" in CliRunner().invoke(app, arguments).output
    assert "0 lignes ajoutées, 0 modifiées, 0 retirées" in CliRunner().invoke(app, arguments).output


BROKEN: list[tuple[str, str]] = [
    ("postgresql://p:{}@127.0.0.1:1/postgres", "hôte 127.0.0.1, base postgres"),
    ("postgresql://p:{}@127.0.0.1:{port}/nowhere", 'role "p" does not exist'),
    ("postgresql://p:{}@{port}", "hôte"),
    ("nonsense {}", "adresse illisible"),
    ("postgresql://p:a@{}@127.0.0.1:{port}/postgres", "%40"),
    ("postgresql://p:a/{}@127.0.0.1:{port}/postgres", "%2F"),
    ("postgresql://p:a?{}@127.0.0.1:{port}/postgres", "hôte"),
    ("postgresql://p:a#{}@127.0.0.1:{port}/postgres", "hôte"),
    ("host=127.0.0.1 port=1 password={}", "base par défaut"),
    ("host=127.0.0.1 port={port} sslmode={}", "hôte 127.0.0.1"),
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_no_message_tells_a_password(
    server: Server, version: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    address, told = BROKEN[number]
    monkeypatch.setenv("PASSERELLE_POSTGRES_URL", address.format(PASSWORD, port=server.port))
    arguments = ["publish", "--postgres", "--processed", str(version.parent.parent)]
    refused = CliRunner().invoke(app, arguments)
    assert (refused.exit_code, "reste publié" in refused.output) == (4, True)
    assert told in refused.output
    assert PASSWORD not in refused.output + "".join(traceback.format_exception(refused.exception))


# -- A whole run -------------------------------------------------------------------------------------------


def study_of(country: str, agency: str) -> list[str]:
    return [
        f"Étude sur la migration de main-d'oeuvre au {country}",
        f"Les travailleurs du {country} partent vers la Côte d'Ivoire et reviennent avec des compétences.",
        f"Il est recommandé au ministère de l'Emploi de renforcer {agency} dans toutes les régions.",
    ]


@pytest.mark.model
def test_a_run_publishes_without_its_server_and_the_next_one_catches_up(
    server: Server,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_pdf: Callable[[Sequence[Sequence[str]]], bytes],
) -> None:
    monkeypatch.setenv("PASSERELLE_POSTGRES_URL", url)
    inbox, processed = tmp_path / "inbox", tmp_path / "processed"
    inbox.mkdir()
    arguments = ["run", str(inbox), "--no-prefect", "--workers", "1"]
    arguments += ["--raw", str(tmp_path / "raw"), "--processed", str(processed)]
    studies, written = (
        "SELECT study_id FROM passerelle.studies ORDER BY 1",
        "SELECT max(updated_at) FROM passerelle_data.passages",
    )
    (inbox / "niger.pdf").write_bytes(make_pdf([study_of("Niger", "l'ANPE")]))
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert run(url, studies) == [("niger",)]
    before = run(url, written)
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert run(url, written) == before
    (inbox / "mali.pdf").write_bytes(make_pdf([study_of("Mali", "l'ANPE")]))
    server.stop()
    try:
        alone = CliRunner().invoke(app, arguments)
    finally:
        server.start()
    assert alone.exit_code == 4
    assert "Tables (Parquet, CSV)" in alone.output
    assert "passerelle publish --postgres" in alone.output
    assert PASSWORD not in alone.output
    assert [key for key, *_ in contents(processed / "current", "studies", "study_id")] == ["mali", "niger"]
    assert (
        "terminée (2 documents" in CliRunner().invoke(app, ["status", "--processed", str(processed)]).output
    )
    assert run(url, studies) == [("niger",)]
    again = CliRunner().invoke(app, [*arguments, "--json"])
    assert (again.exit_code, json.loads(again.stdout)["published"]) == (0, False)
    assert run(url, studies) == [("mali",), ("niger",)]


def test_questions_of_dashboards_are_answered_as_in_sqlite(server: Server, url: str, published: Path) -> None:
    """The SQL that docs/dashboards.md gives Metabase, asked by the role that only reads."""
    postgres.publish((published / "current").resolve(), url)
    run(server.url(), "ALTER ROLE passerelle_reader LOGIN")
    reader = url.replace("postgres:", "passerelle_reader:")
    with (
        closing(sqlite3.connect(published / "passerelle.sqlite")) as here,
        psycopg.connect(reader, options="-c timezone=UTC") as there,
    ):
        for values in ({}, {"pays": "Mali"}, {"theme": "Recrutement et mobilité", "acteur": "Ministère"}):
            for question in make_doors.questions():
                sql = question.for_metabase(values)
                found = [tuple(map(as_sqlite, row)) for row in there.execute(sql)]
                assert found == here.execute(sql).fetchall(), question.name
