"""Groups 15 to 19: what models say, games, items and degenerate statistics."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from fault_table import Bench, Table, said
from runner_cases import HOSTILE, make_run

import probes
from analysis.stats import estimate
from probes.calibration.reading import percent
from probes.core import Row
from probes.core.extract import extract
from probes.core.parse import chosen, unread
from probes.games.game import Game
from probes.games.players import read_label
from probes.games.shelf import read
from probes.schema.given.texts import HIDDEN
from probes.shared.datasets import questions_jsonl, tombench
from probes.shared.personas import read as persona

CASES = Table()
SINKS = {
    "the records": lambda bench, text: _kept(bench, text),
    "the table": lambda bench, text: _tabled(text),
    "a terminal": lambda bench, text: _printed(text),
    "CSV": lambda bench, text: _exported(bench, text),
    "a conversation in HTML": lambda bench, text: _shown(text),
    "the report": lambda bench, text: _reported(bench, text),
    "a parameter": lambda bench, text: _parameter(text),
    "a prompt": lambda bench, text: _prompted(bench, text),
    "a data set": lambda bench, text: _imported(bench, text),
    "a persona": lambda bench, text: _persona(bench, text),
}


def _kept(bench: Bench, text: str) -> None:
    from probes.schema.lines import decode, encode

    line = encode({"text": text})
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert decode(line) == {"text": text}


def _tabled(text: str) -> None:
    from probes.core.table import table

    rows = [{"values": {"m": 1.0}, "facts": {"said": text}, "text": text, "stop": ""}]
    frame = table([{"key": "k", "cluster": text, "facts": {}, "rows": rows}], {}, {"m": "share"})
    frame["text"].iloc[0].encode()


def _printed(text: str) -> None:
    from runner.terminal import printable

    assert not re.search(r"[^\P{C}\n]".replace(r"\P{C}", "\x20-\x7e\xa0-\U0010ffff"), printable(text))
    assert not set(printable(text)) & set("\x1b\x9b\r\x07\x00\u202e\u2066\u200b\ufeff")


def _exported(bench: Bench, text: str) -> None:
    from analysis.report.export import tidy

    safe = text.encode("utf-8", "replace").decode()
    told = tidy(pd.DataFrame({"text": [safe]}), bench.folder / "x.csv")
    cell = pd.read_csv(told, keep_default_na=False, encoding_errors="replace")["text"].iloc[0]
    assert not str(cell).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def _shown(text: str) -> None:
    from analysis.report.show.turns import conversation

    page = conversation([("user", text), ("assistant", text)])._repr_html_().partition("</style>")[2]
    assert page
    assert not re.search(r"<(script|img|svg|iframe|style|meta|base|form|link|object|embed|video|audio)\b", page, re.I)
    assert not set(page) & set("\x1b\x9b\x00\u202e\u2066")


def _reported(bench: Bench, text: str) -> None:
    from runner.report import write_report

    run = make_run(bench.folder / str(len(os.listdir(bench.folder))), state="failed", reason=text, title=text)
    page = write_report(run).read_text(encoding="utf-8")
    assert "<script>document" not in page
    assert not re.search(r"<(img|iframe|object|embed|link|form)[^>]*attacker", page)


def _parameter(text: str) -> None:
    from runner.parameters import Refused, declared, resolve

    try:
        taken = resolve(declared('model: str = "tiny"'), {"model": text})
    except Refused:
        return
    assert taken == {"model": text}


def _prompted(bench: Bench, text: str) -> None:
    encoded = bench.tiny.chat.encode(probes.Transcript().user(text[:5000]), "assistant")
    begin, end = encoded.spans[0]
    assert not bench.tiny.chat.control_ids & set(encoded.ids[begin:end])


def _imported(bench: Bench, text: str) -> None:
    record = {"question": f"Which? {text}", "options": ["a", f"b {text}"], "answer": "a", "name": text, "group": text}
    (bench.folder / "items.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (item,) = questions_jsonl.load(bench.folder / "items.jsonl")
    assert item.question == f"Which? {text}".strip()
    _prompted(bench, item.question)


def _persona(bench: Bench, text: str) -> None:
    """A persona holds it as it is, but for what nobody can see, which is refused."""
    told = {
        "text": f"You are {text}",
        "paraphrases": [f"{k} {text[:5000]}" for k in range(3)],
        "feedback": f"I: {text}",
    }
    about = {"trait": text[:5000], "source": text[:5000], "level": 0, "reverse": "none"}
    (bench.folder / "own.yaml").write_text(yaml.safe_dump(told | about), encoding="utf-8")
    if HIDDEN.search(text):
        half = any("\ud800" <= letter <= "\udfff" for letter in text)  # half a character has no place in YAML
        with pytest.raises(
            ValueError, match="not readable as YAML" if half else r"own\.yaml: holds the hidden character U\+"
        ):
            persona(bench.folder / "own.yaml")
        return
    opening = persona(bench.folder / "own.yaml").opening("dialogue")
    talk = opening.user("Who are you?")
    assert talk.turns[0].text == f"You are {text}"
    short = probes.Transcript().user(talk.turns[0].text[:5000]).assistant(text[:5000]).user("Who are you?")
    encoded = bench.tiny.chat.encode(short, "assistant")
    for begin, end in encoded.spans:
        assert not bench.tiny.chat.control_ids & set(encoded.ids[begin:end])


def hostile(sink: str):
    def act(bench: Bench) -> str:
        bench.monkeypatch.chdir(bench.folder)
        held = sum(SINKS[sink](bench, text) is None for text in HOSTILE)
        outside = [name for name in os.listdir(bench.folder.parent) if "passwd" in name]
        assert not outside
        return f"{held} of {len(HOSTILE)} held"

    return act


for sink in SINKS:
    CASES(15, f"{len(HOSTILE)} hostile strings, into {sink}", f"{len(HOSTILE)} of {len(HOSTILE)} held")(hostile(sink))


@CASES(15, "a megabyte on one line", "1000000 characters kept")
def _(bench: Bench) -> str:
    from probes.core.records import Records

    with Records(bench.folder / "r") as records:
        records.trials.append([{"key": "a", "text": "x" * 1_000_000}])
    return f"{len(next(Records(bench.folder / 'r').trials.read())['text'])} characters kept"


@CASES(15, "a probe, persona or game named like a path", "KeyError: ")
def _(bench: Bench) -> str:
    answers = [
        said(lambda shelf=shelf: shelf["../../etc/passwd"]) for shelf in (probes.suite, probes.games, probes.personas)
    ]
    return min(answers) if all(answer.startswith("KeyError") for answer in answers) else str(answers)


OPTIONS = ("the red box", "the blue box")
CASES.many(
    16,
    lambda bench, text: f"option {chosen(text, OPTIONS)}; {unread(text, 'end_of_turn')}",
    ("a refusal", "I'm sorry, I can't answer that.", "option None; refused"),
    ("both options", "The red box or the blue box.", "option None; unscored"),
    ("neither option", "The green one.", "option None; unscored"),
    ("other case and no article", "RED BOX", "option the red box"),
    ("another language", "la boîte rouge", "option None; unscored"),
    ("an answer after several", "Not the red box; the answer is the blue box.", "option the blue box"),
    ("nothing", "", "option None; unscored"),
)
CASES.many(
    16,
    lambda bench, text: percent(text),
    ("150 %", "150%", "unscored"),
    ("a range", "90-95", "unscored"),
    ("certain of not knowing", "I am 100% sure I don't know", "refused"),
    ("a number word", "ninety", "unscored"),
    ("two percentages", "50% or 60%", "unscored"),
    ("NaN %", "NaN%", "unscored"),
    ("85 %", "85 %", "0.85"),
)
CASES.many(
    16,
    lambda bench, text: read_label(text, ("J", "F")),
    ("option `A or B`", "I take J or F.", "None"),
    ("a letter within a word", "Just Fine", "None"),
    ("a letter", "I take F.", "F"),
)


@CASES(16, "two final answers", "None")
def _(bench: Bench) -> str:
    return str(chosen("Final answer: the red box. Final answer: the blue box.", OPTIONS))


@CASES(16, "a form nobody knows", "form 'poem' is not one of number, yes_no")
def _(bench: Bench) -> str:
    return said(extract, "42", "poem")


@CASES(16, "a row with NaN for a value", "nan is no measurement; give the status that says why")
def _(bench: Bench) -> str:
    return said(Row, {"m": float("nan")})


@CASES(16, "a row with an invented status", "neither a number nor a status (unscored, refused, truncated, error)")
def _(bench: Bench) -> str:
    return said(Row, {"m": "unknown"})


def played(bench: Bench, text: str) -> str:
    probe = probes.suite["repeated_game"](opponents=("tit_for_tat",), rounds=3, decision="text")
    table = probes.run(probe, probes.models.ScriptedModel(lambda _: text, "scripted:text"))
    found = table[table["measure"] == "cooperates"]
    return f"{len(found)} moves, {sorted(set(found['status']))}, {int(found['value'].notna().sum())} values"


CASES.many(
    17,
    played,
    ("an illegal move", "Z", "12 moves, ['unscored'], 0 values"),
    ("an empty move", "", "12 moves, ['unscored'], 0 values"),
    ("chatter without end", "well " * 10_000, "moves, ['"),
)
CASES.many(
    17,
    lambda bench, given: said(lambda: list(probes.suite["repeated_game"](**given).trials())),
    ("a game nobody wrote", {"games": ("poker",)}, "no game 'poker'"),
    ("an opponent nobody wrote", {"opponents": ("nobody",)}, "nobody"),
    ("no rounds", {"rounds": 0}, "rounds"),
    ("rounds below zero", {"rounds": -3}, "rounds"),
)
ACTIONS = (("a", "b"), ("a", "b"))
CASES.many(
    17,
    lambda bench, given: said(lambda: Game("g", *given)),
    ("pay-offs that do not fit", (ACTIONS, (((1, 1), (2, 2)),)), "g: the pay-offs must be 2 x 2 pairs"),
    ("one player", ((("a",), ()), ((),)), "g: each player needs actions, all different"),
    (
        "an action twice",
        ((("a", "a"), ("a", "b")), (((1, 1),) * 2,) * 2),
        "g: each player needs actions, all different",
    ),
    ("equal pay-offs", (ACTIONS, (((1, 1),) * 2,) * 2), "accepted: "),
    ("huge and negative pay-offs", (ACTIONS, (((-1e12, 1e12),) * 2,) * 2), "accepted: "),
)


@CASES(17, "the partner's model breaks down", "gone; what was asked before is kept: 8")
def _(bench: Bench) -> str:
    def broken(_: object) -> str:
        raise RuntimeError("gone")

    probe = probes.suite["repeated_game"](opponents=("partner", "tit_for_tat"), rounds=2)
    company = probes.Company(probes.load_model("scripted:uniform"), partner=probes.ScriptedModel(broken))
    told = said(probes.run, probe, company, out=bench.folder)
    shards = bench.folder.glob("records/repeated_game/replies-*.jsonl")
    return f"{told}; what was asked before is kept: {sum(len(path.read_text().splitlines()) for path in shards)}"


@CASES(17, "a partner that nobody brought", "questions go to 'partner', and there is no such model")
def _(bench: Bench) -> str:
    return said(probes.run, probes.suite["repeated_game"](opponents=("partner",)), probes.load_model("scripted:first"))


@CASES(17, "a game file without fields", "wrong.yaml: a game file has exactly the fields")
def _(bench: Bench) -> str:
    (bench.folder / "wrong.yaml").write_text("title: x\n")
    return said(read, bench.folder / "wrong.yaml")


@CASES(17, "labels and order exchanged for a player who looks at neither", "mirrored")
def _(bench: Bench) -> str:
    probe = probes.suite["repeated_game"](opponents=("tit_for_tat",), rounds=3)
    table = probes.run(probe, probes.load_model("scripted:uniform"))
    shares = table[table["measure"] == "p_cooperate"].groupby("arm")["value"].mean()
    return "mirrored" if np.allclose(shares, 0.5) and len(shares) > 1 else str(shares)


def imported(bench: Bench, record: str) -> str:
    (bench.folder / "items.jsonl").write_text(record)
    return said(questions_jsonl.load, bench.folder / "items.jsonl")


GOOD = {"question": "Which is red?", "options": ["a", "b"], "answer": "a"}
CASES.many(
    18,
    imported,
    (
        "a field is missing",
        json.dumps({"options": ["a", "b"], "answer": "a"}),
        "items.jsonl, line 1: field 'question' must",
    ),
    ("the answer is no option", json.dumps({**GOOD, "answer": "c"}), "items.jsonl, line 1: "),
    ("two options are the same", json.dumps({**GOOD, "options": ["a", "a"]}), "items.jsonl, line 1: "),
    (
        "options under a key Options",
        json.dumps({"question": "1 + 1?", "answer": "2", "Options": ["1", "2"]}),
        "items.jsonl, line 1: 'Options' is not read; did you mean 'options'? Rename it, or leave it out",
    ),
    (
        "options under a key option",
        json.dumps({"question": "1 + 1?", "answer": "2", "option": ["1", "2"]}),
        "'option' is not read; did you mean 'options'?",
    ),
    (
        "options under a key choices",
        json.dumps({"question": "1 + 1?", "answer": "2", "choices": ["1", "2"]}),
        "'choices' is not read; did you mean 'options'?",
    ),
    ("the unit under a key groups", json.dumps({**GOOD, "groups": "g"}), "'groups' is not read; did you mean 'group'?"),
    ("a question that may be unanswerable", json.dumps({**GOOD, "unanswerable": True}), "did you mean 'answerable'?"),
    ("a key of others beside those that are read", json.dumps({**GOOD, "comment": "old"}), "accepted: [Known(name="),
    ("a line is no JSON", json.dumps(GOOD) + "\n{", "items.jsonl, line 2: not JSON"),
    ("a line is a list", "[1]", "items.jsonl, line 1: expected an object, found list"),
    ("an id twice: lines are numbered", "\n".join(json.dumps({**GOOD, "id": "x"}) for _ in range(2)), "name='items-2'"),
)


@CASES(18, "a file that is not there", "gone.jsonl; give the file, its folder, or a data set as owner/name")
def _(bench: Bench) -> str:
    bench.monkeypatch.chdir(bench.folder)
    return said(questions_jsonl.load, "gone.jsonl")


@CASES(18, "a theory-of-mind file without its fields", "False Belief Task.jsonl, line 1: field")
def _(bench: Bench) -> str:
    (bench.folder / "False Belief Task.jsonl").write_text('{"STORY": "x"}\n')
    return said(tombench.load, bench.folder, tasks=("False Belief Task",))


@CASES(18, "two trials with the same facts", "two trials have the same facts: {'item': 1}")
def _(bench: Bench) -> str:
    from cases_models import Changing

    other = type("Changing", (Changing,), {"trials": lambda self: iter([probes.Trial(item=1), probes.Trial(item=1)])})
    return said(probes.run, other(), bench.tiny)


@CASES(18, "a trial without the declared unit", "lacks 'item', which the probe declares as its independent unit")
def _(bench: Bench) -> str:
    from cases_models import Changing

    other = type("Changing", (Changing,), {"trials": lambda self: iter([probes.Trial(thing=1)])})
    return said(probes.run, other(), bench.tiny)


def estimated(bench: Bench, given: tuple) -> str:
    values, clusters = given
    found = estimate.proportion(np.array(values, dtype=float), clusters)
    low, high = (None if edge is None else round(float(edge), 3) for edge in (found.low, found.high))
    return f"{found.value} ({low} to {high}), {found.units} units, {found.scored} of {found.asked}; {found.reason}"


CASES.many(
    19,
    estimated,
    # Wilson's limits of 20 of 20: 1 / (1 + 1.96**2 / 20) = 0.839; of one unit at 2/3 with n = 1: 0.094 to 0.975.
    ("all right", ([1.0] * 20, list(range(20))), "1.0 (0.839 to 1.0), 20 units"),
    ("all wrong", ([0.0] * 20, list(range(20))), "0.0 (0.0 to 0.161), 20 units"),
    ("one item", ([1.0], [0]), "1 units, 1 of 1; "),
    ("one unit", ([1.0, 0.0, 1.0], [0, 0, 0]), "(0.094 to 0.975), 1 units, 3 of 3; "),
    ("nothing scored", ([np.nan] * 3, [0, 1, 2]), "None (None to None), 0 units, 0 of 3; "),
    ("nothing asked", ([], []), "None (None to None), 0 units, 0 of 0; "),
    ("units of unequal size", ([1.0] * 9 + [0.0], [0] * 9 + [1]), "0.5 ("),
)


@CASES(19, "a value outside [0, 1]", "a proportion needs values in [0, 1]")
def _(bench: Bench) -> str:
    return said(estimate.proportion, [1.5, 0.0], [0, 1])


@CASES(19, "separation", "separates")
def _(bench: Bench) -> str:
    from analysis.stats.fits import logit

    x = np.tile([0.0, 1.0], 20)
    return str(logit.logit(x, {"x": x}, np.arange(40)).reason)


@CASES(19, "an outcome that never varies", "accepted: None, ")
def _(bench: Bench) -> str:
    from analysis.stats.fits import logit

    found = logit.logit(np.zeros(40), {"x": np.tile([0.0, 1.0], 20)}, np.arange(40))
    return f"accepted: {found.p}, {found.reason}"


@CASES(19, "the same confidence everywhere", "accepted: 0.5")
def _(bench: Bench) -> str:
    from analysis.stats.metrics import auroc

    return said(auroc.auroc, np.full(10, 0.8), np.tile([0.0, 1.0], 5))


@CASES(19, "a cell of the design without rows", "keeps its place")
def _(bench: Bench) -> str:
    table = pd.DataFrame({"measure": "m", "value": [1.0, np.nan], "status": ["ok", "unscored"], "cluster": ["a", "b"],
                          "arm": ["x", "y"]})  # fmt: skip
    found = estimate.by(table, "m", ["arm"]).set_index("arm")
    return "keeps its place" if pd.isna(found.loc["y", "value"]) and found.loc["y", "asked"] == 1 else str(found)


def _path(bench: Bench) -> Path:
    return bench.folder
