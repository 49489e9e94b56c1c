"""Finding a notebook and reading what it declares, before anything of it runs."""

from __future__ import annotations

import difflib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probes.core.study import folder as study_folder
from probes.schema import small
from runner.parameters import Parameter, Refused, declared

FOLDER = Path("notebooks")
PACKAGED = Path(__file__).with_name("notebooks")
"""The notebooks that come with the package: in the clone a link to its `notebooks/`, in a wheel a folder of data."""
PYTHON = "python3"
LARGEST = 512 << 20
"""Bytes of a notebook, outputs included."""
READS = "runs"
"""A notebook with a parameter of this name reads other runs: it comes last, and runs again when one of them changed."""


@dataclass(frozen=True)
class Notebook:
    """A notebook that can be run: its file, its JSON, its declared parameters."""

    path: Path
    content: dict[str, Any]
    parameters: dict[str, Parameter]
    chosen: str = ""
    """The kernel chosen with --kernel in place of the notebook's own."""
    assumed: str = ""
    """What the notebook leaves open and was assumed, in words."""

    @property
    def name(self) -> str:
        """The file's stem."""
        return self.path.stem

    @property
    def title(self) -> str:
        """The first heading of its first Markdown cell, else the name."""
        for cell in self.content.get("cells", []):
            for line in _source(cell).splitlines() if cell.get("cell_type") == "markdown" else []:
                if line.startswith("#"):
                    return line.lstrip("# ").strip()
        return self.name

    @property
    def kernel(self) -> str:
        """The kernel that runs it."""
        return str(self.content["metadata"]["kernelspec"]["name"])


def folders() -> list[Path]:
    """Where notebooks are looked for, in order: the working folder's, the study's, those that come with the package."""
    study = study_folder()
    own = [FOLDER] if study in (None, Path.cwd()) else [FOLDER, study / "notebooks"]
    return [*(folder for folder in own if folder.is_dir()), PACKAGED]


def default_notebooks(folder: Path | None = None) -> list[Path]:
    """The notebooks that need nothing but a model, by name, and after them those that read other runs.

    Those in its `data/` need data of the user's, those in its `explore/` a reader. Without `folder`: of the first of
    `folders()`, so that in a study only its own notebooks are run.
    """
    paths = (
        path
        for path in (folder or folders()[0]).glob("*.ipynb")
        if path.is_file() or (path.is_symlink() and not path.exists())
    )
    return sorted(paths, key=lambda path: (reads_runs(path), path))


def reads_runs(path: Path) -> bool:
    """Whether a notebook reads other runs, so that it comes after them."""
    try:
        return f'"{READS}: ' in small(path, LARGEST)
    except ValueError:  # `read` says what is wrong with it
        return False


def find(name: str) -> Path:
    """A path as given, or a name within a folder of notebooks or its subfolders."""
    given, places = Path(name).expanduser(), folders()
    for path in (given, *(path for folder in places for path in _candidates(name, folder))):
        if path.suffix == ".ipynb" and os.path.isfile(path):  # Path.is_file raises where too long
            return path
    names = dict.fromkeys(path.stem for folder in places for path in default_notebooks(folder))
    near = difflib.get_close_matches(given.stem, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names) or 'none'}"
    looked = ", ".join(str(folder.absolute()) for folder in places)
    raise Refused([f"no notebook {name!r}; {hint} (looked in {looked})"])


def _candidates(name: str, folder: Path) -> list[Path]:
    below = sorted(path for path in folder.glob("*/*.ipynb") if path.stem == Path(name).name)
    return [folder / f"{name}.ipynb", folder / name, *below]


def read(path: Path, kernel: str = "") -> Notebook:
    """The notebook with its declared parameters. Refused lists what keeps it from running.

    `kernel` replaces the one that the notebook asks for. One that names none is taken to be Python's, with a notice.
    """
    try:
        content = json.loads(small(path, LARGEST))
        tagged = [cell for cell in content["cells"] if _tagged(cell)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused([f"{path} is not a notebook: {type(error).__name__}: {error}"[:300]]) from error
    if len(tagged) != 1:
        raise Refused([f"{path} has {len(tagged) or 'no'} cells tagged `parameters`; it must have exactly one"])
    content, assumed = _with_kernel(content, kernel)
    notebook = Notebook(path, content, declared(_source(tagged[0])), kernel, assumed and f"{path.name} {assumed}")
    if "out" not in notebook.parameters:
        raise Refused(
            [f'{path} declares no parameter `out: str = "reports/{path.stem}"`, so it cannot be told where to write']
        )
    _check_kernel(notebook)
    return notebook


def _with_kernel(content: dict[str, Any], kernel: str) -> tuple[dict[str, Any], str]:
    """(the notebook naming a kernel and its language, what was assumed)."""
    metadata = content.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    named = metadata.get("kernelspec")
    named = named if isinstance(named, dict) else {}
    name = kernel or named.get("name") or PYTHON
    spec = {"display_name": name, "language": "python", **named, "name": name}
    assumed = f"names no kernel; taken as {PYTHON} (--kernel NAME chooses another)"
    if kernel or named.get("name"):
        assumed = ""
    return {**content, "metadata": {**metadata, "kernelspec": spec}}, assumed


def _check_kernel(notebook: Notebook) -> None:
    from jupyter_client.kernelspec import KernelSpecManager

    kernels = KernelSpecManager().find_kernel_specs()
    if notebook.kernel not in kernels:
        installed = ", ".join(sorted(kernels))
        remedy = f"choose one with --kernel NAME; installed: {installed}"
        raise Refused([f"{notebook.path} asks for the kernel {notebook.kernel!r}, which is not installed; {remedy}"])


def _tagged(cell: dict[str, Any]) -> bool:
    """Whether a cell declares parameters. TypeError where it is no cell."""
    source = cell.get("source", "")
    if not isinstance(source, str) and not (isinstance(source, list) and all(isinstance(line, str) for line in source)):
        raise TypeError(f"the source of a cell is {source!r}, not text"[:200])
    tags = cell.get("metadata", {}).get("tags", [])
    return cell.get("cell_type") == "code" and isinstance(tags, list) and "parameters" in tags


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
