"""Real weights behind the seam."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from probes.models.asking import Asking
from probes.models.tested import engine as tested


class LocalModel(Asking):
    """A transformers causal language model with its tokenizer, chat template and engine.

    `weights` in `info` is the hash of what its weights are.
    """

    def __init__(self, name: str, model: Any, tokenizer: Any, info: dict[str, Any], **engine: Any):
        self.model = model
        longest = getattr(model.config, "max_position_embeddings", None)
        ends = end_marks([getattr(model.generation_config, "eos_token_id", None), tokenizer.eos_token_id])
        super().__init__(name, tokenizer, info, tested(model, info, max_positions=longest, **engine), ends)

    @property
    def blocks(self) -> int:
        """How many blocks it has: `blocks.0` to `blocks.{blocks - 1}` are the sites of its residual stream."""
        return int(self.model.config.get_text_config().num_hidden_layers)

    def answering(self) -> dict[str, Any]:
        """Weights, dtype, kind of device, how the engine works, versions of torch and transformers."""
        import torch
        import transformers

        return {
            "weights": self.info["weights"],
            "dtype": self.info["dtype"],
            "device": str(self.model.device.type),
            "engine": {name: self.engine.info[name] for name in ("strict", "sharing")},
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        }


def end_marks(named: Iterable[Any]) -> frozenset[int]:
    """End marks as configurations name them: an id, several, or none."""
    several = [token for one in named for token in (one if isinstance(one, list) else [one])]
    return frozenset(int(token) for token in several if token is not None)
