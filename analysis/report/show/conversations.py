"""Transcripts as conversations, trials to leaf through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report.show.html import Shown, about, text
from analysis.report.show.stored import behind, replied, several, stored
from analysis.report.show.turns import passage, role_and_text, shaded_tokens, small_print, turn_html
from analysis.stats.frame import COLUMNS


def exchange(one: Mapping[str, Any], note: str = "", before: int = 12) -> str:
    """HTML of one question and its reply: the turns as asked, those before the last `before` folded, then the reply."""
    if not one:
        return f'<div class="il-transcript">{small_print(note)}</div>'
    turns = [_asked(turn) for turn in one.get("turns", [])]
    hidden = max(0, len(turns) - before)
    folded = f"<details><summary>{hidden} earlier turns</summary>{''.join(turns[:hidden])}</details>" if hidden else ""
    whose = small_print(f"asked of {one['to']}, not of the model under test") if one.get("to") else ""
    return f'<div class="il-transcript">{folded}{"".join(turns[hidden:])}{reply(one)}{whose}{small_print(note)}</div>'


def _asked(turn: Any) -> str:
    """A turn of a question; one without its end mark says so."""
    role, said = role_and_text(turn)
    unended = isinstance(turn, list | tuple) and len(turn) > 2 and not turn[2]
    return turn_html(role, passage(said), ", not ended" if unended else "")


def reply(one: Mapping[str, Any]) -> str:
    """HTML of the turn that a model wrote, scored or chose, with its probabilities."""
    role, said = str(one.get("role", "assistant")), replied(one)
    begun = small_print(f"the turn begins with: {one['prefill']}") if one.get("prefill") else ""
    if one.get("kind") == "Choice":
        options = ", ".join(f"{k} = {v}: {one['logprobs'].get(k, float('nan')):.2f}" for k, v in one["options"].items())
        named = small_print(f"log-probabilities in nats: {options}")
        return turn_html(role, _thoughts(one) + begun + passage(said) + named, "", True)
    parts, logprobs = one.get("tokens") or [], one.get("logprobs") or []
    shaded = len(parts) == len(logprobs) > 0
    body = shaded_tokens(parts, logprobs) if shaded else passage(said or "(nothing)")
    heat = f", temperature {one['temperature']:g}" if one.get("temperature") else ""
    stop = f", stopped by {one['stop'].replace('_', ' ')}" if one.get("stop") else ""
    return turn_html(role, _thoughts(one) + begun + body, heat + stop, one.get("kind") != "Scored")


def _thoughts(one: Mapping[str, Any]) -> str:
    """What a reasoning model thought before it answered, folded; one that the budget closed says so."""
    folded = ""
    for number, thought in enumerate(one.get("thoughts") or [], 1):
        cut = ", closed at the budget" if thought.get("stop") == "length" else ""
        size = thought.get("tokens", 0)
        title = f"Thought {number} ({size} token{'s' * (size != 1)}{cut})"
        folded += f"<details><summary>{text(title)}</summary>{passage(str(thought.get('text', '')))}</details>"
    return folded


def transcripts(
    table: pd.DataFrame,
    out: str | Path = "",
    limit: int = 12,
    facts: Sequence[str] = (),
    claims: str | Sequence[str] = (),
) -> Shown:
    """Conversations behind the rows of a records table, in its order; filter the table to choose which.

    Of more than `limit`, a quarter are rows that could not be scored, a quarter have the largest and a quarter the
    smallest values of the table's first measure, and the rest are evenly spread; the rule is said above them.

    Parameters
    ----------
    table : DataFrame
        A records table.
    out : str or Path
        The run folder: each conversation then shows the question that the row was made from, as the model was asked
        it, and the reply, or all questions of its trial where it was made from several; without it the reply alone.
    limit : int
        How many at most.
    facts : sequence of str
        Columns to show beside the measures; empty: those that vary.
    claims : str or sequence of str
        Ids of the claims made from the table, or their common beginning; their cards in the report lead here.

    Returns
    -------
    Shown

    Examples
    --------
    >>> row = {"key": "k", "row": 0, "measure": "hit", "value": 1.0, "status": "ok", "text": "yes", "stop": ""}
    >>> transcripts(pd.DataFrame([row]))
    1 of 1 conversations
    """
    chosen, rule = telling_rows(table, limit)
    names = facts or varied(table)
    measured = table.set_index(["key", "row"])[["measure", "value", "status"]]
    parts: list[str] = []
    others = several(chosen, out)
    for (_, row), (one, note) in zip(chosen.iterrows(), behind(chosen, out), strict=True):
        values = measured.loc[[(row["key"], row["row"])]]
        body = exchange(one, note) + _every(others.get(row["key"], []) if not one else [])
        parts.append(_details(body, _title(row, values, names), opened=not parts))
    rule = f"{len(chosen)} of {len(table.drop_duplicates(['key', 'row']))} conversations{rule}"
    opening = f'<div class="il-transcripts il-trials"{about(claims)}><p class="il-facts">{text(rule)}</p>'
    return Shown(f"{opening}{''.join(parts)}</div>", rule)


def _every(exchanges: Sequence[Mapping[str, Any]]) -> str:
    """All exchanges of a trial, folded."""
    return "".join(
        f"<details><summary>Question {number} of {len(exchanges)}</summary>{exchange(one)}</details>"
        for number, one in enumerate(exchanges, 1)
    )


def telling_rows(table: pd.DataFrame, limit: int) -> tuple[pd.DataFrame, str]:
    """One row per row of a trial, at most `limit`, in the table's order, and by which rule they were chosen."""
    rows = table.drop_duplicates(["key", "row"])
    if len(rows) <= limit:
        return rows, ""
    pairs = pd.MultiIndex.from_frame(rows[["key", "row"]])
    measure = str(table["measure"].iloc[0])
    values = table[table["measure"].eq(measure) & table["status"].eq("ok")].set_index(["key", "row"])["value"]
    ranked = values[~values.index.duplicated()].sort_values(kind="stable").index
    failed = pairs.isin(pd.MultiIndex.from_frame(table.loc[table["status"].ne("ok"), ["key", "row"]]))
    quarter = limit // 4
    taken = {*pairs[failed][:quarter], *ranked[:quarter], *ranked[len(ranked) - quarter :]}
    left = [at for at, pair in enumerate(pairs) if pair not in taken]
    taken |= {pairs[left[at]] for at in _spread(len(left), limit - len(taken))}
    first = f"at most {quarter} that could not be scored, {quarter} each with the largest and smallest {measure}, "
    rule = f"{first}the others evenly spread" if quarter else "evenly spread"
    return rows[pairs.isin(list(taken))], f": {rule}"


