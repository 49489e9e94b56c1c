"""Known truth in, estimates out: the readings of the contrast probes' tables."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from analysis import context as contrast
from analysis.context.plots import token_heat, tradeoff, turn_profile

mpl.use("Agg")


def long(rows, measures):
    """Rows with measures as columns to a records table."""
    table = pd.DataFrame(rows).melt(id_vars=[c for c in rows[0] if c not in measures], value_vars=measures,
                                    var_name="measure", value_name="value")  # fmt: skip
    return table.assign(status=np.where(table["value"].isna(), "unscored", "ok"), model="m", text="")


def words(conversations=40, pollution=0.5, worth=1.0, noise=0.2):
    """`own_words` of a model whose replies are worth `worth` nats where they are needed; every second is planted."""
    rng, rows = np.random.default_rng(5), []
    for number in range(conversations):
        for place in (2, 3, 4):
            planted, needs = number % 2 == 0, ("nothing", "user", "assistant")[(number // 2 + place) % 3]
            for target in ("reply", "error") if planted else ("reply",):
                right = worth * (needs == "assistant") - pollution * planted
                rows.append({
                    "cluster": f"c{number}", "round": place, "rounds": 4, "kind": "k", "context": "user_joined",
                    "target": target, "planted": planted, "needs": needs,
                    "type": {"nothing": "new_ask", "user": "feedback", "assistant": "no_feedback"}[needs],
                    "rule_type": {"nothing": "new_ask", "user": "feedback", "assistant": "no_feedback"}[needs],
                    "user_chars": 100 * place, "assistant_chars": 300 * place, "kl": 0.1, "saved": 0.75,
                    "gain": right + (target == "error") * pollution + noise * rng.standard_normal(),
                })  # fmt: skip
    return long(rows, ["gain", "kl", "saved"])


def everywhere(own, reads=1.0):
    """The same rows under all contexts; to see an earlier user message where it is needed is worth `reads` nats."""
    alone = own.assign(context="last_turn")
    told = (alone["measure"] == "gain") & (alone["needs"] == "user")
    alone = alone.assign(value=alone["value"] + reads * told)
    return pd.concat([own, own.assign(context="user_only"), alone])


def played(conversations=30, echoes=0):
    """`own_rounds`: right 3 times in 4 with its own words, else never; contexts of 400 to 429 and 100 characters."""
    rows = [
        {"cluster": f"c{number}", "round": place, "rounds": 3, "context": context, "checkable": place != 2,
         "correct": np.nan if place == 2 else float(context == "full" and number % 4 > 0),
         "next_user": np.nan if place == 3 else -2.0 - (context != "full"), "reference": -1.0,
         "context_chars": (400.0 + number) if context == "full" else 100.0,
         "echo": float(context == "user_only" and number < echoes)}
        for number in range(conversations) for place in (1, 2, 3) for context in ("full", "user_joined", "user_only")
    ]  # fmt: skip
    return long(rows, ["correct", "next_user", "reference", "context_chars", "echo"])


def later(effect=-0.8, cases=32):
    rows = [
        {"cluster": f"c{number}", "message": message, "tag": ("constrain", "reinforce")[number % 2], "advantage": 0.0,
         "over_unrelated": 0.1 * (-1) ** (number // 2) + effect * (message == "relevant") * (1, -1)[number % 2],
         "over_empty": 0.0, "kl": 0.1}
        for number in range(cases) for message in ("relevant", "unrelated")
    ]  # fmt: skip
    return long(rows, ["advantage", "over_unrelated", "over_empty", "kl"])


def told(conversations=20):
    """Overwriting the newest turn moves the last reply by 2 nats, earlier ones by half of that each step back."""
    rng = np.random.default_rng(6)
    rows = [
        {"cluster": f"c{number}", "turn": turn, "reply_to": 4, "rounds": 4, "edit": "mask", "kind": "k",
         "type": "new_ask", "needs": "user", "ratio": 0.0,
         "kl": 2.0 * 0.5 ** (4 - turn) * (1 + 0.1 * rng.standard_normal())}
        for number in range(conversations) for turn in (1, 2, 3, 4)
    ]  # fmt: skip
    return long(rows, ["ratio", "kl"])


def of_rounds(table):
    return contrast.rounds(table, "user_joined")


def test_gains_by_type_recover_the_worth_of_the_replies():
    found = contrast.gains(words(pollution=0.0), ["needs"]).set_index("needs")
    assert found.loc["assistant", "low"] < 1.0 < found.loc["assistant", "high"]
    assert found.loc["nothing", "low"] < 0.0 < found.loc["nothing", "high"]
    assert found["units"].max() <= 40


def test_pull_is_the_errors_gain_over_the_right_replys():
    lines = contrast.pull(words(noise=0.0))
    assert lines["pull"].to_numpy() == pytest.approx(0.5)
    assert len(lines) == 20 * 3
    assert contrast.pull(words().query("target == 'reply'"))["pull"].isna().all(), "without the error nothing is known"


def test_the_pollution_finder_ranks_planted_rounds_first():
    found = contrast.polluted(words(worth=0.0), top=15)
    assert found["planted"].mean() > 0.9
    assert found["gain"].is_monotonic_increasing


def test_quality_is_paired_and_counts_only_rounds_that_can_be_checked():
    line, same = contrast.quality(played()).to_dict("records")
    assert line["value"] == same["value"]
    assert line["value"] == pytest.approx(-22 / 30)
    assert line["high"] < 0
    assert line["asked"] == 60
    line, _ = contrast.quality(played(), "next_user").to_dict("records")
    assert line["value"] == pytest.approx(-1.0)


def test_savings_are_a_ratio_of_lengths():
    found = contrast.savings(played()).query("round == 'all'")
    assert found["value"].tolist() == pytest.approx([100 / 414.5] * 2)


def test_hindsight_separates_relevant_from_unrelated():
    found = contrast.hindsight(later(), groups=["tag"]).set_index(["message", "tag"])
    assert found.loc[("relevant", "constrain"), "high"] < 0 < found.loc[("relevant", "reinforce"), "low"]
    assert found.loc[("unrelated", "constrain"), "low"] < 0 < found.loc[("unrelated", "constrain"), "high"]


def test_profile_counts_turns_back_from_the_last():
    lines = contrast.profile(told())
    means = lines.groupby("back")["value"].mean()
    assert means.tolist() == pytest.approx([2.0, 1.0, 0.5, 0.25], rel=0.1)


def test_agreement_of_three_raters():
    rows = []
    for number in range(30):
        author = ("new_ask", "feedback", "no_feedback")[number % 3]
        rule = "new_ask" if number % 6 == 1 else author
        for arm in ("x", "y"):
            p = {f"p_{name}": 0.2 + 0.4 * (name == author) for name in ("new_ask", "feedback", "no_feedback")}
            rows.append({"cluster": f"c{number}", "round": 2, "type": author, "rule_type": rule, "arm": arm, **p})
    found = contrast.agreement(long(rows, ["p_new_ask", "p_feedback", "p_no_feedback"]), np.random.default_rng(0))
    assert found["judge and author"].estimate == 1.0
    assert found["rule and author"].estimate == pytest.approx(0.75)  # 25 of 30 agree, 1/3 by habit: (5/6 - 1/3) / (2/3)
    assert found["rule and author"].units == 30


def test_the_filter_finds_a_rule_that_the_features_hold():
    """Full wins exactly on follow-ups without feedback: the filter must find that across conversations."""
    lines = of_rounds(words(worth=2.0, pollution=0.0, noise=0.05).query("not planted"))
    lines["gain"] = np.where(lines["rule_type"] == "no_feedback", 1.0, -0.5)
    fit = contrast.omission(lines, np.random.default_rng(0))
    assert fit.f1 == 1.0
    assert fit.f1_always < 0.6
    assert max(fit.weights, key=lambda name: abs(fit.weights[name])) == "no_feedback"
    curve = contrast.tradeoff(lines, fit).set_index("rule")
    half = contrast.tradeoff(lines, fit).query("rule == 'filter' and threshold == 0.5").iloc[0]
    assert half["value"] == pytest.approx(curve.loc["oracle", "value"])
    assert half["kept"] == pytest.approx(curve.loc["oracle", "kept"])
    assert curve.loc["always full", ["value", "kept"]].tolist() == [0.0, 1.0]
    assert curve.loc["always omit", "kept"] == pytest.approx(0.25)


def test_the_filter_learns_nothing_from_noise():
    lines = of_rounds(words(conversations=80))
    lines["gain"] = np.random.default_rng(1).standard_normal(len(lines))
    fit = contrast.omission(lines, np.random.default_rng(0))
    half = contrast.tradeoff(lines, fit).query("rule == 'filter' and threshold == 0.5").iloc[0]
    oracle = contrast.tradeoff(lines, fit).query("rule == 'oracle'").iloc[0]
    assert abs(half["value"]) < 0.2
    assert oracle["value"] < -0.3


def test_the_filter_refuses_what_cannot_be_fitted():
    few = of_rounds(words(conversations=4))
    assert "fewer than 10 conversations" in contrast.omission(few, np.random.default_rng(0)).reason
    one = of_rounds(words())
    one["gain"] = 1.0
    fit = contrast.omission(one, np.random.default_rng(0))
    assert "always or nearly never" in fit.reason
    assert "filter" not in set(contrast.tradeoff(one, fit)["rule"])


def test_claims_say_what_was_built_in():
    own = words(conversations=60, worth=2.0)
    own = everywhere(own)
    fit = contrast.omission(of_rounds(own), np.random.default_rng(0))
    made = contrast.claims(own, played(), later(), told(), fit)
    found = {claim.id: claim for claim in made}
    verdicts = {name: claim.verdict for name, claim in found.items()}
    assert len(found) == len(made)
    assert verdicts["context.gain"] == "above"
    assert verdicts["context.gain.type.new_ask"] in ("inconclusive", "ruled out")
    assert verdicts["context.gain.type.no_feedback"] == "above"
    assert verdicts["context.pollution"] == "above"
    saving = found["context.saved"].estimate
    assert saving.value == pytest.approx(1 - 100 / 414.5), "contexts of 400 to 429 and of 100 characters"
    assert saving.low < saving.value < saving.high
    assert verdicts["context.hindsight.constrain"] == "below"
    assert verdicts["context.hindsight.reinforce"] == "above"
    assert verdicts["context.newest_turn"] == "above"
    price = found["context.cost.joined"].estimate
    assert 0 < price.low < price.value < price.high < 1
    assert verdicts["context.follow_ups"] == "above"
    assert all(claim.sentence for claim in found.values())
    first = ["context.gain", "context.follow_ups", "context.saved", "context.cost.joined", "context.newest_turn"]
    assert list(found)[:5] == first, "the first screen answers the four questions"


def test_claims_about_a_model_that_sees_nothing_are_gated():
    deaf = everywhere(words(conversations=120, worth=0.0, pollution=0.0), reads=0.0)
    fit = contrast.omission(of_rounds(deaf), np.random.default_rng(0))
    first = contrast.claims(deaf, played(), later(), told(), fit)[0]
    assert first.verdict == "instrument not valid for this model"


def test_no_gain_from_own_words_is_a_finding_where_the_instrument_works():
    """The control rests on rows of no claim: without any use for its own replies a model must not fail it."""
    own = everywhere(words(worth=0.0, pollution=0.0))
    fit = contrast.omission(of_rounds(own), np.random.default_rng(0))
    found = {claim.id: claim for claim in contrast.claims(own, played(), later(), told(), fit)}
    assert found["context.gain"].verdict in ("ruled out", "inconclusive")
    assert {gate.passed for gate in found["context.gain"].gates} == {True}
    assert found["context.gain"].gates[0].value == pytest.approx(1.0, abs=0.1)


def test_a_model_that_repeats_the_placeholder_is_not_measured_with_it():
    own = words()
    own = everywhere(own)
    fit = contrast.omission(of_rounds(own), np.random.default_rng(0))
    found = {claim.id: claim for claim in contrast.claims(own, played(echoes=20), later(), told(), fit)}
    assert "repeat the placeholder" in found["context.gain.over_placeholders"].sentence
    invalid = {name for name, claim in found.items() if claim.verdict.startswith("instrument")}
    assert invalid == {"context.gain.over_placeholders", "context.cost.placeholders"}


def test_imported_conversations_have_no_planted_errors_and_the_claim_says_so():
    own = words().query("not planted").assign(needs="")
    own = everywhere(own)
    fit = contrast.omission(of_rounds(own), np.random.default_rng(0))
    found = {claim.id: claim for claim in contrast.claims(own, played(), later(), told(), fit)}
    assert found["context.pollution"].verdict == "not testable"
    assert not found["context.gain"].gates, "without known needs there is no control"


TOKENS = pd.DataFrame({"context": ["relevant"] * 3, "position": range(3), "token": [" $x$", "<b>\n", "\x07"],
                       "ratio": [1.0, -9.0, 0.0], "kl": np.nan})  # fmt: skip


def test_token_heat_turns_the_sign_and_cuts_at_the_limit():
    cells = token_heat.prepare(TOKENS, limit=3.0)
    assert cells["shade"].tolist() == [-1.0, 3.0, 0.0]
    assert cells["value"].tolist() == [-1.0, 9.0, 0.0]
    assert "\\n" in cells["text"][1]
    assert "\\x07" in cells["text"][2]


@pytest.mark.parametrize("size", [0, 1, 3])
def test_figures_of_empty_one_row_and_full_tables(size):
    own = of_rounds(words(conversations=14))
    fit = contrast.omission(own, np.random.default_rng(0))
    curve = contrast.tradeoff(own, fit)
    frames = {
        token_heat: token_heat.prepare(TOKENS.head(size)),
        turn_profile: turn_profile.prepare(contrast.profile(told()).head(size)),
        tradeoff: tradeoff.prepare(curve.head(size)),
    }
    for plot, frame in frames.items():
        axes = plot.draw(frame)
        axes.figure.canvas.draw()
        shown = [*axes.lines, *axes.collections, *axes.patches, *axes.texts, *axes.images]
        assert shown or not len(frame)
        mpl.pyplot.close(axes.figure)
