"""The claims of the user-model report: belief, stakes, refusal, changing likes, questions, who knows, and chats."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.report import stated
from analysis.report.claims import Claim, Paper, agrees, clears, negative_control, option_mass
from analysis.stats.frame import option_mass as mass_of
from analysis.stats.turns import asked
from analysis.user_model import tables
from analysis.user_model.tables import acts, chats, elicitation, hearsay, lines, turns

STOPPED = Paper(0.75, "KnowU-Bench 2026 (repository)", "repo", "direction only",
                "share of refused acts that the best model did not repeat, on devices")  # fmt: skip

TOPICS = {
    "belief": "slope of belief on the evidence",
    "turns": "effect of many turns on belief",
    "stakes": "effect of stakes on acting",
    "regret": "regret of its decisions",
    "stops": "drop in acting after a refusal",
    "current": "preference for the user's current value",
    "retained": "change of that preference over idle days",
    "asks": "information of its questions",
    "uptake": "use of the user's last answer",
    "knows": "knowledge of who knows",
    "leak": "leak of what an actor never heard",
    "joins": "response to the cause in a chat",
    "silent": "silence where there is no cause",
    "settled": "silence where the cause is settled",
}
"""Last part of a claim's id -> what the answer calls it."""
UNREAD = "not shown that it reads what it is told"
claim = partial(stated.claim, topics=TOPICS)


def claims(
    log: pd.DataFrame,
    act: pd.DataFrame,
    timeline: pd.DataFrame,
    shop: pd.DataFrame,
    rooms: pd.DataFrame,
    groups: pd.DataFrame,
) -> list[Claim]:
    """Fourteen claims, eight of them details; that on turns only where the diary was told over many, too.

    From the tables of `user_log`, `user_act`, `timeline`, `elicit`, `who_knows` and `group_chat`.
    """
    name = str(log["model"].iloc[0])
    company = [*_rooms(rooms, name), *_chats(groups, name)]
    return [*_diaries(log, act, name), *_turns(log, name), *_likes(timeline, name), *_asks(shop, name), *company]


def _diaries(log: pd.DataFrame, act: pd.DataFrame, name: str) -> list[Claim]:
    """Belief against the exact one, what stakes do, utility lost, and what a refusal does."""
    control = clears("reading control", tables.reading(log), finding=UNREAD)
    decided = (option_mass(mass_of(act)), control)
    completed = tables.told(log[log["kind"] == "completion"])
    believed = [option_mass(mass_of(completed)), control]
    if lines.asked(log, "shuffled"):
        believed.append(negative_control(lines.shuffled(log), lines.LARGE))
    return [
        claim("user_model.belief",
              "Does its belief about a person follow the evidence?", tables.slope(log), "nats per nat of log-odds",
               f"Slope of {name}'s belief on the exact log-odds", 0.0, "names ignored; 1 is Bayesian", believed),
        claim("user_model.stakes",
              "Does it act less readily where a mistake costs more?", acts.sensitivity(act), "of the optimal shift",
               f"Shift of {name} from acting to silence by stakes", 0.0, "stakes ignored; 1 is optimal", decided),
        claim("user_model.regret",
              "Are its decisions better than a random choice?", acts.regret(act), "of a random choice's regret",
               f"Expected utility that {name} loses", 1.0, "a random choice", decided,
               part_of="user_model.stakes"),
        claim("user_model.stops",
              "Does it stop after a refusal?", acts.stops(act), "percentage points",
               f"How much less often {name} acts after this act was refused", 0.0, "a refusal of something else",
               decided[:1], STOPPED),
    ]  # fmt: skip


def _turns(log: pd.DataFrame, name: str) -> list[Claim]:
    """Whether the same diary is believed alike when it comes over many turns; where nothing is, nothing can change."""
    if not asked(log := log[log["lines"] == "plain"]):
        return []
    gates = [option_mass(mass_of(log[log["kind"] == "completion"])),
             clears("reading control", tables.reading(log), finding=UNREAD),
             clears("belief follows the evidence at all", turns.level(log))]  # fmt: skip
    return [
        claim("user_model.turns",
              "Is its belief the same when the diary comes over many turns?", turns.change(log),
              "nats per nat of log-odds", f"Slope of {name}'s belief with a day a turn, minus with all in one turn",
              0.0, "the same words in one turn", gates, part_of="user_model.belief", margin=turns.MARGIN),
    ]  # fmt: skip


