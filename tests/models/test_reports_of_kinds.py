"""Every kind of model that people run is carried through four notebooks to a report that says what answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import made
import pandas as pd
import pytest
import real_server
from fake_server import Fake

from probes.models.scaffold import FORMS
from probes.models.tiny import tiny_tokenizer
from runner.report import described
from runner.session import run_one

pytestmark = pytest.mark.slow
SMALL: dict[str, dict[str, Any]] = {
    "user_turn": {"temperatures": [0.0, 1.0], "dataset": "messages_jsonl"},
    "minds": {"personas": ["none", "nurse"], "placements": ["system"]},
    "calibration": {"personas": ["none", "nurse"]},
    "games": {},
}
"""The four notebooks, with less than they ask in their smallest profile."""


class Kind(NamedTuple):
    """A model, how it is loaded, and what its report must say about it."""

    source: str
    load: dict[str, str]
    said: list[str]
    less: Mapping[str, dict[str, Any]] = {}
    """Of a notebook, what is asked otherwise than of the other kinds."""


def _reasoning(folder: Path) -> Iterator[Kind]:
    said = ["instruct model under its own chat template", "thinks for up to 8 tokens, 2 thoughts before a choice"]
    yield Kind(str(made.reasoning(folder / "m")), {"thinking": "8", "thoughts": "2"}, said)


def _adapter(folder: Path) -> Iterator[Kind]:
    pytest.importorskip("peft", reason="needs peft (the extra `adapters`)")
    lora, _ = made.adapter(folder / "lora", made.plain(folder / "m"))
    yield Kind(str(lora), {}, ["m + lora: instruct model", "LoRA adapter lora merged into m"])


def _base(folder: Path) -> Iterator[Kind]:
    yield Kind(str(made.base(folder / "m")), {"template": "plain"}, ["base model under our plain template"])


def _no_system(folder: Path) -> Iterator[Kind]:
    yield Kind(str(made.no_system(folder / "m")), {}, [FORMS["folded"]])


def _vision(folder: Path) -> Iterator[Kind]:
    said = ["the language model of LlavaForConditionalGeneration, given text only"]
    yield Kind(str(made.vision(folder / "m")), {}, said)


def _eight_bits(folder: Path) -> Iterator[Kind]:
    yield Kind(str(made.eight_bits(folder / "m")[0]), {}, ["weights dequantised from fp8"])


def _stand_in(folder: Path) -> Iterator[Kind]:
    tiny_tokenizer().save_pretrained(folder / "tokenizer")
    with Fake(tiny_tokenizer(), "vllm") as server:
        yield Kind(server.source, {"tokenizer": str(folder / "tokenizer")}, ["behind a server, vllm 0.20.2"])
        server.shutdown()


def _server(folder: Path) -> Iterator[Kind]:
    with real_server.started(folder) as (source, tokenizer):
        said = [f"behind a server, {real_server.ENGINE}", "instruct model under its own chat template"]
        one_by_one = {"minds": {"answer": "letters"}} if real_server.ENGINE == "llama.cpp" else {}
        yield Kind(source, {"tokenizer": tokenizer}, said, one_by_one)  # llama.cpp takes a request for each token


KINDS: dict[str, Callable[[Path], Iterator[Kind]]] = {
    "reasoning": _reasoning, "adapter": _adapter, "base": _base, "no system": _no_system, "vision": _vision,
    "eight bits": _eight_bits, "stand-in server": _stand_in, "real server": _server,
}  # fmt: skip


@pytest.fixture
def kind(request, tmp_path) -> Iterator[Kind]:
    yield from KINDS[request.param](tmp_path)


@pytest.mark.parametrize("notebook", SMALL)
@pytest.mark.parametrize("kind", KINDS, indirect=True)
def test_a_kind_of_model_is_carried_to_a_report_that_says_what_it_is(kind, notebook, tmp_path):
    asked = {"model": kind.source, "load": kind.load, **SMALL[notebook], **kind.less.get(notebook, {})}
    if "dataset" in asked:
        asked["path"] = str(made.talks(tmp_path / "talks.jsonl"))
    assert run_one(notebook, asked, tmp_path / "reports") == 0
    (run,) = (path.parent for path in (tmp_path / "reports").glob("*/status.json"))
    manifests = [json.loads(path.read_text()) for path in (run / "records").glob("*/manifest.json")]
    assert manifests
    assert all(about["finished"] and about["errors"] == 0 for about in manifests)
    assert json.loads((run / "claims.json").read_text())["finished"]
    head, page = " ".join(described(run)), unescape((run / "report.html").read_text())
    for phrase in kind.said:
        assert phrase in head
        assert phrase in page
    command = json.loads((run / "status.json").read_text())["provenance"]["command"]
    for option, value in kind.load.items():
        assert option in command
        assert value in command
    tables = [pd.read_parquet(path) for path in (run / "records").glob("*/trials.parquet")]
    folded = [table["template_form"].eq("folded") for table in tables if "template_form" in table]
    assert bool(folded) == (FORMS["folded"] in kind.said and notebook in ("minds", "calibration"))
    if folded:
        assert f"<dt>Turns</dt><dd>{FORMS['folded']}</dd>" in page
    if "thinking" in kind.load:
        assert "cut at the budget" in page
        assert "of the variance of a choice lies between thoughts on one question" in head
    print(notebook, *described(run), sep="\n  ")
