"""Planning: what a notebook would ask, which effects that detects, and whether a run kept to its plan."""

from __future__ import annotations

import json
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import stand_in
from scipy import stats

import probes
from analysis.study import power
from analysis.study.sequential import half_width
from runner.parameters import Refused
from runner.report import write_report
from runner.study import planning, sample
from runner.study.adherence import adherence
from runner.study.lock import digest, lock
from runner.study.planning import Wanted, effect, plan_study
from runner.study.sample import measured


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch):
    """The stand-in models in place of loading one."""
    real = planning.measured
    monkeypatch.setattr(planning, "measured", lambda path, given: real(path, given, stand_in.model))


def test_everything_is_counted_and_a_sample_timed(notebook):
    (asked,) = measured(notebook, {"model": "a", "contexts": 200, "start": 0, "seed": 0}, stand_in.model)
    assert (asked.probe, asked.trials, asked.units, asked.rows, asked.questions) == ("asks_back", 200, 200, 200, 200)
    assert asked.sampled == 5 + 50  # the first at five places, and a quarter of 200 beside them
    assert asked.tokens == pytest.approx(400, rel=0.1)  # two words a turn
    assert asked.seconds > 0


class Sharing(probes.ScriptedModel):
    """By its own clock, a second for the first question of every dozen; the others share it, as prefixes do."""

    def __init__(self):
        super().__init__(lambda question: "Thanks.")
        self.read = set()

    def reply(self, questions, progress=None):
        numbers = [re.search(r"c(\d+)", question.transcript.turns[0].text) for question in questions]
        self.read |= {int(number[1]) // 12 for number in numbers}
        return super().reply(questions, progress=progress)


def test_what_neighbours_share_is_timed_once(notebook, monkeypatch):
    """240 trials share 20 beginnings of a second each; single trials, extrapolated, say 240 seconds."""
    model = Sharing()
    monkeypatch.setattr(sample, "time", SimpleNamespace(perf_counter=lambda: float(len(model.read))))
    (asked,) = measured(notebook, {"model": "a", "contexts": 240, "start": 0, "seed": 0}, lambda name: model)
    assert asked.seconds == pytest.approx(20, rel=0.5)


def test_a_notebook_may_bind_its_parameter_anew(tmp_path):
    """As most notebooks of the package do: model = probes.load_model(model), which is no name any more."""
    cells = [(tag, source.replace("llm = ", "model = ").replace("probe, llm", "probe, model"))
             for tag, source in stand_in.CELLS]  # fmt: skip
    path = stand_in.written(tmp_path / "rebinding.ipynb", cells)
    (asked,) = measured(path, {"model": "b", "contexts": 30, "start": 0, "seed": 0}, stand_in.model)
    assert asked.questions == 30


def test_detectable_effects_are_those_of_statsmodels():
    from statsmodels.stats.power import TTestPower

    known = power.Spread("x", "percentage points", 0.05, 0.5, 80)
    exact = TTestPower().solve_power(nobs=80, alpha=0.05, power=0.8) * 0.5
    assert power.detectable(known, 80) == pytest.approx(exact, rel=1e-3)
    assert power.needed(known, exact * 1.0001) == 80
    assert power.needed(known, 0.05, family=3) > power.needed(known, 0.05)


def test_the_spread_of_a_pilot_is_that_of_its_units(pair):
    known, without = power.spreads(pair[0])
    values = [stand_in.draw("asks", f"Tell me about c{k:03}.") < 0.3 for k in range(80)]
    assert known[0].sd == pytest.approx(np.std(values, ddof=1), rel=0.05)
    assert without == []


def studies(many, seed):
    """Share of simulated studies that find the effect which the plan calls detectable."""
    rng, units, found = np.random.default_rng(seed), 150, 0
    known = power.Spread("x", "percentage points", 0.05, 0.5, 0)
    detectable = power.detectable(known, units)
    for _ in range(many):
        values = detectable + 0.5 * rng.standard_normal(units)
        found += stats.ttest_1samp(values, 0).pvalue < 0.05
    return found / many


def test_the_stated_power_is_met_in_200_simulated_studies():
    """Within three Monte-Carlo standard errors of 80 %."""
    assert studies(200, seed=5) == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / 200))


