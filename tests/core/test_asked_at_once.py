"""Questions that do not wait for one another are asked at once: a batch of few rows decodes slowly."""

from __future__ import annotations

import pytest

import probes
from probes.models.scripted import uniform

STEPS = {
    "rule_text": 2,  # all texts, then those that follow a reason
    "strategy_tree": 1,  # the tree is known before the first move
    "turn_type": 1,
    "reference_game": 1,
    "private_words": 1,
}
GIVEN = {"rule_text": {"effects": ("lowercase",), "deliveries": ("context", "reason")}}


@pytest.mark.parametrize("name", STEPS)
def test_a_probe_asks_in_as_few_steps_as_its_replies_allow(name):
    model, steps = probes.ScriptedModel(uniform), []
    reply = model.reply
    model.reply = lambda questions, progress=None: steps.append(len(questions)) or reply(questions)
    probes.run(probes.suite[name](**(probes.suite[name].example | GIVEN.get(name, {}))), model)
    assert len(steps) == STEPS[name], steps


def test_the_samples_behind_consistency_are_one_step():
    """Kinds of confidence are scripts one after another; five samples are no five steps."""

    def counted(samples):
        model, steps = probes.ScriptedModel(uniform), []
        reply = model.reply
        model.reply = lambda questions, progress=None: steps.append(len(questions)) or reply(questions)
        probe = probes.suite.calibration(topics=("logic",), levels=(1,), kinds=("consistency",), samples=samples)
        probes.run(probe, model)
        return steps

    assert len(counted(1)) == len(counted(5))
    assert sum(counted(5)) > sum(counted(1))
