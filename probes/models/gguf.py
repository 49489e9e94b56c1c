"""GGUF files: checked, and converted once to safetensors in the user's cache."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from probes.core.progress import Progress
from probes.models.hashes import cache_root, file_hash

PLAIN_FORMATS = {"F64", "F32", "F16", "BF16"}


class LoadError(ValueError):
    """A model cannot be loaded as asked; the message names the item and the remedy.

    Examples
    --------
    >>> import probes
    >>> probes.load_model("scripted:unifrom")
    Traceback (most recent call last):
    ...
    probes.models.gguf.LoadError: no scripted policy 'unifrom'; there are: ...
    """


def check_gguf(path: Path, template: str | None) -> None:
    """Refuse before anything is converted what could not be asked afterwards: no GGUF file, a part, no template."""
    blob = path.name.startswith("sha256-")  # how Ollama names them
    if path.suffix.lower() != ".gguf" and not (blob and path.open("rb").read(4) == b"GGUF"):
        raise LoadError(
            f"{path} is a file but no .gguf; give the folder that holds config.json and safetensors "
            "(archives are not opened: unpack them yourself)"
        )
    if re.search(r"-\d{5}-of-\d{5}\.gguf$", path.name, re.IGNORECASE):
        raise LoadError(
            f"{path.name} is one part of a split file; join the parts first: "
            f"llama-gguf-split --merge {path.name} whole.gguf"
        )
    if template is None and not _about(path, path.stat().st_mtime_ns)[0]:
        raise LoadError(
            f"{path.name} brings no chat template, as base models do not: take template='plain' for ours, "
            "or pass one: load_model(source, template='path/to/template.jinja')"
        )


@lru_cache(maxsize=8)
def _about(path: Path, changed: int) -> tuple[bool, Counter[str]]:
    """(whether it brings a chat template, numbers in each format). Read once: a large vocabulary takes long."""
    from gguf import GGUFReader

    try:
        reader, sizes = GGUFReader(path), Counter[str]()
        for tensor in reader.tensors:
            sizes[tensor.tensor_type.name] += int(tensor.n_elements)
        return "tokenizer.chat_template" in reader.fields, sizes
    except Exception as error:  # the reader raises many kinds
        raise LoadError(f"{path.name} cannot be read as a GGUF language model: {error}") from error


def converted(gguf: Path) -> Path:
    """A safetensors folder with the dequantised float32 weights of a GGUF file; made once, checked by hash on use."""
    source = file_hash(gguf)
    folder = cache_root() / "gguf" / source[:16]
    if _intact(folder, source):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        _convert(gguf, fresh)
        weights = file_hash(fresh / "model.safetensors")
        note = {"source": source, "weights": weights, "quantised": quantised(gguf)}
        (fresh / "converted.json").write_text(json.dumps(note))
        _install(fresh, folder, source)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def quantised(gguf: Path) -> str:
    """The formats that hold a tenth of a GGUF file's weights at least, the commonest first: `Q8_0, Q4_K`.

    Empty for plain numbers.
    """
    sizes = _about(gguf, gguf.stat().st_mtime_ns)[1]
    common = [name for name, size in sizes.most_common() if size >= sizes.total() / 10]
    return ", ".join(common) if set(common) - PLAIN_FORMATS else ""


def _install(fresh: Path, folder: Path, source: str) -> None:
    """Move into place; another process may have been faster, and then its intact folder stays."""
    if folder.exists() and not _intact(folder, source):
        shutil.rmtree(folder)
    try:
        fresh.rename(folder)
    except OSError:
        if not _intact(folder, source):
            raise


def _intact(folder: Path, source: str) -> bool:
    try:
        note = json.loads((folder / "converted.json").read_text())
        return bool(note["source"] == source and note["weights"] == file_hash(folder / "model.safetensors"))
    except (OSError, ValueError, KeyError):
        return False


@contextmanager
def _shown(name: str) -> Iterator[None]:
    """A bar of ours over the tensors that transformers converts: theirs is not seen in a notebook that is run."""
    from transformers import modeling_gguf_pytorch_utils as reading

    def counted(tensors: Sequence[Any], **_: Any) -> Iterator[Any]:
        bar = Progress(f"conversion of {name}", len(tensors), unit="tensor")
        for tensor in tensors:
            yield tensor
            bar.finished(1)
        bar.close()

    theirs, reading.tqdm = reading.tqdm, counted
    try:
        yield
    finally:
        reading.tqdm = theirs


def _convert(gguf: Path, folder: Path) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    options: dict[str, Any] = {"gguf_file": gguf.name, "local_files_only": True}
    try:
        with _shown(gguf.name):
            model, loading = AutoModelForCausalLM.from_pretrained(
                gguf.parent, dtype=torch.float32, output_loading_info=True, **options
            )
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **options)
    except Exception as error:  # the GGUF reader raises many kinds
        raise LoadError(f"{gguf.name} cannot be read as a GGUF language model: {error}") from error
    if loading["missing_keys"] or loading["mismatched_keys"]:
        raise LoadError(f"{gguf.name} lacks weights: {sorted(loading['missing_keys'])[:5]}")
    # transformers refuses to save a model that came from GGUF, so config and weights are written one by one.
    del model.config.quantization_config
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    tied = set(getattr(model, "_tied_weights_keys", None) or ()) if model.config.tie_word_embeddings else set()
    weights = {name: value.contiguous() for name, value in model.state_dict().items() if name not in tied}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
