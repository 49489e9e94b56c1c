"""A message of a simulated user and the passes it goes through: facts, manner, fit, or only once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from probes.characters.users import User, stimuli
from probes.core.design import LETTERS
from probes.core.questions import Choose
from probes.core.transcript import Transcript
from probes.shared.turns.text import words

STEPS = ("facts", "manner", "fit")
"""What a pass is to mend: agreement with the facts, the manner of writing, whether it holds together."""
ORDERS = ("none", "again", "fixed", "random", "chosen")
"""How a draft is refined: not at all, written once more as often, and by the three steps in an order."""
DRAFTS = ("own", "written", "plain")
"""Whose draft: the model's, ours in the user's manner, or ours in no manner."""


def _before(user: User, text: str) -> list[str]:
    around = user.words
    return [around["setting"], around["about"], *user.lines(), "", _phrase(user, "draft", text=text), ""]


def _phrase(user: User, name: str, **slots: str) -> str:
    around = user.words
    return str(stimuli()["refine"][name]).format(who=around["who"], other=around["other"], **slots)


def passed(user: User, text: str, step: str) -> Transcript:
    """What is read in a pass: profile, draft, what to do."""
    return Transcript().user("\n".join([*_before(user, text), f"{_phrase(user, step)} {_phrase(user, 'end')}"]))


def choice(user: User, text: str, steps: Sequence[str]) -> Choose:
    """Which of the steps does a draft need most? They are listed in the order given."""
    who = {"who": user.words["who"], "other": user.words["other"]}
    needs = [f"{letter}) {stimuli()['refine']['needs'][step].format(**who)}"
             for letter, step in zip(LETTERS, steps, strict=False)]  # fmt: skip
    asked = Transcript().user("\n".join([*_before(user, text), _phrase(user, "choose"), *needs]))
    return Choose(asked, {f" {letter}": step for letter, step in zip(LETTERS, steps, strict=False)}, prefill="Answer:")


def kept(user: User, text: str) -> dict[str, Any]:
    """What a message has of its profile: `style` (0 or 1), `facts` (0 or 1 for each), `length` in words."""
    spoken = words(text)
    return {"style": float(user.holds(text)), "facts": user.names(" ".join(spoken)), "length": float(len(spoken))}


def changes(user: User, draft: str, text: str) -> dict[str, float | str]:
    """What has become of a draft; `damage` is whether something that was right is wrong now, if anything was right."""
    before, after = kept(user, draft), kept(user, text)
    right = [before["style"], *before["facts"]]
    lost = [bool(was and not now) for was, now in zip(right, [after["style"], *after["facts"]], strict=True)]
    return {
        "style_change": after["style"] - before["style"],
        "facts_change": (sum(after["facts"]) - sum(before["facts"])) / len(after["facts"]),
        "length_change": after["length"] - before["length"],
        "damage": float(any(lost)) if any(right) else "unscored",
    }
