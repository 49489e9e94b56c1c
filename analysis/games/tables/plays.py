"""Play data from anywhere, people's or other models', as the table that our own runs give. See docs/play_data.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.games.tables import mixture
from analysis.games.tables.play_files import named, read, typed
from analysis.games.tables.strategies import DAL_BO_FRECHETTE, matches
from analysis.stats.frame import COLUMNS
from probes.schema.given import columns as given_columns

_BOTH = ("player", "move", "points")
_COOPERATE = ("c", "cooperate", "cooperation", "1", "1.0", "true")
_DEFECT = ("d", "defect", "defection", "0", "0.0", "false")


def plays(
    given: pd.DataFrame | str | Path, cooperates: str = "", columns: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """A table of moves, one row per measure, for every figure, fit and claim about repeated games.

    Parameters
    ----------
    given : a table, or a CSV, TSV, Parquet or JSON Lines file, in one of SHAPES. One row is one move of one player;
        `match` (with `player`, where several share the name) names the match, `round` counts from 1, `move` and
        `partner_move` are C or D, or empty or NA where they are not known.
    cooperates : the label that means C, if moves have other names than C and D (or cooperate and defect, 1 and 0).
        It must be one of at most two labels.
    columns : column as it comes -> its name here, for tables with other headings.

    Returns
    -------
    The columns of a records table, with `cooperates` (0 or 1) and, where `points` are given, `points` as measures;
    `cluster`, the independent unit, is the player, and the match where no player is named.

    Raises
    ------
    ValueError
        It names the row (from 1, without the heading) and the column, or the column that is missing or there twice.

    Examples
    --------
    >>> table = plays(pd.DataFrame({"match": 1, "round": [1, 2], "move": ["C", "D"], "partner_move": ["D", "D"]}))
    >>> table[["round", "state", "measure", "value"]].values.tolist()
    [[1, 'start', 'cooperates', 1.0], [2, 'CD', 'cooperates', 0.0]]
    """
    rows = _one_a_move(typed(named(read(given), columns or {})))
    rows = _with_defaults(_lettered(rows, cooperates))
    rows["key"] = _joined(rows, ["model", "game", "match", "player", "seat"])
    rows["round"] = _rounds(rows)
    return _long(rows.sort_values(["key", "round"], kind="stable"))


def shares(
    table: pd.DataFrame, rng: np.random.Generator, strategies: Sequence[str] = DAL_BO_FRECHETTE, draws: int = 200
) -> pd.DataFrame:
    """One line per group (`model`) and strategy: the share of players with it, with limits over players.

    A player has one strategy in all matches, by default one of the six of Dal Bó and Fréchette. Strategies that no
    match of a group tells apart are one line.
    """
    mixtures = [
        mixture.mixture(part, rng, draws, "cluster", strategies).assign(model=name)
        for name, part in table.groupby("model", sort=False)
        if not matches(part).empty
    ]
    columns = ["model", "strategy", "value", "low", "high", "units"]
    return pd.concat(mixtures, ignore_index=True)[columns] if mixtures else pd.DataFrame(columns=columns)


def _one_a_move(rows: pd.DataFrame) -> pd.DataFrame:
    """Of two players a row, both seats, each with the other as its partner."""
    rows = rows.assign(line=range(1, len(rows) + 1))
    if "move1" not in rows:
        return rows
    sides = []
    for seat, me, you in (("row", "1", "2"), ("column", "2", "1")):
        own = {f"{name}{me}": name for name in _BOTH if f"{name}{me}" in rows}
        other = {f"{name}{you}": "partner" if name == "player" else f"partner_{name}"
                 for name in _BOTH if f"{name}{you}" in rows}  # fmt: skip
        sides.append(rows.rename(columns=own | other).assign(seat=seat))
    return pd.concat(sides, ignore_index=True)


def _lettered(rows: pd.DataFrame, cooperates: str) -> pd.DataFrame:
    """Moves of both as C and D, None where one is not known."""
    said = {name: rows[name].map(given_columns.text) for name in ("move", "partner_move")}
    missing = given_columns.MISSING - ({cooperates.lower()} if cooperates else set())
    known = {name: column.notna() & ~column.str.lower().isin(missing) for name, column in said.items()}
    if cooperates:
        labels = sorted(set().union(*(said[name][known[name]] for name in said)))
        if len(labels) > 2:
            raise ValueError(f"moves have more than two labels: {', '.join(labels[:5])}")
        if labels and cooperates not in labels:
            raise ValueError(f"no move is {cooperates!r}, which means C; labels are {', '.join(labels)}")
        return rows.assign(**{name: (said[name] == cooperates).map({True: "C", False: "D"}).where(known[name], None)
                              for name in said})  # fmt: skip
    meant = dict.fromkeys(_COOPERATE, "C") | dict.fromkeys(_DEFECT, "D")
    read = {name: column.str.lower().map(meant) for name, column in said.items()}
    for name in read:
        if (wrong := read[name].isna() & (known[name] | said[name].isna())).any():
            _refuse(rows, wrong, name, "C or D; say what means C with `cooperates`")
    return rows.assign(**read)


def _with_defaults(rows: pd.DataFrame) -> pd.DataFrame:
    named = {"game": "prisoners_dilemma", "partner": "", "seat": "row", "treatment": "play data"}
    rows = rows.assign(**{name: value for name, value in named.items() if name not in rows})
    rows = rows if "model" in rows else rows.assign(model=rows["treatment"])
    return rows.assign(cluster=rows["player" if "player" in rows else "match"],
                       player=rows["player"] if "player" in rows else rows["seat"],
                       opponent=rows["partner"].map(given_columns.text))  # fmt: skip


def _joined(rows: pd.DataFrame, names: list[str]) -> pd.Series:
    """One name of several, which no other names make."""
    safe = [rows[name].str.replace("\\", "\\\\").str.replace("|", "\\|") for name in names]
    return pd.concat(safe, axis=1).agg("|".join, axis=1)


def _rounds(rows: pd.DataFrame) -> pd.Series:
    """Whole numbers that run from 1 to the end of every match, each once."""
    number = rows["round"]
    if (wrong := number.isna() | (number % 1 != 0) | (number < 1)).any():
        _refuse(rows, wrong, "round", "a whole number from 1 on")
    if (wrong := number.groupby(rows["key"]).transform(lambda of: of.duplicated())).any():
        _refuse(rows, wrong, "round", "there once in its match; is `player` missing?")
    if (wrong := number > number.groupby(rows["key"]).transform("size")).any():
        _refuse(rows, wrong, "round", "preceded by all rounds of its match, from 1")
    return number.astype(int)


def _refuse(rows: pd.DataFrame, wrong: pd.Series, name: str, wanted: str) -> None:
    first = rows[wrong.astype(bool)].iloc[0]
    others = f"; {int(wrong.sum())} rows are so" if wrong.sum() > 1 else ""
    raise ValueError(
        f"play data, row {first['line']}: {name} {given_columns.text(first[name])!r} must be {wanted}{others}"
    )


def _long(rows: pd.DataFrame) -> pd.DataFrame:
    before = (rows["move"] + rows["partner_move"]).groupby(rows["key"]).shift(1)
    rows = rows.assign(state=before.where(rows["round"] > 1, "start"), row=rows["round"] - 1,
                       cooperates=rows["move"].map({"C": 1.0, "D": 0.0}))  # fmt: skip
    measures = [name for name in ("cooperates", "points") if name in rows]
    facts = ["match", "game", "treatment", "player", "opponent", "seat", "round", "state", "move", "partner_move"]
    base = rows[["key", "model", "cluster", "row", *facts]].assign(run="plays", probe="repeated_game", text="", unit="")
    parts = [base.assign(measure=name, value=rows[name]) for name in measures]
    table = pd.concat(parts, ignore_index=True)
    table["status"] = table["value"].notna().map({True: "ok", False: "unscored"})
    return table[[*[name for name in COLUMNS if name in table], *facts]]
