"""The command ``passerelle evaluate``: options in, the measures of the guidelines on the terminal.

Exit codes: 0 done, 2 wrong usage (a folder or table that is not there, gold in another format), 4 under a
floor. With ``--json``, standard output holds exactly one JSON document, the
:class:`extractors.evaluation.Evaluation` and the hash of its gold.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXIT_USAGE, EXIT_UNDER_FLOOR = 2, 4


def evaluate(
    gold: Annotated[
        Path, typer.Option(metavar="DOSSIER", help="Annotations de référence (*.jsonl) : fichier ou dossier.")
    ],
    tables: Annotated[
        Path, typer.Argument(metavar="TABLES", help="Dossier des tables publiées (Parquet).")
    ] = Path("processed/tables"),
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FICHIER", help="Écrire ici chaque écart (CSV), avec sa page et sa preuve."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Écrire les mesures en JSON sur la sortie standard.")
    ] = False,
    floors: Annotated[
        Path | None,
        typer.Option(
            metavar="FICHIER", help="Planchers de F1 : code de sortie 4 si une mesure passe dessous."
        ),
    ] = None,
    write_floors: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Relever les planchers d'après ces mesures.")
    ] = None,
    publish: Annotated[
        bool,
        typer.Option(
            "--publish/--no-publish",
            help="Écrire les mesures dans la table quality de la version publiée, si TABLES en est une.",
        ),
    ] = True,
    lower_floors: Annotated[
        bool, typer.Option("--lower-floors", help="Avec --write-floors : permettre aussi de les abaisser.")
    ] = False,
) -> None:
    """Mesure la qualité des tables sur des pages annotées à la main.

    Précision, rappel et F1 par document et pour l'ensemble, avec leur intervalle à 95 % ; résultats par règle ;
    justesse des degrés de confiance. Chaque écart renvoie à la page et à la ligne (table evidence).
    """
    from flows import measurements, quality
    from flows.errors import UsageError
    from flows.terminal import Terminal
    from schemas.errors import PipelineError

    terminal = Terminal(as_json=as_json)
    try:
        measured = quality.measure(tables, gold)
        if errors is not None:
            quality.write_faults(errors, measured.evaluation, tables)
        if write_floors is not None:
            quality.write_floors(write_floors, measured, may_lower=lower_floors)
        written = publish and measurements.publish_quality(tables, measured.evaluation, measured.gold)
        low = quality.under_floors(measured, floors or write_floors)
    except (UsageError, PipelineError) as error:
        terminal.failed(str(error))
        raise typer.Exit(EXIT_USAGE) from None
    quality.show(measured, as_json=as_json)
    if written and not as_json:
        typer.echo("Mesures écrites dans la table quality de la version publiée.")
    for message in low:
        terminal.failed(message)
    raise typer.Exit(EXIT_UNDER_FLOOR if low else 0)
