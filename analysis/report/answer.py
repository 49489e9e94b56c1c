"""The answer a report opens with: at most three sentences, made from the records of its claims by rules.

1. A failed gate stands in the first sentence: alone where it takes the headline claim or at least half of the claims,
   else behind what was found.
2. What the model does: the first claims above or below their null, then effects that are negligible or ruled out.
3. What the report does not show: inconclusive claims with their minimum detectable effect, and those not testable.

Of 2 and 3, the group stands first that the headline claim is in.

No claim is named beyond its verdict, and no number of a claim whose gate failed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from analysis.report.numbers import COUNTS, brief, difference_unit, ends, null_text, numeral
from analysis.report.sentences import gate_text, too_small
from analysis.report.verdicts import (
    CORRECTION,
    INCONCLUSIVE,
    NEGLIGIBLE,
    NOT_TESTABLE,
    RULED_OUT,
    SAMPLE,
    SIZE,
    UNCHECKED,
)

Record = dict[str, Any]
UNSETTLED = (INCONCLUSIVE, NOT_TESTABLE, UNCHECKED)
SMALL = (NEGLIGIBLE, RULED_OUT)
MOST, FOUND = 2, 3
"""Claims named in each group, one where several groups stand in the last sentence, and of those that are decided; the
others are counted."""


def answer(claims: Sequence[Record]) -> str:
    """What `claims` (see `Claim.record`) amount to.

    >>> answer([])
    'This report makes no claims.'
    """
    if not claims:
        return "This report makes no claims."
    failed, sound = _split(claims)
    decided, bounded, unsettled = _decided(sound), _bounded(sound), _unsettled(sound)
    leads = bool(failed) and (claims[0] in failed or 2 * len(failed) >= len(claims))
    gate = _failure(failed, len(claims), leads)
    said = [decided, bounded, unsettled]
    if leads:
        parts = [gate, "; ".join(part for part in (decided, bounded) if part), unsettled]
    else:
        first = said.pop(_kind(claims[0])) or bounded or "no effect is established"
        parts = ["; ".join(part for part in (first, gate) if part), *(part for part in said if part != first)]
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)


def _kind(headline: Record) -> int:
    """Which group the headline claim is in, which the answer opens with: decided, bounded or unsettled."""
    return 2 if headline["verdict"] in UNSETTLED else 1 if headline["verdict"] in SMALL else 0


def _split(claims: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    failed = [claim for claim in claims if any(gate["passed"] is False for gate in claim["gates"])]
    return failed, [claim for claim in claims if claim not in failed]


def _failure(failed: Sequence[Record], many: int, leads: bool) -> str:
    """The failed gates, the most frequent cause of no result first; what they mean for the model where they lead."""
    if not failed:
        return ""
    gates = [gate for claim in failed for gate in claim["gates"] if gate["passed"] is False]
    names = [gate["name"] for gate in gates]
    ranked = sorted(
        {gate["name"]: gate for gate in reversed(gates)}.values(), key=lambda gate: -names.count(gate["name"])
    )
    without = f"{len(failed)} of {many} questions {'have' if len(failed) > 1 else 'has'} no valid result"
    without = f"no question has a valid result (of {many})" if len(failed) == many else without
    if not leads:
        return f"{without} ({'; '.join(map(gate_text, ranked[:MOST]))})"
    told = [gate for gate in ranked if gate.get("finding")] or ranked[:1]
    found = (f"{gate.get('finding') or 'a validity check failed'}: {gate_text(gate)}" for gate in told[:MOST])
    return "; ".join([*found, without])


def _decided(claims: Sequence[Record]) -> str:
    """Estimates beyond the null, those of other claims' details last; the headline claim also where it only
    describes."""
    lead = [claim for claim in claims if not claim["part_of"]]
    known = [claim for claim in claims if claim["verdict"] in ("above", "below")]
    known.sort(key=lambda claim: bool(claim["part_of"]))
    if lead and lead[0]["verdict"] == "described":
        known = [lead[0], *known]
    said = [_finding(claim, named=at == 0) for at, claim in enumerate(known[:FOUND])]
    return "; ".join(said) + _others(known, FOUND)


def _finding(claim: Record, named: bool) -> str:
    """What was found of one claim; `named`: with the level of the interval, which the others share."""
    unit = str(claim["unit"])
    number = brief(claim["value"], unit) if COUNTS.match(unit) else numeral(claim["value"], unit)
    if claim["low"] is not None and claim["high"] is not None:
        level = f"{100 * claim['level']:g} % interval " if named else ""
        number += f" ({level}{ends(claim['low'], claim['high'], unit)})"
    null = null_text(claim["null_name"], claim["null"], unit) if claim["null"] is not None else ""
    if claim["verdict"] not in ("above", "below"):
        return f"{claim['topic']}: {number}{f', beside {null}; described only' if claim['null'] else ''}"
    compared = f"{claim['verdict']} {null}"
    perhaps = ", which may be negligible" if claim["leaves_open"] == SIZE else ""
    return f"{claim['topic']}: {number}{f', {compared}' if claim['null'] else ''}{perhaps}"


def _bounded(claims: Sequence[Record]) -> str:
    """What cannot be large: claims with the same margin and null stand together."""
    small = sorted((claim for claim in claims if claim["verdict"] in SMALL), key=lambda claim: bool(claim["part_of"]))
    groups: dict[str, list[Record]] = {}
    for claim in small:
        groups.setdefault(_largest(claim), []).append(claim)
    named = [(words, group[:MOST]) for words, group in list(groups.items())[:MOST]]
    said = "; ".join(_alike(words, group) for words, group in named)
    return said + _others(small, sum(len(group) for _, group in named))


def _alike(words: str, group: Sequence[Record]) -> str:
    """Claims of one margin and one null; a single level with its value first."""
    if len(group) == 1 and group[0]["null"]:
        value = numeral(group[0]["value"], group[0]["unit"])
        return f"{group[0]['topic']}: {value}{_seen(group[0])}, {words}"
    return f"{words}: {', '.join(_measured(claim) for claim in group)}"


def _largest(claim: Record) -> str:
    margin = numeral(claim["margin"], difference_unit(claim["unit"]))
    if not claim["null"]:
        return f"no effect larger than {margin}"
    return f"within {margin} of {null_text(claim['null_name'], claim['null'], claim['unit'])}"


def _measured(claim: Record) -> str:
    """With the value of levels, and of effects that are detectable."""
    value = numeral(claim["value"], claim["unit"])
    shown = f"{value}{_seen(claim)}" if claim["null"] or _seen(claim) else ""
    return f"{claim['topic']} ({shown})" if shown else str(claim["topic"])


def _seen(claim: Record) -> str:
    return ", detectable but negligible" if claim["verdict"] == NEGLIGIBLE else ""


def _unsettled(claims: Sequence[Record]) -> str:
    small = [claim for claim in claims if claim["leaves_open"] == SAMPLE]
    large = [claim for claim in claims if claim not in small]
    groups = [
        ("inconclusive", large, "inconclusive", _missed),
        ("this run is too small to decide", small, "inconclusive", _lacking),
        ("not verified, as a validity check could not be made", claims, "not verified", _topic),
        ("not testable", claims, "not testable", _topic),
    ]
    known = [(intro, part, verdict, words) for intro, part, verdict, words in groups
             if any(claim["verdict"] == verdict for claim in part)]  # fmt: skip
    most = MOST if len(known) == 1 else 1
    return "; ".join(f"{intro}: {_listed(part, verdict, words, most)}" for intro, part, verdict, words in known)


def _topic(claim: Record) -> str:
    return str(claim["topic"])


def _lacking(claim: Record) -> str:
    return f"{claim['topic']} ({too_small(claim)})"


def _missed(claim: Record) -> str:
    if claim["leaves_open"] == CORRECTION:
        return f"{claim['topic']} (beyond its null only before correction for {claim['findings']} findings)"
    if claim["detectable"] is None:
        return str(claim["topic"])
    return (
        f"{claim['topic']} (minimum detectable effect {numeral(claim['detectable'], difference_unit(claim['unit']))})"
    )


def _listed(claims: Sequence[Record], verdict: str, words: Callable[[Record], str], most: int = MOST) -> str:
    known = [claim for claim in claims if claim["verdict"] == verdict]
    known.sort(key=lambda claim: bool(claim["part_of"]))
    return ", ".join(words(claim) for claim in known[:most]) + _others(known, most)


def _others(known: Sequence[Record], most: int = MOST) -> str:
    left = len(known) - most
    return f"; {left} more" if left > 0 else ""
