"""Does playing a role make a model reason better, or does any long preface?"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

import probes
from probes.core import Continuation, Continue, Play, Probe, Row, Trial
from probes.core.extract import FORMS, extract
from probes.core.parse import unread
from probes.core.transcript import Transcript
from probes.minds.stimuli.reasoning import SHELF, Problem
from probes.shared.personas import SHELF as PERSONAS
from probes.shared.personas import Guise, Persona, guises
from probes.shared.thinking import split

STEPS = "Let us go through it step by step."


@dataclass(frozen=True)
class Named:
    """A problem with its place on the list."""

    name: str
    task: str
    problem: Problem

    def facts(self) -> dict[str, str]:
        """The columns it brings to a record."""
        return {"problem": self.name, "task": self.task, "form": self.problem.form, "truth": self.problem.answer}


@dataclass(frozen=True)
class RolePlayReasoning(Probe):
    """Zero-shot, step by step, in a role, and after length-matched filler."""

    tasks: tuple[str, ...] = tuple(SHELF)
    """Generated tasks of `probes.minds.stimuli.reasoning`."""
    problems: int = 20
    """Problems of each task, or items of a data set at most."""
    problem_seed: int = 0
    """Seed of the generated problems."""
    data: str = ""
    """`gsm8k`, `svamp` or `aqua`, read from `path`; empty takes generated problems."""
    path: str = ""
    """File of the data set."""
    roles: tuple[str, ...] = ("mathematics_teacher",)
    """Names in `probes.personas`, put into a role-setting turn and a role-feedback turn."""
    sampled_feedback: int = 0
    """0 takes the feedback written for the persona; n samples n and keeps the one likeliest per token."""
    max_tokens: int = 192
    """Of the first pass; the second, which only draws the answer, gets 16."""
    language: str = "en"
    """`en` only: answers are read by rules that know English."""

    allowed = {"tasks": SHELF, "language": ("en",)}
    measures = {
        "correct": "share right, answer drawn by a second pass",
        "correct_regex": "share right, answer read from the first pass alone, think block left out",
        "agree": "share of answers that both passes give alike, of those read in both",
        "tokens": "tokens of the first pass",
    }
    unit = "problem"
    version = 2
    source = "Kong et al. 2023, arXiv:2308.07702"
    example: ClassVar[dict[str, object]] = {"problems": 2, "tasks": ("coin_flip", "arithmetic"), "max_tokens": 12}

    def trials(self) -> Iterator[Trial]:
        """Method by method, so that problems that share a preface stand together."""
        listed = list(self._problems())
        for method, guise in self._methods():
            for named in listed:
                yield Trial(method=method, guise=guise, item=named)

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """The answer in two passes: think, then fill in the end of a sentence that asks for the answer."""
        problem: Problem = trial.item.problem
        opening = trial.guise.opening()
        facts = {"feedback": "written" if len(opening.transcript) else "none"}
        if self.sampled_feedback and len(opening.transcript):
            preface = yield from _likeliest_feedback(opening.transcript, self.sampled_feedback)
            opening, facts = type(opening)(preface), {"feedback": f"likeliest of {self.sampled_feedback}"}
        asked = opening.user(f"{problem.text}\n{STEPS}" if trial.method == "step_by_step" else problem.text)
        thought = yield Continue(asked, max_tokens=self.max_tokens)
        drawn = yield Continue(asked, max_tokens=16, prefill=f"{thought.text}\n{FORMS[problem.form]}")
        second = extract(drawn.text, problem.form, options=problem.options)
        first = extract(split(thought.text)[1], problem.form, last=True, options=problem.options)
        values: dict[str, float | str] = {
            "correct": _score(second, problem, drawn),
            "correct_regex": _score(first, problem, thought),
            "agree": "unscored" if first is None or second is None else float(first == second),
            "tokens": float(len(thought.ids)),
        }
        yield Row(values, facts | {"answer": second}, thought)

    def _problems(self) -> Iterator[Named]:
        if self.data:
            for item in probes.datasets[self.data](self.path)[: self.problems]:
                lettered = "ABCDE"[item.options.index(item.answer)] if item.options else item.answer
                form = "choice" if item.options else "number"
                yield Named(item.name, self.data, Problem(item.question, lettered, form, item.options))
            return
        for task in self.tasks:
            rng = np.random.default_rng([self.problem_seed, list(SHELF).index(task)])
            for k in range(self.problems):
                yield Named(f"{task}-{k}", task, SHELF[task](rng))

    def _methods(self) -> Iterator[tuple[str, Guise]]:
        (nobody,) = guises([PERSONAS["none"]])
        yield from (("zero_shot", nobody), ("step_by_step", nobody))
        cast: list[Persona] = [PERSONAS[name] for name in self.roles]
        for guise in guises(cast, placements=("dialogue",), wordings=1):
            yield f"role_{guise.role}" if guise.role == "control" else "role_play", guise


def _score(answer: str | None, problem: Problem, reply: Continuation) -> float | str:
    return float(answer == problem.answer) if answer is not None else unread(reply.text, reply.stop)


def _likeliest_feedback(preface: Transcript, count: int) -> Generator[Continue, Any, Transcript]:
    """The preface with its feedback turn replaced by the best of `count` samples: likeliest a token, if ended."""
    setting, best, score = preface.drop(len(preface) - 1), preface.turns[-1].text, -np.inf
    for seed in range(count):
        reply = yield Continue(setting, max_tokens=80, temperature=1.0, seed=seed)
        if reply.stop == "end_of_turn" and reply.text.strip() and np.mean(reply.logprobs) > score:
            best, score = reply.text, float(np.mean(reply.logprobs))
    return setting.assistant(best)
