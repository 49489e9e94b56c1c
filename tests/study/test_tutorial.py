"""The tutorial of docs/study.md as it is printed: its files, its commands in order, the names it gives to runs."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jupytext
import pytest
import stand_in
from typer.testing import CliRunner

from analysis.report import records
from analysis.study import labelled
from analysis.study.comparison import CHANGED, SAME
from analysis.study.sheets import load
from runner.cli import app
from runner.study.adherence import adherence

PAGE = (Path(__file__).parents[2] / "docs" / "study.md").read_text(encoding="utf-8")
TUTORIAL = PAGE.partition("## A study from beginning to end")[2].partition("\n## ")[0]
FILES = {path.group(1): block for block in re.findall(r"```python\n(.*?)```", TUTORIAL, re.DOTALL)
         if (path := re.match(r"# (\S+)\n", block))}  # fmt: skip
COMMANDS = re.findall(r"^(?:interlocutor|cd) .+$", TUTORIAL, re.MULTILINE)
SHARE = 0.1
"""Of the turns each labeller gets wrong."""


def typed(line: str) -> str:
    """What a command of the tutorial says."""
    program, *words = shlex.split(line)
    assert program == "interlocutor"
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, f"{line}: {done.output}"
    return " ".join(done.output.split())


def exported(run: Path, labeller: str) -> None:
    """The file that a labeller sends back."""
    sheet = load(run)
    given = [{"item": item.id, "when": f"{at:04}", "note": "",
              "label": "yes" if ("?" in item.turns[-1][1]) != (stand_in.draw(labeller, item.id) < SHARE) else "no"}
             for at, item in enumerate(sheet.of(labeller))]  # fmt: skip
    Path(f"labels-{labeller}.json").write_text(
        json.dumps({"sheet": sheet.digest, "labeller": labeller, "labels": given})
    )


def test_the_tutorial_names_every_command():
    for name in ("init", "run", "plan", "compare", "label", "reread", "zip", "open"):
        assert any(line.startswith(f"interlocutor {name}") for line in COMMANDS), name
    assert set(FILES) == {"probes/asks_back.py", "notebooks/asks_back.py"}


@pytest.mark.slow
def test_the_tutorial_is_carried_through_as_printed(tmp_path, monkeypatch):
    monkeypatch.delenv("INTERLOCUTOR_STUDY", raising=False)
    monkeypatch.chdir(tmp_path)
    begin, enter, *rest = COMMANDS
    typed(begin)
    monkeypatch.chdir(tmp_path / shlex.split(enter)[1])
    for name, text in FILES.items():
        Path(name).write_text(text)
    jupytext.write(jupytext.read("notebooks/asks_back.py"), "notebooks/asks_back.ipynb")
    said: dict[str, str] = {}
    for line in rest:
        words = shlex.split(line)
        if "--add" in words:
            for labeller in ("ann", "bo"):
                exported(Path("reports", words[2]), labeller)
        if words[1] == "reread":
            rule = Path("probes/asks_back.py")
            rule.write_text(rule.read_text().replace('MARK = "?"', 'MARK = "all"'))
        said[line] = typed(line)
    pilot, first, second = named()
    # planned, with the effects that the page says, and kept
    plan = next(text for line, text in said.items() if line.startswith("interlocutor plan"))
    assert "10.0 percentage points with 160 units" in plan
    assert "11.3 percentage points with 160 units" in plan
    assert "15.0 percentage points need 92 units" in plan
    assert adherence(Path("reports", first))["deviations"] == []
    # the planted difference is found, the planted equivalence called the same
    (page,) = Path("reports").glob("compare-*/comparison.json")
    outcomes = {claim["id"]: claim["outcome"] for claim in json.loads(page.read_text())["claims"]}
    assert outcomes == {"asks.back": CHANGED, "asks.thanks": SAME}
    # labels correct the rate, and are an instrument of the run that was made again
    told = labelled.corrected_rates(Path("reports", second)).set_index(["class", "rate"])
    claims = {claim["id"]: claim for claim in json.loads(Path("reports", second, "claims.json").read_text())["claims"]}
    assert claims["labels.asks_back.yes"]["value"] == told.loc[("yes", "corrected"), "value"]
    report = Path("reports", second, "report.html").read_text()
    for rate in ("raw", "corrected", "labelled only"):
        assert f">{rate}<" in report
    # a rule that changed moves its own measure alone
    assert "160 of 320 rows moved" in said[f"interlocutor reread {second}"]
    # and the file opens elsewhere with the same numbers
    there = Path("elsewhere", second)
    assert records.rows(there, "asks_back").equals(records.rows(Path("reports", second), "asks_back"))
    assert labelled.corrected_rates(there).equals(labelled.corrected_rates(Path("reports", second)))
    print("deviations after labelling:", adherence(Path("reports", second))["deviations"])
    assert Path("reports", pilot, "report.html").is_file()


def named() -> list[str]:
    """Runs as the tutorial names them, in order: the pilot, the reserved model, the curious one."""
    return list(dict.fromkeys(re.findall(r"(?<!/form-)asks_back-[0-9a-f]{10}", TUTORIAL)))
