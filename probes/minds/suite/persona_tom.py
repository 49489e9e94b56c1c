"""Do personas change theory-of-mind performance, or only the form of the answer?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

import probes
from probes.core import Continuation, Continue, Play, Probe, Row, Trial
from probes.core.design import arms
from probes.core.parse import chosen, unread
from probes.minds import BLOCK, KINDS, LANGUAGES, READING, families, scenes
from probes.minds.asking import FORMS, Asked, asked, measured, prompt, readings, sample
from probes.shared import fertility
from probes.shared.personas import PLACEMENTS, SHELF, Guise, Persona, by_opening, guises
from probes.shared.thinking import split
from probes.shared.world import TURNS

CAST = ("none", "openness_high", "conscientiousness_high", "extraversion_high", "agreeableness_high",
        "neuroticism_high", "machiavellianism_high", "narcissism_high", "psychopathy_high")  # fmt: skip
"""No persona and the eight induced personas of Tan et al. 2024: Big Five and Dark Triad."""
MINDS = tuple(kind for kind in KINDS if kind not in ("fact", "answerability"))


@dataclass(frozen=True)
class PersonaTom(Probe):
    """Which personas change theory-of-mind accuracy beyond paraphrase variability, and which only the answer form?"""

    personas: tuple[str, ...] = ("none", "assistant", "agreeableness_high", "narcissism_high")
    """Names in `probes.personas`; `none` is the model as itself."""
    controls: bool = True
    """Whether each persona is followed by a filler of its length."""
    placements: tuple[str, ...] = ("system",)
    """Where the persona stands."""
    wordings: int = 2
    """Wordings of each persona."""
    rotate: bool = False
    """Whether a scene is told in one wording only; wordings take turns over story families, and again from one visit to
    a family to the next."""
    scenes: int = 64
    """Scenes, or items of a data set."""
    scene_seed: int = 0
    """Seed of the scenes, or of the draw from a data set."""
    families: tuple[str, ...] = ()
    """Families of scenes; empty takes all."""
    kinds: tuple[str, ...] = KINDS
    """Kinds of question about a scene."""
    reading: bool = True
    """Whether personas are also asked what needs no mind: fact, memory and reality."""
    data: str = ""
    """A name in `probes.datasets`, read from `path`; empty takes our own scenes. By chance a model is right in one of
    `choices`."""
    path: str = ""
    """File or folder of the data set."""
    roles: tuple[str, ...] = ()
    """Names from `role_file`, in addition to `personas`."""
    role_file: str = ""
    """File of roles, read by `probes.datasets.persona_roles`."""
    turns: tuple[str, ...] = ("one",)
    """How a story is told: in `one` turn, which comes first; `spread` over one turn a sentence; or in one turn of a
    conversation as long, `chatter_after` or `chatter_before` it. The others are asked without a persona only."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`. Imported items and roles, and generated answers,
    are English only."""
    fertility: bool = False
    """Whether the fact `fertility`, tokens a byte of the story, is measured: it takes a pass over the text."""
    answer: str = "statement"
    """How an answer is read: a `statement` completed after the scene and after its twin, in which the two answers have
    changed places; the `words` of the answers or their `letters`, in every order; or generated `text`."""
    max_tokens: int = 96
    """Longest generated answer; raise it for models that think first."""

    allowed = {"placements": PLACEMENTS, "kinds": KINDS, "answer": FORMS, "turns": TURNS, "language": LANGUAGES}
    measures = {
        "hit": "share of questions whose right answer is the likeliest, orders or twins averaged",
        "p_right": "probability of the right answer among those offered, orders or twins averaged",
        "margin": "nats between the right and the best wrong answer, orders or twins averaged",
        "position_bias": "probability of the answer listed first (by question or story; yes before no), minus chance",
        "mass": "probability of all answers offered",
    }
    chance = {"hit": 0.5, "p_right": 0.5}
    unit = "scene"
    version = 5
    source = "after Tan et al. 2024, arXiv:2403.02246 (no protocol text at hand: our specification)"
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"personas": ("none", "agreeableness_high", "narcissism_high"), "placements": ("system",),
                  "wordings": 2, "scenes": 32, "reading": False, "kinds": MINDS},
        "medium": {"personas": CAST, "placements": ("system",), "wordings": 2, "scenes": 64, "turns": TURNS,
                   "fertility": True},
        "large": {"personas": CAST, "placements": PLACEMENTS, "wordings": 2, "rotate": True, "scenes": 200,
                  "reading": False, "turns": TURNS, "fertility": True},
    }  # fmt: skip
    """Small: what a report can wait for. Large: 9 personas x 3 placements x 200 item sets, each with its control. The
    cast's first two wordings are equally long, so that all eight share one control per placement, computed once."""
    example: ClassVar[dict[str, object]] = {"personas": ("none", "nurse"), "wordings": 1, "scenes": 16}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.answer == "statement" and self.data:
            raise ValueError("imported items have no statements to complete: take answer='words', 'letters' or 'text'")
        if tuple(self.turns[:1]) != ("one",):
            raise ValueError(f"turns must begin with 'one', with which others are compared, got {self.turns}")
        if self.data and len(self.turns) > 1:
            raise ValueError("an imported story is one text, with no sentences to spread: take turns=('one',)")
        self._require_english()

    def steps(self) -> int:
        """Orders or twins of a question."""
        return 1 if self.answer == "text" else 2

    def trials(self) -> Iterator[Trial]:
        """Opening by opening, story by story: questions that share a beginning, or are the same, stand together."""
        listed = list(self._items())
        for alike in by_opening(guises(self._cast(), self.controls, self.placements, self.wordings)):
            for item, guise in product(listed, alike):
                if guise.role == "none" or self._told(guise, item):
                    for turns in self.turns if guise.role == "none" else self.turns[:1]:
                        yield Trial(guise=guise, item=item, turns=turns)

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """All readings of the question, then one row; a generated answer is read in one order only."""
        item, opening = trial.item, trial.guise.opening()
        if self.answer == "text":
            orders = arms(item.options)
            order = orders[(item.turn + item.turn // BLOCK) % len(orders)]
            asked_as = prompt(self.answer, opening, item, order, trial.turns)
            reply = yield Continue(asked_as, max_tokens=self.max_tokens)
            yield Row(self._read(reply, item), reply=reply)
            return
        questions, rights = zip(*readings(self.answer, opening, item, trial.turns), strict=True)
        size = [fertility.question(item.text)] if self.fertility and trial.guise.role == "none" else []
        replies = yield [*size, *questions]
        facts = {"fertility": fertility.fertility(replies[0], item.text)} if size else {}
        chosen_from = replies[len(size) :]
        yield Row(measured(chosen_from, rights, rng), facts, chosen_from[0])

    def _told(self, guise: Guise, item: Asked) -> bool:
        block = item.turn // BLOCK
        visit = block + block // len(self.families or families(self.language))
        mind = self.reading or item.about.get("kind") not in READING
        return mind and (not self.rotate or guise.wording == visit % self.wordings)

    def _cast(self) -> list[Persona]:
        cast = [SHELF[name].told(self.language) for name in self.personas]
        if self.role_file:
            cast += probes.datasets["persona_roles"](self.role_file, self.roles)
        return cast

    def _require_english(self) -> None:
        """ValueError naming what there is in English only, before the model is asked anything."""
        english = {"data": self.data, "role_file": self.role_file, "answer='text'": self.answer == "text"}
        for what, given in english.items():
            if given and self.language != "en":
                raise ValueError(f"persona_tom: {what} is English only (generated answers are read by rules that know "
                                 f"English), so language={self.language!r} cannot go with it")  # fmt: skip
        for name in self.personas:
            SHELF[name].told(self.language)

    def _items(self) -> Iterator[Asked]:
        if self.data:
            listed = probes.datasets[self.data](self.path)
            for k, item in enumerate(sample(listed, self.scenes, self.scene_seed)):
                named = {"scene": item.group, "item": item.name, "family": self.data, "task": item.task}
                facts: dict[str, str | int] = {**named, "right": item.answer, "choices": len(item.options)}
                facts |= {"linked": item.linked} if item.linked else {}
                yield Asked((item.story,), item.question, item.answer, item.options, facts, k)
            return
        for k, scene in enumerate(scenes(self.scenes, self.scene_seed, self.families, self.language)):
            for kind in self.kinds:
                yield asked(scene, kind, k)

    def _read(self, reply: Continuation, item: Asked) -> dict[str, float | str]:
        answer = split(reply.text)[1]
        option = chosen(answer, item.options)
        hit: float | str = unread(answer, reply.stop) if option is None else float(option == item.right)
        return dict.fromkeys(self.measures, "unscored") | {"hit": hit}
