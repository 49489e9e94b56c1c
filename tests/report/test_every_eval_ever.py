"""Every Eval Ever: records validate against the schema's public fields; their uncertainty is that of the claims."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from run_folders import finished
from scipy import stats

from analysis import claims, estimate, export

SCHEMA = json.loads((Path(__file__).parents[1] / "golden" / "every_eval_ever.schema.json").read_text())
ASKS = np.array([1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0])
NATS = np.array([0.1, 0.2, 0.3, 0.4, 0.5, -0.1, -0.2, 0.7, 0.8, 0.3])


@pytest.fixture
def run(tmp_path) -> Path:
    """A rate, a mean in nats, one claim that is not estimable and one whose gate failed."""
    made = {"started": "2026-11-28T20:00:00+00:00", "ended": "2026-11-28T20:05:00+00:00", "commit": "abc",
            "packages": {"interlocutor-probes": "0.1.0"}, "model": "smol", "fingerprint": "f" * 8,
            "model_info": {"source": "org/smol", "dtype": "float32", "device": "cpu"}}  # fmt: skip
    table = [{"key": f"k{at}", "cluster": f"c{at}", "measure": "asks", "value": value, "status": "ok"}
             for at, value in enumerate(ASKS)]  # fmt: skip
    finished(tmp_path, "asks_back", table, **made)
    units = [f"c{at}" for at in range(10)]
    failed = claims.at_least("parse rate", 0.2, 0.9, "of replies must be read")
    claims.publish(
        [claims.Claim("Does it ask?", estimate.proportion(ASKS, units), "probability", 0.5, id="asks.back"),
         claims.Claim("By how much?", estimate.mean(NATS, units), "nats", 0.0, (failed,), id="asks.nats"),
         claims.Claim("And then?", estimate.mean([np.nan] * 10, units), "nats", id="asks.then")], tmp_path)  # fmt: skip
    return tmp_path


def record(run, **given):
    return json.loads(export.every_eval_ever(run, run / "eee.json", **given).read_text())


def test_the_record_has_the_fields_of_the_schema(run):
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with nbformat")
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(record(run, organization="a lab", relationship="third_party"), SCHEMA)


@pytest.mark.parametrize(
    "spoil",
    [lambda told: told.pop("model_info"), lambda told: told.update(more=1),
     lambda told: told["evaluation_results"][0]["metric_config"].pop("max_score"),
     lambda told: told["evaluation_results"][0]["score_details"].update(score=None),
     lambda told: told["evaluation_results"][0]["score_details"]["uncertainty"]["confidence_interval"].pop("upper"),
     lambda told: told["source_metadata"].update(evaluator_relationship="friend")],
)  # fmt: skip
def test_the_schema_refuses_a_spoilt_record(run, spoil):
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with nbformat")
    told = record(run)
    spoil(told)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, SCHEMA)


def test_uncertainty_is_that_of_the_claims(run):
    rate, mean = (result["score_details"] for result in record(run)["evaluation_results"])
    wilson = stats.binomtest(6, 10).proportion_ci(method="wilson")
    assert rate["score"] == pytest.approx(0.6)
    limits = rate["uncertainty"]["confidence_interval"]
    assert (limits["lower"], limits["upper"]) == pytest.approx((wilson.low, wilson.high))
    assert (limits["confidence_level"], limits["method"]) == (0.95, "Wilson")
    assert rate["uncertainty"]["num_samples"] == 10
    assert mean["uncertainty"]["standard_error"]["value"] == pytest.approx(NATS.std(ddof=1) / np.sqrt(10))


def test_what_has_no_score_is_named_and_a_failed_gate_is_said(run):
    told = record(run)
    assert [result["evaluation_name"] for result in told["evaluation_results"]] == ["asks.back", "asks.nats"]
    assert told["source_metadata"]["additional_details"]["claims_without_value"] == "asks.then"
    details = [result["score_details"]["details"] for result in told["evaluation_results"]]
    assert "gates_not_passed" not in details[0]
    assert details[1]["gates_not_passed"] == "parse rate"
    assert told["model_info"] == {"name": "smol", "id": "org/smol", "additional_details": {
        "fingerprint": "f" * 8, "dtype": "float32", "device": "cpu"}}  # fmt: skip
    assert told["evaluation_id"] == f"{run.name}/smol/{told['retrieved_timestamp']}"


def test_a_run_without_claims_and_one_of_several_models_are_refused(run, tmp_path):
    manifest = run / "records" / "asks_back" / "manifest.json"
    other = run / "records" / "other"
    other.mkdir()
    (other / "manifest.json").write_text(
        json.dumps(json.loads(manifest.read_text()) | {"fingerprint": "g", "model": "other", "probe": "other"})
    )
    with pytest.raises(ValueError, match=r"measured several models \(other, smol\)"):
        record(run)
    (run / "claims.json").unlink()
    with pytest.raises(ValueError, match="has no claims of a finished run"):
        record(run)
