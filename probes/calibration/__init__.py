"""Calibration: does a model know what it knows? Items with exact truth, kinds of confidence, triage."""
