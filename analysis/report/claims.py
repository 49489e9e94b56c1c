"""Claims: what a report is read for. A question, its estimate, its gates, and one sentence that says no more than the
interval allows. Every notebook ends with `publish`. Code finds claims by `id`, never by words."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.report.answer import answer
from analysis.report.cards import STYLE, card, printed
from analysis.report.controls import agrees, clears, negative_control, positive_control
from analysis.report.family import ALPHA, screened
from analysis.report.gates import (
    INSTRUMENT,
    INTERPRETATION,
    Gate,
    at_least,
    at_most,
    convergence,
    option_mass,
    parse_rate,
    position_bias,
)
from analysis.report.paper import Paper
from analysis.report.sentences import label, sentence, speaks_for
from analysis.report.verdicts import ABOVE, BELOW, INCONCLUSIVE, left_open, margin_of, units_needed, verdict
from analysis.stats import target as targets
from analysis.stats.by_unit import check
from analysis.stats.fits._units import Estimate
from analysis.stats.fits.power import detectable
from probes import schema

__all__ = [
    "INSTRUMENT",
    "INTERPRETATION",
    "Cards",
    "Claim",
    "Gate",
    "Paper",
    "agrees",
    "at_least",
    "at_most",
    "clears",
    "convergence",
    "identifier",
    "negative_control",
    "option_mass",
    "parse_rate",
    "position_bias",
    "positive_control",
    "publish",
    "screened",
]
IDENTIFIER = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


def identifier(*parts: str) -> str:
    """Names joined to the id of a claim.

    >>> identifier("minds", "shift", "Big-Five: high")
    'minds.shift.big_five_high'
    """
    return ".".join(re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_") or "none" for part in parts)


@dataclass(frozen=True)
class Claim:
    """One finding.

    Parameters
    ----------
    question : what was asked, in plain words.
    estimate, unit : the number, and what it is measured in ("probability", "points of the game", "percentage points").
    null, null_name : what a model without the ability would give, and what that is called.
    gates : conditions without which the number means nothing.
    subject : what was measured, as the subject of the sentence ("cooperation after a defection").
    margin : smallest effect of interest, in the unit of differences. None: that of `verdicts.MARGINS`; 0: none.
    units_name : what the independent units are ("matches").
    id : dotted name, unique within a report ("games.cooperates"); code finds the claim by it.
    part_of : id of the claim that this one details.
    family : claims that share one error rate; the first part of the id unless given.
    detectable : minimum detectable effect (80 % power); from the width of the interval unless given.
    over_null : estimate minus null, by unit, where the null is itself an estimate; it then decides.
    adjusted, findings : Holm's p over the `findings` of its report (`screened`); above ALPHA nothing is decided.
    wanted : minimum detectable effect that the question needs; without it an inconclusive claim says so.
    topic : a short noun for the report's answer ("cooperation"); the question unless given.
    target : what the interval is about (`stats.target.TARGETS`); of FIXED levels a claim describes and decides nothing.
    kinds, kinds_name : the same number with the interval for new kinds, and what these are ("domains").
    by_unit : value of every unit, whose mean is the estimate, where the claim cannot be made again without the model:
        runs are then paired by these.

    Raises
    ------
    ValueError : a negative margin, a margin without a null, an id that is not dotted lower-case names, or values by
        unit with another mean.
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
    id: str = ""
    part_of: str = ""
    family: str = ""
    detectable: float | None = None
    wanted: float | None = None
    topic: str = ""
    over_null: Estimate | None = None
    adjusted: float | None = None
    findings: int = 1
    target: str = targets.MORE
    kinds: Estimate | None = None
    kinds_name: str = "kinds"
    by_unit: Mapping[str, float] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.margin is not None and (self.null is None or self.margin < 0):
            raise ValueError("a margin must not be negative and needs a null to be compared with")
        if self.id and not IDENTIFIER.fullmatch(self.id):
            raise ValueError(f"the id of a claim is dotted lower-case names (games.cooperates), not {self.id!r}")
        targets.check(self.target)
        check(self.by_unit, self.estimate.value)
        found = self.decides[0]
        filled: dict[str, Any] = {"gates": tuple(self.gates), "family": self.family or self.id.partition(".")[0]}
        filled["topic"] = self.topic or f"\N{LEFT DOUBLE QUOTATION MARK}{self.question}\N{RIGHT DOUBLE QUOTATION MARK}"
        if self.null is not None:
            filled["margin"] = margin_of(self.unit) if self.margin is None else self.margin
            if self.detectable is None:
                filled["detectable"] = detectable(found.low, found.high, found.units - 1, found.level)
        for name, value in filled.items():
            object.__setattr__(self, name, value)

    @property
    def verdict(self) -> str:
        """What interval, margin, gates and the number of findings allow; see `verdicts`."""
        return INCONCLUSIVE if self.outnumbered else self._alone

    @property
    def _alone(self) -> str:
        """The verdict, were this the only finding of its report."""
        return verdict(*self.decides, self.margin, self.gates, self.target == targets.FIXED)

    @property
    def outnumbered(self) -> bool:
        """Whether its interval excludes the null, and the number of findings in the report takes that back."""
        return self.adjusted is not None and self.adjusted > ALPHA and self._alone in (ABOVE, BELOW)

    @property
    def leaves_open(self) -> str:
        """What the verdict does not settle; see `verdicts.left_open`."""
        return left_open(self.verdict, *self.decides, self.margin, self.detectable, self.wanted, self.outnumbered)

    @property
    def decides(self) -> tuple[Estimate, float | None]:
        """The estimate that decides, and the null it is compared with."""
        return (self.estimate, self.null) if self.over_null is None else (self.over_null, 0.0)

    @property
    def units_needed(self) -> int | None:
        """Independent units that would detect an effect of the margin; None where these would."""
        return units_needed(self.estimate.units, self.detectable, self.margin)

    @property
    def sentence(self) -> str:
        """Plain language; never more than the interval allows."""
        return sentence(self)

    def record(self) -> dict[str, Any]:
        """JSON form, complete."""
        own = ("id", "part_of", "family", "topic", "question", "sentence", "verdict", "subject", "unit", "units_name",
               "null", "null_name", "margin", "detectable", "wanted", "units_needed", "adjusted", "findings", "target",
               "kinds_name", "leaves_open")  # fmt: skip
        fields = {name: getattr(self, name) for name in own} | self.estimate.record()
        others = {"over_null": self.over_null, "kinds": self.kinds}
        fields |= {name: found.record() if found else None for name, found in others.items()}
        fields |= {"gates": [asdict(gate) for gate in self.gates], "paper": asdict(self.paper) if self.paper else None}
        fields |= {"by_unit": dict(self.by_unit)} if self.by_unit else {}
        return fields | {"label": label(fields), "speaks_for": speaks_for(fields)}

    def _repr_html_(self) -> str:
        return card(self.record()) + STYLE

    def __str__(self) -> str:
        return f"{self.question}\n  {self.sentence}"


