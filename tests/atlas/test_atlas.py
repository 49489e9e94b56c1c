"""The atlas: planted differences and relations are found, nothing is made of too little or of unfinished runs."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from run_folders import finished

import analysis
import probes
from analysis import atlas
from analysis.atlas.plots import signature
from analysis.atlas.tables.survey import AXES, Survey, _gate
from analysis.report import records
from analysis.stats.fits import spearman

NOBODY = "none"


def made(cells: dict[tuple[str, str, str], float], units: int = 40, seed: int = 0, gates=None) -> Survey:
    """(axis, model, persona) -> mean; every unit keeps its inclination over models and personas."""
    rng, parts = np.random.default_rng(seed), []
    own = {axis: rng.normal(0, 0.1, units) for axis in AXES}
    for (axis, model, persona), mean in cells.items():
        values = np.clip(mean + own[axis] + rng.normal(0, 0.02, units), 0, 1)
        names = [f"{AXES[axis]['probe']}-{k}" for k in range(units)]
        parts.append(pd.DataFrame({"measure": axis, "value": values, "status": "ok", "cluster": names, "model": model,
                                   "persona": persona, "run": "r"}))  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    closed = {(axis, model): "" for axis, model, _ in cells} | (gates or {})
    return Survey(rows, pd.DataFrame(), closed)


def test_a_planted_difference_survives_and_a_planted_zero_does_not():
    found = made({("knowledge", "a", NOBODY): 0.5, ("knowledge", "b", NOBODY): 0.4, ("minds", "a", NOBODY): 0.5,
                  ("minds", "b", NOBODY): 0.5, ("minds", "a", "nurse"): 0.6, ("minds", "a", "bold"): 0.5})  # fmt: skip
    lines = atlas.contrasts(found).set_index(["axis", "a", "b"])
    assert lines.loc[("knowledge", "a", "b"), "survives"]
    assert lines.loc[("knowledge", "a", "b"), "value"] == pytest.approx(0.1, abs=0.02)
    assert not lines.loc[("minds", "a", "b"), "survives"]
    assert lines.loc[("minds", "nurse", NOBODY), "survives"]
    assert not lines.loc[("minds", "bold", NOBODY), "survives"]


def test_what_failed_a_gate_is_never_tested_but_counts_in_its_family():
    cells = {("knowledge", "a", NOBODY): 0.5, ("knowledge", "b", NOBODY): 0.4, ("minds", "a", NOBODY): 0.9,
             ("minds", "b", NOBODY): 0.1}  # fmt: skip
    lines = atlas.contrasts(made(cells, gates={("minds", "b"): "option mass"})).set_index("axis")
    assert np.isnan(lines.loc["minds", "p"])
    assert not lines.loc["minds", "survives"]
    assert lines.loc["minds", "why"] == "option mass"
    assert lines.loc["knowledge", "adjusted"] == pytest.approx(2 * lines.loc["knowledge", "p"])


def test_a_persona_is_compared_with_a_filler_of_its_length_where_there_is_one():
    found = made({("minds", "a", NOBODY): 0.5, ("minds", "a", "nurse"): 0.5, ("minds", "a", "nurse (filler)"): 0.5})
    (line,) = atlas.contrasts(found).to_dict("records")
    assert (line["a"], line["b"]) == ("nurse", "nurse (filler)")


def test_unrelated_noise_survives_in_at_most_five_per_cent_of_atlases():
    names = [(axis, model, NOBODY) for axis in ("minds", "knowledge") for model in "abc"]
    hits = [atlas.contrasts(made(dict.fromkeys(names, 0.5), 12, seed))["survives"].any() for seed in range(60)]
    assert sum(hits) <= 8  # 60 atlases at 5 %: more than 8 has probability .01


def test_models_in_one_order_on_two_axes_are_related_when_there_are_enough_of_them():
    for many, known in ((4, False), (7, True)):
        cells = {(axis, f"m{k}", NOBODY): 0.2 + 0.09 * k for axis in ("minds", "knowledge") for k in range(many)}
        over = atlas.together(made(cells)).query("over == 'models'")
        (line,) = over.to_dict("records")
        assert line["n"] == many
        assert (line["value"] == pytest.approx(1.0)) if known else np.isnan(line["value"])
        assert known or "below 5" in line["why"]
    assert line["p"] == pytest.approx(2 / 5040)  # two of 7! orders are as extreme
    assert line["survives"]


def test_axes_of_one_probe_are_never_correlated_with_each_other():
    found = made({("knowledge", "a", NOBODY): 0.5, ("confidence", "a", NOBODY): 0.5})
    assert atlas.together(found).empty


def test_spearman_of_ten_pupils():
    # hours of television and IQ, ten people: rho = -29/165, p = .6272 (Wikipedia, Spearman's rank correlation, example)
    iq, hours = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    found = spearman.spearman(iq, hours)
    assert found.estimate == pytest.approx(-29 / 165)
    assert found.p == pytest.approx(0.627188, abs=1e-6)
    assert found.details["smallest"] == pytest.approx(0.632, abs=5e-4)  # printed tables of r at n = 10, alpha .05


def test_spearman_refuses_too_few_and_constants():
    assert "n = 4" in spearman.spearman([1, 2, 3, 4], [1, 2, 3, 4]).reason
    assert not spearman.spearman([1.0] * 9, range(9)).estimable
    assert spearman.spearman(range(5), range(5)).p == pytest.approx(2 / 120)


def test_one_model_alone_is_described_and_says_what_is_missing():
    found = made({("knowledge", "a", NOBODY): 0.5, ("minds", "a", NOBODY): 0.9}, gates={("minds", "a"): "option mass"})
    by = analysis.claims.Cards(atlas.claims(found))
    assert by["atlas.knowledge"].verdict == "above"
    assert by["atlas.minds"].verdict == analysis.claims.INSTRUMENT
    assert "no finished run" in by["atlas.cooperation"].sentence
    assert by["atlas.correlation"].verdict == "not testable"
    assert (
        atlas.coverage(found).set_index("axis").loc[AXES["generosity"]["question"], "a"]
        == "not run: interlocutor run one_shot -p model=a"
    )


def test_an_empty_folder_has_an_atlas(tmp_path):
    found = atlas.survey(tmp_path)
    assert {claim.verdict for claim in atlas.claims(found)} == {"not testable"}
    assert atlas.coverage(found).shape == (len(AXES), 1)
    signature.draw(signature.prepare(atlas.profile(found)))


@pytest.mark.parametrize("name", AXES)
def test_an_axis_reads_what_its_probe_measures(name):
    axis = AXES[name]
    probe = probes.suite[axis["probe"]]
    assert {axis["measure"], axis.get("minus", axis["measure"]), axis.get("against", axis["measure"])} <= set(
        probe.measures
    )


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory):
    """Finished runs of two stand-ins by hand, one that failed, one whose table is damaged."""
    root, suite = tmp_path_factory.mktemp("reports"), probes.suite
    claim = {
        "id": "games.cooperates",
        "question": "in any words",
        "gates": [{"name": "option mass", "passed": False, "why": "x"}],
    }
    for name in ("scripted:uniform", "scripted:first"):
        model, short = probes.load_model(name), name.split(":")[1]
        folder = root / f"games-{short}"
        probes.run(suite["repeated_game"](**suite["repeated_game"].example), model, out=folder)
        probes.run(suite["calibration"](**suite["calibration"].example), model, out=root / f"calibration-{short}")
        for run in (folder, root / f"calibration-{short}"):
            told = [claim] * (run == folder and short == "first")
            (run / "claims.json").write_text(json.dumps({"finished": True, "claims": told}))
    (root / "failed-1").mkdir()
    (root / "failed-1" / "status.json").write_text('{"state": "failed"}')
    damaged = root / "damaged-1" / "records" / "user_turn"
    damaged.mkdir(parents=True)
    (damaged / "manifest.json").write_text('{"probe": "user_turn", "model": "tiny", "fingerprint": "f", "asked": 3}')
    (damaged / "trials.parquet").write_bytes(b"no parquet")
    (root / "damaged-1" / "claims.json").write_text('{"finished": true, "claims": []}')
    return root


def test_two_stand_ins_side_by_side(stand_ins):
    found = atlas.survey(stand_ins)
    assert found.models == ["scripted:first", "scripted:uniform"]
    assert set(found.rows["measure"]) >= {"cooperation", "knowledge", "confidence"}
    assert found.runs.set_index("run").loc["failed-1", "counts"] == "no: failed"
    cells = atlas.profile(found).set_index(["axis", "model"])
    assert cells.loc[("cooperation", "scripted:uniform"), "value"] == pytest.approx(0.5)
    assert cells.loc[("cooperation", "scripted:first"), "gate"] == "option mass"
    assert [type(claim).__name__ for claim in atlas.claims(found)] == ["Claim"] * 6
    signature.draw(signature.prepare(atlas.profile(found)))


def test_of_two_runs_the_larger_counts_and_the_other_is_named(stand_ins, tmp_path):
    table = records.rows(stand_ins / "calibration-uniform", "calibration")
    for name, keys in (("small-1", 3), ("large-1", 9)):
        finished(tmp_path / name, "calibration", table[table["key"].isin(table["key"].unique()[:keys])])
        (tmp_path / name / "claims.json").write_text('{"finished": true, "claims": []}')
    found = atlas.survey(tmp_path)
    assert set(found.rows["run"]) == {"large-1"}
    assert found.runs.set_index("run").loc["small-1", "counts"].startswith("no: a larger")


@pytest.mark.parametrize("latest", ["a-1", "b-1"])
def test_of_two_equal_runs_the_one_finished_last_counts_whatever_the_clock_said(stand_ins, tmp_path, latest):
    table = records.rows(stand_ins / "calibration-uniform", "calibration")
    for name in ("a-1", "b-1"):
        started = "2030-01-01T00:00:00+00:00" if name != latest else "2020-01-01T00:00:00+00:00"
        finished(tmp_path / name, "calibration", table, started=started)
        (tmp_path / name / "claims.json").write_text('{"finished": true, "claims": []}')
        status = {"state": "finished", "number": 2 if name == latest else 1}
        (tmp_path / name / "status.json").write_text(json.dumps(status))
    assert set(atlas.survey(tmp_path).rows["run"]) == {latest}


def test_like_is_compared_with_like_and_the_card_names_the_data(stand_ins, tmp_path):
    """Two models on one set, a third on our own items: the set that most were asked on is compared, with its chance."""
    table = records.rows(stand_ins / "calibration-uniform", "calibration")
    for name, model, dataset in (("a-1", "a", "medqa"), ("b-1", "b", "medqa"), ("c-1", "c", "")):
        flipped = (table["measure"] == "correct") & (table.index % 4 == 0) & (model == "b")
        value = table["value"].where(~flipped, 1 - table["value"])
        given = table.assign(value=value, model=model, fingerprint=model, choices=5 if dataset else 4)
        finished(tmp_path / name, "calibration", given, parameters={"dataset": dataset})
        (tmp_path / name / "claims.json").write_text('{"finished": true, "claims": []}')
    found = atlas.survey(tmp_path)
    assert found.models == ["a", "b"]
    assert found.runs.set_index("run").loc["c-1", "counts"] == (
        "no: calibration is compared on medqa, this is our own items"
    )
    cells = atlas.profile(found).set_index(["axis", "model"])
    assert cells.loc[("knowledge", "a"), "chance"] == pytest.approx(1 / 5)
    assert cells.loc[("knowledge", "a"), "data"] == "medqa"
    card = next(claim for claim in atlas.claims(found) if claim.id == "atlas.knowledge")
    assert "on medqa" in card.sentence


def test_a_gate_of_one_persona_or_condition_hides_nothing_else():
    """The model's own accuracy is read by the gates of its own claim; so is the joined condition of its own words."""
    failed = [{"name": "beyond wording", "passed": False}]
    passed = [{"name": "option mass", "passed": True}]
    told = [{"id": "minds.shift.nurse", "gates": failed}, {"id": "minds.shifts", "gates": passed},
            {"id": "context.gain", "gates": passed}, {"id": "context.filler", "gates": failed}]  # fmt: skip
    assert _gate(told, AXES["minds"]["claim"]) == ""
    assert _gate(told, AXES["own_words"]["claim"]) == ""
    told[1]["gates"] = [{"name": "option mass", "passed": False}]
    assert _gate(told, AXES["minds"]["claim"]) == "option mass"
    assert "no claim" in _gate(told, AXES["cooperation"]["claim"])


def test_an_axis_never_averages_turns_after_own_and_after_given_answers(tmp_path):
    """Follow-ups after own answers .2, after given ones .8: the axis is about own ones, and about given ones alone."""

    def rows(*sources):
        return [
            {"measure": measure, "value": float(measure == "follow_up" and at < share), "status": "ok", "row": at,
             "key": f"{source}{at}", "cluster": f"c{at}", "perturbation": "none", "answer_source": source, "depth": 1}
            for source, share in sources for at in range(10) for measure in ("follow_up", "follow_up_mismatched")
        ]  # fmt: skip

    for name, sources, expected in (("both", (("own", 2), ("given", 8)), 0.2), ("given", (("given", 8),), 0.8)):
        finished(tmp_path / name / "run-1", "user_turn", rows(*sources))
        analysis.claims.publish([], tmp_path / name / "run-1")
        found = atlas.survey(tmp_path / name).rows
        assert found[found["measure"] == "reaction"]["value"].mean() == pytest.approx(expected)
