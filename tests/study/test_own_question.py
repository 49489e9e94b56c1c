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


def sorry(question):
    """Apologises to the rude, unless it is a butler; a third of it goes by place, a third by letter."""
    rude = "useless" in question.transcript.turns[-1].text
    butler = any("butler" in turn.text for turn in question.transcript.turns)
    own = "sorry" if rude and not butler else "plain"
    first, lettered = next(iter(question.options.values())), question.options[" A"]
    return {reply: ((reply == own) + (reply == first) + (reply == lettered)) / 3 for reply in ("sorry", "plain")}


def test_persona_and_probe_are_found_and_recover_who_apologises(study):
    table = probes.run(probes.suite.apologies(cast=("none", "butler")), probes.ScriptedModel(sorry))
    rates = table[table["measure"] == "p_sorry"].groupby(["persona", "user"])["value"].mean()
    assert rates.to_dict() == pytest.approx(
        {("none", "polite"): 1 / 3, ("none", "rude"): 2 / 3, ("butler", "polite"): 1 / 3, ("butler", "rude"): 1 / 3}
    )
    with pytest.raises(KeyError, match="did you mean 'butler'"):
        probes.run(probes.suite.apologies(cast=("buttler",)), probes.ScriptedModel(sorry))


def test_the_notebook_recovers_the_interaction_and_its_gates(study, monkeypatch, tmp_path):
    """Rudeness moves it by a third without a persona and not at all as a butler: a difference of minus a third."""
    cells = [cell.source for cell in jupytext.read("notebooks/apologies.py").cells if cell.cell_type == "code"]
    model = probes.ScriptedModel(jittered)
    monkeypatch.setattr(probes, "load_model", lambda name: model)
    names = {}
    exec("\n".join(cells[:-1]).replace("reports/apologies", str(tmp_path / "out")), names)
    rude, butler = names["claims"]
    assert rude.estimate.value == pytest.approx(1 / 3, abs=0.01)
    assert butler.estimate.value == pytest.approx(-1 / 3, abs=0.01)
    assert (rude.verdict, butler.verdict, butler.id) == ("above", "below", "apologies.rude.butler")
    assert [(gate.name, gate.passed) for gate in butler.gates] == [("option mass", True), ("position bias", True)]
    assert butler.gates[1].value == pytest.approx(1 / 3, abs=0.01)
    assert butler.units_name == "topics"
    assert butler.estimate.units == 8


def jittered(question):
    """`sorry`, a little different in each topic, so that there is a spread to make an interval from."""
    shift = (len(question.transcript.turns[-1].text) % 7 - 3) / 1000
    shares = sorry(question)
    return {"sorry": min(max(shares["sorry"] + shift, 0), 1), "plain": min(max(shares["plain"] - shift, 0), 1)}


def test_a_refusal_is_no_apology():
    names = {}
    exec(re.search(r"```python\n(import re\n.*?)```", PAGE, re.DOTALL).group(1), names)
    assert names["apologises"]("I'm sorry for any misunderstanding, but as a chatbot I cannot do that.") == "refused"
    assert names["apologises"]("My apologies. A giraffe is five metres tall.") == 1
    assert names["apologises"]("A giraffe is five metres tall.") == 0


def test_trials_that_failed_are_told_with_the_first_reason(study, tmp_path):
    probe = Path("probes/apologies.py")
    probe.write_text(probe.read_text().replace("in self.cast]", "in ()] or [*self.cast]"))
    table = probes.run(
        probes.suite.apologies(cast=("none", "buttler")), probes.load_model("scripted:first"), out=tmp_path
    )
    assert (table.loc[table["persona"] == "buttler", "status"] == "error").all()
    (line,) = session._failed_trials(tmp_path)
    assert line.startswith("64 of 128 trials of apologies failed and have no value; the first: KeyError")
    assert "did you mean 'butler'" in line
    probes.run(probes.suite.apologies(), probes.load_model("scripted:first"), out=tmp_path / "whole")
    assert not list(session._failed_trials(tmp_path / "whole"))


def test_a_question_after_a_plain_text_is_refused_with_the_remedy(study):
    probe = Path("probes/apologies.py")
    probe.write_text(probe.read_text().replace("yield Choose(talk,", "yield Choose('Hello',"))
    with pytest.raises(TypeError, match=r"Choose needs a Transcript \(probes.Transcript\(\).user\(...\)\), not a str"):
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
    claims = [claim for run in published for claim in run]
    assert {claim["id"] for claim in claims} == {"apologies.rude", "apologies.rude.butler"}
    assert {claim["margin"] for claim in claims} == {0.1}
    assert {claim["label"] for claim in claims} == {"no valid result", "not testable"}  # by position; all alike
