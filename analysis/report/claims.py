"""Claims: what the reader came for. A question, its estimate, what was ruled out first, and one sentence that says no
more than the interval allows. Every notebook ends with `publish`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from analysis.report.files import replacing
from analysis.report.sentences import STYLE, card, sentence
from analysis.stats import screen
from analysis.stats.fits._units import Estimate

INSTRUMENT = "instrument not valid for this model"
INTERPRETATION = "not interpretable"
LABELS = ("full", "abs", "sec", "repo", "calc", "mem", "unknown")
COMPARABLE = ("yes", "no", "direction only")
ALPHA = 0.05
"""Share of reports that may decide anything where nothing is."""


@dataclass(frozen=True)
class Gate:
    """A condition without which the number means nothing. `passed` None: it could not be checked.

    `verdict` is what a failure says about the claim: INSTRUMENT (option mass, parse rate, position bias, positive
    control) or INTERPRETATION (negative control, convergence).
    """

    name: str
    value: float | None
    passed: bool | None
    why: str
    verdict: str = INSTRUMENT

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", None if self.value is None else float(self.value))
        object.__setattr__(self, "passed", None if self.passed is None else bool(self.passed))  # NumPy's is no JSON


def at_least(name: str, value: float | None, floor: float, verdict: str = INSTRUMENT) -> Gate:
    """Passed when value >= floor; not checked when there is no value."""
    return Gate(name, value, None if value is None else value >= floor, f"needs at least {floor:g}", verdict)


def at_most(name: str, value: float | None, ceiling: float, verdict: str = INSTRUMENT) -> Gate:
    """Passed when |value| <= ceiling; not checked when there is no value."""
    return Gate(name, value, None if value is None else abs(value) <= ceiling, f"may be at most {ceiling:g}", verdict)


def option_mass(value: float | None, floor: float = 0.5) -> Gate:
    """Median probability of all options together (`frame.option_mass`)."""
    return at_least("option mass", value, floor)


def parse_rate(value: float | None, floor: float = 0.8) -> Gate:
    """Share of replies that could be read (`scored` of `frame.asked`)."""
    return at_least("parse rate", value, floor)


def position_bias(value: float | None, ceiling: float = 0.9) -> Gate:
    """Move of the measure with the option shown first; 0.9 is a first-listed rate of 95 % (Akata et al. 2025)."""
    return at_most("position bias", value, ceiling)


def positive_control(value: float | None, floor: float) -> Gate:
    """A condition in which the effect must appear, or the instrument cannot see it."""
    return at_least("positive control", value, floor)


def negative_control(estimate: Estimate, size: float, null: float = 0.0) -> Gate:
    """A condition in which the effect must not appear: its interval must lie within `size` of `null`.

    Decided by size, not by significance, which few units would never reach. Failed where the estimate itself is as far
    off; not checked where it is not, and its interval cannot rule it out.
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        passed = None
    elif abs(estimate.value - null) >= size:
        passed = False
    else:
        passed = True if max(null - estimate.low, estimate.high - null) < size else None
    why = f"its interval must lie within {size:g} of {null:g}"
    return Gate("negative control", estimate.value, passed, why, INTERPRETATION)


def convergence(converged: bool, why: str = "") -> Gate:
    """Whether the fit behind the number arrived."""
    return Gate("convergence", float(converged), converged, why or "the fit must converge", INTERPRETATION)


@dataclass(frozen=True)
class Paper:
    """A published figure: evidence `label` (full, abs, sec, repo, calc), and whether ours can be compared, and why."""

    value: float
    source: str
    label: str
    comparable: str
    why: str

    def __post_init__(self) -> None:
        if self.label not in LABELS or self.comparable not in COMPARABLE:
            raise ValueError(f"label is one of {LABELS}, comparable one of {COMPARABLE}")
        if not self.why:
            raise ValueError("say why the figure is or is not comparable")


