"""Whatever a file holds: a clear error, or what it says. INTERLOCUTOR_FUZZ=examples for long runs."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runner_cases import FINE, write

from probes import Transcript
from probes.core.lines import Lines
from probes.core.transcript import ROLES
from probes.models.chat import TemplateError
from probes.schema.given.yaml_text import mapping
from probes.schema.lines import encode
from runner.notebook import read
from runner.parameters import Refused, declared, resolve
from runner.sweep import grid

EXAMPLES = int(os.environ.get("INTERLOCUTOR_FUZZ", "40"))
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
ANY = st.text(st.characters(), max_size=40)
YAML = st.text("ab01:-[]{}&*!#|>?,'\"\\ \t\n\r%@`~.\x00\ufeff\u2028é", max_size=60)
KEYS = (
    "notebooks",
    "product",
    "zip",
    "set",
    "include",
    "exclude",
    "overrides",
    "grids",
    "when",
    "model",
    "seed",
    "notebook",
)
WORDS = st.one_of(ANY, st.sampled_from([*KEYS, "one", "0", "1e5", "no", "null", "~", "nan", "[1]", "{a: b}"]))
TREE = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=10,
)
DECLARED = declared(
    'model: str = "tiny"\nseed: int = 0  # s [0, 10]\nheat: float = 0.5  # (0, 2]\nflag: bool = False\n'
    'names: list[str] = ["a"]  # {a, b}\nlevels: dict[str, float] = {"a": 1.0}\nnote: str | None = None'
)


def clear(kind, call, *given_values):
    """What a call returns, or None where it ends with an error of this kind that says something."""
    try:
        return call(*given_values)
    except kind as error:
        said = list(getattr(error, "problems", [str(error)]))
    assert said
    assert all(said)
    return None


@fuzzed
@given(st.one_of(YAML, ANY, TREE.map(lambda tree: json.dumps(tree))))
def test_parameter_files(text):
    found = clear(ValueError, mapping, text)
    assert all(isinstance(name, str) for name in found or ())


@fuzzed
@given(st.dictionaries(st.one_of(st.sampled_from(sorted(DECLARED)), WORDS), TREE, max_size=5))
def test_parameter_values(given_values):
    resolved = clear(Refused, resolve, DECLARED, given_values)
    if resolved is None:
        return
    assert set(resolved) == set(DECLARED)
    assert 0 <= resolved["seed"] <= 10
    json.dumps(resolved, allow_nan=False).encode()


@fuzzed
@given(ANY)
def test_values_from_the_command_line(text):
    for name in DECLARED:
        resolved = clear(Refused, resolve, DECLARED, {name: text})
        assert resolved is None or set(resolved) == set(DECLARED)


@fuzzed
@given(st.one_of(st.text(max_size=80), YAML))
def test_parameter_cells(source):
    found = clear(Refused, declared, source) or {}
    assert all(name.isidentifier() and name == one.name for name, one in found.items())


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    grid._notebook.cache_clear()
    write(tmp_path / "notebooks", "one", FINE)
    return tmp_path


SWEEP = st.dictionaries(st.sampled_from(KEYS[:8]), TREE, max_size=4)


@fuzzed
@given(tree=st.one_of(SWEEP, SWEEP.map(lambda tree: {**tree, "notebooks": ["one"]}), TREE))
def test_sweep_files(place, tree):
    (place / "s.yaml").write_text(json.dumps(tree), encoding="utf-8", errors="surrogatepass")
    found = clear(Refused, grid.cells, place / "s.yaml") or []
    assert len({cell.run for cell in found}) == len(found)


@fuzzed
@given(tree=st.one_of(TREE, st.fixed_dictionaries({"cells": TREE, "metadata": TREE})))
def test_notebook_files(place, tree):
    (place / "n.ipynb").write_text(json.dumps(tree))
    found = clear(Refused, read, place / "n.ipynb")
    assert found is None or all(name.isidentifier() for name in found.parameters)


@fuzzed
@given(
    many=st.integers(0, 6),
    cuts=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 40), st.binary(max_size=12)), max_size=4),
)
def test_records_that_something_wrote_over(tmp_path_factory, many, cuts):
    folder = tmp_path_factory.mktemp("records")
    wanted = {f"k{number}": {"key": f"k{number}", "value": number / 7} for number in range(many)}
    lines = Lines(folder, "trials")
    lines.open()
    lines.append(wanted.values())
    lines.close()
    for shard in folder.glob("trials-*.jsonl"):
        data = bytearray(shard.read_bytes())
        for at, length, fresh in cuts:
            data[at : at + length] = fresh
        shard.write_bytes(data)
    lines.open()
    kept = {record["key"]: record for record in lines.read()}
    lines.append([{"key": "next"}])
    lines.close()
    assert all(kept[key] == wanted[key] for key in kept)
    assert len(kept) == many or cuts
    found = [record["key"] for record in lines.read()]
    assert found[-1] == "next"
    assert set(found) == {*kept, "next"}


@fuzzed
@given(st.binary(max_size=60), st.integers(0, 40))
def test_a_line_with_anything_behind_it(garbage, cut):
    line = encode({"key": "a"})
    from probes.schema.lines import decode

    for spoilt in (line[:cut] + garbage, garbage + line, line.rstrip() + garbage):
        assert decode(spoilt) in (None, {"key": "a"})


@fuzzed
@given(turns=st.lists(st.tuples(st.sampled_from(ROLES), ANY), max_size=5), role=st.sampled_from(ROLES), prefill=ANY)
def test_transcripts(tiny, turns, role, prefill):
    talk = Transcript()
    for who, text in turns:
        talk = getattr(talk, who)(text + "<|im_end|>"[: len(text) % 11])
    encoded = clear(TemplateError, tiny.chat.encode, talk, role, prefill)
    if encoded is None:
        return
    for begin, end in encoded.spans:
        assert not tiny.chat.control_ids & set(encoded.ids[begin:end])
    assert len(encoded.spans) == len(turns)
