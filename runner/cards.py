"""Claims as a page shows them: which open it, which are folded; whatever is malformed is left out, never guessed at."""

from __future__ import annotations

from typing import Any

from analysis.report.verdicts import SAMPLE
from runner.files import finite

MOST = 6
"""Claims that open a report: two rows of three fill 1280 x 800. The page's script folds what a smaller screen lacks."""
RENAMED = {"undecided": "inconclusive", "equivalent": "ruled out", "not estimable": "not testable"}
"""Verdicts in claims.json of earlier versions."""
WORDS = ("id", "part_of", "family", "topic", "question", "sentence", "verdict", "unit", "units_name", "null_name",
         "method", "reason", "target", "speaks_for", "leaves_open")  # fmt: skip
NUMBERS = ("value", "low", "high", "level", "null", "margin", "detectable", "wanted", "spread", "units", "rows",
           "scored", "asked", "units_needed", "findings", "adjusted")  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "verdict": "described",
    "null_name": "chance",
    "units_name": "independent units",
    "level": 0.95,
}


def cards(claims: dict[str, Any] | None) -> list[dict[str, Any]]:
    """One complete record per claim, with `tone`, `label`, `number`, `interval` and `failed` for the templates."""
    given = (claims or {}).get("claims")
    known = [_complete(claim) for claim in given if isinstance(claim, dict)] if isinstance(given, list) else []
    asked = {claim["id"]: claim["question"] for claim in known if claim["id"]}
    return [_card(claim, asked.get(claim["part_of"], "")) for claim in known]


def headline(cards: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(cards of the first screen, the others): the notebook's own question, whatever came of it, then its other
    questions and the details of a claim, of each those last that failed a gate; never what the run is too small for."""
    ordered = cards[:1] + sorted(cards[1:], key=_rank)
    first = [card for card in ordered[:MOST] if card is cards[0] or card["leaves_open"] != SAMPLE]
    return first, ordered[len(first) :]


def _rank(card: dict[str, Any]) -> tuple[bool, bool, bool]:
    return card["leaves_open"] == SAMPLE, bool(card["part_of"]), card["tone"] == "invalid"


def _complete(claim: dict[str, Any]) -> dict[str, Any]:
    """Every field of a claim's record with a value of its type, also from files of earlier versions."""
    words = {name: str(claim.get(name) or DEFAULTS.get(name, "")) for name in WORDS}
    numbers = {
        name: value if (value := finite(claim.get(name))) is not None else DEFAULTS.get(name) for name in NUMBERS
    }
    counts = {name: int(numbers[name] or 0) for name in ("units", "rows", "scored", "asked")}
    gates = [_gate(gate) for gate in claim.get("gates") or [] if isinstance(gate, dict)]
    verdict = RENAMED.get(words["verdict"], words["verdict"])
    needed = None if numbers["units_needed"] is None else int(numbers["units_needed"])
    paper = claim.get("paper") if isinstance(claim.get("paper"), dict) else None
    told = {"verdict": verdict, "gates": gates, "units_needed": needed, "paper": paper, "over_null": _over(claim)}
    return {**words, **numbers, **counts, **told}


def _over(claim: dict[str, Any]) -> dict[str, Any] | None:
    """The difference from an estimated null, where it has all of its numbers."""
    given = claim.get("over_null")
    ends = {name: finite(given.get(name)) for name in ("value", "low", "high")} if isinstance(given, dict) else {}
    return ends if ends and None not in ends.values() else None


def _gate(gate: dict[str, Any]) -> dict[str, Any]:
    passed = gate.get("passed")
    return {**gate, "value": finite(gate.get("value")), "passed": passed if isinstance(passed, bool) else None}


def _card(claim: dict[str, Any], asked: str) -> dict[str, Any]:
    from analysis.report.cards import interval, tone
    from analysis.report.numbers import numeral
    from analysis.report.sentences import gate_text, label

    failed = "; ".join(gate_text(gate) for gate in claim["gates"] if gate["passed"] is False)
    whole = {"id": claim["part_of"], "question": asked} if asked else None
    return claim | {"whole": whole, "tone": tone(claim), "label": label(claim), "failed": failed,
                    "number": numeral(claim["value"], claim["unit"]), "interval": interval(claim)}  # fmt: skip
