"""The study around the run: plan, compare, label, reread, archive."""
