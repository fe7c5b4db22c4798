"""The command line ``passerelle``: options in, a run, and its report on the terminal. No logic here.

Exit codes: 0 done, 1 a fault of ours, 2 wrong usage, 3 done with losses, 4 publication withheld, or published and not
handed on to a database, 5 environment incomplete or disk full, 6 another run is going on, 130 interrupted. With
``--json``, standard output holds exactly one JSON document, the :class:`flows.summary.RunSummary`; everything else goes
to standard error.

Heavy modules are imported when a command runs, so that ``passerelle --help`` answers at once.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.add import add
from flows.diff import diff
from flows.evaluate import evaluate
from flows.exchange import exchange
from flows.inspect import inspect
from flows.keeping import rollback, status, verify, versions
from flows.publish_command import publish
from flows.registry import registry
from flows.report.command import report
from flows.review import review
from flows.serve import serve
from flows.show import show

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.summary import Report, RunSummary

EXIT_FAULT, EXIT_USAGE, EXIT_LOSSES, EXIT_WITHHELD, EXIT_ENVIRONMENT, EXIT_BUSY = 1, 2, 3, 4, 5, 6
EXIT_INTERRUPTED = 130
INTERRUPTED = "Interrompu : rien n'a été publié ; ce qui était déjà lu ne sera pas relu."
DISK_FULL = (
    "Plus de place sur le disque : rien n'a été publié, la version en place reste entière. Libérez de la place et "
    "relancez la même commande ; ce qui était déjà lu ne sera pas relu."
)
DISK_FAILS = (
    "Le disque refuse l'écriture ({reason}) : rien n'a été publié, la version en place reste entière. Faites "
    "vérifier le disque ou ses droits, ou donnez un autre dossier (--processed), et relancez la même commande."
)
PREFECT_AWAY = (
    "Le serveur Prefect ne répond plus : l'exécution s'est terminée sans lui, comme dit ci-dessus ; il peut la montrer "
    "encore en cours."
)
STOPPING_SECONDS = 10
EXIT_CODES = {"done": 0, "done_with_losses": EXIT_LOSSES}

QUIET_PREFECT = {
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "DO_NOT_TRACK": "1",
}
"""What keeps Prefect's own messages off the terminal; a value that the user set stays.

