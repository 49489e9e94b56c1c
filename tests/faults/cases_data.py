"""Files of data sets as they come: encodings, broken lines, answers that can be read in two ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fault_table import Bench, Table, places, put, said

import probes

CASES = Table()
LOAD = probes.datasets
GOOD = {"question": "Which is red?", "options": ["a", "b"], "answer": "a"}
LINE = json.dumps(GOOD) + "\n"


def read(bench: Bench, given: tuple[str, str, bytes | str]) -> str:
    """The answer of an importer to a file."""
    importer, name, content = given
    (bench.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return said(LOAD[importer], bench.folder / name)  # type: ignore[index]


CASES.many(
    18,
    read,
    ("a byte-order mark before JSON Lines", ("questions_jsonl", "q.jsonl", "\ufeff" + LINE), "name='q-1'"),
    ("a byte-order mark before a JSON list", ("questions_jsonl", "q.json", f"\ufeff[{LINE}]"), "name='q-1'"),
    ("a byte-order mark before CSV", ("sd3", "sd3.csv", "\ufeffaxis,text,key\nN,You shine.,1\n"), "axis='narcissism'"),
    ("bytes that are not UTF-8", ("questions_jsonl", "q.jsonl", b'{"question": "\xff"}'), "q.jsonl, line 1: not UTF-8"),
    ("JSON nested a hundred thousand deep", ("questions_jsonl", "q.jsonl", "[" * 100_000 + "]" * 100_000),
     "q.jsonl, line 1: nested too deeply"),
    ("a line of 12 MB", ("questions_jsonl", "q.jsonl", "x" * 12_000_000), "q.jsonl, line 1: longer than 10 MB"),
    ("a number of 5,000 digits", ("questions_jsonl", "q.jsonl", '{"level": ' + "9" * 5000 + "}"), "q.jsonl, line 1: "),
    ("two bad lines of a hundred", ("questions_jsonl", "q.jsonl", "x\n" * 2 + LINE * 98),
     "q.jsonl, line 1: not JSON (Expecting value); 2 of 100 records cannot be read, 2 % or more"),
    ("one bad line of a hundred: skipped and counted", ("questions_jsonl", "q.jsonl", "x\n" + LINE * 99),
     "name='q-100'"),
    ("a file without a line", ("questions_jsonl", "q.jsonl", "\n"), "q.jsonl: no records"),
    ("answer 2 among numbers: place or text?",
     ("questions_jsonl", "q.jsonl", json.dumps({**GOOD, "options": ["0", "2", "1"], "answer": 2})),
     'can be read by place or text, which name different options; begin the file with a line {"answer_is": WAY}'),
    ("answer true for the second place", ("questions_jsonl", "q.jsonl", json.dumps({**GOOD, "answer": True})),
     "q.jsonl, line 1: field 'answer' is True, which names no option"),
    ('answerable "false", a text', ("questions_jsonl", "q.jsonl", json.dumps({**GOOD, "answerable": "false"})),
     "q.jsonl, line 1: field 'answerable' must be bool, found str"),
    ("a row of CSV with a cell too many", ("sd3", "sd3.csv", "axis,text,key\nN,You shine, truly.,1\n"),
     "sd3.csv, line 2: 4 columns, the header names 3 (axis, text, key)"),
    ("a file that is no Parquet", ("wildchat", "w.parquet", "x"), "w.parquet: not Parquet"),
    ("a JSON list that breaks off", ("svamp", "SVAMP.json", '[{"ID": "1"},\n'), "SVAMP.json"),
    ("a second JSON list after the first", ("questions_jsonl", "q.json", f"[\n{LINE}]\n[{LINE}]"),
     "q.json, line 4: text after the closing bracket of the list"),
    ("a JSON list without a comma", ("questions_jsonl", "q.json", f"[\n{LINE}{LINE}]"),
     "q.json, line 3: no comma before entry 2"),
    ("a key twice in a record", ("questions_jsonl", "q.jsonl", '{"question": "q", "answer": "a", "answer": "b"}'),
     "q.jsonl, line 1: the key 'answer' is given twice"),
    ("a key twice in an entry of a list", ("svamp", "s.json", '[\n{"ID": "1", "ID": "2"}]'),
     "s.json, entry 1: the key 'ID' is given twice"),
    ("a column of CSV twice", ("sd3", "sd3.csv", "axis,text,key,text\nN,a,1,b\n"),
     "sd3.csv, line 1: the column 'text' is there twice"),
    ("a quotation mark left open in row 201 of 251", ("sd3", "sd3.csv", "axis,text,key\n" + "N,You shine.,1\n" * 199
      + 'N,"You shine.,1\n' + "N,You shine.,1\n" * 51), "sd3.csv, line 201: not CSV (unexpected end of data); it runs "
     "on to line 252: is a quotation mark left open?"),
    ("a quotation mark that a later one closes", ("sd3", "sd3.csv", "axis,text,key\n" + "N,You shine.,1\n" * 199
      + 'N,"You shine.,1\nN,You "shine.,1\n'), "sd3.csv, line 201: not CSV"),
    ("a CSV file that is not UTF-8", ("sd3", "sd3.csv", b"axis,text,key\nN,You \xe9 shine.,1\n"),
     "sd3.csv, line 2: not UTF-8; save it as UTF-8"),
    ("a JSON list that is not UTF-8", ("svamp", "s.json", b'[\n{"ID": "\xe9"}]'), "s.json, line 2: not UTF-8"),
    ("a CSV file separated by semicolons", ("sd3", "sd3.csv", "axis;text;key\nN;a;1\n"),
     "sd3.csv, line 1: one column, 'axis;text;key': separate cells by commas, not by ';'"),
    ("an ending in capitals: read as what it says", ("sd3", "SD3.CSV", "axis,text,key\nN,You shine.,1\n"),
     "axis='narcissism'"),
    ("the group 0", ("questions_jsonl", "q.jsonl", json.dumps({**GOOD, "group": 0})), "group='0'"),
    ("the name 0", ("questions_jsonl", "q.jsonl", json.dumps({**GOOD, "name": 0})), "name='0'"),
    ("a group that is an object", ("questions_jsonl", "q.jsonl", json.dumps({**GOOD, "group": {"a": 1}})),
     "q.jsonl, line 1: field 'group' must be a text or a number, not empty, found {'a': 1}"),
    ("the answer NaN", ("questions_jsonl", "q.jsonl", '{"question": "q", "answer": NaN}'),
     "q.jsonl, line 1: field 'answer' is nan, which is no number"),
    ("the answer 1e400", ("svamp", "s.json", '[{"ID": "1", "Body": "b", "Question": "q", "Answer": 1e400}]'),
     "s.json, entry 1: field 'Answer' is inf, which is no number"),
    ("a wording that is null", ("questions_jsonl", "q.jsonl", json.dumps({**GOOD, "wordings": ["w", None]})),
     "q.jsonl, line 1: field 'wordings', entry 2, must be a text or a number, not empty, found None"),
    ("an option that is null", ("mmlu", "m.jsonl", json.dumps({"subject": "s", "question": "q", "answer": 0,
      "choices": [None, 1, 2, 3]})), "m.jsonl, line 1: field 'choices', entry 1, must be a text or a number"),
    ("options that are 0", ("questions_jsonl", "q.jsonl", json.dumps({**GOOD, "options": 0})),
     "q.jsonl, line 1: field 'options' must be list, found int"),
    ("choices and labels of two lengths", ("truthfulqa", "t.json", json.dumps([{"question": "q", "mc1_targets":
      {"choices": ["a", "b", "c"], "labels": [1, 0]}}])), "'choices' and 'labels' must be equally long"),
    ("a line that is a number, for CSV cells", ("bigtom", "b.jsonl", "5\n"), "b.jsonl, line 1: expected a row of 19"),
    ("a line that is null", ("mmlu", "m.jsonl", "null\n"), "m.jsonl, line 1: expected an object, found NoneType"),
    ("a line without a conversation", ("sharelm", "s.jsonl", "{}\n"), "s.jsonl, line 1: field 'conversation' must be"),
    ("a way to read answers and no question", ("questions_jsonl", "q.jsonl", '{"answer_is": "text"}'),
     "q.jsonl: no questions, only lines that say how answers are read"),
)  # fmt: skip


@CASES(18, "limits of 0, -1, 1.5 and true", "4 of 4 refused: ValueError: limit is 0; give a whole number from 1 on")
def _(bench: Bench) -> str:
    (bench.folder / "q.jsonl").write_text(LINE * 9)
    found = [said(LOAD[name], bench.folder / "q.jsonl", limit=limit)  # type: ignore[index]
             for name in ("questions_jsonl",) for limit in (0, -1, 1.5, True)]  # fmt: skip
    refused = [answer for answer in found if answer.startswith("ValueError: limit is")]
    return f"{len(refused)} of {len(found)} refused: {found[0]}"


SAMPLES: dict[str, Any] = {
    "aqua": {"question": "q", "options": ["A)1", "B)2"], "correct": "A"},
    "esconv": {"problem_type": "p", "dialog": [{"speaker": "seeker", "content": "a"}]},
    "gsm8k": {"question": "q", "answer": "x #### 5"},
    "ifeval": {"key": 1, "prompt": "p", "instruction_id_list": ["a:b"], "kwargs": [{}]},
    "medmcqa": {"question": "q", "opa": "1", "opb": "2", "opc": "3", "opd": "4", "cop": 1, "choice_type": "single"},
    "medqa": {"question": "q", "options": {"A": "1", "B": "2"}, "answer_idx": "A", "meta_info": "s"},
    "messages_jsonl": {"id": 1, "domain": "d", "messages": [{"role": "user", "content": [{"text": "b"}]}]},
    "mmlu": {"subject": "s", "question": "q", "choices": ["1", "2", "3", "4"], "answer": 1},
    "mt_bench": {"question_id": 1, "category": "c", "turns": ["a", "b"]},
    "mt_bench_101": {"task": "CM", "id": 1, "history": [{"user": "a", "bot": "b"}]},
    "nq_open": {"question": "q", "answer": ["a"]},
    "oasst": {"message_id": "r", "role": "prompter", "text": "N", "lang": "en", "replies": [{"role": "assistant",
              "text": "M", "rank": 0, "replies": []}]},
    "opentom": {"narrative": "n", "question": {"question": "q", "type": "location-fo", "answer": "a"},
                "plot_info": {"original_place": "a", "move_to_place": "b"}},
    "perma": {"task_id": "t", "question": "q", "options": "A: x\nB: y", "gold_label": "A"},
    "persona_roles": {"role": "cook", "instructions": ["Cook.", "Fry."]},
    "questions_jsonl": {"question": "q", "options": ["a", "b"], "answer": "a", "name": "n", "level": 1,
                        "answerable": True, "wordings": ["w"]},
    "sharelm": {"conversation_id": "c", "conversation": [{"role": "user", "content": "a"}, {"role": "assistant",
                "content": "b"}]},
    "svamp": {"ID": "1", "Body": "b", "Question": "q", "Answer": 2.0},
    "truthfulqa": {"question": "q", "mc1_targets": {"choices": ["a", "b"], "labels": [1, 0]}},
    "wildchat": {"conversation_hash": "h", "language": "English", "toxic": False, "model": "m",
                 "conversation": [{"role": "user", "content": "a"}]},
}  # fmt: skip
"""A record of each importer that reads JSON."""
ODD = (None, 5, 1.5, float("nan"), True, "x", "", [], {}, [None], [[1]], {"a": 1}, 10**30)


@CASES(18, "records with a value of another kind at any place", "20 of 20 importers refuse them or read them in words")
def _(bench: Bench) -> str:
    file, raw = bench.folder / "x.jsonl", []
    for name, sample in SAMPLES.items():
        assert said(LOAD[name], written(file, sample)).startswith("accepted: ["), name  # type: ignore[index]
        for path in places(sample):
            for odd in ODD:
                answer = said(LOAD[name], written(file, put(sample, path, odd)))  # type: ignore[index]
                if not answer.startswith(("ValueError", "accepted")) or "'None'" in answer or "'nan'" in answer:
                    raw.append((name, path, odd, answer))
    good = len(SAMPLES) - len({name for name, *_ in raw})
    return f"{good} of {len(SAMPLES)} importers refuse them or read them in words {raw[:3]}"


def written(file: Path, record: Any) -> Path:
    file.write_text(json.dumps(record) + "\n")
    return file


@CASES(18, "a home folder as ~", "name='gsm8k-0'")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv("HOME", str(bench.folder))
    (bench.folder / "test.jsonl").write_text('{"question": "q", "answer": "#### 1"}\n')
    return said(LOAD["gsm8k"], "~")  # type: ignore[index]


@CASES(18, "a folder without the file: the folder is named", "no SVAMP.json in /")
def _(bench: Bench) -> str:
    return said(LOAD["svamp"], bench.folder)  # type: ignore[index]
