"""The loop: order, seeds, errors, resumption by key, and a kill in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from probes import Choose, Continue, Probe, Row, ScriptedModel, Transcript, Trial, run
from probes.core.records import Records
from probes.models.scripted import uniform


@dataclass(frozen=True)
class Toy(Probe):
    """Asks and listens: two questions and two rows a trial."""

    items: int = 6
    temperature: float = 1.0
    measures = {"p_yes": "probability", "length": "tokens"}
    chance = {"p_yes": 0.5}
    unit = "item"
    source = "made for this test"

    def trials(self) -> Iterator[Trial]:
        return (Trial(item=k) for k in range(self.items))

    def play(self, trial, rng):
        talk = Transcript().user(f"item {trial.item}: yes or no?")
        first = yield Choose(talk, {"A": "yes", "B": "no"})
        yield Row({"p_yes": first.p["yes"], "length": "unscored"}, {"turn": 1}, first)
        word = first.draw(rng)
        second = yield Continue(talk.assistant(word), role="user", temperature=self.temperature, max_tokens=8)
        if trial.item == 99:
            raise RuntimeError("item 99 breaks")
        yield Row({"p_yes": "unscored", "length": len(second.ids)}, {"turn": 2}, second)


EXACT = ["key", "row", "measure", "status", "text", "stop", "turn", "item"]


def same(left, right):
    """Same trials, texts and states; numbers within the engine's 1e-4."""
    close = np.allclose(left["value"], right["value"], atol=1e-4, equal_nan=True)
    return left[EXACT].equals(right[EXACT]) and close


def test_one_row_a_measure_with_facts_and_cluster(tiny):
    table = run(Toy(), tiny)
    assert len(table) == 6 * 2 * 2
    assert table["cluster"].nunique() == 6
    assert table.query("status == 'ok'")["value"].notna().all()
    assert table.query("status != 'ok'")["value"].isna().all()
    assert table.groupby("measure")["unit"].first().to_dict() == {"p_yes": "probability", "length": "tokens"}


@pytest.mark.parametrize("window", [1, 2, 64])
def test_results_do_not_depend_on_the_batch(tiny, window):
    assert same(run(Toy(), tiny), run(Toy(), tiny, window=window))


def test_another_seed_is_another_draw_and_another_key(tiny):
    one, two = run(Toy(), tiny, seed=0), run(Toy(), tiny, seed=1)
    assert not set(one["key"]) & set(two["key"])
    assert one["text"].tolist() != two["text"].tolist()


class Counting:
    """A model that counts what it is asked and can stop working."""

    def __init__(self, inner, stop_after=None):
        self.inner, self.asked, self.stop_after = inner, 0, stop_after
        self.name, self.fingerprint, self.info = inner.name, inner.fingerprint, inner.info
        self.digest = inner.digest

    def reply(self, questions, progress=None):
        if self.stop_after is not None and self.asked >= self.stop_after:
            raise KeyboardInterrupt
        self.asked += len(questions)
        return self.inner.reply(questions)


def test_an_interrupted_run_continues_without_repeating(tiny, tmp_path):
    broken = Counting(tiny, stop_after=6)
    with pytest.raises(KeyboardInterrupt):
        run(Toy(), broken, out=tmp_path, window=2)
    kept = {record["key"] for record in Records(tmp_path / "records" / "Toy").trials.read()}
    assert 0 < len(kept) < 6
    again = Counting(tiny)
    resumed = run(Toy(), again, out=tmp_path)
    assert again.asked == 2 * 6 - broken.asked  # replies of unfinished trials are kept too
    assert same(resumed, run(Toy(), tiny))
    idle = Counting(tiny)
    run(Toy(), idle, out=tmp_path)
    assert idle.asked == 0


def test_changed_parameters_are_new_keys_and_old_ones_are_counted(tiny, tmp_path):
    run(Toy(items=3), tiny, out=tmp_path)
    more = Counting(tiny)
    run(Toy(items=5), more, out=tmp_path)
    assert more.asked == 2 * 2
    fresh = Counting(ScriptedModel(uniform))
    run(Toy(items=3), fresh, out=tmp_path)
    assert fresh.asked == 2 * 3


@dataclass(frozen=True)
class Several(Toy):
    """Asks three sampled turns, one after another or in a list, then one more about the last."""

    together: bool = True
    measures = {"length": "tokens"}
    chance = {}

    def play(self, trial, rng):
        talk = Transcript().user(f"item {trial.item}: yes or no?")
        questions = [Continue(talk.assistant(word), role="user", temperature=1.0, max_tokens=6) for word in "abc"]
        if self.together:
            assert (yield []) == []
            replies = yield questions
        else:
            replies = []
            for question in questions:
                replies.append((yield question))
        for reply in replies:
            yield Row({"length": len(reply.ids)}, {"turn": 1}, reply)
        last = yield [Continue(talk.assistant(replies[-1].text), temperature=1.0, max_tokens=4)]
        yield Row({"length": len(last[0].ids)}, {"turn": 2}, last[0])


