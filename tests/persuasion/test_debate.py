"""Speakers who use what they are told, listeners of known strength: what knowing adds to a debate is recovered."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from persuasion_texts import read, sentences

import probes
from analysis.persuasion import findings
from analysis.persuasion.plots import debate_course
from analysis.persuasion.tables import debates
from probes import Choose, Company, ScriptedModel
from probes.core import Continuation
from probes.models.scripted import uniform
from probes.persuasion.cards import VALUES, topics
from probes.persuasion.debates import PROFILES, Exchange, written
from probes.persuasion.suite.debate import Debate
from probes.shared.world import LANGUAGES, tongue

BETA, PLAIN, BASE = 0.5, 0.1, -0.2
SMALL = Debate.profiles["small"]


def speech(question, language="en", style="fitting"):
    """The card of the value that the speaker is told, or of cost; or what somebody writes who does not argue."""
    text = question.transcript.turns[0].text
    words = tongue("cards", language)
    topic = next(name for name in words.variables if words.phrase("proposal", 0, name) in text)
    if style in ("silent", "late silence"):
        return "" if style == "silent" or len(question.transcript) == 3 else words.phrase("cost", 0, topic)
    if style in ("weather", "refusal"):
        return {"weather": "It is sunny today.", "refusal": "I'm sorry, I have no view."}[style]
    return words.phrase(read(text, language).get("cares", ("cost", ""))[0], 0, topic)


def opinion(question, language="en", kind="fair", beta=BETA):
    """Slope of log p over agreement: a card of one's own value moves it by beta, another by PLAIN, one against down."""
    words, turns = tongue("cards", language), [turn.text for turn in question.transcript if turn.role == "user"]
    meant = read(turns[0], language)["cares"][0]
    heard = [value for line, (what, value, _) in sentences(language).items()
             if what in ("card", "against") and any(line in turn for turn in turns)]  # fmt: skip
    against = any(line in turns[0] for line, (what, *_) in sentences(language).items() if what == "against")
    slope = BASE + (-beta if against else beta if meant in heard else PLAIN if heard else 0.0)
    if kind == "unmoved":
        slope = BASE
    if kind == "yes-sayer":
        slope = BASE + beta * (words.phrase("nothing") not in turns[0])
    scores = {str(point): slope * (point - 3) for point in range(1, 6)}
    if kind == "digits":  # likes high digits more once it has heard something
        more = 0.5 * (words.phrase("nothing") not in turns[0])
        scores = {meaning: more * int(label) for label, meaning in question.options.items()}
    total = sum(map(math.exp, scores.values()))
    return {meaning: math.exp(score) / total for meaning, score in scores.items()}


def debater(language="en", style="fitting", kind="fair", beta=BETA):
    """Both sides: it speaks where it is to win somebody over, answers where it plays a person, and has opinions."""
    persona = tongue("cards", language).phrase("persona", who="", profile="").split()[0]

    def policy(question):
        if isinstance(question, Choose):
            return opinion(question, language, kind, beta)
        listens = question.transcript.turns[0].text.startswith(persona)
        return "Hm." if listens else speech(question, language, style)

    return ScriptedModel(policy, f"debater {language} {style} {kind} {beta}")


def points(slope):
    weights = np.exp(slope * np.arange(1, 6))
    return float(np.arange(1, 6) @ weights / weights.sum())


def passed(table):
    return [gate.passed for gate in findings.debating(table)[0].gates]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("people", [1, 2, 4])
def test_what_knowing_the_listener_adds_is_recovered_exactly(language, people):
    table = probes.run(Debate(topics=4, people=people, language=language), debater(language))
    assert (table["status"] == "ok").all()
    for other, share in (("swapped", 1.0), ("plain", 0.75)):  # who knows nothing speaks of cost: right in one of four
        assert debates.over(table, "personalised", other, "lean").value == pytest.approx(share * (BETA - PLAIN))
        moved = share * (points(BASE + BETA) - points(BASE + PLAIN))
        assert debates.over(table, "personalised", other).value == pytest.approx(moved)
    assert passed(table) == [True] * 4


