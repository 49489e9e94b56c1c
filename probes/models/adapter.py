"""LoRA adapters: a folder with `adapter_config.json`, merged in memory into the model it was trained on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from probes.models.folder import read_json
from probes.models.gguf import LoadError


def is_adapter(folder: Path) -> bool:
    """Whether a folder holds an adapter and no model; a merged model may have kept the adapter's configuration."""
    return (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file()


@contextmanager
def without_adapter(folder: str) -> Iterator[str]:
    """The folder, or links to all of it but an adapter's files: transformers would apply those a second time."""
    if not (Path(folder) / "adapter_config.json").is_file():
        yield folder
        return
    with tempfile.TemporaryDirectory() as bare:
        for path in Path(folder).iterdir():
            if not path.name.startswith("adapter_"):
                (Path(bare) / path.name).symlink_to(path.resolve())
        yield bare


def base_of(folder: Path, base: str | None) -> str:
    """The source of the model that an adapter belongs to: as given, else as its configuration names it."""
    named = base or read_json(folder / "adapter_config.json").get("base_model_name_or_path")
    if not named:
        raise LoadError(f"{folder} does not say which model it adapts; pass it: load_model(source, base='...')")
    return str(named)


def merged(model: Any, folder: Path) -> Any:
    """`model` with the adapter added to its weights, in float32 and then rounded to the dtype of the model.

    Raises LoadError where peft is not installed, the adapter is no LoRA in safetensors, does not fit the model, or
    changes nothing.
    """
    import torch

    _check(folder)
    try:
        from peft import PeftModel
    except ImportError as error:
        raise LoadError(f"{folder} holds a LoRA adapter, which takes peft: python -m pip install peft") from error
    dtype = model.dtype
    before = _logits(model.float())
    try:
        adapted = PeftModel.from_pretrained(model, str(folder), local_files_only=True).merge_and_unload(safe_merge=True)
    except Exception as error:  # peft raises many kinds
        said = " ".join(str(error).split())[:300]
        raise LoadError(f"{folder} does not fit {type(model).__name__} ({said}); is it of another model?") from error
    after = _logits(adapted)
    if bool((before == after).all()):
        raise LoadError(f"{folder} changes no logit of the model; it is untrained, or none of its weights were read")
    return adapted.to(getattr(torch, str(dtype).removeprefix("torch."))).eval()


def _check(folder: Path) -> None:
    told = read_json(folder / "adapter_config.json")
    if told.get("peft_type") != "LORA":
        raise LoadError(f"{folder} holds an adapter of kind {told.get('peft_type')}; only LoRA is merged")
    if told.get("auto_mapping") and (told["auto_mapping"] or {}).get("parent_library", "").split(".")[0] not in (
        "", "transformers",
    ):  # fmt: skip
        raise LoadError(f"{folder}/adapter_config.json names code of its own (auto_mapping); it is never run")
    if not (folder / "adapter_model.safetensors").is_file():
        raise LoadError(f"{folder} has no adapter_model.safetensors; save the adapter as safetensors")


def _logits(model: Any) -> Any:
    import torch

    rows = model.get_input_embeddings().num_embeddings
    with torch.inference_mode():
        return model(input_ids=torch.tensor([[(7 * k * k + 3) % rows for k in range(24)]], device=model.device)).logits