SAID = ["row", "measure", "status", "text", "stop", "turn", "item"]


@pytest.mark.parametrize("window", [1, 4, 64])
def test_a_list_of_questions_gets_the_replies_of_the_same_questions_one_by_one(tiny, window):
    apart, listed = run(Several(together=False), tiny), run(Several(), tiny, window=window)
    assert apart[SAID].equals(listed[SAID])
    assert len(set(listed["text"])) > 6, "sampled turns must differ for the test to be able to fail"


@pytest.mark.parametrize("stop_after", [1, 7, 9])
def test_an_interrupted_run_keeps_whole_lists(tiny, tmp_path, stop_after):
    broken = Counting(tiny, stop_after=stop_after)
    with pytest.raises(KeyboardInterrupt):
        run(Several(), broken, out=tmp_path, window=2)
    folder = tmp_path / "records" / "Several"
    shard = next(folder.glob("replies-*.jsonl"))
    lost = stop_after in (1, 9)
    if lost:  # the kill came in the middle of a line
        os.truncate(shard, shard.stat().st_size - 9)
    again = Counting(tiny)
    resumed = run(Several(), again, out=tmp_path)
    assert again.asked == 4 * 6 - broken.asked + 3 * lost
    assert resumed[SAID].equals(run(Several(), tiny)[SAID])


@dataclass(frozen=True)
class Breaking(Toy):
    """One trial of three fails."""

    def trials(self):
        return (Trial(item=k) for k in (1, 99, 2))


def test_a_failing_trial_is_a_row_that_says_so(tiny):
    table = run(Breaking(), tiny)
    assert set(table.query("item == 99")["status"]) == {"ok", "unscored", "error"}
    assert "error" not in set(table.query("item != 99")["status"])


@dataclass(frozen=True)
class AllBreak(Toy):
    """Every trial fails."""

    def trials(self):
        return iter([Trial(item=99)])


def test_when_every_trial_fails_the_run_fails(tiny):
    with pytest.raises(RuntimeError, match="item 99 breaks"):
        run(AllBreak(), tiny)


@dataclass(frozen=True)
class Undeclared(Toy):
    """Brings a measure it did not declare."""

    def play(self, trial, rng):
        yield Row({"something": 1.0})


@dataclass(frozen=True)
class Twice(Toy):
    """Two trials that cannot be told apart."""

    def trials(self):
        return iter([Trial(item=1), Trial(item=1)])


@dataclass(frozen=True)
class Reserved(Toy):
    """Names a fact like a column."""

    def trials(self):
        return iter([Trial(item=1, key="mine")])


def test_broken_probes_are_named(tiny):
    with pytest.raises(ValueError, match=r"\['key'\] are columns"):
        run(Reserved(), tiny)
    with pytest.raises(RuntimeError, match="declares"):
        run(Undeclared(), tiny)
    with pytest.raises(ValueError, match="same facts"):
        run(Twice(), tiny)


SCRIPT = """
import sys, time
sys.path.insert(0, {tests!r})
import probes
from test_run import Counting, Toy
tiny = probes.load_model("tiny")
class Slow(Counting):
    def reply(self, questions, progress=None):
        time.sleep(0.4)
        return super().reply(questions)
probes.run(Toy(items=40), Slow(tiny), out={out!r}, window=4)
"""


def test_a_kill_loses_nothing_and_doubles_nothing(tiny, tmp_path):
    code = SCRIPT.format(tests=str(Path(__file__).parent), out=str(tmp_path))
    child = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    folder = tmp_path / "records" / "Toy"
    deadline = time.time() + 300
    while time.time() < deadline and not any(p.stat().st_size for p in folder.glob("trials-*.jsonl")):
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    records = Records(folder)
    kept = {record["key"] for record in records.trials.read()}
    finished = {exchange["ask"] for record in records.trials.read() for exchange in record["asked"]}
    begun = [part for part in records.replies.read() if part["asked"][0]["ask"] not in finished]
    assert 0 < len(kept) < 40
    rest = Counting(tiny)
    resumed = run(Toy(items=40), rest, out=tmp_path)
    assert rest.asked == 2 * (40 - len(kept)) - len(begun)
    assert not list(folder.glob("replies-*"))
    assert same(resumed, run(Toy(items=40), tiny))
    keys = [record["key"] for record in Records(folder).trials.read()]
    assert len(keys) == len(set(keys)) == 40


def test_bars_are_switched_off_as_tqdm_says(monkeypatch, capfd):
    """Also in a notebook, whose bar takes no notice of the variable itself."""
    from probes.core.progress import Progress

    assert Progress("shown", 2)._bars
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert not Progress("hidden", 2)._bars
    assert "hidden" not in capfd.readouterr().err
