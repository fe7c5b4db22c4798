"""The commands ``passerelle exchange``: passages and findings out to annotation tools, decisions back from them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.review import PROCESSED, RAW, Processed, Raw, faults_told

EXIT_REFUSED = 3
Format = Literal["jsonl", "docbin", "label-studio"]

exchange = typer.Typer(help="Échanges avec les outils d'annotation.", no_args_is_help=True)


@exchange.callback()
def about() -> None:
    """Échanges avec spaCy, Label Studio et les outils qui lisent des lignes JSON (voir docs/review.fr.md)."""


@exchange.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier à écrire.")],
    to: Annotated[Format, typer.Option("--to", help="jsonl, docbin (spaCy) ou label-studio.")] = "jsonl",
    study: Annotated[list[str] | None, typer.Option(help="Étude (plusieurs fois). [défaut : toutes]")] = None,
    processed: Processed = PROCESSED,
) -> None:
    """Écrit les passages avec ce qui y a été trouvé ; chaque annotation porte notre identifiant."""
    from extractors.exchange import LABEL_CONFIG, annotated, to_docbin, to_jsonl, to_label_studio
    from flows import storage
    from flows.published import read_tables

    with faults_told():
        passages = annotated(read_tables(processed / "tables"), study or ())
    if to == "jsonl":
        content = to_jsonl(passages).encode()
    elif to == "docbin":
        content = to_docbin(passages)
    else:
        version = str(json.loads((processed / "run.json").read_text(encoding="utf-8"))["code_version"])
        tasks = to_label_studio(passages, version)
        content = (json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode()
        interface = file.with_suffix(".config.xml")
        storage.write_atomically(interface, LABEL_CONFIG.encode())
        typer.echo(f"Interface d'annotation à coller dans Label Studio : {interface}")
    storage.write_atomically(file, content)
    spans = sum(len(passage.spans) for passage in passages)
    typer.echo(f"{len(passages)} passages, {spans} annotations dans {file}.")


@exchange.command(name="import")
def take(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Export JSON de Label Studio.")],
    by: Annotated[str, typer.Option(help="Qui a décidé.", min=1)],
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
) -> None:
    """Reprend les annotations de Label Studio en décisions (raw/corrections/*.csv).

    Code de sortie 3 si certaines n'ont pas pu l'être.
    """
    from extractors.corrections.checks import faults_of
    from extractors.exchange import from_label_studio
    from flows.corrections import read_corrections, with_decisions, write_corrections
    from flows.errors import UsageError
    from flows.published import read_tables

    with faults_told():
        try:
            tasks = json.loads(file.read_text(encoding="utf-8"))
            assert isinstance(tasks, list)  # noqa: S101 - told as any other file that is none of theirs
        except (OSError, ValueError, AssertionError) as error:
            raise UsageError(f"« {file} » n'est pas un export JSON de Label Studio.") from error
        corrections = read_corrections(raw)
        returned = from_label_studio(
            tasks, read_tables(processed / "tables"), decided_by=by, decided_on=date.today().isoformat()
        )
    good = [decision for decision in returned.decisions if not faults_of(decision)]
    refused = [
        f"« {decision.exact} » : {message}"
        for decision in returned.decisions
        for _, message in faults_of(decision)
    ]
    if good:
        write_corrections(raw, with_decisions(corrections, good))
    for message in (*returned.refused, *refused):
        typer.echo(f"✗ {message}")
    typer.echo(
        f"{len(good)} décisions reprises, {len(returned.refused) + len(refused)} refusées, "
        f"{returned.unchanged} annotations inchangées."
    )
    raise typer.Exit(EXIT_REFUSED if returned.refused or refused else 0)
