"""Coverage and false verdicts of every claim, records in and card out. Writes docs/coverage.md after every world.

Rerun: `make coverage`; `python tests/stats/simulate_claims.py --only WORLD WORLD` renews the lines of some worlds.
"""

from __future__ import annotations

import argparse
import sys
import time
import zlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from claim_register import BY_WORLD, DESCRIBED, HELD, REGISTER, TABLES, WORLDS, Line, lines  # noqa: E402

from analysis.report import claims  # noqa: E402
from analysis.stats.estimate import Estimate  # noqa: E402

KNOWN = ROOT / "tests/golden/claim_coverage.csv"
COVERAGE, FALSE = 0.94, 0.06
REPORTS, SIZES = "whole report", (6, 16)
COUNTED = ("count", "tasks", "differences", "test")
"""Worlds without an interval: counts, where any pair that is counted is false, and tests."""
NULLS = ("persona card", "odds", "placebos", "corrected share", "mean", "redraws", "ratio", "agreement", "pipeline",
         *COUNTED)  # fmt: skip
"""Worlds in which an effect only moves everything, or there is none: every sample is judged for both."""
CLASSED = ("largest class", "moves", "labelled share")
"""Worlds without a null: no verdict."""
INTRODUCTION = """# How far the claims can be trusted

Every claim of every notebook, simulated: records in, card out. *Covered*: share of cards whose 95 % interval holds the
true value. *False*: share that say "above" or "below" where the null is true. *No interval*: share of samples in which
the card refuses to give one; the other shares are of the cards that do. Units differ from one another (SD 1 on the
logit scale), have unequal numbers of rows where the design says so, and include rates of 2 % and sides that are all no.
Each share stands with its Monte-Carlo standard error, in points; every line says of how many samples. A design is drawn
until its shares keep their bounds by two standard errors, or by one once that error is below .7 points, 300 times at
least.

A claim must cover at least 94 % and be false in at most 6 %, or refuse. The tests hold every design to this as it
stands, those of fewer than 300 samples to within two standard errors. {unsettled}

{drawn}

**Target** says what would be drawn anew. *These stimuli*: only the model's answers. *More of the same generator*: other
stimuli of the same kinds. *New kinds*: other domains, story families or covers; a card gives its interval for new kinds
beside its own. With five domains that differ by SD 1, an interval over contexts misses the domains' rate in a third of
samples. *Fixed levels*, such as amounts that somebody chose, are described: no interval and no verdict.

**Family** says over what errors are counted. Everything that one report decides is a family: `publish` takes Holm's p
over all of its findings, so that at most one report in twenty says "above" or "below" anywhere when nothing is there
(last lines). What is chosen from many (a persona, a class, a kind of confidence) is a family of its own before that.

Limits of shares allow for units that differ, and how much they do is read from few of them: of 16 users with two talks
each the rate is covered in 96.5 % where users differ (intraclass correlation .2) and in 98 % where they do not. The
normal quantile instead of Student's would cover 24 units of three rows at 10 % in 92.5 %.

Means of few units with one very long tail are not covered: of 20 units whose logarithms have SD 1 the interval misses
the mean in 9 % (lognormal units of SD .5: 5.5 %).

A shift of a persona is one over other scenes in other words: its p, and the interval of its card, add what rewording
does to the spread between scenes, and Holm comes after that. Asked one after the other, Holm and the spread of wordings
let 10 to 25 % of null families through, the more, the more wordings do.

**No verdict is certain** before anything is asked. Models of noise answer all questions of all notebooks, and of every
claim that could decide most stay open (`tests/stats/test_verdicts_can_fail.py`). What cannot lie below its null, such
as a divergence, a length or a share of changed texts, is described.

Claims that share a world share the code that makes their interval. Of every newer family one claim is drawn through the
report's own functions, on the rows of a run of its probes (`pipeline`), and the family's tests do the same for the
claims named below, 1,000 runs each; there, too, scripted models that have an effect, or none, are followed from the
prompt to the card.
"""
COLUMNS = ["world", "design", "covered", "covered_error", "false", "false_error", "refused", "samples", "drawn"]


