"""Group 20: probes that people write: what they yield, and what becomes of a trial that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import make_dataclass
from typing import Any

from fault_table import Bench, Table, said

import probes
from probes import Choose, Continue, Probe, Row, Transcript, Trial

CASES = Table()
ASKED = Choose(Transcript().user("A or B?"), {"A": "yes", "B": "no"})


def made(play: Callable[..., Any], trials: Callable[..., Any] | None = None, unit: str = "probability") -> type[Probe]:
    """A probe of three trials whose one measure is `p`."""
    members: dict[str, Any] = {"measures": {"p": unit}, "unit": "n", "source": "own", "play": play}
    members["trials"] = trials or (lambda self: (Trial(n=n) for n in range(3)))
    return make_dataclass("Own", [], bases=(Probe,), frozen=True, namespace=members)


def ran(bench: Bench, kind: type[Probe]) -> str:
    """How the rows stand, and the first error."""

    def told() -> str:
        table = probes.run(kind(), probes.load_model("scripted:uniform"), out=bench.folder / "out")
        (about,) = probes.schema.manifests(bench.folder / "out")
        return f"{table['status'].value_counts().to_dict()} {about['first_error']}"

    return said(told)


def plays(bench: Bench, script: Callable[..., Any]) -> str:
    return ran(bench, made(script))


def returned(self: Probe, trial: Trial, rng: Any) -> Any:
    reply = yield ASKED
    return Row({"p": reply.p["yes"]}, reply=reply)


def silent(self: Probe, trial: Trial, rng: Any) -> Any:
    yield ASKED


def one_silent(self: Probe, trial: Trial, rng: Any) -> Any:
    reply = yield ASKED
    if trial.n:
        yield Row({"p": 0.5}, reply=reply)


def returned_last(self: Probe, trial: Trial, rng: Any) -> Any:
    reply = yield ASKED
    yield Row({"p": 0.5}, reply=reply)
    return Row({"p": 0.5}, reply=reply)


def yields(what: Any) -> Callable[..., Any]:
    def play(self: Probe, trial: Trial, rng: Any) -> Any:
        yield what

    return play


def continues(tokens: Any) -> Callable[..., Any]:
    def play(self: Probe, trial: Trial, rng: Any) -> Any:
        yield Continue(Transcript().user("x"), max_tokens=tokens)
        yield Row({"p": 0.5})

    return play


def fine(self: Probe, trial: Trial, rng: Any) -> Any:
    reply = yield ASKED
    yield Row({"p": reply.p["yes"]}, reply=reply)


CASES.many(
    20,
    plays,
    ("own probe: a row that is returned, not yielded", returned, "must yield questions and rows; it returned a Row"),
    ("own probe: a further row that is returned", returned_last, "must yield questions and rows; it returned a Row"),
    ("own probe: trials without a row", silent, "play() ended without a row: yield one, with a status where nothing"),
    ("own probe: one trial without a row", one_silent, "{'ok': 2, 'error': 1} ValueError: play() ended without a row"),
    ("own probe: play() that is no generator", lambda self, trial, rng: 3, "questions and rows; it returned a int"),
    ("own probe: a script that yields None", yields(None), "a question, a list of questions or a Row, not a NoneType"),
    ("own probe: a script that yields a text", yields("hello"), "a question, a list of questions or a Row, not a str"),
    ("own probe: a list within a list", yields([[ASKED]]), "a question, a list of questions or a Row, not a list"),
    ("own probe: a row among questions", yields([ASKED, Row({"p": 1.0})]), "a list of questions or a Row, not a Row"),
    ("own probe: max_tokens of 1.5", continues(1.5), "max_tokens must be a whole number >= 1, got 1.5"),
    ("own probe: max_tokens of true", continues(True), "max_tokens must be a whole number >= 1, got True"),
)  # fmt: skip


def measured(bench: Bench, given: tuple[float, str]) -> str:
    return ran(bench, made(yields(Row({"p": given[0]})), unit=given[1]))


CASES.many(
    20,
    measured,
    ("own probe: a probability of 1.5", (1.5, "probability"), "declared as 'probability', and is 1.5: outside [0, 1]"),
    ("own probe: a probability below 0", (-0.1, "probability"), "and is -0.1: outside [0, 1]"),
    ("own probe: a probability in percent", (34.0, "probability in [0, 1]"), "and is 34: outside [0, 1]"),
    ("own probe: zero or one that is 2", (2.0, "1 if it asks, else 0"), "and is 2: outside [0, 1]"),
    ("own probe: a probability past 1 by rounding", (1.00001, "probability"), "{'ok': 3}"),
    ("own probe: a probability minus chance", (-0.1, "probability of the first, minus one half"), "{'ok': 3}"),
    ("own probe: a difference of probabilities", (-0.1, "probability relative to none"), "{'ok': 3}"),
    ("own probe: three values", (-1.0, "1 if it agrees, -1 if it objects, else 0"), "{'ok': 3}"),
    ("own probe: a difference of probabilities below 0", (-0.1, "difference of probabilities"), "{'ok': 3}"),
)


def tried(bench: Bench, trials: Callable[..., Any]) -> str:
    return ran(bench, made(fine, trials))


CASES.many(
    20,
    tried,
    ("own probe: no trials", lambda self: iter(()), "ValueError: Own has no trials with these parameters: {}"),
    ("own probe: trials() that returns nothing", lambda self: None, "ValueError: Own has no trials with these"),
    ("own probe: trials that are dictionaries", lambda self: [{"n": 1}], "trials() must give Trials, not a dict"),
)


def talks(bench: Bench, **given: Any) -> str:
    """How the rows of two conversations under one id stand."""
    turns = '[{"role": "user", "content": "%s"}, {"role": "assistant", "content": "Well then."}]'
    file = bench.folder / "x.jsonl"
    file.write_text("".join(f'{{"id": 1, "messages": {turns % text}}}\n' for text in ("Hello you", "Good day")))
    given = {"dataset": "messages_jsonl", "path": str(file), "samples": 1, "temperatures": (0.7,)} | given
    table = probes.run(probes.suite.user_turn(turn_tokens=4, answer_tokens=4, **given), bench.tiny)
    return str(table["status"].value_counts().to_dict())


@CASES(20, "user_turn: a domain that the data set has not", "ValueError: user_turn has no trials with these parameters")
def _(bench: Bench) -> str:
    return said(talks, bench, domains=("nope",))


@CASES(20, "user_turn: all conversations under one id", "accepted: {'unscored': 26, 'ok': 16}")
def _(bench: Bench) -> str:
    return said(talks, bench)
