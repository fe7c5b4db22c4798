"""A body on its way to a temporary file: decoded piece by piece, counted, hashed, stopped at its limits.

Nothing is ever held whole in memory. A compressed body has to reach the end of its stream: one that was cut short
raises nothing anywhere else.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.web.limits import Limits
from flows.web.outcomes import Failure

PIECE = 256 * 1024
GZIP_MARK = b"\x1f\x8b"
HEAD_BYTES, TAIL_BYTES = 64 * 1024, 2048


@dataclass(frozen=True, slots=True)
class Body:
    """What was written to ``file``; ``head`` and ``tail`` are its first and last bytes."""

    file: Path
    sha256: str
    size: int
    head: bytes
    tail: bytes


def receive(pieces: Iterable[bytes], encoding: str, file: Path, limits: Limits) -> Body:
    """Write the decoded body to a file.

    Raises:
        Failure: ``too_large``, ``too_slow``, ``truncated`` or ``unexpected_answer``.
    """
    digest, size = hashlib.sha256(), 0
    head = tail = b""
    wire = Wire(limits)
    with file.open("wb") as out:
        for piece in decoded(wire.counted(pieces), encoding):
            size += len(piece)
            if size > limits.decoded:
                raise Failure("too_large", f"le document dépasse {limits.decoded / 1e6:.0f} Mo")
            if size > limits.ratio_from and size > limits.ratio * wire.received:
                raise Failure("too_large", f"le contenu se décompresse plus de {limits.ratio:.0f} fois")
            head = head if len(head) >= HEAD_BYTES else (head + piece)[:HEAD_BYTES]
            tail = (tail + piece)[-TAIL_BYTES:]
            digest.update(piece)
            out.write(piece)
    return Body(file, digest.hexdigest(), size, head, tail)


@dataclass(slots=True)
class Wire:
    """Counts what comes over the wire and holds it to its size and rate."""

    limits: Limits
    received: int = 0

    def counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces.

        Raises:
            Failure: ``too_large`` or ``too_slow``.
        """
        began = time.monotonic()
        for piece in pieces:
            self.received += len(piece)
            if self.received > self.limits.wire:
                raise Failure("too_large", f"la réponse dépasse {self.limits.wire / 1e6:.0f} Mo")
            seconds = time.monotonic() - began
            if seconds > self.limits.slow_after and self.received < self.limits.slowest_rate * seconds:
                raise Failure(
                    "too_slow", f"le site n'envoie que {self.received / seconds:.0f} octets par seconde"
                )
            yield piece


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The pieces without their content encoding, none longer than ``PIECE``.

    Raises:
        Failure: ``truncated`` where the stream does not reach its end, ``unexpected_answer`` for an encoding
            that was not asked for or bytes that are not of it.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return iter(pieces)
    if name in ("gzip", "x-gzip"):
        return _inflated(pieces, GZIP_WINDOW)
    if name == "deflate":
        return _inflated(pieces, None)
    raise Failure("unexpected_answer", f"le site envoie un encodage qui n'a pas été demandé ({name[:40]})")


GZIP_WINDOW = 16 + zlib.MAX_WBITS


def _inflated(pieces: Iterable[bytes], window: int | None) -> Iterator[bytes]:
    """Inflate; ``window`` None is for deflate, which comes with the header of zlib or without it."""
    inflater = None
    try:
        for piece in filter(None, pieces):
            inflater = inflater or Inflater(window or _deflate_window(piece))
            yield from inflater.feed(piece)
        if inflater is not None:
            yield from inflater.rest()
    except zlib.error as error:
        raise Failure("unexpected_answer", "le contenu compressé est abîmé") from error
    if inflater is not None and not inflater.stream.eof:
        raise Failure("truncated", "le contenu compressé est coupé avant sa fin")


def _deflate_window(start: bytes) -> int:
    """The window for deflate: with the header of zlib (RFC 1950), or without, as some servers send it."""
    return zlib.MAX_WBITS if start[0] & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS


class Inflater:
    """Inflates in pieces of at most ``PIECE`` bytes; a gzip stream may have several members."""

    def __init__(self, window: int) -> None:
        self._window = window
        self.stream = zlib.decompressobj(window)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the data give; padding after the end gives nothing."""
        while data:
            if self.stream.eof:
                if self._window != GZIP_WINDOW or not data.startswith(GZIP_MARK[:1]):
                    return
                self.stream = zlib.decompressobj(self._window)
            yield self.stream.decompress(data, PIECE)
            data = self.stream.unused_data if self.stream.eof else self.stream.unconsumed_tail

    def rest(self) -> Iterator[bytes]:
        """What was read and not yet given."""
        while not self.stream.eof and (piece := self.stream.decompress(b"", PIECE)):
            yield piece
