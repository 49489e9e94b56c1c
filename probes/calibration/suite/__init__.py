"""The probes of `calibration`, one per file; `probes.suite` finds them by file name."""
