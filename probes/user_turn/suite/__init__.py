"""The probes of `user_turn`, one a file; `probes.suite` finds them by file name."""
