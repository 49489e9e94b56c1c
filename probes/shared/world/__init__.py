"""One user world: people, events, logs, exact beliefs, and voices that tell a log in words and read it back."""

from __future__ import annotations

from probes.shared.world.belief import Belief, habit
from probes.shared.world.log import Event, Log
from probes.shared.world.person import NAMES, Person, names
from probes.shared.world.square import Square
from probes.shared.world.things import Thing, things
from probes.shared.world.tongue import LANGUAGES, Tongue, families, tongue
from probes.shared.world.turns import TURNS, arranged
from probes.shared.world.voice import FORMS, Voice

__all__ = ["FORMS", "LANGUAGES", "NAMES", "TURNS", "Belief", "Event", "Log", "Person", "Square", "Thing", "Tongue"]
__all__ += ["Voice", "arranged", "families", "habit", "names", "things", "tongue"]
