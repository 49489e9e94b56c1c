"""From a source to checked weights: safetensors only, no remote code, nothing missing, nothing infinite."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from probes.models.adapter import without_adapter
from probes.models.folder import check_folder, left_over, read_json, within
from probes.models.gguf import LoadError, check_gguf, converted
from probes.models.packaged import assembled_file, embedded_file
from probes.models.quantised import plain_numbers

TEMPLATE_SECONDS = 10.0
"""Longest time a chat template may take to render; real ones take milliseconds."""
_NUMBER = re.compile(r"(?<=\.)\d+(?=\.)")
"""A place in a stack, within the name of a weight."""


def find(source: str, revision: str | None, allow_bin: bool, template: str | None = None) -> tuple[str, dict[str, Any]]:
    """(folder, how it was found). Local files win over the hub. `template`: the one to be used, if one was given."""
    path = Path(source).expanduser()
    if revision and (source in ("smollm2-135m", "gemma3-270m") or path.exists()):
        raise LoadError(f"revision {revision!r} is a commit or tag of a hub id, and {source} is on this machine")
    if source == "smollm2-135m":
        return _from_gguf(embedded_file(), {"kind": "embedded", "source": source})
    if source == "gemma3-270m":
        packaged = assembled_file()
        check_gguf(packaged, template)
        return _from_gguf(packaged, {"kind": "packaged", "source": source})
    if path.is_file():
        check_gguf(path, template)
        return _from_gguf(path, {"kind": "gguf", "source": source})
    if path.is_dir():
        check_folder(path, allow_bin)
        return str(path), {"kind": "folder", "source": source}
    if source.startswith((".", "/", "~")) or source.count("/") != 1:
        raise LoadError(
            f"{source!r} is no local folder, no .gguf file and no hub id; "
            "known names: smollm2-135m, gemma3-270m, tiny, server:URL, scripted:NAME"
        )
    return _fetch(source, revision, allow_bin), {"kind": "hub", "source": source, "revision": revision or "main"}


def _from_gguf(path: Path, told: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    folder = converted(path)
    return str(folder), {**told, "quantised": read_json(folder / "converted.json").get("quantised", "GGUF")}


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
    folder: str, tokenizer: Any, dtype: str, device: str, safetensors_only: bool = True, device_map: Any = None
) -> Any:
    """The model in eval mode. Missing, mismatched or non-finite weights are errors."""
    from transformers.utils import logging as hf_logging

    hf_logging.disable_progress_bar()  # transformers draws one bar per load; ours count trials
    with without_adapter(folder) as bare:
        model, loading = _model(bare, dtype, device, safetensors_only, device_map)
    _check_weights(folder, model, loading)
    _check_vocabulary(folder, model, tokenizer)
    model.config.architectures = model.config.architectures or [type(model).__name__]  # GGUF files name none
    return model.eval()


def _check_vocabulary(folder: str, model: Any, tokenizer: Any) -> None:
    """Every token that a text or the template can bring has a row; a special one that neither brings, such as one for
    padding, need not."""
    rows = model.get_input_embeddings().num_embeddings
    beyond = {token for token, at in tokenizer.get_vocab().items() if at >= rows}
    special = {str(token) for token in tokenizer.added_tokens_decoder.values() if token.special}
    written = {token for token in beyond & special if token not in str(tokenizer.chat_template)}
    if beyond - written:
        raise LoadError(
            f"{folder}: the tokenizer knows {len(tokenizer)} tokens, the model only {rows} "
            f"(first without a row: {min(beyond - written)!r}); one of the two is from another model"
        )


_OPTIONS: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


def load_tokenizer(folder: str) -> Any:
    """The tokenizer of a folder, with its chat template; rendering is bounded in time."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **_OPTIONS)
    except Exception as error:  # transformers and tokenizers each raise their own kinds
        said = f"{folder} has no tokenizer that can be read; tokenizer.json and tokenizer_config.json belong there"
        raise LoadError(f"{said} ({_short(error)})") from error
    beside = Path(folder) / "chat_template.json"
    if not tokenizer.chat_template and beside.is_file():  # where processors of images keep it
        tokenizer.chat_template = read_json(beside).get("chat_template")
    tokenizer.apply_chat_template = within(TEMPLATE_SECONDS, tokenizer.apply_chat_template)
    return tokenizer


