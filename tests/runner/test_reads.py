"""What a run depends on, from the events of its kernel."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from runner.reads import Reads, inputs


@pytest.mark.parametrize(
    ("name", "noted"),
    [
        (".cache/interlocutor/gguf/b179c952.x2a9_0xd/model.safetensors", 0),  # converted there, then moved
        (".cache/interlocutor/gguf/b179c952/model.safetensors", 1),
        ("data/answers.v2/gone.csv", 1),
    ],
)
def test_what_is_gone_at_the_end_cannot_be_proved_unless_our_cache_made_it(tmp_path, name, noted):
    plan = SimpleNamespace(folder=tmp_path / "run", root=tmp_path / "reports", resolved={})
    reads = Reads(files={str(tmp_path / name): [1, 2, 3]})
    inputs(plan, reads)
    assert len(reads.unprovable) == noted
