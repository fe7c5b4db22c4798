"""What a fetch may end in: a body, the news that nothing changed, or a failure of a closed list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from schemas.document import MediaType
from schemas.tables import FetchCode

Expected = Literal["any", "pdf", "page"]
FetchVerdict = Literal["fetched", "not_modified", FetchCode]
TRANSIENT: frozenset[FetchCode] = frozenset(
    {"host_unknown", "connection_failed", "server_error", "truncated", "host_waiting", "robots_unavailable"}
)
"""Failures that another attempt may mend."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer said that tells whether its body still holds (RFC 9110, section 8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The headers of a conditional request."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value for name, value in pairs if value}


NOTHING_KNOWN = Validators()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to fetch: its address, what it should be, and what is known from before."""

    address: str
    expected: Expected = "any"
    validators: Validators = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole body. ``file`` is a temporary file that lives as long as its fetcher."""

    wanted: Wanted
    address: str
    """Where the redirections led."""
    file: Path
    sha256: str
    size: int
    media_type: MediaType
    declared_type: str
    validators: Validators
    flags: tuple[str, ...]
    """What was odd: ``longer_than_declared``, ``without_length``, ``type_differs``, ``no_end_mark``."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """What was kept still holds."""

    wanted: Wanted
    address: str


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """Nothing that can be used; ``message`` says in French what was found and what to do."""

    wanted: Wanted
    code: FetchCode
    message: str


Answer = Fetched | NotModified | FetchFailed


def verdict_of(answer: Answer) -> FetchVerdict:
    """The verdict on an answer, of the closed list."""
    if isinstance(answer, FetchFailed):
        return answer.code
    return "fetched" if isinstance(answer, Fetched) else "not_modified"


class Failure(Exception):  # noqa: N818 - named by what it is about
    """A hop that failed; ``retry_after`` is what the host asks for, in seconds."""

    def __init__(self, code: FetchCode, found: str, retry_after: float | None = None) -> None:
        super().__init__(f"{found[:1].upper()}{found[1:]} : {WHAT_TO_DO[code]}")
        self.code: FetchCode = code
        self.found = found
        self.retry_after = retry_after


BY_HAND = "téléchargez le document dans un navigateur et déposez-le dans le dossier inbox"
WHAT_TO_DO: dict[FetchCode, str] = {
    "address_invalid": "corrigez l'adresse dans le catalogue.",
    "address_refused": "seules les adresses publiques sont lues ; pour un intranet, ajoutez --allow-private.",
    "robots_disallowed": f"le site ne veut pas de lecture automatique ; {BY_HAND}.",
    "robots_unavailable": "la prochaine exécution réessaiera.",
    "host_unknown": "vérifiez l'adresse ou la connexion ; la prochaine exécution réessaiera.",
    "connection_failed": "vérifiez la connexion ; la prochaine exécution réessaiera.",
    "tls_failed": f"le certificat du site n'est pas sûr, rien n'a été lu ; {BY_HAND}.",
    "too_slow": f"la prochaine exécution réessaiera ; sinon, {BY_HAND}.",
    "too_large": f"vérifiez l'adresse ; sinon, {BY_HAND}.",
    "too_many_redirects": "corrigez l'adresse dans le catalogue.",
    "truncated": f"la prochaine exécution réessaiera ; sinon, {BY_HAND}.",
    "access_denied": f"{BY_HAND}.",
    "not_found": "cherchez la nouvelle adresse du document et corrigez le catalogue.",
    "server_error": "la prochaine exécution réessaiera.",
    "unexpected_answer": f"vérifiez l'adresse ; sinon, {BY_HAND}.",
    "host_waiting": "la prochaine exécution réessaiera.",
    "login_wall": f"{BY_HAND}.",
    "empty_answer": f"la prochaine exécution réessaiera ; sinon, {BY_HAND}.",
    "wrong_type": f"vérifiez l'adresse ; sinon, {BY_HAND}.",
    "missing_document": f"{BY_HAND}.",
    "not_refreshed": "la copie gardée est employée ; la prochaine exécution réessaiera.",
}
if set(WHAT_TO_DO) != set(get_args(FetchCode)):  # a code without advice would fail on the day it is needed
    raise TypeError("WHAT_TO_DO does not cover FetchCode")
