"""Doses, patch maps and their claims on tables whose truth was planted, and figures of nothing and of something."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis import inside
from analysis.inside import findings
from analysis.inside.plots import direction_atlas, dose_response, layer_scan, logit_lens, patch_map
from analysis.inside.tables import carrying, decode, pushing

mpl.use("Agg")
MEASURES = {"membership": ("log_odds_yes", "mass"), "completion": ("hit", "p_right", "mass")}


def dosed(slope=0.1, spread=0.02, placebos=20, units=12, seed=0):
    """A table as `doses` makes it: direction `true` moves every measure of membership by `slope` a length, placebos by
    slopes drawn with `spread`."""
    rng = np.random.default_rng(seed)
    slopes = {"true": slope, "says yes": 0.0} | {f"random {k}": rng.normal(0, spread) for k in range(placebos)}
    lines = []
    for name, strength in [("none", 0.0)] + [(name, s) for name in slopes for s in (-4.0, -2.0, 2.0, 4.0)]:
        if name.startswith("random") and abs(strength) < 4:
            continue
        for probe, measures in MEASURES.items():
            for unit in range(units):
                for measure in measures:
                    own = 0.5 + 0.01 * unit + 1e-3 * rng.normal()
                    value = own + (slopes.get(name, 0.0) * strength if measure == "log_odds_yes" else 0.0)
                    lines.append({"direction": name, "strength": strength, "probe": probe, "measure": measure,
                                  "cluster": str(unit), "value": value, "status": "ok"})  # fmt: skip
    return pd.DataFrame(lines)


def only(doses, probe="membership"):
    return doses[doses["probe"] == probe]


def test_a_push_that_works_is_told_from_placebos():
    found, smallest = pushing.push(only(dosed()), "log_odds_yes", "true")
    assert found.value == pytest.approx(0.1, abs=2e-3)
    assert found.low > 0.03
    assert found.units == 20
    assert 0.04 < smallest < 0.08  # 2.9 times 0.02, by Student's power at 20 degrees of freedom
    nothing, _ = pushing.push(only(dosed()), "log_odds_yes", "says yes")
    assert nothing.low < 0 < nothing.high


@pytest.mark.slow
def test_a_placebo_passes_for_a_direction_in_one_of_twenty():
    """400 null directions, each one more placebo: the interval leaves zero in 5 %, Monte-Carlo SE 1.1 %."""
    rng = np.random.default_rng(1)
    left = []
    for seed in range(400):
        found, _ = pushing.push(only(dosed(rng.normal(0, 0.02), units=3, seed=seed + 10)), "log_odds_yes", "true")
        left.append(not found.low <= 0 <= found.high)
    assert 0.02 < np.mean(left) < 0.085


def test_few_placebos_give_no_interval():
    found, smallest = pushing.push(only(dosed(placebos=3)), "log_odds_yes", "true")
    assert found.value is None
    assert "placebos" in found.reason
    assert smallest is None


def test_the_curve_has_every_dose_and_one_band_of_placebos():
    lines = dose_response.prepare(only(dosed()), "log_odds_yes")
    assert set(lines["direction"]) == {"true", "says yes", "placebos"}
    band = lines[lines["direction"] == "placebos"]
    assert list(band["strength"]) == [-4.0, 4.0]
    assert set(band["units"]) == {20}
    steep = lines[lines["direction"] == "true"].set_index("strength")
    assert steep.loc[4.0, "value"] == pytest.approx(0.4, abs=5e-3)
    assert steep.loc[4.0, "low"] < 0.4 < steep.loc[4.0, "high"] + 5e-3


def test_side_effects_are_shown_at_every_dose():
    table = pushing.side_effects(dosed()).set_index(["direction", "strength"])
    assert list(table.columns) == list(pushing.SIDE)
    assert len(table) == 1 + 4 + 4 + 2
    assert table.loc[("true", 4.0), "easy items: right"].startswith("0.5")  # 0.5 + 0.01 * 5.5, whatever the push
    assert table.loc[("none", 0.0), "questions: option mass"].startswith("0.5")


def patches(gap=-0.5, units=8, seed=0):
    rng = np.random.default_rng(seed)
    lines = []
    for unit in range(units):
        base = 0.3 + 0.02 * rng.normal()
        source = base + gap + 0.02 * rng.normal()
        for layer in (1, 5, 9):
            for place in ("last", "all"):
                share = float(layer >= (5 if place == "all" else 9))
                patched = base + share * (source - base) + 0.01 * rng.normal()
                lines.append({"cluster": str(unit), "site": f"blocks.{layer}.hook_resid_post", "positions": place,
                              "base": base, "source": source, "patched": patched})  # fmt: skip
    return pd.DataFrame(lines)


def test_a_map_shows_what_carries():
    lines = carrying.carried(patches(), np.random.default_rng(0)).set_index(["positions", "site"])
    for place, carries in (("last", (0, 0, 1)), ("all", (0, 1, 1))):
        for layer, share in zip((1, 5, 9), carries, strict=True):
            line = lines.loc[(place, f"blocks.{layer}.hook_resid_post")]
            assert line["value"] == pytest.approx(-0.5 * share, abs=0.05)
            assert line["gap"] == pytest.approx(-0.5, abs=0.05)
            assert (line["p"] < 0.05) == bool(share)


def scanned():
    rng = np.random.default_rng(3)
    labels, units = np.arange(48) % 2 == 0, np.arange(48) // 2
    seen = rng.normal(size=(48, 6)) + 4.0 * labels[:, None]
    layers = [("blocks.0.hook_resid_post", rng.normal(size=(48, 6))), ("blocks.5.hook_resid_post", seen)]
    return decode.scan(layers, labels, units.astype(str), rng)


def said():
    rng = np.random.default_rng(5)
    lines = [{"measure": measure, "value": value, "status": "ok", "cluster": str(unit), "true": bool(true),
              "family": f"family {unit % 6}"}
             for unit in range(24) for true in (0, 1)
             for measure, value in (("hit", float(rng.random() < 0.5)), ("mass", 0.9),
                                    ("log_odds_yes", float(rng.normal())))]  # fmt: skip
    return pd.DataFrame(lines)


def test_the_claims_say_what_was_planted_and_no_more():
    scan = scanned()
    carried = patch_map.prepare(patches(), np.random.default_rng(0))
    made = findings.claims(said(), scan, scan, dosed(), carried, "bold", patches())
    verdicts = {claim.id: claim.verdict for claim in made}
    assert verdicts["inside.decoding_gain"] == "above"
    assert verdicts["inside.answers"] == "inconclusive"
    assert verdicts["inside.decoding"] == "above"
    assert verdicts["inside.steering.true"] == "above"
    assert verdicts["inside.steering.says_yes"] in ("inconclusive", "ruled out")
    assert verdicts["inside.persona_shift"] == "below"
    assert all(claim.detectable for claim in made if claim.id.startswith("inside.steering"))
    assert len(verdicts) == len(made) == 10
    apart = {claim.id for claim in made if not claim.by_unit}  # by placebo directions, and by kinds of items
    assert apart == {"inside.steering.true", "inside.steering.says_yes", "inside.transfer"}
    assert all(len(claim.by_unit) == claim.estimate.units for claim in made if claim.by_unit)


def test_every_kind_of_figure_says_what_it_does_not_show():
    assert set(inside.LIMITS) == {"read", "push", "carry", "lens", "atlas"}
    assert all("does not show" in said for said in inside.LIMITS.values())


def lensed(units=4):
    return pd.DataFrame([{"true": true, "cluster": str(unit), "site": f"blocks.{layer}.hook_resid_post",
                          "log_odds": layer + 0.1 * unit} for true in (True, False) for unit in range(units)
                         for layer in (0, 5)])  # fmt: skip


RNG = np.random.default_rng(0)
VECTORS = {name: RNG.normal(size=16) for name in "abc"}
FIGURES = {
    "scan": (layer_scan, lambda: layer_scan.prepare({"x": scanned()}), lambda: layer_scan.prepare({})),
    "doses": (dose_response, lambda: dose_response.prepare(only(dosed()), "log_odds_yes"),
              lambda: dose_response.prepare(dosed().head(0), "log_odds_yes")),
    "map": (patch_map, lambda: patch_map.prepare(patches(), RNG), lambda: patch_map.prepare(patches().head(0), RNG)),
    "atlas": (direction_atlas, lambda: direction_atlas.prepare(VECTORS), lambda: direction_atlas.prepare({})),
    "lens": (logit_lens, lambda: logit_lens.prepare(lensed(), "true"),
             lambda: logit_lens.prepare(lensed().head(0), "true")),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_figures_draw_nothing_one_row_and_all(name):
    module, full, empty = FIGURES[name]
    lines = full()
    for table in (lines, lines.head(1), empty()):
        ax = module.draw(table)
        assert ax.get_xlabel()
        ax.figure.canvas.draw()
        plt.close("all")
    drawn = module.draw(lines)
    assert len(drawn.get_lines()) + len(drawn.texts) > 3
    plt.close("all")
