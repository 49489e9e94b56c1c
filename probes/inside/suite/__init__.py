"""The probes of `inside`, one a file; `probes.suite` finds them by file name."""
