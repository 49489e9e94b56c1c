"""The claims of a run in the Every-Eval-Ever schema (version 0.2.2): one JSON record, every score with its interval."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.stats.fits._units import quantile
from probes import schema

VERSION = "0.2.2"
LIMITS = {"probability": (0.0, 1.0), "share": (0.0, 1.0), "percentage points": (-1.0, 1.0)}
"""Units whose scores lie between limits; the schema wants both for a continuous score, and leaves others untyped."""
RELATIONS = ("first_party", "third_party", "collaborative", "other")
HALF = "half width of the interval over its t quantile"


def every_eval_ever(out: str | Path, path: str | os.PathLike[str], organization: str = "not stated",
                    relationship: str = "other") -> Path:  # fmt: skip
    """The claims of a finished run as one Every-Eval-Ever record.

    A claim is an evaluation result: its value is the score, its interval, level, method and number of independent units
    are the score's uncertainty. Claims without a value are named and left out, since the schema has no score for them.
    No claim has a better side: `lower_is_better` is false because the schema wants an answer, and the details say so.

    Parameters
    ----------
    out : str or Path
        A run folder.
    path : str or PathLike
        The file to write.
    organization : str
        Who evaluated.
    relationship : str
        Of the evaluator to the model: first_party, third_party, collaborative or other.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        For another relationship, a run without claims or records, or one that measured several models.

    Examples
    --------
    >>> every_eval_ever("reports/no_such_run", "record.json", relationship="friend")
    Traceback (most recent call last):
    ValueError: relationship 'friend' is none of first_party, third_party, collaborative, other
    """
    if relationship not in RELATIONS:
        raise ValueError(f"relationship {relationship!r} is none of {', '.join(RELATIONS)}")
    folder = Path(out)
    abouts, claims = _read(folder)
    model, ended = abouts[0], str(max(str(about.get("ended", "")) for about in abouts))
    epoch = f"{datetime.fromisoformat(ended).timestamp():.0f}" if ended else "0"
    without = [str(claim["id"]) for claim in claims if claim["value"] is None]
    source = {"source_name": "interlocutor", "source_type": "evaluation_run", "source_organization_name": organization,
              "evaluator_relationship": relationship,
              "additional_details": {"run": folder.name, "claims_without_value": ", ".join(without)}}  # fmt: skip
    probes = ", ".join(str(about["probe"]) for about in abouts)
    record = {
        "schema_version": VERSION,
        "evaluation_id": f"{folder.name}/{model['model']}/{epoch}",
        **({"evaluation_timestamp": ended} if ended else {}),
        "retrieved_timestamp": epoch,
        "source_metadata": source,
        "eval_library": _library(model),
        "model_info": _model(model),
        "evaluation_results": [_result(claim, probes, folder) for claim in claims if claim["value"] is not None],
    }
    with schema.replacing(path) as stream:
        stream.write(json.dumps(record, indent=1, allow_nan=False).encode())
    return Path(path)


def _read(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(what the records of every probe say of themselves, the published claims)."""
    claims = schema.published(folder).get("claims")
    abouts = [schema.manifest(folder, name) for name in schema.probes(folder)]
    if not claims or not abouts:
        raise ValueError(f"{folder} has no {'claims' if abouts else 'records'} of a finished run to export")
    if len({about.get("fingerprint") for about in abouts}) > 1:
        names = ", ".join(sorted({str(about["model"]) for about in abouts}))
        raise ValueError(f"{folder} measured several models ({names}); a record of the schema is about one")
    return abouts, claims


def _library(about: Mapping[str, Any]) -> dict[str, Any]:
    version = (about.get("packages") or {}).get("interlocutor-probes", "unknown")
    return {
        "name": "interlocutor",
        "version": str(version),
        "additional_details": _texts({"commit": about.get("commit")}),
    }


def _model(about: Mapping[str, Any]) -> dict[str, Any]:
    info = about.get("model_info") or {}
    told = {"fingerprint": about.get("fingerprint"), "dtype": info.get("dtype"), "device": info.get("device")}
    name = str(about["model"])
    return {"name": name, "id": str(info.get("source") or name), "additional_details": _texts(told)}


def _result(claim: Mapping[str, Any], probes: str, folder: Path) -> dict[str, Any]:
    limits = LIMITS.get(str(claim["unit"]))
    span = {"score_type": "continuous", "min_score": limits[0], "max_score": limits[1]} if limits else {}
    config = {"evaluation_description": str(claim["question"]), "metric_id": f"interlocutor.{claim['id']}",
              "metric_name": str(claim["topic"]), "metric_unit": str(claim["unit"]), "lower_is_better": False, **span,
              "additional_details": {"direction": "none: no side is better"}}  # fmt: skip
    gates = [str(gate["name"]) for gate in claim["gates"] if gate["passed"] is not True]
    told = {name: claim[name] for name in ("sentence", "verdict", "null", "null_name", "margin", "target", "units_name",
                                           "rows", "scored", "asked", "reason")}  # fmt: skip
    return {
        "evaluation_result_id": f"{folder.name}/{claim['id']}",
        "evaluation_name": str(claim["id"]),
        "source_data": {"dataset_name": probes, "source_type": "other"},
        "metric_config": config,
        "score_details": {"score": claim["value"], "details": _texts({**told, "gates_not_passed": ", ".join(gates)}),
                          "uncertainty": _uncertainty(claim)},
    }  # fmt: skip


def _uncertainty(claim: Mapping[str, Any]) -> dict[str, Any]:
    """Interval and standard error where there are any; always the number of independent units."""
    low, high, units = claim["low"], claim["high"], int(claim["units"])
    if low is None or high is None or units < 2:
        return {"num_samples": units}
    error = (high - low) / 2 / quantile(claim["level"], units - 1)
    return {
        "standard_error": {"value": error, "method": HALF},
        "confidence_interval": {"lower": low, "upper": high, "confidence_level": claim["level"],
                                "method": str(claim["method"])},
        "num_samples": units,
    }  # fmt: skip


def _texts(told: Mapping[str, Any]) -> dict[str, str]:
    """The schema's free fields hold texts; what is not known is left out."""
    return {name: str(value) for name, value in told.items() if value not in (None, "")}
