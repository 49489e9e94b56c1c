"""The first screen of a report: one row per claim, claims of one unit on one axis with its null and margin band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.report.cards import attribute, drawn, interval, printed, tone
from analysis.report.numbers import COUNTS, brief, difference_unit, is_share, numeral, short
from analysis.report.sentences import NO_RESULT, gate_text
from analysis.report.verdicts import CORRECTION, SAMPLE, SIZE

Record = dict[str, Any]
OPEN = {
    SIZE: (", size open", "Size open: perhaps within the margin."),
    SAMPLE: (", run too small", ""),
    CORRECTION: (" (Holm)", "Holm: beyond its null, but not after correction for all findings of the report."),
}
"""What a verdict leaves open: in the row, and in the key."""


def strip(claims: Sequence[Record], of: int = 0) -> str:
    """A table of the claims' records; every question links to its card. Nothing for no claims.

    Claims of one axis stand together, in the order in which the axes come, under a heading with its ends. A claim whose
    gate failed shows the gate where its number would stand, and has no mark on the axis; one whose null is an estimate
    shows the difference from it. `of`: how many claims the report has.
    """
    claims = [_decisive(claim) for claim in claims]
    rows, before = [], ""
    axes = [_axis(claim) for claim in claims]
    for claim in sorted(claims, key=lambda claim: axes.index(_axis(claim))):
        axis = _axis(claim)
        if axis != before:
            rows.append(_heading(axis, _ends([one for one in claims if _axis(one) == axis], axis)))
        rows.append(_row(claim, _ends([one for one in claims if _axis(one) == axis], axis)))
        before = axis
    if not rows:
        return ""
    names = ("Question", "Verdict", "Estimate (interval)", "Null, margin, interval")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    key = f"{len(claims)} of {of} questions shown; the rest are below. " if of > len(claims) else ""
    key += "Dark line: the null (no effect, chance, or the mark to reach). Grey band: differences too small to "
    key += "matter. Click a question for details."
    if any(claim.get("paper") for claim in claims):
        key += " Orange line on a card: a published value from another model; compare the direction, not the size."
    left = {claim.get("leaves_open") for claim in claims}
    key += "".join(f" {meaning}" for name, (_, meaning) in OPEN.items() if meaning and name in left)
    return (
        f'<div class="wide" tabindex="0"><table class="plain strip"><caption class="strip__key">{key}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _decisive(claim: Record) -> Record:
    """With the difference from a null that is an estimate itself, where that decides."""
    over = claim.get("over_null")
    if not over or over["low"] is None or tone(claim) in ("invalid", "not testable"):
        return claim
    against = f"{brief(claim['value'], claim['unit'])} against {brief(claim['null'], claim['unit'])}: "
    ends = {name: over[name] for name in ("value", "low", "high")}
    return claim | ends | {"null": 0.0, "unit": difference_unit(claim["unit"]), "against": against}


def _axis(claim: Record) -> str:
    """What claims must share to be drawn on one axis; empty for those without a place on any."""
    if tone(claim) in ("invalid", "not testable") or claim["value"] is None or claim["null"] is None:
        return ""
    return "share" if is_share(claim["unit"]) else str(claim["unit"])


def _ends(claims: Sequence[Record], axis: str) -> tuple[float, float]:
    """0 to 1 for shares, else symmetric around 0 and wide enough for every interval and margin."""
    if axis == "share":
        return 0.0, 1.0
    shown = [abs(claim[name] or 0.0) for claim in claims for name in ("value", "low", "high", "null", "margin")]
    most = 1.1 * max(shown, default=0.0) or 1.0
    return -most if any((claim["low"] or 0.0) < 0 or claim["null"] == 0 for claim in claims) else 0.0, most


def _heading(axis: str, ends: tuple[float, float]) -> str:
    if not axis:
        return ""
    unit = "probability" if axis == "share" else axis
    low, high = (numeral(end, unit, bare=True) for end in ends)
    name = "%" if axis == "share" else axis
    marks = "".join(f"<span>{printed(text)}</span>" for text in (low, name, high))
    return f'<tr class="strip__axis"><td colspan="3"></td><td><p class="bar__ends">{marks}</p></td></tr>'


def _row(claim: Record, ends: tuple[float, float]) -> str:
    kind = tone(claim)
    question = f'<a href="#claim-{attribute(claim["id"])}">{printed(claim["question"])}</a>'
    limits = interval(claim)
    value = claim.get("against", "") + brief(claim["value"], claim["unit"]) + (f" ({limits})" if limits else "")
    value += f", {claim['units']} {claim['units_name']}" if claim["units"] and not COUNTS.match(claim["unit"]) else ""
    if kind in ("invalid", "not testable"):
        cells = f'<td colspan="2">{printed(_why(claim))}</td>'
    else:
        cells = f"<td>{printed(value)}</td><td>{drawn(claim, *ends) if _axis(claim) else ''}</td>"
    mark = f"strip__verdict strip__verdict--{kind.replace(' ', '-')}"
    return f'<tr><th scope="row">{question}</th><td class="{mark}">{printed(_verdict(claim, kind))}</td>{cells}</tr>'


def _why(claim: Record) -> str:
    """The first gate that failed; the card has them all."""
    failed = [gate_text(gate) for gate in claim["gates"] if gate["passed"] is False]
    if not failed:
        return str(claim["reason"] or "no result")
    return f"{failed[0]}, and {len(failed) - 1} more" if len(failed) > 1 else failed[0]


def _verdict(claim: Record, kind: str) -> str:
    """Two or three words; the card has the whole label."""
    unit, gap = claim["unit"], difference_unit(claim["unit"])
    null, margin = numeral(claim["null"], unit, bare=not is_share(unit)), short(claim["margin"], gap)
    ruled_out = f"within {margin} of {null}" if claim["null"] else f"no effect over {margin}"
    words = {"invalid": NO_RESULT, "ruled out": ruled_out}
    words |= (
        {"above": f"above {null}", "below": f"below {null}"} if claim["null"] else {"above": "higher", "below": "lower"}
    )
    words |= {"negligible": f"negligible: under {margin}" if not claim["null"] else f"negligible: {ruled_out}"}
    words |= {"described": "estimate only"}
    return words.get(kind, kind) + OPEN.get(claim.get("leaves_open", ""), ("", ""))[0]
