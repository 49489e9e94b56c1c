"""What each kind of figure does not show."""

from analysis.inside.tables import carrying, decode, pushing

LIMITS = {
    "read": decode.LIMITS,
    "push": pushing.LIMITS,
    "carry": carrying.LIMITS,
    "lens": "What this does not show: states in the middle are not written for the output head, so a curve far from "
    "zero there is no answer that the model holds; only differences between curves, and the last blocks, can be read.",
    "atlas": "What this does not show: two directions with a large cosine need not do the same work, and what is split "
    "by a median is in part noise. Chance is the cosine of directions of shuffled labels in the same activations.",
}
"""What each kind of figure does not show, to stand under it."""
