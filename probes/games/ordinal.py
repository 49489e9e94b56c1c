"""The 144 strict ordinal 2x2 games, generated from their definition and numbered as in the topology of 2x2 games.

Every player ranks the four outcomes 1 to 4 without ties. Of the 576 such games, those that differ only by the names
of rows and columns are one game: the one with the row player's 4 in the left column and the column player's 4 in the
top row. Each player then has 12 rankings, and neighbouring rankings differ by one exchange of neighbouring ranks
(Robinson and Goforth 2005, The Topology of the 2x2 Games; families after Bruns 2015, Games 6(4), 495-520).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from probes.games.game import Game, Payoffs

NAMES = tuple(f"ordinal_{number:03d}" for number in range(1, 145))
"""Numbered row by row of the topology."""
SOURCE = "Robinson and Goforth 2005, The Topology of the 2x2 Games"
_START = (3, 2, 4, 1)
_EXCHANGES = ((2, 3), (1, 2), (2, 3), (1, 2), (2, 3), (3, 4)) * 2
_FAMILIES = {(4, 4): "Win-win", (4, 3): "Biased", (4, 2): "Unfair", (3, 3): "Second Best"}

Ranking = tuple[int, int, int, int]


@cache
def rankings() -> tuple[Ranking, ...]:
    """The row player's 12 rankings of (top left, top right, bottom left, bottom right), in topological order."""
    ordered: list[Ranking] = [_START]
    for low, high in _EXCHANGES[:-1]:
        exchanged = [{low: high, high: low}.get(rank, rank) for rank in ordered[-1]]
        ordered.append((exchanged[0], exchanged[1], exchanged[2], exchanged[3]))
    return tuple(ordered)


def payoffs(row: int, column: int) -> Payoffs:
    """Pay-offs of the game at coordinates 1..12 of the topology.

    The column player's rankings are the row player's with the seats exchanged, counted from the other end, so that
    the symmetric games lie on the anti-diagonal.
    """
    own = rankings()[row - 1]
    a, b, c, d = rankings()[12 - column]
    other = (a, c, b, d)
    return tuple(tuple((float(own[2 * i + j]), float(other[2 * i + j])) for j in (0, 1)) for i in (0, 1))


def family(game: Game) -> str:
    """The family, by the best equilibrium in pure actions that the game offers."""
    reached = {game.points(*outcome) for outcome in game.equilibria()}
    if not reached:
        return "Cyclic"
    best = max((int(max(pair)), int(min(pair))) for pair in reached)
    if best in _FAMILIES:
        return _FAMILIES[best]
    every = [game.points(*outcome) for outcome in game.outcomes()]
    improvable = any(a > x and b > y for x, y in reached for a, b in every)
    return "PD Family" if improvable else "Tragic"


@cache
def ordinal(name: str) -> Game:
    """One of NAMES. Both players' actions are `first` and `second`."""
    row, column = (place + 1 for place in divmod(NAMES.index(name), 12))
    actions = ("first", "second")
    plain = Game(name, (actions, actions), payoffs(row, column), f"strict ordinal game {row}.{column}")
    return replace(plain, family=family(plain), source=SOURCE)
