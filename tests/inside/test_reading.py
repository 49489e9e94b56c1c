"""Readers and directions on planted truth and on nothing."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.inside.tables import decode, directions

WIDTH = 64


def planted(rows=240, size=1.5, seed=0):
    """(features, labels, units, direction): unit rows in pairs, noise with a few large dimensions."""
    rng = np.random.default_rng(seed)
    labels = np.arange(rows) % 2 == 0
    truth = rng.normal(size=WIDTH)
    truth *= size / np.linalg.norm(truth)
    noise = rng.normal(size=(rows, WIDTH)) * 0.1
    return noise + np.where(labels[:, None], truth, 0.0), labels, np.arange(rows) // 2, truth


@pytest.mark.parametrize("find", [directions.mean_difference, directions.by_probe])
def test_a_planted_direction_is_found(find):
    features, labels, units, truth = planted(4000, size=0.5)
    found = find(features, labels)
    assert directions.cosine(found, truth) > 0.99
    assert np.linalg.norm(found) == pytest.approx(0.5, rel=0.02)
    same = directions.paired(features, labels, units)
    assert np.allclose(same, directions.mean_difference(features, labels))


def test_stability_is_high_where_planted_and_nothing_where_not():
    rng = np.random.default_rng(1)
    features, labels, units, _ = planted()
    assert directions.stability(features, labels, units, rng).value > 0.98
    noise = directions.stability(rng.normal(size=features.shape), labels, units, rng)
    assert noise.low < 0 < noise.high
    few = directions.stability(features[:4], labels[:4], units[:4], rng)
    assert few.value is None
    assert "four units" in few.reason


def test_the_atlas_knows_chance():
    rng = np.random.default_rng(2)
    labels, truth = planted()[1], planted()[3]
    table = directions.atlas({"a": truth, "b": 3 * truth, "other": rng.normal(size=WIDTH), "back": -truth})
    seen = table.set_index(["first", "second"])
    assert seen.loc[("a", "b"), "cosine"] == pytest.approx(1.0)
    assert seen.loc[("a", "back"), "cosine"] == pytest.approx(-1.0)
    assert seen.loc[("a", "b"), "beyond"]
    assert not seen.loc[("a", "a"), "beyond"]
    drawn = {f"{k}": rng.normal(size=WIDTH) for k in range(60)}
    assert 0.02 < directions.atlas(drawn)["beyond"].mean() < 0.08  # two-sided 5 % of random pairs
    crowded = rng.normal(size=(200, 2)) @ rng.normal(size=(2, WIDTH))
    assert directions.chance(crowded, labels[:200], rng) > 0.9  # in a plane, cosines are large for nothing


def layers(seed=3, units=40):
    rng = np.random.default_rng(seed)
    features = planted(2 * units, seed=seed)[0]
    yield "blocks.0.hook_resid_post", rng.normal(size=features.shape)
    yield "blocks.1.hook_resid_post", features


def test_a_scan_finds_the_layer_and_the_controls_stay_at_chance():
    labels, units = planted(80, seed=3)[1:3]
    found = decode.scan(layers(), labels, units, np.random.default_rng(4), shuffles=1999)
    blind, seeing = found.table.to_dict("records")
    assert seeing["value"] == 1.0
    assert seeing["p"] < 0.001
    assert blind["p"] > 0.05
    assert found.chosen()[0] == "blocks.1.hook_resid_post"
    assert found.chosen()[1].units == 20
    for line in (blind, seeing):
        assert 0.4 < line["control"] < 0.6
        assert 0.25 < line["random"] < 0.75


def test_shuffled_labels_land_at_chance_over_many_scans():
    """Mean of many shuffled readings within four standard errors of one half."""
    features, labels, units, _ = planted(60, seed=5)
    rng = np.random.default_rng(6)
    read = [decode.read_out(features, rng.permutation(labels), units).mean() for _ in range(40)]
    assert abs(np.mean(read) - 0.5) < 4 * np.std(read) / np.sqrt(40) + 0.01


def test_a_stimulus_never_helps_to_read_itself():
    """Labels that belong to the stimulus and to nothing else cannot be read from stimuli that are held out."""
    rng = np.random.default_rng(7)
    identity = np.repeat(rng.normal(size=(30, WIDTH)), 8, axis=0)
    labels, units = np.repeat(rng.permutation(np.arange(30) % 2), 8), np.repeat(np.arange(30), 8)
    assert decode.read_out(identity, labels, np.arange(240)).mean() == 1.0
    assert decode.read_out(identity, labels, units).mean() < 0.75


def test_one_class_is_not_read():
    features, _, units, _ = planted(20)
    assert np.isnan(decode.read_out(features, np.ones(20, bool), units)).all()
    with pytest.raises(ValueError, match="both classes"):
        directions.mean_difference(features, np.ones(20, bool))


@pytest.mark.slow
def test_a_scan_of_noise_finds_something_in_five_per_cent():
    """Units taken as independent, although one reader reads many of them, gave 12 %."""
    rng, found = np.random.default_rng(8), 0
    labels, units = np.arange(64) % 2 == 0, np.arange(64) // 2
    for _ in range(200):
        noise = [(f"blocks.{k}.hook_resid_post", rng.normal(size=(64, 48))) for k in range(4)]
        found += decode.scan(noise, labels, units, rng, shuffles=199, random=1).table["p"].min() < 0.05
    assert found / 200 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)
