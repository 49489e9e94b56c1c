"""The claims of the instructions report: where a rule is obeyed, and how far it spills."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from analysis.instructions import tables
from analysis.report import stated
from analysis.report.claims import Claim, Paper, at_least, at_most, parse_rate

SOURCE = "Stephan et al. 2024, RLVF"
WHY = "Mistral-7B-Instruct on its own feedback, partly judged by GPT-4"
INSIDE = Paper(0.677, SOURCE, "full", "direction only", WHY)
OUTSIDE = Paper(0.503, SOURCE, "full", "direction only", WHY)
REASONED = Paper(-0.009, SOURCE, "full", "direction only", f"overall .578 with reasoning against .587 without; {WHY}")

TOPICS = {
    "obeyed": "obeying a rule in scope",
    "scope": "obeying inside minus outside the scope",
    "spill": "spill to texts that share one key",
    "written": "obeying in written texts",
    "outside": "change of texts outside the scope",
    "reasoning": "gain from reasoning about scope first",
}
"""Last part of a claim's id -> what the answer calls it."""
DETAILS = {
    "instructions.spill": "instructions.scope",
    "instructions.outside": "instructions.scope",
    "instructions.written": "instructions.obeyed",
}
"""Claim -> the claim that it details."""
claim = partial(stated.claim, topics=TOPICS)


def claims(scored: pd.DataFrame, written: pd.DataFrame) -> list[Claim]:
    """Six claims from the tables of `rule_scope` and `rule_text`, three of them details of others."""
    return [replace(one, part_of=DETAILS.get(one.id, "")) for one in _stated(scored, written)]


def _stated(scored: pd.DataFrame, written: pd.DataFrame) -> list[Claim]:
    name = str(scored["model"].iloc[0])
    over = tables.over_mention(scored, 0)
    heard = at_least("in scope over a mere mention, lower limit", over.low, 0.0)
    read = parse_rate(float((written["status"] == "ok").mean()))
    rare = at_most("share of texts with the effect without any rule", tables.base_rate(written), 0.5)
    over_effects = partial(claim, units_name="effects")
    changed = partial(over_effects, null=0.0, null_name="no change", gates=[read, rare])
    return [
        over_effects("instructions.obeyed",
                     "Is a rule obeyed where it belongs?", over, "nats",
                     f"Gain of the obeying text by {name} over merely reading the rule", 0.0, "a mere mention"),
        over_effects("instructions.scope",
                     "Does a rule stay where it belongs?", tables.scoped(scored), "nats",
                     f"Gain of {name} inside a rule's domain minus outside it", 0.0, "obeyed everywhere or nowhere",
                     [heard]),
        over_effects("instructions.spill",
                     "Does it spill to texts that share one key?", tables.over_mention(scored, 1), "nats",
                     f"Gain of {name} one key away over a mere mention", 0.0, "a mere mention", [heard]),
        changed("instructions.written",
                "Is the rule obeyed in what it writes?", tables.in_scope(written, "context"), "percentage points",
                f"Change by {name} inside the domain", paper=INSIDE),
        changed("instructions.outside",
                "Does it change texts outside the domain?", tables.out_of_scope(written, "context"),
                "percentage points", f"Absolute change by {name} outside the domain", paper=OUTSIDE),
        changed("instructions.reasoning",
                "Does it help to ask first whether the rule applies?", tables.reasoned(written),
                "points of the overall score", f"Overall score of {name} with that question minus without",
                paper=REASONED),
    ]  # fmt: skip
