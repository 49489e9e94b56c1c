"""Reading of the character probes: whose line is it, and what in a profile tells."""
