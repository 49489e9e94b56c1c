"""The prefix tree against a list of sequences, and its bound in bytes."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.models.engine import Engine, ScoreIds
from probes.models.engine.cache import Prefixes

SEQUENCES = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=12).map(tuple), min_size=1, max_size=20)


def fill(tree: Prefixes, tokens: tuple[int, ...]) -> list:
    """Insert and put one row a token that says which prefix it stands for."""
    end, _ = tree.insert(tokens)
    for node in end.path():
        if node.rows is None:
            stop = [node.start + at + 1 for at in range(len(node.tokens))]
            tree.put(node, torch.tensor([[float(hash(tokens[:at]) % 2**20)] for at in stop]))
    return end.path()


@given(SEQUENCES, st.integers(1, 5))
def test_every_path_spells_its_sequence_with_its_own_rows(sequences: list, run: int) -> None:
    tree = Prefixes(10**6, run)
    ends = []
    for tokens in sequences:
        fill(tree, tokens)
        ends.append((tokens, tree.insert(tokens)[0]))
    for tokens, end in ends:  # ends found early stay valid through later splits
        path = end.path()
        assert tuple(token for node in path for token in node.tokens) == tokens
        assert all(len(node.tokens) <= run for node in path)
        rows = torch.cat([node.rows for node in path])[:, 0].tolist()
        assert rows == [float(hash(tokens[: at + 1]) % 2**20) for at in range(len(tokens))]
    distinct = {tokens[:at] for tokens in sequences for at in range(1, len(tokens) + 1)}
    assert tree.bytes == 4 * len(distinct)


@given(SEQUENCES, st.integers(0, 40))
def test_eviction_keeps_the_bound_and_the_newest(sequences: list, bound: int) -> None:
    tree = Prefixes(4 * bound, 3)
    for tokens in sequences:
        path = fill(tree, tokens)
        tree.evict(keep=path[-1:])
        assert all(node.rows is not None for node in path)
        tree.evict()
        kept = list(tree._nodes())
        assert tree.bytes == sum(node.bytes for node in kept) <= 4 * bound
        assert all(node.parent.rows is not None or node.parent.parent is None for node in kept)
    if 8 * len({s[:at] for s in sequences for at in range(1, len(s) + 1)}) <= 7 * bound:
        assert all(tree.insert(tokens)[1] == 0 for tokens in sequences)  # never full: nothing was dropped


def test_least_recently_used_goes_first() -> None:
    tree = Prefixes(4 * 5, 8)
    for tokens in ((1, 1), (2, 2), (1, 1), (3, 3)):
        fill(tree, tokens)
        tree.evict()
    assert [tree.insert(tokens)[1] for tokens in ((1, 1), (3, 3), (2, 2))] == [0, 0, 2]


def test_engine_holds_its_bound_and_is_right_after_eviction(llama) -> None:
    token = 4 * (3 * 2 * 2 * 8 + 32)  # float32: 3 layers, keys and values, 2 heads of 8, and the hidden state of 32
    engine = Engine(llama, cache_bytes=30 * token, batch_tokens=16)
    reference = Engine(llama, sharing=False)
    for k in range(12):
        requests = [ScoreIds((5, 6, 7, *range(20 + k, 40 + k)), ((5,), (6, 7)))]
        assert engine.run(requests)[0].logprobs[1] == pytest.approx(reference.run(requests)[0].logprobs[1], abs=1e-4)
        assert 0 < engine.trunk.cache.bytes <= 30 * token


@pytest.mark.slow
def test_no_leak_over_ten_thousand_questions(llama) -> None:
    import gc

    engine = Engine(llama, cache_bytes=500_000)
    sizes = []
    for block in range(20):
        engine.run([ScoreIds((9, block + 3, k % 250 + 3, k // 250 + 3), ((5,), (6,))) for k in range(500)])
        gc.collect()
        sizes.append(sum(o.numel() for o in gc.get_objects() if isinstance(o, torch.Tensor)))
        assert engine.trunk.cache.bytes <= 500_000
    assert max(sizes[10:]) <= 1.02 * max(sizes[5:10])


settings.register_profile("engine", deadline=None)
settings.load_profile("engine")