def chosen_rows(table: pd.DataFrame, limit: int, facts: Sequence[str] = ()) -> tuple[pd.DataFrame, Sequence[str]]:
    """One row per row of a trial, at most `limit`, evenly spread; and the facts to name it by: those that vary."""
    rows = table.drop_duplicates(["key", "row"])
    return rows.iloc[_spread(len(rows), limit)], facts or varied(table)


def varied(table: pd.DataFrame) -> list[str]:
    """Columns of facts that differ between rows, at most eight."""
    return [name for name in table.columns if name not in COLUMNS and table[name].astype(str).nunique() > 1][:8]


def titles(table: pd.DataFrame, rows: pd.DataFrame, facts: Sequence[str]) -> list[str]:
    """Measures and facts of each of the rows, in plain text."""
    measured = table.set_index(["key", "row"])[["measure", "value", "status"]]
    pairs = zip(rows["key"], rows["row"], strict=True)
    return [
        "; ".join([*_measures(measured.loc[[pair]]), *_facts(row, facts)])
        for pair, (_, row) in zip(pairs, rows.iterrows(), strict=True)
    ]


def _spread(many: int, limit: int) -> list[int]:
    """`limit` positions, evenly spread: the same table always shows the same rows."""
    count = min(many, limit)
    return [round(k * (many - 1) / max(1, count - 1)) for k in range(count)]


def _title(row: pd.Series[Any], values: pd.DataFrame, names: Sequence[str]) -> str:
    measures, told = "; ".join(_measures(values)), ", ".join(_facts(row, names))
    return f"<strong>{text(measures)}</strong> <span class='il-facts'>{text(told, 400)}</span>"


def _measures(values: pd.DataFrame) -> list[str]:
    return [
        f"{v.measure} {v.value:.3g}" if v.status == "ok" else f"{v.measure} {v.status}" for v in values.itertuples()
    ]


def _facts(row: pd.Series[Any], names: Sequence[str]) -> list[str]:
    return [f"{name} {row[name]}" for name in names if not pd.isna(row[name]) and len(str(row[name])) <= 40]


def _details(body: str, title: str, opened: bool = False) -> str:
    return f'<details class="il-trial"{" open" if opened else ""}><summary>{title}</summary>{body}</details>'


def trials(out: str | Path, probe: str = "", limit: int = 40, exchanges: int = 4) -> Shown:
    """A browser over the trials of a run folder: search it in the report, open one to read what was asked and replied.

    Parameters
    ----------
    out : str or Path
        A run folder.
    probe : str
        One of its probes; all that are finished by default.
    limit, exchanges : int
        How many trials at most, evenly spread, and how many questions of each, the first and the last ones.

    Returns
    -------
    Shown

    Raises
    ------
    FileNotFoundError, schema.Unreadable
        As for `analysis.records.trials`.

    Examples
    --------
    >>> trials("reports/no_such_run", "user_turn")
    Traceback (most recent call last):
    FileNotFoundError: reports/no_such_run/records/user_turn/manifest.json is missing: no run of user_turn ...
    """
    listed, left = stored(out, probe)
    chosen = [listed[position] for position in _spread(len(listed), limit)]
    caption = f"{len(chosen)} of {len(listed)} trials; all of them are in the records beside this page{left}"
    body = "".join(_trial(trial, exchanges) for trial in chosen)
    return Shown(f'<div class="il-transcripts il-trials"><p class="il-facts">{caption}</p>{body}</div>', caption)


def _trial(trial: dict[str, Any], exchanges: int) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in trial["facts"].items() if len(str(value)) <= 40)
    values = [row["values"] for row in trial["rows"]]
    states = sorted({str(value) if isinstance(value, str) else "ok" for row in values for value in row.values()})
    marks = " ".join(f'<span class="il-status il-status--{state}">{state}</span>' for state in map(text, states))
    all_asked = trial["asked"]
    kept = all_asked if len(all_asked) <= exchanges else [*all_asked[: exchanges // 2], *all_asked[-(exchanges // 2) :]]
    left = (
        f"{len(all_asked) - len(kept)} further questions of this trial are not shown"
        if len(kept) < len(all_asked)
        else ""
    )
    error = small_print(trial["error"]) if trial["error"] else ""
    title = f"<strong>{text(trial['probe'])}</strong> {marks} <span class='il-facts'>{text(facts, 400)}</span>"
    return _details("".join(exchange(one) for one in kept) + small_print(left) + error, title)
