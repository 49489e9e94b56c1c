"""Group identity: a used folder gives what a fresh one gives, whatever was changed in between; replies are kept."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from identity_subject import FIELDS, Asking, Counted, Subject, echoing

import probes
from probes import Choose, Continue, Probe, Row, ScriptedModel, Transcript, Trial
from probes.core.records import Records
from probes.core.source import CodeChanged


def shards(out: Path, probe: str = "Subject", prefix: str = "trials") -> list[Path]:
    return sorted((out / "records" / probe).glob(f"{prefix}-*.jsonl"))


def same(used: pd.DataFrame, fresh: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(used.drop(columns="run"), fresh.drop(columns="run"), check_exact=True)


CHANGES = {
    "rule": (dict(rule=lambda text: 0.25), 0),
    "truth": (dict(truth={0: "b", 1: "b", 2: "a", 3: "b"}), 0),
    "scoring": (dict(weight=3.0), 0),
    "helper class": (dict(base=2.0), 0),
    "last question": (dict(second="And the other one, {}?"), 4),
    "first question": (dict(first="Which one, {}?"), 8),
    "generation length": (dict(tokens=2), 4),
    "opponent": (dict(opponent=lambda move: "left"), 2),
    "another row": (dict(twice=True), 0),
    "question left out": (dict(short=True), 0),
}
"""What changes outside the parameters -> how many of the 8 questions have to be asked again."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_changes_the_rows_and_only_new_questions_are_asked(name, tmp_path):
    change, again = CHANGES[name]
    model = Counted()
    first = probes.run(Subject(), model, out=tmp_path / "used")
    assert model.asked == 8
    with Asking(**change):
        used = probes.run(Subject(), model, out=tmp_path / "used")
        assert model.asked == 8 + again
        fresh = probes.run(Subject(), Counted(), out=tmp_path / "fresh")
        kept = probes.run(Subject(), Counted())
    same(used, fresh)
    same(used, kept)
    assert not used[FIELDS].equals(first[FIELDS])
    back = probes.run(Subject(), model, out=tmp_path / "used")
    same(back, first)
    assert model.asked == 8 + again


def test_trials_that_failed_are_asked_again_and_finished_ones_are_not(tmp_path):
    model = Counted()

    with Asking(second="ask {}", failing=1):
        table = probes.run(Subject(), model, out=tmp_path)
        assert set(table.query("status == 'error'")["item"]) == {1}
        probes.run(Subject(), model, out=tmp_path)
        assert model.asked == 8 + 2
    with Asking(second="ask {}"):
        mended = probes.run(Subject(), model, out=tmp_path)
    assert "error" not in set(mended["status"])
    assert model.asked == 8 + 2, "what failed is mended by its stored replies where the script was at fault"


def test_a_trial_that_fails_once_is_finished_by_the_same_run(tmp_path):
    model, count = Counted(), iter(range(100))
    with Asking(rule=lambda text: 1.0 / (next(count) or 0)):
        table = probes.run(Subject(), model, out=tmp_path)
    assert "error" not in set(table["status"])


@pytest.mark.parametrize("seed", [False, True, 0.0, 1.5, "0", None])
def test_a_seed_that_is_no_whole_number_is_refused(seed, tmp_path):
    with pytest.raises(TypeError, match="whole number"):
        probes.run(Subject(), Counted(), seed=seed, out=tmp_path)


def test_numpy_seeds_are_the_seeds_they_equal(tmp_path):
    model = Counted()
    first = probes.run(Subject(), model, seed=0, out=tmp_path)
    second = probes.run(Subject(), model, seed=np.int64(0), out=tmp_path)
    same(first, second)
    assert model.asked == 8


