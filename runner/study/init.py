"""`interlocutor init`: a study folder outside the package, where own material is found before what comes with it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from probes.core.study import KINDS, MARK
from runner.notebook import PACKAGED
from runner.terminal import refuse, show

STUDY = """# A study: commands given in this folder, or below it, find own material here first.
name: {name}
"""
IGNORED = "reports/\n.ipynb_checkpoints/\n__pycache__/\n"
NEXT = """{folder} is ready. Next:
  cd {folder}
  interlocutor list
  interlocutor run one_shot
"""


def make(folder: Path) -> int:
    """Make the folder and say what to do next; the exit code. What exists is never overwritten."""
    folder = folder.expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return refuse([f"{folder} exists and is not an empty folder; give a new name"])
    try:
        _made(folder)
    except OSError as error:
        why = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror  # of copytree: of many files
        return refuse([f"{str(folder)[:200]} cannot be made: {why}; give a folder you may write to, with room"])
    show(NEXT.format(folder=folder).rstrip())
    return 0


def _made(folder: Path) -> None:
    """Filled beside its place and moved there whole: a full disk or a kill leaves no half of a study."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{folder.name[:100]}-", dir=folder.parent))
    try:
        place = Path(os.path.realpath(folder))
        _fill(staged, place.name)
        staged.chmod(0o755)
        os.replace(staged, place)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _fill(folder: Path, name: str) -> None:
    for kind in (*KINDS, "data"):
        (folder / kind).mkdir(parents=True)
    shutil.copytree(PACKAGED, folder / "notebooks", dirs_exist_ok=True, ignore=_not_notebooks)
    (folder / MARK).write_text(STUDY.format(name=name), encoding="utf-8")
    (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")


def _not_notebooks(folder: str, names: list[str]) -> set[str]:
    """What is left out of the copy: all files but notebooks, and folders that hold none."""
    paths = [Path(folder, name) for name in names]
    return {path.name for path in paths if path.suffix != ".ipynb" and not any(path.glob("*.ipynb"))}
