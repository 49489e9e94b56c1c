"""A real server of models, where one is named: it runs the null model, so that what is tested is its engine.

`INTERLOCUTOR_TEST_SERVER` is the command that starts it, such as
`llama-server -m {model} -c 16384 -np 4 --port {port}` (a GGUF file) or
`vllm serve {folder} --dtype float32 --max-model-len 4096 --port {port}`.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import made
import pytest

COMMAND = os.environ.get("INTERLOCUTOR_TEST_SERVER", "")
ENGINE = "vllm" if "{folder}" in COMMAND else "llama.cpp"
SECONDS = 600.0
"""Longest time it may take to answer."""


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, str]]:
    """(source for `load_model`, the file or folder that it runs), while it runs."""
    if not COMMAND:
        pytest.skip("INTERLOCUTOR_TEST_SERVER names no command that starts a server")
    model = made.wide_heads(folder / "tiny") if ENGINE == "vllm" else made.one_file(folder / "tiny.gguf")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(shlex.split(COMMAND.format(model=model, folder=model, port=port)), **quiet)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"server:http://127.0.0.1:{port}", str(model)
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, f"{COMMAND} ended with {process.returncode}"
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"{COMMAND} did not answer within {SECONDS:g} s")
