"""One request and its answer: the headers that matter, and the whole body in a file, or why not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpcore
import httpx

from flows.web.body import Body, receive
from flows.web.limits import Limits
from flows.web.network import AddressPolicy, CheckedTransport, Clock, TimedStream
from flows.web.outcomes import Failure
from schemas.tables import FetchCode

ACCEPTED = {
    "Accept": "application/pdf,text/html;q=0.9,application/xhtml+xml;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "fr,en;q=0.5",
    "Connection": "close",
}
AFTER_END_SECONDS = 1.0
REDIRECTIONS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: ``location`` for a redirection, ``body`` for a success, neither for 304."""

    status: int
    headers: Mapping[str, str]
    location: str | None = None
    body: Body | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asker:
    """Sends requests under one name, within limits, to allowed addresses."""

    user_agent: str
    limits: Limits
    policy: AddressPolicy
    certificates: ssl.SSLContext

    def ask(self, address: str, headers: Mapping[str, str], file: Path) -> Reply:
        """Send a request and receive its answer; the body of a success goes to ``file``.

        Raises:
            Failure: for anything but a success, a redirection or 304.
        """
        clock = Clock(self.limits.total)
        timeout = httpx.Timeout(self.limits.read, connect=self.limits.connect)
        request = httpx.Request(
            "GET",
            address,
            headers=ACCEPTED | {"User-Agent": self.user_agent} | dict(headers),
            extensions={"timeout": timeout.as_dict()},
        )
        # the transport alone, not a client: no cookies, no redirections, no header that we did not write
        with (
            _explained(),
            CheckedTransport(self.policy, clock, self.certificates) as transport,
            closing(transport.handle_request(request)) as response,
        ):
            return self._reply(response, file)

    def _reply(self, response: httpx.Response, file: Path) -> Reply:
        status, headers = response.status_code, dict(response.headers)
        if status in REDIRECTIONS and headers.get("location"):
            return Reply(status, headers, location=headers["location"])
        if status == 304:
            return Reply(status, headers)
        if status not in (200, 203):
            raise refusal(status, headers.get("retry-after"))
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self.limits.wire:
            raise Failure("too_large", f"la réponse annonce {int(declared) / 1e6:.0f} Mo")
        with _cut_short():
            body = receive(response.iter_raw(), headers.get("content-encoding", ""), file, self.limits)
        return Reply(status, headers, body=body, flags=tuple(self._flags(response, declared)))

    def _flags(self, response: httpx.Response, declared: str) -> Iterator[str]:
        """What was odd about the length of a body: none declared, or more bytes than declared."""
        if response.headers.get("transfer-encoding"):
            return
        if not declared:
            yield "without_length"
            return
        stream = response.extensions["network_stream"]
        if isinstance(stream, TimedStream):
            with suppress(httpcore.ReadTimeout, httpcore.ReadError):  # nothing more comes
                stream.read(1, AFTER_END_SECONDS)
            if declared.isdecimal() and stream.body_bytes > int(declared):
                yield "longer_than_declared"


def refusal(status: int, retry_after: str | None) -> Failure:
    """The failure that a status means."""
    found = f"le site répond {status}"
    wait = seconds_to_wait(retry_after) if status in (429, 503) else None
    if status == 429 or (status == 503 and wait is not None):
        asked = "" if wait is None else f" et demande d'attendre {wait:.0f} s"
        return Failure("host_waiting", found + asked, wait)
    by_status: dict[int, FetchCode] = {
        **dict.fromkeys((401, 402, 403, 407, 451), "access_denied"),
        **dict.fromkeys((404, 410), "not_found"),
    }
    code = by_status.get(status, "server_error" if status >= 500 else "unexpected_answer")
    return Failure(code, found)


def seconds_to_wait(retry_after: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or a date (RFC 9110, section 10.2.3)."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after.strip()[:9])
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what httpx raises into failures of our list."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise Failure("too_slow", "le site ne répond pas à temps") from error
    except httpx.ConnectError as error:
        if is_of_tls(error):
            raise Failure("tls_failed", f"connexion chiffrée refusée ({certificate_fault(error)})") from error
        raise Failure("connection_failed", "le site ne se laisse pas joindre") from error
    except httpx.HTTPError as error:
        raise Failure("connection_failed", "le site répond hors du protocole HTTP") from error


@contextmanager
def _cut_short() -> Iterator[None]:
    """A connection that ends in the middle of a body is a body cut short."""
    try:
        yield
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        raise Failure("truncated", "la réponse s'est arrêtée avant sa fin") from error


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def is_of_tls(error: BaseException) -> bool:
    """Whether an error comes from the encryption of a connection."""
    return any(isinstance(cause, ssl.SSLError) for cause in _causes(error))


def certificate_fault(error: BaseException) -> str:
    """What is wrong with a certificate, in the words of OpenSSL."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return str(cause.verify_message)
    return "échec de TLS"
