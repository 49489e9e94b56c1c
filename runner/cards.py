"""Claims as a page shows them: the number, where it lies between its bounds, its null and the published figure."""

from __future__ import annotations

import math
from typing import Any

MOST = 6
"""Claims that open a report: two rows of three fill 1280 x 800. The page's script folds what a smaller screen lacks."""
PART = "..."
"""A question that begins so goes on with the one before it."""
SHARES = ("probability", "proportion", "share", "rate")
VERDICTS = {
    "above": "above", "below": "below", "equivalent": "no practical difference", "undecided": "undecided",
    "described": "described", "not estimable": "not estimable",
}  # fmt: skip


def cards(claims: dict[str, Any] | None) -> list[dict[str, Any]]:
    """One dictionary a claim, everything a template needs; malformed claims are left out, never guessed at."""
    found = (claims or {}).get("claims")
    known = [claim for claim in found if isinstance(claim, dict)] if isinstance(found, list) else []
    shown, asked = [], ""
    for claim in known:
        question = str(claim.get("question", ""))
        part = question.startswith(PART)
        asked = asked if part else question.rstrip("?")
        shown.append({**_card(claim), "question": f"{asked} {question}" if part and asked else question, "part": part})
    return shown


def headline(found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(cards of the first screen, the others): the notebook's own question, whatever came of it, then results, parts of
    a question, and what failed a gate."""
    ordered = found[:1] + sorted(found[1:], key=lambda card: (card["tone"] == "invalid", card["part"]))
    return ordered[:MOST], ordered[MOST:]


def _card(claim: dict[str, Any]) -> dict[str, Any]:
    from analysis.report.sentences import numeral

    unit = str(claim.get("unit", ""))
    share = unit.split(" ")[0] in SHARES
    verdict = str(claim.get("verdict", "described"))
    value, null, low, high = (_number(claim.get(name)) for name in ("value", "null", "low", "high"))
    named = f"{claim.get('null_name', 'chance')} ({numeral(null, unit, bare=not share)})" if null is not None else ""
    bare = value is not None and not share
    return {
        **claim,
        "label": f"{VERDICTS[verdict]} {named}" if verdict in ("above", "below") else VERDICTS.get(verdict, verdict),
        "tone": verdict if verdict in VERDICTS else "invalid",
        "number": numeral(value, unit, bare=bare),
        "number_unit": unit if bare else "",
        "interval": ""
        if low is None or high is None
        else f"{numeral(low, unit, bare=True)} to {numeral(high, unit, bare=True)}",
        "null_text": named,
        "paper_text": _paper(claim.get("paper"), unit),
        "bar": bar(value, low, high, null, _number((claim.get("paper") or {}).get("value")), unit),
        "gates": (gates := [_gate(gate) for gate in claim.get("gates") or [] if isinstance(gate, dict)]),
        "failed": _failed(gates),
        "spread_text": numeral(spread, unit) if (spread := _number(claim.get("spread"))) is not None else "",
        "margin_text": numeral(margin, unit) if (margin := _number(claim.get("margin"))) is not None else "",
    }


def _failed(gates: list[dict[str, Any]]) -> str:
    """Why there is no result, as the beginning of a sentence."""
    from analysis.report.sentences import failure

    said = "; ".join(failure(str(gate.get("name")), _number(gate.get("value")), str(gate.get("why")))
                     for gate in gates if gate.get("passed") is False)  # fmt: skip
    return said[:1].upper() + said[1:]


def _gate(gate: dict[str, Any]) -> dict[str, Any]:
    from analysis.report.sentences import numeral

    return {**gate, "shown": numeral(_number(gate.get("value")))}


def _paper(paper: dict[str, Any] | None, unit: str) -> str:
    from analysis.report.sentences import numeral

    if not paper:
        return ""
    about = f"{numeral(_number(paper.get('value')), unit)} [{paper.get('label')}] {paper.get('source')}"
    return f"{about}; comparable: {paper.get('comparable')}, {paper.get('why')}"


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None


def bar(
    value: float | None, low: float | None, high: float | None, null: float | None, paper: float | None, unit: str
) -> dict[str, float] | None:
    """Positions in per cent of a common scale; [0, 1] for shares, else around what is shown. None without a value."""
    shown = [number for number in (value, low, high, null, paper) if number is not None]
    if value is None or len(shown) < 2:  # a lone number has nothing to lie between
        return None
    share = unit.split(" ")[0] in ("probability", "proportion", "share", "rate") and min(shown) >= 0 and max(shown) <= 1
    bottom, top = (0.0, 1.0) if share else (min(shown), max(shown))
    margin = 0.0 if share else 0.08 * ((top - bottom) or abs(top) or 1.0)
    bottom, top = bottom - margin, top + margin
    named = {"value": value, "low": low, "high": high, "null": null, "paper": paper}
    return {name: round(100 * (at - bottom) / (top - bottom), 2) for name, at in named.items() if at is not None}
