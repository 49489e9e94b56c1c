"""What every fit returns and how it refuses; designs, coefficient tables and the check for separation they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.stats.fits._units import named


@dataclass(frozen=True)
class Fit:
    """Result of a test or regression. `estimate` is None when not estimable, and `reason` says why.

    `quantity` names the estimate and its scale, `table` has one row per coefficient (term, estimate, se, statistic, df,
    p, low, high), `units` counts independent units, `details` holds further numbers, `assumption` what p rests on.
    """

    name: str
    assumption: str
    estimate: float | None = None
    quantity: str = ""
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    statistic: float | None = None
    df: float | None = None
    p: float | None = None
    units: int = 0
    rows: int = 0
    table: pd.DataFrame | None = None
    details: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""

    @property
    def estimable(self) -> bool:
        """Whether there is an estimate."""
        return self.estimate is not None

    def record(self) -> dict[str, Any]:
        """JSON form; the table as a list of lines."""
        lines = None if self.table is None else self.table.astype(object).where(self.table.notna(), None)
        shown = {**asdict(self), "table": None if lines is None else lines.to_dict("records")}
        return shown | {"details": dict(self.details)}


@dataclass(frozen=True)
class Design:
    """Complete rows of a regression: y [n], x [n, k] with the intercept first if any, unit codes [n]."""

    y: np.ndarray
    x: np.ndarray
    terms: tuple[str, ...]
    units: np.ndarray
    dropped: int

    @property
    def n_units(self) -> int:
        """Number of independent units."""
        return int(self.units.max()) + 1 if len(self.units) else 0


def columns(x: Any, intercept: bool = True) -> pd.DataFrame:
    """Predictors as numeric columns: text columns become indicators against their first level in sorted order."""
    given = x if isinstance(x, pd.DataFrame) else pd.DataFrame(x if isinstance(x, Mapping) else np.asarray(x))
    given = given.rename(columns=lambda name: f"x{name}" if isinstance(name, int) else str(name)).reset_index(drop=True)
    text = [name for name in given.columns if not pd.api.types.is_numeric_dtype(given[name])]
    coded = (pd.get_dummies(given, columns=text, drop_first=True, dtype=float) if text else given).astype(float)
    if text:
        coded.loc[given[text].isna().any(axis=1).to_numpy(), :] = np.nan
    if intercept:
        coded.insert(0, "intercept", 1.0)
    return coded


def design(y: Any, x: Any, clusters: Any = None, intercept: bool = True) -> Design:
    """Rows with a y, all predictors and (where clusters are given) a unit; the rest are dropped and counted."""
    outcome, coded = np.asarray(y, dtype=float), columns(x, intercept)
    if len(outcome) != len(coded):
        raise ValueError(f"y has {len(outcome)} rows, x has {len(coded)}")
    names = named(clusters, len(outcome))
    good = np.isfinite(outcome) & coded.notna().all(axis=1).to_numpy() & ~pd.isna(names)
    units, _ = pd.factorize(names[good])
    return Design(outcome[good], coded.to_numpy()[good], tuple(coded.columns), units, int((~good).sum()))


def separated(directions: np.ndarray) -> bool:
    """Whether the likelihood has no maximum: some b with `directions @ b` >= 0 everywhere and > 0 somewhere.

    directions [m, k]: the combinations of coefficients each row would like to grow, for a yes x, for a no -x. Complete
    and partial separation alike (linear programme of Konis 2007). Above 5,000 different rows only `runaway` guards.
    """
    distinct = np.unique(np.round(directions, 12), axis=0)
    if len(distinct) > 5000:
        return False
    solution = optimize.linprog(-distinct.sum(axis=0), A_ub=-distinct, b_ub=np.zeros(len(distinct)), bounds=(-1, 1))
    return bool(solution.status == 0 and -solution.fun > 1e-7)


def runaway(beta: np.ndarray, x: np.ndarray) -> bool:
    """Whether a coefficient moves the log odds by more than 10 per standard deviation of its predictor."""
    return bool(not np.isfinite(beta).all() or (np.abs(beta) * x.std(axis=0) > 10).any())


STILL = "every unit shows the same effect: there is nothing that a standard error could rest on"
SEPARATED = "a predictor separates the outcome: no finite estimate exists"


def unfit(data: Design, fewest: int = 2) -> str:
    """Why no regression can be fitted to these rows, or nothing."""
    if len(data.y) == 0:
        return "nothing could be scored"
    if np.ptp(data.y) == 0:
        return "the outcome is constant"
    if data.n_units < fewest:
        return f"only {data.n_units} independent units, at least {fewest} are needed"
    if np.linalg.matrix_rank(data.x) < data.x.shape[1]:
        return "a predictor is constant or repeats others"
    return ""


def coefficients(terms: Sequence[str], beta: np.ndarray, cov: np.ndarray, df: Any = np.inf,
                 level: float = 0.95) -> pd.DataFrame:  # fmt: skip
    """One row per term, with Student's t on df (normal when infinite)."""
    se, df = np.sqrt(np.diag(cov)), np.broadcast_to(np.asarray(df, dtype=float), beta.shape)
    with np.errstate(divide="ignore", invalid="ignore"):  # `regression` refuses what has no standard error
        ratio, q = beta / se, stats.t.ppf((1 + level) / 2, df)
    lines = {"term": list(terms), "estimate": beta, "se": se, "statistic": ratio, "df": df}
    return pd.DataFrame({**lines, "p": 2 * stats.t.sf(np.abs(ratio), df), "low": beta - q * se, "high": beta + q * se})


def regression(name: str, assumption: str, quantity: str, table: pd.DataFrame, data: Design,
               details: Mapping[str, float], level: float = 0.95, term: str | None = None) -> Fit:  # fmt: skip
    """A Fit whose headline is `term`, the first that is no intercept or threshold by default.

    Refused where a standard error is zero but for rounding: p would be the noise of nothing over nothing.
    """
    if not (table["se"] > 1e-10 * data.y.std()).all():
        return Fit(name, assumption, units=data.n_units, rows=len(data.y), reason=STILL)
    shown = table[table["term"] == term] if term else table[~table["term"].str.startswith(("intercept", "threshold"))]
    line = (table if shown.empty else shown).iloc[0]
    return Fit(name, assumption, float(line["estimate"]), quantity, float(line["low"]), float(line["high"]), level,
               float(line["statistic"]), float(line["df"]), float(line["p"]), data.n_units, len(data.y), table,
               {"rows_dropped": float(data.dropped), **details})  # fmt: skip
