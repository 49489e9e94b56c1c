"""The probes of `user_turn`, one per file; `probes.suite` finds them by file name."""
