"""The nouns of items: contexts, known questions, statements."""
