"""Conversations in other people's formats, read into contexts: role names differ, some do not alternate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from probes.user_turn.contexts import Context

ROLES = {"human": "user", "prompter": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant"}


def context(name: str, domain: str, messages: Iterable[Mapping[str, Any]]) -> Context | None:
    """A context from messages (`role`/`content`, `from`/`value` or `role`/`text`), None where it cannot be one.

    A leading system message is kept as such. Turns must alternate and begin with the user; what follows the first
    break is left out, since nobody can say to what it reacts.
    """
    system, turns = "", list[str]()
    for message in messages:
        said = message.get("content", message.get("value", message.get("text")))
        role = str(message.get("role", message.get("from", ""))).lower()
        role = ROLES.get(role, role)
        if not isinstance(said, str) or not said.strip():
            break
        if role == "system" and not turns and not system:
            system = said
        elif role == ("assistant" if len(turns) % 2 else "user"):
            turns.append(said)
        else:
            break
    return Context(name, domain, tuple(turns), system=system) if turns else None


def records(path: str | Path, pattern: str = "*") -> Iterator[dict[str, Any]]:
    """Records of a JSON list, JSONL or Parquet file, or of every such file in a folder, in the order of the names."""
    place = Path(path)
    if place.is_dir():
        files = sorted(one for one in place.glob(pattern) if one.suffix in (".json", ".jsonl", ".parquet"))
        if not files:
            raise FileNotFoundError(f"no .json, .jsonl or .parquet file in {place}")
        for one in files:
            yield from records(one)
    elif place.suffix == ".parquet":
        import pandas as pd

        yield from pd.read_parquet(place).to_dict("records")  # type: ignore[misc]
    else:
        yield from _json(place)


def _json(place: Path) -> Iterator[dict[str, Any]]:
    with place.open(encoding="utf-8") as handle:
        first = handle.read(1)
        handle.seek(0)
        if first == "[":
            yield from json.load(handle)
            return
        for number, line in enumerate(handle, start=1):
            if line.strip():
                try:
                    yield json.loads(line)
                except json.JSONDecodeError as error:
                    raise ValueError(f"{place.name}, line {number}: not JSON ({error.msg})") from None


def fetched(path: str | Path, filename: str) -> Path:
    """A local file or folder as it is; `owner/name` is fetched from the model hub, where `filename` lies in it."""
    if Path(path).exists() or str(path).count("/") != 1:
        return Path(path)
    from huggingface_hub import hf_hub_download

    return Path(hf_hub_download(str(path), filename, repo_type="dataset"))
