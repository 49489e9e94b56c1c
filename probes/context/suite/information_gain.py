"""Which user turn changed the model's mind: the reply scored with a user turn overwritten, exchanged or deleted."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from probes.context.edits import FILLER, delete, mask, shuffle, swap
from probes.core import Continue, Play, Probe, Question, Row, Score, Trial, estimators
from probes.core.transcript import Transcript
from probes.shared.conversations import KINDS, Conversation, chosen


@dataclass(frozen=True)
class InformationGain(Probe):
    """How much did each user turn tell the model, judged by its effect on a later reply?

    A row is one user turn (`turn`), one reply (`reply_to`: the number of the round it answers) and one edit of the
    turn. `ratio` is the source's one-sample log-ratio on the actual reply; `kl` the full-vocabulary divergence, a
    lower-variance estimate of the same mean. They agree only for replies sampled from the model (`policy` own), and
    only against this placeholder: it stands in for silence and is not silence, so neither is a mutual information.
    """

    kinds: tuple[str, ...] = KINDS
    """Which of our own conversations are taken."""
    policies: tuple[str, ...] = ("logged", "own")
    """`logged` replies, or replies sampled from the model at temperature 1."""
    edits: tuple[str, ...] = ("mask", "shuffle", "swap")
    """Of the turn just before the reply; also `delete` for earlier turns. Earlier turns are always masked."""
    per_kind: int | None = None
    """Conversations of each kind at most; None takes all."""
    data: str = ""
    """`importer:path` reads other conversations, e.g. `sharelm:/data/sharelm.json`; empty takes our own."""
    profile: bool = True
    """Also mask every earlier turn before the last reply."""
    max_tokens: int = 32
    """Longest reply that is sampled."""

    allowed = {"kinds": KINDS, "policies": ("logged", "own"), "edits": ("mask", "shuffle", "swap", "delete")}
    measures = {"ratio": "nats per token", "kl": "nats per token"}
    chance = {"ratio": 0.0, "kl": 0.0}
    unit = "conversation"
    profiles = {
        "small": {"per_kind": 3, "policies": ("logged",), "edits": ("mask",)},
        "full": {"policies": ("logged",), "edits": ("mask",)},
    }
    example = {"per_kind": 1, "max_tokens": 8}
    source = "Kong et al. 2026, InfoPO, arXiv 2603.00656"

    def trials(self) -> Iterable[Trial]:
        """One a conversation and policy."""
        for conversation, policy in product(chosen(self.kinds, self.per_kind, self.data), self.policies):
            yield Trial(conversation=conversation, policy=policy)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """For each reply, the same ids with the user turn before it edited; for the last one, every earlier turn."""
        conversation: Conversation = trial.conversation
        bases = [conversation.before(number) for number in range(1, len(conversation) + 1)]
        stop, *counted = yield [Score(Transcript().user(FILLER), text=FILLER), *map(_last_turn, bases)]
        lengths = [len(reply.ids) for reply in counted]
        targets = yield from self._targets(trial.policy, conversation, bases)
        edited = {
            number: self._edited(base, number, len(bases), lengths, stop.tokens, rng)
            for number, (base, target) in enumerate(zip(bases, targets, strict=True), start=1)
            if target
        }
        replies = yield [
            Score(bases[number - 1], **targets[number - 1], contexts=tuple(contexts.values()), kl=True)
            for number, contexts in edited.items()
        ]
        by_round = dict(zip(edited, replies, strict=True))
        for number in range(1, len(bases) + 1):
            if number not in by_round:
                yield Row(dict.fromkeys(self.measures, "unscored"), {"turn": number, "reply_to": number, "edit": ""})
                continue
            for (turn, edit), one in zip(edited[number], estimators.contrasts(by_round[number]), strict=True):
                facts = {**conversation.round_facts(turn), "turn": turn, "reply_to": number, "edit": edit}
                yield Row({"ratio": one.mean, "kl": one.divergence}, facts, by_round[number])

    def _targets(
        self, policy: str, conversation: Conversation, bases: list[Transcript]
    ) -> Generator[list[Question], Any, list[dict[str, Any]]]:
        """What is scored: logged texts, or the exact ids of sampled replies (empty where one said nothing)."""
        if policy == "logged":
            return [{"text": item.assistant} for item in conversation.rounds]
        replies = yield [Continue(base, max_tokens=self.max_tokens, temperature=1.0) for base in bases]
        return [{"ids": tuple(reply.ids)} if reply.ids else {} for reply in replies]

    def _edited(
        self, base: Transcript, number: int, last: int, lengths: list[int], filler: list[str], rng: np.random.Generator
    ) -> dict[tuple[int, str], Transcript]:
        """(turn, edit) -> transcript. User turn k stands at position 2 (k - 1)."""
        pairs = [(number, edit) for edit in self.edits if edit != "delete"]
        if self.profile and number == last:
            edits = [edit for edit in ("mask", "delete") if edit == "mask" or edit in self.edits]
            pairs = [*product(range(1, number), edits), *pairs]
        return {(turn, edit): _edit(base, turn, edit, lengths[turn - 1], filler, rng) for turn, edit in pairs}


def _edit(
    base: Transcript, turn: int, edit: str, length: int, filler: list[str], rng: np.random.Generator
) -> Transcript:
    place = 2 * (turn - 1)
    if edit == "mask":
        return mask(base, place, length, filler)
    if edit == "shuffle":
        return shuffle(base, place, rng)
    if edit == "delete":
        return delete(base, place)
    if edit == "swap":
        return swap(base, place, _stranger(base.turns[place].text, rng))
    raise ValueError(f"edit {edit!r} is not one of mask, shuffle, swap, delete")


def _stranger(text: str, rng: np.random.Generator) -> str:
    """A first message of another of the project's conversations."""
    others = [item.rounds[0].user for item in chosen() if item.rounds[0].user != text]
    return str(rng.choice(others))


def _last_turn(base: Transcript) -> Score:
    """The last user turn as the model cuts it in its place."""
    return Score(Transcript(base.turns[:-1]), text=base.turns[-1].text, role="user")
