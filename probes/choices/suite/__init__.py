"""The probes of `choices`, one a file; `probes.suite` finds them by file name."""
