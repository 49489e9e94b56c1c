"""The one renderer of a claim: its record (`Claim.record`, or an entry of claims.json) as HTML, all text escaped.

Notebook and report show the same card; only the report brings the full style sheet.
"""

from __future__ import annotations

import math
from functools import partial
from html import escape
from typing import Any

from analysis.report.numbers import difference_unit, ends, is_share, limits, numeral, typeset
from analysis.report.sentences import gate_text, label

STYLE = """<style>
.claims .cards{display:grid;gap:.6rem;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr))}
.claims .answer{font-size:1.1em;max-width:60rem}.card{border-left:.3rem solid #888;padding:.4rem .9rem}
.card--above,.card--below,.card--negligible,.card--ruled-out{border-color:#0072b2}
.card--invalid,.card--not-testable{border-color:#d55e00}.card h3{margin:0;font-size:1em}.card p{margin:.2rem 0}
.card__number data{font-size:1.5em;font-weight:600}.gates{list-style:none;padding:0;font-size:.85em;margin:.2rem 0}
.gate--failed{font-weight:600}.card dl div{display:flex;gap:.5rem}.card dt{min-width:9rem}.card dd{margin:0}
.bar{display:block;width:100%;height:14px}.bar__scale{fill:#8884}.bar__interval,.bar__value{fill:#0072b2}
.bar__interval{opacity:.45}.bar__margin{fill:#8883}.bar__paper{fill:#d55e00}
.bar__ends{display:flex;justify-content:space-between;font-size:.75em}
</style>"""
"""The cards' look in a notebook that is open; a report brings its own."""
TONES = ("above", "below", "negligible", "ruled out", "inconclusive", "not testable", "not verified", "described")
MARKS = {True: ("passed", "✓"), False: ("failed", "✗"), None: ("not checked", "?")}


attribute = partial(escape, quote=True)


def printed(said: str) -> str:
    """Words as HTML, set as people print numbers."""
    return escape(typeset(said))


def tone(claim: dict[str, Any]) -> str:
    """The verdict where it is one of an interval, `invalid` after a failed gate."""
    return str(claim["verdict"]) if claim["verdict"] in TONES else "invalid"


def card(claim: dict[str, Any], brief: bool = False) -> str:
    """The card of a claim. `brief`: its sentence stands among the details, as it does where there is no result.

    `article.card.card--TONE` holds `p.card__verdict`, `h3`, `p.card__number` with the bar or `p.card__void` with the
    reason why there is no result, `p.card__sentence`, `ul.gates` and `details` with the facts.
    """
    kind = tone(claim)
    brief = brief or kind in ("invalid", "not testable")  # the reason stands above it
    sentence = f'<p class="card__sentence">{printed(claim["sentence"])}</p>'
    counted = f"{claim['units']} {claim['units_name']}, {claim['scored']} of {claim['asked']} scored"
    return (
        f'<article class="card card--{kind.replace(" ", "-")}"{_anchor(claim)}>'
        f'<p class="card__verdict">{printed(label(claim))}</p><h3>{printed(claim["question"])}</h3>'
        f"{_whole(claim)}{_result(claim, kind)}{'' if brief else sentence}{_gates(claim, kind)}"
        f"<details><summary>{printed(counted)}</summary>{sentence if brief else ''}<dl>{_facts(claim, kind)}</dl>"
        f"</details>{_evidence(claim)}</article>"
    )


def _whole(claim: dict[str, Any]) -> str:
    """The claim that this one details, which only a report names."""
    whole = claim.get("whole")
    if not whole:
        return ""
    link = f'<a href="#claim-{attribute(whole["id"])}">{printed(whole["question"])}</a>'
    return f'<p class="card__whole">Detail of {link}</p>'


def _evidence(claim: dict[str, Any]) -> str:
    """Links to the figures, tables and conversations behind a claim, which only a report has."""
    places = [(attribute(anchor), printed(name)) for name, anchor in claim.get("evidence", ())]
    links = [f'<a href="#{anchor}">{name}</a>' for anchor, name in places]
    return f'<p class="card__evidence">{", ".join(links)}</p>' if links else ""


def _anchor(claim: dict[str, Any]) -> str:
    return f' id="claim-{attribute(claim["id"])}"' if claim["id"] else ""


def _result(claim: dict[str, Any], kind: str) -> str:
    if kind == "invalid":
        failed = "; ".join(gate_text(gate) for gate in claim["gates"] if gate["passed"] is False) or label(claim)
        return f'<p class="card__void">{printed(_capital(failed))}.</p>'
    if kind == "not testable":
        why = str(claim["reason"] or "no reason given").rstrip(".")
        return f'<p class="card__void">{printed(_capital(why))}.</p>'
    return f'<p class="card__number">{number(claim)}</p>{bar(claim)}'


def number(claim: dict[str, Any]) -> str:
    """The value as `data`, its unit and its interval."""
    value, unit = claim["value"], claim["unit"]
    apart = value is not None and not is_share(unit)
    spans = [unit] if apart and unit else []
    if claim["low"] is not None and claim["high"] is not None:
        spans.append(f"{100 * claim['level']:g} % interval {interval(claim)}")
    over = claim.get("over_null")
    if over and over["low"] is not None:
        gap = difference_unit(unit)
        spans.append(
            f"difference from the null {numeral(over['value'], gap, True)} ({limits(over['low'], over['high'], gap)})"
        )
    raw = "" if value is None else repr(value)
    shown = f'<data value="{raw}">{printed(numeral(value, unit, bare=apart))}</data>'
    return shown + "".join(f" <span>{printed(text)}</span>" for text in spans)