@dataclass(frozen=True)
class Claim:
    """One finding.

    question: what was asked, in plain words.  subject: what was measured on, as the sentence's subject ("cooperation of
    smollm2 after a defection").  unit: of the estimate ("probability", "points of the game", "percentage points").
    null: what a model without the ability would give, named by `null_name`.  margin: declared beforehand; only with it
    can the claim say "no practical difference" (the whole interval must lie within `margin` of `null`).
    units_name: what the independent units are ("matches").  over_null: estimate minus null, by unit, where the null is
    itself an estimate; it then decides, because a fixed line would pass its own error for an effect.
    adjusted: Holm's p over the `family` of all findings of its report (`screened`), above ALPHA of which nothing is
    decided.
    """

    question: str
    estimate: Estimate
    unit: str
    null: float | None = None
    gates: tuple[Gate, ...] = ()
    paper: Paper | None = None
    subject: str = "The estimate"
    null_name: str = "chance"
    margin: float | None = None
    units_name: str = "independent units"
    over_null: Estimate | None = None
    adjusted: float | None = None
    family: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "gates", tuple(self.gates))
        if self.margin is not None and (self.null is None or self.margin <= 0):
            raise ValueError("an equivalence margin must be positive and needs a null to be equal to")

    @property
    def verdict(self) -> str:
        """A failed gate's verdict, or: not estimable, described, equivalent, above, below, undecided.

        A gate that could not be checked decides nothing, and lets nothing be decided: the claim is described.
        """
        failed, estimate = [gate for gate in self.gates if gate.passed is False], self.estimate
        if failed:
            return INSTRUMENT if any(gate.verdict == INSTRUMENT for gate in failed) else failed[0].verdict
        if estimate.value is None:
            return "not estimable"
        decides, null = self.decides
        unchecked = any(gate.passed is None for gate in self.gates)
        if null is None or decides.low is None or decides.high is None or unchecked:
            return "described"
        return "undecided" if self.outnumbered else _against(decides.low, decides.high, null, self.margin)

    @property
    def outnumbered(self) -> bool:
        """Whether its interval leaves the null out, and the number of findings in the report takes that back."""
        found, null = self.decides
        if self.adjusted is None or self.adjusted <= ALPHA or null is None or found.low is None or found.high is None:
            return False
        return _against(found.low, found.high, null, self.margin) in ("above", "below")

    @property
    def decides(self) -> tuple[Estimate, float | None]:
        """The estimate that decides, and the null it is held against."""
        return (self.estimate, self.null) if self.over_null is None else (self.over_null, 0.0)

    @property
    def sentence(self) -> str:
        """Plain language; never more than the interval allows."""
        return sentence(self)

    def record(self) -> dict[str, Any]:
        """JSON form, complete."""
        return {
            "question": self.question,
            "sentence": self.sentence,
            "verdict": self.verdict,
            "subject": self.subject,
            "unit": self.unit,
            "units_name": self.units_name,
            "null": self.null,
            "null_name": self.null_name,
            "margin": self.margin,
            "adjusted": self.adjusted,
            "family": self.family,
            "over_null": self.over_null.record() if self.over_null else None,
            **self.estimate.record(),
            "gates": [asdict(gate) for gate in self.gates],
            "paper": asdict(self.paper) if self.paper else None,
        }

    def _repr_html_(self) -> str:
        return card(self.record()) + STYLE

    def __str__(self) -> str:
        return f"{self.question}\n  {self.sentence}"


def _against(low: float, high: float, null: float, margin: float | None) -> str:
    if margin is not None and null - margin < low and high < null + margin:
        return "equivalent"
    if low > null:
        return "above"
    return "below" if high < null else "undecided"


def screened(claims: Iterable[Claim]) -> list[Claim]:
    """The claims of one report with Holm's p over all that its intervals could decide: one error rate a report."""
    given = list(claims)
    members = [at for at, claim in enumerate(given) if claim.verdict in ("above", "below", "undecided")]
    for at, p in zip(members, screen.adjusted([given[at].decides for at in members]), strict=True):
        given[at] = replace(given[at], adjusted=p, family=len(members))
    return given


class Cards(tuple[Claim, ...]):
    """Published claims; displays them as cards."""

    def _repr_html_(self) -> str:
        return f'<div class="claims">{"".join(card(claim.record()) for claim in self)}{STYLE}</div>'

    def __repr__(self) -> str:
        return "\n".join(map(str, self))


def publish(claims: Claim | Iterable[Claim], out: str | os.PathLike[str]) -> Cards:
    """Write `out/claims.json` whole or not at all, and return the cards. The last cell of every notebook."""
    cards = Cards(screened([claims] if isinstance(claims, Claim) else claims))
    content = {"finished": True, "claims": [claim.record() for claim in cards]}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    with replacing(Path(out) / "claims.json") as staged:
        staged.write_text(text, encoding="utf-8")
    return cards
