"""One cell in a process of its own: `python -m runner.sweep.cell ROOT NAME RUN`.

For another machine `--code DIGEST` follows: other code than the sweep was started with is refused. A job array gives
`LIST.json NUMBER` in place of RUN: a list that was written down when the array was exported.

It may be started twice, on any machine that sees the folder: the lock lets one through, and a run that is finished and
unchanged is left alone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path

from runner.digests import code_digest
from runner.sweep.ledger import Ledger, Taken

LOOK = 1.0
"""Seconds between looks at the cancel flag."""
FINISHED, FAILED, REFUSED, TAKEN, CANCELLED = 0, 1, 2, 3, 130


def work(ledger: Ledger, run: str) -> int:
    """Do a cell and write down what became of it."""
    try:
        with ledger.hold(run):
            return CANCELLED if ledger.cancelled else _held(ledger, run)
    except Taken:
        return TAKEN


def _held(ledger: Ledger, run: str) -> int:
    from runner.folder import Busy
    from runner.run import carry_out
    from runner.stopping import stoppable

    cell = ledger.read(run)
    begun = time.monotonic()
    here = {"pid": os.getpid(), "host": os.uname().nodename}
    try:
        with stoppable():  # from before the cell says that it runs: whoever reads that may stop it
            ledger.write(run, state="running", reason="", attempts=cell.get("attempts", 0) + 1, **here)
            threading.Thread(target=_obey, args=(ledger,), daemon=True).start()
            verdict = carry_out(ledger.plan(run), index=False)
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
    parser = ArgumentParser("runner.sweep.cell")
    for name in ("root", "name", "run"):
        parser.add_argument(name)
    parser.add_argument("number", nargs="?", type=int)
    parser.add_argument("--code", default="")
    options = parser.parse_args(words)
    ledger, run = Ledger(Path(options.root), options.name), options.run
    if options.number is not None:
        runs = json.loads(Path(run).read_text(encoding="utf-8"))
        if not options.number < len(runs):
            return FINISHED
        run = runs[options.number]
    return _refused(ledger, run) if options.code and options.code != code_digest() else work(ledger, run)


def _refused(ledger: Ledger, run: str) -> int:
    """Leave the cell open and say why: one sweep, one version of the code."""
    why = f"{os.uname().nodename} has other code than the sweep was started with; bring both to one commit"
    print(f"refused: {why}", file=sys.stderr)
    with suppress(Taken), ledger.hold(run):
        ledger.write(run, reason=why)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
