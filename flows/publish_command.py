"""The command ``passerelle publish``: the version on disk handed on to a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXIT_USAGE, EXIT_WITHHELD, EXIT_ENVIRONMENT = 2, 4, 5


def publish(
    postgres: Annotated[
        bool, typer.Option("--postgres", help="Dans la base PostgreSQL de PASSERELLE_POSTGRES_URL.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Comparer chaque ligne, même là où la base tient déjà ce fichier pour chargé."
        ),
    ] = False,
    processed: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Dossier des tables publiées. [défaut : processed]")
    ] = None,
) -> None:
    """Transmet la version publiée à une base PostgreSQL ; seules les lignes qui ont changé y sont écrites.

    Chaque exécution le fait d'elle-même quand PASSERELLE_POSTGRES_URL est donnée. Codes de sortie : 0 terminé,
    2 commande incorrecte, 4 la base ne répond pas ou refuse (la version sur le disque reste publiée), 5 il manque
    l'extra postgres.
    """
    from flows import editions
    from flows.errors import DatabaseNotUpdated, EnvironmentIncomplete
    from flows.publish import to_database
    from flows.settings import settings_of

    settings = settings_of(processed=processed)
    version = editions.current(settings.processed)
    wrong = (
        "Rien à faire : indiquez --postgres."
        if not postgres
        else "Donnez l'adresse de la base dans PASSERELLE_POSTGRES_URL (postgresql://utilisateur@hôte/base)."
        if settings.postgres_url is None
        else f"Rien n'est publié dans « {settings.processed} » : lancez d'abord passerelle run."
        if version is None
        else None
    )
    if wrong or version is None or settings.postgres_url is None:
        typer.echo(wrong, err=True)
        raise typer.Exit(EXIT_USAGE)
    try:
        done = to_database(version, settings.postgres_url, compare_all=force)
    except DatabaseNotUpdated as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_WITHHELD) from None
    except EnvironmentIncomplete as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_ENVIRONMENT) from None
    for note in done.notes:
        typer.echo(note, err=True)
    counts = done.tables.values()
    typer.echo(
        f"PostgreSQL à jour : {sum(c.inserted for c in counts)} lignes ajoutées, "
        f"{sum(c.updated for c in counts)} modifiées, {sum(c.deleted for c in counts)} retirées."
    )