CRITICAL, since on a busy machine the temporary server loses a heartbeat, which Prefect logs as an error with
its trace, and the run goes on; what stops a run is reported by :func:`run` itself.
"""

app = typer.Typer(
    name="passerelle",
    help="Pays, institutions et recommandations des études de politique publique, en tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    for asked_to_stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_stop, _interrupt)
    try:
        app()
    except SystemExit as end:
        if _prefect_went_away():
            _end_without_prefect(end.code if isinstance(end.code, int) else EXIT_FAULT)
        raise
    sys.exit(0)


def _prefect_went_away() -> bool:
    """Whether the server of Prefect answered no more during a run of this process."""
    board = sys.modules.get("flows.board")
    return board is not None and board.AWAY.is_set()


def _end_without_prefect(code: int) -> NoReturn:
    """End with a code at once: Prefect would try for minutes to tell its server what happened."""
    print(PREFECT_AWAY, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """Stop in order when asked once; at once when asked again or when order takes too long.

    It does with Prefect: Ctrl-C also reaches its temporary server, which its client then tries to tell.
    """
    for asked_to_stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_stop, lambda *_: _leave())
    deadline = threading.Timer(STOPPING_SECONDS, _leave)
    deadline.daemon = True
    deadline.start()
    raise KeyboardInterrupt


def _leave() -> NoReturn:
    """Leave without another word to Prefect; workers end when their pipe closes, the system frees the lock."""
    show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    os.write(sys.stderr.fileno(), f"{show_cursor}\n{INTERRUPTED}\n".encode())
    os._exit(EXIT_INTERRUPTED)


@app.callback()
def commands() -> None:
    """Pays, institutions et recommandations des études de politique publique, en tables."""


@app.command()
def run(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CHEMIN…]",
            help="Fichiers PDF ou HTML, ou dossiers (parcourus en entier). [défaut : le catalogue et raw/inbox]",
        ),
    ] = None,
    raw: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Dossier des sources conservées. [défaut : raw]")
    ] = None,
    processed: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Dossier des tables publiées. [défaut : processed]")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processus de lecture. [défaut : nombre de cœurs]")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NOM", help="Modèle spaCy. [défaut : fr_core_news_md]")
    ] = None,
    prefect: Annotated[
        bool, typer.Option("--prefect/--no-prefect", help="Passer par Prefect, ou non. Mêmes tables.")
    ] = True,
    allow_private: Annotated[
        bool | None,
        typer.Option("--allow-private", help="Lire aussi des adresses qui ne sont pas publiques (intranet)."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Relire aussi ce qui est déjà lu.")] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Réessayer ce qui a échoué, quarantaine comprise.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Ne lire que ce document (empreinte, étude ou fichier) ; répétable."),
    ] = None,
    accept_fall: Annotated[
        bool,
        typer.Option(
            "--accept-fall", help="Publier même si des tables perdent plus de 20 % de leurs lignes."
        ),
    ] = False,
    runner: Annotated[
        str | None,
        typer.Option(metavar="OÙ", help="local, ou dask (une grappe qui existe). [défaut : local]"),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADRESSE", help="Grappe Dask : tcp://hôte:8786.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Écrire le bilan en JSON sur la sortie standard.")
    ] = False,
) -> None:
    """Extrait les tables des documents indiqués et les publie.

    Sans chemin : les études du catalogue (raw/catalogue.toml), collectées sur le web, et les fichiers déposés
    dans raw/inbox. Les tables publiées sont celles de ces documents, et d'eux seuls. Un document déjà traité
    n'est relu que si ses octets, le code, les vocabulaires ou le modèle ont changé.

    Codes de sortie : 0 terminé, 1 erreur du programme, 2 commande incorrecte, 3 terminé mais certains
    documents ou pages n'ont pas pu être utilisés, 4 publication retenue (une table a perdu plus de 20 % de ses
    lignes) ou base PostgreSQL pas à jour (tout le reste est publié), 5 installation incomplète ou disque plein,
    6 une autre exécution est en cours, 130 interrompu.
    """
    from flows.errors import NotHandedOn
    from flows.settings import settings_of
    from flows.terminal import Terminal

    terminal = Terminal(as_json=as_json)
    try:
        settings = settings_of(
            raw=raw,
            processed=processed,
            workers=workers,
            model=model,
            allow_private=allow_private,
            runner=runner,
            scheduler=scheduler,
        )
        terminal.preparing("Démarrage de Prefect" if prefect else "Démarrage")
        demand = {"force": force, "failed": failed, "only": tuple(only or ()), "accept_fall": accept_fall}
        summary = _run(settings, paths or [], terminal, demand, with_prefect=prefect)
    except KeyboardInterrupt:
        terminal.failed(INTERRUPTED)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except NotHandedOn as error:
        terminal.finished(error.summary)
        terminal.failed(str(error))
        raise typer.Exit(EXIT_WITHHELD) from None
    except Exception as error:
        code, message = _explain(error)
        terminal.failed(message, error if code == EXIT_FAULT else None)
        raise typer.Exit(code) from None
    terminal.finished(summary)
    raise typer.Exit(EXIT_CODES[summary.outcome])


def _run(
    settings: Settings, paths: list[Path], report: Report, demand: Mapping[str, Any], *, with_prefect: bool
) -> RunSummary:
    from flows import storage

    storage.reserve(settings.processed)  # a rival is told at once, not when both have loaded everything
    if settings.runner == "local" and not storage.ledger_path(settings.processed).exists():
        _load_model_meanwhile(settings)
    from flows.reading import Demand

    if not with_prefect:
        from flows.pipeline import run as run_pipeline

        return run_pipeline(settings, paths, report=report, demand=Demand(**demand))
    for name, value in QUIET_PREFECT.items():
        os.environ.setdefault(name, value)
    from flows.extract import run_flow

    return run_flow(settings, paths, report, Demand(**demand))


def _load_model_meanwhile(settings: Settings) -> None:
    """Have the model loaded while this process imports the rest: where nothing was ever read, everything will be."""
    from flows.forking import start_server
    from flows.versions import check_model

    check_model(settings.model, allow_unknown=settings.allow_unknown_model)
    start_server(settings.model)


def _explain(error: Exception) -> tuple[int, str]:
    """The exit code and message (French) for what stopped a run."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError) and error.title == "Settings":
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))} = {e['input']!r}" for e in error.errors())
        return EXIT_USAGE, f"Réglage incorrect : {wrong}. Voyez passerelle run --help."
    for kinds, code in _named_errors():
        if isinstance(error, kinds):
            return code, str(error)
    if _is_disk_full(error):
        return EXIT_ENVIRONMENT, DISK_FULL
    if isinstance(error, OSError) and error.errno in (errno.EIO, errno.EROFS):
        return EXIT_ENVIRONMENT, DISK_FAILS.format(reason=error.strerror)
    logging.getLogger(__name__).debug("run failed", exc_info=error)
    return EXIT_FAULT, f"Erreur du programme ; rien n'a été publié. {type(error).__name__} : {error}"


def _named_errors() -> list[tuple[tuple[type[Exception], ...], int]]:
    from flows.errors import (
        EnvironmentIncomplete,
        NewerLedger,
        NotAllRead,
        PublicationWithheld,
        RunInProgress,
        UsageError,
    )

    return [
        ((UsageError,), EXIT_USAGE),
        ((PublicationWithheld, NotAllRead), EXIT_WITHHELD),
        ((EnvironmentIncomplete, NewerLedger), EXIT_ENVIRONMENT),
        ((RunInProgress,), EXIT_BUSY),
    ]


def _is_disk_full(error: BaseException) -> bool:
    """Whether there was no room left for a file, whoever says so."""
    import sqlite3

    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorname", "") in ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


app.command()(add)
app.command()(diff)
app.command()(evaluate)
app.command()(inspect)
app.command()(publish)
app.command()(serve)
app.command()(rollback)
app.command()(status)
app.command()(verify)
app.command()(versions)
app.command()(report)
app.command()(show)
app.add_typer(registry, name="registry")
app.add_typer(review, name="review")
app.add_typer(exchange, name="exchange")


if __name__ == "__main__":
    main()
