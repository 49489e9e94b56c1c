"""Every sentence a game is told in, generated from the matrix. One function per part; `ask` puts them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probes.core.transcript import Transcript
from probes.games.scene import Scene
from probes.shared.personas import SHELF

Past = Sequence[tuple[str, str]]
"""Finished rounds as (own action, the other's action)."""

_PAST = {"win": "won", "get": "got", "earn": "earned", "lose": "lost"}


def rules(scene: Scene, view: str = "player") -> list[str]:
    """One sentence for every outcome: who chooses what, and what both get."""
    return [
        f"If {_does(me, 'choose')} {scene.story.option} {mine} "
        f"and {_does(you, 'choose')} {scene.story.option} {yours}, "
        f"then {_does(me, _verb(scene, a))} {scene.story.amount(a, scene.currency)} "
        f"and {_does(you, _verb(scene, b))} {scene.story.amount(b, scene.currency)}."
        for me, you in [_names(scene, view)]
        for mine, own in scene.arm.shown
        for yours, other in scene.others.shown
        for a, b in [scene.game.points(own, other)]
    ]


def horizon(scene: Scene) -> str:
    """What is said about the number of rounds."""
    kind, _, chance = scene.condition.horizon.partition("_")
    return {
        "announced": f"There are {scene.rounds} rounds in total, all between the same two.",
        "indefinite": "The number of rounds is not fixed. All rounds are between the same two.",
        "ending": f"After every round there is a chance of {chance} % that it was the last. "
        "All rounds are between the same two.",
        "unstated": "",
    }[kind]


def note(scene: Scene, view: str = "player") -> str:
    """What is said about the other player."""
    you = _capital(_names(scene, view)[1])
    defection = scene.others.label(scene.from_the_other_side().game.defection)
    return {
        "none": "",
        "partner_errs": f"{you} sometimes chooses the wrong {scene.story.option.lower()} by mistake.",
        "defects_once": f"{you} will choose {scene.story.option} {defection} in exactly one of the rounds.",
    }[scene.condition.note]


def history(scene: Scene, past: Past, view: str = "player") -> list[str]:
    """One line per finished round that the condition lets the player remember."""
    me, you = _names(scene, view)
    first = {"full": 0, "last": max(len(past) - 1, 0), "none": len(past)}[scene.condition.memory]
    lines = []
    for k, (own, other) in list(enumerate(past))[first:]:
        a, b = scene.game.points(own, other)
        lines.append(
            f"In round {k + 1}, {me} chose {scene.story.option} {scene.arm.label(own)} "
            f"and {you} chose {scene.story.option} {scene.others.label(other)}. "
            f"{_capital(me)} {_PAST[_verb(scene, a)]} {scene.story.amount(a, scene.currency)} "
            f"and {you} {_PAST[_verb(scene, b)]} {scene.story.amount(b, scene.currency)}."
        )
    return lines


def question(scene: Scene, number: int, prediction: str | None = None) -> str:
    """Which option the player chooses in this round; `prediction` is the one it has just made."""
    option, named = scene.story.option, _listed(scene, scene.arm.options)
    if prediction is None:
        return f"This is round {number}. Which {option} do you choose, {named}?"
    predicted = f"{scene.story.partner} chooses {option} {scene.others.label(prediction)} in this round"
    return f"This is round {number}. Given that you predict that {predicted}, which {option} do you choose, {named}?"


def prediction(scene: Scene, number: int, view: str = "player") -> str:
    """Which option the other player will choose in this round."""
    named, you = _listed(scene, scene.others.options), _names(scene, view)[1]
    return f"This is round {number}. Which {scene.story.option} do you predict that {you} chooses, {named}?"


def ask(scene: Scene, past: Past, asked: str, view: str = "player") -> Transcript:
    """The whole prompt: opening, rules, horizon, note, history, then what is asked."""
    first = scene.story.opening if view == "player" else scene.story.watching
    blocks = [first, "\n".join(rules(scene, view)), " ".join(filter(None, (horizon(scene), note(scene, view))))]
    blocks += ["\n".join(history(scene, past, view)), asked]
    persona = SHELF[scene.condition.persona]
    return persona.opening(scene.condition.placement).user("\n\n".join(filter(None, blocks)))


def _names(scene: Scene, view: str) -> tuple[str, str]:
    return ("you", scene.story.partner) if view == "player" else scene.story.watched


def _does(who: str, verb: str) -> str:
    return f"{who} {verb}" if who == "you" else f"{who} {verb}s"


def _verb(scene: Scene, amount: float) -> str:
    return "lose" if amount < 0 else scene.story.gain


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(scene: Scene, labels: Iterable[str]) -> str:
    named = [f"{scene.story.option} {label}" for label in labels]
    return ", ".join(named[:-1]) + " or " + named[-1]
