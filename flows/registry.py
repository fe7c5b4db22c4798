"""The command ``passerelle registry suggest``: what the registry of institutions lacks, ready to paste."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXIT_USAGE = 2

registry = typer.Typer(help="Registre des institutions.", no_args_is_help=True)


@registry.callback()
def about() -> None:
    """Registre des institutions (extractors/vocabularies/institutions.csv)."""


@registry.command()
def suggest(
    tables: Annotated[
        Path, typer.Argument(metavar="TABLES", help="Dossier des tables publiées (Parquet).")
    ] = Path("processed/tables"),
    least: Annotated[int, typer.Option(help="Nombre d'études à partir duquel proposer.", min=1)] = 2,
) -> None:
    """Propose les institutions que plusieurs études nomment et que le registre n'a pas, en lignes CSV à coller."""
    from extractors.institutions.suggested import suggest_lines
    from schemas.tables import Institution, InstitutionName

    try:
        institutions = [Institution.model_validate(row) for row in read_table(tables, "institutions")]
        names = [InstitutionName.model_validate(row) for row in read_table(tables, "institution_names")]
    except FileNotFoundError as error:
        typer.echo(f"Table absente : {error.filename}. Lancez d'abord passerelle run.", err=True)
        raise typer.Exit(EXIT_USAGE) from None
    for line in suggest_lines(institutions, names, least):
        typer.echo(line)


def read_table(tables: Path, name: str) -> list[dict[str, object]]:
    """The rows of a published table, with None where a value is absent."""
    import pandas as pd

    path = tables / f"{name}.parquet"
    if not path.exists():
        raise FileNotFoundError(2, "no such table", str(path))
    frame = pd.read_parquet(path).astype(object)
    return [
        {str(key): value for key, value in row.items()}
        for row in frame.where(frame.notna(), None).to_dict("records")
    ]
