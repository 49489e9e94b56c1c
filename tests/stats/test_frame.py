from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import frame


def records(**changes) -> pd.DataFrame:
    """Two units, two arms, one unscored row."""
    table = pd.DataFrame(
        {
            "measure": "p",
            "value": [0.9, 0.5, 0.7, np.nan],
            "status": ["ok", "ok", "ok", "refused"],
            "cluster": ["u", "u", "v", "v"],
            "arm": ["A=yes B=no", "A=no B=yes"] * 2,
            "first_option": ["yes", "no"] * 2,
        }
    )
    return table.assign(**changes)


def test_columns_missing_are_named():
    with pytest.raises(ValueError, match="status, cluster"):
        frame.check(records().drop(columns=["status", "cluster"]))


@pytest.mark.parametrize("changes", [{"status": "ok"}, {"value": 1.0}, {"status": "fine"}])
def test_status_and_value_must_agree(changes):
    with pytest.raises(ValueError):
        frame.check(records(**changes))


def test_unknown_measure_names_the_known_ones():
    with pytest.raises(KeyError, match="p"):
        frame.rows(records(), "q")


def test_asked_counts_every_status_and_keeps_empty_cells():
    table = records(value=[0.9, 0.5, np.nan, np.nan], status=["ok", "ok", "error", "refused"])
    counts = frame.asked(table, ["measure", "cluster"]).set_index("cluster")
    assert counts.loc["u", ["asked", "ok", "scored"]].tolist() == [2, 2, 1.0]
    assert counts.loc["v", ["asked", "ok", "error", "refused", "scored"]].tolist() == [2, 0, 1, 1, 0.0]


def test_by_arm_keeps_a_unit_without_a_score():
    wide = frame.by_arm(records(), "p")
    assert wide.shape == (2, 2)
    assert wide.loc["u"].tolist() == [0.9, 0.5]
    assert np.isnan(wide.loc["v", "A=no B=yes"])


def test_position_bias_is_one_for_first_always_and_zero_for_meaning_only():
    position = records(value=[1.0, 0.0, 1.0, 0.0], status="ok")
    meaning = records(value=[0.8, 0.8, 0.8, 0.8], status="ok")
    assert frame.position_bias(position, "p", "yes") == 1.0
    assert frame.position_bias(position, "p", "no") == -1.0
    assert frame.position_bias(position, "p") == 1.0
    assert frame.position_bias(meaning, "p", "yes") == 0.0


def test_position_bias_needs_both_orders():
    one = records().iloc[[0, 2]]
    assert frame.position_bias(one, "p", "yes") is None
    assert frame.position_bias(one, "p") is None


def test_option_mass_is_none_when_nothing_was_scored():
    table = records(measure="mass", value=np.nan, status="error")
    assert frame.option_mass(table) is None
    assert frame.option_mass(records(measure="mass")) == pytest.approx(0.7)


def test_facts_are_what_is_not_a_record_column():
    assert frame.facts(records()) == ["arm", "first_option"]