def _likes(timeline: pd.DataFrame, name: str) -> list[Claim]:
    """Whether replies follow what holds now, and what days about something else do to that."""
    after = timeline[timeline["depth"] == "after"]
    controls = (("task served", "w_task"), ("reading control", "stated"))
    gates = [clears(control, tables.weight(after, measure), finding=UNREAD) for control, measure in controls]
    return [
        claim("user_model.current",
              "Do its replies follow what the user likes now?", tables.shift(timeline), "nats",
               f"Preference of {name} for the current value, after the log tells it minus before", 0.0,
               "the log ignored", gates),
        claim("user_model.retained",
              "Does it still know after days about something else?",
               tables.shift(timeline, later="later", earlier="after"), "nats",
               f"Change of that preference of {name} over the idle days", 0.0, "nothing lost", gates,
               part_of="user_model.current"),
    ]  # fmt: skip


def _asks(shop: pd.DataFrame, name: str) -> list[Claim]:
    """Whether it asks what would tell most, and hears the answer; who cannot serve a stated wish is not judged."""
    gates = [
        option_mass(mass_of(shop)),
        clears(
            "right recommendations where the whole wish is stated",
            elicitation.oracle(shop),
            1 / 8,
            finding="not shown that it understands a stated wish",
            unit="share",
        ),
    ]
    return [
        claim("user_model.asks",
              "Does it ask what would tell most?", elicitation.discovered(shop, "gain_share"), "of the possible gain",
               f"Information of the questions of {name}", 0.0, "a random question; 1 is the best", gates),
        claim("user_model.uptake",
              "Does it use the answer?", elicitation.discovered(shop, "uptake"), "percentage points",
               f"What the last answer adds to the goods that {name} recommends", 0.0, "the opposite answer", gates),
    ]  # fmt: skip


def _rooms(rooms: pd.DataFrame, name: str) -> list[Claim]:
    """Whether what is said in a room is known to those who were there only."""
    thinks = rooms[rooms["kind"] == "thinks"]
    gates = [option_mass(mass_of(thinks)), clears("reading control", hearsay.reading(rooms), finding=UNREAD)]
    rooms_alike = agrees("scenes that trade rooms after, with those before", *hearsay.by_trade(rooms))
    return [
        claim("user_model.knows",
              "Does it know who knows?", hearsay.knows(rooms), "nats",
              f"What {name} gives to where an actor must take a thing to be", 0.0, "all actors taken to know the same",
              [*gates, rooms_alike], units_name="scenes", part_of="user_model.belief"),
        claim("user_model.leak",
              "Do absent actors know what they never heard?", hearsay.leak(rooms), "percentage points",
              f"Rise of a place in an absent actor's mind by what {name} alone has read", 0.0, "unheard words ignored",
              gates, units_name="scenes", part_of="user_model.belief"),
    ]  # fmt: skip


def _chats(groups: pd.DataFrame, name: str) -> list[Claim]:
    """Whether it joins a group chat for the cause that there is, and only then."""
    named = clears(
        "response where the cause is named",
        chats.joins(groups, "named"),
        finding="not shown that it responds to a named cause",
        unit="nats",
    )
    over_squares = partial(claim, gates=[named], units_name="sets of chats", part_of="user_model.stakes")
    return [
        over_squares("user_model.joins",
                     "Does it join a chat with what the chat calls for?", chats.joins(groups), "nats",
                     f"What {name} gives to the response that fits", 0.0, "causes ignored"),
        over_squares("user_model.silent",
                     "Is it silent where there is no cause?", chats.silent(groups), "nats",
                     f"Silence of {name} without a cause, minus with one", 0.0, "causes ignored"),
        over_squares("user_model.settled",
                     "Does it stay out of what has been settled?", chats.settled(groups), "nats",
                     f"Silence of {name} after somebody has dealt with the cause, minus with another", 0.0,
                     "the same silence whatever has been settled"),
    ]  # fmt: skip