@pytest.mark.slow
def test_a_comparison_finds_what_its_pilot_calls_detectable():
    """Yes-or-no answers of two models to 120 contexts, compared as `compare` does, after each of 25 such pilots:
    the stated 80 %."""
    from analysis.report.claims import Claim
    from analysis.stats import estimate
    from analysis.study.pairing import difference

    rng, units = np.random.default_rng(7), np.arange(120)
    parts = [np.ones(120, bool), *(units % 20 != at for at in range(20))]

    def compared(effect):
        hard, sides = rng.random(120), []
        for rate in (0.35, 0.35 + effect):
            said = (hard < rate).astype(float)
            said = np.where(rng.random(120) < 0.2, rng.random(120) < rate, said)  # answers that vary by themselves
            sides.append([Claim("?", estimate.proportion(said[part], units[part]), "probability") for part in parts])
        return difference(*sides)

    found = []
    for _ in range(25):
        pilot = compared(0.15)
        sd = (pilot.high - pilot.low) / 2 / stats.t.ppf(0.975, 119) * np.sqrt(120)
        detectable = power.detectable(power.Spread("x", "percentage points", 0.05, sd, 120), 120)
        found += [compared(detectable).low > 0 for _ in range(40)]
    print("found", np.mean(found))
    assert np.mean(found) == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / 1000))


def test_a_target_gives_the_number_of_units(pair, root, capsys):
    assert plan_study(str(root.parent / "none.ipynb"), {}, root, Wanted()) == 2
    notebook = json.loads((pair[0] / "parameters.json").read_text())["notebook"]
    assert plan_study(notebook, {"model": "a"}, root, Wanted(pilot="asks-a", target="5pp")) == 0
    said = capsys.readouterr().err.replace("\n", " ")
    known = power.spreads(pair[0])[0][0]
    assert f"5.0 percentage points need {power.needed(known, 0.05, family=2)} units" in said
    assert "80 questions" in said
    assert len(list(root.glob("plan-asks_back-*/report.html"))) == 1


def test_a_sweep_file_plans_every_run_of_it(notebook, root, tmp_path, capsys):
    file = tmp_path / "grid.yaml"
    file.write_text(f"notebooks: [{notebook}]\nproduct: {{model: [a, b]}}\nset: {{contexts: 30}}\n")
    assert plan_study(str(file), {}, root, Wanted(sd=0.5)) == 0
    assert capsys.readouterr().err.replace("\n", " ").count("30 units, 30 trials") == 2
    assert plan_study(str(file), {"model": "a"}, root, Wanted()) == 2
    assert "leave -p out" in capsys.readouterr().err.replace("\n", " ")


def test_effects_are_read_as_people_write_them():
    assert effect("5pp") == effect("5 %") == (0.05, "percentage points")
    assert effect("0.1") == (0.1, "")
    for text in ("much", "-5pp", "0", "1.2.3"):
        with pytest.raises(Refused, match="is no effect"):
            effect(text)


@pytest.fixture(scope="session")
def planned(notebook, tmp_path_factory):
    """A folder of runs with the locked plan of a run of model a."""
    root = tmp_path_factory.mktemp("planned") / "reports"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERLOCUTOR_STUDY", str(notebook.parent.parent))
        real = planning.measured
        patch.setattr(planning, "measured", lambda path, given: real(path, given, stand_in.model))
        assert plan_study(str(notebook), {"model": "a"}, root, Wanted(sd=0.5, lock=True)) == 0
    return root


@pytest.fixture
def locked(planned, root):
    """(the locked plan, where its run will be)."""
    shutil.copytree(planned, root)
    (path,) = (root / "plans").glob("*.json")
    return path, root / path.stem


def test_a_run_under_a_plan_says_as_planned(notebook, locked):
    path, folder = locked
    stand_in.run(notebook, "a", folder, started="2100-01-01T00:00:00+00:00")
    told = adherence(folder)
    assert told["plan"] == json.loads(path.read_text())["hash"][:16]
    assert (told["as_planned"], told["deviations"]) == (True, [])
    assert "As planned" in write_report(folder).read_text()


@pytest.fixture
def labelled(notebook, made, root):
    """(the locked plan of a run, the run as it was made again with labels, whose corrected rate is one more claim)."""
    shutil.copytree(made / "asks-a", root / "pilot")
    assert plan_study(str(notebook), {"model": "a"}, root, Wanted(pilot="pilot", lock=True)) == 0
    (path,) = (root / "plans").glob("*.json")
    run = stand_in.run(notebook, "a", root / path.stem, started="2100-01-01T00:00:00+00:00", labels="labels")
    content = json.loads((run / "claims.json").read_text())
    content["claims"].append({"id": "labels.asks_back.yes", "family": "labels", "margin": None})
    (run / "claims.json").write_text(json.dumps(content))
    return path, run


def test_labels_that_people_gave_afterwards_are_an_addition_and_no_deviation(labelled):
    adhered = adherence(labelled[1])
    assert (adhered["as_planned"], adhered["deviations"]) == (True, [])
    assert adhered["added"] == ["labels by people were added after the run: labels.asks_back.yes"]
    page = write_report(labelled[1]).read_text()
    assert "As planned" in page
    assert "Labels by people were added after the run" in page


