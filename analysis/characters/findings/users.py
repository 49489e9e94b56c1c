"""The claims about the users that a model plays: told apart, in their manner, copied, in their role."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from analysis.characters.tables import dialogues
from analysis.report.claims import INTERPRETATION, Claim, at_most, clears, parse_rate

CHANCE = 0.25
"""Of four profiles."""
COPYING = 0.1
"""Share of copied words above which a talk is told apart by its copies."""
IGNORED = "profiles ignored"


def playing(table: pd.DataFrame, claim: Callable[..., Claim]) -> Iterator[Claim]:
    """Four claims and their details, from a table of `simulated_user`."""
    name, wrote = str(table["model"].iloc[0]), parse_rate(dialogues.read(table))
    yield from _apart(table, claim, name)
    yield claim("characters.style", "Does a user that it plays write as the profile says?",
                dialogues.net(table, "style"), "percentage points",
                f"Turns by {name} in the manner of the profile, minus turns under other profiles", 0.0, IGNORED,
                [wrote])  # fmt: skip
    yield claim("characters.style_drift", "Does the manner wear off?", dialogues.drift(table, "style"),
                "percentage points", f"Change by turn of the manner of the profile in turns by {name}", 0.0, "no drift",
                [wrote], part_of="characters.style")  # fmt: skip
    yield claim("characters.copied", "Does it copy the profile?", dialogues.net(table, "copied"), "percentage points",
                f"Runs of four words that {name} copies from the profile, minus as many that users with other "
                "profiles write", 0.0, "no copying", [wrote])  # fmt: skip
    slips = dialogues.share(table, "assistantlike")
    yield Claim("How often does its user slip into the assistant?", slips, "share", gates=(wrote,),
                subject=f"Turns of the user by {name} that read as the assistant's", units_name="users",
                id="characters.slips", topic="slips into the assistant")  # fmt: skip
    yield claim("characters.slips_drift", "Does it slip more, the longer it plays?",
                dialogues.drift(table, "assistantlike"), "percentage points",
                f"Change by turn of slips into the assistant by {name}", 0.0, "no drift", [wrote],
                part_of="characters.slips")  # fmt: skip


def _apart(table: pd.DataFrame, claim: Callable[..., Claim], name: str) -> Iterator[Claim]:
    """Told apart by likelihood, where our own messages are and copies do not do it; by rules, the facts."""
    copied = at_most("share copied from the profile", dialogues.net(table, "copied").value, COPYING, INTERPRETATION,
                     "its users copy their profile", "share")  # fmt: skip
    ours = str(next(iter(set(table["origin"]) - {"model"})))
    known = clears("written messages told apart", dialogues.told_apart(table, ours), CHANCE,
                   unit="share")  # fmt: skip
    wrote = parse_rate(dialogues.read(table))
    yield claim("characters.told_apart", "Can its users be told apart by their profile?", dialogues.told_apart(table),
                "share", f"Talks of users played by {name} that the own profile of four, reworded, makes likeliest",
                CHANCE, IGNORED, [known, copied, wrote])  # fmt: skip
    yield claim("characters.own_facts", "Do they bring up their own facts?", dialogues.net(table, "facts"),
                "percentage points", f"Facts that users played by {name} name in their own words, minus those that "
                "users with other profiles name", 0.0, IGNORED, [wrote], part_of="characters.told_apart")  # fmt: skip
