"""Calibration: score cards of confidence, repair, and readers of tables from anywhere."""
