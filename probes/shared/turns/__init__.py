"""What can be read from the words of a user turn: its class by rules, its language, what it shares with other texts."""
