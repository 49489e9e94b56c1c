"""The probes of `inside`, one per file; `probes.suite` finds them by file name."""
