"""A simulation that calls its model is recorded, resumed, batched and refused like any trial."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from numpy.random import default_rng

import probes
from probes import Row, ScriptedModel, Simulation, Trial

TEXTS: Mapping[str, str] = {"Bea": "I offer four. Take it or leave it.", "Ana": "I take it."}


class Counting(ScriptedModel):
    """Writes what an actor says, likes the first response three to one, and counts questions and batches."""

    def __init__(self, dies: int = -1) -> None:
        super().__init__(_policy, "actors")
        self.asked, self.batches, self.dies = 0, [], dies

    def reply(self, questions, progress=None):
        if len(self.batches) == self.dies:
            self.dies = -1
            raise KeyboardInterrupt
        self.asked += len(questions)
        self.batches.append(len(questions))
        return super().reply(questions, progress)


def _policy(question):
    prompt = question.transcript.turns[-1].text
    if isinstance(question, probes.Continue):
        return TEXTS[prompt.split()[0]]
    first, *others = question.options.values()
    return {first: 0.75, **dict.fromkeys(others, 0.25 / len(others))}


class Market(Simulation):
    """Bea makes an offer, Ana answers it, Bea chooses."""

    measures: ClassVar = {"deal": "0 or 1", "p": "probability"}
    unit: ClassVar = "market"
    markets: ClassVar = 40

    def trials(self):
        return [Trial(market=number) for number in range(self.markets)]

    def simulate(self, trial, model, rng):
        offer = model.sample_text(f"Bea in market {trial.market}:", terminators=(".",), max_tokens=20)
        assert offer == "I offer four"
        reply = model.sample_text(f"Ana hears: {offer}")
        index, taken, about = model.sample_choice(f"Bea in market {trial.market} hears: {reply}", ["Deal", "No deal"])
        assert ("Deal", "No deal")[index] == taken
        yield Row({"deal": float(index == 0), "p": about["p"]["Deal"]}, reply=model.last)


def test_the_rows_are_those_of_the_simulation_and_lead_to_the_question(tmp_path):
    table = probes.run(Market(), Counting(), out=tmp_path)
    deals = table[table["measure"] == "deal"]
    assert table.loc[table["measure"] == "p", "value"].to_numpy() == pytest.approx(0.75)
    assert 20 <= deals["value"].sum() <= 38, "drawn three to one, each market with a stream of its own"
    assert set(table["question"]) == {2}


def test_simulations_share_batches_and_are_not_asked_again(tmp_path):
    model = Counting()
    first = probes.run(Market(), model, out=tmp_path)
    assert model.batches == [40, 40, 40]
    again = probes.run(Market(), model, out=tmp_path)
    assert model.asked == 120
    pd.testing.assert_frame_equal(first, again)
    assert first["value"].tolist() == probes.run(Market(), Counting())["value"].tolist(), "nor does a folder matter"


def test_a_killed_simulation_goes_on_where_it_was(tmp_path):
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        probes.run(Market(), Counting(dies=2), out=tmp_path)
    model = Counting()
    table = probes.run(Market(), model, out=tmp_path)
    assert model.asked == 40, "only the last of three calls was lost"
    assert table["value"].tolist() == probes.run(Market(), Counting())["value"].tolist()
    assert threading.active_count() == before


class Broken(Market):
    """One market raises, one leaves its responses alike."""

    markets: ClassVar = 3

    def simulate(self, trial, model, rng):
        if trial.market == 0:
            raise KeyError("Bea")
        if trial.market == 1:
            model.sample_choice("Bea:", ["Deal", "Deal"])
        yield from super().simulate(trial, model, rng)


def test_a_simulation_that_fails_is_a_row_that_says_so():
    table = probes.run(Broken(), Counting())
    assert table.groupby("market")["status"].first().tolist() == ["error", "error", "ok"]


class Crowd(Market):
    """Actors that call from a pool of threads, as Concordia's do."""

    markets: ClassVar = 3

    def simulate(self, trial, model, rng):
        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda k: model.sample_choice(f"Actor {k}:", ["Deal", "No deal"])[0], range(12)))
        yield Row({"deal": float(taken[0] == 0), "p": taken.count(0) / 12})


def test_threads_may_call_in_any_order(tmp_path):
    runs = [probes.run(Crowd(), Counting())["value"].tolist() for _ in range(3)]
    assert runs[0] == runs[1] == runs[2]
    with pytest.raises(KeyboardInterrupt):
        probes.run(Crowd(), Counting(dies=5), out=tmp_path)
    assert probes.run(Crowd(), Counting(), out=tmp_path)["value"].tolist() == runs[0]


class Two(Market):
    """Ana is the partner."""

    markets: ClassVar = 2

    def partners(self):
        return ("ana",)

    def simulate(self, trial, model, rng):
        answer = model.speaking("ana").sample_text(f"Ana in market {trial.market} hears: four")
        index, _, about = model.sample_choice(f"Bea in market {trial.market} hears: {answer}", ["Deal", "No deal"])
        yield Row({"deal": float(index == 0), "p": about["p"]["Deal"]})


def test_an_actor_can_be_the_partner():
    mine, ana = Counting(), Counting()
    probes.run(Two(), probes.Company(mine, ana=ana))
    assert (mine.asked, ana.asked) == (2, 2)
    with pytest.raises(ValueError, match="ana"):
        probes.run(Two(), Counting())


class Shuffling(Market):
    """Draws from whatever Python and numpy offer, without a seed."""

    def simulate(self, trial, model, rng):
        responses = ["Deal", "No deal"]
        for turn in range(3):
            random.shuffle(responses)
            dice = np.random.default_rng().integers(1000), np.random.random(), random.Random().random()
            named = (
                np.random.Generator(np.random.PCG64()).random(),
                default_rng().random(),
                default_rng(seed=3).random(),
            )
            dice = (*dice, *named, np.random.default_rng(seed=trial.market).random())
            model.sample_choice(f"Bea in market {trial.market}, turn {turn}, sees {dice}:", responses)
        yield Row({"deal": float(responses[0] == "Deal"), "p": float(dice[1])}, reply=model.last)


def test_unseeded_draws_are_replayed_and_leave_others_alone(tmp_path):
    random.seed(5)
    expected, _ = random.random(), random.seed(5)
    with pytest.raises(KeyboardInterrupt):
        probes.run(Shuffling(), Counting(dies=2), out=tmp_path)
    model = Counting()
    values = probes.run(Shuffling(), model, out=tmp_path)["value"].tolist()
    assert model.asked == 40
    assert values == probes.run(Shuffling(), Counting())["value"].tolist()
    assert len(set(values)) > 40, "each market draws for itself"
    assert random.random() == expected
