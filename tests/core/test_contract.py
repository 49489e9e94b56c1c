"""The contract of every probe on the shelf: declared, repeatable, at chance on a model that knows nothing."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import yaml

import probes
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.schema.names import COLUMNS, TAIL

DOCS = Path(__file__).parents[2] / "docs"
NAMES = list(probes.suite)


def example(name):
    kind = probes.suite[name]
    return kind(**kind.example)


@pytest.fixture(scope="module", params=NAMES)
def played(request, tiny):
    """(probe, table of its example run on the null model)."""
    probe = example(request.param)
    return probe, probes.run(probe, tiny)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name):
    kind = probes.suite[name]
    assert (kind.__doc__ or "").strip()
    assert kind.source
    assert kind.measures
    assert all(unit for unit in kind.measures.values())
    assert set(kind.chance) <= set(kind.measures)
    assert kind.unit


@pytest.mark.parametrize("name", NAMES)
def test_same_trials_every_time_and_no_two_alike(name):
    probe = example(name)
    once, again = ([trial.facts() for trial in probe.trials()] for _ in range(2))
    assert once == again
    assert len({str(facts) for facts in once}) == len(once) > 0


def test_it_returns_exactly_its_measures_and_keeps_unreadable_rows(played):
    probe, table = played
    assert set(table["measure"]) == set(probe.measures)
    assert table.loc[table["status"] != "ok", "value"].isna().all()
    assert table.loc[table["status"] == "ok", "value"].notna().all()
    assert "error" not in set(table["status"])
    assert table["key"].nunique() == len(list(probe.trials()))
    assert table["cluster"].notna().all()


def test_every_column_is_documented(played):
    _, table = played
    facts = set(table.columns) - {*COLUMNS, *TAIL}
    assert facts <= set(yaml.safe_load((DOCS / "facts.yaml").read_text(encoding="utf-8")))
    columns = (DOCS / "columns.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in columns for name in (*COLUMNS, *TAIL))


def off_chance(table, measure, chance):
    """(distance of the mean from chance, its standard error over independent units)."""
    means = table.query("measure == @measure and status == 'ok'").groupby("cluster")["value"].mean()
    return abs(means.mean() - chance), means.std(ddof=0) / np.sqrt(max(len(means), 1))


def test_it_lands_on_its_declared_chance(played):
    """Uniform answers give chance, up to the draws of sampled measures; random weights within a small bias."""
    probe, table = played
    blank = probes.run(probe, ScriptedModel(uniform))
    for measure, chance in probe.chance.items():
        for answers, slack in ((blank, 1e-9), (table, 0.02)):
            distance, error = off_chance(answers, measure, chance)
            assert not distance > 5 * error + slack, measure


@pytest.mark.parametrize("name", NAMES)
def test_same_questions_every_time(name, tiny):
    probe = example(name)
    trials = list(itertools.islice(probe.trials(), 5))
    for trial in trials:
        first, second = (next(probe.play(trial, np.random.default_rng(0)), None) for _ in range(2))
        if first is not None and not isinstance(first, probes.Row):
            pairs = zip(first, second, strict=True) if isinstance(first, list) else [(first, second)]
            assert all(tiny.digest(one) == tiny.digest(two) for one, two in pairs)
