"""Importers: fields, and complaints that name the line. All sample files are written here."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import probes
from probes.calibration.stimuli.knowledge import UNKNOWN

LOAD = probes.datasets
DATA = Path(__file__).parents[2] / "../shared/data"


def lines(path, *records):
    path.write_text("\n".join(json.dumps(record) for record in records))
    return path


def test_mmlu_json_and_csv(tmp_path):
    one = {"subject": "colours", "question": "Sky by day?", "options": ["red", "blue", "green", "pink"], "answer": 1}
    file = lines(tmp_path / "a.jsonl", one, {**one, "answer": "C"}, {**one, "options": ["red", "red", "a", "b"]})
    items = LOAD["mmlu"](file)
    assert [item.answer for item in items] == ["blue", "green"]
    assert items[0].task == "colours"
    (tmp_path / "colours_test.csv").write_text("Sky by day?,red,blue,green,pink,B\n")
    assert LOAD["mmlu"](tmp_path / "colours_test.csv")[0].answer == "blue"
    assert len(LOAD["mmlu"](file, limit=1)) == 1
    with pytest.raises(ValueError, match=r"line 1.*answer"):
        LOAD["mmlu"](lines(tmp_path / "b.jsonl", {**one, "answer": 7}))


def test_medqa(tmp_path):
    one = {"question": "Which?", "options": {"A": "x", "B": "y"}, "answer_idx": "B", "meta_info": "step1"}
    item = LOAD["medqa"](lines(tmp_path / "a.jsonl", one))[0]
    assert (item.answer, item.options, item.task) == ("y", ("x", "y"), "step1")
    with pytest.raises(ValueError, match=r"line 1.*answer_idx"):
        LOAD["medqa"](lines(tmp_path / "b.jsonl", {**one, "answer_idx": "E"}))


def test_medmcqa_in_both_numberings(tmp_path):
    one = {"question": "Which?", "opa": "w", "opb": "x", "opc": "y", "opd": "z", "cop": 2, "choice_type": "single"}
    file = lines(tmp_path / "a.json", one, {**one, "choice_type": "multi"})
    assert [item.answer for item in LOAD["medmcqa"](file)] == ["x"]
    assert LOAD["medmcqa"](file, base=0)[0].answer == "y"
    with pytest.raises(ValueError, match="is `base` right"):
        LOAD["medmcqa"](lines(tmp_path / "b.json", {**one, "cop": 0}))


def test_truthfulqa_csv_and_json(tmp_path):
    head = "Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source\n"
    (tmp_path / "TruthfulQA.csv").write_text(head + "x,Myths,Do stones sing?,No,No,Yes; At night; In rain; Softly,s\n")
    item = LOAD["truthfulqa"](tmp_path)[0]
    assert item.answer == "No"
    assert len(item.options) == 4
    assert LOAD["truthfulqa"](tmp_path) == LOAD["truthfulqa"](tmp_path)
    given = [{"question": "Do stones sing?", "mc1_targets": {"No": 1, "Yes": 0}}]
    (tmp_path / "mc_task.json").write_text(json.dumps(given))
    assert LOAD["truthfulqa"](tmp_path / "mc_task.json")[0].answer == "No"
    (tmp_path / "bad.json").write_text(json.dumps([{"question": "Q?", "mc1_targets": {"a": 1, "b": 1}}]))
    with pytest.raises(ValueError, match=r"entry 1.*exactly one"):
        LOAD["truthfulqa"](tmp_path / "bad.json")


def test_nq_open_and_selfaware_have_aliases_and_unknowns(tmp_path):
    item = LOAD["nq_open"](lines(tmp_path / "a.jsonl", {"question": "who wrote it", "answer": ["Ann", "Ann B"]}))[0]
    assert (item.question, item.answer, item.right) == ("who wrote it?", "Ann", ("Ann", "Ann B"))
    with pytest.raises(ValueError, match=r"line 1.*answer"):
        LOAD["nq_open"](lines(tmp_path / "b.jsonl", {"question": "who", "answer": []}))
    example = [{"question": "Who?", "answerable": True, "answer": ["Ann"]},
               {"question": "Why?", "answerable": False, "answer": None}]  # fmt: skip
    (tmp_path / "SelfAware.json").write_text(json.dumps({"example": example}))
    known, unknown = LOAD["selfaware"](tmp_path)
    assert known.answerable
    assert (unknown.answer, unknown.answerable) == (UNKNOWN, False)


def test_any_questions(tmp_path):
    file = lines(
        tmp_path / "mine.jsonl",
        {"question": "Two plus two?", "options": ["3", "4"], "answer": "B", "group": "sums", "topic": "easy"},
        {"question": "Two plus four?", "options": ["6", "7"], "answer": "a", "level": 2},
        {"question": "Capital of France?", "answer": ["Paris", "City of Paris"], "name": "paris"},
    )
    items = LOAD["questions_jsonl"](file)
    assert [item.answer for item in items] == ["4", "6", "Paris"]
    assert (items[0].group, items[0].task, items[1].level, items[2].name) == ("sums", "easy", 2, "paris")
    assert items[2].aliases == ("City of Paris",)
    for bad in ({"question": "Q?", "options": ["a", "b"], "answer": "c"}, {"question": "Q?"}, {"answer": "a"},
                {"question": "Q?", "answer": "a", "answerable": "false"},
                {"question": "Q?", "options": ["a", "b"], "answer": True}):  # fmt: skip
        with pytest.raises(ValueError, match="line 1"):
            LOAD["questions_jsonl"](lines(tmp_path / "bad.jsonl", bad))


def asked(options, answer):
    return {"question": "Which?", "options": options, "answer": answer}


@pytest.mark.parametrize(
    ("records", "answers"),
    [
        ([asked(["5", "2"], "2")], ["2"]),
        ([asked([5, 7], 1)], ["7"]),
        ([asked(["1", "2", "3"], 0), asked(["1", "2", "3"], 2)], ["1", "3"]),
        ([asked(["B", "A"], "B"), asked(["cat", "dog"], "cat")], ["B", "cat"]),
        ([asked(["A", "B"], "B")], ["B"]),
        ([asked([True, False], False)], ["false"]),
        ([asked([str(n) for n in range(11, 27)], "P")], ["26"]),
        ([{"answer_is": "place"}, asked(["1", "2", "3"], 2)], ["3"]),
        ([{"answer_is": "text"}, asked(["1", "2", "3"], 2)], ["2"]),
        ([{"answer_is": "text"}, asked([1.0, 2.0], 1), {"answer_is": "text"}, asked(["1", "2"], 2.0)], ["1.0", "2"]),
        ([{"answer_is": "letter"}, asked(["B", "A"], "B")], ["A"]),
    ],
)
def test_answers_are_read_in_one_way(tmp_path, records, answers):
    items = LOAD["questions_jsonl"](lines(tmp_path / "mine.jsonl", *records))
    assert [item.answer for item in items] == answers


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([asked(["0", "2", "1"], 2)], "line 1: .*place or text, which name different options; begin the file"),
        ([asked(["B", "A"], "A")], "line 1: .*letter or text"),
        ([asked(["3", "4"], "B"), asked(["4", "5"], "5")], "line 2: .*read by text, where .*before .*by letter"),
        ([asked([1.0, 2.0], 1)], "line 1: .*place or text"),
        ([{"answer_is": "place"}, asked(["3", "4"], "B")], "line 2: .*is no place"),
        ([{"answer_is": "text"}, asked([1, 2], 1), {"answer_is": "place"}, asked([1, 2], 1)], "line 3: .*first line"),
        ([asked([5, 6], 1), {"answer_is": "place"}, asked([1, 2], 1)], "line 2: .*declares nothing"),
        ([{"answer_is": ["text"]}, asked([5, 6], 1)], "line 1: answer_is must be one of place, letter, text"),
        ([{"answer_is": "number"}, asked(["3", "4"], "B")], "answer_is must be one of place, letter, text"),
    ],
)
def test_answers_that_can_be_read_in_two_ways_are_refused(tmp_path, records, message):
    with pytest.raises(ValueError, match=message):
        LOAD["questions_jsonl"](lines(tmp_path / "mine.jsonl", *records))


def test_truthfulqa_has_any_number_of_options(tmp_path):
    head = "Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source\n"
    rows = "".join(
        f"x,Myths,Do {n} stones sing?,No,No,{'; '.join(f'Yes {k}' for k in range(n))},s\n" for n in (1, 2, 12)
    )
    (tmp_path / "TruthfulQA.csv").write_text(head + rows, encoding="utf-8-sig")
    assert [len(item.options) for item in LOAD["truthfulqa"](tmp_path)] == [2, 3, 4]
    every = LOAD["truthfulqa"](tmp_path, options=0)
    assert [item.chance for item in every] == pytest.approx([1 / 2, 1 / 3, 1 / 13])


def test_medmcqa_in_its_copies(tmp_path):
    """The hub's Parquet counts from 0 and has -1 where no answer was published; a CSV copy holds digits."""
    one = {"question": "Which?", "opa": "w", "opb": "x", "opc": "y", "opd": "z", "choice_type": "single"}
    (tmp_path / "dev.json").write_text(json.dumps([one | {"cop": 2}], indent=1))
    assert LOAD["medmcqa"](tmp_path)[0].answer == "x"
    pd.DataFrame([one | {"cop": 2}, one | {"cop": -1}]).to_parquet(tmp_path / "validation.parquet")
    hub = LOAD["medmcqa"](tmp_path / "validation.parquet", base=0)
    assert ([item.answer for item in hub], hub.left_out) == (["y"], {"without a published answer": 1})
    pd.DataFrame([one | {"cop": 2}]).to_csv(tmp_path / "copy.csv", index=False)
    assert LOAD["medmcqa"](tmp_path / "copy.csv")[0].answer == "x"


def test_imported_questions_go_through_the_probe(tmp_path):
    file = lines(
        tmp_path / "mine.jsonl",
        *[{"question": f"{k} plus 1?", "options": [str(k + 1), str(k)], "answer": 0} for k in range(4)],
        {"question": "Capital of France?", "answer": ["Paris"]},
    )
    probe = probes.suite["calibration"](dataset="questions_jsonl", path=str(file), kinds=("option_averaged", "p_true"))
    table = probes.run(probe, probes.ScriptedModel(probes.models.scripted.uniform))
    assert set(table["form"]) == {"options", "free"}
    rows = table.query("form == 'options' and kind == 'option_averaged' and measure == 'confidence'")
    assert rows["value"].tolist() == [0.5] * 4


@pytest.mark.real_data
@pytest.mark.skipif(not (DATA / "mmlu").exists(), reason="the public data folder is not beside the checkout")
def test_the_public_sample_of_mmlu():
    """57 subjects of 40 questions (README of the sample); two have equal options."""
    items = LOAD["mmlu"](DATA / "mmlu")
    assert len({item.task for item in items}) == 57
    assert 2270 <= len(items) <= 2280
    assert all(len(item.options) == 4 for item in items)
