"""A small study for tests: one own probe, one notebook, and stand-in models that differ where it was planted."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import probes
from analysis.report.claims import publish
from analysis.study.replay import RESULT, script
from probes.models import ScriptedModel

PROBE = '''
"""Does the user's next turn ask back?"""
from dataclasses import dataclass
from probes.core import Continue, Probe, Row, Transcript, Trial

MARK = "?"


@dataclass(frozen=True)
class AsksBack(Probe):
    """Does the user's next turn ask back, and does it thank?"""
    contexts: int = 80
    start: int = 0
    measures = {"asks": "1 if the turn asks", "thanks": "1 if the turn thanks"}
    unit = "context"
    source = "made for this study"

    def trials(self):
        for number in range(self.start, self.start + self.contexts):
            yield Trial(context=f"c{number:03}")

    def play(self, trial, rng):
        talk = Transcript().user(f"Tell me about {trial.context}.").assistant("It is green.")
        reply = yield Continue(talk, role="user", max_tokens=12)
        yield Row({"asks": float(MARK in reply.text), "thanks": float("Thanks" in reply.text)}, reply=reply)
'''
CELLS = (
    ("parameters", 'model: str = "a"  # stand-in\ncontexts: int = 80  # how many [2, 1000]\nstart: int = 0\n'
                   'seed: int = 0  # of every random stream\nout: str = "reports/asks_back"  # the run folder'),
    ("", "import analysis\nimport probes"),
    ("", "llm = probes.load_model(model)\nprobe = probes.suite.asks_back(contexts=contexts, start=start)\n"
         "table = probes.run(probe, llm, seed=seed, out=out)"),
    ("", 'asks, thanks = (table[table["measure"] == name] for name in ("asks", "thanks"))\n'
         'rates = [analysis.estimate.proportion(part["value"], part["cluster"]) for part in (asks, thanks)]\n'
         'about = {"unit": "probability", "null": 0.5, "null_name": "a coin", "units_name": "contexts"}\n'
         'claims = [analysis.claims.Claim("Does it ask back?", rates[0], id="asks.back", topic="asking", **about),\n'
         '          analysis.claims.Claim("Does it thank?", rates[1], id="asks.thanks", topic="thanking", **about)]'),
    ("", "analysis.claims.publish(claims, out)"),
)  # fmt: skip


def draw(*words: Any) -> float:
    """A number in [0, 1) that depends on the words alone."""
    return int(hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()[:8], 16) / 2**32


def model(name: str) -> ScriptedModel:
    """`a` asks in 30 % of contexts, `b` in 60 %; both thank in the same half of them. `b` says so in markup."""
    share = {"a": 0.3, "b": 0.6, "c": 0.3}[name]

    def policy(question: Any) -> str:
        context = (
            question.transcript.turns[0].text if hasattr(question.transcript, "turns") else str(question.transcript)
        )
        said = "Thanks" if draw("thanks", context) < 0.5 else "Fine"
        return f"{said}, <b>why?</b>" if draw("asks", context) < share else f"{said}, <b>ok</b>"

    return ScriptedModel(policy, f"stand-in:{name}")


def study(folder: Path) -> Path:
    """A study folder with the probe and the notebook; the path of the notebook."""
    (folder / "probes").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "study.yaml").write_text("name: test\n")
    (folder / "probes" / "asks_back.py").write_text(PROBE)
    return written(folder / "notebooks" / "asks_back.ipynb", CELLS)


def written(path: Path, codes: Any) -> Path:
    """A notebook of (tag, code) cells."""
    cells = [{"cell_type": "code", "metadata": {"tags": [tag] if tag else []}, "source": source, "outputs": [],
              "execution_count": None} for tag, source in codes]  # fmt: skip
    title = {"cell_type": "markdown", "metadata": {}, "source": "# Does it ask back?"}
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path.write_text(json.dumps({"cells": [title, *cells], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


def run(notebook: Path, name: str, folder: Path, started: str = "2026-11-28T20:00:00+00:00", **given: Any) -> Path:
    """A finished run in `folder`, as the runner leaves it but without a kernel."""
    resolved = {"model": name, "contexts": 80, "start": 0, "seed": 0, **given, "out": str(folder)}
    names = script(notebook).execute(resolved, probes.run, model)
    publish(names[RESULT], folder)
    place = os.path.relpath(notebook.resolve(), folder.parent.resolve())
    said = {"notebook": str(notebook), "place": place, "given": given, "resolved": resolved}
    (folder / "parameters.json").write_text(json.dumps(said))
    told = {"state": "finished", "run": folder.name, "notebook": notebook.stem, "title": "Does it ask back?",
            "claims_fresh": True, "started": started}  # fmt: skip
    (folder / "status.json").write_text(json.dumps(told))
    return folder
