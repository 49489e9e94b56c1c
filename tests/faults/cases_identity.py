"""Group 24: a used folder gives what a fresh one gives, whatever was changed in between; replies are kept."""

from __future__ import annotations

import functools
import importlib
import itertools
import json
import os
import pkgutil
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from fault_table import ROOT, Bench, Table, said
from identity_subject import PARTS, Asking, Counted, Subject
from mutation_subject import policy

import probes
from probes import Probe, ScriptedModel

CASES = Table()
policy_package: Any = None


def same(used: pd.DataFrame, fresh: pd.DataFrame) -> bool:
    """Whether two tables are equal to the bit, whatever folders they are of."""
    return used.drop(columns="run").equals(fresh.drop(columns="run"))


def attempt(bench: Bench, probe: Probe, change: Callable[[], Any], inner: Any = None) -> str:
    """A run, a change, the run again: whether the used folder gives what a fresh one does, and what was asked again."""
    model, used, fresh = Counted(inner), bench.folder / "used", bench.folder / "fresh"
    first = probes.run(probe, model, out=used)
    before, model.asked = model.asked, 0
    change()
    found = probes.run(probe, model, out=used)
    again, other = model.asked, not same(found, first)
    alike = same(found, probes.run(probe, model, out=fresh)) and same(found, probes.run(probe, model))
    return f"{'as fresh' if alike else 'stale'}, {'other' if other else 'the same'} rows, {again} of {before} asked"


def changed_part(bench: Bench, part: dict[str, Any]) -> str:
    """What the subject's helper modules hold is changed, and back."""
    for name in part:
        bench.monkeypatch.setitem(PARTS, name, PARTS[name])  # put back after the test
    return attempt(bench, Subject(), lambda: PARTS.update(part))


CASES.many(
    24,
    changed_part,
    ("a rule changed", dict(rule=lambda text: 0.25), "as fresh, other rows, 0 of 8 asked"),
    ("a truth changed", dict(truth={0: "b", 1: "b", 2: "a", 3: "b"}), "as fresh, other rows, 0 of 8 asked"),
    ("a scoring parameter changed", dict(weight=3.0), "as fresh, other rows, 0 of 8 asked"),
    ("a value of a helper class changed", dict(base=2.0), "as fresh, other rows, 0 of 8 asked"),
    ("a later question changed", dict(second="And the other one, {}?"), "as fresh, other rows, 4 of 8 asked"),
    ("a first question changed", dict(first="Which one, {}?"), "as fresh, other rows, 8 of 8 asked"),
    ("a longer answer is asked for", dict(tokens=5), "as fresh, other rows, 4 of 8 asked"),
    ("an opponent changed", dict(opponent=lambda move: "left"), "as fresh, other rows, 2 of 8 asked"),
    ("a row more per trial", dict(twice=True), "as fresh, other rows, 0 of 8 asked"),
    ("a question fewer per trial", dict(short=True), "as fresh, other rows, 0 of 8 asked"),
    ("a rule and a question at once", dict(base=1.0, second="{}?"), "as fresh, other rows, 4 of 8 asked"),
)


@CASES(24, "a rule that fails", "all 4 trials failed; the first: ZeroDivisionError")
def _(bench: Bench) -> str:
    return said(changed_part, bench, dict(rule=lambda text: 1 / 0))


@CASES(24, "a change and back again", "as at first, 0 asked")
def _(bench: Bench) -> str:
    model, out = Counted(), bench.folder / "r"
    first = probes.run(Subject(), model, out=out)
    with Asking(second="And now, {}?", weight=2.0):
        probes.run(Subject(), model, out=out)
    model.asked = 0
    back = probes.run(Subject(), model, out=out)
    return f"{'as at first' if same(back, first) else 'stale'}, {model.asked} asked"


def code(function: str, other: Callable[..., Any]) -> Callable[[Bench], None]:
    """The function of that name does what another does, for everybody who has imported it."""
    return lambda bench: bench.monkeypatch.setattr(pkgutil.resolve_name(function), "__code__", other.__code__)


