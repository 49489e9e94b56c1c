"""What an engine finds out about its model before it answers, kept for these weights, this code and this machine."""

from __future__ import annotations

import importlib.metadata
import json
import logging
import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from probes.core.files import write_json
from probes.models.code import code_digest
from probes.models.engine import Engine
from probes.models.engine.engine import Tested
from probes.models.engine.rounding import Noise
from probes.models.engine.soundness import Verdict
from probes.models.hashes import cache_root


def engine(model: Any, told: Mapping[str, Any], **options: Any) -> Engine:
    """An engine of a model; `told` names its weights.

    That prefixes may be shared is remembered; that they may not is found out again, for it may have been the moment.
    """
    path = cache_root() / "tested" / f"{_key(model, told, options)[:32]}.json"
    known = _read(path)
    made = Engine(model, known=known, **options)
    if known is None and made.tested.verdict.sound:
        try:
            write_json(path, asdict(made.tested))
        except OSError as error:  # a read-only home must not stop a run
            logging.getLogger(__name__).warning("what was found out about the model is not kept: %s", error)
    return made


def _key(model: Any, told: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Of all that rounding depends on: weights, dtype, code, libraries, processor, threads."""
    computes = [str(model.dtype), str(model.device)]
    libraries = [importlib.metadata.version(name) for name in ("torch", "transformers", "numpy")]
    machine = [platform.machine(), torch.backends.cpu.get_cpu_capability(), torch.get_num_threads()]
    if torch.cuda.is_available():
        machine.append(torch.cuda.get_device_name())
    return code_digest(told["weights"], computes, Engine, libraries, machine, sorted(options.items(), key=str))


def _read(path: Path) -> Tested | None:
    """None where nothing is kept, or not what is kept here."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Tested(Verdict(**kept["verdict"]), Noise(**kept["noise"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
