"""The probes of `context`, one a file; `probes.suite` finds them by file name."""
