"""Every claim id of every notebook, what it speaks for, and the simulated worlds that stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

import claim_families as families
import claim_pipelines
import null_worlds
from claim_worlds import Make, average, coin, corrected, gap, kinds, labelled, odds, outranking, ranking, rate, redrawn

from analysis.stats import target

MORE, NEW, FIXED, THESE = target.MORE, target.KINDS, target.FIXED, target.THESE


@dataclass(frozen=True)
class Line:
    """One kind of estimate under one design."""

    world: str
    design: str
    make: Make


WORLDS: dict[str, tuple[str, dict[str, Make]]] = {
    "share": ("Wilson, effective n", {
        "12 units of 3 rows": rate(12, 0.4), "40 units, unequal": rate(40, 0.4, True),
        "100 units, rate 2 %": rate(100, 0.02), "100 unequal units, rate 2 %": rate(100, 0.02, True)}),
    "paired difference": ("t of pairs, or combined Wilson", {
        "12 units of 3 rows": gap((12, 12), 0.4, True), "40 units, unequal": gap((40, 40), 0.4, True, True),
        "40 units, rate 2 %": gap((40, 40), 0.02, True), "32 units, one row": gap((32, 32), 0.3, True, each=1)}),
    "difference of groups": ("combined Wilson", {
        "5 and 95 units, rate 10 %": gap((5, 95), 0.1, False), "4 and 15 units, rate 10 %": gap((4, 15), 0.1, False),
        "20 and 80 units, unequal": gap((20, 80), 0.4, False, True),
        "20 and 20, rate 2 %": gap((20, 20), 0.02, False)}),
    "mean": ("t, longer on the long tail", {
        f"{n} units, {draw}": average(n, draw) for n, draw in (
            (6, "normal"), (8, "normal"), (8, "skewed"), (20, "normal"), (20, "skewed"), (20, "exponential"))}),
    "ratio": ("jackknife ratio, t", {
        "12 units": families.ratio(12), "12 units, one of them large": families.ratio(12, 1.0),
        "48 units": families.ratio(48)}),
    "area": ("score limits", {
        "16 items, area 0.98 or .5": ranking(16, 0.98), "32 items, area 0.8 or .5": ranking(32, 0.8),
        "32 items, area 0.8 or .5, 3 rows each": ranking(32, 0.8, 3), "100 items, area 0.9 or .5": ranking(100, 0.9)}),
    "area gap": ("combined score limits", {
        "24 contexts of five, areas of .7": outranking(24, 0.7),
        "40 contexts of five, areas of .9": outranking(40, 0.9)}),
    "error": ("test inversion", {
        "50 items, calibrated or .15 off": families.calibrated(50), "32 items": families.calibrated(32),
        "50 items of three rows": families.calibrated(50, 3),
        "100 items, five values said": families.calibrated(100, 1, (0.3, 0.5, 0.7, 0.9, 1.0))}),
    "redraws": ("cluster bootstrap-t", {"20 skewed units": redrawn}),
    "agreement": ("cluster bootstrap-t", {f"{n} contexts of 10": families.agreement(n) for n in (10, 20)}),
    "new kinds": ("pooled by kind, Wilson with t", {f"{n} kinds of 20": kinds(n) for n in (3, 5, 8)}),
    "new covers": ("by cover, t", {f"3 covers of 4 matches, {kind}": families.covers(kind) for kind in
                                   ("rate", "effect")}),
    "moves": ("pooled, Wilson", {f"{n} matches against tit-for-tat": coin(n) for n in (12, 40)}),
    "corrected share": ("Rogan-Gladen", {"100 contexts, 24 and 36 labels": corrected}),
    "labelled share": ("prediction-powered, by stratum", {"150 units of 4 turns, 200 labels": labelled}),
    "odds": ("GEE, Satterthwaite", {
        "20 units, 3 treated, rate 40 %": odds(20, 3, 0.4), "20 units, within, rate 10 %": odds(20, 0, 0.1),
        "40 units, within, rate 40 %": odds(40, 0, 0.4), "40 unequal units, within, rate 10 %": odds(40, 0, 0.1, True),
        "40 units, 7 treated, rate 2 %": odds(40, 7, 0.02)}),
    "largest class": ("Wilson for all classes at once", {"100 units, five classes": families.classes}),
    "largest effect": ("paired t for all at once", {"32 items, four personas": families.largest}),
    "persona card": ("t, with wordings", {"24 scenes, four personas": families.persona_card}),
    "count": ("Holm over all pairs", {
        "24 scenes, four personas": families.counted(0.3), "the same, wordings differ much": families.counted(0.8)}),
    "tasks": ("Cochran's Q, Holm", {"24 scenes, three tasks": families.tasks}),
    "differences": ("Holm over all pairs", {"12 units, three models, two axes": families.differences}),
    "placebos": ("t on placebo slopes", {"20 placebos, 6 items": families.steering}),
    "test": ("its own", null_worlds.designs()),
    "pipeline": ("that of the report", claim_pipelines.designs()),
    "correlation": ("Bonett and Wright", {"12 models": families.correlation}),
}  # fmt: skip
"""World -> interval, and its designs: realistic heterogeneity, unequal units, rates of 2 %, one side degenerate."""
DESCRIBED = "described"
"""In place of a world: nothing is decided, and there is no interval to cover anything."""
REGISTER: dict[str, tuple[str, str, str, str]] = {
    "user_turn.rate.*": (MORE, "context", "report", "share"),
    "user_turn.instead": (MORE, "context", "classes", "largest class"),
    "user_turn.question.*": (MORE, "context", "report", "paired difference"),
    "user_turn.temperature": (MORE, "context", "report", "paired difference"),
    "user_turn.temperature.net": (MORE, "context", "report", "mean"),
    "user_turn.accuracy": (MORE, "context", "report", "difference of groups"),
    "user_turn.agreement": (MORE, "context", "report", "agreement"),
    "user_turn.likeness": (MORE, "context", "report", "redraws"),
    "user_turn.grounded": (MORE, "context", "report", "paired difference"),
    "user_turn.likelihood": (MORE, "context", "report", "area gap"),
    "minds.shifts": (MORE, "scene", "persona-task pairs", "count"),
    "minds.egocentric": (MORE, "scene", "personas", "count"),
    "minds.format": (MORE, "scene", "persona-task pairs", "count"),
    "minds.omnibus": (MORE, "scene", "tasks", "tasks"),
    "minds.comprehension": (MORE, "scene", "report", "share"),
    "minds.shift.*": (MORE, "scene", "report", "persona card"),
    "minds.turns": (MORE, "scene", "report", "paired difference"),
    "minds.manipulation.*": (MORE, "statement", "report", "mean"),
    "games.position": (NEW, "cover story", "report", "new covers"),
    "games.cooperates": (NEW, "cover story", "report", "new covers"),
    "games.coordinates": (NEW, "cover story", "report", "new covers"),
    "games.reacts": (NEW, "cover story", "report", "new covers"),
    "games.forgives": (NEW, "cover story", "report", "new covers"),
    "games.end": (NEW, "cover story", "report", "new covers"),
    "one_shot.foresight.*": (NEW, "cover story", "report", "new covers"),
    "one_shot.*": (FIXED, "amount", "none: no verdict", DESCRIBED),
    "partners.show": (MORE, "game", "report", "paired difference"),
    "partners.pub": (MORE, "game", "report", "paired difference"),
    "partners.channel": (MORE, "game", "report", "paired difference"),
    "partners.stranger": (MORE, "context", "report", "paired difference"),
    "partners.decay": (MORE, "fund", "report", "paired difference"),
    "partners.uptake": (MORE, "pool", "report", "paired difference"),
    "partners.*": (MORE, "good, context, fund", "report", "mean"),
    "calibration.discrimination": (MORE, "item", "report", "area"),
    "calibration.best_kind": (MORE, "item", "kinds, report", "area"),
    "calibration.error": (MORE, "item", "report", "error"),
    "calibration.persona.*": (MORE, "item", "personas, report", "largest effect"),
    "calibration.triage": (MORE, "patient", "report", "paired difference"),
    "context.saved": (MORE, "conversation", "none: no verdict", "ratio"),
    "context.cost.*": (MORE, "conversation", "report", "paired difference"),
    "context.*": (MORE, "conversation, case", "report", "mean"),
    "inside.answers": (MORE, "word", "report", "share"),
    "inside.decoding": (MORE, "word", "report", "share"),
    "inside.decoding_gain": (MORE, "word", "report", "paired difference"),
    "inside.transfer": (NEW, "pair of categories", "report", "new kinds"),
    "inside.steering.*": (MORE, "placebo direction", "report", "placebos"),
    "inside.*": (MORE, "word, item", "report", "mean"),
    "characters.told_apart": (MORE, "user", "report", "share"),
    "characters.style": (MORE, "user", "report", "paired difference"),
    "characters.slips": (MORE, "user", "none: no verdict", "share"),
    "characters.*": (MORE, "scene, event, user", "report", "mean"),
    "instructions.reasoning": (MORE, "effect", "report", "paired difference"),
    "instructions.exchange": (MORE, "scene", "report", "redraws"),
    "instructions.*": (MORE, "effect, scene, set of codes", "report", "mean"),
    "choices.agreement": (MORE, "attribute", "report", "correlation"),
    "choices.revision": (MORE, "pool", "report", "ratio"),
    "choices.own_only": (MORE, "pool", "report", "ratio"),
    "choices.*": (MORE, "pool", "report", "mean"),
    "persuasion.hindsight": (MORE, "square", "report", "ratio"),
    "persuasion.targets": (MORE, "topic", "report", "paired difference"),
    "persuasion.extra": (MORE, "topic", "report", "paired difference"),
    "persuasion.credit": (MORE, "set of squares", "report", "paired difference"),
    "persuasion.debates": (MORE, "topic", "report", "paired difference"),
    "persuasion.informed": (MORE, "topic", "report", "paired difference"),
    "persuasion.*": (MORE, "topic, square", "report", "mean"),
    "user_model.belief": (MORE, "user", "report", "ratio"),
    "user_model.turns": (MORE, "user", "report", "ratio"),
    "user_model.*": (MORE, "user, scene, set of chats", "report", "mean"),
    "labels.*": (MORE, "labelled unit", "none: no verdict", "labelled share"),
    "atlas.correlation": (MORE, "model", "correlations, report", "correlation"),
    "atlas.differences": (MORE, "unit of the axis", "differences", "differences"),
    "atlas.*": (MORE, "unit of the axis", "differences, report", "paired difference"),
    "reference.*": (MORE, "game, match, person, debate", "report", "difference of groups"),
}
"""Pattern of claim ids -> target, unit, over what errors are counted, world. The first pattern that fits counts."""
TABLES: dict[str, str] = {
    "new kinds": "every claim's interval for new domains, story families, topics",
    "moves": "memory-one vector of a player",
    "corrected share": "follow-up rate with the rules' errors taken out",
    "odds": "persona by scene in several wordings",
    "test": "p-values of tables and figures, each at 20 units",
    "pipeline": "a claim of each newer family, from records of its own probes to its card",
}
"""Worlds of numbers that stand in tables or beside claims."""

HELD: dict[str, dict[str, str]] = {
    "characters/test_user_coverage.py": {
        "told_apart": "characters.told_apart", "slips": "characters.slips", "style": "characters.style",
        "copied": "characters.copied"},
    "choices/test_coverage.py": {
        "merits": "choices.merits", "gender": "choices.gender", "revision": "choices.revision",
        "own only": "choices.own_only", "agreement": "choices.agreement"},
    "games/test_partner_coverage.py": {
        "show": "partners.show", "listener": "partners.listener", "uptake": "partners.uptake",
        "accepts": "partners.accepts"},
    "games/test_common_fund.py": {"gives": "partners.gives", "decay": "partners.decay"},
    "instructions/test_coverage.py": {
        "rank": "instructions.rank", "exchange": "instructions.exchange", "last_word": "instructions.last_word",
        "obeyed": "instructions.obeyed", "reasoning": "instructions.reasoning", "told": "instructions.told",
        "secrets": "instructions.secrets"},
    "persuasion/test_coverage.py": {
        "fits": "persuasion.fits", "targets": "persuasion.targets", "moved": "persuasion.moved",
        "extra": "persuasion.extra", "debates": "persuasion.debates", "informed": "persuasion.informed",
        "own_reply": "persuasion.own_reply", "credit": "persuasion.credit", "hindsight": "persuasion.hindsight"},
    "user_model/test_coverage.py": {
        "belief": "user_model.belief", "turns": "user_model.turns", "stakes": "user_model.stakes",
        "regret": "user_model.regret", "stops": "user_model.stops", "newer": "user_model.current",
        "retained": "user_model.retained", "asks": "user_model.asks", "uptake": "user_model.uptake",
        "knows": "user_model.knows", "leak": "user_model.leak", "joins": "user_model.joins",
        "silent": "user_model.silent", "settled": "user_model.settled", "lines": "characters.lines",
        "relation": "characters.relation", "scope": "instructions.scope"},
}  # fmt: skip
"""Tests of families that simulate their own claims, 1,000 runs each, on rows and units of their own probes: case ->
claim id."""
BY_WORLD = (
    "characters.top", "characters.beyond_words", "characters.manner", "characters.own_facts", "characters.style_drift",
    "characters.slips_drift", "choices.party", "instructions.spill", "instructions.written", "instructions.outside",
    "partners.x", "partners.channel", "partners.names", "partners.speaker", "partners.stranger", "partners.words",
)  # fmt: skip
"""Claims of the newer families that are simulated as their world only; an x stands for any name."""


def lines() -> list[Line]:
    """All worlds with their designs."""
    return [Line(world, design, make) for world, (_, designs) in WORLDS.items()
            for design, make in designs.items()]  # fmt: skip


def registered(id: str) -> str:
    """The pattern that stands for a claim id. KeyError where there is none."""
    for pattern in REGISTER:
        if fnmatchcase(id, pattern):
            return pattern
    raise KeyError(f"no line of the coverage table stands for the claim {id!r}: add one to REGISTER")
