"""Group 24: what an open notebook keeps in memory: code, stimuli, own probes and personas, replies given twice."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fault_table import ROOT, Bench, Table

import probes
from probes import Choose, Probe, Row, ScriptedModel, Transcript, Trial
from probes.models.scripted import uniform
from probes.schema import manifest, trials

CASES = Table()

KERNEL = """
import probes
from pathlib import Path
model, probe = probes.load_model("scripted:uniform"), probes.suite.{name}(**probes.suite.{name}.example)
probes.run(probe, model, out="r")
with open(Path(probes.__file__).parent / "{file}", "a") as stream:
    stream.write("\\n# edited in the meantime\\n")
try:
    probes.run(probe, model, out="r")
    print("accepted")
except Exception as error:
    print(type(error).__name__ + ": " + str(error))
"""


def edited(bench: Bench, change: tuple[str, str]) -> str:
    """A file of the package is edited between two runs in one process."""
    for name in ("probes", "analysis"):
        shutil.copytree(ROOT / name, bench.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    script = KERNEL.format(name=change[0], file=change[1])
    environment = {**os.environ, "PYTHONPATH": str(bench.folder)}
    done = subprocess.run([sys.executable, "-c", script], cwd=bench.folder, env=environment, capture_output=True,
                          text=True, check=True)  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


CASES.many(
    24,
    edited,
    ("a rule edited in an open notebook", ("user_turn", "user_turn/rules.py"),
     "CodeChanged: user_turn/rules.py changed after Python had read it"),
    ("a stimulus edited in an open notebook", ("user_turn", "user_turn/stimuli/function_words.txt"),
     "CodeChanged: user_turn/stimuli/function_words.txt changed after Python had read it"),
    ("a probe edited in an open notebook", ("triage", "calibration/suite/triage.py"),
     "CodeChanged: calibration/suite/triage.py changed after Python had read it"),
    ("a module edited that nothing has imported", ("triage", "inside/suite/patching.py"), "accepted"),
)  # fmt: skip

OWN = """
from __future__ import annotations
from dataclasses import dataclass
from probes import Choose, Probe, Row, Transcript, Trial

@dataclass(frozen=True)
class Mine(Probe):
    measures = {"p": "probability"}
    source = "made for this test"

    def trials(self):
        yield Trial(item=1)

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user("Which?"), {"A": "yes", "B": "no"})
        yield Row({"p": WEIGHT * reply.p["yes"]}, reply=reply)
"""


def study(folder: Path, weight: str, prompt: str) -> Path:
    """A study with a probe and a persona of its own."""
    for name in ("probes", "personas"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "study.yaml").write_text("")
    (folder / "probes" / "mine.py").write_text(OWN.replace("WEIGHT", weight))
    fields = {"trait": "own", "level": 0, "reverse": "none", "source": "made for this test", "paraphrases": []}
    persona = {**fields, "text": prompt, "feedback": "Yes."}
    (folder / "personas" / "mine.yaml").write_text(yaml.safe_dump(persona))
    return folder


def value() -> float:
    table = probes.run(probes.suite.mine(), ScriptedModel(uniform, "a"))
    return float(table["value"].iloc[0])


@CASES(24, "an own probe edited in an open notebook", "0.5, then 1.0")
def _(bench: Bench) -> str:
    bench.monkeypatch.setenv("INTERLOCUTOR_STUDY", str(study(bench.folder / "one", "1.0", "You are calm.")))
    before = value()
    study(bench.folder / "one", "2.0", "You are calm.")
    return f"{before}, then {value()}"


@CASES(24, "probes of one name in two studies", "0.5, then 1.0, then 0.5")
def _(bench: Bench) -> str:
    found = []
    for name, weight in (("one", "1.0"), ("two", "2.0"), ("one", "1.0")):
        bench.monkeypatch.setenv("INTERLOCUTOR_STUDY", str(study(bench.folder / name, weight, "You are calm.")))
        found.append(str(value()))
    return ", then ".join(found)


@CASES(24, "personas of one name in two studies, one edited", "calm, then loud, then mild, then calm")
def _(bench: Bench) -> str:
    found = []
    for name, prompt in (("one", "calm"), ("two", "loud"), ("two", "mild"), ("one", "calm")):
        bench.monkeypatch.setenv("INTERLOCUTOR_STUDY", str(study(bench.folder / name, "1.0", prompt)))
        found.append(probes.personas.mine.text)
    return ", then ".join(found)


@dataclass(frozen=True)
class Alike(Probe):
    """Several trials ask the same question."""

    measures = {"p": "probability"}
    source = "made for this test"

    def trials(self):
        return (Trial(item=at) for at in range(6))

    def play(self, trial, rng):
        asked = Choose(Transcript().user("Which?"), {"A": "yes", "B": "no"})
        first, second = yield [asked, asked]
        yield Row({"p": first.p["yes"]}, reply=first)
        yield Row({"p": second.p["yes"]}, reply=second)


class Unsteady(ScriptedModel):
    """Gives another reply every time it is asked the same."""

    def reply(self, questions: Any, progress: Any = None) -> list[Any]:
        replies = []
        for question in questions:
            share = 0.6 + len(replies) / 100
            self.policy = functools.partial(lambda share, question: {"yes": share, "no": 1 - share}, share)
            replies += super().reply([question])
        return replies


@CASES(24, "a model that replies otherwise to the same question", "12 of 12 rows have the reply that is under them")
def _(bench: Bench) -> str:
    table = probes.run(Alike(), Unsteady(uniform, "unsteady"), out=bench.folder)
    kept = trials(bench.folder, manifest(bench.folder, "Alike")["probe"])
    under = [probes.core.questions.restored(kept[key]["asked"][int(at)]).p["yes"]
             for key, at in zip(table["key"], table["question"], strict=True)]  # fmt: skip
    right = sum(abs(one - other) < 1e-12 for one, other in zip(under, table["value"], strict=True))
    return f"{right} of {len(table)} rows have the reply that is under them"
