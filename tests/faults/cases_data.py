"""Files of data sets as they come: encodings, broken lines, answers that can be read in two ways."""

from __future__ import annotations

import json

from fault_table import Bench, Table, said

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
)  # fmt: skip


@CASES(18, "a home folder as ~", "name='gsm8k-0'")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv("HOME", str(bench.folder))
    (bench.folder / "test.jsonl").write_text('{"question": "q", "answer": "#### 1"}\n')
    return said(LOAD["gsm8k"], "~")  # type: ignore[index]


@CASES(18, "a folder without the file: the folder is named", "no SVAMP.json in /")
def _(bench: Bench) -> str:
    return said(LOAD["svamp"], bench.folder)  # type: ignore[index]
