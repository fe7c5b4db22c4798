"""What stops a run, with messages in French for whoever started it."""

from __future__ import annotations

from pathlib import Path

from schemas.errors import PipelineError


class UsageError(PipelineError):
    """What was asked for makes no sense: a path that is not there, a setting out of range."""


class RunInProgress(PipelineError):  # noqa: N818 - named by what it is about
    """Another run holds the folder of what is published."""

    def __init__(self, processed: Path) -> None:
        super().__init__(
            f"Une autre exécution est en cours dans « {processed} » : attendez sa fin, "
            "ou choisissez un autre dossier avec --processed."
        )


class EnvironmentIncomplete(PipelineError):  # noqa: N818
    """Something that should be installed is not."""
