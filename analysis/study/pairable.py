"""What may be paired: runs of one notebook on the same stimuli, by the same version of a probe, on the same engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.study.side import Side

SHARED = 0.5
"""Share of the larger side's units that both must have."""
SAME_DATA = ("dataset", "data", "path")


def problems(first: Side, other: Side) -> list[str]:
    """Why two runs cannot be paired, each with what to run again; nothing where they can."""
    both = [name for name in first.manifests if name in other.manifests]
    if not both:
        kinds = f"{', '.join(first.manifests)} and {', '.join(other.manifests)}"
        return [f"{first.name} and {other.name} share no probe ({kinds}): compare runs of one notebook"]
    found = [why for name in both for why in _differs(name, first, other)]
    if not set(first.published) & set(other.published):
        found.append(f"{first.name} and {other.name} publish no claim of the same id: compare runs of one notebook")
    return found


def _differs(probe: str, first: Side, other: Side) -> Iterable[str]:
    one, two = first.manifests[probe], other.manifests[probe]
    again = f"run {other.name} again on the stimuli of {first.name}"
    if one.get("version") != two.get("version"):
        yield f"{probe}: version {one.get('version')} and {two.get('version')}; run both again with this package"
    for name in SAME_DATA:
        given = [(about.get("parameters") or {}).get(name) for about in (one, two)]
        if given[0] != given[1]:
            yield f"{probe}: different stimuli ({name} {given[0]!r} and {given[1]!r}); {again}"
    if (engines := (engine(one), engine(two)))[0] != engines[1]:
        told = "; ".join(f"{side.name}: {kind}" for side, kind in zip((first, other), engines, strict=True))
        yield (f"{probe}: computed by different engines ({told}), which alone may change an answer: "
               "run both on one engine, in one number format, on one kind of device")  # fmt: skip
    units = first.units(probe), other.units(probe)
    shared = len(units[0] & units[1])
    if shared < max(2, SHARED * max(map(len, units))):
        yield f"{probe}: different stimuli ({shared} units shared, of {len(units[0])} and {len(units[1])}); {again}"


def engine(manifest: Mapping[str, Any]) -> str:
    """What computes: its kind of decoding, number format and device; `scripted` for a policy."""
    info = manifest.get("model_info") or {}
    own = info.get("engine") or {}
    if not own:
        return str(info.get("kind", "unknown"))
    kind = str(info.get("device", "")).partition(":")[0]
    return ", ".join(str(part) for part in (own.get("decoding", "step by step"), info.get("dtype"), kind) if part)
