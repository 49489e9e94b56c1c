"""Every bad input and fault is answered with words that name the item and the remedy; the docs say the same."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from fault_docs import PAGE, table
from fault_table import GROUPS, Bench, Case

FILES = sorted(path.stem for path in Path(__file__).parent.glob("cases_*.py"))
CASES: list[Case] = sorted(
    (case for name in FILES for case in importlib.import_module(name).CASES), key=lambda case: case.group
)


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{case.group}-{case.given[:40]}", marks=[pytest.mark.slow] if case.slow else [])
     for case in CASES],
)  # fmt: skip
def test_an_input_is_answered(case, tmp_path, request, monkeypatch):
    answer = str(case.act(Bench(tmp_path, request, monkeypatch)))
    assert case.answer in answer


def test_every_group_has_rows_and_no_row_is_there_twice():
    assert {case.group for case in CASES} == set(GROUPS)
    rows = [(case.group, case.given) for case in CASES]
    assert len(rows) == len(set(rows))


def test_the_page_is_this_table():
    assert table(CASES) in PAGE.read_text(encoding="utf-8"), "write it anew: python tests/faults/fault_docs.py"
