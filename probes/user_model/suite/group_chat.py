"""Does the model join a group chat only when there is cause? Five causes and none, one square of chats."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Trial
from probes.shared.world import LANGUAGES
from probes.shared.world.square import matrix, reading
from probes.user_model.chat import CAUSES, SILENT, STANDINGS, Chat, chats


@dataclass(frozen=True)
class GroupChat(Probe):
    """Does the model join a group chat only when there is cause?

    Six chats differ in one line: an open question, a mistake, an insult, a secret given away, an agreement, or nothing
    that would call for the assistant. Six responses, one fits each. The words of every cause stand in all six chats,
    idle where it is not the cause, so a spotter of words pairs nothing. `pairing` is how many nats more a response gets
    in its own chat, `hit` whether it is on top there. A cause is `open`, or `settled` by somebody at the end of the
    chat: silence is right then, and both should fall to chance. `crossed` chats end with what would settle another
    cause, so that they hold the same sentences. As a control the cause is `named` under an idle chat.
    `p_silent` is the share of silence among the six responses, and `silence` its log-odds.
    """

    squares: int = 5
    """Sets of six chats, the independent units."""
    standings: tuple[str, ...] = STANDINGS
    """What becomes of the cause: of `open`, `settled`, `crossed`, `named`."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    chat_seed: int = 0
    """Seed of the chats."""

    measures: ClassVar[Mapping[str, str]] = {
        "pairing": "nats",
        "hit": "share of a right answer",
        "p_silent": "probability among the six responses",
        "silence": "nats",
    }
    chance: ClassVar[Mapping[str, float]] = {"pairing": 0.0, "hit": 1 / 6}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"standings": STANDINGS, "language": LANGUAGES}
    unit: ClassVar[str] = "square"
    source: ClassVar[str] = "GroupGPT 2026 (when an assistant should speak in a group chat); own chats"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"squares": 5}, "full": {"squares": 60}}
    example: ClassVar[Mapping[str, Any]] = {"squares": 2}

    def trials(self) -> Iterator[Trial]:
        """Squares x standings."""
        for chat in chats(self.squares, self.chat_seed, self.language):
            for standing in self.standings:
                yield Trial(chat=chat, standing=standing)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One square, one row per chat."""
        chat: Chat = trial.chat
        replies = yield chat.posed(trial.standing).questions()
        for state, nats in enumerate(matrix(replies)):
            text = " ".join(f"{value:.6f}" for value in nats)
            yield Row(measured(nats, state), {"state": state, "cause": CAUSES[state], "nats": text}, replies[state])


def measured(nats: np.ndarray, state: int) -> dict[str, float]:
    """Measures of one chat from the nats of the six responses."""
    own, others = reading(nats, state), np.delete(nats, SILENT)
    silence = float(nats[SILENT] - np.logaddexp.reduce(others))
    p_silent = float(np.exp(-np.logaddexp(0.0, -silence)))
    return {"pairing": own["pairing"], "hit": own["hit"], "p_silent": p_silent, "silence": silence}
