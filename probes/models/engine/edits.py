"""Changing activations on the way: vectors added to, or put in place of, what a block computes at marked positions.

A *marked* token carries the number of an edit above its vocabulary id. Whatever is computed for it goes under that name
into the prefix cache, so edited and plain positions live in one tree, share what they share and never meet by mistake.
A position that has no mark of its own takes an `onward` mark from the position before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from probes.models.engine.cache import Node, Tokens
from probes.models.engine.capture import locate

_BITS = 32
_ID = (1 << _BITS) - 1


def mark(tokens: Sequence[int], edit: int) -> Tokens:
    """The tokens, each bearing the number of an edit (0 is none)."""
    return tuple((token & _ID) | (edit << _BITS) for token in tokens)


def marks(tokens: Sequence[int]) -> list[int]:
    """The edit that every token bears, 0 where none."""
    return [token >> _BITS for token in tokens]


def unmarked(tokens: Sequence[int]) -> Tokens:
    """Vocabulary ids without marks."""
    return tuple(token & _ID for token in tokens)


@dataclass(frozen=True)
class Edit:
    """Site -> vector `[width]`, added to the activation, or put in its place with `replace`.

    `onward`: positions after a marked one are edited too, those of the reply included.
    """

    vectors: Mapping[str, np.ndarray]
    replace: bool = False
    onward: bool = False


class Edits:
    """The edits one engine knows by number. Numbers are never used twice, so that a cached position stays true."""

    def __init__(self) -> None:
        self._known: dict[int, Edit] = {}
        self._last = 0

    def __bool__(self) -> bool:
        return bool(self._known)

    def add(self, edit: Edit) -> int:
        """Number of a new edit, from 1."""
        self._last += 1
        self._known[self._last] = edit
        return self._last

    def forget(self, number: int) -> None:
        """Free an edit's vectors; its number stays taken."""
        self._known.pop(number, None)

    def resolve(self, node: Node) -> list[int]:
        """The edit at every token of a node, what comes onward from before included."""
        given, before = marks(node.tokens), self._before(node)
        for at, number in enumerate(given):
            given[at] = before = number or before
            before = self._onward(before)
        return given

    def after(self, tokens: Sequence[int]) -> int:
        """The edit of what is generated after these tokens."""
        return self._onward(next((number for number in reversed(marks(tokens)) if number), 0))

    def _before(self, node: Node) -> int:
        above = node.parent
        while above is not None and above.parent is not None:
            found = next((number for number in reversed(marks(above.tokens)) if number), 0)
            if found:
                return self._onward(found)
            above = above.parent
        return 0

    def _onward(self, number: int) -> int:
        return number if number and self._known[number].onward else 0

    @contextmanager
    def made(self, model: PreTrainedModel, numbers: Sequence[int]) -> Iterator[None]:
        """While open, passes over `[batch, token]` are edited; `numbers` holds one edit per token, 0 for none."""
        wanted = sorted({site for number in set(numbers) - {0} for site in self._known[number].vectors})
        with ExitStack() as stack:
            for site in wanted:
                module, before = locate(model, site)
                stack.callback(_hook(module, before, self._change(site, numbers)).remove)
            yield

    def _change(self, site: str, numbers: Sequence[int]) -> Any:
        places = [at for at, number in enumerate(numbers) if number and site in self._known[number].vectors]
        chosen = [self._known[numbers[at]] for at in places]
        vectors = torch.from_numpy(np.stack([np.asarray(edit.vectors[site], np.float32) for edit in chosen]))
        kept = torch.tensor([not edit.replace for edit in chosen])

        def change(value: torch.Tensor) -> torch.Tensor:
            index = torch.tensor(places, device=value.device)
            rows = value.flatten(0, 1)
            old = torch.where(kept.to(value.device)[:, None], rows[index], torch.zeros((), dtype=value.dtype))
            return rows.index_copy(0, index, old + vectors.to(value)).view_as(value)

        return change


def _hook(module: torch.nn.Module, before: bool, change: Any) -> Any:
    """Ahead of all other hooks, so that what is captured is what was made."""
    if before:

        def enter(
            _module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
        ) -> tuple[tuple[Any, ...], dict[str, Any]]:
            if args:
                return (change(args[0]), *args[1:]), kwargs
            return args, {**kwargs, "hidden_states": change(kwargs["hidden_states"])}

        return module.register_forward_pre_hook(enter, prepend=True, with_kwargs=True)

    def leave(_module: Any, _args: Any, out: Any) -> Any:
        return (change(out[0]), *out[1:]) if isinstance(out, tuple) else change(out)

    return module.register_forward_hook(leave, prepend=True)
