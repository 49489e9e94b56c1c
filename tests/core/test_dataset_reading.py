"""The reader under all importers: every encoding and shape, bounds, and the one rule of what is skipped."""

from __future__ import annotations

import json
import time
import tracemalloc

import pandas as pd
import pytest

import probes
from probes.schema.given.json_text import LONGEST
from probes.shared.datasets._items import collect
from probes.shared.datasets._read import source

ROWS = [{"n": 1, "t": "a"}, {"n": 2, "t": "é\u2028\n"}, {"n": 3, "t": "c"}]
LINES = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)


def values(path, **given):
    return [record.value for record in source(path, "*", **given).records()]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", LINES),
        ("a.json", LINES),
        ("a.jsonl", f"\n{LINES}\n\n"),
        ("a.json", json.dumps(ROWS)),
        ("a.json", json.dumps(ROWS, indent=2)),
        ("a.json", "[\n" + ",\n".join(LINES.split("\n")) + "\n]\n"),
        ("a.jsonl", json.dumps(ROWS, indent=2)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_json_in_every_layout(tmp_path, name, text, encoding):
    """JSON Lines, a list on one line and over many lines, with and without a byte-order mark."""
    (tmp_path / name).write_text(text, encoding=encoding)
    assert values(tmp_path / name) == ROWS
    assert values(tmp_path) == ROWS


def test_csv_parquet_and_lists_a_line(tmp_path):
    table = pd.DataFrame(ROWS)
    table.to_parquet(tmp_path / "a.parquet")
    assert values(tmp_path / "a.parquet") == ROWS
    table.astype(str).to_csv(tmp_path / "a.csv", index=False, encoding="utf-8-sig")
    assert values(tmp_path / "a.csv") == [{"n": str(row["n"]), "t": row["t"]} for row in ROWS]
    (tmp_path / "b.csv").write_text("x;y\n", encoding="utf-8-sig")
    assert values(tmp_path / "b.csv", header=False, delimiter=";") == [["x", "y"]]
    (tmp_path / "l.jsonl").write_text("[1, 2]\n[3]\n")
    assert values(tmp_path / "l.jsonl") == [[1, 2], [3]]
    (tmp_path / "w.json").write_text(json.dumps({"version": 1, "data": ROWS}, indent=1))
    assert values(tmp_path / "w.json", within="data") == ROWS


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"n": 1}\n{"n": \n', r"a.jsonl, line 2: not JSON"),
        ("a.json", b'[{"n": 1},\n{"n": ]', r"a.json, entry 2, line 2: not JSON"),
        ("a.json", b'[{"n": 1},', r"a.json: the list ends before"),
        ("a.jsonl", b'{"n": 1}\n{"n": "\xff"}\n', r"a.jsonl, line 2: not UTF-8"),
        ("a.json", b'[{"n": "\xff"}]', r"a.json, line 1: not UTF-8"),
        ("a.jsonl", b'{"n": 1}\n' + b"[" * 200_000 + b"\n", r"a.jsonl, line 2: (nested too deeply|not JSON)"),
        ("a.jsonl", b'{"n": 1}\n' + b"[" * 100_000 + b"]" * 100_000, r"a.jsonl, line 2: nested too deeply"),
        ("a.json", b'[{"n": 1},\n' + b"[" * 100_000 + b"]" * 100_000 + b"]", r"a.json, entry 2: nested too deeply"),
        ("a.jsonl", b'{"n": 1}\n{"n": ' + b"9" * 5000 + b"}", r"a.jsonl, line 2: Exceeds the limit"),
        ("a.csv", b"n,t\n1,2\n1,2,3\n", r"a.csv, line 3: 3 columns, the header names 2"),
        ("a.parquet", b"PAR1 not", r"a.parquet: not Parquet"),
        ("a.jsonl", b"\n", r"a.jsonl: no records"),
        ("a.jsonl", b'{"n": 1}\n{"n": true}\n', r"a.jsonl, line 2: field 'n' must be int or str, found bool"),
    ],
)
def test_bad_files_are_named(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        collect(source(tmp_path / name), lambda record: record.get("n", (int, str)))


def test_a_long_line_is_not_parsed(tmp_path):
    """20 MB on one line are a fault of that line, in bounded time and memory."""
    good = b'{"n": 1}\n' * 60
    (tmp_path / "a.jsonl").write_bytes(good + b'{"n": "' + b"x" * 2 * LONGEST + b'"}\n' + good)
    sampled = source(tmp_path / "a.jsonl")
    tracemalloc.start()
    with pytest.warns(UserWarning, match=r"1 of 121 records skipped, the first: a.jsonl, line 61: longer than 10 MB"):
        loaded = collect(sampled, lambda record: record.get("n", int))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(loaded) == 120
    assert loaded.left_out == {"cannot be read": 1}
    assert peak < 50e6


@pytest.mark.parametrize(("faults", "read"), [(1, 51), (1, 50), (2, 101), (2, 100), (0, 1)])
def test_less_than_two_records_in_a_hundred_are_skipped_and_counted(tmp_path, faults, read):
    (tmp_path / "a.jsonl").write_text('{"n": 1}\n' * (read - faults) + "oops\n" * faults)
    if faults / read >= 0.02:
        with pytest.raises(ValueError, match=rf"line {read - faults + 1}: not JSON .*{faults} of {read} records"):
            collect(source(tmp_path / "a.jsonl"), lambda record: record.get("n", int))
    else:
        with pytest.warns(UserWarning, match="skipped") if faults else pytest.MonkeyPatch.context():
            loaded = collect(source(tmp_path / "a.jsonl"), lambda record: record.get("n", int))
        assert (len(loaded), loaded.left_out.total(), loaded.read) == (read - faults, faults, read)


def test_the_share_is_judged_on_more_than_the_limit(tmp_path):
    """One bad line among the first ten of two hundred is skipped; bad lines throughout are refused."""
    (tmp_path / "a.jsonl").write_text("oops\n" + '{"n": 1}\n' * 199)
    with pytest.warns(UserWarning, match="1 of 200"):
        assert len(collect(source(tmp_path / "a.jsonl"), lambda record: record.get("n", int), limit=10)) == 10
    (tmp_path / "a.jsonl").write_text('oops\n{"n": 1}\n' * 100)
    with pytest.raises(ValueError, match="line 1: not JSON"):
        collect(source(tmp_path / "a.jsonl"), lambda record: record.get("n", int), limit=10)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_spread_sample_covers_the_file(tmp_path, name):
    rows = [{"n": n} for n in range(100)]
    (tmp_path / name).write_text("\n".join(map(json.dumps, rows)) if name == "a.jsonl" else json.dumps(rows))
    files = source(tmp_path / name)
    assert collect(files, lambda record: record.get("n", int), limit=4, spread=True) == [0, 25, 50, 75]
    assert collect(files, lambda record: record.get("n", int), limit=4) == [0, 1, 2, 3]
    assert len(collect(files, lambda record: record.get("n", int), limit=1000, spread=True)) == 100


@pytest.mark.parametrize("spread", [False, True])
def test_a_sample_of_many_lines_is_streamed(tmp_path, spread):
    """`limit=32` of a million lines takes less than two seconds and 200 MB; here a fifth of the lines."""
    line = json.dumps({"question": "What is two and two?", "options": ["3", "4"], "answer": "4", "topic": "x" * 60})
    (tmp_path / "a.jsonl").write_text(f"{line}\n" * 200_000)
    begun = time.process_time()
    items = probes.datasets["questions_jsonl"](tmp_path / "a.jsonl", limit=32, spread=spread)
    spent = time.process_time() - begun
    assert len(items) == 32
    assert len({item.name for item in items}) == 32
    assert spent < 2 / 5


def test_where_a_file_is_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "test.jsonl").write_text('{"question": "q", "answer": "#### 1"}\n')
    assert len(probes.datasets["gsm8k"]("~")) == 1
    assert len(probes.datasets["gsm8k"]("~/test.jsonl")) == 1
    with pytest.raises(FileNotFoundError, match=rf"no SVAMP.json in {tmp_path}"):
        probes.datasets["svamp"]("~")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=rf"no file {tmp_path}/data/x.jsonl"):
        probes.datasets["gsm8k"]("data/x.jsonl")
    with pytest.raises(FileNotFoundError, match=r"SVAMP.json in data set no/such of the model hub"):
        probes.datasets["svamp"]("no/such")


@pytest.mark.parametrize("name", list(probes.datasets))
def test_every_importer_states_release_licence_and_unit(name):
    importer = __import__(f"probes.shared.datasets.{name}", fromlist=["load"])
    for fact in ("RELEASE", "LICENCE", "GROUP"):
        assert isinstance(getattr(importer, fact), str), fact
        assert len(getattr(importer, fact)) > 2, fact
