"""Instruments of user-turn generation that need only text or replies: contexts, edits, classes, judges, grounding."""
