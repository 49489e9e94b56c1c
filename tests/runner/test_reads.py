"""What a run depends on, from the events of its kernel."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from runner.quoted import quoted
from runner.reads import Reads, inputs


@pytest.mark.parametrize(
    ("name", "noted"),
    [
        (".cache/interlocutor/gguf/b179c952.x2a9_0xd/model.safetensors", 0),  # converted there, then moved
        (".cache/interlocutor/gguf/b179c952/converted.json", 0),  # its note, written on the first reading
        (".cache/interlocutor/gguf/b179c952/model.safetensors", 1),
        ("data/answers.v2/gone.csv", 1),
        ("project/interlocutor/data/v1.2/gone.csv", 1),
    ],
)
def test_what_is_gone_at_the_end_cannot_be_proved_unless_our_cache_made_it(tmp_path, monkeypatch, name, noted):
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path / ".cache" / "interlocutor"))
    notebook = SimpleNamespace(content={})
    plan = SimpleNamespace(folder=tmp_path / "run", root=tmp_path / "reports", resolved={}, notebook=notebook)
    reads = Reads(files={str(tmp_path / name): [1, 2, 3]})
    inputs(plan, reads)
    assert len(reads.unprovable) == noted


def test_files_named_in_code_are_inputs_also_where_nobody_sees_them_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("own.parquet", "flag", "list.txt", "told.csv"):
        (tmp_path / name).write_text("1")
    code = ['table = pd.read_parquet("own.parquet")\nseen = Path("flag").exists()', "!cat list.txt", "%run maybe.py",
            'print("a sentence.", "en", f"{out}/x", "*.yaml")', "text = 'told.csv\n"]  # fmt: skip
    cells = [{"cell_type": "code", "source": text} for text in code]
    cells.append({"cell_type": "markdown", "source": '"not.txt"'})
    names = {str(Path(path).relative_to(tmp_path)) for path in quoted({"cells": cells})}
    assert names == {"own.parquet", "flag", "list.txt", "maybe.py"}
