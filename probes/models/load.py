"""From a source to checked weights: safetensors only, no remote code, nothing missing, nothing infinite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probes.models.folder import check_folder, within
from probes.models.gguf import LoadError, converted, embedded_file

TEMPLATE_SECONDS = 10.0
"""Longest time a chat template may take to render; real ones take milliseconds."""


def find(source: str, revision: str | None, allow_bin: bool) -> tuple[str, dict[str, Any]]:
    """(folder or hub id, how it was found). Local files win over the hub."""
    if source == "smollm2-135m":
        return str(converted(embedded_file())), {"kind": "embedded", "source": source}
    path = Path(source).expanduser()
    if path.is_file():
        if path.suffix != ".gguf":
            raise LoadError(
                f"{source} is a file but no .gguf; give the folder that holds config.json and safetensors "
                "(archives are not opened: unpack them yourself)"
            )
        return str(converted(path)), {"kind": "gguf", "source": source}
    if path.is_dir():
        check_folder(path, allow_bin)
        return str(path), {"kind": "folder", "source": source}
    if source.startswith((".", "/", "~")) or source.count("/") != 1:
        raise LoadError(
            f"{source!r} is no local folder, no .gguf file and no hub id; "
            "known names: smollm2-135m, tiny, scripted:NAME"
        )
    return _fetch(source, revision, allow_bin), {"kind": "hub", "source": source, "revision": revision or "main"}


def _fetch(source: str, revision: str | None, allow_bin: bool) -> str:
    """A hub snapshot: what is cached wins, then the network; no network is an error that says so."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    weights = ["*.safetensors", "*.safetensors.index.json", *(["*.bin"] if allow_bin else [])]
    patterns = [*weights, "*.json", "*.jinja", "*.txt", "*.model"]
    try:
        folder = snapshot_download(source, revision=revision, allow_patterns=patterns)
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise LoadError(f"the hub has no {source} at revision {revision or 'main'}: {error}") from error
    except (LocalEntryNotFoundError, OSError) as error:
        raise LoadError(
            f"{source} is not in the local hub cache and the hub cannot be reached ({type(error).__name__}); "
            "go online once, or give a local folder"
        ) from error
    check_folder(Path(folder), allow_bin)
    return str(folder)


def load_weights(
    folder: str, dtype: str, device: str, safetensors_only: bool = True, device_map: Any = None
) -> tuple[Any, Any]:
    """(model in eval mode, tokenizer). Missing, mismatched or non-finite weights are errors."""
    from transformers.utils import logging as hf_logging

    _check_device(device)
    hf_logging.disable_progress_bar()  # transformers draws one bar per load; ours count trials
    tokenizer = _tokenizer(folder)
    model, loading = _model(folder, dtype, device, safetensors_only, device_map)
    _check_weights(folder, model, loading)
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        rows = model.get_input_embeddings().num_embeddings
        raise LoadError(f"{folder}: the tokenizer knows {len(tokenizer)} tokens, the model only {rows}")
    tokenizer.apply_chat_template = within(TEMPLATE_SECONDS, tokenizer.apply_chat_template)
    return model.eval(), tokenizer


_OPTIONS: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


def _tokenizer(folder: str) -> Any:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, **_OPTIONS)
    except Exception as error:  # transformers and tokenizers each raise their own kinds
        said = f"{folder} has no tokenizer that can be read; tokenizer.json and tokenizer_config.json belong there"
        raise LoadError(f"{said} ({_short(error)})") from error


def _short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _model(folder: str, dtype: str, device: str, safetensors_only: bool, device_map: Any) -> tuple[Any, dict[str, Any]]:
    """Weights on their device, with what transformers says about loading them."""
    import torch
    import transformers
    from safetensors import SafetensorError

    try:
        model, loading = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=getattr(torch, dtype),
            use_safetensors=True if safetensors_only else None,
            output_loading_info=True,
            device_map=device_map,
            **_OPTIONS,
        )
        return model if device_map else model.to(device), loading
    except torch.OutOfMemoryError as error:
        raise LoadError(
            f"{folder} does not fit into the free memory of {device}; end what else runs there, "
            "or take dtype='bfloat16' or device='balanced' (several GPUs)"
        ) from error
    except SafetensorError as error:
        raise LoadError(f"{folder} cannot be loaded: its weights are damaged ({error}); fetch it again") from error
    except Exception as error:  # transformers raises many kinds
        raise LoadError(
            f"{folder} cannot be loaded as a causal language model by transformers {transformers.__version__}; "
            f"is its config.json of a model that continues text? ({_short(error)})"
        ) from error


def _check_device(device: str) -> None:
    """Say in words what this machine lacks."""
    import torch

    kind, _, index = device.partition(":")
    if kind != "cuda":
        return
    if not torch.cuda.is_available():
        raise LoadError(f"device {device!r}: no usable GPU here; take device='cpu', or 'auto' for whatever there is")
    if int(index or 0) >= torch.cuda.device_count():
        raise LoadError(f"device {device!r}: this machine has {torch.cuda.device_count()} GPU(s), counted from 0")


def _check_weights(folder: str, model: Any, loading: dict[str, Any]) -> None:
    """Transformers fills missing and mismatched weights with noise and goes on; here that is an error."""
    for kind in ("missing_keys", "mismatched_keys"):
        if loading.get(kind):
            names = ", ".join(sorted(str(key) for key in loading[kind])[:5])
            what = f"{len(loading[kind])} {kind.replace('_', ' ')} (first: {names})"
            raise LoadError(f"{folder}: {what}; the checkpoint is incomplete")
    for name, weight in model.named_parameters():
        if weight.device.type != "meta" and not bool(weight.isfinite().all()):
            raise LoadError(f"{folder}: weight {name} holds NaN or infinity; the file is damaged")
