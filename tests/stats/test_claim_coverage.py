"""The committed table of claims keeps its promise, names every claim, and the code of today still gives it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))
import claim_register
import simulate_claims

from analysis.games import findings as games
from analysis.stats import target

TABLE = pd.read_csv(simulate_claims.KNOWN)
FAMILIES = {path.stem for path in (simulate_claims.ROOT / "notebooks").glob("*.py")} | {"labels", "reference"}


def ids() -> set[str]:
    """Ids of claims as the code writes them; what is filled in later is an x."""
    found = set()
    for path in (simulate_claims.ROOT / "analysis").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= {_id(word.value) for word in node.keywords if word.arg == "id"}
                found |= {_id(node.args[0])} if node.args else set()
            if isinstance(node, ast.Dict):
                named = zip(node.keys, node.values, strict=True)
                found |= {_id(value) for key, value in named if isinstance(key, ast.Constant) and key.value == "id"}
    found |= {f"games.{name}" for name in games.TEXTS}
    return {one for one in found - {"games.x"} if one.partition(".")[0] in FAMILIES and "." in one}


def _id(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "identifier"
    return ".".join(_id(part) or "x" for part in node.args) if called else ""


def test_every_claim_of_the_code_has_a_line():
    known = ids()
    assert len(known) > 40
    assert {
        "user_turn.rate.x",
        "games.position",
        "minds.shift.x",
        "context.gain.over_newest",
        "user_model.belief",
    } <= known
    for one in known:
        claim_register.registered(one)
    with pytest.raises(KeyError, match="add one to REGISTER"):
        claim_register.registered("nobody.knows")


def test_every_line_names_a_target_a_world_that_was_drawn_and_stands_on_the_page():
    page = (simulate_claims.ROOT / "docs/coverage.md").read_text(encoding="utf-8")
    drawn = {claim_register.DESCRIBED, *TABLE["world"]}
    for pattern, (aim, _, _, world) in claim_register.REGISTER.items():
        assert aim in target.TARGETS
        assert world in drawn
        assert f"| `{pattern}` | {aim} |" in page
    for line in TABLE.itertuples():
        assert f"| {line.world} | {line.design} |" in page


def test_the_tests_of_families_hold_the_cases_that_the_page_names():
    for path, cases in claim_register.HELD.items():
        source = (simulate_claims.ROOT / "tests" / path).read_text(encoding="utf-8")
        assert not [name for name in cases if f'"{name}"' not in source], path
        assert set(map(claim_register.registered, cases.values())) <= set(claim_register.REGISTER)
    held = [claim for cases in claim_register.HELD.values() for claim in cases.values()]
    newer = {id for id in ids() if id.partition(".")[0] in {claim.partition(".")[0] for claim in held}}
    assert newer | {"partners.show"} == {*held, *claim_register.BY_WORLD}


def test_every_design_covers_or_refuses():
    """As it stands, without allowance; but for lines of few samples, by two standard errors."""
    slack = np.where(TABLE["samples"] < 300, 2.0, 0.0)
    short = TABLE[TABLE["covered"] < simulate_claims.COVERAGE - slack * TABLE["covered_error"]]
    false = TABLE[TABLE["false"] > simulate_claims.FALSE + slack * TABLE["false_error"]]
    assert short.empty, short[["world", "design", "covered"]]
    assert false.empty, false[["world", "design", "false"]]
    assert TABLE[["covered_error", "false_error"]].max().max() <= 0.025
    assert (TABLE["refused"] < 0.5).all(), "what is nearly always refused shows nothing"


def test_whole_reports_are_false_in_one_of_twenty_at_most():
    reports = TABLE[TABLE["world"] == simulate_claims.REPORTS]
    assert len(reports) == len(simulate_claims.SIZES)
    assert (reports["false"] <= 0.05).all()
    assert (reports["samples"] >= 1000).all()


def test_every_design_can_still_be_drawn():
    known = set(zip(TABLE["world"], TABLE["design"], strict=True))
    for line in claim_register.lines():
        assert (line.world, line.design) in known
        found, truth = line.make(np.random.default_rng(0), True)
        assert found.value is None or np.isfinite(truth)


@pytest.mark.slow
def test_a_fresh_simulation_agrees_with_the_table():
    fresh = simulate_claims.table(40, 40, seed=2, reports=40)
    both = fresh.merge(TABLE, on=["world", "design"], suffixes=("", "_known"))
    for line in both[both["false"].notna()].itertuples():
        judged = round(line.samples * (1 - line.refused))
        chance = stats.binomtest(round(line.false * judged), max(judged, 1), max(line.false_known, 0.01)).pvalue
        assert chance > 1e-4, f"{line.world}, {line.design}: {line.false}, not {line.false_known}"
