"""A web server on this machine that answers, byte for byte, what a test tells it to."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """A request as it came in; ``headers`` have lower-case names."""

    path: str
    headers: dict[str, str]
    at: float


Send = Callable[[bytes], None]
Route = Callable[[Asked, Send], None]


@dataclass
class Site:
    """What a server answers, by path, and what it was asked. Paths without a route are 404."""

    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    most_at_once: int = 0
    _open: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths that were asked for, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def serve(self, path: str, body: bytes, kind: str = "text/html", **headers: str) -> None:
        """Answer a path with a whole body; names of headers with ``_`` for ``-``."""
        self.routes[path] = lambda _, send: send(answer(body, kind, **headers))

    @contextmanager
    def connection(self) -> Iterator[None]:
        """Count the connections that are open at once."""
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1


def head(status: str, headers: Mapping[str, str | int]) -> bytes:
    """A status line and headers."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n".encode("latin-1")


def answer(body: bytes, kind: str = "text/html", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer with its length."""
    return head(status, {"Content-Type": kind, "Content-Length": len(body), **headers}) + body


def redirect(location: str) -> Route:
    """A route that leads elsewhere."""
    return lambda _, send: send(head("302 Found", {"Location": location, "Content-Length": 0}))


@contextmanager
def serving(site: Site, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve a site on a free port until the context is left."""

    class Handler(socketserver.StreamRequestHandler):
        timeout = 20

        def handle(self) -> None:
            with site.connection():
                first = self.rfile.readline(65_537).decode("latin-1").split(" ")
                headers = {}
                while (line := self.rfile.readline(65_537).decode("latin-1").strip()) != "":
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                if len(first) < 2:
                    return
                asked = Asked(first[1], headers, time.monotonic())
                site.asked.append(asked)
                route = site.routes.get(asked.path, lambda _, send: send(answer(b"", status="404 Not Found")))
                with suppress(OSError):  # the client has had enough
                    route(asked, self._send)

        def _send(self, data: bytes) -> None:
            self.wfile.write(data)
            self.wfile.flush()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Server((host, 0), Handler) as server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
