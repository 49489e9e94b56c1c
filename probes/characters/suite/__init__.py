"""The probes of `characters`, one a file; `probes.suite` finds them by file name."""
