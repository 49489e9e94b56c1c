"""Every report of models in which nothing is there: noise answers, whatever is asked; from the prompt to the claims.

What a prompt says does not matter to these models, but the same prompt brings the same answer. So every claim that says
"above" or "below" of them is false, and one that does so for each of them could not have said anything else.
"""

from __future__ import annotations

import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

sys.path.extend(str(path) for path in Path(__file__).parents[1].iterdir() if path.is_dir())
import test_pushing

import probes
from analysis import atlas, characters, choices, context, inside, instructions, minds, persuasion, user_model, user_turn
from analysis.atlas.tables.survey import AXES, Survey
from analysis.calibration import findings as calibration
from analysis.games import findings as games
from analysis.games.findings import one_shot, partners
from analysis.inside.tables import carrying, decode
from analysis.report.claims import Claim
from probes import Choose, Continue, ScriptedModel
from probes.shared.effects import EFFECTS

SAYINGS = (
    "Thanks, that helps a lot!", "Could you say more about the second point?", "the weather is fine today.",
    "I do not know.", "What is the capital of France?", "We should leave at noon :)", "no", "It costs nine euros.",
    "Perhaps, but I would rather wait and see what the others say about it.", "Yes, of course.",
    "Why is that so?", "Dear all, the meeting is on Monday. Best wishes.", "They went home early; nobody minded.",
)  # fmt: skip
"""What a model of noise writes: turns with and without a question, long and short, in several manners."""


def noise(seed: int, sd: float = 1.0) -> ScriptedModel:
    """Options weigh alike but for a factor of this SD in nats, texts are as likely as others but for as much."""

    def stream(*seen: object) -> np.random.Generator:
        return np.random.default_rng([seed, zlib.crc32(repr(seen).encode())])

    def policy(question: Any) -> Any:
        told = [turn.text for turn in question.transcript]
        if isinstance(question, Choose):
            meanings = list(dict.fromkeys(question.options.values()))
            nats = sd * stream(told, question.prefill, dict(question.options)).normal(size=len(meanings))
            return dict(zip(meanings, map(float, special.softmax(nats)), strict=True))
        if isinstance(question, Continue):
            rng = stream(told, question.prefill, question.role, question.temperature, question.seed)
            return _says("\n".join(told), rng)
        shown = ([turn.text for turn in each] for each in (question.transcript, *question.contexts))
        length = len(question.text.split())
        return [float(-length + sd * stream(one, question.prefill, question.text).normal()) for one in shown]

    return ScriptedModel(policy, f"noise {seed} {sd}")


def _says(told: str, rng: np.random.Generator) -> str:
    """A number where per cent are asked for, else a saying or two, in any manner of writing or none."""
    if "percent" in told or "per cent" in told:
        return f"{rng.integers(50, 101)}%"
    said = " ".join(rng.choice(SAYINGS, rng.integers(1, 3), replace=False))
    for name in EFFECTS:
        said = EFFECTS[name].make(said) if rng.random() < 0.2 else said
    return said


def asked(name: str, seed: int, out: str | None = None, **more: Any) -> pd.DataFrame:
    """A probe at its default size."""
    return probes.run(probes.suite[name].sized("small", **more), noise(seed), seed=seed, out=out)


def tables(seed: int, *names: str) -> list[pd.DataFrame]:
    """Several probes at their default sizes."""
    return [asked(name, seed) for name in names]


def _user_turn(seed: int) -> list[Claim]:
    return user_turn.claims(*tables(seed, "user_turn", "user_turn_likelihood", "user_turn_instruments"))


def _minds(seed: int) -> list[Claim]:
    stories = probes.suite["persona_tom"].sized("small", turns=("one", "spread"))
    inventory = probes.suite["personality"](personas=stories.personas, placements=stories.placements)
    return minds.claims(*(probes.run(probe, noise(seed), seed=seed) for probe in (stories, inventory)))


def _calibration(seed: int) -> list[Claim]:
    cast = {"personas": ("none", "nurse", "emergency_physician", "cautious", "bold")}
    answers, judged = (asked(name, seed, **cast) for name in ("calibration", "triage"))
    return calibration.claims(answers, judged, np.random.default_rng(seed))


