"""What is shown under a number is what was recorded for it: prompt, beginning, options, probabilities."""

from __future__ import annotations

import dataclasses
import math
import re
import zlib
from html import unescape

import pandas as pd
import pytest

import probes
from analysis import show
from analysis.report import records
from analysis.report.show.stored import replied
from probes import schema

PROBES = {
    "repeated_game": {"games": ("prisoners_dilemma",), "opponents": ("tit_for_tat",), "rounds": 6},
    "one_shot_game": dict(probes.suite["one_shot_game"].example),
    "user_turn": {"domains": ("maths",), "per_domain": 2, "samples": 1, "answer_tokens": 8, "turn_tokens": 6},
    "persona_tom": dict(probes.suite["persona_tom"].example),
    "calibration": dict(probes.suite["calibration"].example),
}


def varied(question):
    """Depends on every word of the prompt; labels repeat, probabilities do not."""
    mark = zlib.crc32(repr(question.transcript).encode())
    if isinstance(question, probes.Choose):
        weights = {meaning: 1 + (mark >> 3 * at) % 97 for at, meaning in enumerate(question.options.values())}
        return {meaning: weight / (1.1 * sum(weights.values())) for meaning, weight in weights.items()}
    if isinstance(question, probes.Score):
        return [-1.0 - mark % 7] * (1 + len(question.contexts))
    return f"Reply {mark % 3}."


def words(html: str) -> str:
    """The text of a page, without marks and white space."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", html, flags=re.S)))


def plain(text: object) -> str:
    return words(show.text(text))


@pytest.fixture(scope="module", params=PROBES)
def ran(request, tmp_path_factory):
    """(Probe, run folder, table, records by key)."""
    out = tmp_path_factory.mktemp(request.param)
    table = probes.run(probes.suite[request.param](**PROBES[request.param]), probes.ScriptedModel(varied), out=out)
    return request.param, out, table, schema.trials(out, request.param)


def test_every_row_shows_its_own_exchange(ran):
    _, out, table, kept = ran
    rows = table.drop_duplicates(["key", "row"])
    for at in range(0, len(rows), max(1, len(rows) // 40)):
        row = rows.iloc[at]
        asked = kept[row["key"]]["asked"]
        shown = words(show.transcripts(table[(table["key"] == row["key"]) & (table["row"] == row["row"])], out).html)
        if pd.isna(row["question"]) and len(asked) > 1:
            assert "madefromnoneorseveral" in shown
            continue
        one = asked[0 if pd.isna(row["question"]) else row["question"]]
        prompt = "".join(plain(turn[0] + (", not ended" if len(turn) > 2 else "") + turn[1]) for turn in one["turns"])
        assert prompt in shown
        assert plain(f"the turn begins with: {one['prefill']}" if one.get("prefill") else "") in shown
        options = one.get("options") or {}
        assert plain(", ".join(f"{k} = {v}: {one['logprobs'][k]:.2f}" for k, v in options.items())) in shown


def test_a_row_points_at_the_reply_that_made_it(ran):
    """The number itself, recomputed from the recorded probabilities of the question the row names."""
    name, _, table, kept = ran
    for _, row in table[table["question"].notna()].drop_duplicates(["key", "row"]).iterrows():
        one = kept[row["key"]]["asked"][row["question"]]
        assert replied(one) == row["text"]
    masses = table[(table["measure"] == "mass") & table["question"].notna() & (table["status"] == "ok")]
    for _, row in masses.iterrows() if name != "calibration" else ():
        one = kept[row["key"]]["asked"][row["question"]]
        assert row["value"] == pytest.approx(sum(map(math.exp, one["logprobs"].values())), abs=1e-6)
    assert table["question"].notna().any()


def test_the_table_read_back_is_the_table_of_the_run(ran):
    name, out, table, _ = ran
    again = records.rows(out, name)
    assert list(again.columns) == list(table.columns)
    pd.testing.assert_frame_equal(again, table, check_dtype=False)


def test_the_answer_of_a_user_turn_is_the_one_the_model_was_shown(tmp_path):
    """An answer that was cut off is shown to the model without its last, broken sentence; table and export say so."""
    probe = probes.suite["user_turn"](domains=("maths",), per_domain=1, temperatures=(0.0,), perturbations=("none",))
    probe = dataclasses.replace(probe, answer_tokens=6)
    text = "It is four. Because two and"
    model = probes.ScriptedModel(lambda q: f"{text} two" if q.role == "assistant" else "Why?", name="cut")
    table = probes.run(probe, model, out=tmp_path)
    assert set(table["answer"]) == {"It is four."}
    (row, *_), kept = list(table.itertuples()), schema.trials(tmp_path, "user_turn")
    assert kept[row.key]["asked"][row.question]["turns"][-1][1] == "It is four."
    assert kept[row.key]["asked"][0]["text"] == text
