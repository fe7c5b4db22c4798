"""What can go wrong, in four classes. Messages say what was found, what was expected and what to do next."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of our own errors."""


class UnreadableDocument(PipelineError):  # noqa: N818 - named by what it is about
    """A document that cannot be used; it becomes a row of ``rejects``.

    ``code`` is one of the reject codes of ``schemas.tables``; ``message`` is in French, for the researcher.
    """

    def __init__(self, code: str, message: str, page: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.page = page


class UnknownTerm(PipelineError):  # noqa: N818
    """A term outside a closed vocabulary, found while loading one."""


class TableError(PipelineError):
    """Rows that break the contract: duplicate key, orphan reference, invalid value."""
