"""A run that is stopped from outside ends its kernel and says so in its status."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


@contextmanager
def stoppable() -> Iterator[None]:
    """Treat SIGTERM, SIGQUIT and a closed terminal like Ctrl-C, so that kernels are ended and the status is written.

    What is ignored stays ignored: under nohup a closed terminal stops nothing.
    """

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    before = {name: signal.getsignal(name) for name in SIGNALS}
    handled = [name for name, handler in before.items() if handler is not signal.SIG_IGN]
    if threading.current_thread() is not threading.main_thread():  # whoever runs us handles signals
        handled = []
    for name in handled:
        signal.signal(name, stop)
    try:
        yield
    finally:
        for name in handled:
            signal.signal(name, before[name])
