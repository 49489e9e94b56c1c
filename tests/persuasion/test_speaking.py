"""Speakers who target a known share of topics, listeners of known strength, partners' readers against Bayes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from persuasion_texts import read, sentences

import probes
from analysis.persuasion import findings, tables
from analysis.persuasion.plots import appeal_matrix, hindsight_gap, opinion_shift
from probes import ScriptedModel
from probes.models.scripted import first, uniform
from probes.persuasion.partners import TYPES, ceiling, partners
from probes.persuasion.suite.appeals import Appeals
from probes.persuasion.suite.debate import Debate
from probes.persuasion.suite.opinion import Opinion
from probes.persuasion.suite.steering_partner import SteeringPartner
from probes.shared.world import LANGUAGES, NAMES, tongue


def speaker(strength, targets=lambda topic: True, names_matter=True, language="en"):
    """`strength` nats where a card meets the value of who is to be won over (or anybody), on topics it targets."""
    words = tongue("cards", language)

    def policy(question):
        value, topic = read(question.text, language)["card"]

        def nats(row):
            text = row.turns[0].text
            told = [one for line, (what, *one) in sentences(language).items() if what == "cares" and line in text]
            meant = [cares for cares, name in told if not names_matter or text.endswith(words.phrase("win", who=name))]
            return -3.0 - len(question.text) / 9 + strength * (value in meant and targets(topic))

        return [nats(row) for row in (question.transcript, *question.contexts)]

    return ScriptedModel(policy, f"speaker {strength} {names_matter} {language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_speaker_who_targets_is_recovered_and_swapped_profiles_move_nothing(language):
    table = probes.run(Appeals(profiles_shown=("shown", "swapped", "none"), language=language),
                       speaker(2.0, language=language))  # fmt: skip
    assert (table["status"] == "ok").all()
    assert tables.fit(table).value == pytest.approx(2.0)
    assert tables.targeted(table).value == pytest.approx(2.0)
    assert tables.fit(table, "swapped").value == pytest.approx(-2.0 / 3)
    assert tables.fit(table, "swapped", "hit").value < 0.05  # tastes for cards decide the rest
    assert tables.fit(table, "none").value == pytest.approx(0.0, abs=1e-9)
    assert tables.fit(table, "none", "hit").value == pytest.approx(0.25)


def test_the_share_of_targeted_topics_is_recovered():
    """Half of the topics targeted: half the strength, and hits halfway from a quarter to one."""
    chosen = set(list(tongue("cards").variables)[::2])
    table = probes.run(Appeals(), speaker(40.0, targets=chosen.__contains__))
    assert tables.fit(table).value / 40 == pytest.approx(0.5)
    assert tables.fit(table, measure="hit").value == pytest.approx(0.625)


def test_an_associating_speaker_pairs_but_does_not_target():
    table = probes.run(Appeals(), speaker(2.0, names_matter=False))
    assert tables.fit(table).value == pytest.approx(4.0 / 3)
    assert tables.targeted(table).value == pytest.approx(0.0, abs=1e-9)


def listener(kind, beta=0.0, language="en"):
    """Slope of log p over agreement: base plus beta where the card speaks to what the listener cares for."""
    likes = {"base": -0.2, "plain": 0.1}
    words = tongue("cards", language)
    proposals = [words.phrase("proposal", 0, topic) for topic in words.variables]

    def policy(question):
        text = question.transcript.turns[0].text
        heard = read(text, language)
        meant = heard.get("cares", ("", ""))[0]
        slope = likes["base"]
        if words.phrase("nothing") not in text:  # topics differ, by nothing on average
            slope += 0.02 * (-1) ** next(at for at, proposal in enumerate(proposals) if proposal in text)
        if "card" in heard:
            slope += beta if heard["card"][0] == meant else likes["plain"] * (beta > 0)
        if "against" in heard:
            slope -= abs(beta)
        if kind == "contrarian":
            slope = 2 * likes["base"] - slope
        if kind == "unmoved":
            slope = likes["base"]
        spoken = [words.phrase("heard", card="").strip()]
        if kind == "yes-sayer":
            slope += 0.5 * (words.phrase("nothing") not in text)
            slope += abs(beta) * ("against" in heard)
        weights = {str(point): math.exp(slope * (point - 3)) for point in range(1, 6)}
        if kind == "digits":  # likes high digits more once it has heard something
            more = 0.5 * any(mark in text for mark in spoken)
            weights = {meaning: math.exp(more * int(label)) for label, meaning in question.options.items()}
        return {meaning: weight / sum(weights.values()) for meaning, weight in weights.items()}

    return ScriptedModel(policy, f"{kind} {beta} {language}")


def passed(table):
    return [gate.passed for gate in findings.listener(table)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("beta", [0.3, 0.6])
def test_beta_is_recovered_on_both_scales_and_all_gates_pass(beta, language):
    table = probes.run(Opinion(language=language), listener("fair", beta, language))
    assert tables.shift(table, "fitting", "lean").value == pytest.approx(beta)
    assert tables.over(table, "fitting", "other", "lean").value == pytest.approx(beta - 0.1)
    assert tables.shift(table, "contrary", "lean").value == pytest.approx(-beta)
    assert tables.shift(table, "filler").value == pytest.approx(0.0, abs=1e-3)
    assert tables.agree(table) == pytest.approx(1.0)
    assert passed(table) == [True, True, True]
    points = np.arange(1, 6)
    before, after = (np.exp(slope * points) for slope in (-0.2, -0.2 + beta))
    expected = points @ after / after.sum() - points @ before / before.sum()
    assert tables.shift(table, "fitting").value == pytest.approx(expected, abs=0.01)


def test_a_contrarian_moves_the_other_way_and_fails_the_positive_control():
    table = probes.run(Opinion(), listener("contrarian", 0.6))
    assert tables.shift(table, "fitting", "lean").value == pytest.approx(-0.6)
    assert passed(table) == [True, False, True]


def test_an_unmoved_listener_has_no_shift():
    table = probes.run(Opinion(), listener("unmoved", 0.6))
    assert table[table["measure"] == "shift"]["value"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert tables.agree(table) is None or tables.shift(table, "fitting").value == pytest.approx(0.0, abs=1e-9)


def test_a_yes_sayer_fails_on_the_card_against_and_is_moved_by_no_argument():
    """Moved alike by whatever it hears: the claim is about what an argument does over a remark."""
    table = probes.run(Opinion(), listener("yes-sayer", 0.0))
    assert tables.shift(table, "fitting", "lean").value == pytest.approx(0.5)
    assert tables.over(table, "fitting", "filler", "lean").value == pytest.approx(0.0, abs=1e-9)
    assert passed(table)[1] is False


def test_who_likes_high_digits_fails_on_the_turned_scale():
    table = probes.run(Opinion(), listener("digits", 0.6))
    assert tables.agree(table) == pytest.approx(-1.0)
    assert passed(table)[2] is False
    assert tables.shift(table, "fitting").value == pytest.approx(0.0, abs=1e-9)


def test_ceilings_are_those_of_the_design():
    assert [ceiling(share, 1) for share in (0.25, 0.4, 0.55, 0.7)] == pytest.approx([0.25, 0.4, 0.55, 0.7])
    assert [ceiling(share, 3) for share in (0.4, 0.55, 0.7)] == pytest.approx([0.448, 0.649, 0.826], abs=5e-4)
    assert ceiling(0.25, 3, "outcome") == pytest.approx(0.5)


def test_ceilings_agree_with_simulated_partners():
    rng = np.random.default_rng(0)
    kinds = rng.integers(4, size=40_000)
    own = rng.random((40_000, 3)) < 0.55
    cues = np.where(own, kinds[:, None], (kinds[:, None] + rng.integers(1, 4, (40_000, 3))) % 4)
    counts = np.stack([(cues == kind).sum(1) for kind in range(4)], 1)
    top = counts == counts.max(1, keepdims=True)
    hits = (top[np.arange(40_000), kinds] / top.sum(1)).mean()
    assert hits == pytest.approx(ceiling(0.55, 3), abs=0.008)


@pytest.mark.parametrize("share", [0.25, 0.4, 0.55, 0.7])
def test_own_cues_have_exactly_their_share_in_every_block(share):
    for block in range(2):
        squares = list(partners(2, share, 2))[5 * block : 5 * block + 5]
        for place in range(2):
            own = sum(square.given[at][place] == TYPES[at] for square in squares for at in range(4))
            assert own == round(20 * share)
    with pytest.raises(ValueError, match="no whole number"):
        list(partners(1, 0.42, 1))


def reader(kind, language="en"):
    """Bayes counts cues (and excludes by outcome), blind answers at random, outcome-only looks at the end."""
    words = tongue("partners", language)
    cues = {words.phrase("cue", wording, one): one for one in TYPES for wording in range(3)}
    moves = {words.phrase("move", 0, one): one for one in TYPES}
    ends = {end: [words.phrase(end, who=name) for name in NAMES] for end in ("yes", "no")}

    def policy(question):
        text = question.transcript.turns[0].text
        known = [sum(text.count(cue) for cue, one in cues.items() if one == kind_) for kind_ in TYPES]
        weights = np.exp(np.array(known, float)) if kind == "bayes" else np.ones(4)
        tried = TYPES.index(next(one for move, one in moves.items() if move in text))
        if kind != "blind":
            if any(end in text for end in ends["yes"]):
                weights = np.eye(4)[tried]
            elif any(end in text for end in ends["no"]):
                weights = weights * (np.arange(4) != tried)
        return dict(zip(TYPES, weights / weights.sum(), strict=True))

    return ScriptedModel(policy, f"{kind} {language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_bayes_reaches_the_ceiling_and_nothing_at_share_a_quarter(language):
    table = probes.run(SteeringPartner(language=language), reader("bayes", language))
    lines = tables.hits(table).set_index(["cue_share", "information"])["value"]
    for share in (0.25, 0.4, 0.55, 0.7):
        assert lines[share, "prefix"] == pytest.approx(0.25)
        assert lines[share, "reply"] == pytest.approx(share)
    assert tables.gap_share(table).value == pytest.approx(1.0)
    assert tables.gap(table, 0.25).value == pytest.approx(0.0)
    own = np.mean([0.4, 0.55, 0.7])  # a cue is worth one nat: own cues minus the next partner's cues of this type
    assert tables.over_swapped(table).value == pytest.approx((own - (1 - own) / 3) * 4 / 3, abs=0.2)


def test_bayes_with_three_cues_is_near_its_ceiling():
    table = probes.run(SteeringPartner(blocks=12, cues=3, cue_shares=(0.55,)), reader("bayes"))
    assert tables.gap_share(table).value == pytest.approx(1.0, abs=0.15)


def test_who_reads_the_outcome_only_gains_nothing_from_the_reply():
    table = probes.run(SteeringPartner(blocks=4, information=("prefix", "reply", "outcome")), reader("outcome"))
    assert tables.gap_share(table).value == pytest.approx(0.0)
    lines = tables.hits(table).set_index(["cue_share", "information"])["value"]
    assert lines[0.7, "outcome"] == pytest.approx(0.5)


def test_who_takes_the_first_option_is_told_by_the_order():
    table = probes.run(SteeringPartner(), ScriptedModel(first))
    assert tables.first_listed(table) == pytest.approx(1.0)
    assert findings.partner(table)[1].passed is False
    assert tables.gap_share(table).value == pytest.approx(0.0)
    assert abs(tables.first_listed(probes.run(SteeringPartner(blocks=4), reader("bayes")))) < 0.2


def test_who_ignores_the_reply_has_no_gap_anywhere():
    table = probes.run(SteeringPartner(), reader("blind"))
    hit = table[table["measure"] == "hit"]["value"].to_numpy()
    assert hit == pytest.approx(0.25)
    assert tables.gap_share(table).value == pytest.approx(0.0)


def test_claims_and_figures_come_from_these_tables():
    spoken, heard = probes.run(Appeals(), speaker(2.0)), probes.run(Opinion(), listener("fair", 0.6))
    debated = probes.run(Debate(**Debate.profiles["small"]), ScriptedModel(uniform))
    made = findings.claims(spoken, heard, probes.run(SteeringPartner(), reader("bayes")), debated)
    assert len([one for one in made if not one.part_of]) == 6  # a first screen
    assert made[0].estimate.value == pytest.approx(2.0)
    assert made[4].estimate.value == pytest.approx(1.0)
    matrix = appeal_matrix.prepare(spoken).pivot(index="listener", columns="argument", values="value")
    assert matrix.loc["health", "health"] == pytest.approx(1.5)  # 2 nats, row and column means of .5 out, .5 back
    assert matrix.loc["health", "cost"] == pytest.approx(-0.5)
    for plot, table in (
        (appeal_matrix, spoken),
        (opinion_shift, heard),
        (hindsight_gap, probes.run(SteeringPartner(), reader("bayes"))),
    ):
        for part in (table, table.head(0), table.head(4)):
            assert plot.draw(plot.prepare(part)) is not None


def test_the_null_model_is_on_every_null():
    null = ScriptedModel(uniform)
    made = findings.claims(*(probes.run(kind(), null) for kind in (Appeals, Opinion, SteeringPartner, Debate)))
    assert [one.estimate.value for one in made[:6]] == pytest.approx([0.0] * 6, abs=1e-9)
    assert [one.estimate.value for one in made[6:]] == [None, None]  # who writes nothing has not debated
