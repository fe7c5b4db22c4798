"""The command ``passerelle diff``: what changed between two published versions, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXIT_USAGE = 2


def diff(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VERSION] [VERSION]",
            help="Numéros de versions (passerelle versions). [défaut : l'avant-dernière et celle publiée]",
        ),
    ] = None,
    processed: Annotated[
        Path, typer.Option(metavar="DOSSIER", envvar="PASSERELLE_PROCESSED", help="Tables publiées.")
    ] = Path("processed"),
    rows: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Écrire ici chaque ligne changée (CSV).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Écrire les comptes en JSON.")] = False,
) -> None:
    """Montre les lignes ajoutées, retirées et changées entre deux versions, et d'où vient chaque changement.

    Causes : source nouvelle ou changée, décision humaine, code, modèle, vocabulaire.
    """
    from flows import differences
    from flows.terminal import Terminal
    from schemas.errors import PipelineError

    try:
        before, after = differences.chosen(processed, runs or [])
        differences.show(before, after, rows=rows, as_json=as_json)
    except PipelineError as error:
        Terminal(as_json=as_json).failed(str(error))
        raise typer.Exit(EXIT_USAGE) from None
