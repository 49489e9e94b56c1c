"""`interlocutor check`: a table of what was compared, and words for whatever stands in the way."""

from __future__ import annotations

import json

import pytest
from safetensors.torch import load_file, save_file

import probes
from probes.models import check as checks
from probes.models.tiny import tiny_model
from runner.instruments import check


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path):
    for part in tiny_model():
        part.save_pretrained(tmp_path / "m")
    return tmp_path / "m"


def change(folder, name, factor):
    weights = load_file(folder / "model.safetensors")
    weights[name] *= factor
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def test_a_line_for_everything_that_was_compared(capsys):
    assert check("tiny", {}) == 0
    told = capsys.readouterr().out
    assert told.startswith("tiny: null model with random weights; float32 on cpu\nfingerprint ")
    for name in ("template, two exchanges", "batch against single", "sampled turn against rescoring", "bridge"):
        (line,) = (line for line in told.splitlines() if line.strip().startswith(name))
        assert "passed" in line
    assert "nats" in told
    assert not set("{}[]") & set(told)


def test_a_check_that_fails_is_a_line_and_the_exit_code(capsys, monkeypatch):
    wrong = {"passed": False, "largest_difference": 0.31}
    monkeypatch.setattr(checks, "rehearsed", lambda *given: {"order_of_questions": wrong})
    assert check("tiny", {}) == 1
    assert [line.split() for line in capsys.readouterr().out.splitlines() if "order of" in line] == [
        ["order", "of", "questions", "failed", "3.1e-01", "nats"]
    ]
    with pytest.raises(probes.LoadError, match=r"order_of_questions: 3\.1e-01 nats\); its numbers would be wrong$"):
        probes.load_model("tiny")


OVERFLOWS = {"activations": {"model.norm.weight": 6e4, "lm_head.weight": 1e2}, "weights": {"model.norm.weight": 1e5}}


@pytest.mark.parametrize("where", OVERFLOWS)
def test_float16_that_overflows_names_the_remedy(folder, capsys, where):
    for name, factor in OVERFLOWS[where].items():
        change(folder, name, factor)
    assert check(str(folder), {"dtype": "float16", "device": "cpu"}) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "take dtype='bfloat16' or 'float32'" in told
    assert "float16" in told


@pytest.mark.parametrize(
    ("config", "load", "words"),
    [
        ({}, {"dtype": "float8"}, "dtype 'float8' is not one of auto, float32"),
        ({"quantization_config": {"quant_method": "gptq", "bits": 4}}, {}, "quantised by gptq"),
        ({"num_hidden_layers": "two"}, {}, "num_hidden_layers"),
    ],
)
def test_whatever_else_fails_is_said(folder, capsys, config, load, words):
    known = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**known, **config}))
    assert check(str(folder), {"device": "cpu", **load}) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert words in told
    assert told.startswith("failed:")


def test_an_error_that_nobody_foresaw_is_no_traceback(capsys, monkeypatch):
    monkeypatch.setattr(probes, "load_model", lambda *given, **named: {}["x"])
    assert check("tiny", {}) == 1
    assert "tiny cannot be checked: KeyError: 'x'" in " ".join(capsys.readouterr().err.split())
