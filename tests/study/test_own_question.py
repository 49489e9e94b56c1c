"""docs/own_question.md as it is printed: a persona, a probe, a notebook and a sweep, without the clone."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jupytext
import pytest
import yaml
from typer.testing import CliRunner

import probes
from runner import notebook, session
from runner.cli import app
from runner.parameters import Refused

PAGE = (Path(__file__).parents[2] / "docs" / "own_question.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\w+\n(# (\S+)\n.*?)```", PAGE, re.DOTALL)
FILES = {name: block for block, name in BLOCKS}
COMMANDS = re.findall(r"^(?:interlocutor|cd) .+$", PAGE, re.MULTILINE)


@pytest.fixture
def study(tmp_path, monkeypatch):
    """The folder with the files of the page."""
    monkeypatch.delenv("INTERLOCUTOR_STUDY", raising=False)
    monkeypatch.chdir(tmp_path)
    begin, enter, *_ = COMMANDS
    typed(begin)
    monkeypatch.chdir(tmp_path / shlex.split(enter)[1])
    for name, text in FILES.items():
        Path(name).write_text(text)
    jupytext.write(jupytext.read("notebooks/apologies.py"), "notebooks/apologies.ipynb")


def typed(line: str) -> str:
    """What a command of the page says."""
    done = CliRunner().invoke(app, shlex.split(line)[1:])
    assert done.exit_code == 0, f"{line}: {done.output}"
    return done.output


def test_the_page_prints_four_files():
    assert set(FILES) == {"personas/butler.yaml", "probes/apologies.py", "notebooks/apologies.py", "models.yaml"}


def test_persona_and_probe_are_found_and_recover_who_apologises(study):
    def sorry(question):
        rude = "useless" in question.transcript.turns[-1].text
        butler = any("butler" in turn.text for turn in question.transcript.turns)
        return "I am sorry." if rude and not butler else "Certainly."

    table = probes.run(probes.suite.apologies(cast=("none", "butler")), probes.ScriptedModel(sorry))
    rates = table[table["measure"] == "sorry"].groupby(["persona", "user"])["value"].mean()
    assert rates.to_dict() == {
        ("none", "polite"): 0,
        ("none", "rude"): 1,
        ("butler", "polite"): 0,
        ("butler", "rude"): 0,
    }
    with pytest.raises(KeyError, match="did you mean 'butler'"):
        probes.run(probes.suite.apologies(cast=("buttler",)), probes.ScriptedModel(sorry))


def test_trials_that_failed_are_told_with_the_first_reason(study, tmp_path):
    probe = Path("probes/apologies.py")
    probe.write_text(probe.read_text().replace("in self.cast]", "in ()] or [*self.cast]"))
    table = probes.run(
        probes.suite.apologies(cast=("none", "buttler")), probes.load_model("scripted:first"), out=tmp_path
    )
    assert (table.loc[table["persona"] == "buttler", "status"] == "error").all()
    (line,) = session._failed_trials(tmp_path)
    assert line.startswith("16 of 32 trials of apologies failed and have no value; the first: KeyError")
    assert "did you mean 'butler'" in line
    probes.run(probes.suite.apologies(), probes.load_model("scripted:first"), out=tmp_path / "whole")
    assert not list(session._failed_trials(tmp_path / "whole"))


def test_a_question_after_a_plain_text_is_refused_with_the_remedy(study):
    probe = Path("probes/apologies.py")
    probe.write_text(probe.read_text().replace("yield Continue(talk,", "yield Continue('Hello',"))
    with pytest.raises(
        TypeError, match=r"Continue needs a Transcript \(probes.Transcript\(\).user\(...\)\), not a str"
    ):
        probes.run(probes.suite.apologies(), probes.load_model("scripted:first"))


def test_a_place_is_looked_into_once(study):
    assert len(notebook.folders()) == 2
    with pytest.raises(Refused) as refused:
        notebook.find("apologie")
    assert str(refused.value).count("mystudy") == 1


@pytest.mark.slow
def test_the_page_is_carried_through_as_printed(study):
    Path("models.yaml").write_text(FILES["models.yaml"].replace("smollm2-135m", "scripted:uniform"))
    for line in COMMANDS[2:]:
        output = typed(f"{line} -p model=scripted:first" if line == "interlocutor run apologies" else line)
        assert "apologies" in output or "sweep" in line
    published = [json.loads(path.read_text())["claims"] for path in Path("reports").glob("apologies-*/claims.json")]
    assert len(published) == 1 + len(yaml.safe_load(FILES["models.yaml"])["product"]["seed"]) * 2 - 1
    assert {claim["id"] for claim in published[0]} == {"apologies.rude", "apologies.butler"}
