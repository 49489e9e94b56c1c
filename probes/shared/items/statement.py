"""Statements of a personality inventory: an axis, a sentence, and which way it is keyed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

BIG_FIVE = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


DARK_TRIAD = ("machiavellianism", "narcissism", "psychopathy")


@dataclass(frozen=True)
class Statement:
    """`text` describes the reader ("You ..."); key +1: agreement means more of the axis, -1: less."""

    name: str
    axis: str
    text: str
    key: int

    def __post_init__(self) -> None:
        if self.key not in (-1, 1):
            raise ValueError(f"statement {self.name}: key is {self.key!r}, not 1 or -1")
        if not self.text.strip():
            raise ValueError(f"statement {self.name} has no text")

    def facts(self) -> dict[str, str | int]:
        """The columns a statement brings to a record."""
        return {"statement": self.name, "axis": self.axis, "keying": self.key}


@dataclass(frozen=True)
class Axis:
    """One axis: as many forward as reverse-keyed statements, so that saying yes to everything scores nothing."""

    name: str
    source: str
    statements: tuple[Statement, ...]

    def told(self, folder: Path) -> Axis:
        """The same statements in the words of another language, from `NAME.yaml` with `forward` and `reverse`.

        ValueError where the file has another number of them.
        """
        words: Any = yaml.safe_load((folder / f"{self.name}.yaml").read_text(encoding="utf-8"))
        texts = [text for side in ("forward", "reverse") for text in words[side]]
        if len(texts) != len(self.statements):
            raise ValueError(
                f"{self.name}: {len(texts)} statements in {folder.name}, {len(self.statements)} in English"
            )
        told = (replace(one, text=text) for one, text in zip(self.statements, texts, strict=True))
        return replace(self, statements=tuple(told))


def read(path: Path) -> Axis:
    """The axis of one YAML file with `source`, `forward` and `reverse`."""
    fields: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(fields, dict) or set(fields) != {"source", "forward", "reverse"}:
        raise ValueError(f"{path.name}: an axis has source, forward and reverse")
    if len(fields["forward"]) != len(fields["reverse"]):
        raise ValueError(
            f"{path.name}: {len(fields['forward'])} forward but {len(fields['reverse'])} reverse statements"
        )
    keyed = [(text, key) for name, key in (("forward", 1), ("reverse", -1)) for text in fields[name]]
    statements = [Statement(f"{path.stem}-{k}", path.stem, text, key) for k, (text, key) in enumerate(keyed)]
    return Axis(path.stem, fields["source"], tuple(statements))
