"""The claims of the instructions report: where a rule is obeyed, and how far it spills."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.instructions import tables
from analysis.report.claims import Claim, Gate, Paper, at_least, at_most, parse_rate
from analysis.stats.estimate import Estimate

SOURCE = "Stephan et al. 2024, RLVF"
WHY = "Mistral-7B-Instruct on its own feedback, partly judged by GPT-4"
INSIDE = Paper(0.677, SOURCE, "full", "direction only", WHY)
OUTSIDE = Paper(0.503, SOURCE, "full", "direction only", WHY)
REASONED = Paper(-0.009, SOURCE, "full", "direction only", f"overall .578 with reasoning against .587 without; {WHY}")


def claims(scored: pd.DataFrame, written: pd.DataFrame) -> list[Claim]:
    """Six claims from the tables of `rule_scope` and `rule_text`."""
    name = str(scored["model"].iloc[0])
    over = tables.over_mention(scored, 0)
    heard = at_least("in scope over a mere mention, lower limit", over.low, 0.0)
    read = parse_rate(float((written["status"] == "ok").mean()))
    rare = at_most("share of texts with the effect without any rule", tables.base_rate(written), 0.5)
    return [
        _claim("Is a rule obeyed where it belongs?", over, "nats",
               f"Gain of the obeying text by {name} over merely reading the rule", 0.0, "a mere mention", []),
        _claim("Does a rule stay where it belongs?", tables.scoped(scored), "nats",
               f"Gain of {name} inside a rule's domain minus outside it", 0.0, "obeyed everywhere or nowhere", [heard]),
        _claim("Does it spill to texts that share one key?", tables.over_mention(scored, 1), "nats",
               f"Gain of {name} one key away over a mere mention", 0.0, "a mere mention", [heard]),
        _claim("Is the rule obeyed in what it writes?", tables.in_scope(written, "context"), "percentage points",
               f"Change by {name} inside the domain", 0.0, "no change", [read, rare], INSIDE),
        _claim("Does it change texts outside the domain?", tables.out_of_scope(written, "context"),
               "percentage points", f"Absolute change by {name} outside the domain", 0.0, "no change",
               [read, rare], OUTSIDE),
        _claim("Does it help to ask first whether the rule applies?", tables.reasoned(written),
               "points of the overall score", f"Overall score of {name} with that question minus without", 0.0,
               "no difference", [read, rare], REASONED),
    ]  # fmt: skip


def _claim(question: str, found: Estimate, unit: str, subject: str, null: float, null_name: str,
           gates: Iterable[Gate], paper: Paper | None = None) -> Claim:  # fmt: skip
    return Claim(question, found, unit, null, tuple(gates), paper, subject, null_name, units_name="effects")