def _short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _model(folder: str, dtype: str, device: str, safetensors_only: bool, device_map: Any) -> tuple[Any, dict[str, Any]]:
    """Weights on their device, with what transformers says about loading them."""
    import torch
    import transformers
    from safetensors import SafetensorError

    try:
        config, plain = transformers.AutoConfig.from_pretrained(folder, **_OPTIONS), plain_numbers(folder, device)
        model, loading = _opener(config).from_pretrained(
            folder,
            dtype=getattr(torch, dtype),
            use_safetensors=True if safetensors_only else None,
            output_loading_info=True,
            device_map=device_map,
            **plain,
            **_OPTIONS,
        )
        model = model.to(getattr(torch, dtype)) if plain else model  # some of it comes in the dtype of its scales
        return model if device_map else model.to(device), loading
    except LoadError:
        raise
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


def _opener(config: Any) -> Any:
    """The class that opens a model of this configuration: of texts, or of images and texts, whose images we leave."""
    import transformers
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING

    if type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING and type(config) in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING:
        return transformers.AutoModelForImageTextToText
    return transformers.AutoModelForCausalLM


def check_device(device: str) -> None:
    """Say in words what this machine lacks."""
    import torch

    try:
        kind, index = torch.device(device).type, torch.device(device).index
    except RuntimeError:
        kind, index = "", None
    if kind not in ("cpu", "cuda", "mps", "xpu"):
        raise LoadError(f"device {device!r} is none to compute on; take cpu, cuda, cuda:1, balanced, or auto")
    if kind == "cuda" and not torch.cuda.is_available():
        raise LoadError(f"device {device!r}: no usable GPU here; take device='cpu', or 'auto' for whatever there is")
    if kind == "cuda" and (index or 0) >= torch.cuda.device_count():
        raise LoadError(f"device {device!r}: this machine has {torch.cuda.device_count()} GPU(s), counted from 0")
    if (kind == "mps" and not torch.backends.mps.is_available()) or (kind == "xpu" and not torch.xpu.is_available()):
        raise LoadError(f"device {device!r}: this machine has none; take device='cpu', or 'auto' for whatever there is")


def _check_weights(folder: str, model: Any, loading: dict[str, Any]) -> None:
    """Transformers fills missing and mismatched weights with noise and goes on; here that is an error."""
    for kind in ("missing_keys", "mismatched_keys"):
        if loading.get(kind):
            names = ", ".join(sorted(str(key) for key in loading[kind])[:5])
            what = f"{len(loading[kind])} {kind.replace('_', ' ')} (first: {names})"
            raise LoadError(f"{folder}: {what}; the checkpoint is incomplete")
    if loading.get("unexpected_keys") and left_over(read_json(Path(folder) / "config.json")):
        names = ", ".join(sorted(map(str, loading["unexpected_keys"]))[:3])
        raise LoadError(
            f"{folder} names code of its own (auto_map) and holds weights that {type(model).__name__} of transformers "
            f"does not read ({names}); it is another architecture, and remote code is never run"
        )
    if beyond := _beyond(model, loading.get("unexpected_keys") or ()):
        raise LoadError(
            f"{folder}: {len(beyond)} weights of layers that its config.json does not count (first: {beyond[0]}); "
            "the two are of different models, and a part of this one would answer"
        )
    for name, weight in model.named_parameters():
        if weight.device.type != "meta" and not bool(weight.isfinite().all()):
            narrow = str(weight.dtype) == "torch.float16" and not bool(weight.isnan().any())
            why = "float16 has no such numbers: take dtype='bfloat16' or 'float32'" if narrow else "the file is damaged"
            raise LoadError(f"{folder}: weight {name} holds {'infinity' if narrow else 'NaN or infinity'}; {why}")


def _beyond(model: Any, unread: Iterable[str]) -> list[str]:
    """Weights that were not read although others differ from them only in a number."""
    known = {_NUMBER.sub("0", name) for name, _ in model.named_parameters()}
    return sorted(name for name in map(str, unread) if _NUMBER.search(name) and _NUMBER.sub("0", name) in known)
