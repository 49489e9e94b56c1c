"""One match: both players move at the same time, every move of the model becomes a row."""

from __future__ import annotations

from dataclasses import dataclass

from probes.core import Choice, Row, Scalar
from probes.games.players import Decision
from probes.games.scene import Scene
from probes.games.wording import Past

MEASURES = {
    "p_cooperate": "probability",
    "cooperates": "0 or 1",
    "p_same": "probability",
    "points": "points",
    "expected_points": "points",
    "score": "share of the highest pay-off",
    "p_first": "probability",
    "mass": "probability",
}
"""p_cooperate, p_same, p_first: of the cooperative action, of the action the other plays in this round, and of the
option listed first, among the options; mass: of all options together. cooperates, points, score: of the move played.
expected_points: over the model's probabilities."""
CHANCE = {"p_cooperate": 0.5, "cooperates": 0.5, "p_first": 0.5}


@dataclass(frozen=True)
class Seat:
    """What a row is about: the scene of the one who moved, the seat's name, the rounds before."""

    scene: Scene
    seat: str
    past: Past

    def row(self, mine: Decision, theirs: Decision) -> Row:
        """The measures of one move and the facts that describe its situation."""
        values: dict[str, float | str] = dict.fromkeys(MEASURES, "unscored")
        game, own, other = self.scene.game, mine.action, theirs.action
        points = game.points(own, other)
        if mine.own:
            values["cooperates"], values["points"] = float(own == game.cooperative), points[0]
        if mine.own and game.highest > 0:
            values["score"] = points[0] / game.highest
        if isinstance(mine.reply, Choice):
            p = mine.reply.p
            values["p_cooperate"], values["p_first"] = p[game.cooperative], p[self.scene.arm.first]
            values["expected_points"] = sum(p[action] * game.points(action, other)[0] for action in p)
            values["p_same"], values["mass"] = p.get(other, 0.0), mine.reply.mass
        return Row(values, {**self.situation(), **self._outcome(mine, theirs)}, mine.reply)

    def situation(self) -> dict[str, Scalar]:
        """Facts known before the move."""
        state = "start"
        if self.past:
            own, other = self.past[-1]
            state = self.scene.game.letter(own) + self.scene.game.transposed().letter(other)
        first = self.scene.game.letter(self.scene.arm.first)
        facts: dict[str, Scalar] = {"seat": self.seat, "round": len(self.past) + 1, "state": state, "first_move": first}
        return {**facts, "highest": self.scene.game.highest}

    def _outcome(self, mine: Decision, theirs: Decision) -> dict[str, Scalar]:
        game, foreseen = self.scene.game, mine.foreseen
        facts: dict[str, Scalar] = {
            "own": mine.action,
            "partner": theirs.action,
            "move": game.letter(mine.action),
            "partner_move": game.transposed().letter(theirs.action),
            "partner_points": game.points(mine.action, theirs.action)[1],
            "own_move": mine.own,
        }
        facts["predicted"] = foreseen.best if foreseen else None
        facts["p_foreseen"] = foreseen.p[theirs.action] if foreseen else None
        return facts
