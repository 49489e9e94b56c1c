"""Prompts read once for all rows that continue them: the same tokens, whatever joins, leaves or runs out of memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from probes.models.engine import Engine, SampleIds, ScoreIds, stems
from probes.models.engine.rows import Rows
from tests.models.engine.test_engine_contract import assert_same


def shared(prompts: int, each: int) -> list[SampleIds]:
    """Ragged continuations of prompts of unlike length, some shorter than a window of six and some much longer."""
    rng = np.random.default_rng(3)
    stem = tuple(rng.integers(3, 300, 30).tolist())
    texts = [(*stem[: 3 + 9 * k], 5 + k) for k in range(prompts)]
    return [SampleIds(texts[k], 2 + 3 * n % 14, float(n % 5 > 0), seed=k * each + n, stop=frozenset(range(20)))
            for k in range(prompts) for n in range(each)]  # fmt: skip


@pytest.fixture
def made(monkeypatch) -> list[bool]:
    """Whether each set of rows kept its prompts apart."""
    kept: list[bool] = []
    begin = Rows.__init__

    def counted(self, capacity, length, columns, like, stems=None):
        kept.append(stems is not None)
        begin(self, capacity, length, columns, like, stems)

    monkeypatch.setattr(Rows, "__init__", counted)
    return kept


@pytest.mark.parametrize("rows", [3, 64])
def test_tokens_are_those_of_the_plain_path_on_every_architecture(model, made, rows) -> None:
    if model.config.model_type == "qwen3_5_text":
        pytest.skip("keeps a state that cannot be sliced, so its prompts are never shared")
    requests = shared(3, 5)
    reference = Engine(model, sharing=False).run(requests)
    for cache in (10**9, 30_000):  # all is kept; hardly anything is
        engine = Engine(model, rows=rows, cache_bytes=cache, batch_tokens=40)
        assert_same(engine.run(requests), reference)
        assert_same(engine.run(requests[::-1])[::-1], reference)
        assert engine.trunk.cache.bytes <= cache
        past = [ScoreIds((*r.prompt, *said.ids, 9), ((5,),)) for r, said in zip(requests, reference, strict=True)]
        assert_same(engine.run(past), Engine(model, sharing=False).run(past))
    assert made
    assert all(made)


def test_only_what_is_shared_is_kept_apart(llama, made) -> None:
    Engine(llama).run(shared(3, stems.SHARED))
    Engine(llama).run(shared(3, stems.SHARED - 1))
    Engine(llama, strict=True).run(shared(1, 8))
    assert made == [True, False, False]


def test_a_prompt_lies_in_memory_once_and_goes_with_its_last_row(llama, monkeypatch) -> None:
    sizes: list[int] = []
    arrange = stems.Stems.arrange

    def counted(self, places):
        assert len(self._known) == len(set(self._of))
        sizes.append(len(self._known))
        arrange(self, places)

    monkeypatch.setattr(stems.Stems, "arrange", counted)
    asked = [SampleIds((5, 6, 7 + k), 2 + 6 * k, 1.0, seed=n) for k in range(3) for n in range(6)]
    Engine(llama).run(asked)
    assert (sizes[0], sizes[-1]) == (3, 1)


def test_half_of_the_rows_goes_on_where_memory_runs_out(llama, made, monkeypatch) -> None:
    requests = shared(3, 6)
    whole = Engine(llama).run(requests)
    attend, calls = stems.Stems.attend, []

    def cramped(self, layer, query, form):
        calls.append(len(query))
        if len(query) > 8 and len(calls) > 12:
            raise torch.OutOfMemoryError("too many rows")
        return attend(self, layer, query, form)

    monkeypatch.setattr(stems.Stems, "attend", cramped)
    assert_same(Engine(llama, rows=16).run(requests), whole)
    assert max(calls[-10:]) <= 8
