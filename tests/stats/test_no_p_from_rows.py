"""No p-value comes from rows taken for independent: tests live in `stats.fits`, and their callers name the units."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ANALYSIS = ROOT / "analysis"
ELSEWHERE = sorted(path for path in ANALYSIS.rglob("*.py") if "fits" not in path.relative_to(ANALYSIS).parts)
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.py"))
MAKERS = re.compile(
    r"\b(ttest_\w+|mannwhitneyu|wilcoxon|kruskal|fisher_exact|chi2_contingency|binomtest|pearsonr|spearmanr|linregress"
    r"|f_oneway|ks_2samp|proportions_ztest|statsmodels)\b"
)
CLUSTERS = {"logit": 3, "gee_logit": 3, "random_intercept": 3, "ordered_logit": 3, "multinomial_logit": 3,
            "conditional_logit": 3, "partial_odds": 4, "welch": 4, "paired_t": 4, "hazard": 4}  # fmt: skip
"""Fits whose rows may depend on one another, and how many arguments name the units as well."""
ARTICLE = "the article's own analysis, to be held against its printed figures; its p is not shown"
EXCUSED = {
    ("games/tables/side_by_side.py", "groups"): ARTICLE,
    ("games/tables/side_by_side.py", "people"): ARTICLE,
    ("games/tables/side_by_side.py", "sweep"): "each row is a match: totals of both seats",
}


def _name(called: ast.expr) -> str:
    """`welch` for welch(...) and welch.welch(...); nothing for special.logit(...)."""
    if isinstance(called, ast.Name):
        return called.id
    ours = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == called.attr
    return called.attr if ours else ""


def calls(path: Path):
    """(function, name of the fit, number of arguments) of every call of such a fit in a module."""
    source = path.read_text(encoding="utf-8")
    if "analysis.stats.fits" not in source:
        return
    tree = ast.parse(source)
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        for node in ast.walk(function):
            name = _name(node.func) if isinstance(node, ast.Call) else ""
            if name in CLUSTERS:
                starred = any(isinstance(given, ast.Starred) for given in node.args)
                named = any(word.arg == "clusters" for word in node.keywords)
                yield function.name, name, 99 if starred or named else len(node.args)


def test_tests_are_made_in_fits_only():
    found = {
        f"{path.relative_to(ROOT)}: {hit}"
        for path in [*ELSEWHERE, *NOTEBOOKS]
        for hit in MAKERS.findall(path.read_text())
    }
    assert not found
    assert MAKERS.search((ANALYSIS / "stats" / "fits" / "mcnemar.py").read_text())  # the pattern does find one


def test_callers_name_the_independent_units():
    seen, bare = 0, set()
    for path in ELSEWHERE:
        for function, name, many in calls(path):
            seen += 1
            if many < CLUSTERS[name]:
                bare.add((str(path.relative_to(ANALYSIS)), function))
    assert seen > 5
    assert bare <= set(EXCUSED)
    assert {key for key in EXCUSED if key[1] != "sweep"} <= bare  # what needs no excuse any more loses it


def test_what_the_article_did_over_rows_shows_no_p():
    source = (ANALYSIS / "games" / "tables" / "side_by_side.py").read_text()
    functions = {
        node.name: ast.unparse(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
    }
    for name in ("groups", "people"):
        assert not re.search(r"\.p\b", functions[name])
