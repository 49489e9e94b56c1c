"""How much fits: tokens a pass, decode rows, bytes of the prefix cache; and what an exhausted device says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import psutil
import torch
from transformers import PreTrainedModel

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_CPU_TOKENS = 1024
"""More tokens a pass gain nothing on a CPU: the matrix products are at their rate, activations leave the cache."""
_CPU_BYTES = 2 * 2**30
"""Of the prefix cache and of the rows on a CPU, at most: repeated games in flight together still fit."""


@dataclass(frozen=True)
class Budget:
    """Bounds of one engine."""

    cache_bytes: int
    batch_tokens: int
    rows: int
    row_bytes: int
    run: int
    """Longest run of tokens that is one node of the prefix tree and one block of attention."""
    packed_bytes: int = 0
    """Of a second copy of the weights, in the order in which products read them."""

    @classmethod
    def of(
        cls, model: PreTrainedModel, cache_bytes: int | None, batch_tokens: int | None, rows: int | None, strict: bool
    ) -> Budget:
        """Shares of the memory that is free now: an eighth for the prefix cache, a quarter each for a pass, rows and
        packed weights.

        `strict`: every request alone and nothing kept, so that its shapes never depend on the others.
        """
        free = free_bytes(model.device)
        on_cpu = model.device.type == "cpu"
        config = model.config.get_text_config()
        inner = getattr(config, "intermediate_size", None) or 4 * config.hidden_size
        inner = max(inner) if isinstance(inner, list | tuple) else inner  # one a layer in Gemma 3n
        token = 4 * model.dtype.itemsize * (4 * config.hidden_size + 2 * inner)
        tokens = _CPU_TOKENS if on_cpu else max(256, min(16384, free // 4 // max(token, 1)))
        if strict:
            return cls(cache_bytes=0, batch_tokens=1, rows=1, row_bytes=2**62, run=128)
        kept = min(free // 8, _CPU_BYTES) if on_cpu else free // 8
        return cls(
            cache_bytes=kept if cache_bytes is None else cache_bytes,
            batch_tokens=batch_tokens or tokens,
            rows=rows or (128 if on_cpu else 256),
            row_bytes=min(free // 4, _CPU_BYTES) if on_cpu else free // 4,
            run=128 if on_cpu else 512,
            packed_bytes=free // 4 if on_cpu else 0,
        )


def free_bytes(device: torch.device) -> int:
    """Memory of the device, in bytes, that could be had now; on a host what files keep of it counts as free."""
    return torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else psutil.virtual_memory().available


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on a GPU or on the host."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "not enough memory" in str(error)


def release() -> None:
    """Give cached blocks back to the device."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def halving(
    batch: list[Item], compute: Callable[[list[Item]], Iterable[Outcome]], told: Callable[[Item], tuple[str, int]]
) -> Iterator[Outcome]:
    """Outcomes of a batch; where memory runs out, of its halves, with everything finished kept.

    Raises
    ------
    MemoryError
        With name and length, as `told` gives them, of an item that does not fit even alone.
    """
    try:
        yield from list(compute(batch))
        return
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
    release()
    if len(batch) == 1:
        raise too_large(*told(batch[0]))
    for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
        yield from halving(half, compute, told)


def too_large(name: str, length: int) -> MemoryError:
    """What to say about an item that does not fit."""
    return MemoryError(f"{name}: {length} positions do not fit into memory even alone")
