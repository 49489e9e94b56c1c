"""Policies that read pools, records and questions off the text, and nothing else."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field

import numpy as np

from probes import ScriptedModel
from probes.shared.world import tongue


@dataclass(frozen=True)
class Reader:
    """Weighs attributes (nats for the first value), states points for them, and follows records as told."""

    language: str = "en"
    weights: dict = field(default_factory=dict)
    statements: dict = field(default_factory=dict)
    places: tuple = (0.0,) * 8
    liked: str = ""
    obeys: float = 0.0
    follows: dict = field(default_factory=dict)  # trace -> points for a record all of one kind
    digit: float = 0.0  # points toward high digits, whatever they mean
    noise: float = 0.0
    """Of tastes for single cards, from the text."""

    @property
    def words(self):
        return tongue("choices", self.language)

    def model(self):
        return ScriptedModel(self.answer, f"reader {self}")

    def values(self):
        """Label on a card -> (attribute, sign)."""
        return {
            self.words.label(name, pole): (name, sign)
            for name in self.words.variables
            for pole, sign in (("plus", 1), ("minus", -1))
        }

    def clause(self, text):
        """(attribute, sign) of the one clause that a line names."""
        found = [
            (name, sign)
            for name in self.words.variables
            for pole, sign in (("plus", 1), ("minus", -1))
            if re.search(rf"{re.escape(self.words.phrase(pole, 0, name))} ?[.?]", text)
        ]
        assert len(found) <= 1, text
        return found[0] if found else None

    def cards(self, text):
        """Label -> (name, {attribute: sign}) of every applicant in a list."""
        lines = re.findall(r"^([A-H])\) (\w+) ?: (.*)$", text, re.MULTILINE)
        known = self.values()
        return {label: (who, dict(known[one] for one in traits.split(", "))) for label, who, traits in lines}

    def rule(self, text):
        head = self.words.phrase("rule", that="\0").split("\0")[0]
        return next((self.clause(line) for line in text.splitlines() if line.startswith(head)), None)

    def record(self, question):
        """(trace, {attribute: lean}) of what is known of picks."""
        turns = list(question.transcript)
        text, known = turns[-1].text, self.values()
        if len(turns) > 1:
            cards = self.cards(turns[0].text)
            chosen = [cards[turn.text[-1]][1] for turn in turns if turn.role == "assistant"]
            assert len(chosen) == 4
            return "live", {name: np.mean([one[name] for one in chosen]) for name in chosen[0]}
        for trace in ("own", "other"):
            if self.words.phrase(trace) in text:
                lines = re.findall(r"^(.+?) ?: (\d), (.+?) ?: (\d)$", text, re.MULTILINE)
                assert len(lines) == 5
                assert all(int(many) + int(few) == 4 for _, many, _, few in lines)
                return trace, {known[plus][0]: (int(many) - int(few)) / 4 for plus, many, _, few in lines}
        return "none", {}

    def answer(self, question):
        text = question.transcript.turns[-1].text
        scales = {self.words.phrase(scale): toward for scale, toward in (("upward", 1), ("downward", -1))}
        toward = next((toward for scale, toward in scales.items() if scale in text), 0)
        return self.states(question, text, toward) if toward else self.picks(question)

    def picks(self, question):
        text = question.transcript.turns[0].text
        rule, nats = self.rule(text), {}
        for label, who in question.options.items():
            name, signs = self.cards(text)[label.strip()]
            assert name == who
            nats[who] = self.places["ABCDEFGH".index(label.strip())] + 2.0 * (who == self.liked)
            nats[who] += sum(self.weights.get(one, 0.0) * sign / 2 for one, sign in signs.items())
            nats[who] += self.noise * (zlib.crc32(f"{who} {signs}".encode()) / 2**31 - 1)
            nats[who] += self.obeys * (signs[rule[0]] == rule[1] if rule else 0)
        total = sum(map(np.exp, nats.values()))
        return {who: float(np.exp(value) / total) for who, value in nats.items()}

    def states(self, question, text, toward):
        attribute, sign = self.clause(text.splitlines()[-1])
        trace, leans = self.record(question)
        points = self.statements.get(attribute, 0.0) + self.follows.get(trace, 0.0) * leans.get(attribute, 0.0)
        rule = self.rule(text)
        points = points * sign + (self.obeys / 4 if rule == (attribute, sign) else 0)
        points -= self.obeys / 4 if rule == (attribute, -sign) else 0
        points = points * toward + self.digit  # now in favour of high digits
        high = (points + 2) / 4
        assert 0 <= high <= 1
        return {question.options["5"]: high, question.options["1"]: 1 - high}
