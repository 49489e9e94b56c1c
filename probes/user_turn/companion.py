"""The likelihood companion: what query and answer tell about a given turn, and whose turn the model takes it for.

Three requests a turn: in place and after mismatched contexts (`grounding`), after the same query with its answer
emptied, and in the assistant's role.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from probes.core.questions import Score, Scored
from probes.core.transcript import Transcript
from probes.user_turn import grounding

MEASURES: Mapping[str, str] = {
    **grounding.MEASURES,
    "answer_information": "nats per token over the same query with its answer emptied",
    "role_contrast": grounding.ROLE_CONTRAST,
}


def questions(context: Transcript, turn: str, others: Sequence[Transcript]) -> list[Score]:
    """What is asked about `turn` after `context`, which ends in the answer."""
    here = grounding.question(context, turn, others)
    return [here, Score(context.replace(-1, ""), text=turn, role="user"), grounding.in_other_role(here)]


def read(asked: Sequence[Score], replies: Sequence[Scored]) -> dict[str, float]:
    """The MEASURES from the replies to `questions`."""
    here, without, reversed_role = replies
    information = (here.total - without.total) / len(here.ids)
    contrast = grounding.role_contrast(here, reversed_role)
    return grounding.read(asked[0], here).values() | {"answer_information": information, "role_contrast": contrast}
