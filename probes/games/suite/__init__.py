"""The probes of `games`, one a file; `probes.suite` finds them by file name."""
