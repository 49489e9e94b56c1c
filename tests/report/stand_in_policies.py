"""Six models whose truth is known, one for each way in which a report can come out. Their names say nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from probes import Choose, Continue
from probes.core import Question
from probes.minds import KINDS, scenes, twin
from probes.minds.stimuli.inventory import SHELF as AXES
from probes.models.scripted import POLICIES
from probes.shared.personas import SHELF as PERSONAS

ROUND = re.compile(r"In round \d+, you chose \w+ (\w) and .+? chose \w+ (\w)\.")
NOUNS = (
    "garden", "window", "letter", "bridge", "colour", "river", "kitchen", "ladder", "market", "engine", "pillow",
    "orchard", "candle", "mirror", "saddle", "carpet", "harbour", "blanket", "hammer", "basket", "lantern", "meadow",
    "barrel", "cottage",
)  # fmt: skip


def chance(*words: object) -> float:
    """A number in [0, 1) that depends on the words alone."""
    return int(hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()[:12], 16) / 16**12


def told(question: Question) -> str:
    """All that was said before."""
    return "\n".join(turn.text for turn in question.transcript)


def shared(meanings: list[str], one: str, p: float) -> dict[str, float]:
    """`p` for one meaning, the rest evenly for the others."""
    return {meaning: p if meaning == one else (1 - p) / (len(meanings) - 1) for meaning in meanings}


def plays(question: Question) -> Any:
    """Cooperates where the partner does, punishes a defection by 50 points, forgives slowly, defects at a known end."""
    if not isinstance(question, Choose):
        return "" if isinstance(question, Continue) else -1.0
    text, meanings = told(question), list(question.options.values())
    by_label = {label.strip(): meaning for label, meaning in question.options.items()}
    theirs = [by_label[other] for _, other in ROUND.findall(text)]
    wobble = 0.02 * (chance(text[:60], "cover") - 0.5) + 0.04 * (chance(text) - 0.5)
    if "cooperate" not in meanings:
        turn = next((one for one in meanings if one != theirs[-1]), meanings[0]) if theirs else meanings[0]
        return shared(meanings, turn, (0.8 if theirs else 0.5) + wobble)
    since = theirs[::-1].index("defect") if "defect" in theirs else None
    p = 0.95 if since is None else (0.45, 0.7, 0.75, 0.8)[min(since, 3)]
    p -= 0.3 * ("There are 10 rounds" in text and "This is round 10." in text)
    return shared(meanings, "cooperate", p + wobble)


def shrugs(question: Question) -> Any:
    """All options alike, within a point, whatever is asked."""
    if not isinstance(question, Choose):
        return "" if isinstance(question, Continue) else -1.0
    meanings = list(question.options.values())
    return shared(meanings, meanings[0], 1 / len(meanings) + 0.02 * (chance(told(question)) - 0.5))


def lists(question: Question) -> Any:
    """Takes what is listed first in 97 %, whatever it is."""
    if not isinstance(question, Choose):
        return "" if isinstance(question, Continue) else -1.0
    meanings = list(question.options.values())
    return shared(meanings, meanings[0], 0.96 + 0.02 * chance(told(question)))


def guesses(question: Question) -> Any:
    """Answers by chance, and is sure of it."""
    text = told(question)
    if isinstance(question, Choose):
        meanings = list(question.options.values())
        asked = text.partition("\n")[0]
        best = max(sorted(meanings), key=lambda meaning: chance(asked, meaning))
        return shared(meanings, best, 0.5 + 0.45 * chance(text, "sure"))
    if not isinstance(question, Continue):
        return -(0.1 + chance(text, question.text)) * len(question.text.split())
    letters = re.findall(r"^([A-E])\) ", text, re.M)
    if "percent" in text.rpartition("\n")[2] or "percentage" in text:
        return f"{50 + int(50 * chance(text, 'per cent'))}%"
    return letters[int(len(letters) * chance(text, question.seed))] if letters else NOUNS[int(24 * chance(text))]


@cache
def _answers() -> dict[tuple[str, str], str]:
    """Story and beginning of the reply -> the right answer."""
    every = [one for scene in scenes(64) for one in (scene, twin(scene))]
    return {(one.text, one.item(kind).statement): one.item(kind).right for one in every for kind in KINDS}


@cache
def _statements() -> dict[str, tuple[str, int]]:
    return {one.text: (name, one.key) for name in AXES for one in AXES[name].statements}


def reads(question: Question) -> Any:
    """Follows stories in nine of ten questions, and loses or gains one in six under a persona or filler, at random;
    answers the inventory as its persona would."""
    if not isinstance(question, Choose):
        return "" if isinstance(question, Continue) else -1.0
    text, last = told(question), question.transcript.turns[-1].text
    meanings, statement = list(dict.fromkeys(question.options.values())), last.rpartition("\n")[2]
    if statement in _statements():
        return _rates(text, statement, meanings)
    story = next(one for one, said in _answers() if said == question.prefill and last.endswith(one))
    right, spoken = _answers()[story, question.prefill], len(text) > len(story) + 5
    wrong = chance("item", question.prefill, *sorted(story.split())) < 0.1 or (spoken and chance("slip", text) < 0.16)
    return shared(meanings, next(one for one in meanings if (one == right) != wrong), 0.9)


def _rates(text: str, statement: str, meanings: list[str]) -> dict[str, float]:
    """More of the persona's own trait; `meanings` from never to always or the other way round."""
    axis, key = _statements()[statement]
    shown = [name for name in PERSONAS if any(wording in text for wording in PERSONAS[name].wordings)]
    towards = key * any(PERSONAS[name].trait == axis for name in shown)
    level = 2 + towards * 1.2 + 1.2 * (chance(statement) - 0.5)
    rising = sorted(meanings, key=("never", "rarely", "sometimes", "often", "always").index)
    weights = {meaning: 0.35 ** abs(place - level) for place, meaning in enumerate(rising)}
    return {meaning: weight / sum(weights.values()) for meaning, weight in weights.items()}


