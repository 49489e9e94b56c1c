"""What a model folder may hold: no code, no pickles, no links out of it, an architecture that writes text."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from probes.models.gguf import LoadError

P = ParamSpec("P")
T = TypeVar("T")
_CODE_FIELDS = ("_attn_implementation_internal", "custom_pipelines", "trust_remote_code")
"""config.json fields through which a checkpoint names code of its own; all are refused, however deep they lie.
`auto_map` is refused too, unless transformers has the architecture itself and never looks at it."""
_WRITERS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
"""How transformers names architectures that write text."""
_REPEATED = 64
"""How often a stack may use one block at most. A smaller stack with missing weights is refused once it is built."""


def check_folder(folder: Path, allow_bin: bool) -> None:
    """Refuse, in words, what would load as something else or bring code."""
    if not (folder / "config.json").is_file():
        raise LoadError(f"{folder} has no config.json; give the folder of a transformers checkpoint")
    _check_links(folder)
    _check_config(folder, read_json(folder / "config.json"))
    if not any(folder.glob("*.safetensors")) and not allow_bin:
        raise LoadError(
            f"{folder} holds no safetensors; convert the checkpoint, or pass safetensors_only=False for pickled weights"
        )
    for index in folder.glob("*.index.json"):
        _check_index(folder, index)
    if (folder / "generation_config.json").exists():  # transformers passes over a damaged one, and end marks are lost
        read_json(folder / "generation_config.json")
    _check_sizes(folder)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file of a checkpoint."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise LoadError(f"{path} is no JSON: {error}") from error
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror}") from error
    if not isinstance(found, dict):
        raise LoadError(f"{path} is no JSON object; the checkpoint is damaged")
    return found


def _check_config(folder: Path, config: dict[str, Any]) -> None:
    named = sorted({name for name, value in _fields(config) if name in _CODE_FIELDS or _is_kernel(name, value)})
    if left_over(config) and not _native(config):
        named.append("auto_map")
    if named:
        raise LoadError(f"{folder}/config.json names code of its own ({', '.join(named)}); remote code is never run")
    architectures = config.get("architectures") or []
    if config.get("is_encoder_decoder") or (
        architectures and not any(str(name).endswith(_WRITERS) for name in architectures)
    ):
        told = ", ".join(map(str, architectures)) or config.get("model_type")
        raise LoadError(f"{folder} holds {told}, which does not continue text; give a causal language model")


def _check_sizes(folder: Path) -> None:
    """The configuration can be read, and its counts fit the weights: transformers fills what they lack and leaves out
    what it does not count, and builds a stack of ten million layers before it looks at them."""
    from transformers import AutoConfig

    try:
        config = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
        layers, longest = _counts(config.get_text_config())
    except Exception as error:  # a field of a wrong kind: each configuration raises its own
        told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise LoadError(f"{folder}/config.json is no configuration that transformers can read ({told})") from error
    if layers is not None and layers < 1:
        raise LoadError(f"{folder}/config.json counts {layers} layers; a model has at least one")
    if longest is not None and longest < 1:
        raise LoadError(f"{folder}/config.json allows {longest} positions (max_position_embeddings); nothing fits")
    held = _numbered(folder)
    if layers is not None and held and layers > _REPEATED * held:
        counted = layers if layers < 10**6 else "millions of"
        raise LoadError(f"{folder}/config.json counts {counted} layers and its weights number {held}; "
                        "the two are of different models, or weight files are missing")  # fmt: skip


def _counts(config: Any) -> tuple[int | None, int | None]:
    """Layers and positions that a configuration names; None where it does not."""
    numbers = [getattr(config, name, None) for name in ("num_hidden_layers", "max_position_embeddings")]
    return numbers[0] if isinstance(numbers[0], int) else None, numbers[1] if isinstance(numbers[1], int) else None


def _numbered(folder: Path) -> int:
    """One more than the largest number in the name of a weight; 0 where the names cannot be read."""
    from safetensors import SafetensorError, safe_open

    names: list[str] = []
    for path in folder.glob("*.safetensors"):
        try:
            with safe_open(path, framework="pt") as file:
                names += file.keys()
        except (SafetensorError, OSError):  # said in words when the weights are loaded
            return 0
    return max((int(part) + 1 for name in names for part in name.split(".") if part.isdecimal()), default=0)


def left_over(config: dict[str, Any]) -> bool:
    """Whether a configuration names classes of its own, as checkpoints do from before transformers had theirs."""
    return any(name == "auto_map" for name, _ in _fields(config))


def _native(config: dict[str, Any]) -> bool:
    from transformers import CONFIG_MAPPING

    return config.get("model_type") in CONFIG_MAPPING


def _fields(config: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(config, dict):
        for name, value in config.items():
            yield str(name), value
            yield from _fields(value)
    elif isinstance(config, list):
        for value in config:
            yield from _fields(value)


def _is_kernel(name: str, value: Any) -> bool:
    """An implementation named like a hub repository is code that would be fetched."""
    return name.endswith("_implementation") and isinstance(value, str) and "/" in value


def _check_links(folder: Path) -> None:
    """Links may stay within the folder, or within the hub cache entry that the folder is a snapshot of."""
    home = folder.resolve()
    entry = home.parents[1] if home.parent.name == "snapshots" else home
    for path in folder.iterdir():
        if path.is_symlink() and not path.exists():
            raise LoadError(f"{path} is a link to a file that is not there; the checkpoint is incomplete")
        if path.is_symlink() and not path.resolve().is_relative_to(entry):
            raise LoadError(f"{path} is a link out of the model folder; copy the file, or give the folder it lies in")


def _check_index(folder: Path, index: Path) -> None:
    """The shards of a checkpoint are files beside their index, all of them there."""
    shards = {str(name) for name in (read_json(index).get("weight_map") or {}).values()}
    outside = sorted(name for name in shards if Path(name).name != name)
    if outside:
        raise LoadError(f"{index} names files outside the model folder ({outside[0]}); such a checkpoint is refused")
    absent = sorted(name for name in shards if not (folder / name).exists())
    if absent and index.name.startswith("model.safetensors"):
        raise LoadError(f"{folder} lacks {absent[0]} ({len(absent)} of {len(shards)} weight files); fetch it again")


def within(seconds: float, call: Callable[P, T]) -> Callable[P, T]:
    """`call`, ended with a TimeoutError after so many seconds. In the main thread only: elsewhere there is no alarm."""

    def late(*_: object) -> None:
        raise TimeoutError(f"took longer than {seconds:g} s")

    @wraps(call)
    def limited(*args: P.args, **kwargs: P.kwargs) -> T:
        if threading.current_thread() is not threading.main_thread():
            return call(*args, **kwargs)
        before = signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            return call(*args, **kwargs)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    return limited
