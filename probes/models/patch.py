"""Activation patching of forced choices: what a source run computed, put into a base run at a layer and positions.

Base and source differ in an early turn (a persona, say) and end in the same tokens. Positions of that common end are
aligned from the right. Putting the source's state there asks whether the state at this layer and these positions is
enough to bring the source's answer about, everything else being the base's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from probes.core import Choice, Choose, Model, Probe
from probes.core.activations import Capture
from probes.models.engine.edits import Edit, mark
from probes.models.engine.requests import ScoreIds
from probes.models.lens import first
from probes.models.local import LocalModel
from probes.models.steer import able

Sites = tuple[str, ...]
CONTROL, PERSONA = {"guise": "control"}, {"guise": "persona"}


@dataclass(frozen=True)
class Patched:
    """Replies of one pair: without a patch (`base`, `source`), and by what was patched: `(sites, positions)`."""

    base: Choice
    source: Choice
    patched: dict[tuple[Sites, str], Choice]
    shared: int
    """Tokens in the common end."""


def patch(
    model: Model,
    pairs: Sequence[tuple[Choose, Choose]],
    sites: Sequence[Sites],
    positions: Sequence[str] = ("last", "before", "all"),
) -> list[Patched]:
    """Every (base, source) pair patched at every group of sites (together) and every group of positions.

    positions: `last` (the last token of the prompt, where the answer is read), `before` (the common end without it),
    `all` (both). Raises ValueError for pairs whose options or last tokens differ, and for a model whose activations
    cannot be changed.
    """
    local = able(model)
    every = tuple(dict.fromkeys(site for group in sites for site in group))
    wanted = [(group, place) for group in sites for place in positions]
    found = []
    for base, source in pairs:
        one, other = _request(local, base), _request(local, source)
        shared = _shared(one, other)
        spans = tuple((at, at + 1) for at in range(len(other.prompt) - shared, len(other.prompt)))
        told = local.engine.run([replace(other, sites=every, spans=spans)])[0].activations
        requests, numbers = [one, other], []
        for group, place in wanted:
            request, used = _patched(local, one, {site: told[site] for site in group}, place)
            requests.append(request)
            numbers += used
        replies = [_choice(local, base, one, result) for result in local.engine.run(requests)]
        for number in numbers:
            local.engine.edits.forget(number)
        found.append(Patched(replies[0], replies[1], dict(zip(wanted, replies[2:], strict=True)), shared))
    return found


def patch_map(probe: Probe, model: Model, match: Sequence[str], meaning: str, every: int = 3,
              positions: Sequence[str] = ("last", "all"), base: Mapping[str, Any] = CONTROL,
              source: Mapping[str, Any] = PERSONA) -> pd.DataFrame:  # fmt: skip
    """`patch` over the layers of a model, for every pair of trials of a probe that agree in the facts `match`.

    base, source: facts that tell the two sides apart, by default length-matched filler and its persona. One row per
    pair, site and group of positions: the matched facts, cluster, site, positions, and the log-odds (nats) of `meaning`
    against the other options in `base`, in `source`, and `patched`. The residual stream is replaced after each block.
    """
    sides: list[dict[tuple[Any, ...], Any]] = [{}, {}]
    for trial in probe.trials():
        facts = trial.facts()
        for side, wanted in zip(sides, (base, source), strict=True):
            if all(facts.get(name) == value for name, value in wanted.items()):
                question = first(next(probe.play(trial, np.random.default_rng(0))))
                side.setdefault(tuple(facts[name] for name in match), (facts, question))
    both = [key for key in sides[0] if key in sides[1]]
    if not both:
        raise ValueError(f"no trials agree in {', '.join(match)} and differ as {dict(base)} and {dict(source)}")
    sites = Capture.layers(model, every).sites
    found = patch(model, [(sides[0][key][1], sides[1][key][1]) for key in both], [(site,) for site in sites], positions)
    lines = []
    for key, pair in zip(both, found, strict=True):
        cluster = str(sides[0][key][0].get(type(probe).unit, key))
        ends = {"base": _log_odds(pair.base, meaning), "source": _log_odds(pair.source, meaning)}
        for (group, place), reply in pair.patched.items():
            where = {"cluster": cluster, "site": group[0], "positions": place}
            lines.append(dict(zip(match, key, strict=True)) | where | ends | {"patched": _log_odds(reply, meaning)})
    return pd.DataFrame(lines)


def _log_odds(reply: Choice, meaning: str) -> float:
    return math.log(reply.p[meaning] / (1 - reply.p[meaning]))


def _request(local: LocalModel, question: Choose) -> ScoreIds:
    request = local.requests(question)[0]
    assert isinstance(request, ScoreIds)
    return replace(request, sites=(), spans=())


def _shared(base: ScoreIds, source: ScoreIds) -> int:
    """Tokens that both prompts end in, the ends being read for the same options."""
    if base.targets != source.targets:
        raise ValueError("patching compares the same options: those of base and source differ")
    pairs = list(zip(reversed(base.prompt), reversed(source.prompt), strict=False))
    shared = next((at for at, (a, b) in enumerate(pairs) if a != b), len(pairs))
    if not shared:
        raise ValueError("base and source end in different tokens: no positions are aligned")
    return shared


def _patched(
    local: LocalModel, base: ScoreIds, vectors: Mapping[str, np.ndarray], place: str
) -> tuple[ScoreIds, list[int]]:
    """The base with the source's `vectors` (site -> [shared, width]) at a group of positions, and its edits."""
    shared = len(next(iter(vectors.values())))
    first, stop = {"last": (shared - 1, shared), "before": (0, shared - 1), "all": (0, shared)}[place]
    start = len(base.prompt) - shared
    prompt, numbers = list(base.prompt), []
    for at in range(first, stop):
        edit = Edit({site: rows[at] for site, rows in vectors.items()}, replace=True)
        numbers.append(local.engine.edits.add(edit))
        prompt[start + at] = mark([prompt[start + at]], numbers[-1])[0]
    return replace(base, prompt=tuple(prompt)), numbers


def _choice(local: LocalModel, question: Choose, request: ScoreIds, result: object) -> Choice:
    reply = local.read(question, [request], [result])
    assert isinstance(reply, Choice)
    return replace(reply, activations={})