REAL: tuple[tuple[str, str, dict[str, Any], Callable[[Bench], None], str], ...] = (
    ("user_turn: the rules", "user_turn", {"per_domain": 1},
     code("probes.shared.turns.rules.classify", lambda turn, query, answer: "thanks"), "other rows, 0 of"),
    ("user_turn: the checks", "user_turn", {"per_domain": 1},
     code("probes.user_turn.checks.right", lambda answer, check: 1.0), "other rows, 0 of"),
    ("user_turn: a perturbation", "user_turn", {"per_domain": 1, "perturbations": ("none", "sentence")},
     code("probes.user_turn.perturb.first_sentence", lambda text: text[:9]), "other rows, "),
    ("games: an opponent", "repeated_game", {},
     code("probes.games.stimuli.opponents.classics.tit_for_tat", lambda own, theirs, rng: "D"), "other rows, "),
    ("games: the pay-offs", "repeated_game", {},
     code("probes.games.game:Game.points", lambda self, row, column: (7.0, 1.0)), "other rows, "),
    ("games: the wording of a later round", "repeated_game", {},
     code("probes.games.wording.question", lambda scene, number, given=None: f"Round {number}?"), "other rows, "),
    ("calibration: the marking of answers", "calibration", {"forms": ("free",)},
     code("probes.calibration.grading.matches", lambda text, right, question="": True), "other rows, 0 of"),
    ("calibration: what counts as the same answer", "calibration", {"forms": ("free",)},
     code("probes.calibration.grading.normal", lambda text: "x"), "other rows, 0 of"),
)  # fmt: skip
for given, name, parameters, change, answer in REAL:

    @CASES(24, given, f"as fresh, {answer}")
    def _(bench: Bench, name=name, parameters=parameters, change=change) -> str:
        kind = probes.suite[name]
        probe = kind(**{**kind.example, **parameters})
        return attempt(bench, probe, lambda: change(bench), ScriptedModel(policy, "scripted:varied"))


