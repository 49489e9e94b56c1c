"""One-shot games and foresight: what is given, trusted, returned and refused, and what is foreseen, as claims."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.games.tables.one_shot import PEOPLE, UNIFORM
from analysis.report.claims import Claim, Gate, Paper, at_most, option_mass
from analysis.report.numbers import POINTS
from analysis.stats import estimate, frame, target

QUESTIONS = {
    "dictator": "How much does it give in the dictator game?",
    "ultimatum_proposer": "How much does it offer in the ultimatum game?",
    "trust_investor": "How much does it send in the trust game?",
    "trust_trustee": "How much does it return in the trust game?",
    "public_goods": "How much does it contribute to the public good?",
}
TOPICS = {
    "dictator": "dictator giving",
    "ultimatum_proposer": "ultimatum offers",
    "trust_investor": "amount sent in the trust game",
    "trust_trustee": "amount returned in the trust game",
    "public_goods": "public-good contributions",
}
FORESEEN = {"player": "from round 5 on", "observer": "from round 3 on"}
ALIKE = "if it chose uniformly or by position"
WHY = "other wording, no money at stake, options in fifths of the stake"


def claims(table: pd.DataFrame, seen: pd.DataFrame) -> list[Claim]:
    """One claim per role played, refusals, and foresight as a player and as an observer."""
    roles = [role for role in QUESTIONS if role in set(table["role"])]
    listed = [_share(table[table["role"] == role], role) for role in roles]
    listed += [refuses(table)] if "ultimatum_responder" in set(table["role"]) else []
    return [*listed, *[foresees(seen, view) for view in ("player", "observer") if view in set(seen["view"])]]


def refuses(table: pd.DataFrame) -> Claim:
    """Refusing a fifth minus refusing four fifths, paired by stake."""
    rows = frame.rows(table[table["role"] == "ultimatum_responder"], "p_selfish")
    low, high = (rows[(rows["given"] / rows["stake"]).round(6) == share] for share in (0.2, 0.8))
    difference = _chosen(
        estimate.between(high, low, by="stake")
    )  # acceptance of the fair offer minus of the unfair one: the same
    return Claim("Does it refuse unfair offers?", difference, "percentage points", 0.0, _gates(table),
                 subject=f"Its probability of refusing a fifth of the stake minus refusing four fifths (0 {ALIKE})",
                 null_name="refusing all offers alike", units_name="stakes", id="one_shot.refusals",
                 topic="refusal of unfair offers", target=target.FIXED)  # fmt: skip


def foresees(seen: pd.DataFrame, view: str) -> Claim:
    """Probability of the alternator's next move from round 5 on."""
    rows = seen[(seen["view"] == view) & seen["pair"].str.endswith("/alternator")]
    rows = frame.rows(rows[rows["round"] >= 5], "p_actual")
    hits = estimate.proportion(rows["value"], rows["cover"].to_numpy(), arms=rows["arm"].to_numpy())
    beside = Paper(1.0, f"GPT-4 is right {FORESEEN[view]}; Akata et al. 2025", "full", "direction only", WHY)
    question = f"Can it predict an alternating opponent, as {'an' if view == 'observer' else 'a'} {view}?"
    subject = "Its probability of the actual choice"
    covers = target.enough(hits, "cover stories")
    gates = (option_mass(frame.option_mass(seen)), _placed(frame.rows(seen, "p_first")["value"].mean() - 0.5))
    return Claim(question, covers, "probability", 0.5, gates, beside, subject,
                 "guessing", units_name="cover stories", id=f"one_shot.foresight.{view}",
                 topic=f"prediction of an alternating opponent as {view}",
                 target=target.FIXED if covers.low is None else target.KINDS)  # fmt: skip


def _share(part: pd.DataFrame, role: str) -> Claim:
    rows = frame.rows(part, "share")
    share = _chosen(estimate.mean(rows["value"], rows["cluster"].to_numpy(), arms=rows["arm"].to_numpy()))
    value, label, source = PEOPLE[role]
    return Claim(QUESTIONS[role], share, "share of what could be given", 0.5, _gates(part),
                 Paper(value, source, label, "direction only", WHY), f"Its expected share (50 % {ALIKE})", UNIFORM,
                 units_name="decisions", id=f"one_shot.{role}", topic=TOPICS[role], target=target.FIXED)  # fmt: skip


def _chosen(described: estimate.Estimate) -> estimate.Estimate:
    """The same without limits: amounts that somebody chose are no sample of amounts."""
    why = f"the {described.units} amounts at stake were chosen, not drawn: described, no interval"
    return described if described.value is None else replace(described, low=None, high=None, reason=why)


def _gates(table: pd.DataFrame) -> tuple[Gate, ...]:
    excess = frame.rows(table, "first_excess")["value"].mean()
    return option_mass(frame.option_mass(table)), _placed(excess)


def _placed(excess: float) -> Gate:
    """How much more the option listed first gets than its share."""
    found = "it answers by position"
    return at_most("preference for the option listed first", float(excess), 0.45, finding=found, unit=POINTS)
