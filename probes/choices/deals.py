"""Deals: eight cards of up to six two-valued attributes, put to eight places so that no place tells a value."""

from __future__ import annotations

import numpy as np

CARDS = 8
"""Cards of a pool, and places of a list."""


def deals(attributes: int, rng: np.random.Generator) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Signs [4 deals][8 places][attribute] of an orthogonal array whose every place is balanced over the deals.

    A card is three bits; an attribute is the parity of some of them, turned or not, and no two are of the same bits.
    Deal k puts at a place the card that differs from the first deal's by the k-th element of a subgroup of four, on
    which only a parity that no attribute uses is constant.
    """
    parities = [int(mask) for mask in rng.permutation(np.arange(1, CARDS))]
    turned, order = rng.choice((-1, 1), attributes), rng.permutation(CARDS)
    moves = [move for move in range(CARDS) if _parity(parities[attributes], move) == 1]
    return tuple(
        tuple(tuple(int(turn) * _parity(mask, int(card) ^ move)
                    for mask, turn in zip(parities[:attributes], turned, strict=True)) for card in order)
        for move in moves
    )  # fmt: skip


def _parity(mask: int, bits: int) -> int:
    """1 where an even number of the masked bits is set, else -1."""
    return 1 - 2 * ((mask & bits).bit_count() % 2)
