"""Makes `runner_cases` importable, and renders the hostile run once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_output

sys.path.insert(0, str(Path(__file__).parent))

from runner_cases import CLAIM, HOSTILE, make_run, shown


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which every hostile string came out everywhere a string can come out."""
    cells = [
        new_code_cell("1", outputs=[new_output("stream", name=name, text=text)])
        for name in ("stdout", "stderr")
        for text in HOSTILE
    ]
    cells += [shown(text_html=text) for text in HOSTILE]
    cells += [shown(text_markdown=text) for text in HOSTILE]
    cells += [shown(text_plain=text) for text in HOSTILE]
    cells += [
        new_code_cell("1", outputs=[new_output("error", ename="E", evalue=text, traceback=[text])])
        for text in HOSTILE[:20]
    ]
    joined = " ".join(HOSTILE[:-1])
    run = make_run(
        tmp_path_factory.mktemp("hostile"), cells=cells, state="failed", reason=joined, traceback=joined, title=joined
    )
    gate = {**CLAIM["gates"][0], "name": joined, "why": joined}
    claim = {**CLAIM, **dict.fromkeys(("question", "sentence", "units_name", "null_name", "method"), joined)}
    claim["gates"] = [gate]
    (run / "claims.json").write_text(json.dumps({"finished": True, "claims": [claim]}))
    parameters = {"given": {joined: joined}, "resolved": {joined: joined, "model": joined}}
    (run / "parameters.json").write_text(json.dumps(parameters))
    manifest = {
        "probe": joined,
        "model": joined,
        "seed": joined,
        "question": joined,
        "source": joined,
        "finished": False,
    }
    (run / "records" / "user_turn" / "manifest.json").write_text(json.dumps(manifest))
    return run
