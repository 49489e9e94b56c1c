"""Strategies by name: every public function of `classics`, with its parameter after a colon where it has one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from probes.games.stimuli.opponents import classics

Strategy = Callable[[str, str, np.random.Generator], str]
"""Own moves so far, the other's moves so far (letters C and D), random numbers -> C or D."""


class Strategies(Mapping[str, Strategy]):
    """`STRATEGIES["tit_for_tat"]`, `STRATEGIES["defect_once:4"]`; iterating gives the names without parameters."""

    def __getitem__(self, name: str) -> Strategy:
        base, _, argument = name.partition(":")
        if base not in list(self):
            raise KeyError(f"no strategy {base!r}; there are {', '.join(self)}")
        strategy: Strategy = getattr(classics, base)
        if not argument:
            return strategy
        extra = list(inspect.signature(strategy).parameters)[3:]
        if not extra:
            raise KeyError(f"strategy {base!r} takes no parameter, got {argument!r}")
        return partial(strategy, **{extra[0]: float(argument)})

    def __iter__(self) -> Iterator[str]:
        for name, item in vars(classics).items():
            if inspect.isfunction(item) and item.__module__ == classics.__name__ and not name.startswith("_"):
                yield name

    def __len__(self) -> int:
        return len(list(iter(self)))


STRATEGIES = Strategies()
