"""Does the model know what it knows? Every kind of confidence in the same answer, under personas."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from probes.calibration.elicit import Answered, ask, choose, right
from probes.calibration.kinds import FREE, KINDS
from probes.calibration.stimuli.knowledge import generate
from probes.calibration.tongue import LANGUAGES
from probes.core import Continue, Play, Probe, Row, Trial
from probes.core.design import arms
from probes.shared import fertility
from probes.shared.items.known import LEVELS, Known
from probes.shared.personas import SHELF, Persona, beside

WITHOUT_PHRASES = tuple(name for name in KINDS if not name.startswith("words"))
"""All kinds of confidence but those in a phrase such as "almost certain"."""


@dataclass(frozen=True)
class Calibration(Probe):
    """Does the model know what it knows?

    A trial is an item in one wording under one persona. The model answers once, from options or freely; that answer
    is judged, and each kind of confidence in it is a row; `mass` is that of the options a kind was read from, without
    value where it was read from words. All personas but the first answer from options only.
    """

    topics: tuple[str, ...] = ()
    """Names in `probes.knowledge`; empty takes all."""
    levels: tuple[int, ...] = LEVELS
    """Levels of difficulty."""
    per_level: int = 4
    """Items of each topic and level."""
    item_seed: int = 0
    """Seed of the generated items."""
    dataset: str = ""
    """A name in `probes.datasets`, read from `path`; empty takes our own items."""
    path: str = ""
    """File or folder of the data set."""
    limit: int = 0
    """Items of a data set at most, evenly spread; 0 takes all."""
    wordings: int = 1
    """Wordings of each item."""
    personas: tuple[str, ...] = ("none",)
    """Names in `probes.personas`; `none` is the model as itself. The first one answers in all `forms` and is asked for
    all `kinds`."""
    controls: bool = False
    """Whether each persona is followed by a filler of its length."""
    forms: tuple[str, ...] = ("options", "free")
    """How the question is answered."""
    kinds: tuple[str, ...] = tuple(KINDS)
    """Kinds of confidence asked of the first persona."""
    persona_kinds: tuple[str, ...] = ("option_raw", "option_averaged")
    """Kinds of confidence asked of the other personas."""
    samples: int = 5
    """Sampled answers behind the kinds that compare them."""
    answer_tokens: int = 96
    """Longest free answer; one that is cut off before a line ends has no value (word problems may need 200)."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`. Free answers and imported items are English only."""
    fertility: bool = False
    """Whether the fact `fertility`, tokens a byte of the question, is measured: it takes a pass over the text."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "forms": ("options", "free"),
        "kinds": KINDS,
        "persona_kinds": KINDS,
        "language": LANGUAGES,
    }
    measures: ClassVar[Mapping[str, str]] = {
        "confidence": "probability",
        "correct": "0 or 1",
        "mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {"correct": 0.25}
    unit: ClassVar[str] = "item"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "own protocol; kinds of confidence: Guo et al. 2017, Kadavath et al. 2022, Zhao et al. 2021"
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"per_level": 1, "samples": 3, "limit": 32, "kinds": WITHOUT_PHRASES},
        "full": {"per_level": 4, "samples": 5, "limit": 128, "fertility": True},
    }
    """Small: what a report can wait for, and too little for any but large effects, without phrases. Full: all kinds of
    confidence, four times as many items."""
    example: ClassVar[Mapping[str, Any]] = {"topics": ("arithmetic", "logic"), "levels": (1,), "forms": ("options",)}

    def __post_init__(self) -> None:
        super().__post_init__()
        english = {"forms=('free',)": "free" in self.forms, f"dataset={self.dataset!r}": bool(self.dataset)}
        for what, given in english.items():
            if given and self.language != "en":
                raise ValueError(f"calibration: {what} is English only (free answers are graded by rules that know "
                                 f"English), so language={self.language!r} cannot go with it: take forms=('options',) "
                                 "and our own items")  # fmt: skip
        list(self.people())

    @cached_property
    def items(self) -> dict[str, Known]:
        """Items by name."""
        if not self.dataset:
            own = generate(self.topics, self.levels, self.per_level, self.item_seed, self.language)
            return {item.name: item for item in own}
        import probes

        # Evenly spread, because files are often sorted by subject.
        sample = {"limit": self.limit, "spread": True} if self.limit else {}
        return {item.name: _known(item) for item in probes.datasets[self.dataset](self.path, **sample)}

    def people(self) -> Iterator[Persona]:
        """The personas, each followed by its control where asked for."""
        return beside((SHELF[name].told(self.language) for name in self.personas), self.controls)

    def trials(self) -> Iterator[Trial]:
        """Items x wordings x personas x forms."""
        for item in self.items.values():
            forms = [form for form in self.forms if form == "free" or item.options]
            for wording in range(min(self.wordings, len(item.wordings))):
                for persona in self.people():
                    plain = persona.name == self.personas[0]
                    for form in forms if plain else [form for form in forms if form == "options"]:
                        yield Trial(item=item.group, name=item.name, topic=item.task, level=item.level,
                                    answerable=item.answerable, wording=wording, persona=persona.name,
                                    form=form, language=self.language)  # fmt: skip

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """One answer, then one row per kind of confidence."""
        item, persona = self.items[trial.name], next(one for one in self.people() if one.name == trial.persona)
        about = yield from self._size(item.wordings[trial.wording])
        answered = yield from self._answer(item, item.wordings[trial.wording], persona, trial.form)
        offered = FREE if trial.form == "free" else tuple(KINDS)
        kinds = self.kinds if trial.persona == self.personas[0] else self.persona_kinds
        for kind in (name for name in kinds if name in offered):
            facts = {
                **about,
                "kind": kind,
                "answer": answered.answer,
                "truth": item.answer,
                "wording_text": answered.question,
                "place": _place(item),
                "choices": len(item.options) or None,
            }
            if trial.form == "free" and answered.reply.stop == "length":
                yield Row(dict.fromkeys(self.measures, "truncated"), facts, answered.reply)
                continue
            elicited = yield from KINDS[kind](answered)
            facts |= {"elicitation": elicited.wording, "context": elicited.context, "read_out": elicited.read_out}
            facts |= {"shares": " ".join(f"{share:.6f}" for share in elicited.shares)}
            values = {"confidence": elicited.confidence, "correct": float(right(answered)), "mass": elicited.mass}
            yield Row(values, facts, elicited.reply)

    def _size(self, question: str) -> Generator[Any, Any, dict[str, float]]:
        """The fact `fertility`, where it is asked for."""
        if not self.fertility:
            return {}
        reply = yield fertility.question(question)
        return {"fertility": fertility.fertility(reply, question)}

    def _answer(self, item: Known, question: str, persona: Persona, form: str) -> Generator[Any, Any, Any]:
        opening = persona.opening()
        if form == "free":
            reply = yield Continue(opening.user(ask(question, None)), max_tokens=self.answer_tokens)
            return Answered(item, question, opening, reply.text.strip() or "(nothing)", None, reply, self.samples)
        arm = arms(item.options)[0]
        reply = yield choose(opening, question, arm, self.language)
        return Answered(item, question, opening, reply.best, arm, reply, self.samples, self.language)


def _place(item: Known) -> int:
    """Where the right option stands; -1 without options."""
    return item.options.index(item.answer) if item.options else -1


def _known(item: Any) -> Known:
    """An imported item in the form of our own; a story stands before its question."""
    if isinstance(item, Known):
        return item
    question = f"{item.story}\n{item.question}".strip()
    return Known(**{**vars(item), "question": question, "story": "", "group": item.group or item.name},
                 wordings=(question,))  # fmt: skip
