"""Scoring is a separate pass: run folders, tables from elsewhere, and what is wrong with a file is said."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd
import pytest

import probes
from analysis import calibration
from analysis.calibration import findings
from analysis.calibration.findings import gates
from analysis.calibration.tables import contrasts, kinds, triage
from analysis.report.claims import INSTRUMENT
from probes import Choose, Continue, ScriptedModel
from probes.models.scripted import uniform
from runner import instruments as command


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    p = rng.random(120)
    return pd.DataFrame({"confidence": p, "correct": (rng.random(120) < p) * 1, "cluster": np.arange(120) // 3})


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
def test_a_table_from_elsewhere_is_scored_as_it_is(table, tmp_path, suffix):
    file = tmp_path / f"mine{suffix}"
    write = {".csv": lambda t: t.to_csv(file, index=False), ".parquet": lambda t: t.to_parquet(file),
             ".jsonl": lambda t: t.to_json(file, orient="records", lines=True)}  # fmt: skip
    write[suffix](table)
    found = calibration.score_file(file, draws=50).set_index("metric")
    assert set(found.index) == set(calibration.METRICS)
    assert found.value["accuracy"] == pytest.approx(table.correct.mean())
    assert (found.units == 40).all()


def test_columns_can_be_named_and_clusters_left_out(table, tmp_path):
    file = tmp_path / "mine.csv"
    table.rename(columns={"confidence": "p", "correct": "hit"}).drop(columns="cluster").to_csv(file, index=False)
    found = calibration.score_file(file, confidence="p", correct="hit", metrics=("ece",), draws=50)
    assert found.units[0] == 120


def test_a_run_folder_is_scored_again_without_the_model(tmp_path):
    probe = probes.suite["calibration"](
        topics=("logic",), per_level=2, forms=("options",), kinds=("option_raw", "p_true")
    )
    records = probes.run(probe, ScriptedModel(uniform), out=tmp_path / "run")
    found = calibration.score_file(tmp_path / "run", metrics=("accuracy", "brier"), draws=50)
    assert set(found["kind"]) == {"option_raw", "p_true"}
    direct = calibration.score(calibration.pairs(records), ["kind"], metrics=("brier",), draws=50)
    again = found[found.metric == "brier"].set_index("kind").value
    pd.testing.assert_series_equal(again, direct.set_index("kind").value)


def test_what_is_wrong_with_a_file_is_said(table, tmp_path):
    with pytest.raises(FileNotFoundError, match="no file or run folder"):
        calibration.score_file(tmp_path / "absent.csv")
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ValueError, match=r"\.csv"):
        calibration.score_file(tmp_path / "mine.txt")
    with pytest.raises(FileNotFoundError, match="no finished records"):
        calibration.score_file(tmp_path)
    table.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(KeyError, match="no column 'p'"):
        calibration.score_file(tmp_path / "a.csv", confidence="p")
    table.assign(confidence=table.confidence * 100).to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(ValueError, match="outside"):
        calibration.score_file(tmp_path / "b.csv")


def kinds_table(n=150, seed=0):
    """Answers with a good, a useless and a rarely readable kind."""
    rng = np.random.default_rng(seed)
    q = rng.beta(2, 2, n)
    correct = (rng.random(n) < q).astype(float)
    values = {"good": q, "useless": rng.random(n), "shy": np.where(rng.random(n) < 0.5, q, np.nan)}
    return pd.concat(
        [
            pd.DataFrame({"kind": kind, "confidence": p, "correct": correct, "cluster": range(n)})
            for kind, p in values.items()
        ],
        ignore_index=True,
    )


def test_the_informative_readable_kind_is_recommended_and_no_other():
    found = kinds.compare(kinds_table(), np.random.default_rng(0)).set_index("kind")
    assert found["recommended"].to_dict() == {"good": True, "useless": False, "shy": False}
    assert found["adjusted"]["good"] < 0.01
    assert found["adjusted"]["useless"] > 0.05
    assert 0.4 < found["readable"]["shy"] < 0.6


def test_the_table_a_reader_sees_says_what_compare_found():
    found = kinds.compare(kinds_table(), np.random.default_rng(0))
    shown = kinds.shown(found).set_index("kind")
    assert shown["trust"].to_dict() == {"good": "yes", "useless": "", "shy": ""}
    assert shown.loc["good", "AUROC"].startswith(f"{found.set_index('kind').loc['good', 'auroc']:.2f} (")
    assert shown.loc["good", "read"] == "150 of 150"


def test_triage_has_a_line_a_persona_and_setting():
    table = probes.run(probes.suite["triage"](per_urgency=3), ScriptedModel(uniform))
    shown = triage.shown(triage.summary(table))
    assert list(shown["setting"]) == ["critical", "primary"]
    assert shown["patients"].tolist() == [12, 12]
    assert not shown.astype(str).apply(lambda column: column.str.contains("nan")).any(axis=None)


def test_no_kind_is_recommended_when_none_informs():
    table = kinds_table()
    noise = table.assign(confidence=np.random.default_rng(1).random(len(table)))
    assert not kinds.compare(noise, np.random.default_rng(0))["recommended"].any()


def personas(shift=0.0, n=200, seed=0):
    """The same items under three personas; `bold` is wrong more often by `shift`."""
    rng = np.random.default_rng(seed)
    base = rng.random(n)
    parts = [
        pd.DataFrame({"persona": name, "confidence": 0.7, "cluster": range(n), "setting": np.arange(n) % 2,
                      "correct": (base + rng.normal(0, 0.1, n) < 0.7 - (shift if name == "bold" else 0)) * 1.0})
        for name in ("none", "bold", "control_bold")
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_persona_effects_are_paired_and_recovered():
    found = contrasts.contrasts(personas(0.2)).set_index(["persona", "measure"])
    bold = found.loc[("bold", "correct")]
    assert bold["low"] <= -0.2 <= bold["high"]
    assert bold["adjusted"] < 0.001
    assert found.loc[("control_bold", "correct"), "p"] > 0.01
    assert found.loc[("bold", "confidence"), "reason"]
    assert 0 < bold["detectable"] < 0.15
    against = contrasts.contrasts(personas(0.2), baseline="control").set_index(["persona", "measure"])
    assert list(against.index.get_level_values(0).unique()) == ["bold"]
    assert against.loc[("bold", "correct"), "high"] < 0


def test_accuracy_of_personas_is_expected_where_all_options_are_known():
    """Two points on the right option, in noise of one; by the answers given, nothing but coins."""
    rng, parts = np.random.default_rng(0), []
    for name, gain in (("none", 0.0), ("bold", 0.02)):
        p = 0.4 + gain + rng.normal(0, 0.01, 60)
        shares = [f"{1 - one:.6f} {one:.6f}" for one in p]
        coins = rng.integers(0, 2, 60) * 1.0
        parts.append(pd.DataFrame({"persona": name, "confidence": 0.5, "cluster": range(60), "correct": coins,
                                   "shares": shares, "place": 1}))  # fmt: skip
    both = pd.concat(parts, ignore_index=True)
    (line,) = contrasts.contrasts(both, ("correct",)).to_dict("records")
    assert line["estimate"] == pytest.approx(0.02, abs=0.005)
    assert line["detectable"] < 0.01
    known = contrasts.expected(both.assign(shares=["", *both["shares"][1:]]))
    assert known[0] == both["correct"][0], "where not all options are known, the answer counts"
    assert known[1] == pytest.approx(float(both["shares"][1].split()[1]))
    assert contrasts.expected(both.assign(correct=np.nan)).isna().all(), "an answer that was not judged stays so"


def test_a_difference_of_exactly_zero_still_says_what_it_could_have_missed():
    """10 gains and 10 losses of one half in 100 items: standard error sqrt(.05 / 99), 80 % power needs 2.83 of them."""
    change = np.r_[np.ones(10), -np.ones(10), np.zeros(80)]
    parts = [pd.DataFrame({"persona": name, "confidence": 0.5, "cluster": range(100), "correct": 0.5 + by * change / 2})
             for name, by in (("none", 0), ("bold", 1))]  # fmt: skip
    line = contrasts.contrasts(pd.concat(parts), ("correct",)).iloc[0]
    assert line["estimate"] == 0
    assert line["detectable"] == pytest.approx(2.83 * np.sqrt(0.05 / 99), rel=0.02)


def test_no_persona_effect_is_found_where_there_is_none():
    found = [contrasts.contrasts(personas(0, 60, seed=k), ("correct",))["adjusted"].min() < 0.05 for k in range(15)]
    assert np.mean(found) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 15)


def test_interaction_recovers_a_difference_of_effects():
    """Bold loses .3 in setting 0 only."""
    rng = np.random.default_rng(0)
    rows = [
        {"persona": persona, "setting": setting, "cluster": item, "confidence": 0.5,
         "correct": float(rng.random() < 0.8 - 0.3 * (persona == "bold" and setting == "critical"))}
        for item in range(400) for persona in ("none", "bold") for setting in ("critical", "primary")
    ]  # fmt: skip
    line = contrasts.interaction(pd.DataFrame(rows), ("critical", "primary")).iloc[0]
    assert line["contrast"] == "critical minus primary"
    turned = contrasts.interaction(pd.DataFrame(rows[::-1]), ("critical", "primary")).iloc[0]
    assert turned["estimate"] == pytest.approx(line["estimate"])  # whatever the order of the rows
    with pytest.raises(ValueError, match="no level"):
        contrasts.interaction(pd.DataFrame(rows), ("critical", "moon"))
    assert line["low"] <= -0.3 <= line["high"]
    assert line["high"] < 0


def test_ellipse_of_independent_means_has_the_axes_of_hotelling():
    """n large: half axes are sqrt(chi2(2, .95)) = 2.4477 standard errors."""
    rng = np.random.default_rng(0)
    n = 4000
    correct, confidence = rng.normal(0.5, 0.2, n), rng.normal(0.6, 0.05, n)
    points = contrasts.plane(
        pd.DataFrame({"persona": "x", "correct": correct, "confidence": confidence, "cluster": range(n)})
    )
    assert points["width"][0] / 2 == pytest.approx(2.4477 * 0.2 / np.sqrt(n), rel=0.05)
    assert points["height"][0] / 2 == pytest.approx(2.4477 * 0.05 / np.sqrt(n), rel=0.05)


def test_claims_say_what_is_known_and_what_could_have_been_missed():
    answers = probes.run(
        probes.suite["calibration"](topics=("logic", "dates"), per_level=3, personas=("none", "nurse")),
        ScriptedModel(uniform),
    )
    judged = probes.run(
        probes.suite["triage"](per_urgency=3, personas=("none", "emergency_physician")), ScriptedModel(uniform)
    )
    claims = findings.claims(answers, judged, np.random.default_rng(0))
    assert {"calibration.discrimination", "calibration.error", "calibration.best_kind"} <= {one.id for one in claims}
    assert all(claim.record()["sentence"] for claim in claims)
    assert triage.summary(judged)["value"].notna().any()
    passed = {gate.name: gate.passed for gate in claims[0].gates}
    expected = {"option mass": True, "share of answers at one position": False, "accuracy": False}
    assert passed == expected  # it always takes what is listed first, and knows nothing
    assert claims[0].verdict == INSTRUMENT


def believer(shares):
    """A model whose options hold `shares` of its probability, and whose answers follow the words, not the place."""

    def policy(question):
        if not isinstance(question, Choose):
            return "" if isinstance(question, Continue) else -1.0
        ranked = sorted(set(question.options.values()), key=lambda text: crc32(text.encode()))
        rest = shares * 0.4 / (len(ranked) - 1)
        return {text: shares * 0.6 if text == ranked[0] else rest for text in ranked}

    return policy


@pytest.mark.parametrize(("shares", "passed"), [(0.9, True), (0.1, False)])
def test_cards_are_gated_by_what_the_options_got_at_all(shares, passed):
    probe = probes.suite["calibration"](topics=("logic", "dates"), per_level=3, personas=("none", "nurse"))
    answers = probes.run(probe, ScriptedModel(believer(shares)))
    judged = probes.run(probes.suite["triage"](per_urgency=1), ScriptedModel(believer(shares)))
    mass = answers[(answers["measure"] == "mass") & (answers["status"] == "ok")]
    np.testing.assert_allclose(mass["value"].to_numpy(float), shares, atol=1e-6)
    assert not set(mass["kind"]) & {"percent_one", "words_two", "consistency", "sequence"}
    cards = findings.claims(answers, judged, np.random.default_rng(0))
    for claim in cards[:2] + cards[3:5]:
        met = {gate.name: gate.passed for gate in claim.gates}
        chance = {"accuracy": False} if claim in cards[:2] else {}  # it answers by the words, whatever is right
        assert met == {"option mass": passed, "share of answers at one position": True, **chance}, claim.id
        assert (claim.verdict == INSTRUMENT) != passed
    assert "Best here" not in cards[2].question, "no kind of a model at chance is the best"


@pytest.mark.parametrize(("right", "passed"), [(0.25, False), (0.8, True)])
def test_confidence_is_read_only_above_chance(right, passed):
    rows = pd.DataFrame({"correct": np.arange(100) < 100 * right, "status": "ok", "cluster": range(100), "place": 0,
                         "shares": "0.25 0.25 0.25 0.25"})  # fmt: skip
    (gate,) = gates.above_chance(rows)
    assert (gate.value, gate.passed) == (right, passed)
    assert "calibration is not informative" in gate.finding
    assert "25.0 % of chance" in gate.why
    assert gates.above_chance(rows.drop(columns="shares")) == (), "without the number of options chance is unknown"


def test_each_kind_is_gated_by_the_options_it_was_read_from():
    """A model that answers with its options and would not say right or wrong: P(True) fails, the others pass."""

    def policy(question):
        shares = believer(0.9)(question)
        shy = isinstance(question, Choose) and "right" in question.options.values()
        return {text: share / 9 for text, share in shares.items()} if shy else shares

    probe = probes.suite["calibration"](topics=("logic", "dates"), per_level=2, forms=("options",))
    seen = calibration.pairs(probes.run(probe, ScriptedModel(policy)))
    passed = {kind: gates.reading(seen, kind, "options")[0].passed for kind in ("option_raw", "p_true", "percent_one")}
    assert passed == {"option_raw": True, "p_true": False, "percent_one": True}
    assert gates.answering(seen)[0].value == pytest.approx(0.9)


def test_records_from_before_the_option_mass_say_that_it_was_not_checked():
    probe = probes.suite["calibration"](topics=("logic", "dates"), per_level=2, forms=("options",))
    answers = probes.run(probe, ScriptedModel(believer(0.9)))
    judged = probes.run(probes.suite["triage"](per_urgency=1), ScriptedModel(believer(0.9)))
    cards = findings.claims(answers[answers["measure"] != "mass"], judged, np.random.default_rng(0))
    assert "Not checked: option mass" in cards[0].sentence


def test_a_report_on_items_with_two_three_and_four_options_has_their_mean_chance(tmp_path):
    """TruthfulQA has fewer than four options for 127 items: the claims are made, and chance is that of each item."""
    head = "Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source\n"
    wrong = ("; ".join(f"Yes {j}" for j in range((1, 2, 12)[k % 3])) for k in range(30))
    rows = "".join(f"x,Myths,Do {k} stones sing?,No,No,{those},s\n" for k, those in enumerate(wrong))
    (tmp_path / "TruthfulQA.csv").write_text(head + rows)
    probe = probes.suite["calibration"](dataset="truthfulqa", path=str(tmp_path), forms=("options",))
    answers = probes.run(probe, ScriptedModel(uniform))
    assert set(answers["choices"].dropna()) == {2, 3, 4}
    judged = probes.run(probes.suite["triage"](per_urgency=1), ScriptedModel(uniform))
    first = findings.claims(answers, judged, np.random.default_rng(0))[0]
    (gate,) = (gate for gate in first.gates if gate.name == "accuracy")
    assert "36.1 %" in gate.why, "(1/2 + 1/3 + 1/4) / 3"
    assert not gate.passed


def test_claims_of_free_answers_only_are_not_estimable_and_say_so(tmp_path):
    file = tmp_path / "q.jsonl"
    file.write_text("".join(f'{{"question": "What is {k} plus 1?", "answer": ["{k + 1}"]}}\n' for k in range(6)))
    probe = probes.suite["calibration"](dataset="questions_jsonl", path=str(file))
    answers = probes.run(probe, ScriptedModel(uniform))
    judged = probes.run(probes.suite["triage"](per_urgency=1), ScriptedModel(uniform))
    claims = findings.claims(answers, judged, np.random.default_rng(0))
    assert claims[0].verdict == "not testable"
    assert "nan" not in " ".join(claim.sentence for claim in claims)


def test_most_confident_mistakes_come_first():
    found = kinds.mistakes(kinds_table(), 5)
    assert len(found) == 5
    assert found["confidence"].is_monotonic_decreasing


def test_the_command_scores_a_past_run_and_a_table_and_refuses_the_rest(table, tmp_path, capsys):
    probe = probes.suite["calibration"](topics=("logic",), per_level=2, forms=("options",), kinds=("option_raw",))
    records = probes.run(probe, ScriptedModel(believer(0.9)), out=tmp_path / "run")
    assert command.score(tmp_path / "run", [], tmp_path / "run.csv") == 0
    table.to_csv(tmp_path / "mine.csv", index=False)
    assert command.score(tmp_path / "mine.csv", [], tmp_path / "mine_scores.csv") == 0
    accuracy = [pd.read_csv(tmp_path / name).query("metric == 'accuracy'")["value"].item()
                for name in ("run.csv", "mine_scores.csv")]  # fmt: skip
    right = records[records["measure"] == "correct"]["value"].mean()
    assert accuracy == pytest.approx([right, table.correct.mean()])
    for name, text in {
        "empty.csv": "",
        "other.csv": "a,b\n1,2\n",
        "torn.jsonl": '{"confidence":',
        "bad.parquet": "x",
    }.items():
        (tmp_path / name).write_text(text)
        assert command.score(tmp_path / name, [], None) == 2, name
    refused = capsys.readouterr().err
    assert refused.count("refused:") == 4
    assert "Traceback" not in refused


def test_triage_quantities_are_defined_and_labelled_as_ours():
    judged = probes.run(probes.suite["triage"](per_urgency=3, paraphrases=2), ScriptedModel(uniform))
    columns = set(triage.shown(triage.summary(judged)).columns) - {"persona", "setting", "accuracy", "patients"}
    assert columns == {"over-triage", "under-triage", "risk propensity", "risk sensitivity", "consistency"}
    assert triage.defined().startswith("Our definitions")
    assert all(name in triage.defined().lower() for name in columns)


def test_persona_table_gives_points_and_what_would_have_been_found():
    rng = np.random.default_rng(0)
    base = pd.DataFrame(
        {"cluster": range(100), "confidence": rng.random(100), "correct": rng.integers(0, 2, 100) * 1.0}
    )
    better = base.assign(correct=np.where(np.arange(100) < 30, 1.0, base["correct"]))
    both = pd.concat([base.assign(persona="none"), better.assign(persona="emergency_physician")])
    lines = contrasts.shown(contrasts.contrasts(both)).set_index("measure")
    gain = 100 * (better["correct"].mean() - base["correct"].mean())
    assert lines.loc["expected accuracy", "change in points"].startswith(f"+{gain:.1f} (+")
    assert lines.loc["expected accuracy", "persona"] == "emergency physician"
    assert 0 < float(lines.loc["expected accuracy", "minimum detectable effect"]) < gain
    assert lines.loc["mean confidence", "change in points"] == ""
    assert "same amount" in lines.loc["mean confidence", "no interval because"]
