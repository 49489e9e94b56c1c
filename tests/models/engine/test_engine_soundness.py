"""Sharing is judged by what matters at the model's own precision: on where exact, off where wrong, never on NaN."""

from __future__ import annotations

import copy
import logging

import pytest
import torch

import probes
from probes.models.engine import Engine, soundness
from probes.models.engine.packed import Packed
from probes.models.engine.rounding import Noise
from probes.models.engine.trunk import Trunk

NARROW = (torch.float32, torch.bfloat16, torch.float16)


@pytest.mark.parametrize("dtype", NARROW)
@pytest.mark.parametrize("name", ["llama", "gemma3", "mistral", "gpt2"])
def test_sharing_stays_on_at_every_precision(zoo, name, dtype):
    engine = Engine(copy.deepcopy(zoo(name)).to(dtype))
    assert engine.sharing, engine.info["sharing_why"]
    assert set(engine.info["sharing_check"]) == {"kl", "largest_difference", "own_kl", "own_largest_difference"}


def shifted(monkeypatch):
    forward = Trunk.forward
    monkeypatch.setattr(Trunk, "forward", lambda self, tokens, at, *rest: forward(self, tokens, at + (at > 20), *rest))


def scaled(monkeypatch):
    logits = Trunk.logits
    monkeypatch.setattr(Trunk, "logits", lambda self, hidden: logits(self, hidden) * 1.2)


def unmasked(monkeypatch):
    attend = Packed.attend

    def forgets(self, layer, query, key, value, form):
        return attend(self, layer, query, key, value * (layer != 1), form)

    monkeypatch.setattr(Packed, "attend", forgets)


@pytest.mark.parametrize("dtype", NARROW)
@pytest.mark.parametrize("wrong", [shifted, scaled, unmasked])
def test_a_wrong_pass_is_seen_at_every_precision(zoo, monkeypatch, wrong, dtype):
    model = copy.deepcopy(zoo("llama")).to(dtype)
    wrong(monkeypatch)
    assert not Engine(model).sharing
    with pytest.raises(ValueError, match="not exact"):
        Engine(model, sharing=True)


@pytest.mark.parametrize("dtype", NARROW)
def test_nan_never_passes(zoo, dtype):
    model = copy.deepcopy(zoo("llama")).to(dtype)
    with torch.no_grad():
        model.lm_head.weight[17] = torch.nan
    assert not Engine(model).sharing
    nan = float("nan")
    assert not soundness._judged(nan, nan, Noise(nan, nan, nan, 1e-7)).sound
    assert Noise(nan, nan, nan, 1e-7).bound() == 1e-4, "what is no number allows for nothing"


def test_a_model_that_cannot_share_says_so_loudly(monkeypatch, caplog):
    monkeypatch.setattr("probes.models.engine.engine.soundness", lambda *given: soundness.Verdict(False, "it is odd"))
    with caplog.at_level(logging.WARNING):
        probes.load_model("tiny", check=False)
    assert "prefixes are not shared, because it is odd" in caplog.text


def test_nan_logits_fail_the_self_check_in_words(monkeypatch, tmp_path):
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path))
    logits = Trunk.logits
    monkeypatch.setattr(Trunk, "logits", lambda self, hidden: logits(self, hidden) * torch.nan)
    monkeypatch.setattr(
        "probes.models.engine.engine.soundness", lambda *given: soundness.Verdict(True, "taken for sound")
    )
    with pytest.raises(probes.LoadError, match="cannot answer even the self-check"):
        probes.load_model("tiny")


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_the_embedded_model_shares_in_half_precision(dtype):
    model = probes.load_model("smollm2-135m", device="cpu", dtype=dtype)
    assert model.engine.sharing, model.engine.info["sharing_why"]
