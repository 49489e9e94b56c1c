"""Finding a notebook and reading what it declares, before anything of it runs."""

from __future__ import annotations

import difflib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.parameters import Parameter, Refused, declared

FOLDER = Path("notebooks")
READS = "runs"
"""A notebook with a parameter of this name reads other runs: it comes last, and runs again when one of them changed."""


@dataclass(frozen=True)
class Notebook:
    """A notebook that can be run: its file, its JSON, its declared parameters."""

    path: Path
    content: dict[str, Any]
    parameters: dict[str, Parameter]

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
        """The kernel it asks for; python3 where it names none."""
        return str(self.content.get("metadata", {}).get("kernelspec", {}).get("name", "python3"))


def default_notebooks(folder: Path = FOLDER) -> list[Path]:
    """The notebooks that need nothing but a model, by name, and after them those that read other runs.

    Those in its `data/` need data of the user's, those in its `explore/` a reader.
    """
    return sorted(folder.glob("*.ipynb"), key=lambda path: (f'"{READS}: ' in path.read_text(errors="replace"), path))


def find(name: str, folder: Path = FOLDER) -> Path:
    """A path as given, or a name within the folder of notebooks or its subfolders."""
    below = sorted(folder.glob(f"*/{Path(name).name}.ipynb"))
    for path in (Path(name), folder / f"{name}.ipynb", folder / name, *below):
        if path.suffix == ".ipynb" and os.path.isfile(path):  # Path.is_file raises where too long
            return path
    names = [path.stem for path in default_notebooks(folder)]
    near = difflib.get_close_matches(Path(name).stem, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names) or 'none'} in {folder}/"
    raise Refused([f"no notebook {name!r}; {hint}"])


def read(path: Path) -> Notebook:
    """The notebook with its declared parameters. Refused lists what keeps it from running."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        tagged = [cell for cell in content["cells"] if "parameters" in cell.get("metadata", {}).get("tags", [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused([f"{path} is not a notebook: {type(error).__name__}: {error}"[:300]]) from error
    if len(tagged) != 1:
        raise Refused([f"{path} has {len(tagged) or 'no'} cells tagged `parameters`; it must have exactly one"])
    notebook = Notebook(path, content, declared(_source(tagged[0])))
    if "out" not in notebook.parameters:
        raise Refused(
            [f'{path} declares no parameter `out: str = "reports/{path.stem}"`, so it cannot be told where to write']
        )
    _check_kernel(notebook)
    return notebook


def _check_kernel(notebook: Notebook) -> None:
    from jupyter_client.kernelspec import KernelSpecManager

    kernels = KernelSpecManager().find_kernel_specs()
    if notebook.kernel not in kernels:
        raise Refused(
            [f"{notebook.path} asks for the kernel {notebook.kernel!r}; installed: {', '.join(sorted(kernels))}"]
        )


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
