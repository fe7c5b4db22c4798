"""Fetching from a web that lies, drips, loops and hides: every case of docs/reliability.md on a real server."""

from __future__ import annotations

import gzip
import socket
import ssl
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from loopback import Asked, Route, Send, Site, answer, head, redirect, serving

from flows.web.fetcher import Fetcher
from flows.web.limits import Limits
from flows.web.memory import WebMemory
from flows.web.outcomes import (
    Answer,
    Expected,
    Fetched,
    FetchFailed,
    FetchVerdict,
    NotModified,
    Validators,
    Wanted,
    verdict_of,
)

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]

QUICK = Limits(
    connect=1,
    read=0.5,
    total=1.5,
    slow_after=0.4,
    wire=300_000,
    decoded=3_000_000,
    attempts=1,
    pace=0.0,
    back_off=0.05,
    longest_wait=1,
)
PAGE = b"<!doctype html><html><body><p>" + b"Une \xc3\xa9tude. " * 200 + b"</p></body></html>"
PDF = b"%PDF-1.7\n" + b"0" * 2000 + b"\n%%EOF\n"
SOON_SECONDS = 2

CONNECTED: list[tuple[str, int]] = []
"""Every address that this process has connected to."""


def note_connection(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        CONNECTED.append(arguments[1][:2])


sys.addaudithook(note_connection)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as served:
        yield served


@pytest.fixture
def memory(tmp_path: Path) -> WebMemory:
    return WebMemory(tmp_path / "web")


def fetch(
    memory: WebMemory,
    *wanted: Wanted | str,
    limits: Limits = QUICK,
    allow_private: bool = True,
    keep: dict[str, bytes] | None = None,
) -> list[Answer]:
    items = [Wanted(item) if isinstance(item, str) else item for item in wanted]
    with Fetcher(
        "passerelle/0 (+mailto:test@example.org)", memory, limits=limits, allow_private=allow_private
    ) as f:
        answers = list(f.fetch(items))
        if keep is not None:
            keep.update({a.address: a.file.read_bytes() for a in answers if isinstance(a, Fetched)})
    return sorted(answers, key=lambda a: items.index(a.wanted))


def drip(data: bytes, every: float = 0.1, before: bytes = b"") -> Route:
    def route(_: Asked, send: Send) -> None:
        send(before)
        for byte in data:
            send(bytes([byte]))
            time.sleep(every)

    return route


def send_all(data: bytes) -> Route:
    return lambda _, send: send(data)


def wait_then(seconds: float, data: bytes = b"") -> Route:
    def route(_: Asked, send: Send) -> None:
        time.sleep(seconds)
        send(data)

    return route


OK = {"Content-Type": "text/html"}
SQUEEZED = OK | {"Content-Encoding": "gzip"}
CHUNKED = OK | {"Transfer-Encoding": "chunked"}
GZIPPED = gzip.compress(PAGE * 20)
THIRD = GZIPPED[: len(GZIPPED) // 3]
CHUNK = b"%x\r\n%s\r\n" % (len(PAGE), PAGE)
LOGIN = b"<html><body><form><input type='password' name='p'></form></body></html>"


def sends(status: str, headers: dict[str, object], body: bytes = b"") -> Route:
    return lambda _, send: send(head(status, headers) + body)  # type: ignore[arg-type]


def whole(body: bytes, kind: str = "text/html", encoding: str = "identity", **headers: str) -> Route:
    return lambda _, send: send(answer(body, kind, Content_Encoding=encoding, **headers))


def status(line: str, **headers: str) -> Route:
    return lambda _, send: send(answer(b"", status=line, **headers))


def slowly(_: Asked, send: Send) -> None:
    send(head("200 OK", OK))
    for _ in range(40):
        send(b"x" * 10)
        time.sleep(0.1)


def endless_headers(_: Asked, send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\n")
    time.sleep(4)


DECLARED = {"Content-Length": len(PAGE)}
CASES: list[tuple[str, Route, FetchVerdict, Expected]] = [
    ("page", whole(PAGE), "fetched", "any"),
    ("pdf", whole(PDF, "application/pdf"), "fetched", "pdf"),
    ("chunked", sends("200 OK", CHUNKED, CHUNK + b"0\r\n\r\n"), "fetched", "any"),
    ("gzip", whole(GZIPPED, encoding="gzip"), "fetched", "any"),
    ("gzip-without-length", sends("200 OK", SQUEEZED, GZIPPED), "fetched", "any"),
    ("gzip-two-members", whole(GZIPPED * 2, encoding="gzip"), "fetched", "any"),
    ("deflate", whole(zlib.compress(PAGE), encoding="deflate"), "fetched", "any"),
    ("deflate-raw", whole(zlib.compress(PAGE, wbits=-15), encoding="deflate"), "fetched", "any"),
    ("shorter", sends("200 OK", OK | {"Content-Length": len(PAGE) + 500}, PAGE), "truncated", "any"),
    ("longer", sends("200 OK", OK | DECLARED, PAGE + b"more"), "fetched", "any"),
    ("chunked-cut", sends("200 OK", CHUNKED, CHUNK), "truncated", "any"),
    ("gzip-cut", sends("200 OK", SQUEEZED, THIRD), "truncated", "any"),
    ("gzip-cut-with-length", whole(THIRD, encoding="gzip"), "truncated", "any"),
    ("gzip-damaged", whole(b"\x1f\x8bnot gzip", encoding="gzip"), "unexpected_answer", "any"),
    ("encoding-not-asked-for", whole(PAGE, encoding="br"), "unexpected_answer", "any"),
    ("gzip-bomb", whole(gzip.compress(bytes(20_000_000)), encoding="gzip"), "too_large", "any"),
    ("large-as-declared", sends("200 OK", OK | {"Content-Length": 10**9}, PAGE), "too_large", "any"),
    ("large-without-saying", sends("200 OK", OK, PAGE + b" " * 400_000), "too_large", "any"),
    ("drip", drip(PAGE, before=head("200 OK", OK)), "too_slow", "any"),
    ("drip-in-headers", drip(answer(PAGE)), "too_slow", "any"),
    ("slow", slowly, "too_slow", "any"),
    ("silent", wait_then(4), "too_slow", "any"),
    ("headers-never-end", endless_headers, "too_slow", "any"),
    ("header-of-200-kb", whole(PAGE, X_Long="x" * 200_000), "connection_failed", "any"),
    ("500-headers", whole(PAGE, **{f"X_{n}": "y" for n in range(500)}), "fetched", "any"),
    ("not-http", send_all(b"SSH-2.0-OpenSSH_9.2\r\n"), "connection_failed", "any"),
    ("closed-at-once", send_all(b""), "connection_failed", "any"),
    ("loop", redirect("/loop"), "too_many_redirects", "any"),
    ("to-file", redirect("file:///etc/passwd"), "address_invalid", "any"),
    ("to-javascript", redirect("javascript:alert(1)"), "address_invalid", "any"),
    ("to-password", redirect("http://user:secret@127.0.0.1/"), "address_invalid", "any"),
    ("to-metadata", redirect("http://169.254.169.254/latest/meta-data/"), "address_refused", "any"),
    ("to-everywhere", redirect("http://0.0.0.0:9/"), "address_refused", "any"),
    ("to-link-local", redirect("http://[fe80::1]/"), "address_refused", "any"),
    ("to-mapped", redirect("http://[::ffff:169.254.169.254]/"), "address_refused", "any"),
    ("to-long", redirect("/" + "a" * 3000), "address_invalid", "any"),
    ("to-page", redirect("/page"), "fetched", "any"),
    ("page-for-pdf", whole(PAGE, "application/pdf"), "wrong_type", "pdf"),
    ("pdf-for-page", whole(PDF), "wrong_type", "page"),
    ("pdf-as-html", whole(PDF), "fetched", "pdf"),
    ("zip", whole(b"PK\x03\x04" + bytes(500), "application/pdf"), "wrong_type", "any"),
    ("login", whole(LOGIN), "login_wall", "any"),
    ("to-login", redirect("/auth/login?next=x"), "login_wall", "pdf"),
    ("auth/login?next=x", whole(PAGE), "fetched", "any"),
    ("empty", whole(b""), "empty_answer", "any"),
    (
        "pdf-without-proof",
        sends("200 OK", {"Content-Type": "application/pdf"}, PDF[:1500]),
        "truncated",
        "pdf",
    ),
    ("unasked-304", sends("304 Not Modified", {}), "unexpected_answer", "any"),
    ("partial", send_all(answer(PAGE, status="206 Partial Content")), "unexpected_answer", "any"),
    ("401", status("401 x"), "access_denied", "any"),
    ("403", status("403 x"), "access_denied", "any"),
    ("404", status("404 x"), "not_found", "any"),
    ("410", status("410 x"), "not_found", "any"),
    ("418", status("418 x"), "unexpected_answer", "any"),
    ("429", status("429 x"), "host_waiting", "any"),
    ("429-for-an-hour", status("429 x", Retry_After="3600"), "host_waiting", "any"),
    ("500", status("500 x"), "server_error", "any"),
    ("503", status("503 x"), "server_error", "any"),
]
FLAGS = {
    "longer": "longer_than_declared",
    "gzip-without-length": "without_length",
    "pdf-as-html": "type_differs",
}


@pytest.mark.parametrize(
    ("case", "verdict", "expected"), [(c[0], *c[2:]) for c in CASES], ids=[c[0] for c in CASES]
)
def test_every_case_has_its_verdict_within_its_time(
    case: str, verdict: FetchVerdict, expected: Expected, site: Site, memory: WebMemory
) -> None:
    site.routes |= {f"/{name}": route for name, route, _, _ in CASES}
    already, began = len(CONNECTED), time.monotonic()
    (answered,) = fetch(memory, Wanted(site.url(f"/{case}"), expected))
    assert verdict_of(answered) == verdict, answered
    assert time.monotonic() - began <= QUICK.total + SOON_SECONDS
    assert set(CONNECTED[already:]) <= {("127.0.0.1", site.port)}
    if isinstance(answered, FetchFailed):
        assert "secret" not in answered.message
        assert ":" in answered.message
        assert answered.message.endswith(".")
    if case in FLAGS:
        assert isinstance(answered, Fetched)
        assert FLAGS[case] in answered.flags


def test_bodies_arrive_whole(site: Site, memory: WebMemory) -> None:
    kept: dict[str, bytes] = {}
    expected = {
        "gzip": PAGE * 20,
        "gzip-two-members": PAGE * 40,
        "deflate-raw": PAGE,
        "longer": PAGE,
    }
    site.routes |= {f"/{name}": route for name, route, _, _ in CASES}
    fetch(memory, *(site.url(f"/{name}") for name in expected), keep=kept)
    assert kept == {site.url(f"/{name}"): body for name, body in expected.items()}


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "localhost", "2130706433", "0x7f.1", "017700000001", "[::1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[fd00:ec2::254]"),
        *("[fc00::1]", "[fe80::1]", "[fec0::1]", "0.0.0.0", "0", "[::]", "224.0.0.1", "240.0.0.1"),  # noqa: S104 - never bound
        *("255.255.255.255", "192.0.2.1", "198.18.0.1", "[2001:db8::1]", "[ff02::1]"),
    ],
)
def test_addresses_that_are_not_public_get_no_connection(address: str, memory: WebMemory) -> None:
    already = len(CONNECTED)
    (answered,) = fetch(memory, f"http://{address}/", allow_private=False)
    assert verdict_of(answered) == "address_refused", answered
    assert CONNECTED[already:] == []