def made(module: str, text: str) -> type[Probe]:
    """A probe named Subject from a module of its own."""

    class Other(Subject):
        """Asks something else."""

        def play(self, trial, rng):
            reply = yield Choose(Transcript().user(f"{text} {trial.item}"), {"A": "a", "B": "b"})
            yield Row({"score": float(len(text))}, {}, reply)

    Other.__name__ = Other.__qualname__ = "Subject"
    Other.__module__ = module
    return Other


def test_two_probes_of_one_name_do_not_share_a_folder(tmp_path):
    tables = [probes.run(made(*each)(), Counted(), out=tmp_path) for each in (("one", "x"), ("two", "long"))]
    folders = sorted(path.name for path in (tmp_path / "records").iterdir())
    assert len(folders) == 2
    for table in tables:
        name = table["probe"].iloc[0]
        stored = pd.read_parquet(tmp_path / "records" / name / "trials.parquet")
        assert stored["value"].tolist() == table["value"].tolist()
    again = probes.run(made("one", "x")(), Counted(), out=tmp_path)
    same(again, tables[0])
    assert len(list((tmp_path / "records").iterdir())) == 2


@dataclass(frozen=True)
class Twice(Subject):
    """Two items of one name."""

    def trials(self):
        return iter([Trial(item=1), Trial(item=2), Trial(item=1)])


class Item:
    """Brings a fact."""

    def __init__(self, name: str) -> None:
        self.name = name

    def facts(self):
        return {"name": self.name}


def test_two_items_of_one_name_and_two_facts_of_one_name_are_errors(tmp_path):
    model = Counted()
    with pytest.raises(ValueError, match="two trials have the same facts"):
        probes.run(Twice(), model, out=tmp_path)
    assert model.asked == 0
    with pytest.raises(ValueError, match="two values of one fact 'name': 'a' and 'b'"):
        Trial(left=Item("a"), right=Item("b")).facts()


def test_a_removed_shard_brings_no_other_reply_back(tmp_path):
    """The newest shard holds the answers to what is asked today; without it they are asked again."""
    model = Counted()
    old = probes.run(Subject(), model, out=tmp_path)
    with Asking(second="And now, {}?"):
        new = probes.run(Subject(), model, out=tmp_path)
        shards(tmp_path)[-1].unlink()
        found = probes.run(Subject(), model, out=tmp_path)
    same(found, new)
    assert model.asked == 8 + 4 + 4
    shards(tmp_path)[0].unlink()
    same(probes.run(Subject(), model, out=tmp_path), old)


@pytest.mark.parametrize("word", [b'"text":"', b'"logprobs":{"A":', b'"kind":"C'])
def test_an_altered_line_is_counted_and_asked_again(tmp_path, word):
    model = Counted()
    wanted = probes.run(Subject(), model, out=tmp_path)
    (shard,) = shards(tmp_path)
    content = shard.read_bytes()
    place = content.index(word) + len(word)
    shard.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    found = probes.run(Subject(), model, out=tmp_path)
    same(found, wanted)
    assert model.asked == 8 + 2
    assert json.loads((tmp_path / "records" / "Subject" / "manifest.json").read_text())["damaged_lines"] == 1


def test_a_table_that_was_altered_is_made_anew(tmp_path):
    wanted = probes.run(Subject(), Counted(), out=tmp_path)
    path = tmp_path / "records" / "Subject" / "trials.parquet"
    pd.read_parquet(path).assign(value=7.0).to_parquet(path)
    model = Counted()
    same(probes.run(Subject(), model, out=tmp_path), wanted)
    assert pd.read_parquet(path)["value"].tolist() == wanted["value"].tolist()
    assert model.asked == 0


def test_records_of_schema_1_answer_nothing_and_are_counted(tmp_path):
    from probes.schema.lines import encode

    folder = tmp_path / "records" / "Subject"
    folder.mkdir(parents=True)
    old = {"schema": 1, "key": "0" * 64, "rows": [], "asked": [{"question": "x", "kind": "Choice"}], "error": ""}
    (folder / "trials-0000-1.jsonl").write_bytes(encode(old))
    model = Counted()
    same(probes.run(Subject(), model, out=tmp_path), probes.run(Subject(), Counted()))
    assert model.asked == 8
    assert json.loads((folder / "manifest.json").read_text())["outdated_lines"] == 1


