"""The study around the runs: differences between runs, labels by people, and rates corrected by them."""
