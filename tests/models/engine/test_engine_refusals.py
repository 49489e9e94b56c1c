"""What the engine refuses before the model runs, and the errors that name their item."""

from __future__ import annotations

import copy

import pytest
import torch

from probes.models.engine import Engine, SampleIds, ScoreIds

GOOD = ScoreIds((5, 6), ((7,),))


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (ScoreIds((), ((7,),), name="item 12"), "item 12: the prompt is empty"),
        (ScoreIds((5,), ((),)), "request 1: a target is empty"),
        (ScoreIds((5,), ((300,),)), "outside the vocabulary of 300"),
        (ScoreIds((-1,), ((3,),)), "outside the vocabulary of 300"),
        (
            ScoreIds((5,) * 255, ((3, 4, 5),), name="long"),
            "long: prompt of 255 tokens and 2 more exceed the model's 256",
        ),
        (SampleIds((5,) * 200, 58, 0.0, name="far"), "far: prompt of 200 tokens and 57 more exceed the model's 256"),
        (
            ScoreIds((5, 6), ((7,),), sites=("blocks.0.hook_resid_post",), spans=((1, 3),)),
            "lies outside the prompt of 2",
        ),
        (ScoreIds((5, 6), ((7,),), sites=("blocks.9.hook_resid_post",), spans=((0, 1),)), "blocks.9.hook_resid_post"),
        (ScoreIds((5, 6), ((7,),), sites=("nonsense",), spans=((0, 1),)), "'nonsense' is not one of"),
    ],
)
def test_refused_with_name_and_lengths(llama, request_, words: str) -> None:
    with pytest.raises(ValueError, match=r"request|item|long|far|site") as caught:
        Engine(llama).run([GOOD, request_])
    assert words in str(caught.value)


def test_the_last_position_is_still_allowed(llama) -> None:
    scored, sampled = Engine(llama).run([ScoreIds((5,) * 256, ((3,),)), SampleIds((5,) * 200, 57, 0.0)])
    assert len(scored.logprobs[0]) == 1
    assert len(sampled.ids) == 57


@pytest.mark.parametrize(
    "knobs", [{"temperature": -1.0}, {"temperature": float("nan")}, {"top_p": 0.0}, {"min_p": 1.5}]
)
def test_senseless_knobs_are_refused(knobs: dict) -> None:
    with pytest.raises(ValueError, match=r"temperature|top_p"):
        SampleIds((5,), 3, **{"temperature": 1.0, **knobs})
    with pytest.raises(ValueError, match="max_tokens"):
        SampleIds((5,), 0, 1.0)


@pytest.mark.parametrize("sharing", [None, False])
def test_infinite_logits_are_an_error_naming_the_item(llama, sharing) -> None:
    broken = copy.deepcopy(llama)
    engine = Engine(broken, sharing=sharing)
    with torch.no_grad():
        broken.lm_head.weight[17] = torch.nan
    for item in (ScoreIds((5,), ((7,),), name="item 3"), SampleIds((5,), 2, 1.0, name="item 3")):
        with pytest.raises(FloatingPointError, match="item 3"):
            engine.run([item])


def test_sharing_is_refused_where_it_would_be_wrong(zoo) -> None:
    with pytest.raises(ValueError, match="linear_attention"):
        Engine(zoo("qwen3_5"), sharing=True)
    assert Engine(zoo("qwen3_5")).info["sharing"] is False
    assert "linear_attention" in Engine(zoo("qwen3_5")).info["sharing_why"]
