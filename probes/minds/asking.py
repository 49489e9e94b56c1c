"""How an item is put to a model, and what its replies are worth: forms of the answer that cancel what is no ability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from probes.core import Choice, Choose
from probes.core.design import Arm, arms
from probes.core.transcript import Transcript
from probes.minds.generate import twin
from probes.minds.scene import YES_NO, Scene, prompts
from probes.shared.datasets._items import Item
from probes.shared.personas import Opening
from probes.shared.world import arranged

FORMS = ("statement", "words", "letters", "text")
"""The reply's sentence completed; the answers themselves; their labels; a generated reply, read."""


@dataclass(frozen=True)
class Asked:
    """One question about one story, whatever it came from; `about` are its facts."""

    story: tuple[str, ...]
    """Its sentences; of an imported story one text."""
    question: str
    right: str
    options: tuple[str, ...]
    about: Mapping[str, str | int]
    turn: int = 0
    statement: str = ""
    twin: tuple[str, ...] = ()
    """The same story with both states exchanged: there the other answer is right. Empty where there is none."""
    language: str = "en"

    @property
    def said(self) -> Mapping[str, str]:
        """What is said around stories and questions in its language."""
        return prompts(self.language)

    @property
    def text(self) -> str:
        """The story in one."""
        return " ".join(self.story)

    def facts(self) -> dict[str, str | int]:
        """The columns it brings to a record."""
        return dict(self.about)


def asked(scene: Scene, kind: str, turn: int) -> Asked:
    """One kind of question about a scene of our own, with its ledger."""
    item = scene.item(kind)
    book = {"right": item.right, "ledger": "; ".join(scene.ledger.lines())}
    facts = {**scene.facts(), "item": f"{scene.name}:{kind}", **item.facts(), **book}
    other = () if kind in YES_NO else twin(scene).sentences
    asks = (item.question, item.right, item.options, facts, turn, item.statement)
    return Asked(scene.sentences, *asks, other, scene.language)


def sample(listed: Sequence[Item], count: int, seed: int) -> list[Item]:
    """So many imported items: all questions of one story after another, stories in drawn order; all items if fewer."""
    stories: dict[str, list[Item]] = {}
    for item in listed:
        stories.setdefault(item.group, []).append(item)
    order = np.random.default_rng(seed).permutation(len(stories))
    groups = list(stories.values())
    return [item for k in order for item in groups[k]][:count]


def readings(form: str, opening: Opening, item: Asked, turns: str = "one") -> list[tuple[Choose, str]]:
    """What to ask, each with the answer that is right there: a scene and its twin, or every order of the answers."""
    if form != "statement":
        return [(_choose(form, opening, item, order, turns), item.right) for order in arms(item.options)]
    other = next(option for option in item.options if option != item.right)
    stories = [(item.story, item.right), (item.twin, other)][: 1 + bool(item.twin)]
    labels = {label: option for option in item.options for label in completions(option, item.language)}
    told = [(opening.before(arranged(story, turns, item.language, " ")), right) for story, right in stories]
    return [(Choose(talk, labels, prefill=item.statement), right) for talk, right in told]


def prompt(form: str, opening: Opening, item: Asked, order: Arm, turns: str = "one") -> Transcript:
    """The story in one of `TURNS`, and under its last turn the question and the answers in one order."""
    if form == "letters":
        listed = f"{order.lines()}\n{item.said['letter']}"
    else:
        listed = item.said["listed"].format(answers=", ".join(meaning for _, meaning in order.shown))
    talk = arranged(item.story, turns, item.language, " ")
    asked = f"{talk.turns[-1].text}\n\n{item.said['question'].format(question=item.question)}\n{listed}"
    return opening.before(talk.replace(-1, asked))


def _choose(form: str, opening: Opening, item: Asked, order: Arm, turns: str) -> Choose:
    shown, stem = prompt(form, opening, item, order, turns), item.said["prefill"]
    if form == "letters":
        return Choose(shown, {f" {label}": meaning for label, meaning in order.shown}, prefill=stem)
    labels = {label: meaning for _, meaning in order.shown for label in said_as(meaning, item.language)}
    return Choose(shown, labels, prefill=f"{stem}:")


def bare(answer: str, language: str = "en") -> str:
    """An answer without what stands before a place in its language: "the box" is "box"."""
    return answer.removeprefix(prompts(language)["lead"])


def said_as(answer: str, language: str = "en") -> list[str]:
    """Ways to begin a reply with an answer: as printed, with a capital, and without its article."""
    return list(dict.fromkeys([f" {answer}", f" {answer[:1].upper()}{answer[1:]}", f" {bare(answer, language)}"]))


def completions(answer: str, language: str = "en") -> list[str]:
    """Ways to complete a statement that ends before the bare answer; yes and no also with a capital."""
    said, short = prompts(language), bare(answer, language)
    return [f" {short}", f" {short.capitalize()}"] if answer in (said["yes"], said["no"]) else [f" {short}"]


def measured(replies: Sequence[Choice], rights: Sequence[str], rng: np.random.Generator) -> dict[str, float]:
    """The measures over all readings. Log-probabilities are averaged, so what adds to an answer whatever the story says
    cancels in `hit` and `margin`; a tie is broken by a draw, so that chance stays chance."""
    nats = [_nats(reply, right, rights[0]) for reply, right in zip(replies, rights, strict=True)]
    means = {meaning: float(np.mean([each[meaning] for each in nats])) for meaning in nats[0]}
    best = sorted(m for m, value in means.items() if math.isclose(value, max(means.values()), abs_tol=1e-9))
    margins = [each[rights[0]] - max(v for meaning, v in each.items() if meaning != rights[0]) for each in nats]
    return {
        "hit": float(str(rng.choice(best)) == rights[0]),
        "p_right": float(np.mean([reply.p[right] for reply, right in zip(replies, rights, strict=True)])),
        "margin": float(np.mean(margins)),
        "position_bias": float(np.mean([next(iter(reply.p.values())) for reply in replies])) - 1 / len(means),
        "mass": float(np.mean([reply.mass for reply in replies])),
    }


def _nats(reply: Choice, right: str, wanted: str) -> dict[str, float]:
    """Log-probability of each meaning, all ways to say it added up; a twin's two answers change places."""
    nats = dict.fromkeys(reply.options.values(), -math.inf)
    for label, meaning in reply.options.items():
        nats[meaning] = float(np.logaddexp(nats[meaning], reply.logprobs[label]))
    return nats if right == wanted else nats | {wanted: nats[right], right: nats[wanted]}
