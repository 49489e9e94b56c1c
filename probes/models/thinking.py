"""Reasoning models: thoughts are sampled first, closed at a budget, and the answer is read after them.

A forced choice is averaged over several thoughts, each of which ends in exact log-probabilities of the options.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from probes.core import Choice, Choose, Continue, Question, Reply
from probes.models.asking import Asking, shared_length
from probes.models.engine import SampledIds, SampleIds, ScoreIds
from probes.models.gguf import LoadError
from probes.models.local import LocalModel

BUDGET = 512
"""Tokens of a thought under `thinking="on"`."""


def thinking_model(thinking: str | int, thoughts: int | str, kind: type[Asking] = LocalModel) -> Callable[..., Any]:
    """What makes a model of a kind that thinks as asked."""
    if thinking == "off":
        return kind
    budget = BUDGET if thinking == "on" else _count(thinking)
    if budget < 1 or _count(thoughts) < 1:
        raise LoadError(f"thinking={thinking!r}, thoughts={thoughts}: take off, on or a number of tokens, and a count")
    thinker = type(f"Thinking{kind.__name__}", (Thinking, kind), {"__module__": __name__})
    return partial(thinker, budget=budget, thoughts=_count(thoughts))


def _count(given: str | int) -> int:
    """A number as a call or a command line gives it; zero for anything else."""
    return int(given) if str(given).isascii() and str(given).isdigit() else 0


class Thinking(Asking):
    """A model that thinks before an assistant's answer; users' turns and scored texts are as without thoughts.

    Thoughts are sampled at temperature 1 from seeds that follow from the question, `thoughts` for a `Choose` and one
    for a `Continue`, and closed after `budget` tokens. Every reply tells its thoughts: text, whether they were cut,
    and what each led to.
    """

    def __init__(self, *given: Any, budget: int, thoughts: int, **named: Any) -> None:
        super().__init__(*given, **named)
        if not self.chat.thought:
            raise LoadError(f"{self.name} has a template that knows no thoughts; take thinking='off'")
        self.budget, self.thoughts, self._close = budget, thoughts, self.chat.thought[1]
        self.info["thinking"] = {"budget": budget, "thoughts": thoughts, "temperature": 1.0}
        self._refingerprint()

    def reply(self, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> list[Reply]:
        """Answers in the order of the questions."""
        thinkers = [k for k, question in enumerate(questions) if self._thinks(question)]
        rest = [question for k, question in enumerate(questions) if k not in set(thinkers)]
        plain = iter(super().reply(rest, progress) if rest else [])
        thought = iter(self._thought([questions[k] for k in thinkers]))
        return [next(thought) if k in set(thinkers) else next(plain) for k in range(len(questions))]

    def digest(self, question: Question) -> str:
        """What is asked, and how much thought is given to it."""
        form = [super().digest(question), self._thinks(question), self.budget, self.thoughts]
        return hashlib.sha256(repr(form).encode()).hexdigest()

    def _thinks(self, question: Question) -> bool:
        if question.role != "assistant" or not isinstance(question, Choose | Continue):
            return False
        if question.sites:
            raise ValueError("activations of an answer that follows sampled thoughts are not taken; thinking='off'")
        return True

    def _thought(self, questions: Sequence[Question]) -> list[Reply]:
        """Thoughts of all questions in one batch, then all answers in one."""
        asked = [(question, request) for question in questions for request in self._thoughts(question)]
        thoughts: list[Any] = self.engine.run([request for _, request in asked])
        answers = [self._answer(*pair, thought) for pair, thought in zip(asked, thoughts, strict=True)]
        results = iter(zip(thoughts, answers, self.engine.run(answers), strict=True))
        return [self._told(question, list(islice(results, self._count(question)))) for question in questions]

    def _count(self, question: Question) -> int:
        return self.thoughts if isinstance(question, Choose) else 1

    def _thoughts(self, question: Question) -> list[SampleIds]:
        prompt = self.chat.encode(question.transcript, "assistant", thinking=True).ids
        own = getattr(question, "seed", None)
        form = [hashlib.sha256(repr(prompt).encode()).hexdigest(), own]
        seeds = [
            int(hashlib.sha256(repr([*form, k]).encode()).hexdigest()[:15], 16) for k in range(self._count(question))
        ]
        stop = self.stop_ids | self._closing()
        return [SampleIds(prompt, self.budget, 1.0, seed=seed, stop=stop) for seed in seeds]

    def _closing(self) -> frozenset[int]:
        """The token that ends a thought."""
        mark = re.match(r"<[^>]*>|\[[^\]]*\]", self._close.strip())
        ids = self.chat.follow(mark.group(), "") if mark else ()
        if len(ids) != 1:
            raise LoadError(f"{self.name} has no token of its own that ends a thought; take thinking='off'")
        return frozenset(ids)

    def _answer(self, question: Question, request: SampleIds, thought: SampledIds) -> ScoreIds | SampleIds:
        """The question after a thought that is closed, whether the model closed it or the budget did."""
        thought_through = (*request.prompt, *thought.ids)
        begun = self.chat.follow(self._close, question.prefill)
        if isinstance(question, Choose):
            full = [self.chat.follow(self._close, question.prefill + label) for label in question.options]
            shared = min(shared_length(begun, ids) for ids in full)
            return ScoreIds((*thought_through, *begun[:shared]), tuple(ids[shared:] for ids in full))
        plain = self.requests(question)[0]
        assert isinstance(plain, SampleIds)
        return replace(plain, prompt=(*thought_through, *begun))

    def _told(self, question: Question, parts: Sequence[tuple[Any, Any, Any]]) -> Reply:
        """One reply of all answers; the probabilities of a choice are the means over thoughts."""
        told = [
            {"text": self.tokenizer.decode(thought.ids), "tokens": len(thought.ids), "stop": thought.stop}
            for thought, _, _ in parts
        ]
        replies = [self.read(question, [asked], [answer]) for _, asked, answer in parts]
        if isinstance(question, Continue):
            return replace(replies[0], thoughts=told)
        choices = [reply for reply in replies if isinstance(reply, Choice)]
        for note, choice in zip(told, choices, strict=True):
            note["logprobs"] = choice.logprobs
        means = {label: _mean([choice.logprobs[label] for choice in choices]) for label in choices[0].options}
        return replace(choices[0], logprobs=means, thoughts=told)


def _mean(logprobs: Sequence[float]) -> float:
    """Logarithm of the mean of probabilities."""
    top = max(logprobs)
    return top + math.log(sum(math.exp(value - top) for value in logprobs) / len(logprobs))