def own_questions(bench: Bench, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    """A file of own questions is edited between two runs."""
    path = bench.folder / "own.jsonl"
    items = [{"question": f"{k} + 1?", "options": [str(k), str(k + 1), "9"], "answer": 1} for k in range(4)]

    def write(lines: list[dict[str, Any]]) -> None:
        path.write_text("\n".join(map(json.dumps, [{"answer_is": "place"}, *lines])))

    write(items)
    kinds = ("option_raw", "option_averaged")
    probe = probes.suite.calibration(dataset="questions_jsonl", path=str(path), forms=("options",), kinds=kinds)
    model = ScriptedModel(policy, "scripted:varied")
    return attempt(bench, probe, lambda: write([edit(item) for item in items]), model)


CASES.many(
    24,
    own_questions,
    ("a data set: other gold answers", lambda item: {**item, "answer": 2}, "as fresh, other rows, 0 of"),
    ("a data set: other questions", lambda item: {**item, "question": "Which?" + item["question"]}, "as fresh, other"),
    ("a data set: other options", lambda item: {**item, "options": [*item["options"][:2], "8"]}, "as fresh, other"),
    ("a data set: other levels", lambda item: {**item, "level": 3}, "as fresh, other rows, 0 of"),
)


def refused_seed(bench: Bench, seed: Any) -> str:
    return said(probes.run, Subject(), Counted(), seed=seed, out=bench.folder / "r")


CASES.many(24, refused_seed, *((f"the seed {seed!r}", seed, "seed must be a whole number")
                               for seed in (False, True, 0.0, 1.5, "0", None)))  # fmt: skip


@CASES(24, "the seed np.int64(0) after 0", "the same rows, 0 asked")
def _(bench: Bench) -> str:
    model = Counted()
    first = probes.run(Subject(), model, seed=0, out=bench.folder)
    model.asked = 0
    second = probes.run(Subject(), model, seed=np.int64(0), out=bench.folder)
    return f"{'the same' if same(first, second) else 'other'} rows, {model.asked} asked"


def always(word: str) -> Callable[[Any], str]:
    return lambda question: word


def by_default(question: Any, word: str = "a") -> str:
    return word


class Holding:
    """A policy with state."""

    def __init__(self, word: str) -> None:
        self.word = word

    def __call__(self, question: Any) -> str:
        return self.word


def two_policies(bench: Bench, pair: tuple[Any, Any]) -> str:
    """Two policies of one name, one after the other in one folder."""
    words = []
    for one in pair:
        model, alone = (Counted(ScriptedModel(one, "scripted:one_name")) for _ in range(2))
        used = probes.run(Subject(), model, out=bench.folder / "r")
        words.append(f"{model.asked} asked" if same(used, probes.run(Subject(), alone)) else "stale")
    return ", then ".join(words)


CASES.many(
    24,
    two_policies,
    ("two lambdas of one name", (lambda question: "a", lambda question: "b"), "8 asked, then 8 asked"),
    ("policies of one name: another closure", (always("a"), always("b")), "8 asked, then 8 asked"),
    ("policies of one name: another argument", (functools.partial(by_default, word="a"),
                                               functools.partial(by_default, word="b")), "8 asked, then 8 asked"),
    ("policies of one name: another state", (Holding("a"), Holding("b")), "8 asked, then 8 asked"),
    ("the same policy twice", (by_default, by_default), "8 asked, then 0 asked"),
    ("policies of one name: alike but for a comment", (always("a"), always("a")), "8 asked, then 0 asked"),
)  # fmt: skip


def by_a_submodule(question: Any) -> str:
    return policy_package.inner.WORD


def by_an_import(question: Any) -> str:
    from policy_package.inner import WORD

    return WORD


def edited_policy(bench: Bench, policy: Callable[[Any], str]) -> str:
    """A policy whose answer stands in a module below the one it names, before and after an edit."""
    package = bench.folder / "policy_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    bench.monkeypatch.syspath_prepend(str(bench.folder))
    prints = []
    for word in ("a", "b", "b"):
        (package / "inner.py").write_text(f"WORD = {word!r}")
        for name in [name for name in sys.modules if name.startswith("policy_package")]:
            del sys.modules[name]
        importlib.invalidate_caches()
        shutil.rmtree(package / "__pycache__", ignore_errors=True)
        bench.monkeypatch.setitem(globals(), "policy_package", importlib.import_module("policy_package"))
        importlib.import_module("policy_package.inner")
        prints.append(ScriptedModel(policy, "scripted:one_name").fingerprint)
    return ", ".join("another" if one != other else "the same" for one, other in itertools.pairwise(prints))


CASES.many(
    24,
    edited_policy,
    ("a policy that reaches through a submodule", by_a_submodule, "another, the same"),
    ("a policy that imports as it runs", by_an_import, "another, the same"),
)


@CASES(24, "a scripted model in another process", "one fingerprint")
def _(bench: Bench) -> str:
    ask = "import probes; print(probes.load_model('scripted:uniform').fingerprint)"
    found = {subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=bench.folder,
                            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}).stdout
             for seed in ("1", "2")}  # fmt: skip
    return "one fingerprint" if len(found) == 1 else f"{len(found)} fingerprints"


def checked(bench: Bench, check: dict[str, Any]) -> str:
    from probes.user_turn.checks import right

    return said(right, "no", check)


CASES.many(
    24,
    checked,
    ("a misspelt check", {"no_coma": True}, "no check 'no_coma'"),
    ("a misspelt instruction", {"instructions": [("punctuation:no_coma", {})]}, "no instruction 'punctuation:no_coma'"),
    ("a check that needs a detector of languages",
     {"instructions": [("language:response_language", {"language": "de"})]}, "accepted: unscored"),
)  # fmt: skip


@CASES(24, "the prompt shown under a number whose label repeats", "12 of 12 rows show their own round")
def _(bench: Bench) -> str:
    import html
    import re

    from analysis import show

    kind, out = probes.suite["repeated_game"], bench.folder / "r"
    probe = kind(games=("prisoners_dilemma",), opponents=("tit_for_tat",), rounds=6)
    table = probes.run(probe, ScriptedModel(policy, "scripted:varied"), out=out)
    rows = table[table["measure"] == "p_cooperate"].head(12)
    own = 0
    for at in range(len(rows)):
        row = rows.iloc[[at]]
        shown = html.unescape(re.sub(r"<[^>]+>", "\n", show.transcripts(row, out, limit=1)._repr_html_()))
        own += max(int(number) for number in re.findall(r"(?i)round (\d+)", shown)) <= int(row["round"].iloc[0]) + 1
    return f"{own} of {len(rows)} rows show their own round"
