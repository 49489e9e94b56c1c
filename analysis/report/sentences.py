"""Claims in words and as cards: numbers as people write them, one sentence, semantic HTML with everything escaped."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.report.claims import Claim

COUNTS = ("differences",)
STYLE = """<style>
.claims{display:grid;gap:.6rem;max-width:72rem;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr))}
.claim{border:1px solid #8886;border-left:.3rem solid #0072b2;border-radius:.4rem;padding:.4rem .9rem;max-width:46rem}
.claim--undecided,.claim--described{border-left-color:#888}
.claim--not-estimable,.claim--not-interpretable,.claim--instrument-not-valid-for-this-model{border-left-color:#d55e00}
.claim .claim__question{margin:0;font-size:1em}.claim .claim__value,.claim .claim__sentence{margin:.2rem 0}
.claim__number{font-size:1.5em;font-weight:600}.claim__interval{opacity:.8}.gate--failed{font-weight:600}
.claim .claim__gates,.claim .claim__facts{font-size:.85em;margin:.2rem 0}.claim__facts div{display:flex;gap:.5rem}
.claim .claim__facts dt{min-width:9rem}.claim .claim__facts dd{margin:0}
</style>"""
"""The cards' look in a notebook that is open; a report brings its own."""
SHARES = ("probability", "proportion", "share", "rate")


def _percent(unit: str) -> bool:
    return unit.split(" ")[0] in SHARES or unit == "percentage points"


def numeral(value: float | None, unit: str = "", bare: bool = False) -> str:
    """A number as people write it: shares in per cent, others to three significant digits with their unit."""
    if value is None:
        return "not available"
    if _percent(unit):
        text = _fixed(100 * value)
        return text if bare else f"{text} {'percentage points' if unit == 'percentage points' else '%'}"
    if unit in COUNTS or unit.startswith("of "):
        return f"{value:.0f}" if bare else f"{value:.0f} {unit}"
    digits = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{min(digits, 6)}f}" if abs(value) < 1e6 else f"{value:.3g}"
    return text if bare or not unit else f"{text} {unit}"


def _fixed(value: float) -> str:
    """With one decimal; what would then read as zero gets up to three."""
    for digits in (1, 2, 3):
        text = f"{value:.{digits}f}"
        if float(text):
            return text
    return "0.0"


def _interval(claim: Claim) -> str:
    estimate, unit = claim.estimate, claim.unit
    counted = f"{estimate.units} {claim.units_name}, {estimate.scored} of {estimate.asked} scored"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.reason or 'no interval'}; {counted}"
    sure = f"{100 * estimate.level:g} % interval"
    return f"{sure} {numeral(estimate.low, unit, bare=True)} to {numeral(estimate.high, unit)}; {counted}"


def _apart(unit: str) -> str:
    """Unit of a difference."""
    return "percentage points" if _percent(unit) else unit


TAKEN = {
    "above": "all of it above 0.",
    "below": "all of it below 0.",
    "equivalent": "all of it within {margin} of 0: no difference of practical size.",
    "undecided": "which includes 0: these data neither show a difference nor rule one out.",
}
"""What the interval of a difference from an estimated null says."""


def _relation(claim: Claim) -> str:
    if claim.verdict == "undecided" and claim.outnumbered:
        return (
            f"Alone its interval leaves {claim.null_name} out; among the {claim.family} findings of this report that "
            f"decides nothing (Holm p = {numeral(claim.adjusted)})."
        )
    null, apart = f"{claim.null_name} ({numeral(claim.null, claim.unit)})", _apart(claim.unit)
    margin = numeral(claim.margin, apart)
    if claim.over_null is not None and claim.over_null.low is not None and claim.verdict in TAKEN:
        limits = f"{numeral(claim.over_null.low, apart, bare=True)} to {numeral(claim.over_null.high, apart)}"
        said = TAKEN[claim.verdict].format(margin=margin)
        return f"Minus {null}, unit by unit: {numeral(claim.over_null.value, apart)} ({limits}), {said}"
    return {
        "above": f"The whole interval lies above {null}.",
        "below": f"The whole interval lies below {null}.",
        "equivalent": f"The whole interval lies within {margin} of {null}: no difference of practical size.",
        "undecided": f"The interval includes {null}: these data neither show a difference nor rule one out.",
        "described": "",
    }[claim.verdict]


def failure(name: str, value: float | None, why: str) -> str:
    """A failed gate in words."""
    return f"{name}{'' if value is None else f' is {numeral(value)}'}, {why.rstrip(' .;')}"


def sentence(claim: Claim) -> str:
    """What was found and how sure it is. After a failed gate the number is given for checking only."""
    subject = claim.subject.strip(" ,;:.") or "The estimate"
    failed = [gate for gate in claim.gates if gate.passed is False]
    unchecked = ", ".join(gate.name for gate in claim.gates if gate.passed is None)
    tail = f" Not checked: {unchecked}. Without it nothing is decided." if unchecked else ""
    if claim.estimate.value is None:
        why, counts = claim.estimate.reason, f"{claim.estimate.scored} of {claim.estimate.asked} scored"
        found = f"{subject}: not estimable ({why}; {counts})."
    else:
        found = f"{subject}: {numeral(claim.estimate.value, claim.unit)} ({_interval(claim)})."
    if failed:
        reasons = "; ".join(failure(gate.name, gate.value, gate.why) for gate in failed)
        return f"{claim.verdict.capitalize()}: {reasons}. For checking only: {found}{tail}"
    relation = "" if claim.estimate.value is None else _relation(claim)
    return " ".join(part for part in (found, relation) if part) + tail


def _facts(claim: dict[str, Any]) -> list[tuple[str, str]]:
    unit, paper = claim["unit"], claim["paper"]
    null = f"{numeral(claim['null'], unit)} ({claim['null_name']})" if claim["null"] is not None else "none declared"
    facts = [
        ("Null", null),
        (claim["units_name"].capitalize(), str(claim["units"])),
        ("Rows", str(claim["rows"])),
        ("Scored of asked", f"{claim['scored']} of {claim['asked']}"),
        ("Interval by", claim["method"]),
    ]
    if claim["margin"] is not None:
        facts.append(("Equivalence margin", numeral(claim["margin"], unit)))
    if claim["spread"] is not None:
        facts.append(("Spread over arms", numeral(claim["spread"], unit)))
    if paper:
        about = f"{numeral(paper['value'], unit)} [{paper['label']}] {paper['source']}"
        facts.append(("Published", f"{about}; comparable: {paper['comparable']}, {paper['why']}"))
    return facts


def _gate(gate: dict[str, Any]) -> str:
    state = {True: "passed", False: "failed", None: "unchecked"}[gate["passed"]]
    text = f"{gate['name']}: {state} ({numeral(gate['value'])}; {gate['why']})"
    return f'<li class="gate gate--{state}">{escape(text)}</li>'


def card(claim: dict[str, Any]) -> str:
    """A claim's record (`Claim.record`, or one entry of claims.json) as HTML; every text in it is escaped.

    `section.claim.claim--VERDICT` (above, below, undecided, equivalent, described, not-estimable,
    instrument-not-valid-for-this-model, not-interpretable) holds `h3.claim__question`, `p.claim__value` with
    `data.claim__number` and `span.claim__interval`, `p.claim__sentence`, `ul.claim__gates` with
    `li.gate.gate--passed|failed|unchecked`, and `dl.claim__facts`.
    """
    unit, verdict = claim["unit"], claim["verdict"].replace(" ", "-")
    number, interval = escape(numeral(claim["value"], unit)), ""
    if any(gate["passed"] is False for gate in claim["gates"]):
        number = "no result"
    elif claim["low"] is not None and claim["high"] is not None:
        limits = f"{numeral(claim['low'], unit, bare=True)} to {numeral(claim['high'], unit)}"
        interval = f'<span class="claim__interval">{100 * claim["level"]:g} % interval {escape(limits)}</span>'
    raw = "" if claim["value"] is None else repr(float(claim["value"]))
    gates = "".join(_gate(gate) for gate in claim["gates"])
    facts = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in _facts(claim))
    return (
        f'<section class="claim claim--{escape(verdict)}"><h3 class="claim__question">{escape(claim["question"])}</h3>'
        f'<p class="claim__value"><data class="claim__number" value="{raw}">{number}</data> {interval}</p>'
        f'<p class="claim__sentence">{escape(claim["sentence"])}</p>'
        + (f'<ul class="claim__gates" aria-label="Gates">{gates}</ul>' if gates else "")
        + f'<dl class="claim__facts">{facts}</dl></section>'
    )