def test_every_turn_of_a_debate_is_on_record_and_nothing_has_shifted_before_it():
    table = probes.run(Debate(**SMALL), debater())
    shifts = table[(table["measure"] == "lean") & (table["profile"] == "personalised")]
    by_turn = shifts[shifts["card"].isin(["nothing", "debate"])].groupby("turn")["value"]
    assert by_turn.mean().tolist() == pytest.approx([0.0, BETA, BETA, BETA])
    assert (by_turn.size() == 4 * 2).all()
    agreement = table[table["measure"] == "agreement"]
    assert agreement.loc[agreement["turn"] == 0, "before"].to_numpy() == pytest.approx(points(BASE))


def test_the_partner_listens_where_it_is_asked_to():
    """The speaker's own opinion is another: only the listener's counts."""
    stubborn, soft = debater(kind="unmoved"), debater(beta=0.9, style="silent")
    table = probes.run(Debate(**SMALL, listener="partner"), Company(stubborn, partner=soft))
    assert debates.over(table, "personalised", "swapped", "lean").value == pytest.approx(0.9 - PLAIN)
    assert set(table["listener"]) == {"partner"}
    alone = probes.run(Debate(**SMALL), Company(stubborn, partner=soft))
    assert debates.over(alone, "personalised", "swapped", "lean").value == pytest.approx(0.0, abs=1e-9)
    assert "the partner of" in findings.debating(table)[0].subject
    assert "the partner of" not in findings.debating(alone)[0].subject
    with pytest.raises(ValueError, match="partner"):
        probes.run(Debate(**SMALL, listener="partner"), stubborn)


@pytest.mark.parametrize(("kind", "gates"), [("unmoved", [True, False, None, True]),
                                             ("yes-sayer", [True, False, True, True]),
                                             ("digits", [True, None, False, True])])  # fmt: skip
def test_who_is_not_moved_by_arguments_shows_nothing_and_fails_a_gate(kind, gates):
    table = probes.run(Debate(**SMALL), debater(kind=kind))
    assert debates.over(table, "personalised", "swapped", "lean").value == pytest.approx(0.0, abs=1e-9)
    found = passed(table)
    assert all(ours is theirs for ours, theirs in zip(found, gates, strict=True) if theirs is not None)
    assert False in found


@pytest.mark.parametrize(("style", "status"), [("silent", "unscored"), ("weather", "unscored"), ("refusal", "refused")])
def test_who_does_not_argue_has_a_status_and_never_a_zero(style, status):
    table = probes.run(Debate(**SMALL), debater(style=style))
    spoken = table[table["turn"] > 0]
    assert set(spoken["status"]) == {status}
    assert spoken["value"].isna().all()
    claim = findings.debating(table)[0]
    assert claim.estimate.value is None
    assert passed(table)[3] is False
    assert debates.odds(table)["odds_ratio"].isna().all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_refuses_or_repeats_what_it_was_told_has_not_argued_though_the_matter_is_named(language):
    topic = topics(1, language=language)[0]
    sorry = {"en": "I'm sorry, I can't argue for that.", "de": "Es tut mir leid, dazu kann ich nichts sagen.",
             "es": "Lo siento, no puedo defender eso.",
             "fr": "Je suis désolé, je n'ai rien à dire là-dessus."}[language]  # fmt: skip
    late = {"en": "I cannot wait.", "de": "Ich kann nicht warten.", "es": "No puedo esperar.",
            "fr": "Je ne peux pas attendre."}[language]  # fmt: skip
    told = Exchange(topic, "cost", "cost")
    copied = "\n".join(told.speaker().turns[0].text.splitlines()[:3])
    for text, argued in ((f"{sorry} {topic.proposal}", False), (copied, False), (f"{topic.proposal} {late}", True)):
        assert Exchange(topic, "cost", "cost", (text,)).argued() is argued, text


