from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import probes
from probes import ScriptedModel
from probes.core import Choice
from probes.minds import BLOCK, KINDS, READING, families, scenes, twin
from probes.minds.asking import completions, measured, said_as
from probes.minds.scene import YES_NO
from probes.minds.suite.persona_tom import PersonaTom
from probes.shared.personas import SHELF, guises

DATA = Path(__file__).parents[2] / "../shared/data"
PLAIN = {form: PersonaTom(personas=("none",), scenes=64, answer=form) for form in ("statement", "words", "letters")}
ITEMS = {(s.text, ask(s.item(k))): s.item(k) for scene in scenes(64) for s in (scene, twin(scene)) for k in KINDS
         for ask in (lambda item: item.question, lambda item: item.statement)}  # fmt: skip


def asked(question):
    """The item that a prompt asks about, by its printed story and its question or the sentence to complete."""
    story, _, rest = question.transcript.turns[-1].text.partition("\n\nQuestion: ")
    return ITEMS[story.rpartition("\n\n")[2], rest.partition("\n")[0] or question.prefill]


def agent(strategy):
    """Scripted: right wherever the ledger says that this strategy is right."""

    def policy(question):
        item = asked(question)
        return item.right if strategy == "correct" or getattr(item, strategy) else item.wrong

    return ScriptedModel(policy, f"scripted:{strategy}")


def hits(table):
    return table.query("measure == 'hit'").astype({"value": float})


@pytest.mark.parametrize("form", PLAIN)
@pytest.mark.parametrize("strategy", ["correct", "omniscient", "egocentric", "first_order"])
def test_agents_are_recovered_without_confusion(strategy, form):
    """Every agent agrees with its own column in all items, and with no other column in all."""
    table = hits(probes.run(PLAIN[form], agent(strategy)))
    columns = ["omniscient", "egocentric", "first_order"]
    agreement = {name: (table["value"] == table[name].astype(float)).mean() for name in columns}
    agreement["correct"] = table["value"].mean()
    assert agreement[strategy] == 1.0
    assert max(value for name, value in agreement.items() if name != strategy) <= 27 / 28


def test_profiles_by_task():
    """Worked out by hand from the eight balanced conditions; see the docs."""
    told = {name: hits(probes.run(PLAIN["statement"], agent(name))).groupby("task")["value"].mean() for name in
            ("omniscient", "egocentric", "first_order")}  # fmt: skip
    assert told["omniscient"]["false_belief"] == 0.0
    assert told["omniscient"]["true_belief"] == told["omniscient"]["memory"] == 1.0
    assert told["omniscient"]["access"] == told["omniscient"]["answerability"] == 0.5
    assert told["omniscient"]["second_order"] == 0.25
    assert told["egocentric"]["memory"] == told["egocentric"]["fact"] == 0.5
    assert told["first_order"]["second_order"] == 0.75
    assert told["first_order"].drop("second_order").eq(1.0).all()


@pytest.mark.parametrize("form", PLAIN)
@pytest.mark.parametrize("name", ["first", "last"])
def test_a_position_biased_agent_shows_bias_and_no_ability(form, name):
    """Yes and no are listed in one order only where there is no question: there the truth is balanced over scenes."""
    table = probes.run(PLAIN[form], probes.load_model(f"scripted:{name}"))
    means = table.groupby(["measure", "task"])["value"].mean()
    assert np.allclose(means["p_right"], 0.5)
    assert np.allclose(means["position_bias"], 0.5 if name == "first" else -0.5, atol=1e-6)
    assert (abs(means["hit"] - 0.5) < 4 * 0.5 / np.sqrt(32)).all()


@pytest.mark.parametrize("form", PLAIN)
def test_a_model_that_knows_nothing_is_at_chance_in_every_cell(form):
    """Guise x task: ties are drawn, so hits are coins; 4 standard errors of 32 coins or more."""
    probe = PersonaTom(personas=("none", "nurse", "bold"), wordings=1, scenes=64, answer=form)
    cells = hits(probes.run(probe, probes.load_model("scripted:uniform"))).groupby(["guise", "persona", "task"])
    shares = cells["value"].agg(["mean", "size"])
    assert len(shares) == 5 * 8
    assert (abs(shares["mean"] - 0.5) < 4 * 0.5 / np.sqrt(shares["size"])).all()


def test_what_a_model_likes_to_say_cancels():
    """A model with a favourite of each pair of answers, five nats strong, and half a nat of knowledge is right."""

    def policy(question):
        item = asked(question)
        odds = 5.0 * (item.right < item.wrong) - 2.5 + 0.5
        return {item.right: 1 / (1 + np.exp(-odds)), item.wrong: 1 / (1 + np.exp(odds))}

    probe = PersonaTom(personas=("none",), scenes=64, kinds=("reality", "belief", "second_order"))
    table = probes.run(probe, ScriptedModel(policy, "scripted:favourites"))
    means = table.groupby("measure")["value"].mean()
    assert means["hit"] == 1
    assert means["margin"] == pytest.approx(0.5)


