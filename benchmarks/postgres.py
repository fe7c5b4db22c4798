"""What a publication of a million mentions costs beside the bare COPY of the same file into the same server.

    python benchmarks/postgres.py postgresql://postgres@127.0.0.1/scratch [ROWS]      # an empty database

Prints for each of three rounds, and as medians, the seconds of the bare COPY (into a table without keys), of the first
publication (with keys, references, checks and indexes) and their ratio, of a second publication without changes, and
of one that compares every row all the same; and the rows that each wrote. Beside them stand the seconds of CPU of the
server (of this machine): where others use it too, the ratio of CPU is the one to trust.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg

from flows import postgres, publish
from flows.assembly import add_indexes, new_database
from flows.reference import reference_rows
from flows.results import insert
from schemas import export
from schemas import postgres as ddl
from schemas.tables import TABLES, CountryMention

ROUNDS = 3
DOCUMENT = "a" * 64
STUDY = "INSERT INTO studies VALUES ('s', 's.pdf', 'S', 'other', NULL, NULL, 2020, 'fr', NULL, NULL, 1, 'extracted')"


def main() -> None:
    """Print the figures."""
    url, rows = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        make_version(Path(folder), rows)
        file = Path(folder) / "tables" / "country_mentions.csv"
        print(f"{rows} mentions, {file.stat().st_size / 1e6:.0f} MB")
        rounds = [measure(url, Path(folder), file) for _ in range(ROUNDS)]
    for name in rounds[0]:
        wall, cpu = (statistics.median(costs[name][n] for costs in rounds) for n in (0, 1))
        print(f"median {name}: {wall:.2f}, of CPU {cpu:.2f}")


def measure(url: str, folder: Path, file: Path) -> dict[str, tuple[float, float]]:
    """Seconds by the clock and of CPU of each step of a round, which leaves the database empty."""
    costs, rows = {}, 0
    for name in ("bare", "first", "second", "compared"):
        cpu, start = server_cpu(url), time.perf_counter()
        if name == "bare":
            bare_copy(url, file)
        else:
            rows = postgres.publish(folder, url, compare_all=name == "compared").rows
        costs[name] = (time.perf_counter() - start, server_cpu(url) - cpu)
        print(f"{name} {costs[name][0]:.2f} s, of CPU {costs[name][1]:.2f}, {rows} rows written", end="; ")
    ratios = [costs["first"][n] / costs["bare"][n] for n in (0, 1)]
    costs["ratio"] = (ratios[0], ratios[1])
    print(f"ratio {ratios[0]:.2f}, of CPU {ratios[1]:.2f}", flush=True)
    with psycopg.connect(url) as database:
        database.execute(f"DROP SCHEMA {ddl.READ}, {ddl.DATA}, {ddl.STAGING} CASCADE")
        database.execute("DROP TABLE public.country_mentions")
    return costs


def server_cpu(url: str) -> float:
    """Seconds of CPU of all connections of the server that have ended, and of their helpers (Linux)."""
    with psycopg.connect(url) as database:
        parent = Path(f"/proc/{database.info.backend_pid}/stat").read_text().rpartition(")")[2].split()[1]
    time.sleep(0.3)  # until the server knows that the connections have ended
    ended = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[13:15]
    return sum(map(int, ended)) / os.sysconf("SC_CLK_TCK")


def make_version(folder: Path, rows: int) -> None:
    """A database and its CSV files: one study, a passage for each ten mentions."""
    with new_database(folder / publish.DATABASE) as database:
        for name, held in reference_rows().items():
            insert(database, name, held)
        database.execute(STUDY)
        database.execute(
            "INSERT INTO documents (document_id, study_id, file_name, sha256, media_type, bytes, text_source) "  # noqa: S608
            f"VALUES ('{DOCUMENT}', 's', 's.pdf', '{DOCUMENT}', 'application/pdf', 1, 'text')"
        )
        series = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
        database.execute(
            f"{series} INSERT INTO passages (passage_id, study_id, document_id, page, position, kind, zone, section, "  # noqa: S608
            f"marker, lead_in, text) SELECT 'p' || i, 's', '{DOCUMENT}', 1, i, 'paragraph', 'body', '', '', '', "
            "'Texte' FROM n",
            (rows // 10 + 1,),
        )
        values = {
            "mention_id": "'s:mention:' || i", "study_id": "'s'", "passage_id": "'p' || (i / 10)", "page": "1",
            "iso3": "'MLI'", "surface": "'République du Mali'", "kind": "'name'", "role": "'origin'",
            "resolution": "'exact'", "zone": "'body'", "start_char": "i", "end_char": "i + 18", "reason": "''",
        }  # fmt: skip
        names = [c.name for c in export.columns(CountryMention) if c.name in values]
        chosen = ", ".join(values[name] for name in names)
        database.execute(
            f"{series} INSERT INTO country_mentions ({', '.join(names)}) SELECT {chosen} FROM n",  # noqa: S608
            (rows,),
        )
        add_indexes(database)
    (folder / "tables").mkdir()
    with closing(publish.open_readonly(folder / publish.DATABASE)) as database:
        for name, table in TABLES.items():
            publish.write_table(
                folder / "tables" / name, export.to_arrow(table), publish.batches(database, table)
            )


def bare_copy(url: str, file: Path) -> None:
    """Copy the file into a table that only carries rows, committed."""
    with psycopg.connect(url) as database:
        database.execute(
            ddl.to_staging(CountryMention).replace(f"UNLOGGED TABLE {ddl.STAGING}.", "TABLE public.")
        )
        copying = ddl.to_copy(CountryMention, "public.country_mentions")
        with file.open("rb") as source, database.cursor().copy(copying) as copy:
            while chunk := source.read(postgres.CHUNK):
                copy.write(chunk)


if __name__ == "__main__":
    main()
