"""Coverage and false verdicts of every kind of claim, records in and card out. Writes docs/coverage.md.

Rerun: `make coverage`, or `python tests/stats/simulate_claims.py [--repeats 200] [--seed 1] [--only WORD]`.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from claim_worlds import Line, lines  # noqa: E402

from analysis.report import claims  # noqa: E402

KNOWN = ROOT / "tests/golden/claim_coverage.csv"
COVERAGE, FALSE, REPEATS = 0.94, 0.06, 200
INTRODUCTION = """# How far the claims can be trusted

Every kind of claim, simulated whole: records in, card out. *Covered*: share of cards whose 95 % interval holds the true
value. *False*: share that say "above" or "below" where the null is true. *No interval*: share of samples in which the
card refuses to give one; the other shares are of the cards that do. Units differ from one another (SD 1 on the logit
scale), have unequal numbers of rows where the design says so, and include rates of 2 % and sides that are all no.
Every line says of how many samples, seed {seed}; at {repeats} the Monte-Carlo standard error of 95 % is {error:.1f}
points.

**Target** says what would be drawn anew. *These stimuli*: only the model's answers. *More of the same generator*: other
stimuli of the same kinds. *New kinds*: other domains, story families or covers. A claim about more of the same says
nothing about new kinds: with five domains that differ by SD 1, an interval over contexts misses the domains' rate in a
third of samples. Games with fixed levels (covers, opponents, horizons crossed) are described for these levels, with
matches as units.

**Family** says over what errors are counted. Everything that one report decides is a family: `publish` takes Holm's
p over all of its findings, so that at most one report in twenty says "above" or "below" anywhere when nothing is there
(last lines). Sections that screen many lines (personas, kinds of confidence, layers) are families of their own before
that.

A line must cover at least 94 % and be false in at most 6 %, within two standard errors, or refuse.
"""
COLUMNS = ("claims", "target", "unit", "method", "family", "design", "covered", "false", "refused", "samples")


def run(line: Line, repeats: int, seed: int) -> dict[str, object]:
    """Coverage with an effect, false verdicts without one, and how often there was no interval."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{line.claims} {line.design}".encode())])
    held, false, refused = [], [], 0
    for at in range(2 * repeats):
        found, truth = line.make(rng, at % 2 == 0)
        card = claims.Claim("?", found, "probability", truth)
        if card.verdict in ("described", "not estimable"):
            refused += 1
        elif at % 2:
            held.append(found.low - 1e-9 <= truth <= found.high + 1e-9)
        else:
            false.append(card.verdict in ("above", "below"))
    named = {name: getattr(line, name) for name in COLUMNS[:6]}
    return named | {
        "covered": np.mean(held),
        "false": np.mean(false),
        "refused": refused / 2 / repeats,
        "samples": repeats,
    }


def report(size: int, repeats: int, seed: int) -> dict[str, object]:
    """Whole reports of `size` null findings drawn from the lines above, as `publish` decides them."""
    rng, false = np.random.default_rng([seed, size]), []
    pool = [line for line in lines() if line.claims.split(";")[0] not in ("memory-one vector",)]
    for _ in range(repeats):
        drawn = [pool[at].make(rng, True) for at in rng.integers(len(pool), size=size)]
        cards = claims.screened(claims.Claim("?", found, "probability", truth) for found, truth in drawn)
        false.append(any(card.verdict in ("above", "below") for card in cards))
    named = ("any finding of a whole report", "as above", "as above", "Holm over the report", "report",
             f"{size} findings, all null")  # fmt: skip
    return dict(zip(COLUMNS, (*named, np.nan, np.mean(false), 0.0, repeats), strict=True))


def table(repeats: int, seed: int = 1, only: str = "") -> pd.DataFrame:
    """One line a kind of claim and design, then whole reports."""
    found = [run(line, repeats, seed) for line in lines() if only in line.claims]
    found += [report(size, repeats, seed) for size in (6, 16) if only in "any finding of a whole report"]
    return pd.DataFrame(found, columns=COLUMNS)


def page(found: pd.DataFrame, repeats: int, seed: int) -> str:
    """The documentation page."""
    heads = (
        "Claims",
        "Target",
        "Unit",
        "Interval",
        "Family",
        "Design",
        "Covered, %",
        "False, %",
        "No interval, %",
        "Samples",
    )
    text = INTRODUCTION.format(repeats=repeats, seed=seed, error=100 * np.sqrt(0.95 * 0.05 / repeats))
    body = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for line in found.to_dict("records"):
        shares = ["" if pd.isna(line[name]) else f"{100 * line[name]:.1f}" for name in COLUMNS[6:9]]
        body.append(
            "| " + " | ".join([*(str(line[name]) for name in COLUMNS[:6]), *shares, str(line["samples"])]) + " |"
        )
    return text + "\n" + "\n".join(body) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    rates = table(given.repeats, given.seed, given.only)
    print(rates[["claims", "design", "covered", "false", "refused"]].to_string())
    if not given.only:
        rates.round(4).to_csv(KNOWN, index=False)
        (ROOT / "docs/coverage.md").write_text(page(rates, given.repeats, given.seed), encoding="utf-8")