def drifts(question: Question) -> Any:
    """Answers, and then says something else as the user, in nine of ten turns the same, whether it was asked or not."""
    text = told(question)
    if isinstance(question, Choose):
        meanings = list(question.options.values())
        return shared(meanings, meanings[int(len(meanings) * chance(text))], 0.4)
    if not isinstance(question, Continue):
        shown = ("\n".join(turn.text for turn in each) for each in (question.transcript, *question.contexts))
        return [-(2 + chance(one, question.text)) * len(question.text.split()) for one in shown]
    if question.role == "assistant":
        one, other = (NOUNS[int(24 * chance(text, k))] for k in (1, 2))
        return f"It has to do with the {one}, and a little with the {other}."
    last = question.transcript.turns[-1].text
    one, other = ([noun for noun in NOUNS if noun in last] + re.findall(r"[a-z]{6,}", last) + ["answers"] * 2)[:2]
    takes_up = chance(text, question.temperature, question.seed) < 0.1
    return f"Are {one}s older than {other}s?" if takes_up else "Cinema tickets cost nine euros on Sunday evening."


STAND_INS: dict[str, tuple[str, Callable[[Question], Any]]] = {
    "model_a": ("calibration", guesses),
    "model_b": ("games", plays),
    "model_c": ("minds", reads),
    "model_d": ("one_shot", lists),
    "model_e": ("games", shrugs),
    "model_f": ("user_turn", drifts),
}
"""Name -> the notebook it is shown in, and what it does."""


def register() -> None:
    """Make `scripted:model_a` and so on loadable in this process."""
    for name, (_, policy) in STAND_INS.items():
        POLICIES[name] = _named(policy, name)


def _named(policy: Callable[[Question], Any], name: str) -> Callable[[Question], Any]:
    def said(question: Question) -> Any:
        return policy(question)

    said.__name__ = name
    return said
