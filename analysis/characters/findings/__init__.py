"""The claims of the characters report: whose line it is, what in a profile tells, and is a simulated user a user?"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.characters import tables
from analysis.characters.findings.users import playing
from analysis.report import stated
from analysis.report.claims import Claim, Paper, clears

RETRIEVED = Paper(0.259, "HPD, Chen et al. 2022 (repository, earlier Chinese set)", "repo", "no",
                  "a trained retriever on one right and nine wrong lines of a novel")  # fmt: skip
IGNORED = "profiles ignored"

TOPICS = {
    "lines": "pairing of lines with profiles",
    "top": "own line on top of ten",
    "beyond_words": "pairing from repeated words",
    "manner": "pairing of manners with remarks",
    "relation": "pairing of relations with lines",
    "told_apart": "simulated users told apart by profile",
    "own_facts": "own facts of simulated users",
    "style": "manner of simulated users",
    "style_drift": "drift of their manner",
    "copied": "copying of the profile",
    "slips_drift": "drift into the assistant",
}
"""Last part of a claim's id -> what the answer calls it."""
claim = partial(stated.claim, topics=TOPICS)


def claims(lines: pd.DataFrame, relations: pd.DataFrame, talks: pd.DataFrame, rng: np.random.Generator) -> list[Claim]:
    """Six claims with their details, from the tables of `in_character`, `relation` and `simulated_user`."""
    return [*_reading(lines, relations, rng), *playing(talks, claim)]


def _reading(lines: pd.DataFrame, relations: pd.DataFrame, rng: np.random.Generator) -> list[Claim]:
    """Whose line it is, by what, and by which relation."""
    name = str(lines["model"].iloc[0])
    literal = tables.pairing(lines, "facts", "literal")
    gate = clears("repeated words", literal)
    p = tables.permuted(lines, "facts", "entailed", rng).p
    test = "" if p is None else f" (permutation of lines: p = {p:.3f})"
    over_scenes = partial(claim, units_name="scenes")
    return [
        over_scenes("characters.lines",
                    "Does it know whose line is whose?", tables.pairing(lines, "facts", "entailed"), "nats",
                    f"Pairing by {name} of lines with the facts they follow from{test}", 0.0, IGNORED, [gate]),
        over_scenes("characters.top",
                    "How often is the right line on top of ten?", tables.ranked(lines, "facts", "entailed"), "share",
                    f"Own line on top for {name}, taste for lines taken out", 0.1, IGNORED, [gate], RETRIEVED,
                    part_of="characters.lines"),
        over_scenes("characters.beyond_words",
                    "Is it more than repeated words?", tables.repeated(lines), "nats",
                    f"Pairing by {name} of lines that repeat a word of the profile, minus of those that do not", 0.0,
                    "words do not matter", part_of="characters.lines"),
        over_scenes("characters.manner",
                    "Does it know who writes in which manner?", tables.pairing(lines, "style", "manner"), "nats",
                    f"Pairing by {name} of manners with remarks written in them", 0.0, IGNORED, [gate],
                    part_of="characters.lines"),
        claim("characters.relation",
              "Does the sign of a relation change what fits?", tables.relation(relations), "nats",
              f"Pairing by {name} of likes with warm and of dislikes with cold lines", 0.0, IGNORED,
              units_name="events"),
    ]  # fmt: skip
