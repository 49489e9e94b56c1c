"""A fingerprint covers what answers: another policy, weight, template, date, engine or code is another model."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

import probes
from probes import Choose, Probe, Row, Transcript, Trial
from probes.models import hashes, rehearse
from probes.models.code import code_digest
from probes.models.engine import trunk
from probes.models.engine.soundness import Verdict
from probes.models.scripted import ScriptedModel
from probes.models.tiny import tiny_model

LIMIT = 3


def answers(meaning):
    return lambda question: meaning


def limited(question, at=1):
    return "yes" if at < LIMIT else "no"


class Asks(Probe):
    """One forced choice."""

    measures = {"p_yes": "probability"}

    def trials(self):
        yield Trial(item=1)

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user("?"), {"A": "yes", "B": "no"})
        yield Row({"p_yes": reply.p["yes"]})


def test_policies_of_one_name_do_not_share_rows(tmp_path):
    first, second = (ScriptedModel(answers(meaning), "policy") for meaning in ("yes", "no"))
    assert probes.run(Asks(), first, out=tmp_path)["value"].item() == pytest.approx(1)
    assert probes.run(Asks(), second, out=tmp_path)["value"].item() == pytest.approx(0, abs=1e-9)


def test_the_same_policy_is_the_same_model():
    assert ScriptedModel(answers("yes")).fingerprint == ScriptedModel(answers("yes")).fingerprint


def test_defaults_globals_partials_and_objects_count(monkeypatch):
    from functools import partial

    class Player:
        def __init__(self, table):
            self.table = table

        def __call__(self, question):
            return self.table[0]

    before = [ScriptedModel(policy, "p").fingerprint for policy in (limited, partial(limited, at=1), Player(["a"]))]
    assert ScriptedModel(Player(["b"]), "p").fingerprint != before[2]
    assert ScriptedModel(partial(limited, at=2), "p").fingerprint != before[1]
    assert ScriptedModel(Player(np.zeros(2)), "p").fingerprint != ScriptedModel(Player(np.ones(2)), "p").fingerprint
    monkeypatch.setattr(sys.modules[__name__], "LIMIT", 0)
    assert ScriptedModel(limited, "p").fingerprint != before[0]
    monkeypatch.setattr(limited, "__defaults__", (9,))
    assert len({ScriptedModel(limited, "p").fingerprint, *before}) == 4


def test_a_digest_is_the_same_in_every_process():
    """Sets are the trap: their order follows the seed of string hashes."""
    code = (
        "from probes.models.code import code_digest\n"
        "def f(q, names={'x', 'y', 'z'}): return q in {'a', 'b', 'c'} or q in names\n"
        "print(code_digest(f))"
    )
    found = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": str(seed)}).stdout
        for seed in (1, 2)
    }  # fmt: skip
    assert len(found) == 1


def test_cycles_and_names_bound_later_end():
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    table: list = []
    table.append(table)
    assert code_digest(even, table) != code_digest(odd, table)


@pytest.fixture
def folder(tmp_path):
    for part in tiny_model():
        part.save_pretrained(tmp_path / "m")
    return tmp_path / "m"


def opened(source="tiny", **options):
    return probes.load_model(str(source), check=False, device="cpu", dtype=options.pop("dtype", "float32"), **options)


DATED = (
    "{{ strftime_now('%d %b %Y') }}"
    "{% for m in messages %}<|im_start|>{{ m.role }} {{ m.content }}<|im_end|>{% endfor %}"
)


def test_everything_that_answers_is_in_the_fingerprint(folder, tmp_path, monkeypatch):
    dated = tmp_path / "dated.jinja"
    dated.write_text(DATED)
    found = [
        opened().fingerprint,
        opened("tiny:1").fingerprint,
        opened(folder).fingerprint,
        opened(dtype="bfloat16").fingerprint,
        opened(strict=True).fingerprint,
        opened(sharing=False).fingerprint,
        opened(template_options={"tone": "dry"}).fingerprint,
        opened(template=str(dated)).fingerprint,
        opened(template=str(dated), date="2026-01-02").fingerprint,
    ]
    monkeypatch.setattr("probes.models.identity.answering_code", lambda: "another engine")
    found.append(opened(sharing=False).fingerprint)
    assert len(set(found)) == len(found)


def test_stop_marks_of_the_generation_config_are_in_the_fingerprint(folder):
    before = opened(folder).fingerprint
    path = folder / "generation_config.json"
    path.write_text(path.read_text().replace('"eos_token_id": 2', '"eos_token_id": 5'))
    assert opened(folder).fingerprint != before


def test_the_date_of_a_prompt_is_the_one_asked_for(tmp_path):
    path = tmp_path / "dated.jinja"
    path.write_text(DATED)
    model = opened(template=str(path), date="2031-05-04")
    assert model.tokenizer.decode(model.chat.encode(Transcript().user("x")).ids).startswith("04 May 2031")
    assert opened().fingerprint == opened(date="2031-05-04").fingerprint, "no date is printed, so none matters"
    with pytest.raises(probes.LoadError, match="2026-01-31"):
        opened(date="tomorrow")
    for asking in ("strftime_now('%d' + ' %b %Y')", "strftime_now(format='%d %b %Y')"):
        path.write_text(DATED.replace("strftime_now('%d %b %Y')", asking))
        model = opened(template=str(path), date="2031-05-04")
        assert model.tokenizer.decode(model.chat.encode(Transcript().user("x")).ids).startswith("04 May 2031")
    path.write_text("{% set now = strftime_now %}" + DATED.replace("strftime_now(", "now("))
    model = opened(template=str(path), date="2031-05-04")
    assert model.tokenizer.decode(model.chat.encode(Transcript().user("x")).ids).startswith("04 May 2031")


def test_a_weight_file_is_hashed_whole_and_once(tmp_path, monkeypatch):
    """A block changed in place, with its times set back, is seen; an unchanged file is read once."""
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hashes, "_SETTLED", -60.0)
    path = tmp_path / "w.safetensors"
    path.write_bytes(bytes(3 << 20))
    told = path.stat()
    before = hashes.file_hash(path)
    reads: list = []
    digest = hashes.hashlib.file_digest
    monkeypatch.setattr(hashes.hashlib, "file_digest", lambda *given: (reads.append(1), digest(*given))[1])
    assert hashes.file_hash(path) == before
    assert not reads
    time.sleep(0.02)
    with path.open("r+b") as stream:
        stream.seek(2_000_001)
        stream.write(b"x")
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert hashes.file_hash(path) != before


def test_a_file_that_just_changed_is_not_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "w"
    path.write_bytes(b"1")
    hashes.file_hash(path)
    assert not (tmp_path / "cache").exists()


def test_a_wrong_engine_is_found_although_the_right_one_passed(tmp_path, monkeypatch):
    """The verdict is kept for the model with the code that answered, and for the code that judged."""
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path))
    assert probes.load_model("tiny").info["checks"]["engine_against_transformers"]["passed"]
    right = trunk.Trunk.logits
    with monkeypatch.context() as wrong:
        wrong.setattr(trunk.Trunk, "logits", lambda self, hidden: right(self, hidden) * 3)
        wrong.setattr("probes.models.engine.engine.soundness", lambda *given: Verdict(True, "taken for sound"))
        with pytest.raises(probes.LoadError, match="self-check"):
            probes.load_model("tiny")
    with monkeypatch.context() as wrong:
        wrong.setattr(rehearse, "_gap", lambda left, right: 9.0)
        with pytest.raises(probes.LoadError, match="self-check"):
            probes.load_model("tiny")
    assert probes.load_model("tiny").info["checks"]["engine_against_transformers"]["passed"]


def test_changed_weights_are_another_model(folder):
    before = opened(folder).fingerprint
    weights = load_file(folder / "model.safetensors")
    weights["model.layers.1.post_attention_layernorm.weight"][0] = 2.0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    assert opened(folder).fingerprint != before


def test_a_fingerprint_is_the_same_in_every_process():
    ask = "import probes; print(probes.load_model('tiny', check=False).fingerprint)"
    told = [
        subprocess.run(
            [sys.executable, "-c", ask],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
