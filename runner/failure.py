"""Why a run did not finish."""

from __future__ import annotations

import re

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Failure(Exception):
    """Why a run did not finish, for people, and the traceback where there is one."""

    def __init__(self, reason: str, traceback: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.traceback = _ANSI.sub("", traceback)
