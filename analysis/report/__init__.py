"""What a reader sees: claims and their sentences, cards, figures in one style, tables, conversations, exports."""
