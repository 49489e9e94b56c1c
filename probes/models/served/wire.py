"""JSON over HTTP to a server of models: bounded in size and time, retried where that can help, errors in words.

Nothing is followed: an answer that points elsewhere is an error, so that a key reaches the address that it is for and
no other.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socket import SHUT_RDWR
from urllib.parse import SplitResult, urlsplit

from probes.models.served.answer import Answer, ServerError

TRIES = 6
FIRST_WAIT = 0.5
"""Seconds before the second try; doubled for each further one, unless the server says how long (`Retry-After`)."""
LONGEST_WAIT = 30.0
LARGEST = 64 << 20
"""Bytes of an answer: the log-probabilities of a prompt of 100,000 tokens take a third of them."""
AGAIN = {408, 425, 429, 500, 502, 503, 504}
UNKNOWN = {404, 405, 501}
KEY = "INTERLOCUTOR_SERVER_KEY"
"""Variable with the key of a server that asks for one."""


@dataclass(frozen=True)
class _Response:
    code: int
    reason: str
    content: bytes
    pause: str | None = None


class Wire:
    """Requests to one server. `came_back` is called when it answers again after it could not be reached.

    `timeout`: seconds for a question with all its tries. ServerError where `url` is no address of a server.
    """

    def __init__(self, url: str, timeout: float = 600.0, wait: Callable[[float], None] = time.sleep) -> None:
        self._address = _address(url)
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.came_back: Callable[[], None] = lambda: None
        self._wait = wait

    def get(self, path: str) -> Answer | None:
        """The JSON at a path, None where the server knows no such path."""
        return self._asked("GET", path, None)

    def post(self, path: str, body: dict[str, object]) -> Answer | None:
        """The JSON that the server answers, None where it knows no such path.

        Raises
        ------
        ServerError
            Where it refuses the request, or still cannot answer after several tries.
        """
        return self._asked("POST", path, json.dumps(body).encode())

    def _asked(self, method: str, path: str, content: bytes | None) -> Answer | None:
        headers, lost, until = _headers(), False, time.monotonic() + self.timeout
        for attempt in range(TRIES):
            pause = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
            try:
                found = self._once(method, path, content, headers, until)
                if found.code not in AGAIN:
                    answer = self._answer(path, found)
                    if lost:
                        self.came_back()
                    return answer
                told, pause = self._words(path, found), _pause(found, pause)
            except ServerError:
                raise
            except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:  # none, or half of one
                told, lost = f"{self.url}{path}: {type(error).__name__}: {error}", True
            if time.monotonic() + pause > until:
                raise ServerError(f"{told}; no whole answer within {self.timeout:g} s")
            if attempt < TRIES - 1:
                self._wait(pause)
        raise ServerError(f"{told} ({TRIES} tries); is the server up? The same command goes on where this stopped")

    def _once(self, method: str, path: str, content: bytes | None, headers: dict[str, str], until: float) -> _Response:
        secure, left = self._address.scheme == "https", max(0.001, until - time.monotonic())
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(str(self._address.hostname), self._address.port, timeout=left)
        connection.connect()
        with _until(connection, left):
            connection.request(method, self._address.path.rstrip("/") + path, content, headers)
            with connection.getresponse() as answer:
                said = answer.read(LARGEST + 1)
            if len(said) > LARGEST:
                raise ServerError(f"{self.url}{path} answers more than {LARGEST >> 20} MiB: it is no model server")
            if answer.length:  # a length was announced, and so much is lacking
                raise http.client.IncompleteRead(said, answer.length)
            return _Response(answer.status, answer.reason, said, answer.getheader("Retry-After"))

    def _answer(self, path: str, found: _Response) -> Answer | None:
        if found.code in UNKNOWN:
            return None
        if found.code != http.client.OK:
            raise ServerError(self._words(path, found))
        return Answer(f"{self.url}{path}", json.loads(found.content))

    def _words(self, path: str, found: _Response) -> str:
        told = " ".join(found.content[:10_000].decode("utf-8", "replace").split())[:300]
        if key := os.environ.get(KEY):
            told = told.replace(key, "***")
        remedy = f"; set {KEY} to its key" if found.code in (401, 403) else ""
        if 300 <= found.code < 400:
            remedy = "; it points to another address: give the server's own"
        return f"{self.url}{path} answers {found.code} {found.reason}{': ' if told else ''}{told}{remedy}"


@contextmanager
def _until(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Close a connection at the end and shut it after so many seconds, also where its bytes come in one by one."""

    socket = connection.sock  # the connection lets go of it once a last answer begins

    def shut() -> None:
        with suppress(OSError):
            socket.shutdown(SHUT_RDWR)

    watch = threading.Timer(seconds, shut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        connection.close()


def _address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        known = address.scheme in ("http", "https") and bool(address.hostname) and (address.port or 1) > 0
    except ValueError:  # a port out of range, a bracket without its fellow
        known = False
    if not known or not url.isascii() or not url.isprintable() or " " in url:
        raise ServerError(f"{url[:100]!r} is no address of a server: give server:http://HOST:PORT")
    if "@" in address.netloc:  # would stand in every record and every message
        raise ServerError(f"the address of a server holds a name or password; set {KEY} to its key instead")
    return address


def _headers() -> dict[str, str]:
    """ServerError, which does not show the key, where no header can carry it."""
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get(KEY):
        if not (key.isascii() and key.isprintable()):
            raise ServerError(f"{KEY} holds a line break or another character that no key has; set it anew")
        headers["Authorization"] = f"Bearer {key}"
    return headers


def _pause(found: _Response, usual: float) -> float:
    """How long the server asks us to wait, within bounds."""
    try:
        told = float(found.pause or usual)
    except ValueError:
        return usual
    return min(LONGEST_WAIT, max(0.0, told)) if told == told else usual
