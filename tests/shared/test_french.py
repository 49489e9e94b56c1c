"""French drops a vowel before a vowel: no sentence puts such a word before a slot that a name or a label may fill."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
import yaml

import probes
from probes.calibration.knowledge import generate
from probes.minds import KINDS, families, scenes
from probes.shared import world

ROOT = Path(probes.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.yaml") if "fr" in (path.parent.name, path.stem))
SHORT = "le|la|de|que|je|ne|se|ce|me|te|jusque|lorsque"
DROPS = re.compile(rf"\b({SHORT}) ([aeiouyàâéèêîôœ]|h(eure|omme|iver|ugo|ôt|erbe|abit))", re.I)
"""Mute h only: it is *le hockey*, *la halle*, *de haricots*."""
SLOTS = ("who", "other", "first", "second", "third", "others", "last", "P", "Q", "M", "X")


def strings(node):
    """Every text in a file."""
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [node] if isinstance(node, str) else [text for part in parts for text in strings(part)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_no_vowel_meets_a_vowel_whoever_is_named(path):
    for text, name in product(strings(yaml.safe_load(path.read_text(encoding="utf-8"))), ("Ada", "Hugo")):
        sentence = re.sub(rf"\{{({'|'.join(SLOTS)})\}}", name, text)
        assert not DROPS.search(sentence), sentence


def test_no_vowel_meets_a_vowel_whichever_label_is_used():
    for kind in ("diary", "likes", "orders", "rooms", "secrets"):
        for family in world.families(kind, "fr"):
            words = world.tongue(family, "fr")
            for variable in words.variables.values():
                texts = strings([variable["channels"], variable["phrases"]])
                for text, label in product(texts, variable["values"].values()):
                    assert not DROPS.search(re.sub(r"\{value\}", label, text)), (text, label)


def test_no_vowel_meets_a_vowel_in_stories_and_items():
    for scene in scenes(32 * len(families("fr")), language="fr"):
        for text in (scene.text, *(scene.item(kind).question for kind in KINDS)):
            assert not DROPS.search(text), text
    for item in generate(per_level=6, language="fr"):
        assert not [text for text in (*item.wordings, *item.options) if DROPS.search(text)], item


def test_the_rule_finds_what_it_is_for():
    assert {name[0] for name in world.NAMES} & set("AE"), "or there would be nothing to find"
    for text in ("que Ada", "le téléphone de Hugo", "le ascenseur", "de heures"):
        assert DROPS.search(text)
    for text in ("le hockey", "la halle", "par Ada", "le haut"):
        assert not DROPS.search(text)