def interval(claim: dict[str, Any]) -> str:
    """The limits without a unit, where there are any."""
    low, high, unit = claim["low"], claim["high"], claim["unit"]
    if low is None or high is None:
        return ""
    return ends(low, high, unit)


def _gates(claim: dict[str, Any], kind: str) -> str:
    if kind == "invalid" or not claim["gates"]:
        return ""
    items = []
    for gate in claim["gates"]:
        state, mark = MARKS[gate["passed"]]
        items.append(f'<li class="gate gate--{state.replace(" ", "-")}">{mark} {printed(gate_text(gate))}</li>')
    return f'<ul class="gates" aria-label="Gates">{"".join(items)}</ul>'


def _facts(claim: dict[str, Any], kind: str) -> str:
    unit, gap = claim["unit"], difference_unit(claim["unit"])
    facts = [("For checking only", number(claim))] if kind == "invalid" else []
    null = f"{claim['null_name']} ({numeral(claim['null'], unit)})" if claim["null"] is not None else "none declared"
    given = {
        "Null": null,
        "Margin": numeral(claim["margin"], gap) if claim["margin"] else "",
        "Minimum detectable effect": numeral(claim["detectable"], gap) if claim["detectable"] is not None else "",
        "Wanted": numeral(claim["wanted"], gap) if claim.get("wanted") else "",
        f"{_capital(claim['units_name'])} needed": str(claim["units_needed"] or ""),
        "Speaks for": claim.get("speaks_for", ""),
        "Turns": claim.get("turns", ""),
        "Rows": str(claim["rows"]),
        "Interval by": claim["method"],
        "Spread over presentations": numeral(claim["spread"], gap) if claim["spread"] is not None else "",
        "Published": _paper(claim),
        "Id": claim["id"],
    }
    facts += [(name, printed(text)) for name, text in given.items() if text]
    return "".join(f"<div><dt>{printed(name)}</dt><dd>{text}</dd></div>" for name, text in facts)


def _paper(claim: dict[str, Any]) -> str:
    paper = claim["paper"]
    if not paper:
        return ""
    about = f"{numeral(paper['value'], claim['unit'])} [{paper['label']}] {paper['source']}"
    return f"{about}; comparable: {paper['comparable']}, {paper['why']}"


def scale(claim: dict[str, Any]) -> tuple[float, float] | None:
    """Ends of the axis a claim is drawn on: [0, 1] for shares, else around all that is shown. None for a lone value."""
    paper = claim["paper"]["value"] if claim["paper"] else None
    points = [at for at in (claim["value"], claim["low"], claim["high"], claim["null"], paper) if at is not None]
    if claim["value"] is None or len(points) < 2 or not all(map(math.isfinite, points)):
        return None
    if is_share(claim["unit"]) and min(points) >= 0 and max(points) <= 1:
        return 0.0, 1.0
    room = 0.08 * ((max(points) - min(points)) or abs(max(points)) or 1.0)
    return min(points) - room, max(points) + room


def bar(claim: dict[str, Any]) -> str:
    """The value between the ends of its own axis, which are labelled with the null between them."""
    ends = scale(claim)
    if ends is None:
        return ""
    unit, null = claim["unit"], claim["null"]
    middle = f"null: {claim['null_name']} {numeral(null, unit, bare=not is_share(unit))}" if null is not None else ""
    texts = (numeral(ends[0], unit, True), middle, numeral(ends[1], unit, True))
    named = "".join(f"<span>{printed(text)}</span>" for text in texts)
    return f'{drawn(claim, *ends, paper=True)}<p class="bar__ends">{named}</p>'


def drawn(claim: dict[str, Any], low: float, high: float, paper: bool = False) -> str:
    """Margin band, interval, null, published figure and value on an axis from `low` to `high`."""
    null, margin = claim["null"], claim["margin"] or 0.0

    def at(number: float) -> float:
        return min(max(100 * (number - low) / (high - low), 0.0), 100.0)

    parts = [_rect("scale", 0, 100, 4.4, 1.2)]
    if null is not None and margin:
        parts.append(_rect("margin", at(null - margin), at(null + margin), 0, 10))
    if claim["low"] is not None and claim["high"] is not None:
        parts.append(_rect("interval", at(claim["low"]), at(claim["high"]), 2.6, 4.8))
    published = claim["paper"]["value"] if paper and claim["paper"] else None
    marks = {"null": null, "paper": published, "value": claim["value"]}
    parts += [_rect(name, at(x) - 0.3, at(x) + 0.3, 0, 10) for name, x in marks.items() if x is not None]
    start = '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    return f"{start}{''.join(parts)}</svg>"


def _rect(name: str, left: float, right: float, top: float, height: float) -> str:
    width = max(right - left, 0.4)
    return f'<rect class="bar__{name}" x="{max(left, 0):.2f}" y="{top}" width="{width:.2f}" height="{height}"/>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
