from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import probes
import probes.minds.stimuli.reasoning
from probes import ScriptedModel
from probes.core.extract import FORMS, extract
from probes.minds.stimuli.reasoning import SHELF, Problem
from probes.minds.suite.role_play_reasoning import STEPS, RolePlayReasoning

DATA = Path(__file__).parents[2] / "../shared/data"


def _solve(problem):
    """Every task solved from its printed question, by other means than its maker."""
    text, numbers = problem.question, [int(n) for n in re.findall(r"\d+", problem.question)]
    if "boxes" in text:
        left = sum([numbers[1]] * numbers[0]) - numbers[2]
        return str(left + numbers[3] if "arrive" in text else sum([numbers[3]] * left))
    if "Today is" in text:
        today = datetime.strptime(re.search(r"Today is (\w+ \d+, \d+)", text)[1], "%B %d, %Y")  # noqa: DTZ007
        words = {"tomorrow": 1, "the day after tomorrow": 2, "yesterday": -1, "one week from today": 7,
                 "one week ago": -7, "ten days from today": 10, "two weeks ago": -14}  # fmt: skip
        step = words[re.search(r"date (?:is|was) (.+), written", text)[1]]
        return (today + timedelta(hours=24 * step)).strftime("%m/%d/%Y")
    if "last letter" in text:
        return "".join(re.findall(r"(\w)(?=[ \"])", text.partition('"')[2].rpartition('"')[0] + '"'))
    if "coin" in text:
        return "no" if len(re.findall(r" turns it", text)) % 2 else "yes"
    things = dict(re.findall(r"(\w+) has the (\w+)", text))
    for a, b in re.findall(r"(\w+) and (\w+) swap", text):
        things[a], things[b] = things[b], things[a]
    who = re.search(r"What does (\w+) have", text)[1]
    return "ABC"[problem.options.index(f"the {things[who]}")]


@pytest.mark.parametrize("task", SHELF)
def test_answers_recomputed_and_balanced(task):
    made = [SHELF[task](np.random.default_rng([k])) for k in range(300)]
    assert [problem.answer for problem in made] == [_solve(problem) for problem in made]
    assert len({problem.question for problem in made}) > 150
    assert all(extract(f" {problem.answer}.", problem.form) == problem.answer for problem in made)
    shares = {answer: np.mean([p.answer == answer for p in made]) for answer in {p.answer for p in made}}
    if made[0].form in ("yes_no", "choice"):
        assert max(shares.values()) - 1 / len(shares) < 4 * 0.5 / np.sqrt(300)


def test_a_problem_checks_itself():
    with pytest.raises(ValueError, match="form 'ode'"):
        Problem("q", "1", "ode")
    with pytest.raises(ValueError, match="no letter of 2"):
        Problem("q", "C", "choice", ("x", "y"))


def _pupil(question):
    """Reasons only step by step or as a teacher; the second pass finds what the first wrote."""
    if question.prefill:
        return question.prefill.rpartition("\n")[0].rpartition(" ")[2]
    text = str(question.transcript.messages())
    asked = question.transcript.turns[-1].text
    problem = next(p for p in _known() if asked.startswith(p.question))
    return f"So it is {problem.answer}" if STEPS in asked or "teacher" in text else "That is hard"


def _known():
    for task in ("coin_flip", "arithmetic"):
        rng = np.random.default_rng([0, list(SHELF).index(task)])
        yield from (SHELF[task](rng) for _ in range(6))


def test_methods_are_told_apart_and_silence_is_not_wrong():
    probe = RolePlayReasoning(tasks=("coin_flip", "arithmetic"), problems=6)
    table = probes.run(probe, ScriptedModel(_pupil, "scripted:pupil"))
    right = table.query("measure == 'correct'")
    shares = right.groupby("method")["value"].mean()
    assert shares["step_by_step"] == shares["role_play"] == 1
    assert right.query("method in ('zero_shot', 'role_control')")["status"].eq("unscored").all()
    assert set(table["feedback"]) == {"none", "written"}
    prompts = table.query("measure == 'tokens'").groupby("problem")["method"].nunique()
    assert prompts.eq(4).all()


def test_a_cut_thought_is_truncated_by_regex_and_may_be_right_in_the_second_pass():
    def policy(question):
        return "yes" if question.prefill else "word " * 500

    probe = RolePlayReasoning(tasks=("coin_flip",), problems=4, roles=(), max_tokens=8)
    table = probes.run(probe, ScriptedModel(policy, "scripted:talker"))
    assert table.query("measure == 'correct_regex'")["status"].eq("truncated").all()
    assert table.query("measure == 'correct'")["status"].eq("ok").all()
    assert table.query("measure == 'tokens'")["value"].eq(8).all()


def test_a_think_block_is_no_answer():
    """The first pass alone: the number after the thought counts, none that stands in it, cut or not."""
    told = iter(["<think>Is it 7? Perhaps 8.</think>\nIt is 5.", "<think>Is it 7? " + "Hm. " * 60])

    def policy(question):
        return " 5" if question.prefill else next(told)

    probe = RolePlayReasoning(tasks=("arithmetic",), problems=1, roles=(), max_tokens=40)
    table = probes.run(probe, ScriptedModel(policy, "scripted:thinker")).query("measure == 'correct_regex'")
    truth = float(table["truth"].iloc[0] == "5")
    assert [*zip(table["status"], table["value"].fillna(-1), strict=True)] == [("ok", truth), ("truncated", -1)]


def test_sampled_feedback_keeps_the_one_that_ended():
    seen = []

    def policy(question):
        seen.append(question)
        if question.temperature:
            return "Gladly." if question.seed == 1 else "word " * 200
        return "yes"

    probe = RolePlayReasoning(tasks=("coin_flip",), problems=1, sampled_feedback=3)
    table = probes.run(probe, ScriptedModel(policy, "scripted:feedback"))
    asked = [q.transcript for q in seen if not q.temperature and len(q.transcript) > 1]
    assert all(transcript.turns[1].text == "Gladly." for transcript in asked)
    assert set(table["feedback"]) == {"none", "likeliest of 3"}


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder beside the checkout is absent")
@pytest.mark.parametrize("data", ["gsm8k", "svamp", "aqua"])
def test_public_sets_run(data):
    known = {item.question: item for item in probes.datasets[data](DATA / data)[:3]}

    def policy(question):
        item = next(item for text, item in known.items() if question.transcript.turns[-1].text.startswith(text))
        return "ABCDE"[item.options.index(item.answer)] if item.options else item.answer

    probe = RolePlayReasoning(data=data, path=str(DATA / data), problems=3)
    table = probes.run(probe, ScriptedModel(policy, "scripted:key")).query("measure == 'correct'")
    assert table["value"].eq(1).all()
    assert set(table["form"]) <= set(FORMS)