def run(line: Line, few: int, seed: int, most: int) -> dict[str, object]:
    """Coverage with an effect, false verdicts without one, and how often there was no interval.

    Drawn until both shares are `_settled`, from `few` to `most` samples.
    """
    rng = np.random.default_rng([seed, zlib.crc32(f"{line.world} {line.design}".encode())])
    held: list[bool] = []
    false: list[bool] = []
    at, both = 0, 1 if line.world in NULLS else 2
    while at < both * most and (at < both * few or at % 100 or not _settled(held, false)):
        found, truth = line.make(rng, at % 2 == 0)
        at += 1
        card = claims.Claim("?", found, "probability", truth, margin=0)
        if card.verdict in ("described", "not testable"):
            continue
        if at % both == 0 and line.world not in COUNTED:
            held.append(found.low - 1e-9 <= truth <= found.high + 1e-9)
        if (at % 2 or both == 1) and line.world not in CLASSED:
            false.append(card.verdict in ("above", "below"))
    return summary(line, held, false, at)


def _settled(held: list[bool], false: list[bool]) -> bool:
    """Whether both shares keep their bounds by two standard errors, or by one once the error is below .7 points."""
    (covered, one), (wrong, other) = _share(held), _share(false)
    apart = [(covered - COVERAGE, one), (FALSE - wrong, other)]
    return not any(room < (2 if error > 0.007 else 1) * error for room, error in apart)


def _share(hits: list[bool]) -> tuple[float, float]:
    """A share and its Monte-Carlo standard error, which none of few samples must not make nothing."""
    if not hits:
        return np.nan, np.nan
    near = (sum(hits) + 1) / (len(hits) + 2)
    return float(np.mean(hits)), float(np.sqrt(near * (1 - near) / len(hits)))


def summary(line: Line, held: list[bool], false: list[bool], tried: int) -> dict[str, object]:
    """A line of the table of designs."""
    (covered, one), (wrong, other) = _share(held), _share(false)
    judged = max(len(held), len(false), 1)
    whole = tried if line.world in NULLS else tried // 2
    today = datetime.now(UTC).date().isoformat()
    return dict(zip(COLUMNS, (line.world, line.design, covered, one, wrong, other, max(0.0, 1 - judged / whole),
                              whole, today), strict=True))  # fmt: skip


@cache
def nothing(seed: int, each: int = 100) -> list[tuple[Estimate, float]]:
    """Findings of which none is true: so many of every design of the worlds above whose cards stand alone."""
    rng = np.random.default_rng([seed, each])
    pool = [line for line in lines() if line.world not in (*CLASSED, *COUNTED)]
    return [line.make(rng, True) for line in pool for _ in range(each)]


def report(size: int, repeats: int, seed: int) -> dict[str, object]:
    """Whole reports of `size` findings drawn from those of `nothing`, as `publish` decides them."""
    rng, pool, false = np.random.default_rng([seed, size]), nothing(seed), []
    for _ in range(repeats):
        drawn = [pool[at] for at in rng.integers(len(pool), size=size)]
        cards = claims.screened(claims.Claim("?", found, "probability", truth, margin=0) for found, truth in drawn)
        false.append(any(card.verdict in ("above", "below") for card in cards))
    return summary(Line(REPORTS, f"{size} findings, all null", lines()[0].make), [], false, 2 * repeats)


def table(few: int, most: int, seed: int = 1, reports: int = 0) -> pd.DataFrame:
    """One line per world and design, then whole reports."""
    return pd.concat([drawn(world, few, most, seed, reports) for world in (*WORLDS, REPORTS)], ignore_index=True)


def drawn(world: str, few: int, most: int, seed: int, reports: int) -> pd.DataFrame:
    """The lines of one world."""
    found = [report(size, reports, seed) for size in SIZES if reports and world == REPORTS]
    for line in lines():
        if line.world == world:
            begun = time.process_time()
            found.append(run(line, few, seed, most))
            print(line.world, line.design, found[-1], f"{time.process_time() - begun:.0f} s", flush=True)
    return pd.DataFrame(found, columns=COLUMNS)


