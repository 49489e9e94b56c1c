"""Where the variance lies: known components come back through the picture's table; small tables are drawn."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from analysis import show
from analysis.report.show.variance import draw, prepare

mpl.use("Agg")


def table(scenes: int = 60, wordings: int = 12, family_sd: float = 0.7) -> pd.DataFrame:
    """Scenes (SD .9) nested in twelve families (SD .7), crossed with wordings (SD .5); rest SD .8."""
    rng = np.random.default_rng(0)
    scene, wording = np.repeat(np.arange(scenes), 2 * wordings), np.tile(np.repeat(np.arange(wordings), 2), scenes)
    effects = 0.9 * rng.normal(size=scenes)[scene] + family_sd * rng.normal(size=12)[scene % 12]
    values = effects + 0.5 * rng.normal(size=wordings)[wording] + 0.8 * rng.normal(size=len(scene))
    facts = {"scene": scene, "family": scene % 12, "wording": wording, "arm": scene % 2}
    return pd.DataFrame({"measure": "hit", "value": values, "status": "ok", "cluster": scene, **facts})


def test_known_components_are_recovered_and_fixed_facts_are_named():
    lines = prepare(table(), "hit", ("scene", "family", "wording", "arm", "unknown")).set_index("term")
    for term, sd in (("scene", 0.9), ("family", 0.7), ("wording", 0.5), ("rest", 0.8)):
        assert lines.loc[term, "sd"] == pytest.approx(sd, rel=0.4), term
    assert lines["share"].sum() == pytest.approx(1)
    assert lines.loc["scene", "share"] > lines.loc["wording", "share"]
    assert "described, not sampled" in lines.loc["arm", "reason"]
    assert "unknown" not in lines.index


def test_a_factor_without_effect_has_no_share():
    lines = prepare(table(family_sd=0.0), "hit", ("scene", "family", "wording")).set_index("term")
    assert lines.loc["family", "share"] < 0.05


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_small_tables_are_drawn_with_their_reason(rows):
    given = table().head(rows) if rows else table().head(3).assign(value=np.nan, status="unscored")
    lines = prepare(given, "hit", ("scene", "wording"))
    assert lines["share"].isna().all() or rows == 5
    assert draw(lines).get_xlabel().startswith("share of the variance")
    assert "Where the variance of hit lies" in show.variance(given, "hit", ("scene", "wording"))._repr_html_()
