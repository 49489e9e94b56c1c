"""The probes of `instructions`, one a file; `probes.suite` finds them by file name."""
