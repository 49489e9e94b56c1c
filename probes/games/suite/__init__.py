"""The probes of `games`, one per file; `probes.suite` finds them by file name."""
