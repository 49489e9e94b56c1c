"""Records survive what happens to files: torn tails, garbage, two writers, hostile text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.core.files import write_json
from probes.core.records import Records, RecordsBusy
from probes.core.table import table
from probes.schema.lines import decode, encode

RUN = {"run": "r", "probe": "p", "version": 1, "model": "m", "fingerprint": "f", "seed": 0}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_a_line_reads_back_as_it_was_written(record):
    line = encode(record)
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert decode(line) == record


@given(st.binary(max_size=80))
def test_garbage_is_no_record(garbage):
    assert decode(garbage) is None


def test_every_altered_byte_is_noticed():
    line = encode({"key": "abc", "value": 1})
    for place in range(len(line) - 1):
        altered = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        assert decode(altered) is None, place


def test_numpy_numbers_are_numbers_and_objects_are_refused():
    assert decode(encode({"n": np.int64(3), "a": np.array([0.5])})) == {"n": 3, "a": [0.5]}
    with pytest.raises(TypeError, match="cannot stand in a record"):
        encode({"o": object()})


def test_nan_is_not_json():
    with pytest.raises(ValueError):
        encode({"value": float("nan")})


def test_a_torn_tail_is_cut_and_the_next_append_is_whole(tmp_path):
    with Records(tmp_path) as records:
        records.trials.append([{"key": "a"}, {"key": "b"}])
    shard = next(tmp_path.glob("trials-*.jsonl"))
    shard.write_bytes(shard.read_bytes() + encode({"key": "torn"})[:-9])
    with Records(tmp_path) as records:
        records.trials.append([{"key": "c"}])
    assert [record["key"] for record in Records(tmp_path).trials.read()] == ["a", "b", "c"]


def test_damaged_lines_are_counted_and_their_neighbours_kept(tmp_path):
    with Records(tmp_path) as records:
        records.trials.append([{"key": "a"}, {"key": "b"}, {"key": "c"}])
    shard = next(tmp_path.glob("trials-*.jsonl"))
    shard.write_bytes(shard.read_bytes().replace(b'"b"', b'"X"'))
    records = Records(tmp_path).trials
    assert [record["key"] for record in records.read()] == ["a", "c"]
    assert records.damaged == 1


def test_two_writers_on_one_folder_are_refused(tmp_path):
    with Records(tmp_path), pytest.raises(RecordsBusy, match="another process"), Records(tmp_path):
        pass


def test_what_could_not_be_read_has_no_value():
    record = {
        "key": "k",
        "cluster": "c1",
        "facts": {"item": 1},
        "rows": [{"values": {"m": 0.5, "n": "refused"}, "facts": {"round": 2}, "question": 3, "text": "t", "stop": ""}],
    }
    frame = table([record], RUN, {"m": "share", "n": "share"})
    assert frame["status"].tolist() == ["ok", "refused"]
    assert frame["value"].tolist()[0] == 0.5
    assert pd.isna(frame["value"].tolist()[1])
    assert frame[["item", "round", "question", "cluster"]].iloc[0].tolist() == [1, 2, 3, "c1"]


def test_an_empty_run_is_an_empty_table_with_columns():
    frame = table([], RUN, {})
    assert {"measure", "value", "status", "cluster"} <= set(frame.columns)
    assert frame.empty


def test_json_files_are_replaced_whole(tmp_path):
    write_json(tmp_path / "a.json", {"x": 1})
    with pytest.raises(ValueError):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    assert (tmp_path / "a.json").read_text().strip().startswith("{")
    assert '"x": 1' in (tmp_path / "a.json").read_text()
