"""Gates of the calibration claims: option mass, no position bias, accuracy above chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.calibration.tables import option_shares
from analysis.report.claims import INTERPRETATION, Gate, at_most, option_mass
from analysis.stats import estimate

AT_CHANCE = "not shown that it answers better than chance, so calibration is not informative"
POSITION = "it answers by position"
OWN = ("option_raw", "option_averaged")
"""Kinds read from the options of the item itself; others offer right and wrong, answer and pass."""
ONE_PLACE = 0.95
"""Above this share of answers from one place of the list a model does not read the options (cf. Akata et al. 2025)."""


def answering(seen: pd.DataFrame) -> tuple[Gate, ...]:
    """Of `pairs`: mass of the items' own options and position bias, each of the persona where it is worst."""
    own = seen[seen["kind"].isin(OWN)]
    people = [part for _, part in own.groupby("persona", sort=False, observed=True)]
    masses = [value for value in map(mass, people) if value is not None]
    places = [value for value in map(one_place, people) if value is not None]
    return (
        option_mass(min(masses, default=None)),
        at_most(
            "share of answers at one position", max(places, default=None), ONE_PLACE, finding=POSITION, unit="share"
        ),
    )


def above_chance(seen: pd.DataFrame) -> tuple[Gate, ...]:
    """A model that guesses is right at one over the number of options, item by item: its confidence is about nothing.

    Nothing where the number of options is not recorded.
    """
    known = seen[seen["status"] == "ok"] if "shares" in seen else seen.iloc[:0]
    if known.empty:
        return ()
    chance = float(np.mean(1 / np.isfinite(option_shares(known)[0]).sum(axis=1)))
    accuracy = estimate.proportion(known["correct"].astype(float), known["cluster"].to_numpy())
    passed = None if accuracy.low is None else accuracy.low > chance
    why = f"lower limit {100 * (accuracy.low or 0):.1f} %, must exceed the {100 * chance:.1f} % of chance"
    return (Gate("accuracy", accuracy.value, passed, why, INTERPRETATION, AT_CHANCE, "share"),)


def reading(seen: pd.DataFrame, kind: str, form: str) -> tuple[Gate, ...]:
    """Option mass of one kind; where that is read from words, of the options its answer was chosen from."""
    mine = seen[(seen["form"] == form) & (seen["kind"] == kind)]
    if mass(mine) is None and form == "options":
        mine = seen[(seen["form"] == form) & (seen["kind"] == "option_raw")]
    known = mass(mine)
    return () if known is None else (option_mass(known),)


def mass(seen: pd.DataFrame) -> float | None:
    """Median probability that the options got at all; None where it was not recorded."""
    values = seen["mass"].dropna() if "mass" in seen else pd.Series(dtype=float)
    return float(values.median()) if len(values) else None


def one_place(seen: pd.DataFrame) -> float | None:
    """Share of the answers that stood at the place chosen most, in the order in which they were given."""
    answers = seen[(seen["kind"] == "option_raw") & (seen["status"] == "ok")]
    if answers.empty or "shares" not in answers:
        return None
    chosen = [int(np.nanargmax(shares)) for shares in option_shares(answers)[0]]
    return float(pd.Series(chosen).value_counts(normalize=True).max())
