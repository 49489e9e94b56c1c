"""Scenarios of the multi-user instruction benchmark, read from a local copy: users of some authority, one instruction
each, and the checks that the reply must pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probes.shared.datasets._read import Record, source

RELEASE, LICENCE = "github.com/Korde-AI/Multi-User-LLM-Agent", "Apache-2.0, with texts of IHEval (CC BY-NC-ND)"
MODES = ("aligned", "conflict")


@dataclass(frozen=True)
class User:
    """One of the people who share the assistant; `checks` are (IFEval name, arguments)."""

    name: str
    role: str
    authority: int
    instructions: tuple[str, ...]
    checks: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True)
class Scenario:
    """One reply that several users want something of; `required` are the checks that the release scores."""

    key: str
    mode: str
    system: str
    users: tuple[User, ...]
    required: tuple[tuple[str, Mapping[str, Any]], ...]

    def highest(self) -> tuple[User, ...]:
        """The users of the highest authority: in mode `conflict` only their checks are required."""
        top = max(user.authority for user in self.users)
        return tuple(user for user in self.users if user.authority == top)


def load(path: str | Path) -> list[Scenario]:
    """The scenarios of `aligned_2_to_10.jsonl`, `conflict_2_to_10.jsonl`, or a folder that holds them.

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where a line has another shape, names two users alike, or requires other checks than its users' authority
        says; the line and the field are named.
    """
    return [_scenario(record) for record in source(path, "*_2_to_10.jsonl", "*.jsonl").records()]


def _scenario(record: Record) -> Scenario:
    mode = record.inside("meta").text("mode")
    if mode not in MODES:
        raise ValueError(f"{record.where}: mode {mode!r} is not one of {', '.join(MODES)}")
    users = tuple(_user(one) for one in record.each("users"))
    if not users or len({user.name for user in users}) != len(users):
        raise ValueError(f"{record.where}: field 'users' must hold users with different names")
    required = _checks(record.inside("iheval_ground_truth"))
    made = Scenario(record.text("id"), mode, record.text("system_prompt"), users, required)
    counted = users if mode == "aligned" else made.highest()
    wanted = [name for user in counted for name, _ in user.checks]
    if [name for name, _ in required] != wanted:
        raise ValueError(f"{record.where}: the checks required are not those of {_names(counted)}")
    return made


def _user(record: Record) -> User:
    instructions = tuple(record.get("instructions", list))
    if not instructions or not all(isinstance(text, str) and text.strip() for text in instructions):
        raise ValueError(f"{record.where}: field 'instructions' must be a list of texts, not empty")
    given = record.get("original_answer", (dict, str))
    checks = _checks(record.inside("original_answer")) if isinstance(given, dict) else ()
    return User(record.text("id"), record.text("role"), record.get("authority", int), instructions, checks)


def _checks(record: Record) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Names and arguments, as many of each; an answer without them has none."""
    if "instruction_id_list" not in record.value:
        return ()
    names, arguments = record.get("instruction_id_list", list), record.get("kwargs", list)
    if len(names) != len(arguments) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{record.where}: 'instruction_id_list' and 'kwargs' must be equally long lists")
    if not all(isinstance(one, dict) for one in arguments):
        raise ValueError(f"{record.where}: 'kwargs' must hold objects")
    return tuple(zip(names, arguments, strict=True))


def _names(users: tuple[User, ...]) -> str:
    return ", ".join(user.name for user in users)
