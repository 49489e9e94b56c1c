"""A probe whose every part outside its parameters can be changed, and a model that counts what it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from probes import Choose, Continue, Probe, Row, ScriptedModel, Transcript, Trial

FIELDS = ["item", "row", "value", "status", "text", "opponent"]
PARTS: dict[str, Any] = {
    "rule": lambda text: float(len(text)),
    "truth": {0: "a", 1: "b", 2: "a", 3: "b"},
    "weight": 1.0,
    "base": 0.0,
    "first": "Pick one, {}.",
    "second": "Say it again, {}.",
    "tokens": 4,
    "opponent": lambda move: "right",
    "twice": False,
    "short": False,
    "failing": None,
}
"""What helper modules would hold."""


class Asking:
    """Parts are others while the block runs."""

    def __init__(self, **parts: Any) -> None:
        self.parts = parts

    def __enter__(self) -> None:
        self.before = {name: PARTS[name] for name in self.parts}
        PARTS.update(self.parts)

    def __exit__(self, *_: object) -> None:
        PARTS.update(self.before)


@dataclass(frozen=True)
class Subject(Probe):
    """Two questions a trial: a move, then a sentence that a rule and a truth are applied to."""

    items: int = 4
    measures = {"score": "points"}
    unit = "item"
    source = "made for this test"

    def trials(self):
        return (Trial(item=k) for k in range(self.items))

    def play(self, trial, rng):
        talk = Transcript().user(PARTS["first"].format(trial.item))
        move = yield Choose(talk, {"A": "a", "B": "b"})
        if PARTS["short"]:
            yield Row({"score": move.p["a"]}, {"opponent": ""}, move)
            return
        other = PARTS["opponent"](move.best) if trial.item % 2 else "right"
        talk = talk.assistant(move.best).user(PARTS["second"].format(trial.item) + other)
        reply = yield Continue(talk, max_tokens=PARTS["tokens"])
        if PARTS["failing"] == trial.item:
            raise OSError("out of order")
        truth = float(move.best == PARTS["truth"][trial.item % 4])
        score = PARTS["base"] + PARTS["weight"] * (PARTS["rule"](reply.text) + truth)
        for _ in range(1 + PARTS["twice"]):
            yield Row({"score": score}, {"opponent": other}, reply)


def echoing(word: str):
    """A policy that repeats the last message after a word."""

    def policy(question: Any) -> Any:
        said = question.transcript.turns[-1].text
        return f"{word} {said}" if isinstance(question, Continue) else "ab"[len(said) % 2]

    return policy


class Counted:
    """A model that counts the questions it is asked."""

    def __init__(self, inner: Any = None) -> None:
        self.inner = inner or ScriptedModel(echoing("quiet"), "scripted:quiet")
        self.asked = 0
        for name in ("name", "fingerprint", "info", "digest"):
            setattr(self, name, getattr(self.inner, name))

    def reply(self, questions, progress=None):
        self.asked += len(questions)
        return self.inner.reply(questions, progress)
