"""What a paper needs of a run: a paragraph for its methods section, and BibTeX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

TITLE = "Interlocutor: probing local language models as partners in interaction"


def paragraph(manifests: Sequence[Mapping[str, Any]], claims: Sequence[Mapping[str, Any]], origin: Mapping[str, Any],
              seed: Any = None) -> str:  # fmt: skip
    """What was asked of which model, how often, and how the intervals were made; empty where nothing was recorded."""
    if not manifests:
        return ""
    models = sorted({f"{one.get('model')} (fingerprint {one.get('fingerprint')}){_partners(one)}" for one in manifests})
    asked = "; ".join(f"{one['probe']}, {one.get('asked', 'an unknown number of')} trials" for one in manifests)
    sources = "; ".join(dict.fromkeys(str(one["source"]) for one in manifests if one.get("source")))
    parts = [
        f"We ran the probes {asked} of Interlocutor {_release(origin)} on {_listed(models)}"
        + (f" with seed {seed}." if seed is not None else "."),
        f"The probes follow {sources}." if sources else "",
        _intervals(claims),
        f"Records hold {_failed(manifests)}.",
    ]
    return " ".join(part for part in parts if part)


def _partners(manifest: Mapping[str, Any]) -> str:
    """Other models of the run; the fingerprint is then that of all."""
    others = (manifest.get("model_info") or {}).get("partners") or {}
    named = [f"{about.get('source', 'unnamed')} as {name}" for name, about in others.items()]
    return f" with {_listed(named)} (one fingerprint for all)" if named else ""


def _release(origin: Mapping[str, Any]) -> str:
    commit = _commit(origin)
    return f"{_version(origin)} ({commit}{', with uncommitted changes' if origin.get('dirty') else ''})"


def _version(origin: Mapping[str, Any]) -> str:
    return str((origin.get("packages") or {}).get("interlocutor-probes", "of unknown version"))


def _commit(origin: Mapping[str, Any]) -> str:
    commit = str(origin.get("commit") or "none")
    return "no commit: installed without a repository" if commit.startswith("none") else f"commit {commit[:12]}"


def _intervals(claims: Sequence[Mapping[str, Any]]) -> str:
    if not claims:
        return ""
    levels = sorted({f"{100 * claim['level']:g} %" for claim in claims if claim.get("level")})
    units = sorted({str(claim["units_name"]) for claim in claims if claim.get("units_name")})
    methods = sorted({str(claim["method"]) for claim in claims if claim.get("method")})
    most = max((int(claim.get("findings") or 1) for claim in claims), default=1)
    text = f"Intervals are {_listed(levels)} intervals ({_listed(methods)}) with {_listed(units)} as independent units"
    holm = f"; decisions about the {most} tested claims of the report are Holm-corrected at .05" if most > 1 else ""
    return f"{text}{holm}."


def _failed(manifests: Sequence[Mapping[str, Any]]) -> str:
    errors = sum(int(one.get("errors") or 0) for one in manifests)
    return f"every question and reply; {errors or 'no'} trial{'' if errors == 1 else 's'} ended with an error"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "unstated"


def bibtex(origin: Mapping[str, Any], ended: str = "") -> str:
    """An entry for the version that ran."""
    fields = {
        "title": f"{{{TITLE}}}",
        "author": "{The Interlocutor developers}",
        "year": (ended or "2026")[:4],
        "version": _version(origin),
        "note": f"{_commit(origin)}{', with uncommitted changes' if origin.get('dirty') else ''}",
    }
    return "@software{interlocutor,\n" + ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items()) + "\n}"
