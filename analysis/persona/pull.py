"""Towards its own knowledge: does a persona make the model give others what only it and the story know?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.persona.shifts import adjusted, shifts

BELIEFS = ("true_belief", "false_belief")


def pull(table: pd.DataFrame, by: Sequence[str] = ("placement", "persona"), alpha: float = 0.05) -> pd.DataFrame:
    """Shift, against the control, of the share of first-order beliefs answered with the present state: as `shifts`.

    Up is towards the model's own knowledge: true beliefs more often right, false ones less. Accuracy over both together
    cannot show it, each alone shows half of it. Empty where no beliefs with their `egocentric` answer were asked.
    """
    asked = table[(table["measure"] == "hit") & table["task"].isin(BELIEFS)]
    if asked.empty or "egocentric" not in asked:
        return adjusted(pd.DataFrame(), list(by), alpha)
    own = asked["value"].astype(float) == asked["egocentric"].astype(float)
    agrees = np.where(asked["value"].isna(), np.nan, own.astype(float))
    return shifts(asked.assign(value=agrees), "hit", "control", by, alpha)