def _context(seed: int) -> list[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        words, played, later, edited = (asked(name, seed, folder) for name in
                                        ("own_words", "own_rounds", "hindsight", "information_gain"))  # fmt: skip
        judged = asked("own_judge", seed, folder, replies=folder)
    fit = context.omission(context.rounds(words), np.random.default_rng(seed))
    return context.claims(words, played, later, edited, fit, judged)


def _user_model(seed: int) -> list[Claim]:
    log, act = (asked(name, seed, turns=("one", "spread")) for name in ("user_log", "user_act"))
    return user_model.claims(log, act, *tables(seed, "timeline", "elicit", "who_knows", "group_chat"))


def _persuasion(seed: int) -> list[Claim]:
    spoken, heard, steered, debated, credited = tables(
        seed, "appeals", "opinion", "steering_partner", "debate", "steering_credit")  # fmt: skip
    return persuasion.claims(spoken, heard, steered, debated, credited)


def _instructions(seed: int) -> list[Claim]:
    asked_of = tables(seed, "rule_scope", "rule_text", "principals", "secrets", "secret_text")
    return instructions.claims(*asked_of, np.random.default_rng(seed))


def _inside(seed: int) -> list[Claim]:
    """Activations, doses and patches of which none has to do with the truth."""
    rng, units = np.random.default_rng([seed, 1]), np.repeat(np.arange(24), 2)
    layers = [(f"blocks.{layer}.hook_resid_post", rng.normal(size=(48, 6))) for layer in (0, 5)]
    scan = decode.scan(layers, np.arange(48) % 2 == 0, units.astype(str), rng)
    lines = [{"measure": name, "value": value, "status": "ok", "cluster": str(unit), "true": bool(at % 2),
              "family": f"family {unit % 6}"} for at, unit in enumerate(units)
             for name, value in (("hit", float(rng.random() < 0.5)), ("mass", 0.9),
                                 ("log_odds_yes", rng.normal()))]  # fmt: skip
    doses = test_pushing.dosed(slope=rng.normal(0, 0.02), seed=seed)
    patched = test_pushing.patches(gap=0.0, seed=seed)
    carried = carrying.carried(patched, rng)
    return inside.claims(pd.DataFrame(lines), scan, scan, doses, carried, "bold", patched)


def _atlas(seed: int) -> list[Claim]:
    """Six models that are alike on every axis."""
    return atlas.claims(_surveyed(np.random.default_rng([seed, 2]), [*"abcdef"]))


def _atlas_alone(seed: int) -> list[Claim]:
    """One model, at chance."""
    return atlas.claims(_surveyed(np.random.default_rng([seed, 3]), ["a"]))


def _surveyed(rng: np.random.Generator, models: list[str]) -> Survey:
    rows = [{"measure": axis, "model": model, "cluster": str(unit),
             "value": AXES[axis]["chance"] + rng.uniform(-0.2, 0.2),
             "status": "ok", "chance": AXES[axis]["chance"], "persona": "none", "run": f"run of {model}"}
            for axis in atlas.findings.FIRST for model in models for unit in range(12)]  # fmt: skip
    return Survey(pd.DataFrame(rows), pd.DataFrame(), {(axis, model): "" for axis in AXES for model in models})


REPORTS: dict[str, Callable[[int], list[Claim]]] = {
    "user_turn": _user_turn,
    "minds": _minds,
    "games": lambda seed: games.claims(*tables(seed, "repeated_game", "scripted_history")),
    "one_shot": lambda seed: one_shot.claims(*tables(seed, "one_shot_game", "game_prediction")),
    "partners": lambda seed: [*partners.claims(*tables(
        seed, "framed_game", "haggle", "reference_game", "private_words", "conditional_giving", "public_goods"))],
    "calibration": _calibration,
    "context": _context,
    "inside": _inside,
    "user_model": _user_model,
    "instructions": _instructions,
    "characters": lambda seed: characters.claims(
        *tables(seed, "in_character", "relation", "simulated_user"), np.random.default_rng(seed)),
    "persuasion": _persuasion,
    "choices": lambda seed: choices.claims(*tables(seed, "own_choices")),
    "atlas": _atlas,
    "atlas of one model": _atlas_alone,
}  # fmt: skip
"""Report -> its claims of a model of noise."""