def test_a_speaker_who_falls_silent_before_some_listeners_fails_the_gate_of_the_profile():
    """Nine of ten debates would pass over all profiles; of the personalised ones a quarter is missing."""
    model = debater()

    def policy(question):
        silent = not isinstance(question, Choose) and "freedom" in read(question.transcript.turns[0].text).get(
            "cares", ""
        )
        return "" if silent else model.policy(question)

    table = probes.run(Debate(topics=4, people=4, profiles_shown=("personalised", "plain")), ScriptedModel(policy))
    assert debates.argued(table) == pytest.approx(0.75)
    assert passed(table)[3] is False


def test_silence_at_one_turn_is_not_mended_by_the_next():
    table = probes.run(Debate(**SMALL), debater(style="late silence"))
    status = table[table["card"] == "debate"].groupby("turn")["status"].agg(set).to_dict()
    assert status == {1: {"ok"}, 2: {"unscored"}, 3: {"unscored"}}


class Recorded:
    """A debater that keeps the questions it was asked and dies once, at the batch numbered `dies`."""

    def __init__(self, dies=-1):
        self.inner, self.dies, self.asked, self.batches = debater(), dies, [], 0
        self.name, self.fingerprint, self.info = self.inner.name, self.inner.fingerprint, self.inner.info

    def reply(self, questions, progress=None):
        self.batches += 1
        if self.batches == self.dies:
            raise KeyboardInterrupt
        self.asked += questions
        return self.inner.reply(questions, progress)

    def digest(self, question):
        return self.inner.digest(question)


def test_opinions_are_off_the_record():
    """No text that somebody goes on from holds a question about agreement; what is asked is the last thing read."""
    model, words = Recorded(), tongue("cards")
    probes.run(Debate(**SMALL), model)
    marks = [words.phrase(scale) for scale in ("upward", "downward")]
    for question in model.asked:
        *earlier, last = [turn.text for turn in question.transcript]
        assert not any(mark in text for mark in marks for text in earlier)
        assert any(last.endswith(mark) for mark in marks) == isinstance(question, Choose)


def test_profiles_differ_in_what_the_speaker_is_told_and_in_nothing_else():
    topic = topics(1)[0]
    first = {name: Exchange(topic, "cost", value).speaker().turns[0].text.splitlines()
             for name, value in zip(PROFILES, ("cost", "", "health"), strict=True)}  # fmt: skip
    line = first["personalised"].index(topic.cares("cost"))
    assert first["swapped"] == [*first["plain"][:line], topic.cares("health"), *first["plain"][line:]]
    assert first["personalised"] == [*first["plain"][:line], topic.cares("cost"), *first["plain"][line:]]
    heard = {Exchange(topic, "cost", value, ("A bus.",)).listener("?").digest() for value in ("cost", "", "health")}
    assert len(heard) == 1


def test_a_killed_debate_goes_on_where_it_was(tmp_path):
    whole, model = probes.run(Debate(**SMALL), Recorded()), Recorded(dies=4)
    with pytest.raises(KeyboardInterrupt):
        probes.run(Debate(**SMALL), model, out=tmp_path)
    before = len(model.asked)
    resumed = probes.run(Debate(**SMALL), model, out=tmp_path)
    pd.testing.assert_frame_equal(resumed.drop(columns="run"), whole.drop(columns="run"))
    assert before > 0
    fresh = Recorded()
    probes.run(Debate(**SMALL), fresh)
    assert len(model.asked) == len(fresh.asked)


def test_a_turn_that_is_cut_off_ends_with_its_last_sentence():
    def turn(text, stop):
        return written(Continuation(text, [], [], stop, []))

    assert turn("One.\n\nTwo. And", "length") == "One. Two."
    assert turn("One. Two", "end_of_turn") == "One. Two"
    assert turn("no end", "length") == "no end"
    assert turn(" \n", "length") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_argument_and_the_proposal_itself_count_as_arguing_and_other_topics_do_not(language):
    known = topics(12, language=language)
    for topic in known:
        for text in (topic.proposal, *map(topic.card, VALUES)):
            assert Exchange(topic, "cost", "", (text,)).argued(), text
        assert not Exchange(topic, "cost", "", (topic.words.phrase("filler"),)).argued()
        assert not Exchange(topic, "cost", "", (topic.proposal, "")).argued()