def renewed(rates: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The known table with the lines of some worlds drawn again."""
    both = pd.concat([known[~known["world"].isin(rates["world"])], rates])
    order = {world: at for at, world in enumerate([*WORLDS, REPORTS])}
    return both[both["world"].isin(order)].sort_values("world", key=lambda names: names.map(order), kind="stable")


def _cell(share: float, error: float) -> str:
    return "" if np.isnan(share) else f"{100 * share:.1f} ± {100 * error:.1f}"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _head(*names: str) -> list[str]:
    return ["", _row([*names]), "|" + "---|" * len(names)]


def by_claim(found: pd.DataFrame) -> list[str]:
    """One line per claim id: what it speaks for, and the worst of the designs of its world."""
    rows = _head("Claim", "Target", "Unit", "Interval", "Family", "Simulated as", "Covered, %", "False, %")
    named = [(f"`{id}`", *about) for id, about in REGISTER.items()]
    for text, target, unit, family, world in [*named, *((text, "", "", "", world) for world, text in TABLES.items())]:
        part = found[found["world"] == world]
        method = DESCRIBED if world == DESCRIBED else WORLDS[world][0]
        low, high = (part.loc[part[key].idxmin() if key == "covered" else part[key].idxmax()] if part[key].notna().any()
                     else None for key in ("covered", "false"))  # fmt: skip
        shares = ["" if low is None else _cell(low["covered"], low["covered_error"]),
                  "" if high is None else _cell(high["false"], high["false_error"])]  # fmt: skip
        rows.append(_row([text, target, unit, method, family, "" if world == DESCRIBED else world, *shares]))
    return rows


def by_family() -> list[str]:
    """The claims that tests of their family simulate."""
    rows = [_row([f"`tests/{path}`", ", ".join(f"`{id}`" for id in cases.values())]) for path, cases in HELD.items()]
    others = ", ".join(f"`{id}`" for id in BY_WORLD).replace(".x`", ".*`")
    return [*_head("Test, 1,000 runs a claim", "Claims"), *rows, "", f"By their world only: {others}."]


def page(found: pd.DataFrame) -> str:
    """The documentation page."""
    body = ["", "## Every claim, at the design where it does worst", *by_claim(found)]
    body += ["", "## Claims simulated in their own family", *by_family(), "", "## Every design"]
    body += _head("Simulated as", "Design", "Covered, %", "False, %", "No interval, %", "Samples")
    for line in found.itertuples():
        shares = [_cell(line.covered, line.covered_error), _cell(line.false, line.false_error)]
        body.append(_row([line.world, line.design, *shares, f"{100 * line.refused:.1f}", str(line.samples)]))
    return INTRODUCTION.format(unsettled=_unsettled(found), drawn=_days(found)) + "\n".join(body) + "\n"


def _unsettled(found: pd.DataFrame) -> str:
    """The lines that miss a bound as they stand."""
    missed = found[(found["covered"] < COVERAGE) | (found["false"] > FALSE)]
    said = [f"{line.world} ({line.design}; covered {_cell(line.covered, line.covered_error) or 'no interval'}, false "
            f"{_cell(line.false, line.false_error) or 'none'}, {line.samples} samples)"
            for line in missed.itertuples()]  # fmt: skip
    return f"Not settled: {'; '.join(said)}." if said else "As it stands, no line misses a bound."


def _days(found: pd.DataFrame) -> str:
    """When the lines were drawn: those of an earlier day are of the code of that day."""
    days = {str(day): list(dict.fromkeys(part["world"])) for day, part in found.groupby("drawn")}
    if len(days) == 1:
        return f"All {len(found)} lines were drawn on {next(iter(days))}, on the code of that day."
    said = [f"{day}: {', '.join(worlds)}" for day, worlds in sorted(days.items())]
    return f"Lines were drawn on several days, each on the code of that day. {'; '.join(said)}."


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--few", type=int, default=300)
    parser.add_argument("--most", type=int, default=10000)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=(*WORLDS, REPORTS), default=[])
    given = parser.parse_args()
    for name in given.only or (*WORLDS, REPORTS):  # what is drawn stands, should the run be ended early
        rates = drawn(name, given.few, given.most, given.seed, given.reports)
        rates = renewed(rates.round(4), pd.read_csv(KNOWN))
        rates.to_csv(KNOWN, index=False)
        (ROOT / "docs/coverage.md").write_text(page(rates), encoding="utf-8")
    print(f"{time.process_time():.0f} s of processor time")
