"""Records tables with a known truth, made without a model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

COMMON = {"run": "", "probe": "persona_tom", "version": 1, "model": "m", "fingerprint": "f", "seed": 0, "row": 0}


def _records(lines, measure="hit"):
    """Lines with `value` and `cluster` as a records table of one measure; NaN is unscored."""
    made = pd.DataFrame(lines)
    status = np.where(made["value"].isna(), "unscored", "ok")
    fixed = COMMON | {"unit": "", "text": "", "stop": "", "key": [f"k{n}" for n in range(len(made))]}
    return made.assign(**fixed, measure=measure, status=status, placement=made.get("placement", "system"))


def _planted(rng, scenes=200, shift=0.0, wordings=1, tasks=("belief",), personas=("p",), base=0.55, spread=0.6):
    """Scenes with abilities of their own (logit SD `spread`); the persona adds `shift` to the probability of a hit.

    Persona and control see the same scenes and answer independently given the scene.
    """
    ability = rng.normal(0, spread, scenes)
    guises = [("none", "none", 0.0)]
    guises += [(g, name, shift if g == "persona" else 0.0) for name in personas for g in ("persona", "control")]
    lines = []
    for task in tasks:
        plain = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + ability + rng.normal(0, spread, scenes))))
        for guise, persona, moved in guises:
            for wording in range(1 if guise == "none" else wordings):
                for k, hit in enumerate(rng.random(scenes) < np.clip(plain + moved, 0, 1)):
                    facts = {"guise": guise, "persona": persona, "wording": wording, "task": task}
                    lines.append({"value": float(hit), "cluster": f"s{k}", "item": f"s{k}:{task}", **facts})
    return _records(lines)


@pytest.fixture(scope="session")
def records():
    return _records


@pytest.fixture(scope="session")
def planted():
    return _planted
