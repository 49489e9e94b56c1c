"""What a text says about values, read off the text and not off the probe."""

from __future__ import annotations

from functools import cache

from probes.persuasion.cards import VALUES
from probes.shared.world import NAMES, tongue


@cache
def sentences(language):
    """Every sentence about values -> (what it is, value): read off the text, not off the probe."""
    words, known = tongue("cards", language), {}
    for value in VALUES:
        for wording in (0, 1):
            for name in NAMES:
                known[words.phrase(f"cares_{value}", wording, who=name)] = ("cares", value, name)
            known[words.phrase(f"against_{value}", wording)] = ("against", value, "")
        for topic in words.variables:
            known[words.phrase(value, 0, topic)] = ("card", value, topic)
    return known


def read(text, language="en"):
    return {what: (value, more) for line, (what, value, more) in sentences(language).items() if line in text}
