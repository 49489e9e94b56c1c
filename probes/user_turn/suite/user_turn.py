"""Does a model expect anything after its own answer? It answers, then writes the user's next turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Continue, Play, Probe, Row, Scalar, Trial
from probes.core.questions import Score, Scored
from probes.core.transcript import Transcript
from probes.shared.items.contexts import Context
from probes.shared.thinking import split
from probes.shared.turns.rules import classify
from probes.shared.turns.text import whole
from probes.shared.turns.tongue import foreign
from probes.user_turn import grounding
from probes.user_turn.checks import right
from probes.user_turn.perturb import EDITS, edit, known
from probes.user_turn.sources import Pool, contexts, spread

SOURCES = ("own", "given", "wrong")
LIKELY = ("grounding", "information", "grounding_mismatched")
READ = ("follow_up", "follow_up_mismatched", "follow_up_if_asked")


@dataclass(frozen=True)
class UserTurn(Probe):
    """Rate of genuine follow-ups in the open user turn, by temperature, answer source, depth and perturbation.

    Inspired by Shekkizhar et al. 2026, whose prompts and labels are not released: the protocol is ours.
    The model answers greedily (`own`), or the answer is given or planted wrong; then the user turn is opened and
    continued, once where greedy and `samples` times at every other temperature (see `draws` for perturbed answers).
    """

    dataset: str = ""
    """Empty for our own contexts, else a name in `probes.datasets`, read from `path`."""
    path: str = ""
    """File or folder of the data set."""
    domains: tuple[str, ...] = ()
    """Domains of the contexts; empty takes all."""
    per_domain: int = 0
    """How many contexts of each domain; 0 takes all."""
    temperatures: tuple[float, ...] = (0.0, 0.7, 1.0, 1.3)
    """Of the user turn; 0 is greedy."""
    samples: int = 3
    """User turns at each temperature above 0."""
    answers: tuple[str, ...] = ("own",)
    """Of `own`, `given`, `wrong`."""
    perturbations: tuple[str, ...] = ("none", "question", "swapped")
    """Names in `probes.user_turn.perturb`."""
    depths: tuple[int, ...] = (1,)
    """After which of the conversation's answers the user turn is opened."""
    grounding: int = 0
    """Mismatched contexts behind the grounding of the first turn after an untouched answer of the first source, at the
    highest temperature; 0 leaves it out."""
    answer_tokens: int = 128
    """Longest answer."""
    turn_tokens: int = 40
    """Longest user turn."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"answers": SOURCES}
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {
            "per_domain": 20,
            "answers": ("own", "given"),
            "perturbations": ("none", "question"),
            "grounding": 3,
            "answer_tokens": 80,
            "turn_tokens": 32,
        },
        "full": {"answers": SOURCES, "perturbations": tuple(EDITS), "depths": (1, 2, 3, 4), "grounding": 8},
    }
    """Sizes of the report; `full` has all levels of the factors."""
    example: ClassVar[Mapping[str, Any]] = {"per_domain": 2, "samples": 1, "grounding": 2, "turn_tokens": 12}
    measures: ClassVar[Mapping[str, str]] = {
        "follow_up": "1 if the turn is a genuine follow-up, else 0",
        "follow_up_mismatched": "the same turn read against another context: what the rules let through by accident",
        "follow_up_if_asked": "the same turn read as if a question had ended the answer",
        "accuracy": "1 if the answer passes its checks, else 0",
        **{name: grounding.MEASURES[name] for name in ("grounding", "information")},
        "grounding_mismatched": "the same as if the turn had been said in the first mismatched context",
    }
    chance: ClassVar[Mapping[str, float]] = {"follow_up": 0.0}
    unit: ClassVar[str] = "context"
    version: ClassVar[int] = 5
    source: ClassVar[str] = "Shekkizhar, Cosentino, Earle 2026, arXiv:2604.02315 (inspired by; protocol ours)"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.perturbations:
            known(name)

    def contexts(self) -> list[Context]:
        """The contexts asked, in order."""
        return contexts(self.dataset, self.path, self.domains, self.per_domain)

    def trials(self) -> Iterator[Trial]:
        """One trial per context, depth and answer source; temperatures and perturbations are rows of it."""
        asked = self.contexts()
        for place, item in enumerate(asked):
            for depth in self.depths:
                for answer in self.answers:
                    if item.depth >= depth and (answer == "own" or _fixed(item, answer, depth)):
                        pool = Pool(tuple(spread(asked, item, place, max(self.grounding, 1))))
                        yield Trial(item=item, pool=pool, place=place, depth=depth, answer_source=answer)

    def steps(self) -> int:
        """The answer here and to another context, every user turn, and the grounding of one."""
        scored = bool(self.grounding) and "none" in self.perturbations
        return len(self._turns()) + scored + 2 * ("own" in self.answers)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """The answer first, then every user turn at once, then the grounding of the one that gets it.

        After an answer of its own the turn is read against another context with the model's own answer, too: a model
        that repeats its words shares them with all that it wrote.
        """
        item, depth, other = trial.item, trial.depth, trial.pool.contexts[0]
        asked, thought = item.asked(depth), ""
        answer, stop, elsewhere = _fixed(item, trial.answer_source, depth), "given", other.given()
        if trial.answer_source == "own":
            reply, theirs = yield [Continue(one, max_tokens=self.answer_tokens) for one in (asked, other.asked())]
            (thought, answer), stop = split(reply.text), reply.stop
            elsewhere = _kept(split(theirs.text)[1], theirs.stop) or elsewhere
        kept = _kept(answer, stop)
        facts = {"query": item.query(depth), "answer": kept, "answer_stop": stop, "thought": thought}
        if thought and not answer:
            yield Row(dict.fromkeys(self.measures, "truncated"), {**facts, **_varied("none", 0.0, 0), "class": ""})
            return
        ended = asked.assistant(kept)
        perturbed = {name: edit(name, ended, other.given(), trial.place) for name in self.perturbations}
        question = edit("question", ended, other.given(), trial.place)
        asked_for = {"none": question, "question": question}
        turns = self._turns()
        replies = yield [self._continue(perturbed[name], temperature) for name, temperature, _ in turns]
        hottest = ("none", max(self.temperatures), 0)
        first = [k for k, turn in enumerate(turns) if turn == hottest and replies[k].text.strip()]
        first = first if self.grounding and trial.answer_source == self.answers[0] else []
        pool = [other.asked().assistant(elsewhere), *trial.pool.shown()[1:]]
        scored = [grounding.question(ended, replies[k].text, pool) for k in first]
        likely = dict(zip(first, map(_likely, scored, (yield [*scored])), strict=True))
        accuracy = _accuracy(item, depth, answer, stop)
        for k, ((name, temperature, sample), reply) in enumerate(zip(turns, replies, strict=True)):
            asks = asked_for.get(name)
            label, values = read(reply.text, item.query(depth), perturbed[name], (other.query(), elsewhere), asks)
            values |= {"accuracy": accuracy} | likely.get(k, dict.fromkeys(LIKELY, "unscored"))
            yield Row(values, {**facts, **_varied(name, temperature, sample), "class": label}, reply)

    def _turns(self) -> list[tuple[str, float, int]]:
        """Every user turn of a trial: perturbation, temperature, sample number."""
        return [(name, *draw) for name in self.perturbations for draw in self.draws(name)]

    def _continue(self, context: Transcript, temperature: float) -> Continue:
        return Continue(context, role="user", max_tokens=self.turn_tokens, temperature=temperature)

    def draws(self, perturbation: str = "none") -> list[tuple[float, int]]:
        """(temperature, sample number): one where greedy, else `samples`; one also under perturbations but `question`,
        which has to show its effect for anything else to count."""
        many = self.samples if perturbation in ("none", "question") else 1
        return [(t, k) for t in self.temperatures for k in range(many if t else 1)]


def _varied(perturbation: str, temperature: float, sample: int) -> dict[str, Scalar]:
    return {"perturbation": perturbation, "temperature": temperature, "sample": sample}


def _kept(answer: str, stop: str) -> str:
    """The whole sentences of an answer that was cut."""
    return whole(answer) if stop == "length" else answer


def read(turn: str, query: str, context: Transcript, other: tuple[str, str],
         asks: Transcript | None) -> tuple[str, dict[str, float | str]]:  # fmt: skip
    """Class of a turn and its rule measures; unscored in another language than English, which the rules read.

    other : query and answer of another context
    asks : the context that ends with a question, where the turn can be read behind it, too.
    """
    unread: dict[str, float | str] = dict.fromkeys(READ, "unscored")
    if foreign(turn):
        return "", unread
    behind = [(query, context.turns[-1].text), other]
    behind += [(query, asks.turns[-1].text)] if asks else []
    labels = [classify(turn, *told) for told in behind]
    return labels[0], unread | {name: float(label == "follow_up") for name, label in zip(READ, labels, strict=False)}


def _likely(asked: Score, reply: Scored) -> dict[str, float | str]:
    """The likelihood measures of a turn."""
    own, elsewhere = grounding.read(asked, reply), grounding.read(asked, reply, place=1)
    return dict(zip(LIKELY, (own.grounding, own.information, elsewhere.grounding), strict=True))


def _fixed(item: Context, source: str, depth: int) -> str:
    if source not in SOURCES:
        raise ValueError(f"answer source {source!r} is not one of {', '.join(SOURCES)}")
    return item.given(depth) if source == "given" else (item.wrong if source == "wrong" and depth == 1 else "")


def _accuracy(item: Context, depth: int, answer: str, stop: str) -> float | str:
    score = right(answer, item.check if depth == 1 else {})
    return "truncated" if item.check and stop == "length" and score != 1.0 else score
