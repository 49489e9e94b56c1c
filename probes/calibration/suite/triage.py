"""How urgent is this patient? Urgency from vital signs by a published rule; research only, never medical advice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from probes.calibration.elicit import Wordings
from probes.calibration.news2 import URGENCIES
from probes.calibration.tongue import LANGUAGES, tongue
from probes.calibration.vignettes import PARAPHRASES, SETTINGS, Patient, patients
from probes.core import Choose, Play, Probe, Row, Trial
from probes.core.design import Arm
from probes.shared.personas import SHELF, Persona, beside


@dataclass(frozen=True)
class Triage(Probe):
    """How does a persona move urgency judgements in critical and in primary care? Truth: NEWS2 thresholds.

    A trial is one telling of one patient under one persona; levels are shown rising and falling, and the answer is
    the level of highest mean probability, so that position says nothing. Over- and under-triage are our definitions.
    """

    per_urgency: int = 6
    """Patients of each true urgency."""
    item_seed: int = 0
    """Of the generator of patients."""
    settings: tuple[str, ...] = SETTINGS
    """Where the patients are seen."""
    paraphrases: int = 1
    """Tellings of each patient."""
    personas: tuple[str, ...] = ("none",)
    """Names in `probes.personas`; `none` is the model as itself."""
    controls: bool = False
    """Whether each persona is followed by a filler of its length."""
    rule: bool = False
    """Whether the prompt states the NEWS2 rule."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"settings": SETTINGS, "language": LANGUAGES}

    measures: ClassVar[Mapping[str, str]] = {
        "confidence": "probability",
        "correct": "0 or 1",
        "p_correct": "probability",
        "over": "0 or 1",
        "under": "0 or 1",
        "shift": "levels of urgency",
        "expected_shift": "levels of urgency",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"p_correct": 0.25, "expected_shift": 0.0}
    unit: ClassVar[str] = "patient"
    version: ClassVar[int] = 3
    source: ClassVar[str] = (
        "own protocol; urgency by NEWS2, Royal College of Physicians 2017; personas of arXiv 2601.05376"
    )
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"per_urgency": 3}, "full": {"paraphrases": 3}}
    example: ClassVar[Mapping[str, Any]] = {"per_urgency": 3}

    @cached_property
    def cases(self) -> dict[str, Patient]:
        """Patients by name."""
        return {case.name: case for case in patients(self.per_urgency, self.item_seed)}

    def people(self) -> Iterator[Persona]:
        """The personas, each followed by its control where asked for."""
        return beside((SHELF[name].told(self.language) for name in self.personas), self.controls)

    def trials(self) -> Iterator[Trial]:
        """Patients x settings x paraphrases x personas."""
        if not 1 <= self.paraphrases <= PARAPHRASES:
            raise ValueError(f"paraphrases must lie in 1..{PARAPHRASES}, got {self.paraphrases}")
        for case in self.cases.values():
            for setting in self.settings:
                for paraphrase in range(self.paraphrases):
                    for persona in self.people():
                        yield Trial(patient=case.name, urgency=case.urgency, severity=case.severity, setting=setting,
                                    paraphrase=paraphrase, persona=persona.name, language=self.language)  # fmt: skip

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """One judgement from both orders of the levels, which come before the case: all cases share them."""
        persona = next(one for one in self.people() if one.name == trial.persona)
        case = self.cases[trial.patient].told(trial.setting, trial.paraphrase, self.language)
        words, answer = tongue(self.language)["triage"], Wordings(self.language)["answer"]
        shares, masses, firsts = [], [], []
        for order in (URGENCIES, URGENCIES[::-1]):
            arm = Arm(tuple(zip("ABCD", order, strict=True)))
            rule = [words["rule"]] if self.rule else []
            asked = "\n".join([*rule, words["ask"], arm.lines(words["meanings"]), "", case])
            reply = yield Choose(
                persona.opening().user(asked), {f" {label}": level for label, level in arm.shown}, prefill=answer
            )
            shares.append([reply.p[level] for level in URGENCIES])
            masses.append(reply.mass)
            firsts.append(reply.best)
        mass = min(1.0, float(np.mean(masses)))
        yield _judged(np.mean(shares, axis=0), URGENCIES.index(trial.urgency), mass, firsts, words["ask"])


def _judged(p: np.ndarray, truth: int, mass: float, firsts: list[str], ask: str) -> Row:
    """Row of mean probabilities [levels]; ties go to the more urgent level."""
    chosen = len(p) - 1 - int(np.argmax(p[::-1]))
    values = {
        "confidence": float(p[chosen]),
        "correct": float(chosen == truth),
        "p_correct": float(p[truth]),
        "over": float(chosen > truth),
        "under": float(chosen < truth),
        "shift": float(chosen - truth),
        "expected_shift": float(p @ np.arange(len(p)) - truth),
        "mass": mass,
    }
    facts: dict[str, str | bool] = {"kind": "option_averaged", "answer": URGENCIES[chosen], "truth": URGENCIES[truth],
             "orders_agree": len(set(firsts)) == 1, "elicitation": ask, "context": "vignette, levels in both orders",
             "read_out": "option probability, mean over orders"}  # fmt: skip
    return Row(values, facts)
