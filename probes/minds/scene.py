"""A scene: a short story told from its ledger, and the questions that can be asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from probes.shared.world.ledger import CHANNELS, Ledger, keep

_FOLDER = Path(__file__).parent / "stimuli" / "stories"
LANGUAGES = tuple(sorted(path.name for path in _FOLDER.iterdir() if path.is_dir()))
KINDS = ("fact", "memory", "reality", "belief", "second_order", "access", "answerability")
SENTENCES = ("intro", "start", "leave", "move", "back", "close")
READING = ("fact", "memory", "reality")
"""Kinds that need the story and no mind."""
YES_NO = ("access", "answerability")
"""Kinds whose answer is yes or no; the others name a state, and can be asked as a sentence to complete."""
CONDITIONS = {
    "both_saw": ("mpq", "mqp"),
    "only_p_saw": ("qmp",),
    "only_q_saw": ("pmq",),
    "none_saw": ("pqm", "qpm"),
    "both_missed_return": ("mpqb", "mqpb"),
    "q_missed_return": ("mqbp",),
    "p_missed_return": ("mpbq",),
    "both_saw_return": ("mbpq", "mbqp"),
}
"""The balanced eight: P's and Q's beliefs, P's belief about Q's, the state and their truth are each half and half."""
LUCKY = {"right_by_luck": ("pqmb", "qpmb")}
"""A control outside the balance: P knows of no change and is right nevertheless."""


@lru_cache(maxsize=64)
def family(name: str, language: str = "en") -> dict[str, Any]:
    """One family of stories from its YAML file; raises ValueError naming what is missing."""
    path = _FOLDER / language / f"{name}.yaml"
    if not path.is_file():
        raise ValueError(f"no family {name!r} in {language!r}; there are {', '.join(families(language))}")
    stories: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    needed = {"story": SENTENCES, "questions": KINDS, "statements": tuple(k for k in KINDS if k not in YES_NO)}
    missing = [f"{part} {name}" for part, names in needed.items() for name in names if name not in stories[part]]
    if missing or stories["channel"] not in CHANNELS:
        raise ValueError(f"{path.name}: {missing or stories['channel']} missing or unknown")
    return stories


def families(language: str = "en") -> tuple[str, ...]:
    """The families of a language."""
    return tuple(sorted(path.stem for path in (_FOLDER / language).glob("[!_]*.yaml")))


@lru_cache(maxsize=8)
def prompts(language: str = "en") -> dict[str, str]:
    """What is said around stories and questions in a language. ValueError names the languages there are."""
    if language not in LANGUAGES:
        raise ValueError(f"no stories in {language!r}; there are {', '.join(LANGUAGES)}")
    said: dict[str, str] = yaml.safe_load((_FOLDER / language / "_prompts.yaml").read_text(encoding="utf-8"))
    return said


@dataclass(frozen=True)
class Item:
    """One question with its two answers, and which strategies would be right."""

    kind: str
    task: str
    """The kind, with `belief` split into `true_belief` and `false_belief`."""
    question: str
    statement: str
    """What the model's reply begins with when it has only to name the answer."""
    right: str
    wrong: str
    options: tuple[str, str]
    """Both answers in the order in which the story lists them last; yes before no."""
    omniscient: bool
    """Right if everybody is taken to know everything."""
    egocentric: bool
    """Right if every question is answered with the present state."""
    first_order: bool
    """Right if P's belief about Q's belief is taken to be P's own."""

    def facts(self) -> dict[str, str | bool]:
        """The columns an item brings to a record."""
        strategies = {name: getattr(self, name) for name in ("omniscient", "egocentric", "first_order")}
        return {"kind": self.kind, "task": self.task} | strategies


