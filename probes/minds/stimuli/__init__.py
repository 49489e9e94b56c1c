"""Stories by language, an inventory of traits, and reasoning problems: one a file."""
