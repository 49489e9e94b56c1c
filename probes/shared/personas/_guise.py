"""Who the model is asked to be in one condition: nobody, a persona, or the persona's length-matched control."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from probes.shared.personas._control import control
from probes.shared.personas._persona import PLACEMENTS, Opening, Persona


@dataclass(frozen=True)
class Guise:
    """One condition. `role` is `none`, `persona` or `control`; a control carries the name of the persona it matches."""

    persona: Persona
    role: str
    placement: str
    wording: int

    def opening(self) -> Opening:
        """What stands before the first question."""
        spoken = control(self.persona) if self.role == "control" else self.persona
        return spoken.opening(self.placement, self.wording)

    def facts(self) -> dict[str, str | int]:
        """The columns a guise brings to a record."""
        about: dict[str, str | int] = {"guise": self.role, "placement": self.placement, "wording": self.wording}
        return self.persona.facts() | about


def guises(
    personas: Iterable[Persona], controls: bool = True, placements: Iterable[str] = PLACEMENTS, wordings: int = 4
) -> list[Guise]:
    """Every persona x placement x wording, each with its control; what says nothing appears once.

    Parameters
    ----------
    wordings : how many of each persona's wordings to use; all if it has fewer.
    """
    listed: list[Guise] = []
    for persona in personas:
        if not any(persona.wordings):
            listed.append(Guise(persona, "none", "none", 0))
            continue
        for placement in placements:
            for wording in range(min(wordings, len(persona.wordings))):
                for role in ("persona", "control")[: 1 + controls]:
                    listed.append(Guise(persona, role, placement, wording))
    return listed


def by_opening(guises: Iterable[Guise]) -> list[list[Guise]]:
    """The same guises, those with the same words in the same place together: a model need read these only once."""
    alike: dict[Opening, list[Guise]] = {}
    for guise in guises:
        alike.setdefault(guise.opening(), []).append(guise)
    return list(alike.values())
