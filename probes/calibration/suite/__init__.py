"""The probes of `calibration`, one a file; `probes.suite` finds them by file name."""
