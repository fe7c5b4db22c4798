"""The commands ``passerelle review``: a sheet of what is worth looking at, its decisions back, what waits, gold pages.

They read a published version and the sources kept; no document is extracted. Exit codes: 0 done, 2 wrong usage, 3 some
rows of a sheet were refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

EXIT_USAGE, EXIT_REFUSED = 2, 3

Raw = Annotated[
    Path, typer.Option(metavar="DOSSIER", envvar="PASSERELLE_RAW", help="Sources et corrections.")
]
Processed = Annotated[
    Path, typer.Option(metavar="DOSSIER", envvar="PASSERELLE_PROCESSED", help="Tables publiées.")
]
RAW, PROCESSED = Path("raw"), Path("processed")

review = typer.Typer(help="Relecture humaine : exporter, importer, suivre.", no_args_is_help=True)


@review.callback()
def about() -> None:
    """Relecture humaine des tables (voir docs/review.fr.md)."""


@contextmanager
def faults_told() -> Iterator[None]:
    """Tell what is wrong with what was asked for, and leave."""
    from flows.terminal import Terminal
    from schemas.errors import PipelineError

    try:
        yield
    except PipelineError as error:
        Terminal(as_json=False).failed(str(error))
        raise typer.Exit(EXIT_USAGE) from None


@review.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Classeur à écrire (.xlsx).")],
    limit: Annotated[int, typer.Option(help="Nombre de propositions.", min=1, max=500)] = 30,
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
) -> None:
    """Écrit le classeur des lignes à relire : celles qui pèsent le plus et dont nous sommes le moins sûrs."""
    from flows import reviewing

    with faults_told():
        exported = reviewing.export_sheet(file, raw, processed, limit)
    typer.echo(f"{exported} propositions dans {file}.")
    typer.echo(f'Ensuite : passerelle review import {file} --by "Votre nom"')


@review.command(name="import")
def take(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Classeur relu (.xlsx).")],
    by: Annotated[str, typer.Option(help="Qui a décidé.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Vérifier et montrer l'effet, sans rien écrire.")
    ] = False,
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
) -> None:
    """Reprend les décisions d'un classeur : vérifie chaque ligne, montre l'effet, écrit raw/corrections/*.csv.

    Une ligne fautive n'est pas reprise ; les autres le sont. Code de sortie 3 s'il y a eu des refus.
    """
    from flows import reviewing

    with faults_told():
        done = reviewing.import_sheet(file, raw, processed, by, dry_run=dry_run)
    reviewing.show_import(done, dry_run=dry_run)
    raise typer.Exit(EXIT_REFUSED if done.imported.refused else 0)


@review.command(name="list")
def waiting(
    limit: Annotated[int, typer.Option(help="Nombre de propositions montrées.", min=1)] = 10,
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
) -> None:
    """Montre ce qui attend : décisions à revoir, décisions pas encore rejouées, premières propositions."""
    from flows import reviewing

    with faults_told():
        reviewing.show_waiting(raw, processed, limit)


@review.command(name="to-gold")
def gold(
    folder: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Où écrire les pages (*.jsonl).")],
    page: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ÉTUDE:PAGE", help="Page lue en entier : ce qui n'y a pas été décidé est juste."
        ),
    ] = None,
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
) -> None:
    """Fait des décisions des pages de référence, dont chaque ligne a été décidée (ou la page, lue en entier)."""
    from flows import reviewing

    with faults_told():
        reviewing.write_gold(folder, raw, processed, page or [])
