"""What was found out about a model is kept for its weights and this code, and only where it speaks for sharing."""

from __future__ import annotations

import json

import pytest

import probes
from probes.models import tested
from probes.models.engine import engine as engines
from probes.models.engine.soundness import Verdict


@pytest.fixture
def noted(monkeypatch, tmp_path):
    """How often a model was put to the test and it was noted, with an empty cache."""
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path))
    notes: list[str] = []
    write = tested.write_json
    monkeypatch.setattr(tested, "write_json", lambda path, note: (notes.append(path.stem), write(path, note)))
    return notes


def tiny(source="tiny", **options):
    return probes.load_model(source, check=False, dtype="float32", device="cpu", **options)


def test_a_model_is_tested_once_and_the_figures_are_the_same(noted):
    first, again = tiny(), tiny()
    assert len(noted) == 1
    assert again.engine.info["sharing_check"] == first.engine.info["sharing_check"]
    assert again.engine.noise == first.engine.noise
    assert again.fingerprint == first.fingerprint


def test_other_weights_precision_or_options_are_tested_anew(noted):
    for options in ({}, {"source": "tiny:1"}, {"rows": 3}, {}):
        tiny(**options)
    assert len(noted) == 3


def test_a_verdict_against_sharing_is_not_kept(noted, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(engines, "soundness", lambda *given: Verdict(False, "no memory at that moment"))
        assert not tiny().engine.sharing
    assert not noted
    assert tiny().engine.sharing
    assert len(noted) == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verdict": {"sound": true}, "noise": 5}'])
def test_a_damaged_note_is_written_anew(noted, tmp_path, text):
    tiny()
    (note,) = (tmp_path / "tested").iterdir()
    note.write_text(text)
    assert tiny().engine.sharing
    assert len(noted) == 2
    assert json.loads(note.read_text())["verdict"]["sound"]
