"""Matrices, cover stories, one-shot games and scripted opponents: one a file, found by lying in a folder."""