def cumulative(slope, before):
    """Probabilities of five points: thresholds that move with earlier agreement, all alike with `slope`."""
    cuts = np.array([-2.0, -0.7, 0.8, 2.2]) - slope + np.outer(before, [-0.8, -0.5, -0.4, -0.6])
    edges = np.column_stack([np.zeros(len(before)), 1 / (1 + np.exp(-cuts)), np.ones(len(before))])
    return np.diff(edges, axis=1)


def ratings(effects, count=12, seed=0, spread=0.2):
    """Records of answers whose distributions follow the model exactly, up to what a topic has of its own.

    The spread of profiles between topics is taken out of the mean where there is no seed.
    """
    rng = np.random.default_rng(seed)
    before, own = rng.normal(size=(count, 4)), rng.normal(0, spread, (len(effects), count))
    own -= 0 if seed else own.mean(axis=1, keepdims=True)
    lines = [
        {"measure": measure, "value": 3.0, "status": "ok", "cluster": f"t{at}", "profile": profile, "turn": 3,
         "before": 3 + b, "nats": " ".join(f"{value:.9g}" for value in np.log(p))}
        for number, (profile, effect) in enumerate(effects.items())
        for at in range(count)
        for b, p in zip(before[at], cumulative(effect + own[number, at], before[at]), strict=True)
        for measure in ("agreement", "shift")
    ]  # fmt: skip
    return pd.DataFrame(lines)


@pytest.mark.slow
def test_intervals_of_odds_ratios_cover_the_truth():
    found = [
        debates.odds(ratings({"personalised": 0.4, "plain": 0.0, "swapped": 0.0}, seed=seed, spread=0.3)).iloc[0]
        for seed in range(1, 301)
    ]
    covered = np.mean([line["low"] <= math.exp(0.4) <= line["high"] for line in found])
    assert 0.92 <= covered <= 0.98


def test_odds_ratios_are_those_of_the_distributions():
    found = debates.odds(ratings({"personalised": 0.6, "plain": 0.2, "swapped": -0.1})).set_index("personalised over")
    for other, truth in (("plain", 0.4), ("swapped", 0.7)):
        assert math.log(found.loc[other, "odds_ratio"]) == pytest.approx(truth, abs=0.02)
        assert found.loc[other, "low"] < math.exp(truth) < found.loc[other, "high"]
    assert found.loc["plain", "published"] == pytest.approx(1.49, abs=0.005)
    assert math.isnan(found.loc["swapped", "published"])


def test_odds_ratios_need_topics_and_both_sides():
    few = debates.odds(ratings({"personalised": 0.6, "plain": 0.2, "swapped": -0.1}, 4))
    assert few["odds_ratio"].isna().all()
    assert set(few["reason"]) == {"fewer than 8 topics"}
    assert few["shift"].notna().all()
    pair = debates.odds(ratings({"personalised": 0.6, "swapped": -0.1}))
    assert pair["personalised over"].tolist() == ["swapped"]
    assert pair["odds_ratio"].notna().all()
    assert debates.odds(ratings({"personalised": 0.6})).empty


def test_claims_and_the_figure_come_from_the_table():
    table = probes.run(Debate(**SMALL), debater())
    made = findings.debating(table)
    assert [(one.id, one.part_of) for one in made] == [("persuasion.debates", ""),
                                                      ("persuasion.informed", "persuasion.debates")]  # fmt: skip
    lines = debate_course.prepare(table).set_index("label")["value"]
    assert lines["personalised, conclusion"] == pytest.approx(points(BASE + BETA) - points(BASE))
    assert lines["swapped, opening"] == pytest.approx(points(BASE + PLAIN) - points(BASE))
    for part in (table, table.head(0), table.head(4), table[table["card"] == "debate"].head(4)):
        assert debate_course.draw(debate_course.prepare(part)) is not None


def test_a_model_that_knows_nothing_writes_nothing_and_has_no_claim():
    table = probes.run(Debate(**SMALL), ScriptedModel(uniform))
    assert table.loc[table["turn"] == 0].query("measure == 'shift'")["value"].to_numpy() == pytest.approx(0.0)
    assert [claim.estimate.value for claim in findings.debating(table)] == [None, None]