@pytest.mark.parametrize(
    ("planned", "change", "why"),
    [({"labels": "other"}, {}, "parameter labels: planned 'other', ran 'labels'"),
     ({}, {"id": "asks.more", "family": "asks"}, "claim asks.more was not planned")],
)  # fmt: skip
def test_other_labels_than_planned_and_claims_that_are_none_of_theirs_are_deviations(labelled, planned, change, why):
    """Relocked, so that the hash holds."""
    path, run = labelled
    plan = json.loads(path.read_text())
    plan["parameters"] |= planned
    path.write_text(json.dumps(plan | {"hash": digest(plan)}))
    content = json.loads((run / "claims.json").read_text())
    content["claims"][-1] |= change
    (run / "claims.json").write_text(json.dumps(content))
    assert adherence(run)["deviations"] == [why]


def test_deviations_are_listed_and_added_units_get_an_always_valid_interval(notebook, root, locked):
    other = stand_in.run(notebook, "a", root / "more", contexts=120)
    said = " | ".join(adherence(other)["deviations"])
    assert "before the plan was locked" in said
    assert "parameter contexts: planned 80, ran 120" in said
    assert "120 units, planned 80; where units were added after a look" in said
    assert "asks.back" in said
    assert "Not as planned" in write_report(other).read_text()


def test_other_stimuli_and_an_edited_lock_are_deviations(notebook, root, locked):
    path, _ = locked
    path.write_text(json.dumps(json.loads(path.read_text()) | {"alpha": 0.2}))
    moved = stand_in.run(notebook, "a", root / "moved", start=300)
    said = " | ".join(adherence(moved)["deviations"])
    assert "edited after it was locked" in said
    assert "not the stimuli that were planned" in said


@pytest.mark.parametrize("text", ["", "[1]", '{"locked": "2026', '{"asked": "x", "parameters": []}'])
def test_a_torn_lock_is_a_deviation_and_stays(notebook, root, locked, text):
    path, folder = locked
    path.write_text(text)
    stand_in.run(notebook, "a", folder, started="2100-01-01T00:00:00+00:00")
    assert "edited" in " | ".join(adherence(folder)["deviations"])
    assert "Not as planned" in write_report(folder).read_text()
    assert plan_study(str(notebook), {"model": "a"}, root, Wanted(sd=0.5, lock=True)) == 2
    assert path.read_text() == text


def test_a_target_out_of_reach_is_said(pair, root, capsys):
    notebook = json.loads((pair[0] / "parameters.json").read_text())["notebook"]
    assert plan_study(notebook, {"model": "a"}, root, Wanted(pilot="asks-a", target="0.001pp")) == 0
    assert "need more than 10,000,000 units" in capsys.readouterr().err.replace("\n", " ")


def test_a_plan_is_locked_once(notebook, root, locked, capsys):
    assert lock(kept(locked[0]), root, locked[1].name) == locked[0]  # the same plan
    before = (root / f"plan-{locked[1].name}" / "report.html").read_bytes()
    assert plan_study(str(notebook), {"model": "a"}, root, Wanted(sd=0.5, power=0.9, lock=True)) == 2
    assert "a plan is locked once" in capsys.readouterr().err.replace("\n", " ")
    (page,) = root.glob("plan-*/report.html")
    assert page.read_bytes() == before  # the page stays that of the plan which is locked


def kept(path):
    """What a plan was locked with."""
    added = ("run", "exclusions", "tests", "locked", "hash")
    return {name: value for name, value in json.loads(path.read_text()).items() if name not in added}


def test_runs_of_another_model_are_under_no_plan(notebook, root, locked):
    assert adherence(stand_in.run(notebook, "b", root / "b")) == {}


@pytest.mark.parametrize(
    ("given", "wanted", "why"),
    [({}, Wanted(pilot="nothing"), "no run 'nothing'"), ({}, Wanted(sd=-1.0), "must be positive"),
     ({}, Wanted(sd=float("inf")), "must be positive"), ({}, Wanted(sd=0.5, target="200pp"), "100 percentage points"),
     ({"nope": "1"}, Wanted(), "nope"), ({}, Wanted(sd=0.5, target="much"), "is no effect")],
)  # fmt: skip
def test_bad_input_is_answered_in_words(notebook, root, capsys, given, wanted, why):
    assert plan_study(str(notebook), {"model": "a", **given}, root, wanted) == 2
    assert why in capsys.readouterr().err.replace("\n", " ")


def test_looking_again_and_again_keeps_its_error():
    """Type I error of a mean of nothing, looked at after every tenth unit from 40 to 400."""
    rng, wrong, many = np.random.default_rng(6), 0, 500
    for _ in range(many):
        values = rng.standard_normal(400)
        looks = range(40, 401, 10)
        wrong += any(abs(values[:n].mean()) > half_width(values[:n].std(ddof=1), n, 100) for n in looks)
    assert wrong / many <= 0.05
