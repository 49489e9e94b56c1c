"""What a run has published, `claims.json`: every claim complete, every number one that can be counted with."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

from probes.schema.files import MOST as LARGEST
from probes.schema.files import checksum
from probes.schema.forms import COUNT, FLAG, NUMBER, RECEIPT, REMEDY, SHARE, TEXT, Form, Maybe, Unreadable, read

FILE = "claims.json"
MOST = 10_000
"""Claims of one run."""
_TEXTS = ("id", "part_of", "family", "topic", "question", "sentence", "subject", "unit", "method", "reason", "target",
          "kinds_name", "leaves_open", "label", "speaks_for")  # fmt: skip
_NUMBERS = ("value", "low", "high", "null", "margin", "detectable", "wanted", "spread", "adjusted", "units_needed")
_COUNTS = ("units", "rows", "scored", "asked")
_ESTIMATE: Form = {**dict.fromkeys(("value", "low", "high", "spread"), Maybe(NUMBER)), **dict.fromkeys(_COUNTS, COUNT),
                   "level": SHARE, "method": TEXT, "reason": TEXT}  # fmt: skip
_GATE: Form = {
    **dict.fromkeys(("name", "why", "verdict", "finding", "unit"), TEXT),
    "value": Maybe(NUMBER),
    "passed": Maybe(FLAG),
}
_CLAIM: Form = {
    **dict.fromkeys((*_TEXTS, "verdict", "null_name", "units_name"), TEXT), **dict.fromkeys(_NUMBERS, Maybe(NUMBER)),
    **dict.fromkeys((*_COUNTS, "findings"), COUNT), "level": SHARE, "gates": [_GATE],
    "over_null": Maybe(_ESTIMATE), "kinds": Maybe(_ESTIMATE), "by_unit": {str: NUMBER},
    "paper": Maybe({"value": NUMBER, **dict.fromkeys(("source", "label", "comparable", "why"), TEXT)}),
}  # fmt: skip
_EMPTY: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, ""), **dict.fromkeys((*_NUMBERS, "over_null", "kinds", "paper")),
    **dict.fromkeys(_COUNTS, 0), "verdict": "described", "null_name": "chance", "units_name": "independent units",
    "level": 0.95, "findings": 1, "gates": [],
}  # fmt: skip
_NO_GATE: dict[str, Any] = {
    **dict.fromkeys(("name", "why", "verdict", "finding", "unit"), ""),
    "value": None,
    "passed": None,
}
_FORM: Form = {"finished": FLAG, "answer": TEXT, "claims": [_CLAIM]}


def published(out: str | os.PathLike[str]) -> dict[str, Any]:
    """`finished`, `answer` and `claims` of a run folder; empty where it has published nothing.

    Every claim has every field of `Claim.record` (`by_unit` only where it says so); of what an earlier version did
    not write it has the value that says nothing.

    Raises
    ------
    Unreadable
        It names the file, the claim, the field and what stands there.
    """
    path = Path(out) / FILE
    content = read(path, _FORM)
    claims = [_complete(claim, f"{path}: claim {number}") for number, claim in enumerate(content.get("claims", ()), 1)]
    if len(claims) > MOST:
        raise Unreadable(f"{path}: {len(claims):,} claims, at most {MOST:,} are read; {REMEDY}")
    twice = [name for name, many in Counter(claim["id"] for claim in claims).items() if name and many > 1]
    if twice:
        raise Unreadable(f"{path}: the claim {twice[0][:60]!r} is there twice; {REMEDY}")
    return {**content, "claims": claims} if content else {}


def unaltered(out: str | os.PathLike[str]) -> None:
    """Unreadable where the claims are not those that the run left, as its receipt says; made by hand it has none."""
    path = Path(out) / FILE
    left = read(path.with_name("receipt.json"), RECEIPT).get("outputs", {}).get(FILE)
    if left and not path.is_file():
        raise Unreadable(f"{path} is missing: put it back, or run the same command again")
    if left and (path.stat().st_size > LARGEST or left != checksum(path)):  # no file of holes is read to its end
        raise Unreadable(f"{path} changed since the run finished: put it back, or run the same command again")


def _complete(claim: dict[str, Any], where: str) -> dict[str, Any]:
    for name, found in (("interval", claim), *((name, claim.get(name)) for name in ("over_null", "kinds"))):
        low, high = (found or {}).get("low"), (found or {}).get("high")
        if low is not None and high is not None and low > high:
            raise Unreadable(f"{where}: {name} from {low} to {high}, which is none; {REMEDY}")
    return {**_EMPTY, **claim, "gates": [_NO_GATE | gate for gate in claim.get("gates", ())]}
