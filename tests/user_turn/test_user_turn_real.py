"""The grounding instrument on real second turns: MT-Bench questions that come with reference answers."""

from __future__ import annotations

from pathlib import Path

import pytest

import probes
from analysis import user_turn

DATA = Path(__file__).parents[2] / "../shared/data/mt_bench"


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder is not beside this checkout")
def test_grounding_separates_real_second_turns_better_than_the_naive_ratio(smollm2):
    """Maths and reasoning, 20 questions; all 80 with the model's own answers give 0.913 (docs/user_turn.md)."""
    probe = probes.suite["user_turn_likelihood"](
        dataset="mt_bench", path=str(DATA), domains=("math", "reasoning"), others=4, kinds=("true", "mismatched")
    )
    areas = user_turn.separation(probes.run(probe, smollm2)).set_index("measure")["value"]
    assert areas["grounding"] >= 0.9
    assert areas["grounding"] >= areas["naive"]
