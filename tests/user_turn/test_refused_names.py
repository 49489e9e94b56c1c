"""Names that are none are refused when the probe is made or its trials are, before any model time."""

from __future__ import annotations

import pytest

import probes


def test_an_unknown_perturbation_is_refused_by_name():
    with pytest.raises(ValueError, match="no perturbation 'nonsense'; there are: none, half"):
        probes.suite.user_turn(perturbations=("none", "nonsense"))
    probes.suite.user_turn(perturbations=("none", "cut_30_open"))


def test_an_unknown_domain_is_refused_by_name():
    with pytest.raises(ValueError, match="no domain 'nonsense'; there are: "):
        list(probes.suite.user_turn(domains=("nonsense",)).trials())