def test_every_record_says_which_commit_and_versions_made_it(tmp_path):
    probes.run(Subject(), Counted(), out=tmp_path)
    folder = tmp_path / "records" / "Subject"
    records = Records(folder)
    sessions = {session["session"]: session for session in records.sessions.read()}
    for record in records.trials.read():
        about = sessions[record["session"]]
        assert {"commit", "dirty", "packages", "code", "fingerprint"} <= set(about)
    assert not {"rows", "values"} & set(record)


def test_the_question_column_names_the_reply_a_row_was_made_from(tmp_path):
    table = probes.run(Subject(), Counted(), out=tmp_path)
    records = {record["key"]: record for record in Records(tmp_path / "records" / "Subject").trials.read()}
    assert table["question"].tolist() == [1] * 4
    for row in table.to_dict("records"):
        assert records[row["key"]]["asked"][row["question"]]["text"] == row["text"]


def test_code_that_changes_during_a_run_is_not_mixed(tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    helper = tmp_path / "home" / "rules.py"
    helper.write_text("LIMIT = 1")
    monkeypatch.setattr("probes.core.source.HOME", tmp_path / "home")

    class Pulling(Counted):
        def reply(self, questions, progress=None):
            helper.write_text("LIMIT = 2")
            return super().reply(questions, progress)

    model = Pulling()
    with pytest.raises(CodeChanged, match=r"rules\.py changed while the run went on"):
        probes.run(Subject(), model, out=tmp_path / "r")
    assert not (tmp_path / "r" / "records" / "Subject" / "trials.parquet").exists()
    assert not json.loads((tmp_path / "r" / "records" / "Subject" / "manifest.json").read_text())["finished"]
    same(probes.run(Subject(), model, out=tmp_path / "r"), probes.run(Subject(), Counted()))
    assert model.asked == 8


@dataclass(frozen=True)
class Inside(Probe):
    """Reads an activation that its own question names."""

    measures = {"norm": "length"}
    source = "made for this test"

    def trials(self):
        return (Trial(item=k) for k in range(3))

    def play(self, trial, rng):
        site = "blocks.1.hook_resid_post"
        reply = yield Choose(Transcript().user(f"{trial.item}?"), {"A": "a", "B": "b"}, sites=(site,))
        yield Row({"norm": float(np.linalg.norm(reply.activations[f"{site}@last"])) * SCALE}, {}, reply)


SCALE = 1.0


def test_questions_with_activations_are_replayed_with_them(tiny, tmp_path, monkeypatch):
    first = probes.run(Inside(), tiny, out=tmp_path)
    model = Counted(tiny)
    same(probes.run(Inside(), model, out=tmp_path), first)
    monkeypatch.setattr(sys.modules[__name__], "SCALE", 2.0)
    doubled = probes.run(Inside(), model, out=tmp_path)
    assert np.allclose(doubled["value"], 2 * first["value"])
    assert model.asked == 0
    next((tmp_path / "records" / "Inside").glob("sites-*.safetensors")).unlink()
    assert np.allclose(probes.run(Inside(), model, out=tmp_path)["value"], doubled["value"], atol=1e-4)
    assert model.asked == 3


@dataclass(frozen=True)
class Restless(Subject):
    """Asks something else every time."""

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user(f"{next(COUNT)}?"), {"A": "a", "B": "b"})
        yield Row({"score": 1.0}, {}, reply)


COUNT = iter(range(10_000))


def test_a_script_that_asks_something_else_every_time_is_refused(tmp_path):
    with pytest.raises(RuntimeError, match="must ask the same questions every time"):
        probes.run(Restless(), Counted(), out=tmp_path)


