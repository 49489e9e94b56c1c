"""Sampling with continuous refill: a finished row leaves the batch and a waiting one enters at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch

from probes.models.engine.cache import Node
from probes.models.engine.draw import draw, entropy, finite, log_softmax
from probes.models.engine.requests import SampledIds, SampleIds
from probes.models.engine.rows import Rows
from probes.models.engine.stems import Stems, worthwhile
from probes.models.engine.trunk import Trunk


@dataclass
class Run:
    """A request on its way. All it needs to go on after being put back are the tokens it has."""

    index: int
    request: SampleIds
    name: str
    result: SampledIds = field(default_factory=lambda: SampledIds([], [], [], "length"))

    @property
    def tokens(self) -> tuple[int, ...]:
        """Prompt and what was drawn so far."""
        return self.request.prompt + tuple(self.result.ids)


class Sampler:
    """Continues `runs` in at most `capacity` rows and about `memory` bytes; after `back_off`, in fewer."""

    def __init__(self, trunk: Trunk, runs: Sequence[Run], limit: int, capacity: int, memory: int) -> None:
        self.trunk = trunk
        self.limit = limit
        self.capacity = capacity
        self.memory = memory
        self.waiting = deque(sorted(runs, key=lambda run: run.request.prompt))
        self.ready: deque[tuple[Run, Node]] = deque()
        self.running: list[Run] = []
        self.longest = max(run.request.length for run in runs)
        self.newest = max(run.request.max_tokens for run in runs)
        self.prompts = [run.request.prompt for run in runs]
        self.rows: Rows | None = None

    def finish(self) -> Iterator[Run]:
        """Yield runs as they end."""
        stepped: list[torch.Tensor] = []
        while self.waiting or self.ready or self.running:
            fresh = self._admit()
            yield from self._choose(torch.cat([*stepped, *fresh]))
            stepped = [self._step()] if self.running else []

    @property
    def unfinished(self) -> list[Run]:
        """Everything still to be done, in order."""
        return [*self.running, *(run for run, _ in self.ready), *self.waiting]

    def back_off(self, smallest: int) -> bool:
        """Put everything unfinished back to wait, for half the rows or passes of half the size; False if at the end."""
        self.waiting = deque(self.unfinished)
        self.ready.clear()
        self.running, self.rows = [], None
        if self.capacity > 1:
            self.capacity //= 2
        elif self.limit > smallest:
            self.limit //= 2
        else:
            return False
        return True

    def _admit(self) -> list[torch.Tensor]:
        """Fill free rows; returns the last hidden state of every prompt admitted."""
        fresh = []
        while len(self.running) < self.capacity and (self.ready or self.waiting):
            if not self.ready:
                self._prefill()
            run, end = self.ready[0]
            rows = self.trunk.rows(end)
            if self.rows is None:
                self.rows = self._allocate(rows)
            self.rows.add(rows, run.request.prompt)
            self.running.append(self.ready.popleft()[0])
            fresh.append(self.trunk.hidden(end, 1))
            if run.request.sites and not run.result.ids:
                run.result.activations = self.trunk.activations(end, run.request.spans)
        return fresh

    def _allocate(self, like: torch.Tensor) -> Rows:
        assert self.trunk.columns is not None
        each = Rows.bytes(self.trunk.columns, self.longest, like)
        self.capacity = max(1, min(self.capacity, self.memory // each, len(self.waiting) + len(self.ready) + 1))
        shared = worthwhile(self.prompts, self.capacity, self.trunk.columns)
        length, stems = (self.newest, Stems(self.trunk.columns)) if shared else (self.longest, None)
        return Rows(self.capacity, length, self.trunk.columns, like, stems)

    def _prefill(self) -> None:
        """Compute the next prompts together, about `limit` new tokens of them."""
        self.trunk.cache.evict()
        chosen: list[Run] = []
        new = 0
        for run in self.waiting:
            if len(chosen) >= self.capacity or new >= self.limit:
                break
            new += self.trunk.cache.insert(run.tokens)[1]
            chosen.append(run)
        ends = self.trunk.fill([run.tokens for run in chosen], self.limit)
        self.ready.extend((self.waiting.popleft(), end) for end in ends)
        self.trunk.cache.evict(keep=ends)

    def _choose(self, hidden: torch.Tensor) -> Iterator[Run]:
        """Draw the next token of every running row and end those that are done."""
        for slot in reversed(choose(log_softmax(self.trunk.logits(hidden)), self.running)):
            assert self.rows is not None
            self._keep(slot, self.rows)
            run, last = self.running[slot], self.running.pop()
            if run is not last:
                self.running[slot] = last
            self.rows.drop(slot)
            yield run

    def _keep(self, slot: int, rows: Rows) -> None:
        """Put what a row computed into the prefix cache: a reply comes again as the past of the next question."""
        if self.trunk.sites:  # activations are captured where prompts are read, not while a reply is written
            return
        first = rows.starts[slot]
        end, _ = self.trunk.cache.insert(self.running[slot].tokens[: first + rows.lengths[slot]])
        for node in end.path():
            if node.rows is None and node.start >= first:
                start = node.start - first
                self.trunk.cache.put(node, rows.taken(slot, start, start + len(node.tokens)))
        self.trunk.cache.evict(keep=[ready for _, ready in self.ready])

    def _step(self) -> torch.Tensor:
        """Feed every row its newest token; returns final hidden states `[row, width]`."""
        assert self.rows is not None
        tokens, positions = self.rows.advance([run.result.ids[-1] for run in self.running])
        edits = [self.trunk.edits.after(run.request.prompt) for run in self.running] if self.trunk.edits else ()
        hidden = self.trunk.forward(tokens, positions, self.rows, edits)[:, 0]
        self.rows.hidden[self.rows.slots, self.rows.places] = hidden.to(self.rows.hidden.device)
        return hidden


def choose(rows: torch.Tensor, running: Sequence[Run]) -> list[int]:
    """Draw and record one token per run from log-probabilities `[run, vocabulary]`; returns the slots that are done.

    Everything that is recorded comes to the host in one piece: a GPU waits once a step, however many run. Tokens are
    exact in float32 up to 2**24.
    """
    tokens = draw(rows, [run.request for run in running], [len(run.result.ids) for run in running])
    picked = rows.gather(1, tokens[:, None])[:, 0]
    told = torch.stack([tokens.to(rows.dtype), picked, entropy(rows), rows.sum(dim=-1)])
    drawn, logprobs, spreads, sums = told.tolist()
    finite(sums, [run.name for run in running])
    values = zip(running, drawn, logprobs, spreads, strict=True)
    return [slot for slot, (run, *one) in enumerate(values) if _take(run, int(one[0]), *one[1:])]


def _take(run: Run, token: int, logprob: float, spread: float) -> bool:
    """Append a token; True if the run is over."""
    if token in run.request.stop:
        run.result.stop = "end_of_turn"
        return True
    run.result.ids.append(token)
    run.result.logprobs.append(logprob)
    run.result.entropies.append(spread)
    return len(run.result.ids) == run.request.max_tokens
