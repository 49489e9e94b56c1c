"""Balanced sets of scenes: everything but the ledger is counterbalanced, so that no surface cue predicts an answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from probes.minds.scene import CONDITIONS, LUCKY, Scene, families, family
from probes.shared.world.person import NAMES

BLOCK = len(CONDITIONS)
"""Scenes per balanced block: every condition once, all of one family."""
LONGER, NAMED_FIRST, NAMED_LAST, PHRASING = (
    (0, 1, 0, 1, 0, 1, 1, 0),
    (0, 1, 1, 0, 1, 1, 0, 0),
    (0, 1, 0, 1, 1, 1, 0, 0),
    (0, 1, 1, 0, 0, 1, 1, 0),
)
"""By condition: is the first state the longer-named, named first, named last; which phrasing. These four patterns and
their complements are the only ones in which every answer (first or other state, yes or no) is half and half."""


def scenes(count: int, seed: int = 0, only: tuple[str, ...] = (), language: str = "en") -> list[Scene]:
    """`count` scenes, a multiple of 8; families take turns, block by block, and each is balanced in every block.

    Parameters
    ----------
    count : number of scenes, each with its own people, things and states.
    seed : of the draws of names and things; balance does not depend on it.
    only : the families to use, all by default.
    language : of the stories; names, conditions and orders of a seed are the same in all languages.
    """
    if count < BLOCK or count % BLOCK:
        raise ValueError(f"balanced sets come in blocks of {BLOCK} scenes, got {count}")
    rng = np.random.default_rng(seed)
    used = only or families(language)
    generated = []
    for i in range(count):
        block, turn = divmod(i, BLOCK)
        visit, place = divmod(block, len(used))
        generated.append(_scene(i, used[place], list(CONDITIONS)[turn], turn, visit, rng, language))
    return generated


def lucky(count: int, seed: int = 0) -> list[Scene]:
    """Control scenes where the person asked about knows of no change and is right nevertheless (not balanced)."""
    rng = np.random.default_rng(seed)
    used, name = families(), next(iter(LUCKY))
    return [_scene(i, used[i % len(used)], name, i % BLOCK, i // BLOCK, rng) for i in range(count)]


def _scene(i: int, name: str, condition: str, turn: int, visit: int, rng: np.random.Generator,
           language: str = "en") -> Scene:  # fmt: skip
    """One scene. From one visit of a family to its next the patterns turn over, one more slowly than the other."""
    story = family(name, language)
    orders = (CONDITIONS | LUCKY)[condition]
    p, q, m = rng.choice(NAMES, 3, replace=False)
    shorter, longer = sorted(story["pairs"][rng.integers(len(story["pairs"]))], key=len)
    longer_first = bool(LONGER[turn] ^ visit & 1)
    return Scene(
        name=f"{name}-{i}",
        family=name,
        condition=condition,
        events=orders[rng.integers(len(orders))],
        p=str(p),
        q=str(q),
        m=str(m),
        thing=str(rng.choice(story["things"])),
        room=str(rng.choice(story["rooms"])),
        start=longer if longer_first else shorter,
        other=shorter if longer_first else longer,
        start_first=bool(NAMED_FIRST[turn] ^ visit >> 1 & 1),
        start_last=bool(NAMED_LAST[turn] ^ visit >> 2 & 1),
        p_first=bool(NAMED_LAST[turn] ^ visit & 1),
        wording=PHRASING[turn] ^ (visit ^ visit >> 1) & 1,
        language=language,
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
