"""Transcripts as conversations, tokens by how expected they were, trials to leaf through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report.show.html import Shown, text, visible
from analysis.report.show.stored import behind, replied, stored
from analysis.stats.frame import COLUMNS

LONG = 2000
"""Characters (or a hundredth as many lines) from which a text scrolls."""
SHADES = (0.5, 0.1, 0.02, 0.002)
"""Probabilities below which a token gets the next darker shade."""


def tokens(parts: Sequence[str], logprobs: Sequence[float]) -> Shown:
    """Tokens shaded by surprise: the darker, the less probable. `logprobs` in nats, one a token."""
    if len(parts) != len(logprobs):
        raise ValueError(f"{len(parts)} tokens but {len(logprobs)} log-probabilities")
    return Shown(f'<div class="il-transcript">{_tokens(parts, logprobs)}</div>', visible("".join(parts)))


def _tokens(parts: Sequence[str], logprobs: Sequence[float]) -> str:
    spans = []
    for part, logprob in zip(parts, logprobs, strict=True):
        p = 2.718281828459045 ** min(0.0, float(logprob))
        shade = sum(p < limit for limit in SHADES)
        spans.append(f'<span class="il-p{shade}" title="p = {p:.3g}">{text(part)}</span>')
    return f'<p class="il-text il-tokens">{"".join(spans)}</p>'


def conversation(turns: Iterable[Any], note: str = "") -> Shown:
    """Turns as a conversation. A turn is (role, text) or (role, text, closed), or has `role` and `text`."""
    pairs = [_pair(turn) for turn in turns]
    body = "".join(_turn(role, _said(said)) for role, said in pairs)
    plain = "\n".join(f"[{role}] {visible(said, 500)}" for role, said in pairs)
    return Shown(f'<div class="il-transcript">{body}{_note(note)}</div>', plain)


def _pair(turn: Any) -> tuple[str, str]:
    return (str(turn[0]), str(turn[1])) if isinstance(turn, list | tuple) else (str(turn.role), str(turn.text))


def _turn(role: str, body: str, note: str = "", generated: bool = False) -> str:
    kind = role if role in ("system", "user", "assistant") else "other"
    mark = " il-turn--generated" if generated else ""
    said = ", written by the model" if generated else ""
    return f'<div class="il-turn il-turn--{kind}{mark}"><p class="il-role">{text(role + said + note)}</p>{body}</div>'


def _said(said: str) -> str:
    """A text of a turn; a long one scrolls, and can be scrolled from the keyboard."""
    long = ' il-long" tabindex="0' if len(said) > LONG or said.count("\n") > LONG // 100 else ""
    return f'<p class="il-text{long}">{text(said)}</p>'


def _note(note: str) -> str:
    return f'<p class="il-facts">{text(note)}</p>' if note else ""


def exchange(one: Mapping[str, Any], note: str = "", before: int = 12) -> str:
    """HTML of one question and its reply: the turns as asked, those before the last `before` folded, then the reply."""
    if not one:
        return f'<div class="il-transcript">{_note(note)}</div>'
    turns = [_asked(turn) for turn in one.get("turns", [])]
    hidden = max(0, len(turns) - before)
    folded = f"<details><summary>{hidden} earlier turns</summary>{''.join(turns[:hidden])}</details>" if hidden else ""
    return f'<div class="il-transcript">{folded}{"".join(turns[hidden:])}{_reply(one)}{_note(note)}</div>'


def _asked(turn: Any) -> str:
    """A turn of a question; one without its end mark says so."""
    role, said = _pair(turn)
    unended = isinstance(turn, list | tuple) and len(turn) > 2 and not turn[2]
    return _turn(role, _said(said), ", not ended" if unended else "")


def _reply(one: Mapping[str, Any]) -> str:
    role, said = str(one.get("role", "assistant")), replied(one)
    begun = _note(f"the turn begins with: {one['prefill']}") if one.get("prefill") else ""
    if one.get("kind") == "Choice":
        options = ", ".join(f"{k} = {v}: {one['logprobs'].get(k, float('nan')):.2f}" for k, v in one["options"].items())
        return _turn(
            role, _thoughts(one) + begun + _said(said) + _note(f"log-probabilities in nats: {options}"), "", True
        )
    parts, logprobs = one.get("tokens") or [], one.get("logprobs") or []
    shaded = len(parts) == len(logprobs) > 0
    body = _tokens(parts, logprobs) if shaded else _said(said or "(nothing)")
    heat = f", temperature {one['temperature']:g}" if one.get("temperature") else ""
    stop = f", stopped by {one['stop'].replace('_', ' ')}" if one.get("stop") else ""
    return _turn(role, _thoughts(one) + begun + body, heat + stop, one.get("kind") != "Scored")


def _thoughts(one: Mapping[str, Any]) -> str:
    """What a reasoning model thought before it answered, folded; one that the budget closed says so."""
    folded = ""
    for number, thought in enumerate(one.get("thoughts") or [], 1):
        cut = ", closed at the budget" if thought.get("stop") == "length" else ""
        size = thought.get("tokens", 0)
        title = f"Thought {number} ({size} token{'s' * (size != 1)}{cut})"
        folded += f"<details><summary>{text(title)}</summary>{_said(str(thought.get('text', '')))}</details>"
    return folded


def transcripts(table: pd.DataFrame, out: str | Path = "", limit: int = 6, facts: Sequence[str] = ()) -> Shown:
    """Conversations behind the rows of a records table, one a row of a trial, evenly spread over the table.

    Filter the table first to choose which. With `out` (the run folder) each shows the question that the row was made
    from, as the model was asked it, and the reply; without, the reply alone. `facts` names columns to show beside the
    measures; empty: those that vary.
    """
    chosen, names = chosen_rows(table, limit, facts)
    measured = table.set_index(["key", "row"])[["measure", "value", "status"]]
    parts: list[str] = []
    for (_, row), (one, note) in zip(chosen.iterrows(), behind(chosen, out), strict=True):
        values = measured.loc[[(row["key"], row["row"])]]
        parts.append(_details(exchange(one, note), _title(row, values, names), opened=not parts))
    said = f"{len(chosen)} of {len(table.drop_duplicates(['key', 'row']))} conversations"
    return Shown(f'<div class="il-transcripts il-trials"><p class="il-facts">{said}</p>{"".join(parts)}</div>', said)


def chosen_rows(table: pd.DataFrame, limit: int, facts: Sequence[str] = ()) -> tuple[pd.DataFrame, Sequence[str]]:
    """One row per row of a trial, at most `limit`, evenly spread; and the facts to name it by: those that vary."""
    rows = table.drop_duplicates(["key", "row"])
    varied = [name for name in rows.columns if name not in COLUMNS and rows[name].astype(str).nunique() > 1][:8]
    return rows.iloc[_spread(len(rows), limit)], facts or varied


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
    shown = min(many, limit)
    return [round(k * (many - 1) / max(1, shown - 1)) for k in range(shown)]


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
    """A browser over the trials of a run folder: search it in the report, open one to read what was asked and said.

    At most `limit` trials, evenly spread, and of each the first and last `exchanges` / 2 questions; both are said.
    """
    found, left = stored(out, probe)
    chosen = [found[position] for position in _spread(len(found), limit)]
    said = f"{len(chosen)} of {len(found)} trials; all of them are in the records beside this page{left}"
    body = "".join(_trial(trial, exchanges) for trial in chosen)
    return Shown(f'<div class="il-transcripts il-trials"><p class="il-facts">{said}</p>{body}</div>', said)


def _trial(trial: dict[str, Any], exchanges: int) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in trial["facts"].items() if len(str(value)) <= 40)
    values = [row["values"] for row in trial["rows"]]
    found = sorted({str(value) if isinstance(value, str) else "ok" for row in values for value in row.values()})
    marks = " ".join(f'<span class="il-status il-status--{state}">{state}</span>' for state in map(text, found))
    all_asked = trial["asked"]
    kept = all_asked if len(all_asked) <= exchanges else [*all_asked[: exchanges // 2], *all_asked[-(exchanges // 2) :]]
    left = (
        f"{len(all_asked) - len(kept)} further questions of this trial are not shown"
        if len(kept) < len(all_asked)
        else ""
    )
    error = _note(trial["error"]) if trial["error"] else ""
    title = f"<strong>{text(trial['probe'])}</strong> {marks} <span class='il-facts'>{text(facts, 400)}</span>"
    return _details("".join(exchange(one) for one in kept) + _note(left) + error, title)
