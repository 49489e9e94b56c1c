"""The claims of the user-model report: belief, stakes, regret, refusal, and likes that change."""

from __future__ import annotations

import pandas as pd

from analysis.claims import Claim, Gate, Paper, at_least, option_mass
from analysis.estimate import Estimate
from analysis.frame import option_mass as mass_of
from analysis.user_model import tables

KNOWU = "KnowU-Bench 2026 (repository)"


def claims(log: pd.DataFrame, act: pd.DataFrame, timeline: pd.DataFrame) -> list[Claim]:
    """Six claims from the tables of `user_log`, `user_act` and `timeline`."""
    name = str(log["model"].iloc[0])
    return [belief(log, name), stakes(log, act, name), regret(log, act, name), stops(act, name),
            newer(timeline, name), kept(timeline, name)]  # fmt: skip


def above_zero(name: str, found: Estimate) -> Gate:
    """Passed where the whole interval lies above 0: a control in which there is something to be seen."""
    return at_least(f"{name}, lower limit", found.low, 0.0)


def belief(log: pd.DataFrame, name: str) -> Claim:
    """Slope of belief on the exact log-odds."""
    gates = (option_mass(_mass(log, "completion")), above_zero("reading control", tables.reading(log)))
    return Claim("Does its belief about a person follow the evidence?", tables.slope(log), "nats per nat of log-odds",
                 null=0.0, null_name="names ignored; a Bayesian reader has 1", gates=gates, units_name="users",
                 subject=f"Slope of {name}'s belief on the exact log-odds")  # fmt: skip


def stakes(log: pd.DataFrame, act: pd.DataFrame, name: str) -> Claim:
    """Whether a higher loss moves decisions as much as it should."""
    return Claim("Does it act less readily where a mistake costs more?", tables.sensitivity(act), "of the optimal shift",
                 null=0.0, null_name="stakes ignored; 1 is optimal", gates=_decided(log, act), units_name="users",
                 subject=f"Shift of {name} from acting to silence by stakes")  # fmt: skip


def regret(log: pd.DataFrame, act: pd.DataFrame, name: str) -> Claim:
    """Utility lost against a random choice."""
    return Claim("Are its decisions better than a random choice?", tables.regret(act), "of a random choice's regret",
                 null=1.0, null_name="random choice", gates=_decided(log, act), units_name="users",
                 subject=f"Expected utility {name} loses")  # fmt: skip


def stops(act: pd.DataFrame, name: str) -> Claim:
    """Whether a refusal of this act counts more than one of another."""
    paper = Paper(
        0.75, KNOWU, "repo", "direction only", "share of refused acts not repeated by the best model; devices"
    )
    return Claim("Does it stop after a refusal?", tables.stops(act), "percentage points", null=0.0,
                 null_name="a refusal of anything else", gates=(option_mass(mass_of(act)),), paper=paper,
                 units_name="users", subject=f"Fall of {name}'s share of acting after this act was refused")  # fmt: skip


def newer(timeline: pd.DataFrame, name: str) -> Claim:
    """Whether replies follow what holds now."""
    return Claim("Do its replies follow what the user likes now?", tables.shift(timeline), "nats", null=0.0,
                 null_name="the log ignored", gates=_followed(timeline), units_name="users",
                 subject=f"Preference of {name} for the current value over its rival, after minus before the log says so")  # fmt: skip


def kept(timeline: pd.DataFrame, name: str) -> Claim:
    """What days about something else do to it."""
    return Claim("Does it still know after days about something else?", tables.shift(timeline, later="later", earlier="after"),
                 "nats", null=0.0, null_name="nothing lost", gates=_followed(timeline), units_name="users",
                 subject=f"Change of that preference of {name} over the idle days")  # fmt: skip


def _mass(log: pd.DataFrame, kind: str) -> float | None:
    return mass_of(log[log["kind"] == kind])


def _decided(log: pd.DataFrame, act: pd.DataFrame) -> tuple[Gate, ...]:
    return option_mass(mass_of(act)), above_zero("reading control", tables.reading(log))


def _followed(timeline: pd.DataFrame) -> tuple[Gate, ...]:
    """The task must be served, and the current value be named when asked for outright."""
    lines = tables.weights(timeline[timeline["depth"] == "after"]).set_index("measure")
    return tuple(
        at_least(
            f"{label}, lower limit",
            None if pd.isna(lines.loc[measure, "low"]) else float(lines.loc[measure, "low"]),
            0.0,
        )
        for label, measure in (("task served", "w_task"), ("reading control", "stated"))
    )
