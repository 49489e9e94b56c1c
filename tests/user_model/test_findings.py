"""Claims and figures of the user-model report, on whole, one-row and empty tables."""

from __future__ import annotations

import pytest

import probes
from analysis.user_model import findings
from analysis.user_model.plots import (
    confusion_square,
    evidence_by_position,
    leak_by_distance,
    preference_timeline,
    threshold_map,
    update_curve,
)
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.user_model.suite.elicit import Elicit
from probes.user_model.suite.group_chat import GroupChat
from probes.user_model.suite.timeline import Timelines
from probes.user_model.suite.user_act import UserAct
from probes.user_model.suite.user_log import UserLog
from probes.user_model.suite.who_knows import WhoKnows


@pytest.fixture(scope="module")
def tables():
    blank = ScriptedModel(uniform)
    log = UserLog(turns=("one", "spread"))
    probes_of_the_report = (log, UserAct(), Timelines(users=4), Elicit(users=8), WhoKnows(), GroupChat())
    return [probes.run(probe, blank) for probe in probes_of_the_report]


def test_a_model_that_knows_nothing_passes_no_reading_control(tables):
    made = findings.claims(*tables)
    assert len([claim for claim in made if not claim.part_of]) == 6
    assert len(made) == 14
    assert not [claim for claim in made if claim.verdict in ("above", "below")]
    assert all(claim.sentence for claim in made)


@pytest.mark.parametrize(
    ("plot", "at"),
    [
        (update_curve, 0),
        (evidence_by_position, 0),
        (threshold_map, 1),
        (preference_timeline, 2),
        (leak_by_distance, 4),
        (confusion_square, 5),
    ],
)
def test_figures_draw_whole_one_row_and_empty_tables(plot, at, tables):
    measure = {
        update_curve: "belief",
        evidence_by_position: "belief",
        threshold_map: "p_act",
        preference_timeline: "w_task",
        leak_by_distance: "leak",
        confusion_square: "pairing",
    }
    whole = tables[at]
    for table in (whole, whole.head(0)):
        assert plot.draw(plot.prepare(table)) is not None
    assert measure[plot] in set(whole["measure"])
