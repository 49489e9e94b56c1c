"""The claims of the atlas: one per axis, what survives multiplicity, and whether abilities correlate."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.atlas.tables.contrasts import compare, contrasts
from analysis.atlas.tables.profile import profile
from analysis.atlas.tables.survey import AXES, NOBODY, Survey
from analysis.atlas.tables.together import together
from analysis.report.claims import INTERPRETATION, Claim, Gate
from analysis.stats.fits._fit import Fit
from analysis.stats.fits._units import Estimate
from analysis.stats.fits.power import detectable

FIRST = ("reaction", "minds", "cooperation", "knowledge")
"""Axes that get a claim."""
Line = dict[Any, Any]


def claims(surveyed: Survey) -> list[Claim]:
    """Who expects a reaction, reads minds, cooperates, knows; which differences survive; do abilities go together."""
    cells, lines = profile(surveyed), contrasts(surveyed)
    return [*(_axis(surveyed, cells, lines, axis) for axis in FIRST), _survivors(lines), _joint(surveyed)]


def _nothing(reason: str, units: int = 0) -> Estimate:
    return Estimate(None, None, None, 0.95, units, 0, 0, 0, "none", reason=reason)


def _dicts(frame: pd.DataFrame) -> list[Line]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _axis(surveyed: Survey, cells: pd.DataFrame, lines: pd.DataFrame, axis: str) -> Claim:
    """Two readable models or more: their largest difference; one: that model against chance."""
    about, named = AXES[axis], _named(axis)
    here = _dicts(cells[(cells["axis"] == axis) & (cells["persona"] == NOBODY)])
    readable = [line for line in here if not line["gate"]]
    if not here:
        reason = f"no finished run of the notebook {about['notebook']} in this folder"
        return Claim(about["question"], _nothing(reason), about["unit"], subject=f"The probe {about['probe']}", **named)
    if len(readable) > 1:
        return _largest(surveyed, _dicts(lines), axis)
    line = readable[0] if readable else here[0]
    closed = (Gate(f"gates of {line['model']}", None, False, f"failed there: {line['gate']}"),)
    return _single(axis, line, () if readable else closed)


def _named(axis: str) -> dict[str, Any]:
    return {"id": f"atlas.{axis}", "topic": AXES[axis]["topic"]}


def _single(axis: str, line: Line, gates: tuple[Gate, ...]) -> Claim:
    about = AXES[axis]
    fields = ("value", "low", "high", "level", "units", "rows", "scored", "asked", "method", "spread")
    values: dict[str, Any] = {name: line[name] for name in fields} | {"reason": line["reason"] or ""}
    question = f"{about['question']} (one model measured)" if not gates else about["question"]
    return Claim(
        question,
        Estimate(**values),
        about["unit"],
        line["chance"],
        gates,
        subject=line["model"] + _on(line["data"]),
        null_name=about["chance_name"],
        **_named(axis),
    )


def _largest(surveyed: Survey, lines: list[Line], axis: str) -> Claim:
    """The difference of two models farthest from zero, its interval widened for having looked at all of them."""
    about = AXES[axis]
    family = [line for line in lines if line["family"] == "models" and line["axis"] == axis]
    own = [line for line in family if line["value"] is not None and not line["why"]]
    if not own:
        reasons = "; ".join(dict.fromkeys(line["why"] for line in family))
        return Claim(
            about["question"],
            _nothing(reasons or "no two models"),
            about["unit"],
            subject="The difference",
            **_named(axis),
        )
    top = max(own, key=_size)
    rows = surveyed.rows[(surveyed.rows["measure"] == axis) & (surveyed.rows["persona"] == NOBODY)]
    a, b = (rows[rows["model"] == top[side]] for side in ("a", "b"))
    fit, test = compare(a, b, level=1 - 0.05 / len(own))
    subject = f"{top['a']} minus {top['b']}" + f", the largest of {len(own)} differences" * (len(own) > 1)
    subject += _on(rows["data"].iloc[0] if "data" in rows else "")
    unit = "percentage points" if about["unit"] == "probability" else about["unit"]
    value = _estimate(fit, pd.concat([a, b]), test)
    question = f"{about['question']} {top['a']} against {top['b']}"
    return Claim(
        question,
        value,
        unit,
        0.0,
        subject=subject,
        null_name="no difference",
        units_name="units",
        detectable=detectable(fit.low, fit.high, fit.df, fit.level),
        **_named(axis),
    )


def _on(data: str) -> str:
    return f", on {data}" if data else ""


def _size(line: Line) -> float:
    return abs(float(line["value"]))


def _estimate(fit: Fit, rows: pd.DataFrame, test: str) -> Estimate:
    many, scored, level = len(rows), int(rows["value"].notna().sum()), round(fit.level, 6)
    return Estimate(fit.estimate, fit.low, fit.high, level, fit.units, many, scored, many, test, reason=fit.reason)


def _survivors(lines: pd.DataFrame) -> Claim:
    question = "Which differences between models and personas survive multiplicity?"
    if lines.empty:
        nothing = _nothing("one model without personas: there is nothing to compare")
        return Claim(question, nothing, "differences", id="atlas.differences", topic="differences between models")
    kept, many = _dicts(lines[lines["survives"]]), len(lines)
    tested = int(lines["p"].notna().sum())
    examples = "; ".join(f"{line['axis']}: {line['a']} against {line['b']}" for line in kept[:3])
    listed = f" ({examples}{f' and {len(kept) - 3} more' * (len(kept) > 3)})" * bool(kept)
    subject = f"Of {many} declared differences, those with a Holm-adjusted p below .05{listed}"
    count = Estimate(float(len(kept)), None, None, 0.95, many, many, tested, many, "count", reason="a count")
    return Claim(
        question,
        count,
        "differences",
        subject=subject,
        units_name="declared differences",
        id="atlas.differences",
        topic="differences that survive Holm",
    )


def _joint(surveyed: Survey) -> Claim:
    """The strongest correlation over models, which needs at least five of them."""
    over = [line for line in _dicts(together(surveyed)) if line["over"] == "models"]
    question = "Do abilities correlate over models?"
    about: dict[str, Any] = {"id": "atlas.correlation", "topic": "correlation of abilities"}
    known = [line for line in over if line["value"] is not None]
    if not known:
        most = max((int(line["n"]) for line in over), default=len(surveyed.models))
        reason = f"at most {most} models could be read on two axes; the order of fewer than 5 says nothing"
        return Claim(
            question, _nothing(reason, most), "rank correlation", subject="Across models", units_name="models", **about
        )
    top = max(known, key=_size)
    n = int(top["n"])
    fit = Estimate(top["value"], top["low"], top["high"], 0.95, n, n, n, n, "Fisher's z of rho, Bonett & Wright")
    gate = Gate("Holm-adjusted p", top["adjusted"], bool(top["survives"]), "must be below .05", INTERPRETATION)
    subject = f"{top['a']} with {top['b']}, the strongest of {len(known)}"
    return Claim(
        question,
        fit,
        "rank correlation",
        0.0,
        (gate,),
        subject=subject,
        null_name="no relation",
        units_name="models",
        **about,
    )
