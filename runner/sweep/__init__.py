"""Grids of runs: validated whole, one durable file a cell, each cell in a process of its own."""
