"""The probes of `user_model`, one a file; `probes.suite` finds them by file name."""
