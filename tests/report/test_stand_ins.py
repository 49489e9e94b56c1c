"""What six models of known truth are said to do, through notebook, kernel and report, and what stands under it."""

from __future__ import annotations

import json
import re
import sys
from html import unescape
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stand_in_policies import STAND_INS
from stand_ins import ran

from analysis import show
from analysis.report import records
from analysis.report.verdicts import SAMPLE
from probes import schema
from runner.cards import cards, headline

pytestmark = pytest.mark.slow
SAID = {
    "model_a": r"^Not shown that it answers better than chance, so calibration is not informative: accuracy \d+\.\d %",
    "model_b": r"^Cooperation: \d\d\.\d % .*above .*choosing at random.*; change in cooperation right after .*: -\d",
    "model_c": r"This run is too small to decide: accuracy shift under the high-agreeableness persona",
    "model_d": r"^It answers by position: ",
    "model_e": r"^Within .* of the 50\.0 % .*: cooperation \(\d\d\.\d %.*no effect larger than .*: change in coop",
    "model_f": r"^[^.]*positive control, question appended",
}
DECIDED = {  # claims that may be above or below their null, by the truth of the policy; all others must not
    "model_a": (),
    "model_b": ("games.reacts", "games.forgives", "games.coordinates", "games.end", "games.cooperates"),
    "model_c": ("minds.comprehension", "minds.manipulation."),
    "model_d": (),
    "model_e": (),
    "model_f": ("user_turn.likeness",),
}


@pytest.fixture(scope="module", params=STAND_INS)
def made(request, tmp_path_factory):
    """(Name, run folder, claims.json)."""
    out = ran(request.param, tmp_path_factory.mktemp(request.param))
    return request.param, out, json.loads((out / "claims.json").read_text())


def test_the_answer_says_what_the_model_does(made):
    name, _, said = made
    assert re.search(SAID[name], said["answer"]), said["answer"]


def test_nothing_is_decided_that_is_not_so(made):
    name, _, said = made
    decided = [claim["id"] for claim in said["claims"] if claim["verdict"] in ("above", "below")]
    assert [one for one in decided if not one.startswith(DECIDED[name] or ("nothing",))] == []


def test_what_the_run_is_too_small_for_leaves_the_first_screen(made):
    _, _, said = made
    first, more = headline(cards(said))
    assert all(card["leaves_open"] != SAMPLE for card in first[1:])
    for card in (*first, *more):
        if card["wanted"] and card["verdict"] == "inconclusive" and card["leaves_open"] != "correction":
            assert (card["leaves_open"] == SAMPLE) is (card["detectable"] > card["wanted"])


def plain(html: object) -> str:
    """The words of a page without marks and white space."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", str(html))))


def recorded(exchange) -> list[str]:
    """What must be read under a number: every turn as it was asked, and the probabilities of the options."""
    said = [plain(show.text(turn[1])) for turn in exchange["turns"]]
    if exchange.get("kind") == "Choice":
        shown = [
            f"{label} = {meaning}: {exchange['logprobs'][label]:.2f}" for label, meaning in exchange["options"].items()
        ]
        return [*said, plain(show.text(", ".join(shown)))]
    return [*said, plain(show.text(exchange["text"]))]


def test_every_number_on_a_card_leads_to_conversations_as_they_were_recorded(made):
    _, out, said = made
    page = (out / "report.html").read_text()
    blocks = dict(
        re.findall(
            r'<div class="il-transcripts[^>]*id="(conversations-\d+)"(.*?)(?=<div class="il-transcripts|<section)',
            page,
            re.S,
        )
    )
    kept = [one for probe in schema.probes(out) for record in records.trials(out, probe) for one in record["asked"]]
    known = {tuple(recorded(one)) for one in kept}
    for claim in said["claims"]:
        card = re.search(rf'<article [^>]*id="claim-{re.escape(claim["id"])}".*?</article>', page, re.S)[0]
        anchors = re.findall(r'href="#(conversations-\d+)"', card)
        assert anchors, claim["id"]
        assert set(anchors) <= set(blocks)
    for block in blocks.values():
        talks = re.findall(
            r'<div class="il-transcript">.*?(?=<div class="il-transcript">|<details class="il-trial"|$)', block, re.S
        )
        shown = [plain(talk) for talk in talks if "il-turn" in talk]
        assert len(shown) >= 6
        for talk in shown:
            assert any(all(words in talk for words in one) for one in known), talk[:300]