@dataclass(frozen=True)
class Scene:
    """One story. `p`, `q`, `m`: the person asked about, the second person, the one who acts."""

    name: str
    family: str
    condition: str
    events: str
    p: str
    q: str
    m: str
    thing: str
    room: str
    start: str
    other: str
    start_first: bool
    """Is the first state also the first one named, in the opening list?"""
    start_last: bool
    """Is it also the last one named, in the closing list?"""
    p_first: bool = True
    """Is P introduced before Q?"""
    wording: int = 0
    language: str = "en"

    @cached_property
    def ledger(self) -> Ledger:
        """Who learnt what."""
        return keep(self.events, (self.p, self.q, self.m), (self.start, self.other), self._told["channel"])

    @property
    def _told(self) -> dict[str, Any]:
        return family(self.family, self.language)

    @property
    def text(self) -> str:
        """The story."""
        return " ".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The story, a step at a time."""
        both = (self.start, self.other)
        opening = both if self.start_first else both[::-1]
        people = (self.p, self.q) if self.p_first else (self.q, self.p)
        sentences = [self._say("intro", opening, P=people[0], Q=people[1]), self._say("start")]
        for event in self.events:
            sentences.append(self._say({"m": "move", "b": "back"}.get(event, "leave"), X=getattr(self, event, "")))
        return (*sentences, self._say("close", self.listed))

    @property
    def listed(self) -> tuple[str, str]:
        """The two states in the order of the last sentence."""
        return (self.other, self.start) if self.start_last else (self.start, self.other)

    def _say(self, part: str, listed: tuple[str, str] = ("", ""), **people: str) -> str:
        wordings = self._told["story"][part]
        return self._fill(wordings[self.wording % len(wordings)], a=listed[0], b=listed[1], **people)

    def _fill(self, template: str, **more: str) -> str:
        facts = {"P": self.p, "Q": self.q, "M": self.m, "thing": self.thing, "room": self.room}
        return template.format(**facts | {"s": self.start, "o": self.other} | more)

    def item(self, kind: str) -> Item:
        """One question; its truth comes from the ledger."""
        book = self.ledger
        right, seen = self._answers(kind), book.now
        naive = {"omniscient": seen, "egocentric": seen, "first_order": right}
        if kind in YES_NO:
            naive |= {"omniscient": "yes", "egocentric": "yes"}
        elif kind in ("fact", "memory"):
            naive["omniscient"] = right
        elif kind == "second_order":
            naive["first_order"] = book.belief(self.p)
        wrong = {"yes": "no", "no": "yes", self.start: self.other, self.other: self.start}[right]
        task = kind if kind != "belief" else f"{str(book.answerable(self.p)).lower()}_belief"
        rights = {strategy: answer == right for strategy, answer in naive.items()}
        question, options = self._asked("questions", kind), ("yes", "no") if kind in YES_NO else self.listed
        answer = prompts(self.language)["answer"]
        statement = answer.format(question=question) if kind in YES_NO else self._asked("statements", kind)
        first, second = map(self._shown, options)
        return Item(kind, task, question, statement, self._shown(right), self._shown(wrong), (first, second), **rights)

    def _asked(self, part: str, kind: str) -> str:
        wordings = self._told[part][kind]
        return self._fill(wordings[self.wording % len(wordings)])

    def _answers(self, kind: str) -> str:
        book = self.ledger
        states = {"fact": book.second, "memory": book.first, "reality": book.now, "belief": book.belief(self.p)}
        if kind in states:
            return states[kind]
        if kind == "second_order":
            return book.belief(self.p, self.q)
        return "yes" if (book.access if kind == "access" else book.answerable)(self.p) else "no"

    def _shown(self, answer: str) -> str:
        said = prompts(self.language)
        return said[answer] if answer in ("yes", "no") else self._told["option"].format(value=answer)

    def facts(self) -> dict[str, str | int]:
        """The columns a scene brings to a record."""
        return {"scene": self.name, "family": self.family, "condition": self.condition, "phrasing": self.wording,
                "language": self.language}  # fmt: skip
