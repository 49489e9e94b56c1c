"""First screens of models whose truth is known: `python tests/report/stand_ins.py FOLDER` runs and pictures them.

Each stand-in answers the questions of a default notebook, in the runner and a kernel of its own, as any model would.
Pictures are named a.png to f.png (desktop) and a-phone.png to f-phone.png; `key.json` says what the data say.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from stand_in_policies import STAND_INS  # noqa: E402

STARTUP = f"import sys; sys.path.insert(0, {str(HERE)!r}); import stand_in_policies; stand_in_policies.register()\n"
SAYS = {
    "a": "at chance: accuracy is that of guessing, so nothing can be said about its calibration",
    "b": "effect: cooperates more than chance, far less right after a defection, still less some rounds later, less in "
    "an announced last round; coordinates with an alternating partner; no position bias",
    "c": "inconclusive: it follows the stories and the personas take, but whether they shift theory of mind is open, "
    "because the run is too small",
    "d": "position-biased: takes the option listed first, whatever it is; nothing can be said about its giving",
    "e": "no effect within the margin: all as by chance, and effects above 5 points are ruled out",
    "f": "instrument invalid: a question at the end does not raise its follow-ups (and the rules are no measure of "
    "rates), so whether it expects a reaction cannot be said",
}
"""What the policies do, for whoever compares it with what readers wrote."""
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars")


def ran(name: str, folder: Path) -> Path:
    """The run folder of a stand-in's notebook, made by the command line in a kernel that knows the six."""
    profile = folder / ".ipython" / "profile_default" / "startup"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "stand_ins.py").write_text(STARTUP)
    notebook, _ = STAND_INS[name]
    command = [sys.executable, "-m", "runner.cli", "run", notebook, "-p", f"model=scripted:{name}"]
    place = {**os.environ, "IPYTHONDIR": str(folder / ".ipython")}
    subprocess.run([*command, "--out", str(folder / name)], check=True, env=place, cwd=HERE.parents[1])
    (claims,) = (folder / name).glob("*/claims.json")
    return claims.parent


def pictured(page: Path, target: Path, width: int, height: int) -> None:
    """The page's first screen as a picture; narrower ones than Chromium's windows stand in a frame."""
    frame = target.with_suffix(".html")
    frame.write_text(f'<body style="margin:0"><iframe src="{page.as_uri()}" style="border:0;width:{width}px;'
                     f'height:{height}px"></iframe>')  # fmt: skip
    wanted = [f"--window-size={width},{height}", f"--screenshot={target}", "--virtual-time-budget=4000"]
    subprocess.run([str(shutil.which("chromium")), *QUIET, *wanted, frame.as_uri()], check=True, capture_output=True)
    frame.unlink()


def main(folder: Path) -> None:
    """Everything, and the key."""
    for name in STAND_INS:
        page, letter = ran(name, folder / "runs") / "report.html", name.removeprefix("model_")
        pictured(page, folder / f"{letter}.png", 1280, 800)
        pictured(page, folder / f"{letter}-phone.png", 390, 844)
    (folder / "key.json").write_text(json.dumps(SAYS, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
