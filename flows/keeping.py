"""``passerelle status``, ``verify``, ``versions``, ``rollback``: what was done, what is kept, whether it is whole.

Heavy modules are imported when a command runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.ledger import Work

EXIT_DAMAGED = 1

Processed = Annotated[
    Path | None, typer.Option(metavar="DOSSIER", help="Dossier des tables publiées. [défaut : processed]")
]

STATES = {"started": "commencé", "done": "lu", "failed": "en échec"}
OUTCOMES = {
    "done": "terminée",
    "done_with_losses": "terminée avec des pertes",
    "withheld": "publication retenue",
    "failed": "en échec",
    "interrupted": "interrompue",
}


def status(processed: Processed = None) -> None:
    """Dit ce qui a été fait de chaque document, et comment les exécutions se sont terminées."""
    from flows.ledger import read_ledger
    from flows.storage import ledger_path
    from flows.terminal import printable, shorten

    folder = folder_of(processed)
    with read_ledger(ledger_path(folder)) as ledger:
        if ledger is None:
            typer.echo(f"Rien n'a encore été fait dans « {folder} ».")
            return
        works, runs = list(ledger.works()), ledger.runs()
    for work in works:
        when = work.changed_at.astimezone().strftime("%d/%m/%Y %H:%M")
        name = shorten(printable(work.file_name), 40).ljust(40)
        typer.echo(f"{name}  {state_of(work).ljust(16)}  {when}  {work.document_id[:12]}")
        if work.facts is not None and work.facts.failure is not None:
            typer.echo(f"    {printable(work.facts.failure.message)}")
    for run in runs[-5:]:
        when = run.finished_at.astimezone().strftime("%d/%m/%Y %H:%M")
        typer.echo(f"Exécution {run.run_id} : {OUTCOMES[run.outcome]} ({run.documents} documents, {when})")
    if any(work.is_quarantined for work in works):
        typer.echo("Pour réessayer ce qui est en quarantaine : passerelle run … --failed")


def state_of(work: Work) -> str:
    """What became of a document, in French."""
    if work.is_quarantined:
        return "en quarantaine"
    return f"{STATES[work.status]} ({work.failures} fois)" if work.failures else STATES[work.status]


def verify(processed: Processed = None) -> None:
    """Vérifie chaque octet des versions gardées contre leur manifeste.

    Codes de sortie : 0 tout est entier, 1 des fichiers ont changé, 2 rien n'est publié.
    """
    from flows import editions

    folder = folder_of(processed)
    if editions.current(folder) is None:
        typer.echo(f"Rien n'est publié dans « {folder} ».", err=True)
        raise typer.Exit(2)
    damaged = False
    for edition in editions.editions(folder):
        found = editions.faults(edition.folder)
        damaged = damaged or bool(found)
        files = len(edition.manifest.get("files", ()))
        typer.echo(
            f"Version {edition.number} : " + (f"entière ({files} fichiers)" if not found else "abîmée")
        )
        for fault in found:
            typer.echo(f"    {fault}")
    if damaged:
        typer.echo("Relancez passerelle run pour publier de nouveau, ou passerelle rollback.", err=True)
        raise typer.Exit(EXIT_DAMAGED)


def versions(processed: Processed = None) -> None:
    """Liste les versions gardées ; la version publiée est marquée d'une flèche."""
    from flows import editions

    known = editions.editions(folder_of(processed))
    for edition in known:
        rows = edition.manifest.get("rows", {})
        mark, when = "→" if edition.is_current else " ", edition.manifest.get("published_at", "?")[:19]
        typer.echo(
            f"{mark} {edition.number:>6}  {when}"
            f"  {rows.get('studies', '?')} études, {rows.get('recommendations', '?')} recommandations"
            f"  {edition.manifest.get('code_version', '?')}"
        )
    if not known:
        typer.echo("Aucune version.")


def rollback(
    version: Annotated[
        str | None, typer.Argument(metavar="[VERSION]", help="Numéro de la version. [défaut : la précédente]")
    ] = None,
    processed: Processed = None,
) -> None:
    """Publie de nouveau une version gardée, en une étape ; les autres restent gardées."""
    from flows import editions, storage
    from flows.errors import RunInProgress, UsageError

    folder = folder_of(processed)
    try:
        with storage.run_lock(folder):
            edition = editions.roll_back(folder, version)
    except UsageError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except RunInProgress as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(6) from None
    typer.echo(f"Version {edition.number} publiée de nouveau dans « {folder} ».")


def folder_of(processed: Path | None) -> Path:
    """The folder of what is published: the one given, else that of the settings."""
    from flows.settings import settings_of

    return settings_of(processed=processed).processed
