"""What stops a run, with messages in French for whoever started it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import PipelineError

if TYPE_CHECKING:
    from flows.summary import RunSummary


class UsageError(PipelineError):
    """What was asked for makes no sense: a path that is not there, a setting out of range."""


class RunInProgress(PipelineError):  # noqa: N818 - named by what it is about
    """Another run holds the folder of what is published."""

    def __init__(self, processed: Path, message: str | None = None) -> None:
        super().__init__(
            message
            or f"Une autre exécution est en cours dans « {processed} » : attendez sa fin, "
            "ou choisissez un autre dossier avec --processed."
        )


class EnvironmentIncomplete(PipelineError):  # noqa: N818
    """Something that should be installed is not."""


class PublicationWithheld(PipelineError):  # noqa: N818
    """A version that is not published unless somebody says so."""

    def __init__(self, falls: Sequence[str], gone: Sequence[str]) -> None:
        lost = (
            f" Études publiées qui ne sont plus données : {len(gone)} ({', '.join(gone[:5])}…)."
            if gone
            else ""
        )
        super().__init__(
            "Publication retenue : des tables ont perdu plus de 20 % de leurs lignes. "
            f"{' ; '.join(falls)}.{lost} La version publiée reste en place. Si c'est voulu, relancez la même "
            "commande avec --accept-fall : rien ne sera relu."
        )


class NotAllRead(PipelineError):  # noqa: N818
    """Documents that ``--only`` left aside and that no earlier run has read."""

    def __init__(self, file_names: Sequence[str]) -> None:
        super().__init__(
            f"Publication retenue : {len(file_names)} documents que --only laisse de côté n'ont pas encore été lus "
            f"({', '.join(file_names[:5])}…). Relancez sans --only."
        )


class DatabaseNotUpdated(PipelineError):  # noqa: N818
    """A database that did not take the version in; what is on disk stays published."""


class NotHandedOn(PipelineError):  # noqa: N818
    """A run that published its version and could not hand it on; ``summary`` is what it says of itself."""

    def __init__(self, faults: Sequence[str], summary: RunSummary) -> None:
        super().__init__(" ".join(faults))
        self.faults, self.summary = tuple(faults), summary


class NewerLedger(PipelineError):  # noqa: N818
    """A ledger that this version of the program does not know how to keep."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"« {path} » a été écrit par une version plus récente du programme : mettez celui-ci à jour, ou "
            "choisissez un autre dossier avec --processed. Rien n'a été touché."
        )
