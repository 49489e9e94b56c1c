"""Activations of a run: streamed beside the records, in step with them through interruptions, never doubled."""

from __future__ import annotations

import numpy as np
import pytest

import probes
from analysis import inside
from analysis.inside.tables import activations
from probes import Capture

SITE = "blocks.1.hook_resid_post"


@pytest.fixture
def probe():
    return probes.suite["membership"](kinds=("animal", "tool"), words=3)


class Stopping:
    """The null model, until it has answered `limit` batches."""

    def __init__(self, base, limit):
        self.base, self.limit = base, limit
        self.name, self.fingerprint, self.info, self.digest = base.name, base.fingerprint, base.info, base.digest

    def reply(self, questions, progress=None):
        if not self.limit:
            raise KeyboardInterrupt
        self.limit -= 1
        return self.base.reply(questions)


def test_they_are_the_models_own_and_the_answers_are_those_of_a_plain_run(tiny, probe, tmp_path):
    plain = probes.run(probe, tiny, out=tmp_path / "plain")
    table = probes.run(probe, tiny, out=tmp_path / "run", capture=Capture.layers(tiny, spans=("last", "turn:0")))
    assert np.allclose(plain["value"], table["value"], atol=1e-4)
    assert list(plain["key"]) == list(table["key"])
    stored = activations.read(tmp_path / "run", "membership")
    assert stored.sites == ("blocks.0.hook_resid_post", SITE)
    assert stored.spans == ("last", "turn:0")
    trial = next(iter(probe.trials()))
    asked = next(probe.play(trial, None))
    own = tiny.reply([probes.Choose(asked.transcript, asked.options, prefill=asked.prefill, sites=(SITE,))])[0]
    rows = stored.at(SITE, "last", [plain["key"].iloc[0]], question=0)
    assert rows.shape == (1, 64)
    assert rows.dtype == np.float32
    assert np.allclose(rows[0], own.activations[f"{SITE}@last"], atol=1e-4)


def test_questions_of_a_trial_are_averaged_or_taken_one_by_one(tiny, probe, tmp_path):
    table = probes.run(probe, tiny, out=tmp_path, capture=Capture((SITE,)))
    stored, keys = activations.read(tmp_path, "membership"), list(table["key"].unique())
    first, second, both = (stored.at(SITE, "last", keys, question=which) for which in (0, 1, None))
    assert np.allclose(both, (first + second) / 2, atol=1e-6)
    assert np.abs(first - second).max() > 1e-4
    assert np.array_equal(stored.at(SITE, "last", keys[::-1], question=0), first[::-1])
    twice = stored.at(SITE, "last", [keys[3], keys[3], keys[0]], question=[1, 0, 0])
    assert np.array_equal(twice, np.stack([second[3], first[3], first[0]]))


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_an_interrupted_run_goes_on_and_nothing_is_doubled(tiny, probe, tmp_path, limit):
    whole = probes.run(probe, tiny, out=tmp_path / "whole", capture=Capture((SITE,)))
    with pytest.raises(KeyboardInterrupt):
        probes.run(probe, Stopping(tiny, limit), out=tmp_path / "cut", window=5, capture=Capture((SITE,)))
    before = activations.read(tmp_path / "cut", "membership").asks
    table = probes.run(probe, tiny, out=tmp_path / "cut", window=5, capture=Capture((SITE,)))
    keys = list(table["key"].unique())
    found = [activations.read(tmp_path / name, "membership") for name in ("whole", "cut")]
    assert np.allclose(*(stored.at(SITE, "last", keys) for stored in found), atol=1e-4)
    assert len(found[1].asks) == 24
    assert found[1].asks[: len(before)] == before
    assert np.allclose(table["value"], whole["value"], atol=1e-4)


def test_more_sites_ask_again_and_a_finished_run_asks_nothing(tiny, probe, tmp_path):
    probes.run(probe, tiny, out=tmp_path)
    probes.run(probe, tiny, out=tmp_path, capture=Capture((SITE,)))
    probes.run(probe, Stopping(tiny, 0), out=tmp_path, capture=Capture((SITE,)))
    probes.run(probe, tiny, out=tmp_path, capture=Capture(("blocks.0.hook_resid_pre",)))
    stored = activations.read(tmp_path, "membership")
    assert stored.sites == ("blocks.0.hook_resid_pre", SITE)
    keys = list(stored.asked)
    assert stored.at("blocks.0.hook_resid_pre", "last", keys).shape == (12, 64)


def test_what_cannot_be_captured_or_read_is_refused_in_words(tiny, probe, tmp_path):
    with pytest.raises(ValueError, match="out"):
        probes.run(probe, tiny, capture=Capture((SITE,)))
    with pytest.raises(ValueError, match="needs weights"):
        probes.run(probe, probes.load_model("scripted:first"), out=tmp_path, capture=Capture((SITE,)))
    with pytest.raises(ValueError, match="needs weights"):
        Capture.layers(probes.load_model("scripted:first"))
    with pytest.raises(FileNotFoundError, match="capture"):
        activations.read(tmp_path, "membership")
    table = probes.run(probe, tiny, out=tmp_path / "some", capture=Capture((SITE,)))
    stored = activations.read(tmp_path / "some", "membership")
    with pytest.raises(KeyError, match=r"blocks.1.hook_resid_post"):
        stored.at("blocks.0.hook_resid_post", "last", [table["key"].iloc[0]])
    with pytest.raises(KeyError, match="no activations"):
        stored.at(SITE, "last", ["no such trial"])


def test_a_match_brings_a_state_a_round(tiny, tmp_path):
    """Rows of one trial are told apart by the number of their question."""
    kind = probes.suite["repeated_game"]
    table = probes.run(kind(**kind.example), tiny, out=tmp_path, capture=Capture((SITE,)))
    rows = table[table["measure"] == table["measure"].iloc[0]].head(6)
    assert rows["key"].nunique() < len(rows)
    states = inside.at(tmp_path, rows, SITE, by="row")
    assert len(np.unique(states.round(6), axis=0)) == len(rows)
    trials = inside.at(tmp_path, rows, SITE)
    assert len(np.unique(trials.round(6), axis=0)) == rows["key"].nunique()
    with pytest.raises(ValueError, match="neither"):
        inside.at(tmp_path, rows, SITE, by="match")
