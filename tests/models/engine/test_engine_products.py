"""Packed weights: the same numbers, nothing left behind, and only where they fit and are exact."""

from __future__ import annotations

import copy

import pytest
import torch

from probes.models.engine import Engine, SampleIds, ScoreIds
from probes.models.engine.products import Products
from probes.models.engine.trunk import Trunk


def swapped(model) -> int:
    return sum("forward" in vars(module) for module in model.modules())


@pytest.mark.parametrize("rows", [0, 1, 2, 33])
def test_products_are_those_of_the_model(model, rows) -> None:
    """With and without a bias, for none, one and several rows, and the model is the same afterwards."""
    products = Products(model, room=2**30)
    linears = [module for module in model.modules() if type(module) is torch.nn.Linear]
    with torch.inference_mode():
        for linear in linears:
            given = torch.randn(1, rows, linear.in_features)
            plain = linear(given)
            with products.used():
                torch.testing.assert_close(linear(given), plain, atol=1e-5, rtol=1e-5)
            assert swapped(model) == 0
    assert linears or model.config.model_type == "gpt2"


def test_the_engine_packs_what_fits_on_a_cpu(llama, monkeypatch) -> None:
    assert packs(Engine(llama))
    assert not packs(Engine(llama, strict=True))
    assert not packs(Engine(copy.deepcopy(llama).bfloat16()))
    memory = type("Memory", (), {"available": 2**16})
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory)
    assert not packs(Engine(llama))


def packs(engine: Engine) -> bool:
    with engine.products.used():
        return swapped(engine.model) > 0


def test_the_model_gets_its_products_back_when_a_pass_fails(llama, monkeypatch) -> None:
    engine = Engine(llama)
    monkeypatch.setattr(Trunk, "_compute", lambda *given: engine.trunk.forward(torch.tensor([[999_999]]), None, None))
    for request in (ScoreIds((5,), ((6,),)), SampleIds((5,), 2, 0.0)):
        with pytest.raises((IndexError, AttributeError)):
            engine.run([request])
        assert swapped(llama) == 0
