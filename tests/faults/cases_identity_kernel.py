"""Group 24: what an open notebook keeps in memory: code, stimuli, own probes and personas, replies given twice."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from dataclasses import InitVar, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from fault_table import ROOT, Bench, Table, said

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
    ("a rule edited in an open notebook", ("user_turn", "shared/turns/rules.py"),
     "CodeChanged: shared/turns/rules.py changed after Python had read it"),
    ("a stimulus edited in an open notebook", ("user_turn", "shared/turns/stimuli/function_words.txt"),
     "CodeChanged: shared/turns/stimuli/function_words.txt changed after Python had read it"),
    ("a probe edited in an open notebook", ("triage", "calibration/suite/triage.py"),
     "CodeChanged: calibration/suite/triage.py changed after Python had read it"),
    ("a module edited that nothing has imported", ("triage", "inside/suite/patching.py"), "accepted"),
)  # fmt: skip

OWN = """
from __future__ import annotations
from dataclasses import InitVar, dataclass
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
    fields = {
        "trait": "own",
        "level": 0,
        "reverse": "none",
        "source": "made for this test",
        "paraphrases": ["a", "b", "c"],
    }
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


def under(out: Path, probe: str, table: Any) -> str:
    """How many rows were made from the reply that the record shows under them."""
    kept = trials(out, manifest(out, probe)["probe"])
    shown = [probes.core.questions.restored(kept[key]["asked"][int(at)]).p["yes"]
             for key, at in zip(table["key"], table["question"], strict=True)]  # fmt: skip
    right = sum(abs(one - other) < 1e-12 for one, other in zip(shown, table["value"], strict=True))
    return f"{right} of {len(table)} rows have the reply that is under them"


@CASES(24, "a model that replies otherwise to the same question", "12 of 12 rows have the reply that is under them")
def _(bench: Bench) -> str:
    table = probes.run(Alike(), Unsteady(uniform, "unsteady"), out=bench.folder)
    return under(bench.folder, "Alike", table)


def scaled(question: Any) -> Any:
    """Yes with .1 for item 0, .2 for item 1 and so on."""
    share = 0.1 * (1 + int(question.transcript.turns[0].text[0]))
    return {"yes": share, "no": 1 - share}


SPOILS = [False]


@dataclass(frozen=True)
class Spoiling(Probe):
    """Changes its replies in place, as a script may."""

    label: str = "first"
    measures = {"p": "probability"}
    source = "made for this test"

    def trials(self):
        return (Trial(item=at, label=self.label) for at in range(4))

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user(f"{trial.item}: which?"), {"A": "yes", "B": "no"})
        if SPOILS[0]:
            reply.logprobs["A"] -= 1.0
        yield Row({"p": reply.p["yes"]}, reply=reply)


@CASES(24, "a script that changes its replies in place", "replies as they were given")
def _(bench: Bench) -> str:
    model = ScriptedModel(scaled, "scaled")
    plain = probes.run(Spoiling(), model, out=bench.folder)["value"].tolist()
    SPOILS[0] = True
    spoilt = [probes.run(Spoiling(name), model, out=out)["value"].tolist()
              for name in ("first", "second") for out in (bench.folder, None)]  # fmt: skip
    SPOILS[0] = False
    again = probes.run(Spoiling("second"), model, out=bench.folder)["value"].tolist()
    return "replies as they were given" if again == plain and len(set(map(tuple, spoilt))) == 1 else "other replies"


FAILS = [False]


@dataclass(frozen=True)
class Failing(Alike):
    """The first trial may fail, and is then asked anew."""

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user("Which?"), {"A": "yes", "B": "no"})
        if FAILS[0] and trial.item == 0:
            raise ValueError("not today")
        yield Row({"p": reply.p["yes"]}, reply=reply)


@CASES(24, "a trial asked anew whose words others share", "6 of 6 rows have the reply that is under them")
def _(bench: Bench) -> str:
    model, shares = ScriptedModel(uniform, "unsteady"), iter(np.linspace(0.6, 0.9, 50))

    def policy(question: Any) -> Any:
        share = float(next(shares))
        return {"yes": share, "no": 1 - share}

    model.policy, model.renew = policy, lambda: None
    for fails in (False, True, False):
        FAILS[0] = fails
        table = probes.run(Failing(), model, out=bench.folder)
    return under(bench.folder, "Failing", table)


@CASES(24, "a global that a policy reads, changed after the model was made", "a, then b")
def _(bench: Bench) -> str:
    words = {"word": "yes"}
    model = ScriptedModel(lambda question: words["word"], "one_name")
    first = probes.run(Spoiling(), model, out=bench.folder)["value"].round().tolist()
    words["word"] = "no"
    second = probes.run(Spoiling(), model, out=bench.folder)["value"].round().tolist()
    return f"{'a' if set(first) == {1.0} else '?'}, then {'b' if set(second) == {0.0} else 'stale'}"


@CASES(24, "a probe that depends on what is no field", "TypeError: Hidden takes scale, no field of it")
def _(bench: Bench) -> str:
    @dataclass(frozen=True)
    class Hidden(Spoiling):
        scale: InitVar[float] = 1.0

        def __post_init__(self, scale):
            super().__post_init__()

    return said(probes.run, Hidden(scale=0.5), ScriptedModel(scaled, "scaled"))


@CASES(24, "a fact that no record can hold", "ValueError: fact item=nan cannot stand in a record")
def _(bench: Bench) -> str:
    @dataclass(frozen=True)
    class Odd(Spoiling):
        def trials(self):
            yield Trial(item=float("nan"))

    return said(probes.run, Odd(), ScriptedModel(lambda question: 1 / 0, "never asked"))


@dataclass(frozen=True)
class Inward(Probe):
    """Reads an activation that its own question names."""

    measures = {"norm": "length"}
    source = "made for this test"

    def trials(self):
        return (Trial(item=at) for at in range(3))

    def play(self, trial, rng):
        talk = Transcript().user(f"{trial.item}?")
        reply = yield Choose(talk, {"A": "yes", "B": "no"}, sites=("blocks.0.hook_resid_post",))
        yield Row({"norm": float(np.linalg.norm(next(iter(reply.activations.values()))))}, reply=reply)


def spoilt_activations(bench: Bench, spoil: Any) -> str:
    first = probes.run(Inward(), bench.tiny, out=bench.folder)["value"].tolist()
    (path,) = (bench.folder / "records" / "Inward").glob("sites-*.safetensors")
    content = bytearray(path.read_bytes())
    path.write_bytes(spoil(content))
    again = probes.run(Inward(), bench.tiny, out=bench.folder)["value"].tolist()
    return "as before" if again == first else f"{again}"


def flipped(content: bytearray) -> bytes:
    content[-3] ^= 64
    return bytes(content)


CASES.many(
    24,
    spoilt_activations,
    ("a bit of an activation", flipped, "as before"),
    ("a file of activations cut", lambda content: bytes(content[:-100]), "as before"),
    ("a file of activations of no bytes", lambda content: b"", "as before"),
)
