"""Balanced sets of scenes: everything but the ledger is counterbalanced, so that no surface cue predicts an answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from probes.tom.scene import CONDITIONS, LUCKY, Scene, families, family

BLOCK = 2 * len(CONDITIONS)
"""Scenes per balanced block: each condition once with the shorter-named state first and once with the longer."""
NAMES = (
    "Ada", "Ben", "Dan", "Ella", "Finn", "Hugo", "Jack", "Leo", "Paul", "Rosa", "Vera", "Walt",
    "Anna", "Max", "Sam", "Tom", "Mary", "Emma", "John", "Kate", "Lucy", "Mark", "Peter", "Sara",
)  # fmt: skip


def scenes(count: int, seed: int = 0, only: tuple[str, ...] = ()) -> list[Scene]:
    """`count` scenes, a multiple of 16; family, order of naming and phrasing change from block to block.

    Parameters
    ----------
    count : number of scenes, each with its own people, things and states.
    seed : of the draws of names and things; balance does not depend on it.
    only : the families to use, all by default.
    """
    if count < BLOCK or count % BLOCK:
        raise ValueError(f"balanced sets come in blocks of {BLOCK} scenes, got {count}")
    rng = np.random.default_rng(seed)
    used = only or families()
    made = []
    for i in range(count):
        block, place = divmod(i, BLOCK)
        condition = list(CONDITIONS)[place % len(CONDITIONS)]
        made.append(_scene(i, used[block % len(used)], condition, bool(place // len(CONDITIONS)), block, rng))
    return made


def lucky(count: int, seed: int = 0) -> list[Scene]:
    """Control scenes where the person asked about knows of no change and is right nevertheless (not balanced)."""
    rng = np.random.default_rng(seed)
    used, name = families(), next(iter(LUCKY))
    return [_scene(i, used[i % len(used)], name, bool(i % 2), i // 2, rng) for i in range(count)]


def _scene(i: int, name: str, condition: str, longer_first: bool, block: int, rng: np.random.Generator) -> Scene:
    """One scene. Orders of naming flip with `longer_first` and so take both values within every condition."""
    told = family(name)
    orders = (CONDITIONS | LUCKY)[condition]
    p, q, m = rng.choice(NAMES, 3, replace=False)
    shorter, longer = sorted(told["pairs"][rng.integers(len(told["pairs"]))], key=len)
    turn = list(CONDITIONS | LUCKY).index(condition)
    return Scene(
        name=f"{name}-{i}",
        family=name,
        condition=condition,
        events=orders[rng.integers(len(orders))],
        p=str(p),
        q=str(q),
        m=str(m),
        thing=str(rng.choice(told["things"])),
        room=str(rng.choice(told["rooms"])),
        start=longer if longer_first else shorter,
        other=shorter if longer_first else longer,
        start_first=longer_first ^ bool(block & 1),
        start_last=longer_first ^ bool(turn & 1) ^ bool(block & 2),
        p_first=longer_first ^ bool(turn & 2) ^ bool(block & 4),
        wording=(block // 4 + turn + longer_first) % 2,
    )


def twin(scene: Scene) -> Scene:
    """The same words in another order with the other answer: the two states change places, the lists stay."""
    return replace(
        scene,
        name=f"{scene.name}-twin",
        start=scene.other,
        other=scene.start,
        start_first=not scene.start_first,
        start_last=not scene.start_last,
    )
