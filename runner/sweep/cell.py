"""One cell in a process of its own: `python -m runner.sweep.cell ROOT NAME RUN` (or `--number K` for job arrays).

It may be started twice, on any machine that sees the folder: the lock lets one through, finished cells are left alone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from runner.sweep.ledger import Ledger, Taken

LOOK = 1.0
"""Seconds between looks at the cancel flag."""
FINISHED, FAILED, CANCELLED, TAKEN = 0, 1, 130, 3


def work(ledger: Ledger, run: str) -> int:
    """Do a cell and write down what became of it."""
    try:
        with ledger.hold(run):
            if ledger.state(run) == "finished" or ledger.cancelled:
                return FINISHED if not ledger.cancelled else CANCELLED
            return _held(ledger, run)
    except Taken:
        return TAKEN


def _held(ledger: Ledger, run: str) -> int:
    from runner.folder import Busy
    from runner.plan import plan
    from runner.run import carry_out, stoppable

    cell = ledger.read(run)
    begun = time.monotonic()
    here = {"pid": os.getpid(), "host": os.uname().nodename}
    try:
        with stoppable():  # from before the cell says that it runs: whoever reads that may stop it
            ledger.write(run, state="running", reason="", attempts=cell.get("attempts", 0) + 1, **here)
            threading.Thread(target=_obey, args=(ledger,), daemon=True).start()
            verdict = carry_out(plan(cell["notebook"], cell["given"], ledger.root), index=False)
        state, reason = verdict.state, verdict.reason
    except KeyboardInterrupt:
        state, reason = "interrupted", ""
    except Busy as busy:  # another sweep, or a person, does the same run at this moment: it stays open
        state, reason = "pending", f"{busy}; the same command takes over what it leaves"
    except Exception as error:  # a bad cell must be written down, never stop the others
        state, reason = "failed", f"{type(error).__name__}: {error}"[:500]
    if state == "interrupted":
        state, reason = "cancelled", "stopped while it ran; the same command continues it"
    ledger.write(run, state=state, reason=reason, seconds=round(time.monotonic() - begun, 1))
    return {"finished": FINISHED, "cancelled": CANCELLED, "pending": TAKEN}.get(state, FAILED)


def _obey(ledger: Ledger) -> None:
    """Stop this process when the sweep is cancelled; its kernel goes with it."""
    while not ledger.cancelled:
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)


def main(words: list[str]) -> int:
    """Entry point of a cell's process."""
    ledger = Ledger(Path(words[0]), words[1])
    if words[2] == "--number":
        runs = ledger.order()
        if not int(words[3]) < len(runs):
            return FINISHED
        return work(ledger, runs[int(words[3])])
    return work(ledger, words[2])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
