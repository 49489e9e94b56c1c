from __future__ import annotations

import pytest

from probes.minds.stimuli.inventory import SHELF
from probes.shared.items.statement import BIG_FIVE, DARK_TRIAD, read
from probes.shared.personas import SHELF as PERSONAS


def test_the_axes():
    assert set(SHELF) == set(BIG_FIVE) | set(DARK_TRIAD)
    assert SHELF["openness"].source.startswith("own items")
    texts = [s.text for axis in SHELF.values() for s in axis.statements]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", BIG_FIVE + DARK_TRIAD)
def test_an_axis_is_balanced(name):
    axis = SHELF[name]
    assert len(axis.statements) >= 10
    assert sum(s.key for s in axis.statements) == 0
    assert all(s.text.startswith("You ") and s.text.endswith(".") for s in axis.statements)
    assert {s.facts()["axis"] for s in axis.statements} == {name}
    described = " ".join(text for end in ("high", "low") for text in PERSONAS[f"{name}_{end}"].wordings)
    assert not any(s.text.rstrip(".") in described for s in axis.statements), "a persona must not quote the inventory"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("source: s\nforward: [a]\n", "source, forward and reverse"),
        ("source: s\nforward: [a]\nreverse: []\n", "1 forward"),
    ],
)
def test_a_bad_axis_is_named(tmp_path, content, message):
    path = tmp_path / "mood.yaml"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"mood.yaml: .*{message}"):
        read(path)