def test_margin_and_mass_by_hand():
    """p(right) = .8 in both orders: margin ln 4; half the weight first: position bias 0."""

    def policy(question):
        item = asked(question)
        return {item.right: 0.8, item.wrong: 0.2}

    probe = PersonaTom(personas=("none",), scenes=16, kinds=("belief",), answer="words")
    table = probes.run(probe, ScriptedModel(policy))
    means = table.groupby("measure")["value"].mean()
    assert means["margin"] == pytest.approx(np.log(4))
    assert means["hit"] == 1
    assert means["position_bias"] == pytest.approx(0)


def test_ways_to_say_an_answer_add_up():
    """.5 + .1 of probability on two ways to say the right answer, .3 on the wrong one: odds 2, mass .9."""
    assert said_as("the box") == [" the box", " The box", " box"]
    assert said_as("yes") == [" yes", " Yes"] == completions("yes")
    assert completions("the box") == [" box"]
    labels = {" the box": "r", " Box": "r", " the bag": "w"}
    reply = Choice({" the box": np.log(0.5), " Box": np.log(0.1), " the bag": np.log(0.3)}, labels)
    values = measured([reply, reply], ["r", "r"], np.random.default_rng(0))
    assert values["margin"] == pytest.approx(np.log(2))
    assert values["mass"] == pytest.approx(0.9)
    assert values["p_right"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(("form", "label"), [("words", " the "), ("letters", " A")])
def test_forms_of_asking(form, label):
    probe = PersonaTom(personas=("nurse",), scenes=16, kinds=("reality",), families=("moved",), answer=form)
    trial = next(iter(probe.trials()))
    question = next(probe.play(trial, np.random.default_rng(0)))[0]
    assert next(iter(question.options)).startswith(label)
    story, _, end = question.transcript.turns[-1].text.partition("\n\nQuestion: ")
    assert story == trial.item.text, "persona and story come first, so that questions share their beginning"
    assert [turn.role for turn in question.transcript] == ["system", "user"]
    assert all(text in end for text in question.options.values())


def test_text_mode_keeps_the_unreadable_apart():
    told = iter(["The answer is the box or the drawer.", "It rains.", "word " * 99])
    probe = PersonaTom(personas=("none",), scenes=16, kinds=("reality",), answer="text")

    def policy(question):
        return next(told, None) or asked(question).right

    table = probes.run(probe, ScriptedModel(policy, "scripted:talker")).query("measure == 'hit'")
    counts = table["status"].value_counts()
    assert counts["truncated"] == 1
    assert counts["unscored"] == 2
    assert table.loc[table["status"] == "ok", "value"].eq(1).all()
    assert table.loc[table["status"] != "ok", "value"].isna().all()


def test_text_mode_reads_what_follows_the_thought():
    """A thought may name both places and say "the answer is"; only what stands after it counts, if anything does."""

    def policy(question):
        item, first = asked(question), next(thoughts)
        return first.format(right=item.right, wrong=item.wrong)

    thoughts = iter(
        ["<think>The answer is {wrong}, or is it {right}?</think>\n\nIt is in {right}."] * 8
        + ["{wrong} or {right}? The answer is {wrong}.\n</think>\nThe answer is {right}."] * 4
        + ["<think>Surely the answer is {wrong}. " + "Or not? " * 40] * 4
    )
    probe = PersonaTom(personas=("none",), scenes=16, kinds=("belief",), answer="text", max_tokens=60)
    table = probes.run(probe, ScriptedModel(policy, "scripted:thinker")).query("measure == 'hit'")
    assert table["status"].tolist() == ["ok"] * 12 + ["truncated"] * 4
    assert table["value"].dropna().eq(1).all()
    assert table["text"].str.contains("think>").all(), "the thought stays in the records"


def test_text_mode_lists_the_right_answer_first_in_half_of_the_scenes():
    def policy(question):
        item = asked(question)
        return item.right if f": {item.right}, " in question.transcript.turns[-1].text else "I do not say"

    probe = PersonaTom(personas=("none",), scenes=32, answer="text", kinds=[k for k in KINDS if k not in YES_NO])
    table = probes.run(probe, ScriptedModel(policy, "scripted:first")).query("measure == 'hit'")
    assert table.groupby("kind")["value"].count().eq(16).all()


def test_every_persona_has_its_control_and_none_has_none():
    made = guises([SHELF[name] for name in ("none", "nurse", "bold")], placements=("system", "dialogue"), wordings=3)
    assert len(made) == 1 + 2 * 2 * 3 * 2
    roles = [guise.facts()["guise"] for guise in made]
    assert (roles.count("none"), roles.count("persona"), roles.count("control")) == (1, 12, 12)
    spoken = {json.dumps(guise.opening().transcript.messages()) + guise.opening().lead for guise in made}
    assert len(spoken) == len(made)
    assert {guise.facts()["persona"] for guise in made if guise.role == "control"} == {"nurse", "bold"}


def test_trials_pair_across_guises():
    table = hits(
        probes.run(PersonaTom(personas=("none", "nurse"), scenes=16, wordings=1), probes.load_model("scripted:uniform"))
    )
    assert table.groupby("item")["guise"].nunique().eq(3).all()
    assert table["cluster"].nunique() == 16


def test_a_statement_is_completed_after_the_scene_and_after_its_twin():
    probe = PersonaTom(personas=("nurse",), scenes=16, kinds=("reality", "access"), families=("moved",))
    states, truths = (list(trial.item.options) for trial in list(probe.trials())[:2])
    play = probe.play(next(iter(probe.trials())), np.random.default_rng(0))
    first, second = next(play)
    assert first.prefill == second.prefill
    assert first.options == second.options
    assert list(first.options.values()) == states
    assert first.transcript.turns[0] == second.transcript.turns[0], "the persona stands in both"
    assert sorted(first.transcript.turns[-1].text.split()) == sorted(second.transcript.turns[-1].text.split())
    assert first.transcript != second.transcript
    assert truths == ["yes", "no"]
    with pytest.raises(ValueError, match="no statements"):
        PersonaTom(data="bigtom")
    with pytest.raises(ValueError, match="'guess' is not one of"):
        PersonaTom(answer="guess")


def test_reading_may_be_asked_of_nobody_only():
    """What needs no mind is asked 3 x 16 times of nobody, and not at all under a persona or its control."""
    probe = PersonaTom(personas=("none", "nurse"), scenes=16, wordings=1, reading=False)
    table = hits(probes.run(probe, probes.load_model("scripted:uniform")))
    counts = table.groupby(["guise", table["kind"].isin(READING)]).size()
    assert counts["none", True] == 48
    assert counts[:, False].tolist() == [64, 64, 64]
    assert list(counts[:, True].index) == ["none"]


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder beside the checkout is absent")
@pytest.mark.parametrize(("data", "answer"), [("bigtom", "words"), ("tombench", "letters")])
def test_public_sets_run(data, answer):
    probe = PersonaTom(personas=("none",), data=data, path=str(DATA / data), scenes=24, answer=answer)
    table = hits(probes.run(probe, probes.load_model("scripted:uniform")))
    assert len(table) == 24
    assert table["cluster"].nunique() < 24, "questions of one story stay together"
    assert table["task"].nunique() > 3, "stories come from all over the file"
    assert table["choices"].between(2, 4).all()
    assert table["status"].eq("ok").all()


def test_the_large_profile_is_what_it_says():
    """9 personas x 3 placements x 200 item sets, controls beside: 1 + 8 x 3 x 2 guises; 4 questions, 7 of nobody, who
    is told the stories in four ways."""
    probe = PersonaTom(**PersonaTom.profiles["large"])
    facts = [trial.facts() for trial in probe.trials()]
    assert len(facts) == 48 * 200 * 4 + 200 * 7 * 4
    assert len({fact["persona"] for fact in facts}) == 9
    assert {fact["placement"] for fact in facts} == {"none", "system", "user", "dialogue"}
    assert len({fact["scene"] for fact in facts}) == 200
    spoken = guises([SHELF[name] for name in PersonaTom.profiles["large"]["personas"]], wordings=1)
    assert len({guise.opening() for guise in spoken}) == 1 + (8 + 1) * 3, (
        "one control a placement, as long as all eight"
    )


@pytest.mark.model
def test_smollm2_reads_scenes_when_it_completes_sentences():
    """What made the shifts readable: memory and reality above chance in scene and twin (measured: 94 and 88 %)."""
    probe = PersonaTom(personas=("none",), scenes=16, kinds=("memory", "reality"))
    shares = hits(probes.run(probe, probes.load_model("smollm2-135m"))).groupby("task")["value"].mean()
    assert shares["memory"] > 0.8
    assert shares["reality"] > 0.6


def test_wordings_take_turns_over_families_and_visits():
    """Rotated, every story is told in one wording of a persona, every family in both, each wording equally often."""
    probe = probes.suite.persona_tom(
        personas=("none", "nurse"), wordings=2, rotate=True, scenes=64, placements=("system",)
    )
    told = {
        (trial.item.turn // BLOCK, trial.guise.wording) for trial in probe.trials() if trial.guise.role == "persona"
    }
    by_story = dict(told)
    assert len(by_story) == len(told), "a story has two wordings"
    many = len(families())
    assert {by_story[block] + by_story[block + many] for block in range(many)} == {1}
    assert sum(by_story.values()) == len(by_story) / 2
