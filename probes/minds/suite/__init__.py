"""The probes of `minds`, one per file; `probes.suite` finds them by file name."""