class Cards(tuple[Claim, ...]):
    """Published claims; displays them as the report's answer and cards."""

    @property
    def answer(self) -> str:
        """What the claims amount to, in at most three sentences."""
        return answer([claim.record() for claim in self])

    def __getitem__(self, key: Any) -> Any:
        """A claim by its id, or by its position. KeyError for an unknown id."""
        if not isinstance(key, str):
            return super().__getitem__(key)
        known = {claim.id: claim for claim in self}
        if key not in known:
            raise KeyError(f"no claim {key!r} here; there are: {', '.join(known)}")
        return known[key]

    def _repr_html_(self) -> str:
        cards = "".join(card(claim.record()) for claim in self)
        said = f'<p class="answer">{printed(self.answer)}</p>'
        return f'<div class="claims">{said}<div class="cards">{cards}</div>{STYLE}</div>'

    def __repr__(self) -> str:
        return "\n".join([self.answer, *map(str, self)])


def publish(claims: Claim | Iterable[Claim], out: str | os.PathLike[str],
            margins: Mapping[str, float] | None = None) -> Cards:  # fmt: skip
    """Write `out/claims.json` whole or not at all, and return the cards. The last cell of every notebook.

    `margins`: id -> smallest effect of interest, where the reader's differs from the claim's. ValueError for missing,
    repeated or unknown ids.
    """
    given, own = ([claims] if isinstance(claims, Claim) else list(claims)), dict(margins or {})
    _check([claim.id for claim in given], [*own, *(claim.part_of for claim in given if claim.part_of)])
    cards = Cards(screened(replace(claim, margin=own.get(claim.id, claim.margin)) for claim in given))
    content = {"finished": True, "answer": cards.answer, "claims": [claim.record() for claim in cards]}
    with schema.replacing(Path(out) / "claims.json") as stream:
        stream.write(f"{json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)}\n".encode())
    return cards


def _check(ids: list[str], named: list[str]) -> None:
    if not all(ids):
        raise ValueError('a claim has no id: give each one, such as Claim(..., id="games.cooperates")')
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        raise ValueError(f"ids must be unique within a report; given twice: {', '.join(twice)}")
    unknown = [name for name in named if name not in ids]
    if unknown:
        raise ValueError(f"no claim of this report has the id {unknown[0]!r}; there are: {', '.join(ids)}")
