"""The probes of `minds`, one a file; `probes.suite` finds them by file name."""
