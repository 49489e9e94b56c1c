"""The notebook `inside` on the null model: it runs, publishes, and claims nothing about truth that is not there."""

from __future__ import annotations

import json
from pathlib import Path

import jupytext
import matplotlib as mpl
import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "inside.py"


@pytest.mark.slow
def test_it_runs_on_the_null_model_and_finds_nothing(tmp_path):
    mpl.use("Agg")
    names = {"display": print}
    for cell in jupytext.read(NOTEBOOK).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"model": "tiny", "out": str(tmp_path)}
    written = json.loads((tmp_path / "claims.json").read_text())
    assert written["finished"]
    verdicts = {claim["id"]: claim["verdict"] for claim in written["claims"]}
    assert verdicts["inside.decoding_gain"] != "above"
    assert verdicts["inside.steering.true"] != "above"
    assert verdicts["inside.answers"] == "instrument not valid for this model"
    assert len(verdicts) == 10
    assert list((tmp_path / "records" / "membership").glob("activations-*.safetensors"))
    paired = {claim["id"] for claim in written["claims"] if claim.get("by_unit")}
    assert paired == {"inside.answers", "inside.decoding", "inside.decoding_gain", "inside.persona_shift",
                      "inside.persona_patch", "inside.harm.true", "inside.harm.says_yes"}  # fmt: skip
