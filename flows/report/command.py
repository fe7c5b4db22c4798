"""The command ``passerelle report``: the report of the published version in a folder of its own.

A published version is sealed and never changes, so that what is written anew stands elsewhere.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXIT_USAGE = 2


class Pages(StrEnum):
    """Which pages are drawn."""

    recommendations = "recommendations"
    rows = "rows"
    none = "none"


def report(
    processed: Annotated[
        Path, typer.Option(metavar="DOSSIER", envvar="PASSERELLE_PROCESSED", help="Dossier publié.")
    ] = Path("processed"),
    raw: Annotated[
        Path, typer.Option(metavar="DOSSIER", envvar="PASSERELLE_RAW", help="Dossier des sources conservées.")
    ] = Path("raw"),
    into: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Dossier à écrire (une clé USB…). [défaut : rapport]"),
    ] = None,
    pages: Annotated[
        Pages,
        typer.Option(
            help="Pages dessinées : celles qui portent une recommandation, une ligne quelconque, ou aucune."
        ),
    ] = Pages.recommendations,
    open_report: Annotated[
        bool, typer.Option("--open", help="Ouvrir le rapport dans le navigateur.")
    ] = False,
) -> None:
    """Écrit à part le rapport de la version publiée, à ouvrir dans un navigateur, sans réseau.

    Chaque exécution en publie déjà un dans processed/report ; cette commande en fait une copie, au besoin avec
    l'image de toutes les pages qui portent une ligne.
    """
    from rich.console import Console

    from flows.errors import UsageError
    from flows.report.reading import version_folder
    from flows.report.writing import write_report
    from flows.storage import report_cache
    from flows.terminal import printable

    out = into or Path("rapport")
    if out.exists() and not (out / "assets" / "report.css").exists():
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            printable(f"« {out} » existe et n'est pas un rapport : donnez un autre dossier avec --into."),
            style="bold red",
            markup=False,
        )
        raise typer.Exit(EXIT_USAGE)
    try:
        folder = version_folder(processed)
        page = write_report(folder, raw, report_cache(processed), into=out, pages=pages.value)
    except UsageError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            printable(str(error)), style="bold red", markup=False
        )
        raise typer.Exit(EXIT_USAGE) from None
    print(f"Rapport : {page}")
    if open_report:
        typer.launch(page.resolve().as_uri())