def test_other_ports_are_refused(memory: WebMemory) -> None:
    already = len(CONNECTED)
    (answered,) = fetch(memory, "http://93.184.216.34:22/", allow_private=False)
    assert verdict_of(answered) == "address_refused"
    assert CONNECTED[already:] == []


def test_a_name_is_resolved_once_and_that_address_is_used(
    site: Site, memory: WebMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its meaning between check and use (DNS rebinding) gains nothing."""
    answers = iter(["127.0.0.1", "127.0.0.1", "169.254.169.254"])
    asked: list[str] = []

    def changing(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *a, **k: (
            changing(host, port) if host == "rebind.example" else real(host, port, *a, **k)
        ),
    )
    site.serve("/page", PAGE)
    already = len(CONNECTED)
    first, second = fetch(memory, *(site.url(f"/page{n}", "rebind.example") for n in ("", "?2")))
    assert [verdict_of(first), verdict_of(second)] == ["fetched", "address_refused"]
    assert asked == ["rebind.example"] * 3  # robots.txt, the page, the other page: once for each connection
    assert set(CONNECTED[already:]) == {("127.0.0.1", site.port)}


def test_a_name_with_one_bad_address_is_refused(memory: WebMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    already = len(CONNECTED)
    (answered,) = fetch(memory, "http://mixed.example/", allow_private=False)
    assert verdict_of(answered) == "address_refused"
    assert CONNECTED[already:] == []


@pytest.mark.parametrize(
    "address", ["ftp://a.org/x", "http://", "http://u:p@a.org/", "x", "http://a.org:99999/"]
)
def test_addresses_that_make_no_sense(address: str, memory: WebMemory) -> None:
    (answered,) = fetch(memory, address)
    assert verdict_of(answered) == "address_invalid"


def test_names_and_ports_where_nobody_is(memory: WebMemory) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        (answered,) = fetch(memory, f"http://127.0.0.1:{port}/")
    assert verdict_of(answered) == "connection_failed"
    (answered,) = fetch(memory, "http://nowhere.invalid/")
    assert verdict_of(answered) == "host_unknown"


def test_certificates_are_verified(site: Site, memory: WebMemory, tmp_path: Path) -> None:
    trustme = pytest.importorskip("cryptography.x509")
    del trustme
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    listener = socket.create_server(("127.0.0.1", 0))
    import threading

    def answer_one() -> None:
        for _ in range(2):
            try:
                connection, _ = listener.accept()
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(1000)
                    secure.sendall(answer(PAGE))
            except OSError:
                continue

    thread = threading.Thread(target=answer_one, daemon=True)
    thread.start()
    (answered,) = fetch(memory, f"https://127.0.0.1:{listener.getsockname()[1]}/")
    listener.close()
    assert verdict_of(answered) == "tls_failed", answered
    assert "certificat" in str(answered)


def self_signed(folder: Path) -> Path:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
    )
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return file


# -- robots.txt ----------------------------------------------------------------------------------------------


def test_robots_are_obeyed_and_asked_once_a_day(site: Site, memory: WebMemory) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: passerelle\nDisallow: /private\nCrawl-delay: 0.3\n"
    site.serve("/robots.txt", rules, "text/plain")
    site.serve("/page", PAGE)
    site.serve("/page?2", PAGE)
    answers = fetch(memory, site.url("/page"), site.url("/private/x"), site.url("/page?2"))
    assert [verdict_of(a) for a in answers] == ["fetched", "robots_disallowed", "fetched"]
    assert site.paths() == ["/page", "/page?2"]
    assert site.asked[-1].at - site.asked[-2].at >= 0.3  # the pace that the site asks for
    fetch(memory, site.url("/page"))
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1
    assert "passerelle/" in site.asked[0].headers["user-agent"]
    assert "mailto:test@example.org" in site.asked[0].headers["user-agent"]


@pytest.mark.parametrize(
    ("line", "verdict"),
    [("404 Not Found", "fetched"), ("403 Forbidden", "fetched"), ("503 x", "robots_unavailable"),
     ("500 x", "robots_unavailable"), ("429 x", "robots_unavailable")],
)  # fmt: skip
def test_robots_that_cannot_be_had(line: str, verdict: str, site: Site, memory: WebMemory) -> None:
    site.routes["/robots.txt"] = send_all(answer(b"", status=line))
    site.serve("/page", PAGE)
    (answered,) = fetch(memory, site.url("/page"))
    assert verdict_of(answered) == verdict
    assert site.paths() == (["/page"] if verdict == "fetched" else [])


def test_robots_may_be_elsewhere(site: Site, memory: WebMemory) -> None:
    site.routes["/robots.txt"] = redirect("/rules")
    site.serve("/rules", b"User-agent: *\nDisallow: /page", "text/plain")
    (answered,) = fetch(memory, site.url("/page"))
    assert verdict_of(answered) == "robots_disallowed"


def test_rules_hold_after_a_redirection(site: Site, memory: WebMemory) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /hidden", "text/plain")
    site.routes["/open"] = redirect("/hidden")
    site.serve("/hidden", PAGE)
    (answered,) = fetch(memory, site.url("/open"))
    assert verdict_of(answered) == "robots_disallowed"
    assert site.paths() == ["/open"]


# -- Politeness ----------------------------------------------------------------------------------------------


def test_one_connection_to_a_host_at_a_time_and_a_pace(site: Site, memory: WebMemory) -> None:
    for n in range(4):
        site.routes[f"/{n}"] = wait_then(0.1, answer(PAGE))
    limits = Limits(pace=0.2)
    fetch(memory, *(site.url(f"/{n}") for n in range(4)), limits=limits)
    assert site.most_at_once == 1
    moments = [asked.at for asked in site.asked]
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(moments))


def test_hosts_do_not_wait_for_each_other(site: Site, memory: WebMemory) -> None:
    site.routes["/slow"] = wait_then(0.8, answer(PAGE))
    with serving(Site()) as other:
        other.serve("/quick", PAGE)
        with Fetcher("x", memory, limits=Limits(pace=0), allow_private=True) as fetcher:
            wanted = [Wanted(site.url("/slow")), Wanted(other.url("/quick", "localhost"))]
            order = [answered.wanted.address for answered in fetcher.fetch(wanted)]
    assert order == [other.url("/quick", "localhost"), site.url("/slow")]


def test_a_host_that_asks_to_wait_is_left_for_a_later_run(site: Site, memory: WebMemory) -> None:
    later = formatdate(time.time() + 3600, usegmt=True)
    site.routes["/busy"] = send_all(answer(b"", status="429 Too Many Requests", Retry_After=later))
    site.serve("/page", PAGE)
    began = time.monotonic()
    answers = fetch(memory, site.url("/busy"), site.url("/page"), limits=Limits(pace=0))
    assert [verdict_of(a) for a in answers] == ["host_waiting"] * 2
    assert site.paths() == ["/busy"]
    assert time.monotonic() - began < 30  # nobody slept for it
    (answered,) = fetch(memory, site.url("/page"))  # the next run remembers
    assert verdict_of(answered) == "host_waiting"
    assert site.paths() == ["/busy"]


def test_a_short_wait_is_honoured(site: Site, memory: WebMemory) -> None:
    def once(asked: Asked, send: Send) -> None:
        busy = sum(a.path == "/busy" for a in site.asked) == 1
        send(answer(b"", status="503 x", Retry_After="1") if busy else answer(PAGE))

    site.routes["/busy"] = once
    (answered,) = fetch(memory, site.url("/busy"), limits=Limits(pace=0))
    assert verdict_of(answered) == "fetched"
    first, second = (asked.at for asked in site.asked if asked.path == "/busy")
    assert second - first >= 1


def test_failures_that_may_pass_are_tried_again_with_growing_pauses(site: Site, memory: WebMemory) -> None:
    site.routes["/broken"] = send_all(answer(b"", status="500 x"))
    limits = Limits(pace=0, attempts=3, back_off=0.1)
    (answered,) = fetch(memory, site.url("/broken"), limits=limits)
    assert verdict_of(answered) == "server_error"
    one, two, three = (asked.at for asked in site.asked if asked.path == "/broken")
    assert two - one >= 0.1
    assert three - two >= 0.2
    (answered,) = fetch(memory, site.url("/absent"), limits=limits)
    assert site.paths().count("/absent") == 1  # what is not there is not asked for again


def test_a_host_that_keeps_failing_is_left_alone(site: Site, memory: WebMemory) -> None:
    for n in range(6):
        site.routes[f"/{n}"] = send_all(answer(b"", status="500 x"))
    limits = Limits(pace=0, attempts=1, back_off=0, failures=3)
    answers = fetch(memory, *(site.url(f"/{n}") for n in range(6)), limits=limits)
    assert [verdict_of(a) for a in answers] == ["server_error"] * 3 + ["host_waiting"] * 3
    assert len(site.paths()) == 3


def test_no_end_of_pages(site: Site, memory: WebMemory) -> None:
    limits = Limits(pace=0, requests_per_host=4)
    for n in range(6):
        site.serve(f"/{n}", PAGE)
    answers = fetch(memory, *(site.url(f"/{n}") for n in range(6)), limits=limits)
    assert [verdict_of(a) for a in answers].count(
        "host_waiting"
    ) == 3  # the fourth request was for robots.txt


# -- What was kept -------------------------------------------------------------------------------------------


def test_validators_are_sent_and_304_means_that_nothing_changed(site: Site, memory: WebMemory) -> None:
    def conditional(asked: Asked, send: Send) -> None:
        same = asked.headers.get("if-none-match") == '"v1"'
        send(head("304 Not Modified", {}) if same else answer(PAGE, ETag='"v1"', Last_Modified="yesterday"))

    site.routes["/page"] = conditional
    (first,) = fetch(memory, site.url("/page"))
    assert isinstance(first, Fetched)
    assert first.validators == Validators('"v1"', "yesterday")
    (second,) = fetch(memory, Wanted(site.url("/page"), validators=first.validators))
    assert isinstance(second, NotModified)


def test_every_verdict_is_met() -> None:
    """No verdict is a promise only: each is given by a case above (or, the last two, by the catalogue)."""
    met = {verdict for _, _, verdict, _ in CASES}
    met |= {"address_refused", "address_invalid", "robots_disallowed", "robots_unavailable", "host_unknown"}
    met |= {"tls_failed", "not_modified", "missing_document", "not_refreshed"}
    assert met == {code for part in get_args(FetchVerdict) for code in (get_args(part) or (part,))}
