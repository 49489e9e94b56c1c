"""Games: released data as tables, strategies, and what a model's moves say about them."""
