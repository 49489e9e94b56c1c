"""The probes of `context`, one per file; `probes.suite` finds them by file name."""
