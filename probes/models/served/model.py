"""A model behind a server as a model of ours: we render, tokenise and read; the server computes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probes.models.asking import Asking
from probes.models.described import described
from probes.models.gguf import LoadError
from probes.models.load import find, load_tokenizer
from probes.models.local import end_marks
from probes.models.served.answer import ServerError
from probes.models.served.check import require, signature
from probes.models.served.dialects import Dialect, dialect
from probes.models.served.engine import ServedEngine
from probes.models.served.known import known, moved
from probes.models.served.wire import Wire
from probes.models.shapes import changes
from probes.models.template import prepare
from probes.models.thinking import thinking_model

if TYPE_CHECKING:
    from probes.models.open import Asked

PREFIX = "server:"
ELSEWHERE = ("device", "dtype", "revision", "adapter", "base")
"""Options of `load_model` that are a matter of how the server was started."""


class ServedModel(Asking):
    """A tokenizer of ours before an engine of theirs."""

    def __init__(self, name: str, speaks: Dialect, tokenizer: Any, info: dict[str, Any], **engine: Any) -> None:
        ends = end_marks([tokenizer.eos_token_id, info.pop("end_marks", None)])
        super().__init__(name, tokenizer, info, ServedEngine(speaks, **engine), ends)

    def answering(self) -> dict[str, Any]:
        """Engine, version and name of the model there, and what it answered to a few prompts."""
        return {"server": self.engine.dialect.about, "signature": self.info.get("signature")}

    def recognise(self) -> None:
        """Find the answers to the probe prompts among those known of this server's model, or keep them."""
        self.info["signature"] = known({**self.answering(), "tokenizer": self.fingerprint}, signature(self))
        self._refingerprint()


def open_served(asked: Asked) -> ServedModel:
    """Connect, compare tokenizers, and look at what the server gives; see `load_model`."""
    url, _, name = asked.source.removeprefix(PREFIX).partition("#")
    try:
        wire = Wire(url)
    except ServerError as error:
        raise LoadError(str(error)) from error
    if given := [part for part in ELSEWHERE if getattr(asked, part) not in ("auto", None)]:
        raise LoadError(f"{given[0]} of a model behind a server is set where the server is started, not here")
    if not asked.tokenizer:
        raise LoadError(f"{asked.source} needs the tokenizer of its model: load_model(source, tokenizer='FOLDER')")
    folder = asked.tokenizer if Path(asked.tokenizer).is_dir() else find(asked.tokenizer, None, False, "plain")[0]
    tokenizer = load_tokenizer(folder)
    told: dict[str, Any] = {"instruct": prepare(tokenizer, asked.template, asked.date)}
    told["end_marks"] = _generation(folder).get("eos_token_id")
    try:
        opened = _made(asked, dialect(wire, name), tokenizer, told)
        require(opened)
        opened.recognise()
    except (ServerError, FloatingPointError) as error:
        raise LoadError(str(error)) from error
    wire.came_back = lambda: _same(opened)
    opened.info["template_changes"] = changes(opened.chat)
    opened.info["described"] = described(opened.info)
    return opened


def _made(asked: Asked, speaks: Dialect, tokenizer: Any, told: Mapping[str, Any]) -> ServedModel:
    about = speaks.about
    info = {
        **told, "kind": "server", "source": asked.source, "server": about, "date": asked.date,
        "template": asked.template or "own", "template_options": {"enable_thinking": False, **asked.template_options},
    }  # fmt: skip
    kind = thinking_model(asked.thinking, asked.thoughts, ServedModel)
    opened: ServedModel = kind(Path(str(about["model"])).name, speaks, tokenizer, info, **asked.engine)
    return opened


def _generation(folder: str) -> Mapping[str, Any]:
    path = Path(folder) / "generation_config.json"
    return json.loads(path.read_text()) if path.is_file() else {}


def _same(model: ServedModel) -> None:
    """After a server came back: is it still the same model? Raises ServerError where it answers otherwise."""
    difference = moved(model.info["signature"], signature(model))
    if difference:
        raise ServerError(f"{model.name}: another model answers since the server came back ({difference})")
