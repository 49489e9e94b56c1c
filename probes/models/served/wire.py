"""JSON over HTTP to a server of models: bounded waiting, retries where another try can help, errors in words."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

TRIES = 6
FIRST_WAIT = 0.5
"""Seconds before the second try; doubled for each further one, unless the server says how long (`Retry-After`)."""
LONGEST_WAIT = 30.0
AGAIN = {408, 425, 429, 500, 502, 503, 504}
KEY = "INTERLOCUTOR_SERVER_KEY"
"""Variable with the key of a server that asks for one."""


class ServerError(ConnectionError):
    """A server does not answer, or answers what cannot be used; the message names the remedy."""


class Wire:
    """Requests to one server. `came_back` is called when it answers again after it could not be reached."""

    def __init__(self, url: str, timeout: float = 600.0, wait: Callable[[float], None] = time.sleep) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.came_back: Callable[[], None] = lambda: None
        self._wait = wait
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open  # a model server is no web page

    def get(self, path: str) -> Any:
        """The JSON at a path, None where the server knows no such path."""
        try:
            return self._asked(path, None)
        except urllib.error.HTTPError as error:
            if error.code in (404, 405, 501):
                return None
            raise ServerError(self._words(path, error)) from error

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON that the server answers.

        Raises
        ------
        ServerError
            Where it refuses the request, or still cannot answer after several tries.
        """
        try:
            return self._asked(path, body)
        except urllib.error.HTTPError as error:
            raise ServerError(self._words(path, error)) from error

    def _asked(self, path: str, body: dict[str, Any] | None) -> Any:
        lost = False
        for attempt in range(TRIES):
            pause = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
            try:
                found = self._once(path, body)
            except urllib.error.HTTPError as error:
                if error.code not in AGAIN:
                    raise
                told, pause = self._words(path, error), _told(error, pause)
            except (OSError, http.client.HTTPException, ValueError) as error:  # no answer, or half of one
                told, lost = f"{self.url}{path}: {type(error).__name__}: {error}", True
            else:
                if lost:
                    self.came_back()
                return found
            if attempt < TRIES - 1:
                self._wait(pause)
        raise ServerError(f"{told} ({TRIES} tries); is the server up? The same command goes on where this stopped")

    def _once(self, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get(KEY):
            headers["Authorization"] = f"Bearer {key}"
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, content, headers)  # noqa: S310
        with self._open(request, timeout=self.timeout) as answer:
            return json.loads(answer.read())

    def _words(self, path: str, error: urllib.error.HTTPError) -> str:
        try:
            told = " ".join(error.read().decode("utf-8", "replace").split())[:300]
        except (OSError, http.client.HTTPException):
            told = ""
        remedy = f"; set {KEY} to its key" if error.code in (401, 403) else ""
        return f"{self.url}{path} answers {error.code} {error.reason}{': ' if told else ''}{told}{remedy}"


def _told(error: urllib.error.HTTPError, usual: float) -> float:
    """How long the server asks us to wait, within bounds."""
    try:
        return min(LONGEST_WAIT, max(0.0, float(error.headers.get("Retry-After", usual))))
    except (TypeError, ValueError):
        return usual
