"""Does a persona move theory of mind, or only the words around it?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

import probes.datasets
from probes.core import Choice, Choose, Continuation, Continue, Play, Probe, Row, Trial
from probes.design import Arm, arms
from probes.parse import chosen, unread
from probes.personas import SHELF, Guise, Persona, guises
from probes.tom import KINDS, scenes
from probes.transcript import Transcript


@dataclass(frozen=True)
class Asked:
    """One question about one story, whatever it came from; `told` are its facts."""

    story: str
    question: str
    right: str
    options: tuple[str, ...]
    told: Mapping[str, str | int]
    turn: int = 0

    def facts(self) -> dict[str, str | int]:
        """The columns it brings to a record."""
        return dict(self.told)


@dataclass(frozen=True)
class PersonaTom(Probe):
    """Which personas move theory of mind beyond wording noise, in which task, and which only the form of the answer?

    personas, controls, placements, wordings: the conditions; every persona has a length-matched control.
    scenes, scene_seed, families, kinds: own scenes with a ledger (`probes.tom`).
    data, path: an importer of `probes.datasets` and its file, instead of own scenes; at most `scenes` items.
    roles, role_file: names from a role file, in addition to `personas`.
    answer: `words` scores the answers themselves, `letters` their labels, `text` reads a generated answer.
    """

    personas: tuple[str, ...] = ("none", "assistant", "agreeableness_high", "narcissism_high")
    controls: bool = True
    placements: tuple[str, ...] = ("system",)
    wordings: int = 2
    scenes: int = 64
    scene_seed: int = 0
    families: tuple[str, ...] = ()
    kinds: tuple[str, ...] = KINDS
    data: str = ""
    path: str = ""
    roles: tuple[str, ...] = ()
    role_file: str = ""
    answer: str = "words"
    max_tokens: int = 96

    measures = {
        "hit": "share of questions whose right answer is the likeliest, orders averaged",
        "p_right": "probability of the right answer among those offered, orders averaged",
        "margin": "nats between the right and the best wrong answer, orders averaged",
        "position_bias": "probability of the answer listed first, minus chance",
        "mass": "probability of all answers offered",
    }
    chance = {"hit": 0.5, "p_right": 0.5}
    unit = "scene"
    source = "after Tan et al. 2024, arXiv:2403.02246 (no protocol text at hand: our specification)"
    example: ClassVar[dict[str, object]] = {"personas": ("none", "nurse"), "wordings": 1, "scenes": 16}

    def trials(self) -> Iterator[Trial]:
        """Guise by guise, story by story: questions that share a beginning stand together."""
        asked = list(self._items())
        for guise in guises(self._cast(), self.controls, self.placements, self.wordings):
            for item in asked:
                yield Trial(guise=guise, item=item)

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """Every order of the answers, then one row; a generated answer is read in one order only."""
        item: Asked = trial.item
        orders = arms(item.options)
        if self.answer == "text":
            order = orders[item.turn % len(orders)]
            reply = yield Continue(self._prompt(trial.guise, item, order), max_tokens=self.max_tokens)
            yield Row(self._read(reply, item), reply=reply)
            return
        replies = []
        for order in orders:
            replies.append((yield self._choose(trial.guise, item, order)))
        yield Row(_measured(replies, item.right, rng), reply=replies[0])

    def _cast(self) -> list[Persona]:
        cast = [SHELF[name] for name in self.personas]
        if self.role_file:
            cast += probes.datasets["persona_roles"](self.role_file, self.roles)  # type: ignore[index]
        return cast

    def _items(self) -> Iterator[Asked]:
        if self.data:
            for k, found in enumerate(probes.datasets[self.data](self.path)[: self.scenes]):  # type: ignore[index]
                told = {"scene": found.group, "item": found.name, "family": self.data, "task": found.task}
                told |= {"right": found.answer}
                yield Asked(found.story, found.question, found.answer, found.options, told, k)
            return
        for k, scene in enumerate(scenes(self.scenes, self.scene_seed, self.families)):
            for kind in self.kinds:
                made = scene.item(kind)
                book = {"right": made.right, "ledger": "; ".join(scene.ledger.lines())}
                told = {**scene.facts(), "item": f"{scene.name}:{kind}", **made.facts(), **book}
                answers = tuple(sorted((made.right, made.wrong)))
                yield Asked(scene.text, made.question, made.right, answers, told, k)

    def _prompt(self, guise: Guise, item: Asked, order: Arm) -> Transcript:
        if self.answer == "letters":
            listed = f"{order.lines()}\nAnswer with a letter."
        else:
            listed = f"Possible answers: {', '.join(meaning for _, meaning in order.shown)}."
        return guise.opening().user(f"{item.story}\n\nQuestion: {item.question}\n{listed}")

    def _choose(self, guise: Guise, item: Asked, order: Arm) -> Choose:
        if self.answer == "letters":
            labels = {f" {label}": meaning for label, meaning in order.shown}
            return Choose(self._prompt(guise, item, order), labels, prefill="The answer is")
        labels = {label: meaning for _, meaning in order.shown for label in said_as(meaning)}
        return Choose(self._prompt(guise, item, order), labels, prefill="The answer is:")

    def _read(self, reply: Continuation, item: Asked) -> dict[str, float | str]:
        said = chosen(reply.text, item.options)
        hit: float | str = unread(reply.text, reply.stop) if said is None else float(said == item.right)
        return dict.fromkeys(self.measures, "unscored") | {"hit": hit}


def _measured(replies: Sequence[Choice], right: str, rng: np.random.Generator) -> dict[str, float]:
    """The measures over all orders; a tie for the first place is broken by a draw, so that chance stays chance."""
    shares = {meaning: float(np.mean([reply.p[meaning] for reply in replies])) for meaning in replies[0].p}
    best = [meaning for meaning, share in shares.items() if math.isclose(share, max(shares.values()), abs_tol=1e-9)]
    return {
        "hit": float(str(rng.choice(sorted(best))) == right),
        "p_right": shares[right],
        "margin": float(np.mean([_margin(reply, right) for reply in replies])),
        "position_bias": float(np.mean([next(iter(reply.p.values())) for reply in replies])) - 1 / len(shares),
        "mass": float(np.mean([reply.mass for reply in replies])),
    }


def _margin(reply: Choice, right: str) -> float:
    """Log-odds of the right answer against the best wrong one, in one order; all ways to say an answer add up."""
    nats = {meaning: -math.inf for meaning in reply.options.values()}
    for label, meaning in reply.options.items():
        nats[meaning] = float(np.logaddexp(nats[meaning], reply.logprobs[label]))
    return nats[right] - max(value for meaning, value in nats.items() if meaning != right)


def said_as(answer: str) -> list[str]:
    """Ways to begin a reply with an answer: as printed, with a capital, and without its article."""
    bare = answer.removeprefix("the ")
    return list(dict.fromkeys([f" {answer}", f" {answer[:1].upper()}{answer[1:]}", f" {bare}"]))
