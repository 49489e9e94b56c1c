"""A probe on a model: the long table, made from stored replies, and from new ones where none is stored."""

from __future__ import annotations

import inspect
import json
import operator
import sys
import warnings
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from probes.core.activations import Capture, Store
from probes.core.files import write_json
from probes.core.probe import Model, Probe
from probes.core.provenance import now, provenance
from probes.core.records import Memory, Records
from probes.core.replay import Desk, Tally
from probes.core.script import digest, missing, probe_name
from probes.core.source import Source
from probes.core.table import table, write
from probes.schema.folder import sealed
from probes.schema.names import SCHEMA

WINDOW = 192
"""Trials in flight: their questions form one batch for the engine, and at most they are lost in a kill."""
ERROR = 300
"""Characters of the first error of a run that its manifest keeps."""
TRIES = 4
"""How often trials are replayed and asked for what is missing before a script that never ends is refused."""
SESSION = ("commit", "dirty", "packages", "python", "platform", "code", "model", "fingerprint", "model_info")
"""What the manifest and the session of every record say alike."""


def run(
    probe: Probe,
    model: Model,
    seed: int = 0,
    out: str | Path | None = None,
    window: int = WINDOW,
    capture: Capture | None = None,
) -> pd.DataFrame:
    """Run all trials of a probe on a model.

    Parameters
    ----------
    probe : Probe
        What to measure, e.g. `probes.suite.user_turn()`.
    model : Model
        What `load_model` returns.
    seed : int
        Of every trial's random stream, together with the trial's facts.
    out : str or Path, optional
        Run folder. Questions and replies go to `out/records/<probe>`, and a question that has a reply there is not
        asked again. Rows are made anew by every run.
    window : int
        Trials in flight.
    capture : Capture, optional
        Activations to stream to the records folder; replies and trial keys are those of a run without.

    Returns
    -------
    pandas.DataFrame
        One row for each observation and measure: run, probe, model, the facts of the trial, `measure`, `value`, `unit`
        and `status`. `value` is missing unless the status is `ok`.

    Raises
    ------
    ValueError
        Where the parameters leave no trial; for a seed that is no whole number, `capture` without `out`, or a partner
        that the model does not have.
    RuntimeError
        Where every trial fails (a single failure becomes rows of status `error`, asked again by the next run), or where
        code under `probes` was changed during the run: replies are kept, no table is written.

    Examples
    --------
    >>> import probes
    >>> probe = probes.suite.triage(per_urgency=1, settings=("critical",))
    >>> table = run(probe, probes.load_model("scripted:uniform"))
    >>> table[table["measure"] == "p_correct"]["value"].tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    seed, probe = _whole(seed), _anew(probe)
    if absent := set(probe.partners()) - set(getattr(model, "partners", ())):
        raise ValueError(f"{probe_name(type(probe))}: {missing(min(absent))}")
    if renew := getattr(model, "renew", None):  # what a policy depends on may have changed since the model was made
        renew()
    run_facts = {
        "run": Path(out).name if out else "",
        "probe": probe_name(type(probe)),
        "version": type(probe).version,
        "model": model.name,
        "fingerprint": model.fingerprint[:16],
        "seed": seed,
    }
    if out is None:
        if capture:
            raise ValueError("activations are streamed to the run folder: capture needs out")
        code = Source(type(probe))
        frame, _ = _settled(Desk(probe, model, seed, window, Memory()), run_facts)
        code.check()
        return frame
    folder = _folder(Path(out), type(probe))
    return _stored(Desk(probe, model, seed, window, Records(folder), Store(folder, capture)), run_facts)


def _stored(desk: Desk, run_facts: dict[str, Any]) -> pd.DataFrame:
    """The table of a run whose records are kept; the manifest says `finished` when everything else is on the disk."""
    records, store = desk.kept, desk.store
    assert isinstance(records, Records)
    assert store is not None
    code, about = Source(type(desk.probe)), _manifest(desk.probe, desk.model)
    about |= {"code": code.digest, "capture": store.capture.names if store.capture else []}
    session = {name: {**run_facts, **about}[name] for name in SESSION}
    about |= {"session": digest(session)[:16], "parameters_digest": digest(desk.probe.parameters())}
    with records:
        records.begin_session(about["session"], session)
        counts = {"damaged_lines": records.trials.damaged, "outdated_lines": records.outdated}
        if records.outdated:
            warnings.warn(f"{records.outdated} records in {records.folder} were made by an earlier version, which did "
                          "not write down which model replied: they answer nothing, and their trials are asked again. "
                          "Move them elsewhere to be rid of this warning", stacklevel=3)  # fmt: skip
        manifest = {"schema": SCHEMA, **run_facts, "probe": records.folder.name, **about, **counts}
        write_json(records.folder / "manifest.json", {**manifest, "finished": False})
        frame, tally = _settled(desk, {**run_facts, "probe": records.folder.name})
        code.check()
        write(frame, records.folder / "trials.parquet", about["parameters_digest"])
        store.point(tally.asks)
        records.forget_replies()
        counts = {"asked": len(tally.keys), "errors": len(tally.errors), "stale": len(records) - len(tally.keys)}
        ended = {"sealed": sealed(records.folder), "ended": now(), "finished": True,
                 "first_error": "".join(tally.errors[:1])[:ERROR]}  # fmt: skip
        write_json(records.folder / "manifest.json", {**manifest, **counts, **ended})
    return frame


def _settled(desk: Desk, run_facts: Mapping[str, Any]) -> tuple[pd.DataFrame, Tally]:
    """The table and what it is of: replayed, asked where replies are missing, and replayed again.

    RuntimeError where all trials failed, or where a script asks something else every time.
    """
    for attempt in range(TRIES):
        tally = Tally()
        frame = table(desk.rows(tally, first=not attempt), run_facts, desk.probe.measures)
        if not tally.missing:
            break
        desk.ask(tally)
    else:
        name = probe_name(type(desk.probe))
        raise RuntimeError(f"{name}.play() must ask the same questions every time, and did not: {len(tally.missing)} "
                           "trials asked something new when their replies were played to them again")  # fmt: skip
    if not tally.keys:
        raise ValueError(
            f"{probe_name(type(desk.probe))} has no trials with these parameters: {desk.probe.parameters()}"[:ERROR]
        )
    if len(tally.errors) == len(tally.keys):
        raise RuntimeError(f"all {len(tally.keys)} trials failed; the first: {tally.errors[0]}")
    return frame, tally


def _anew(probe: Probe) -> Probe:
    """The probe without what it remembers of its files. TypeError where it depends on more than its fields."""
    kind = type(probe)
    if hidden := set(inspect.signature(kind).parameters) - {field.name for field in fields(kind)}:
        names = ", ".join(sorted(hidden))
        raise TypeError(f"{kind.__name__} takes {names}, no field of it: what a probe depends on must be one")
    return replace(probe)


def _whole(seed: Any) -> int:
    """The seed as a plain int, so that 0 and np.int64(0) are one stream; False and 0.0 are refused."""
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise TypeError(f"seed must be a whole number, got {seed!r}")
    return operator.index(seed)


def _folder(out: Path, kind: type[Probe]) -> Path:
    """`records/<name>`; one of its own where a probe of the same name from another module is there already."""
    folder = out / "records" / probe_name(kind)
    try:
        there = json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("class")
    except (OSError, ValueError, AttributeError):
        there = None
    mine = _class(kind)
    same = there is None or f".{mine}".endswith(f".{there}") or f".{there}".endswith(f".{mine}")
    return folder if same else folder.with_name(f"{folder.name}-{digest(mine)[:8]}")


def _class(kind: type[Probe]) -> str:
    """Module and name; a script's name stands for `__main__`. `tests.a.Toy` and `a.Toy` are one class."""
    module = sys.modules.get(kind.__module__)
    script = Path(getattr(module, "__file__", None) or "__main__").stem
    return f"{script if kind.__module__ == '__main__' else kind.__module__}.{kind.__qualname__}"


def _manifest(probe: Probe, model: Model) -> dict[str, Any]:
    kind = type(probe)
    about = {"source": kind.source, "question": (inspect.getdoc(kind) or "").partition("\n")[0]}
    declared = {"measures": dict(kind.measures), "chance": dict(kind.chance), "unit": kind.unit, "class": _class(kind)}
    return {"parameters": probe.parameters(), **about, **declared, "model_info": dict(model.info), **provenance()}
