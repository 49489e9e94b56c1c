"""Arrays in, a number out: estimates with their denominator, tests and regressions, scores."""