def failing(monkeypatch, name: str, after: int, code: int) -> None:
    """`os.fsync` or `os.replace` fails at its call number `after`."""
    calls, real = iter(range(10**6)), getattr(os, name)

    def call(*given):
        if next(calls) == after:
            raise OSError(code, os.strerror(code))
        return real(*given)

    monkeypatch.setattr(os, name, call)


@pytest.mark.parametrize("after", range(25))
@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_failing_disk_loses_nothing_and_doubles_nothing(name, after, tmp_path, monkeypatch):
    probe, model = Subject(items=12), Counted()
    with monkeypatch.context() as patch:
        failing(patch, name, after if name == "fsync" else after % 4, errno.EIO if after % 2 else errno.ENOSPC)
        with contextlib.suppress(OSError):
            probes.run(probe, model, out=tmp_path, window=2)
    same(probes.run(probe, model, out=tmp_path), probes.run(probe, Counted()))
    keys = [record["key"] for record in Records(tmp_path / "records" / "Subject").trials.read()]
    assert len(keys) == len(set(keys)) == 12
    assert model.asked <= 24 + 2 * 2


@pytest.mark.parametrize("level", [200, 700, 1_500, 2_500, 4_000, 6_000, 9_000, 12_000])
def test_a_full_disk_loses_nothing_and_doubles_nothing(level, tmp_path):
    from cases_records import Limited

    probe, model = Subject(items=12), Counted()
    with Limited(level), contextlib.suppress(OSError):
        probes.run(probe, model, out=tmp_path, window=2)
    same(probes.run(probe, model, out=tmp_path), probes.run(probe, Counted()))
    keys = [record["key"] for record in Records(tmp_path / "records" / "Subject").trials.read()]
    assert len(keys) == len(set(keys)) == 12


def test_a_misspelt_check_is_an_error_that_names_it():
    from probes.shared.items.contexts import Context
    from probes.user_turn.checks import right, verified

    with pytest.raises(ValueError, match="no check 'no_coma'"):
        right("no", {"no_coma": True})
    with pytest.raises(ValueError, match="no instruction 'punctuation:no_coma'"):
        right("no", {"instructions": [("punctuation:no_coma", {})]})
    with pytest.raises(ValueError, match="context 'c': there is no check 'sentence'"):
        verified(Context("c", "d", ("q",), check={"sentence": 3}))
    assert right("no, never", {"no_comma": True}) == 0.0
    assert right("ja", {"instructions": [("language:response_language", {"language": "de"})]}) == "unscored"


def test_a_reply_of_another_model_is_never_taken(tmp_path):
    one, two = Counted(), Counted(ScriptedModel(echoing("loud"), "scripted:loud"))
    first = probes.run(Subject(), one, out=tmp_path)
    second = probes.run(Subject(), two, out=tmp_path)
    assert two.asked == 8
    assert first["text"].tolist() != second["text"].tolist()
    same(probes.run(Subject(), one, out=tmp_path), first)
    assert one.asked == 8


@dataclass(frozen=True)
class Sampled(Subject):
    """A sampled turn; `temperature` is a parameter."""

    temperature: float = 1.0

    def play(self, trial, rng):
        reply = yield Continue(Transcript().user(f"{trial.item}"), temperature=self.temperature, max_tokens=6)
        yield Row({"score": float(len(reply.ids))}, {}, reply)


def test_another_temperature_or_seed_is_another_question(tiny, tmp_path):
    model = Counted(tiny)
    for number, (temperature, seed) in enumerate(((1.0, 0), (0.5, 0), (1.0, 1)), 1):
        used = probes.run(Sampled(temperature=temperature), model, seed=seed, out=tmp_path)
        fresh = probes.run(Sampled(temperature=temperature), tiny, seed=seed)
        assert used["text"].tolist() == fresh["text"].tolist()
        assert model.asked == 4 * number
