"""What a report says about thinking: how many thoughts, how many were cut, how much of a choice they decide."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.report.thoughts import sentence, share_between


def test_the_share_between_thoughts_is_recovered():
    """Questions of standard deviation .2, thoughts of .1: a fifth of the variance lies between thoughts."""
    rng = np.random.default_rng(0)
    centres = 0.5 + 0.2 * rng.normal(size=4000)
    found = share_between(centre + 0.1 * rng.normal(size=4) for centre in centres)
    assert found == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("groups", [[], [[0.3, 0.5]], [[0.3], [0.5], [0.9]], [[0.5, 0.5], [0.5, 0.5]]])
def test_where_nothing_varies_or_is_repeated_there_is_no_share(groups):
    assert share_between(np.array(group) for group in groups) is None


def test_thoughts_are_counted_and_those_that_were_cut():
    def choice(*odds: float, stop: str = "end_of_turn") -> dict:
        return {"thoughts": [{"stop": stop, "logprobs": {"A": np.log(p), "B": np.log(1 - p)}} for p in odds]}

    written = {"thoughts": [{"stop": "length"}]}
    said = sentence([choice(0.2, 0.8), choice(0.8, 0.2, stop="length"), written])
    assert said.startswith("5 thoughts, 60 % cut at the budget; 100 % of the variance")
    alike = sentence([choice(0.1, 0.1), choice(0.9, 0.9)])
    assert alike.endswith("; 0 % of the variance of a choice lies between thoughts on one question")
    assert sentence([written]) == "1 thought, 100 % cut at the budget"
    assert sentence([]) == ""
