from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from analysis.minds.plots import persona_forest, persona_heatmap, persona_link, trait_profile

mpl.use("Agg")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture
def hits(planted):
    return planted(np.random.default_rng(0), scenes=40, tasks=("memory", "belief"), personas=("bold", "nurse"))


@pytest.fixture
def inventory(records):
    lines = [
        {"value": 3.0 + (guise == "persona") + 0.1 * k, "cluster": f"{axis}{k}", "axis": axis, "guise": guise,
         "persona": "none" if guise == "none" else "bold", "wording": 0}
        for guise in ("none", "persona", "control") for axis in ("openness", "narcissism") for k in range(5)
    ]  # fmt: skip
    made = records(lines, "keyed")
    return type(made)([*made.to_dict("records"), *made.assign(measure="rating").to_dict("records")])


def test_forest_has_a_mark_a_cell_and_side(hits):
    lines = persona_forest.prepare(hits)
    assert len(lines) == 2 * 2 * 2
    ax = persona_forest.draw(lines)
    marks = [line for line in ax.get_lines() if line.get_marker() == "o"]
    drawn = sorted(float(line.get_xdata()[0]) for line in marks)
    assert drawn == pytest.approx(sorted(lines["value"].astype(float)))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["bold", "nurse"] * 2


def test_heatmap_writes_value_and_interval(hits):
    lines = persona_heatmap.prepare(hits)
    texts = {text.get_text() for text in persona_heatmap.draw(lines).texts}
    for line in lines.to_dict("records"):
        assert f"{100 * line['value']:+.0f}" in texts
        assert f"{100 * line['low']:+.0f} to {100 * line['high']:+.0f}" in texts


def test_profile_leaves_controls_out(inventory):
    lines = trait_profile.prepare(inventory)
    assert set(lines["guise"]) == {"none", "persona"}
    ax = trait_profile.draw(lines)
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"no persona", "bold"}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["openness", "narcissism"]


def test_link_shows_every_persona_and_says_how_few(hits, inventory):
    made = inventory.assign(trait="openness", level=1)
    lines = persona_link.prepare(hits, made)
    ax = persona_link.draw(lines)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["bold"]
    assert "1 personas: too few for a correlation" in ax.get_xlabel()
    persona_link.draw(lines.iloc[:0])
    persona_link.draw(lines.assign(shift=np.nan, low=np.nan, high=np.nan))


def test_empty_and_one_row_tables_and_cells_without_a_value(hits, inventory):
    for plot, table in ((persona_forest, hits), (persona_heatmap, hits), (trait_profile, inventory)):
        lines = plot.prepare(table)
        plot.draw(lines.iloc[:0])
        plot.draw(lines.iloc[:1])
        plot.draw(lines.assign(value=None, low=None, high=None))
        assert len(plot.prepare(table[table["guise"] == "none"])) == (2 if plot is trait_profile else 0)
