"""Tables and texts of people: play data, confidences to score, own personas, labels handed in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from fault_table import Bench, Table, said

from analysis import calibration
from analysis.games.tables.plays import plays
from probes.shared.personas import read as persona
from runner.instruments import score

CASES = Table()
HEAD = "match,player,round,move,partner_move"
ONE = f"{HEAD}\n1,p,1,C,D\n"


def played(bench: Bench, given: tuple[str, dict[str, Any]]) -> str:
    """What becomes of play data: players with their moves, or why not."""
    content, named = given
    file = bench.folder / named.pop("file", "x.csv")
    file.write_text(content)
    answer = said(lambda: plays(file, **named)[["player", "value", "status"]].values.tolist())
    return answer.replace(str(bench.folder), "")


def moves(*rows: str, more: str = "") -> str:
    return "\n".join((HEAD + more, *rows)) + "\n"


CASES.many(
    17,
    played,
    ("play data: a label that no move has", (moves("1,p,1,J,F", "1,p,2,F,J"), {"cooperates": "j"}),
     "no move is 'j', which means C; labels are F, J"),
    ("play data: three labels of moves", (moves("1,p,1,J,F", "1,p,2,X,J"), {"cooperates": "J"}),
     "moves have more than two labels: F, J, X"),
    ("play data: numbers as labels, one missing", (moves("1,p,1,1,2", "1,p,2,,1", "1,p,3,1,1"), {"cooperates": "1"}),
     "[['p', 1.0, 'ok'], ['p', nan, 'unscored'], ['p', 1.0, 'ok']]"),
    ("play data: points in words", (moves("1,p,1,C,D,abc", more=",points"), {}),
     "play data, row 1: points is 'abc', which is no number"),
    ("play data: points with a decimal comma", (moves('1,p,1,C,D,"1,5"', more=",points"), {}),
     "play data, row 1: points is '1,5', which is no number; write a decimal point"),
    ("play data: infinite points", (moves("1,p,1,C,D,1e400", more=",points"), {}),
     "play data, row 1: points is '1e400', which is no number"),
    ("play data: players 007 and 7", (moves("1,007,1,C,D", "2,7,1,C,D"), {}), "[['007', 1.0, 'ok'], ['7', 1.0, 'ok']]"),
    ("play data: a player called NA", (moves("1,NA,1,C,D"), {}), "[['NA', 1.0, 'ok']]"),
    ("play data: a row without a player", (moves("1,p,1,C,D", "2,,1,C,D"), {}),
     "play data, row 2: player is empty; every row needs one"),
    ("play data: a bar in names", (moves("a|b,c,1,C,D", "a,b|c,2,C,D"), {}), "row 2: round '2' must be preceded by"),
    ("play data: an empty file", ("", {}), "x.csv: no rows"),
    ("play data: a row with a cell too many", (moves("1,p,1,C,D,x"), {}), "x.csv, line 2: 6 columns, the header names"),
    ("play data: a quotation mark left open", (moves('1,p,1,"C,D', "1,p,2,C,D"), {}),
     "x.csv, line 2: not CSV (unexpected end of data); it runs on to line 3"),
    ("play data: a file that is no table", (ONE, {"file": "x.xlsx"}), "x.xlsx: a table is a file that ends in .csv"),
    ("play data: tabs in a .TSV file", (ONE.replace(",", "\t"), {"file": "x.TSV"}), "[['p', 1.0, 'ok']]"),
    ("play data: a column twice", (moves("1,p,1,C,D,D", more=",move"), {}), "the column 'move' is there twice"),
    ("play data: a new name for a column that is not there", (ONE, {"columns": {"id": "match"}}),
     "play data have no column 'id' to rename; they have match, player"),
    ("play data: one name for two columns", (ONE, {"columns": {"player": "match"}}),
     "play data have the column 'match' twice"),
    ("play data: headings in capitals", (ONE.replace("match", "Match"), {}),
     "lack the column 'match'; they have Match, player, round, move, partner_move. Cells are separated by commas, and "
     "`columns` gives the names used here"),
)  # fmt: skip


@CASES(17, "play data: a table with a player that is missing", "play data, row 2: player is empty; every row needs one")
def _(bench: Bench) -> str:
    table = pd.DataFrame({"match": [1, 2], "player": [7, None], "round": 1, "move": "C", "partner_move": "D"})
    return said(plays, table)


def scored(bench: Bench, given: tuple[str, str]) -> str:
    """Units, rows scored and the mean confidence of a table, or why not."""
    name, content = given
    (bench.folder / name).write_text(content, errors="surrogateescape")
    return said(
        lambda: calibration.score_file(bench.folder / name, metrics=("mean_confidence",), draws=20)[
            ["units", "scored", "value"]
        ].values.tolist()
    )


CONFIDENT = "confidence,correct,cluster\n"
LIST = '{"confidence": 0.5, "correct": 1, "cluster": ["a"]}\n'
CASES.many(
    19,
    scored,
    ("score: clusters 07 and 007", ("x.csv", f"{CONFIDENT}.5,1,07\n.5,0,007\n.5,1,7\n"), "[[3.0, 3.0, 0.5]]"),
    ("score: clusters 1e5 and 100000", ("x.csv", f"{CONFIDENT}.5,1,1e5\n.5,0,100000\n"), "[[2.0, 2.0, 0.5]]"),
    ("score: clusters of JSON in quotation marks", ("x.jsonl", "".join(
        f'{{"confidence": 0.5, "correct": 1, "cluster": "{name}"}}\n' for name in ("7", "07"))), "[[2.0, 2.0, 0.5]]"),
    ("score: clusters called NA and None", ("x.csv", f"{CONFIDENT}.5,1,NA\n.5,0,None\n"), "[[2.0, 2.0, 0.5]]"),
    ("score: rows without a cluster", ("x.csv", f"{CONFIDENT}.5,1,a\n.5,1,\n.5,0,\n"),
     "row 2: cluster is empty; every row needs one; 2 rows are so"),
    ("score: a cluster that is a list", ("x.jsonl", LIST), "row 1: cluster is neither a text nor a number"),
    ("score: a confidence that is a list", ("x.jsonl", '{"confidence": [0.5], "correct": 1}\n'),
     "row 1: confidence is [0.5], which is no number"),
    ("score: a persona that is a list", ("x.jsonl", '{"confidence": 0.5, "correct": 1, "persona": ["a"]}\n'),
     "row 1: persona is neither a text nor a number"),
    ("score: a confidence of true", ("x.jsonl", '{"confidence": true, "correct": 1}\n'),
     "row 1: confidence is True, which is no number"),
    ("score: one percentage among shares", ("x.csv", f"{CONFIDENT}.5,1,a\n50%,1,b\n"),
     "row 2: confidence is '50%', which is no number"),
    ("score: percentages throughout", ("x.csv", f"{CONFIDENT}40%,1,a\n60 %,0,b\n"), "[[2.0, 2.0, 0.5]]"),
    ("score: a decimal comma", ("x.csv", f'{CONFIDENT}"0,5",1,a\n'),
     "row 1: confidence is '0,5', which is no number; write a decimal point"),
    ("score: right or wrong in other words", ("x.csv", f"{CONFIDENT}.5,yes,a\n"), "row 1: correct is 'yes', which is"),
    ("score: a confidence past 1 by rounding", ("x.csv", f"{CONFIDENT}1.0000001,1,a\n0,1,b\n"), "[[2.0, 2.0, 0.5]]"),
    ("score: a confidence past 1", ("x.csv", f"{CONFIDENT}.5,1,a\n50,1,b\n"),
     "row 2: confidence is 50, outside [0, 1]; divide percentages by 100"),
    ("score: confidences as text NA", ("x.csv", f"{CONFIDENT}.5,1,a\nNA,1,b\n"), "[[1.0, 1.0, 0.5]]"),
    ("score: no rows under the heading", ("x.csv", CONFIDENT), "x.csv: no rows"),
    ("score: a column twice", ("x.csv", "confidence,correct,confidence\n.5,1,.9\n"), "'confidence' is there twice"),
    ("score: a table separated by semicolons", ("x.csv", "confidence;correct\n0,5;1\n"),
     "x.csv, line 1: one column, 'confidence;correct': separate cells by commas, not by ';'"),
    ("score: a column Cluster", ("x.csv", "confidence,correct,Cluster\n.5,1,a\n.5,0,a\n"),
     "x.csv: 'Cluster' is not read; did you mean 'cluster'? Rename it, or leave it out"),
    ("score: a column cluster_id", ("x.csv", "confidence,correct,cluster_id\n.5,1,a\n"), "'cluster_id' is not read"),
    ("score: a column clusters", ("x.csv", "confidence,correct,clusters\n.5,1,a\n"), "'clusters' is not read; did you"),
    ("score: a column cluster with a NUL behind", ("x.csv", "confidence,correct,cluster\0\n.5,1,a\0\n"),
     "'cluster\\x00' is not read; did you mean 'cluster'?"),
    ("score: a column cluster with a Cyrillic letter", ("x.csv", "confidence,correct,\u0441luster\n.5,1,a\n"),
     "is not read; did you mean 'cluster'?"),
    ("score: a column beside cluster that is called alike",
     ("x.csv", "confidence,correct,cluster,clusters\n.5,1,a,b\n"),
     "[[1.0, 1.0, 0.5]]"),
    ("score: columns that come and go", ("x.jsonl", '{"confidence": 0.5, "correct": 1}\n{"correct": 0, "x": 1}\n'),
     "[[1.0, 1.0, 0.5]]"),
    ("score: bytes that are not UTF-8", ("x.csv", "confidence,correct\n0.5,\udce9\n"), "x.csv, line 2: not UTF-8"),
)  # fmt: skip


@CASES(19, "score: split by a column of the scores", "the scores have a column 'metric' of their own")
def _(bench: Bench) -> str:
    (bench.folder / "x.csv").write_text("confidence,correct,metric\n.5,1,a\n")
    return said(calibration.score_file, bench.folder / "x.csv", ("metric",))


@CASES(19, "score: a home folder as ~", "accepted: [1]")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv("HOME", str(bench.folder))
    (bench.folder / "x.csv").write_text("confidence,correct\n.5,1\n")
    return said(lambda: calibration.score_file("~/x.csv", metrics=("accuracy",))["units"].tolist())


def target(bench: Bench, name: Callable[[Path], Path]) -> str:
    """`score x.csv --to ...`: what is said, and whether the table is as it was."""
    table = bench.folder / "x.csv"
    table.write_text(f"{CONFIDENT}.5,1,a\n")
    (bench.folder / "folder.csv").mkdir()
    capsys = bench.request.getfixturevalue("capsys")
    code = score(table, [], name(bench.folder))
    same = table.read_text() == f"{CONFIDENT}.5,1,a\n"
    return f"exit {code}, {'kept' if same else 'LOST'}: {' '.join(capsys.readouterr().err.split())}"


CASES.many(
    19,
    target,
    ("score --to the table itself", lambda folder: folder / "x.csv", "exit 2, kept: refused:"),
    ("score --to a folder", lambda folder: folder / "folder.csv", "exit 2, kept: refused:"),
    ("score --to another ending", lambda folder: folder / "x.txt", "exit 2, kept: refused:"),
    ("score --to below a file", lambda folder: folder / "x.csv" / "y.csv", "exit 2, kept: refused:"),
    ("score --to a folder that is not there: it is made", lambda folder: folder / "no" / "such" / "y.csv", "exit 0"),
)


@CASES(19, "score --to: a persona that a spreadsheet would run", "'=cmd|calc!A1")
def _(bench: Bench) -> str:
    rows = "".join(f".5,1,{name},{name}\n" for name in ("=cmd|calc!A1", "@x"))
    (bench.folder / "x.csv").write_text(f"confidence,correct,cluster,persona\n{rows}")
    score(bench.folder / "x.csv", [], bench.folder / "y.csv")
    return (bench.folder / "y.csv").read_text().splitlines()[1]


BUTLER = {"text": "You are a butler.", "paraphrases": ["You serve.", "A butler is what you are.", "You buttle."],
          "trait": "occupation", "level": 1, "reverse": "none", "source": "own", "feedback": "Good."}  # fmt: skip


def described(bench: Bench, given: tuple[str, str]) -> str:
    """What reading an own persona gives."""
    name, content = given
    (bench.folder / name).write_text(content, errors="surrogateescape")
    return said(persona, bench.folder / name)


def butler(**changes: Any) -> str:
    return json.dumps(BUTLER | changes)


CASES.many(
    18,
    described,
    ("persona: a key twice", ("b.yaml", f"{butler()[:-1]}, text: x}}"), "b.yaml: the key 'text' is given twice"),
    ("persona: the level yes", ("b.yaml", butler(level="yes")), "b.yaml: level is yes, not -1, 0 or 1"),
    ("persona: a file none.yaml that says something", ("none.yaml", butler()), "none.yaml: none is the baseline"),
    ("persona: a tab at the beginning of a line", ("b.yaml", "text: x\n\t- y\n"),
     "b.yaml: not readable as YAML at line 2"),
    ("persona: a tag of Python", ("b.yaml", "text: !!python/object/apply:os.system [x]\n"),
     "b.yaml: the tag tag:yaml.org"),
    ("persona: two documents", ("b.yaml", f"{butler()}\n---\n{butler()}"), "b.yaml: not readable as YAML"),
    ("persona: bytes that are not UTF-8", ("b.yaml", "text: b\udcfctler\n"), "b.yaml, line 1: not UTF-8"),
    ("persona: nested without end", ("b.yaml", "[" * 3000), "b.yaml: n"),
    ("persona: a date that is none", ("b.yaml", butler().replace('"own"', "2020-99-99")), "source='2020-99-99'"),
    ("persona: keys that are numbers", ("b.yaml", "1: x\nzz: y\n"), "b.yaml: text, paraphrases, trait, level"),
    ("persona: one paraphrase", ("b.yaml", butler(paraphrases=["x"])),
     "b.yaml: text, feedback and at least 3 paraphrases are needed, none empty"),
    ("persona: a blank text", ("b.yaml", butler(text="  ")), "at least 3 paraphrases are needed, none empty"),
    ("persona: a blank feedback", ("b.yaml", butler(feedback="")), "at least 3 paraphrases are needed, none empty"),
    ("persona: one wording twice", ("b.yaml", butler(paraphrases=["x", "y", "x"])),
     "b.yaml: two wordings are the same"),
    ("persona: an opposite that is not there", ("b.yaml", butler(reverse="nobody")), "b.yaml: reverse is 'nobody'"),
    ("persona: its own opposite", ("b.yaml", butler(reverse="b")), "b.yaml: reverse is 'b'; name another persona"),
    ("persona: a terminal escape", ("b.yaml", butler(text="\x1b[2J")), "b.yaml: holds the hidden character U+001B"),
    ("persona: text that runs from right to left", ("b.yaml", butler(text="a\u202e")), "the hidden character U+202E"),
    ("persona: a comma in the name", ("a,b.yaml", butler()), "'a,b.yaml': name a persona by letters, digits"),
    ("persona: a file named like a control", ("control_nurse.yaml", butler()), "name a persona by letters"),
)  # fmt: skip


@CASES(18, "persona: a wording that it has not", "persona nurse has wordings 0 to 3, not 9")
def _(bench: Bench) -> str:
    import probes

    return said(probes.personas["nurse"].opening, "system", 9)


@CASES(18, "persona: a wording before the first", "persona nurse has wordings 0 to 3, not -1")
def _(bench: Bench) -> str:
    import probes

    return said(probes.personas["nurse"].opening, "system", -1)
