"""Reading of the instruction probes: where a rule is obeyed, and how far it spills."""
