"""The probes of `persuasion`, one a file; `probes.suite` finds them by file name."""
